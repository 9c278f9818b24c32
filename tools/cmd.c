// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "pager.h"
#include "patience.h"

/**
 * fgagg_cmd_warn - print one line on standard error
 * @fmt: as for printf, without a newline
 */
void fgagg_cmd_warn(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("fgagg: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/**
 * fgagg_cmd_fail - print an error
 * @err: the error
 *
 * Return: the exit status for it.
 */
int fgagg_cmd_fail(const struct fgagg_error *err)
{
	fgagg_cmd_warn("%s", err->text);
	return FGAGG_EXIT_FAILED;
}

/**
 * fgagg_cmd_page - begin output that tends to be longer than a screen
 * @env: the common options; the pager and whether to write colours are set
 *
 * Only once all that takes long or may fail is done: from here on Ctrl-C is for
 * the pager.
 */
void fgagg_cmd_page(struct fgagg_env *env)
{
	if (env->no_pager || !isatty(STDOUT_FILENO))
		return;
	/* To a pipe there are no colours, but the pager is on a terminal. */
	env->color = fgagg_print_in_color(env->color, stdout) ?
		     FGAGG_COLOR_ALWAYS : FGAGG_COLOR_NEVER;
	env->pager = fgagg_pager_start();
}

/**
 * fgagg_cmd_flush - end a command's output
 *
 * Return: the exit status: a report that did not reach the disk is none.
 */
int fgagg_cmd_flush(void)
{
	int ret = fgagg_file_flush(stdout);

	if (!ret)
		return FGAGG_EXIT_OK;
	fgagg_cmd_warn("cannot write the output: %s", strerror(-ret));
	return FGAGG_EXIT_FAILED;
}

/**
 * fgagg_cmd_live - find the live module
 * @env: the common options
 * @live: set to a handle
 *
 * Return: an exit status; if it is not 0, the error has been printed.
 */
int fgagg_cmd_live(const struct fgagg_env *env, struct fgagg_live **live)
{
	struct fgagg_error err;

	if (fgagg_live_open(env->debugfs, live, &err))
		return fgagg_cmd_fail(&err);
	return FGAGG_EXIT_OK;
}

/**
 * fgagg_cmd_write - write one of the module's files
 * @env: the common options
 * @file: its name
 * @value: what to write
 *
 * Return: an exit status; if it is not 0, the error has been printed.
 */
int fgagg_cmd_write(const struct fgagg_env *env, const char *file,
		    const char *value)
{
	struct fgagg_patience patience;
	struct fgagg_live *live;
	struct fgagg_error err;
	int status, ret;

	status = fgagg_cmd_live(env, &live);
	if (status)
		return status;
	fgagg_patience_start(&patience, "the module");
	ret = fgagg_live_write(live, file, value, &err);
	fgagg_patience_end(&patience);
	fgagg_live_free(live);
	return ret ? fgagg_cmd_fail(&err) : FGAGG_EXIT_OK;
}

/**
 * fgagg_cmd_warn_unread - say that the end of a run file has been left out
 * @path: the file
 * @bytes: how much it is; nothing is printed for none
 */
void fgagg_cmd_warn_unread(const char *path, __u64 bytes)
{
	if (bytes)
		fgagg_cmd_warn("%s: the last %llu bytes are no whole interval and are left out",
			       path, bytes);
}

/**
 * fgagg_cmd_warn_resets - say that resets have left something out
 * @path: a run file; NULL for the live module
 * @resets: how many there were; nothing is printed for none
 */
void fgagg_cmd_warn_resets(const char *path, unsigned int resets)
{
	if (resets)
		fgagg_cmd_warn("%s: %u reset%s during the run; calls between each and the snapshot before it are missing",
			       path ? path : "live", resets,
			       resets == 1 ? "" : "s");
}

/**
 * fgagg_cmd_load_range - read a tree, and warn of what is missing in it
 * @env: the common options
 * @path: a run file or a snapshot; NULL for the live module
 * @cpus: the CPUs to take
 * @range: the intervals to take
 * @src: set to what was read; to be given back if the status is 0
 *
 * Return: an exit status; if it is not 0, the error has been printed.
 */
int fgagg_cmd_load_range(const struct fgagg_env *env, const char *path,
			 const struct fgagg_cpulist *cpus,
			 const struct fgagg_range *range,
			 struct fgagg_source *src)
{
	struct fgagg_error err;

	if (fgagg_source_load_range(src, env->debugfs, path, cpus, range,
				    &err)) {
		fgagg_source_free(src);
		return fgagg_cmd_fail(&err);
	}
	fgagg_cmd_warn_unread(path, src->unread);
	fgagg_cmd_warn_resets(path, src->resets);
	return FGAGG_EXIT_OK;
}

/**
 * fgagg_cmd_series - start to read intervals, and warn of what is missing
 * @env: the common options
 * @sampling: which intervals
 * @series: set
 *
 * Return: an exit status; if it is not 0, the error has been printed.
 */
int fgagg_cmd_series(const struct fgagg_env *env,
		     const struct fgagg_sampling *sampling,
		     struct fgagg_series **series)
{
	const struct fgagg_intervals *run;
	struct fgagg_error err;

	if (fgagg_series_open(sampling, env->debugfs, series, &err))
		return fgagg_cmd_fail(&err);
	run = fgagg_series_run(*series);
	if (run)
		fgagg_cmd_warn_unread(sampling->path,
				      fgagg_interval_damaged(run));
	return FGAGG_EXIT_OK;
}
