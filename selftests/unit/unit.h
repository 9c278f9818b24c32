/* SPDX-License-Identifier: GPL-2.0-only */
/* What every unit test starts with; cmocka.h does not include what it needs. */
#ifndef FGAGG_UNIT_H
#define FGAGG_UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* What the test that runs has allocated. */
static void *unit_memory[64];
static unsigned int unit_nr_memory;

/*
 * Zeroed memory of exactly this size, so that ASan sees a step past its end,
 * for the time of the test.
 */
static inline void *zalloc(size_t nr, size_t size)
{
	void *p = NULL;

	assert_in_range(unit_nr_memory, 0, ARRAY_SIZE(unit_memory) - 1);
	assert_int_equal(posix_memalign(&p, 64, nr * size), 0);
	unit_memory[unit_nr_memory++] = p;
	return memset(p, 0, nr * size);
}

/* Give back what was allocated last. */
static inline void zfree(void *p)
{
	assert_ptr_equal(unit_memory[--unit_nr_memory], p);
	free(p);
}

/* A cmocka teardown: a test that fails leaves no leak behind. */
static inline int free_all(void **state)
{
	while (unit_nr_memory)
		free(unit_memory[--unit_nr_memory]);
	return 0;
}

#endif /* FGAGG_UNIT_H */
