// SPDX-License-Identifier: GPL-2.0-only
#include "test_tools_command.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "file.h"

static char fgagg[PATH_MAX];	/* the program */
static char golden[PATH_MAX];	/* where the expected outputs are */
static char dir[] = P_tmpdir "/fgagg-golden-XXXXXX";	/* what looks like debugfs */

void command_setup(void)
{
	char self[PATH_MAX / 2];
	ssize_t n;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(n > 0);
	self[n] = '\0';
	dirname(self);
	snprintf(fgagg, sizeof(fgagg), "%s/fgagg", self);
	snprintf(golden, sizeof(golden), "%s/../golden", self);
	assert_non_null(mkdtemp(dir));
	unsetenv("NO_COLOR");
	unsetenv("ARGP_HELP_FMT");
	setenv("COLUMNS", "80", 1);
	setenv("LC_ALL", "C", 1);
	setenv("DIR", dir, 1);
	setenv("FGAGG", fgagg, 1);
	/* To hang is to fail. */
	alarm(300);
}

int command_teardown(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

const char *command_dir(void)
{
	return dir;
}

void command_write(const char *name, const void *data, size_t size)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fgagg_file_write(fd, data, size), 0);
	close(fd);
}

/* Replaces the directory's name, which differs every time. */
static void normalize(char *text)
{
	size_t len = strlen(dir);
	char *at;

	while ((at = strstr(text, dir))) {
		memcpy(at, "DIR", 3);
		memmove(at + 3, at + len, strlen(at + len) + 1);
	}
}

char *command_run(const char *args)
{
	char command[PATH_MAX], path[PATH_MAX], *text;

	snprintf(command, sizeof(command),
		 "exec >$DIR/output 2>$DIR/errors; $FGAGG --debugfs $DIR %s; status=$?; "
		 "sed 's/^/stderr: /' $DIR/errors; echo \"exit $status\"",
		 args);
	assert_int_equal(system(command), 0);
	snprintf(path, sizeof(path), "%s/output", dir);
	assert_int_equal(fgagg_file_read(path, &text, NULL), 0);
	normalize(text);
	return text;
}

void command_compare(const char *name, const char *got)
{
	char path[PATH_MAX + 64], *want;
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", golden, name);
	if (getenv("FGAGG_GOLDEN")) {
		out = fopen(path, "w");
		assert_non_null(out);
		fputs(got, out);
		fclose(out);
		return;
	}
	if (fgagg_file_read(path, &want, NULL))
		fail_msg("no %s", path);
	if (strcmp(want, got)) {
		print_error("--- want\n%s--- got\n%s---\n", want, got);
		free(want);
		fail_msg("output differs from golden/%s", name);
	}
	free(want);
}

static void test_case(void **state)
{
	const struct command_case *this = *state;
	char *got = command_run(this->args);

	command_compare(this->name, got);
	free(got);
}

int command_main(const struct command_case *cases, size_t nr,
		 const struct CMUnitTest *more, size_t nr_more,
		 int (*setup)(void **state))
{
	struct CMUnitTest *tests = calloc(nr + nr_more, sizeof(*tests));
	size_t i;
	int ret;

	if (!tests)
		return 1;
	/* As on a terminal: nohup ignores one of them, and a shell for what has & two. */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	for (i = 0; i < nr; i++) {
		tests[i].name = cases[i].name;
		tests[i].test_func = test_case;
		tests[i].initial_state = (void *)&cases[i];
	}
	if (nr_more)
		memcpy(tests + nr, more, nr_more * sizeof(*tests));
	/* What cmocka_run_group_tests() is for an array of known size. */
	ret = _cmocka_run_group_tests("tests", tests, nr + nr_more, setup,
				      command_teardown);
	free(tests);
	return ret;
}
