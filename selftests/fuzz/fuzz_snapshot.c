// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a snapshot: parsed, merged twice, and taken away once. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fgagg_cpulist all = { 0 };
	struct fgagg_tree *tree;
	struct fgagg_snap *snap;
	struct fgagg_error err;
	void *copy;

	copy = malloc(size + 1);
	memcpy(copy, data, size);
	if (fgagg_snapshot_parse(copy, size, &snap, &err))
		return 0;
	tree = fgagg_tree_new();
	if (!fgagg_merge_add(tree, snap, &all, &err) &&
	    !fgagg_merge_add(tree, snap, &all, &err) &&
	    !fgagg_merge_sub(tree, snap, &all, &err))
		fgagg_tree_finish(tree);
	fgagg_tree_free(tree);
	fgagg_snapshot_free(snap);
	return 0;
}
