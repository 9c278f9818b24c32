/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * merge: snapshots into a tree, over all CPUs or some.
 *
 * Within one snapshot a record finds its caller by path key, whatever CPU
 * either is of.  Snapshots of different epochs may be added, since the tree is
 * by name: a module that was loaded again has other addresses and other keys.
 */
#ifndef FGAGG_MERGE_H
#define FGAGG_MERGE_H

#include "cpulist.h"
#include "error.h"
#include "snapshot.h"
#include "tree.h"

int fgagg_merge_add(struct fgagg_tree *tree, const struct fgagg_snap *snap,
		    const struct fgagg_cpulist *cpus, struct fgagg_error *err);
int fgagg_merge_sub(struct fgagg_tree *tree, const struct fgagg_snap *snap,
		    const struct fgagg_cpulist *cpus, struct fgagg_error *err);

#endif /* FGAGG_MERGE_H */
