/* SPDX-License-Identifier: GPL-2.0-only */
/* identity: what a run file says of the machine and the run. */
#ifndef FGAGG_IDENTITY_H
#define FGAGG_IDENTITY_H

#include <stdio.h>

#include "interval.h"
#include "live.h"

char *fgagg_identity_new(const struct fgagg_live *live, __u64 interval_ns,
			 char *const *command);
char *fgagg_identity_import(char *const *logs);
char *fgagg_identity_label(const char *text);
char *fgagg_identity_relabel(const char *text, const char *label);
void fgagg_identity_print(FILE *out, const struct fgagg_intervals *ivs,
			  const struct fgagg_range *range, __u64 duration);

#endif /* FGAGG_IDENTITY_H */
