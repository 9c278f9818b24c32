/* SPDX-License-Identifier: GPL-2.0-only */
/* cmd: the commands, and what they share besides options. */
#ifndef FGAGG_CMD_H
#define FGAGG_CMD_H

#include "cpulist.h"
#include "error.h"
#include "live.h"
#include "macros.h"
#include "options.h"
#include "series.h"
#include "source.h"

enum fgagg_exit {
	FGAGG_EXIT_OK,
	FGAGG_EXIT_FAILED,
	FGAGG_EXIT_USAGE,
	FGAGG_EXIT_CONDITION,
};

__printf(1, 2)
void fgagg_cmd_warn(const char *fmt, ...);
void fgagg_cmd_warn_unread(const char *path, __u64 bytes);
void fgagg_cmd_warn_resets(const char *path, unsigned int resets);
int fgagg_cmd_fail(const struct fgagg_error *err);
void fgagg_cmd_page(struct fgagg_env *env);
int fgagg_cmd_flush(void);
int fgagg_cmd_write(const struct fgagg_env *env, const char *file,
		    const char *value);
int fgagg_cmd_live(const struct fgagg_env *env, struct fgagg_live **live);
int fgagg_cmd_load_range(const struct fgagg_env *env, const char *path,
			 const struct fgagg_cpulist *cpus,
			 const struct fgagg_range *range,
			 struct fgagg_source *src);

int fgagg_cmd_series(const struct fgagg_env *env,
		     const struct fgagg_sampling *sampling,
		     struct fgagg_series **series);

int fgagg_cmd_status(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_start(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_stop(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_reset(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_doctor(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_list(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_tree(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_top(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_hist(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_record(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_import(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_report(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_export(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_heatmap(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_merge(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_stat(struct fgagg_env *env, int argc, char **argv);
int fgagg_cmd_diff(struct fgagg_env *env, int argc, char **argv);

#endif /* FGAGG_CMD_H */
