/* SPDX-License-Identifier: GPL-2.0-only */
/* json: writes JSON, and says why if it cannot, which jansson does not. */
#ifndef FGAGG_JSON_H
#define FGAGG_JSON_H

#include <jansson.h>
#include <stdio.h>

int fgagg_json_write(FILE *out, json_t *value, size_t flags);

#endif /* FGAGG_JSON_H */
