/* SPDX-License-Identifier: GPL-2.0-only */
/* live: the module that is loaded, through its files in debugfs. */
#ifndef FGAGG_LIVE_H
#define FGAGG_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "snapshot.h"

struct fgagg_live;

bool fgagg_live_knows(const char *type);
int fgagg_live_mount(const char *type, char *path, size_t size);
int fgagg_live_open(const char *debugfs, struct fgagg_live **live,
		    struct fgagg_error *err);
void fgagg_live_free(struct fgagg_live *live);
int fgagg_live_read(const struct fgagg_live *live, const char *file,
		    char **text, size_t *size, struct fgagg_error *err);
int fgagg_live_write(const struct fgagg_live *live, const char *file,
		     const char *value, struct fgagg_error *err);
int fgagg_live_snapshot(const struct fgagg_live *live,
			struct fgagg_snap **snap, struct fgagg_error *err);

#endif /* FGAGG_LIVE_H */
