/* SPDX-License-Identifier: GPL-2.0-only */
/* top_keys: what the keys of top do. */
#ifndef FGAGG_TOP_KEYS_H
#define FGAGG_TOP_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "top_model.h"

/* Characters stand for themselves; those without one are beyond Unicode. */
enum fgagg_top_key {
	FGAGG_TOP_KEY_ESCAPE = 0x1b,
	FGAGG_TOP_KEY_UP = 0x110000,
	FGAGG_TOP_KEY_DOWN,
	FGAGG_TOP_KEY_LEFT,
	FGAGG_TOP_KEY_RIGHT,
	FGAGG_TOP_KEY_PAGE_UP,
	FGAGG_TOP_KEY_PAGE_DOWN,
	FGAGG_TOP_KEY_HOME,
	FGAGG_TOP_KEY_END,
};

/**
 * enum fgagg_top_todo - what is left to do for a key, besides drawing
 * @FGAGG_TOP_NOTHING: nothing
 * @FGAGG_TOP_SAMPLE: take a snapshot now
 * @FGAGG_TOP_QUIT: end
 */
enum fgagg_top_todo {
	FGAGG_TOP_NOTHING,
	FGAGG_TOP_SAMPLE,
	FGAGG_TOP_QUIT,
};

int fgagg_top_keys_press(struct fgagg_top_model *model, int key,
			 struct fgagg_error *err);
bool fgagg_top_keys_help(size_t i, const char **keys, const char **what);

#endif /* FGAGG_TOP_KEYS_H */
