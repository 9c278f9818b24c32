/* SPDX-License-Identifier: GPL-2.0-only */
/* identity: what a run file says of the machine and the run. */
#ifndef FGAGG_IDENTITY_H
#define FGAGG_IDENTITY_H

#include <stdio.h>

#include "live.h"

char *fgagg_identity_new(const struct fgagg_live *live, __u64 interval_ns,
			 char *const *command);
void fgagg_identity_print(FILE *out, const char *identity, size_t intervals,
			  __u64 duration);

#endif /* FGAGG_IDENTITY_H */
