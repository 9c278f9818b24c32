// SPDX-License-Identifier: GPL-2.0-only
#include "frame.h"

/**
 * fgagg_frame_insert - make the node of a frame's path, and of all its callers
 * @cct: this CPU's tree
 * @f: the frame; it and those below it are live
 * @root_key: keys of the contexts' roots
 *
 * Callers are inserted first, so that a reader who sees a node sees its parent
 * too.  This looks up every ancestor once for each one that is missing, which
 * is cheap enough for what happens once in the life of a path.
 *
 * The node may turn out to be that of a caller with the same key, so that
 * fgagg_node_is() has to be asked, as after fgagg_cct_find().
 *
 * Context: any, NMI included, on the CPU that owns @cct, with preemption off.
 * Return: the node of @f's path, or NULL if the tree is full.
 */
struct fgagg_node *fgagg_frame_insert(struct fgagg_cct *cct,
				      const struct fgagg_frame *f,
				      const u64 *root_key)
{
	const struct fgagg_frame *missing;
	struct fgagg_node *node;

	do {
		for (missing = f; !(missing->flags & FGAGG_FRAME_ROOT);
		     missing = missing->below)
			if (fgagg_cct_find(cct, missing->below->key))
				break;
		if (!fgagg_cct_insert(cct, missing->key,
				      fgagg_frame_parent(missing, root_key),
				      fgagg_frame_func(missing)))
			return NULL;
		/* It may be a caller's, by a collision of keys. */
		node = fgagg_cct_find(cct, f->key);
	} while (!node);
	return node;
}
