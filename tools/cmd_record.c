// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "identity.h"
#include "progress.h"
#include "runfile.h"
#include "stats.h"
#include "timer.h"

/* What shells return for a command that cannot be run. */
#define EXIT_NOT_EXECUTABLE	126
#define EXIT_NOT_FOUND		127
#define EXIT_SIGNAL		128

/**
 * struct options - the options of this command
 * @env: those of every command
 * @interval_ns: from one snapshot to the next
 * @output: the run file
 * @command: what to run, up to a NULL; NULL to record until Ctrl-C
 */
struct options {
	struct fgagg_env *env;
	__u64 interval_ns;
	const char *output;
	char **command;
};

static const struct argp_option options[] = {
	{ .name = "interval", .key = 'i', .arg = "TIME",
	  .doc = "Time between snapshots, in seconds or as in 200ms (default 1)" },
	{ .name = "output", .key = 'o', .arg = "FILE",
	  .doc = "The run file (default run.fgagg)" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opts->env;
		return 0;
	case 'i':
		return fgagg_options_interval(state, arg, &opts->interval_ns);
	case 'o':
		opts->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		/* What follows are options of the command. */
		opts->command = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[--] [COMMAND [ARG...]]",
	.doc = "Write a snapshot an interval to a run file while COMMAND runs, or until\n"
	       "Ctrl-C.\n"
	       "\vThe exit status is that of COMMAND: 128 + N if signal N ended it, 127 if it\n"
	       "was not found, 126 if it could not be run.  SIGINT, SIGQUIT, SIGTERM and\n"
	       "SIGHUP are passed on to it.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg record -o udp.fgagg -- iperf3 -u -c server\n"
	       "  fgagg record --interval 200ms -- sh -c 'sleep 5; ./load-test'",
	.children = children,
};

/**
 * struct recording - a recording under way
 * @live: the module
 * @writer: the run file
 * @timer: intervals and signals
 * @child: the command, 0 if there is none
 * @early: signals that may have come before it was there
 * @failed: a snapshot could not be written; the command runs on
 * @output: the run file
 * @progress: where there is no command, which may use the terminal itself
 * @err: why
 */
struct recording {
	struct fgagg_live *live;
	struct fgagg_writer *writer;
	struct fgagg_timer timer;
	pid_t child;
	sigset_t early;
	bool failed;
	const char *output;
	struct fgagg_progress progress;
	struct fgagg_error err;
};

static int take_snapshot(struct recording *rec)
{
	struct fgagg_snap *snap;
	int ret;

	ret = fgagg_live_snapshot(rec->live, &snap, &rec->err);
	if (ret)
		return ret;
	ret = fgagg_runfile_append(rec->writer, snap, &rec->err);
	fgagg_snapshot_free(snap);
	return ret;
}

static void show_progress(struct recording *rec)
{
	struct stat st;

	if (!rec->child && !stat(rec->output, &st))
		fgagg_progress_show(&rec->progress, "recording until Ctrl-C",
				    st.st_size, 0);
}

/* A command that takes hours is not ended because the disk is full. */
static void take_next(struct recording *rec)
{
	if (rec->failed)
		return;
	if (!take_snapshot(rec)) {
		show_progress(rec);
		return;
	}
	rec->failed = true;
	fgagg_progress_end(&rec->progress);
	fgagg_cmd_warn("recording ends early: %s", rec->err.text);
}

static int check_state(struct recording *rec)
{
	char state[32], *stats;
	int ret;

	ret = fgagg_live_read(rec->live, "stats", &stats, NULL, &rec->err);
	if (ret)
		return ret;
	fgagg_stats_text(stats, "state", state, sizeof(state));
	free(stats);
	if (!strcmp(state, "off"))
		return fgagg_error_set(&rec->err, -EINVAL,
				       "tracing is off: 'fgagg start' first");
	return 0;
}

static int open_output(struct recording *rec, const struct options *opts)
{
	char *identity;
	int ret;

	identity = fgagg_identity_new(rec->live, opts->interval_ns,
				      opts->command);
	if (!identity)
		return fgagg_error_nomem(&rec->err);
	ret = fgagg_runfile_create(opts->output, identity, &rec->writer,
				   &rec->err);
	free(identity);
	return ret;
}

/* Runs in the child.  The errno goes to the parent if there is no command. */
static void exec_command(const struct recording *rec, char **command, int pipe)
{
	int code;

	sigprocmask(SIG_SETMASK, &rec->timer.before, NULL);
	execvp(command[0], command);
	code = errno;
	if (write(pipe, &code, sizeof(code)) < 0)
		code = EIO;
	_exit(code == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

static int spawn(struct recording *rec, char **command)
{
	int pipe[2], code = 0;
	ssize_t n;

	if (pipe2(pipe, O_CLOEXEC))
		return fgagg_error_set(&rec->err, -errno, "pipe: %s",
				       strerror(errno));
	rec->child = fork();
	if (rec->child < 0) {
		code = errno;
		close(pipe[0]);
		close(pipe[1]);
		return fgagg_error_set(&rec->err, -code, "fork: %s",
				       strerror(code));
	}
	if (!rec->child)
		exec_command(rec, command, pipe[1]);
	sigpending(&rec->early);
	close(pipe[1]);
	do
		n = read(pipe[0], &code, sizeof(code));
	while (n < 0 && errno == EINTR);
	close(pipe[0]);
	if (n == sizeof(code))
		fgagg_cmd_warn("%s: %s", command[0], strerror(code));
	return 0;
}

/*
 * Signals of the terminal reach the command without our help, but for a hangup that is
 * for the leader of the session alone; unless they came before it was there, or it has
 * left our process group.
 */
static void pass_on(struct recording *rec, int sig, const siginfo_t *info)
{
	if (info->si_code <= 0 || sig == SIGHUP ||
	    sigismember(&rec->early, sig) || getpgid(rec->child) != getpgrp())
		kill(rec->child, sig);
	sigdelset(&rec->early, sig);
}

static int exit_status(int wait)
{
	return WIFSIGNALED(wait) ? EXIT_SIGNAL + WTERMSIG(wait) :
				   WEXITSTATUS(wait);
}

/* Until the command ends, or without one until a signal or a failure. */
static int wait_for_end(struct recording *rec)
{
	siginfo_t info;
	int sig, wait;

	for (;;) {
		sig = fgagg_timer_wait(&rec->timer, &info);
		if (!sig)
			take_next(rec);
		else if (!rec->child && sig != SIGCHLD)
			return FGAGG_EXIT_OK;
		else if (rec->child && sig != SIGCHLD)
			pass_on(rec, sig, &info);
		else if (rec->child && waitpid(rec->child, &wait, WNOHANG) > 0)
			return exit_status(wait);
		if (rec->failed && !rec->child)
			return FGAGG_EXIT_FAILED;
	}
}

static int run(struct recording *rec, const struct options *opts, int *status)
{
	int ret;

	ret = take_snapshot(rec);
	if (!ret && opts->command)
		ret = spawn(rec, opts->command);
	if (ret)
		return ret;
	fgagg_progress_start(&rec->progress);
	*status = wait_for_end(rec);
	take_next(rec);
	fgagg_progress_end(&rec->progress);
	return 0;
}

static int record(struct recording *rec, const struct options *opts)
{
	struct fgagg_error err;
	int ret, status = FGAGG_EXIT_FAILED;

	ret = check_state(rec);
	if (!ret)
		ret = open_output(rec, opts);
	if (ret)
		return fgagg_cmd_fail(&rec->err);
	ret = run(rec, opts, &status);
	if (ret)
		fgagg_cmd_fail(&rec->err);
	if (fgagg_runfile_close(rec->writer, &err)) {
		fgagg_cmd_fail(&err);
		rec->failed = true;
	}
	return status || !rec->failed ? status : FGAGG_EXIT_FAILED;
}

int fgagg_cmd_record(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = {
		.env = env,
		.interval_ns = 1000000000,
		.output = "run.fgagg",
	};
	static const int signals[] = {
		SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD, 0
	};
	struct recording rec = { 0 };
	int status;

	if (!fgagg_options_parse(&argp, ARGP_IN_ORDER, argc, argv, &opts, env,
				 &status))
		return status;
	status = fgagg_cmd_live(env, &rec.live);
	if (status)
		return status;
	rec.output = opts.output;
	/* Ignored, as it may have been when we started, it leaves no status. */
	signal(SIGCHLD, SIG_DFL);
	/* From here on a signal ends a run file as it should be ended. */
	fgagg_timer_start(&rec.timer, opts.interval_ns, signals);
	status = record(&rec, &opts);
	fgagg_timer_stop(&rec.timer);
	fgagg_live_free(rec.live);
	return status;
}
