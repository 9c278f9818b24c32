/* SPDX-License-Identifier: GPL-2.0-only */
/* The snapshot of a machine with many CPUs on which much is traced. */
#ifndef TEST_TOOLS_LARGE_H
#define TEST_TOOLS_LARGE_H

#include "test_tools_helper.h"

/* One of @paths call paths, 4 callees a caller, each on all of @cpus CPUs. */
void *large_bytes(unsigned int paths, unsigned int cpus, size_t *size);

#endif /* TEST_TOOLS_LARGE_H */
