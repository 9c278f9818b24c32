/* SPDX-License-Identifier: GPL-2.0-only */
/* identity: what a run file says of the machine and the run. */
#ifndef FGAGG_IDENTITY_H
#define FGAGG_IDENTITY_H

#include <stdio.h>

#include "live.h"
#include "source.h"

char *fgagg_identity_new(const struct fgagg_live *live, __u64 interval_ns,
			 char *const *command);
void fgagg_identity_print(FILE *out, const struct fgagg_source *src);

#endif /* FGAGG_IDENTITY_H */
