// SPDX-License-Identifier: GPL-2.0-only
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What shells return for a command that cannot be run, or is not found. */
#define EXIT_NOT_EXECUTABLE	126
#define EXIT_NOT_FOUND		127

/* Nobody has to have less installed. */
#define DEFAULT_PAGER	"if command -v less >/dev/null; then less; else cat; fi"

/* Whoever quits has seen enough; for the writer that is no error. */
#define READ_THE_REST	"\nstatus=$?\ncat >/dev/null\nexit $status\n"

/* The user's pager as a shell's command; NULL if there shall be none. */
static const char *command(void)
{
	const char *pager = getenv("FGAGG_PAGER");

	if (!pager)
		pager = getenv("PAGER");
	if (!pager)
		return DEFAULT_PAGER;
	return *pager && strcmp(pager, "cat") ? pager : NULL;
}

/* Runs in the child. */
static void exec_pager(const char *pager, const int pipe[2])
{
	char *script;

	dup2(pipe[0], STDIN_FILENO);
	close(pipe[0]);
	close(pipe[1]);
	/* What fits the screen is left on it, with its colours. */
	setenv("LESS", "FRX", 0);
	if (asprintf(&script, "%s" READ_THE_REST, pager) > 0)
		execl("/bin/sh", "sh", "-c", script, NULL);
	_exit(EXIT_NOT_EXECUTABLE);
}

/**
 * fgagg_pager_start - let standard output go through the user's pager
 *
 * From then on Ctrl-C is for the pager.  Nothing is done if there is no pager,
 * or it cannot be started.
 *
 * Return: the process, 0 if there is none.
 */
pid_t fgagg_pager_start(void)
{
	const char *pager = command();
	int pipe[2];
	pid_t pid;

	if (!pager || pipe2(pipe, O_CLOEXEC))
		return 0;
	fflush(stdout);
	pid = fork();
	if (!pid)
		exec_pager(pager, pipe);
	if (pid > 0) {
		dup2(pipe[1], STDOUT_FILENO);
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
	}
	close(pipe[0]);
	close(pipe[1]);
	return pid > 0 ? pid : 0;
}

/**
 * fgagg_pager_wait - end standard output, and wait until the user has read it
 * @pager: from fgagg_pager_start()
 *
 * Return: 0; -ENOEXEC if the pager could not be run.
 */
int fgagg_pager_wait(pid_t pager)
{
	int status = 0;

	if (!pager)
		return 0;
	fclose(stdout);
	while (waitpid(pager, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && (WEXITSTATUS(status) == EXIT_NOT_FOUND ||
				  WEXITSTATUS(status) == EXIT_NOT_EXECUTABLE))
		return -ENOEXEC;
	return 0;
}
