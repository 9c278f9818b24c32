/* SPDX-License-Identifier: GPL-2.0-only */
/* top_text: what top shows as text: for scripts, and for a screen to arrange. */
#ifndef FGAGG_TOP_TEXT_H
#define FGAGG_TOP_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "top_model.h"

void fgagg_top_text_status(FILE *out, const struct fgagg_top_model *model);
void fgagg_top_text_path(FILE *out, const struct fgagg_top_model *model,
			 const struct fgagg_top_row *row);
void fgagg_top_text_trend(FILE *out, const struct fgagg_top_model *model,
			  const struct fgagg_top_row *row, size_t width,
			  bool utf8);
__u64 fgagg_top_text_per(const struct fgagg_top_model *model);
void fgagg_top_text_pane(FILE *out, const struct fgagg_top_model *model,
			 size_t width, size_t height);
void fgagg_top_text_batch(FILE *out, const struct fgagg_top_model *model,
			  bool color);

#endif /* FGAGG_TOP_TEXT_H */
