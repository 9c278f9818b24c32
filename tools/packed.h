/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packed: a stream that is deflated and written as base64.
 *
 * That is how data travels inside an HTML page: base64 has no character that
 * ends an element, whatever the data are, and browsers inflate by themselves.
 */
#ifndef FGAGG_PACKED_H
#define FGAGG_PACKED_H

#include <stdio.h>

FILE *fgagg_packed_open(FILE *out);

#endif /* FGAGG_PACKED_H */
