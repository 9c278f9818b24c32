// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "quantile.h"
#include "stats.h"

/* Why calls are lost, and what to do about it. */
static const char *const remedies[FGAGG_LOST_NR] = {
	[FGAGG_LOST_FULL] = "no free node: raise max_paths, or trace less",
	[FGAGG_LOST_POOL] = "no free histogram chunk: raise max_paths, or trace less",
	[FGAGG_LOST_OVERRUN] =
		"too deep, or no room on the shadow stack: trace less",
	[FGAGG_LOST_MISS] = "never to return, or in an NMI on top of another",
	[FGAGG_LOST_COLLISION] = "two paths with one key",
	[FGAGG_LOST_STOPPED] = "open when tracing stopped",
};

static void print_text(const char *stats, const char *title, const char *key)
{
	char value[256];

	fgagg_stats_text(stats, key, value, sizeof(value));
	printf("%-11s %s\n", title, value);
}

static void print_clock(const char *stats)
{
	char clock[64];
	__u64 khz;

	fgagg_stats_text(stats, "clock", clock, sizeof(clock));
	fgagg_stats_number(stats, "clock_khz", &khz);
	printf("%-11s %s at %llu.%03llu MHz\n", "clock", clock, khz / 1000,
	       khz % 1000);
}

static void print_cost(const char *stats)
{
	char in[FGAGG_PRINT_LEN], out[FGAGG_PRINT_LEN];
	__u64 inside, outside, khz;

	if (!fgagg_stats_number(stats, "cost_inside", &inside) ||
	    !fgagg_stats_number(stats, "cost_outside", &outside) ||
	    !fgagg_stats_number(stats, "clock_khz", &khz))
		return;
	if (inside || outside)
		printf("%-11s %s in a call and %s around it, taken off\n", "cost",
		       fgagg_print_time(in, fgagg_quantile_ns(inside, khz)),
		       fgagg_print_time(out, fgagg_quantile_ns(outside, khz)));
	else
		printf("%-11s nothing is taken off\n", "cost");
}

static void print_calls(const char *stats)
{
	__u64 entered, recorded, open, clamped, cheap;

	fgagg_stats_number(stats, "entered", &entered);
	fgagg_stats_number(stats, "recorded", &recorded);
	fgagg_stats_number(stats, "open", &open);
	fgagg_stats_number(stats, "clamped", &clamped);
	printf("%-11s %llu entered, %llu recorded, %llu open\n", "calls",
	       entered, recorded, open);
	if (clamped)
		printf("%-11s %llu calls whose time is negative, or longer than the histogram reaches\n",
		       "clamped", clamped);
	if (fgagg_stats_number(stats, "clamped_cost", &cheap) && cheap)
		printf("%-11s %llu calls that took less than is taken off\n",
		       "clamped", cheap);
}

static void print_losses(const char *stats)
{
	__u64 lost[FGAGG_LOST_NR], sum = 0;
	unsigned int i;
	char key[32];

	for (i = 0; i < FGAGG_LOST_NR; i++) {
		snprintf(key, sizeof(key), "lost_%s", fgagg_tree_loss(i));
		fgagg_stats_number(stats, key, &lost[i]);
		sum += lost[i];
	}
	printf("%-11s %llu calls\n", "lost", sum);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		if (lost[i])
			printf("  %-9s %llu (%s)\n", fgagg_tree_loss(i),
			       lost[i], remedies[i]);
}

static void print_memory(const char *stats)
{
	static const struct {
		const char *key;
		const char *title;
	} rows[] = {
		{ "bytes_per_node", "per node" },
		{ "bytes_per_chunk", "per histogram chunk" },
		{ "bytes_per_path", "per path, measured" },
		{ "bytes_per_cpu", "per CPU" },
		{ "bytes_total", "total" },
	};
	char buf[FGAGG_PRINT_LEN];
	__u64 bytes;
	size_t i;

	puts("memory");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fgagg_stats_number(stats, rows[i].key, &bytes);
		printf("  %-20s %12llu bytes  %9s\n", rows[i].title, bytes,
		       fgagg_print_bytes(buf, bytes));
	}
}

static void print_hook(const char *stats)
{
	char hook[32], reason[128];

	fgagg_stats_text(stats, "hook", hook, sizeof(hook));
	fgagg_stats_text(stats, "hook_reason", reason, sizeof(reason));
	printf("%-11s %s (%s)\n", "hook", hook, reason);
}

static void print_status(const char *stats)
{
	__u64 functions, skipped, paths, max_paths, cpus;

	print_text(stats, "state", "state");
	print_hook(stats);
	print_clock(stats);
	print_cost(stats);
	fgagg_stats_number(stats, "functions", &functions);
	fgagg_stats_number(stats, "skipped", &skipped);
	printf("%-11s %llu hooked, %llu skipped%s\n", "functions", functions,
	       skipped, skipped ? " (fgagg list --skipped)" : "");
	fgagg_stats_number(stats, "paths", &paths);
	fgagg_stats_number(stats, "max_paths", &max_paths);
	fgagg_stats_number(stats, "cpus", &cpus);
	printf("%-11s %llu nodes in use, room for %llu on each of %llu CPUs\n",
	       "paths", paths, max_paths, cpus);
	print_calls(stats);
	print_losses(stats);
	print_memory(stats);
	print_text(stats, "last error", "last_error");
}

/* Who keeps a module loaded that is to be removed. */
static void print_inside(const char *stats, const char *inside)
{
	char state[8];
	int len;

	fgagg_stats_text(stats, "state", state, sizeof(state));
	if (strcmp(state, "off") || !*inside)
		return;
	puts("inside      tasks that keep the module loaded: pid, name, function");
	for (; *inside; inside += len + !!inside[len]) {
		len = strcspn(inside, "\n");
		printf("  %.*s\n", len, inside);
	}
}

static const char doc[] =
	"Show the state of the module, what it counted and lost, and its memory.\n"
	"\vExamples:\n"
	"  fgagg status\n"
	"  watch fgagg status";

int fgagg_cmd_status(struct fgagg_env *env, int argc, char **argv)
{
	struct fgagg_live *live;
	struct fgagg_error err;
	char *stats, *inside;
	int status, ret;

	if (!fgagg_options_parse_plain(doc, argc, argv, env, &status))
		return status;
	status = fgagg_cmd_live(env, &live);
	if (status)
		return status;
	ret = fgagg_live_read(live, "stats", &stats, NULL, &err);
	if (!ret) {
		ret = fgagg_live_read(live, "inside", &inside, NULL, &err);
		if (ret)
			free(stats);
	}
	fgagg_live_free(live);
	if (ret)
		return fgagg_cmd_fail(&err);
	print_status(stats);
	print_inside(stats, inside);
	free(inside);
	free(stats);
	return fgagg_cmd_flush();
}
