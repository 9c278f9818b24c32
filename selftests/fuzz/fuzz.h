/* SPDX-License-Identifier: GPL-2.0-only */
/* What a target defines, and libFuzzer calls with one input after the other. */
#ifndef FGAGG_FUZZ_H
#define FGAGG_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* FGAGG_FUZZ_H */
