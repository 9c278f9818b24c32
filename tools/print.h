/* SPDX-License-Identifier: GPL-2.0-only */
/* print: numbers and names as people read them. */
#ifndef FGAGG_PRINT_H
#define FGAGG_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/types.h>

enum fgagg_color {
	FGAGG_COLOR_AUTO,
	FGAGG_COLOR_ALWAYS,
	FGAGG_COLOR_NEVER,
};

/* Room for any time or size, with its unit. */
#define FGAGG_PRINT_LEN	32

const char *fgagg_print_time(char buf[FGAGG_PRINT_LEN], __u64 ns);
const char *fgagg_print_bytes(char buf[FGAGG_PRINT_LEN], __u64 bytes);
char fgagg_print_mark(__u64 ns);
bool fgagg_print_in_color(enum fgagg_color color, FILE *out);
void fgagg_print_call_time(FILE *out, __u64 ns, bool color);
int fgagg_print_parse_time(const char *text, __u64 *ns);

#endif /* FGAGG_PRINT_H */
