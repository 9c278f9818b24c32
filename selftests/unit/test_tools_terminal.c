// SPDX-License-Identifier: GPL-2.0-only
#include "test_tools_terminal.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "file.h"

#define TMUX	"tmux -u -f /dev/null -L $TERMINAL "

#define TRIES	200
#define PAUSE	100000	/* us */

__attribute__((format(printf, 1, 2)))
static int shell(const char *fmt, ...)
{
	char command[2 * PATH_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

void terminal_open(const char *env, const char *args, int width, int height)
{
	static int nr;
	char name[16];

	/* A server of its own: the one before may be about to end. */
	snprintf(name, sizeof(name), "fgagg%d", nr++);
	setenv("TERMINAL", name, 1);
	setenv("TMUX_TMPDIR", command_dir(), 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("TMUX");
	assert_int_equal(shell("rm -f $DIR/status; "
			       TMUX "new-session -d -x %d -y %d "
			       "'%s $FGAGG --debugfs $DIR %s 2>$DIR/errors; "
			       "echo $? >$DIR/status.new; "
			       "mv $DIR/status.new $DIR/status'",
			       width, height, env, args), 0);
}

void terminal_press(const char *keys)
{
	assert_int_equal(shell(TMUX "send-keys %s", keys), 0);
}

void terminal_resize(int width, int height)
{
	assert_int_equal(shell(TMUX "resize-window -x %d -y %d", width,
			       height), 0);
}

/* What the terminal shows, with its colours, for people to read. */
static char *read_screen(void)
{
	char path[PATH_MAX], *text;

	shell(TMUX "capture-pane -p -e 2>&1 | "
	      "sed \"s/$(printf '\\033')/\\\\\\\\e/g; s/ *$//\" >$DIR/screen");
	snprintf(path, sizeof(path), "%s/screen", command_dir());
	assert_int_equal(fgagg_file_read(path, &text, NULL), 0);
	return text;
}

static bool is_golden(const char *name)
{
	return !shell("cmp -s $DIR/screen ${FGAGG%%/*}/../golden/%s", name);
}

void terminal_expect(const char *name)
{
	char *got = read_screen(), *before = NULL;
	int tries, same = 0;

	/* While it is written anew, what is golden is what stays. */
	for (tries = 0; tries < TRIES; tries++) {
		if (getenv("FGAGG_GOLDEN") ? same == 10 :
					     is_golden(name))
			break;
		usleep(PAUSE);
		free(before);
		before = got;
		got = read_screen();
		same = strcmp(got, before) ? 0 : same + 1;
	}
	free(before);
	command_compare(name, got);
	free(got);
}

void terminal_wait(const char *text)
{
	char *got = read_screen();
	int tries;

	for (tries = 0; tries < TRIES && !strstr(got, text); tries++) {
		usleep(PAUSE);
		free(got);
		got = read_screen();
	}
	if (!strstr(got, text))
		fail_msg("no '%s' in\n%s", text, got);
	free(got);
}

void terminal_close(int status, const char *error)
{
	char path[PATH_MAX], *text;
	int tries;

	snprintf(path, sizeof(path), "%s/status", command_dir());
	for (tries = 0; tries < TRIES && access(path, F_OK); tries++)
		usleep(PAUSE);
	if (fgagg_file_read(path, &text, NULL))
		fail_msg("it does not end");
	assert_int_equal(atoi(text), status);
	free(text);
	snprintf(path, sizeof(path), "%s/errors", command_dir());
	assert_int_equal(fgagg_file_read(path, &text, NULL), 0);
	assert_string_equal(text, error);
	free(text);
}

int terminal_kill(void **state)
{
	(void)state;
	shell(TMUX "kill-server 2>/dev/null");
	return 0;
}
