// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random calls on random CPUs, against the model: see sim.h.
 *
 * The same program is built a second time with a hash of paths that knows few
 * keys, so that paths collide.
 *
 * FGAGG_SEED in the environment repeats a run.
 */
#include "sim.h"

#include <stdio.h>

#include "unit.h"

#define ROUNDS		150
#define STEPS		700

static void run_rounds(struct sim_kind kind)
{
	int round, step;

	memset(&sim_sum, 0, sizeof(sim_sum));
	sim_chance(sim_seed + 4 * kind.steps + 2 * kind.wall + kind.small);
	for (round = 0; round < ROUNDS; round++) {
		sim_init(round, kind);
		for (step = 0; step < STEPS; step++) {
			sim_step();
			if (!sim_rnd(STEPS / 2))
				sim_compare();
		}
		sim_close();
		sim_compare();
		sim_exit();
	}
}

static void run(struct sim_kind kind)
{
	int i;

	run_rounds(kind);
	assert_int_not_equal(sim_sum.recorded, 0);
	assert_int_not_equal(sim_sum.clamped, 0);
	assert_int_not_equal(sim_sum.migrated, 0);
	assert_int_not_equal(sim_sum.windows, 0);
	assert_int_equal(sim_sum.steps != 0, kind.steps);
	for (i = 0; i < FGAGG_CTX_NR; i++)
		assert_int_not_equal(sim_sum.context[i], 0);
	for (i = 0; i < FGAGG_HIST_LEVELS - kind.small && !kind.steps; i++)
		assert_int_not_equal(sim_sum.carried[i], 0);
	assert_int_equal(sim_sum.lost[FGAGG_LOST_FULL] != 0, kind.small);
	assert_int_equal(sim_sum.lost[FGAGG_LOST_POOL] != 0, kind.small);
	assert_int_equal(sim_sum.lost[FGAGG_LOST_COLLISION] != 0, SIM_WEAK);
	assert_int_equal(sim_sum.shared != 0, SIM_WEAK);
}

#define KIND_TEST(name, ...)						\
static void name(void **state)						\
{									\
	run((struct sim_kind){ __VA_ARGS__ });				\
}

KIND_TEST(cpu_time_small_tables, .small = true)
KIND_TEST(cpu_time_large_tables)
KIND_TEST(wall_time_small_tables, .wall = true, .small = true)
KIND_TEST(wall_time_large_tables, .wall = true)
KIND_TEST(interrupts_small_tables, .steps = true, .small = true)
KIND_TEST(interrupts_large_tables, .steps = true)

#define TEST(name)	cmocka_unit_test_teardown(name, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cpu_time_small_tables),
		TEST(cpu_time_large_tables),
		TEST(wall_time_small_tables),
		TEST(wall_time_large_tables),
		TEST(interrupts_small_tables),
		TEST(interrupts_large_tables),
	};
	const char *s = getenv("FGAGG_SEED");
	char *end = "";

	if (s)
		sim_seed = strtoull(s, &end, 0);
	if (*end || (s && !*s)) {
		fprintf(stderr, "FGAGG_SEED=%s is not a number\n", s);
		return 1;
	}
	printf("# FGAGG_SEED=%llu\n", sim_seed);
	fflush(stdout);
	return cmocka_run_group_tests_name(SIM_WEAK ? "weak model" : "model",
					   tests, NULL, NULL);
}
