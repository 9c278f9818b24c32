/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options: what all commands share of their options.
 *
 * A command parses its options with argp, whose own messages are off: they
 * take two lines, and cannot say more than that an option is wrong.
 */
#ifndef FGAGG_OPTIONS_H
#define FGAGG_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <sys/types.h>

#include "cpulist.h"
#include "interval.h"
#include "macros.h"
#include "print.h"
#include "series.h"
#include "view.h"

/**
 * struct fgagg_env - the options that every command takes
 * @debugfs: where debugfs is mounted; NULL to look it up
 * @color: whether to write colours
 * @no_pager: leave output as it is
 * @stopped: index of the word after which parsing failed
 * @pager: the process that output goes through, 0 for none
 */
struct fgagg_env {
	const char *debugfs;
	enum fgagg_color color;
	bool no_pager;
	int stopped;
	pid_t pager;
};

/**
 * struct fgagg_select - the options of commands that show paths
 * @filter: which paths
 * @sort: in what order
 * @cpus: of which CPUs
 */
struct fgagg_select {
	struct fgagg_filter filter;
	const char *sort;
	struct fgagg_cpulist cpus;
};

/**
 * struct fgagg_times - the options of commands that show interval by interval
 * @interval: as the user wrote it: a time or intervals
 * @sampling: which, set when all options are parsed; its path is the command's
 *	to set before that
 */
struct fgagg_times {
	const char *interval;
	struct fgagg_sampling sampling;
};

/* Children of every command's argp, with the two structs above as input. */
extern const struct argp fgagg_options_env_argp;
extern const struct argp fgagg_options_select_argp;

/* A child of that of commands that can show some of a run; struct fgagg_range. */
extern const struct argp fgagg_options_range_argp;

/* A child of that of commands that show interval by interval; struct fgagg_times. */
extern const struct argp fgagg_options_times_argp;

bool fgagg_options_parse(const struct argp *argp, unsigned int flags, int argc,
			 char **argv, void *input, struct fgagg_env *env,
			 int *status);
bool fgagg_options_parse_plain(const char *doc, int argc, char **argv,
			       struct fgagg_env *env, int *status);
__printf(2, 3)
error_t fgagg_options_usage(struct argp_state *state, const char *fmt, ...);
error_t fgagg_options_number(struct argp_state *state, const char *option,
			     const char *text, __u64 max, __u64 *value);
error_t fgagg_options_interval(struct argp_state *state, const char *text,
			       __u64 *ns);
error_t fgagg_options_context(struct argp_state *state, const char *text,
			      struct fgagg_filter *filter);
error_t fgagg_options_range(struct argp_state *state, const char *text,
			    struct fgagg_range *range);

#endif /* FGAGG_OPTIONS_H */
