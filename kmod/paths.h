/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file "paths": the calling context tree as text.
 */
#ifndef FGAGG_PATHS_H
#define FGAGG_PATHS_H

#include "blob.h"

int fgagg_paths_make(struct fgagg_blob *b);

#endif /* FGAGG_PATHS_H */
