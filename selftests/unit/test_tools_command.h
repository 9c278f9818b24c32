/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The reader as a user runs it: against a directory that looks like the
 * module's, and compared with golden/NAME, byte by byte.
 *
 *	FGAGG_GOLDEN=write build/test_tools_golden	makes the files anew
 *
 * Standard output comes first, then standard error and the exit status.
 */
#ifndef TEST_TOOLS_COMMAND_H
#define TEST_TOOLS_COMMAND_H

#include "test_tools_helper.h"

/* Makes the directory, $DIR in commands, which --debugfs points to. */
void command_setup(void);
/* Removes it. */
int command_teardown(void **state);
/* Its name. */
const char *command_dir(void);
/* Writes a file in it. */
void command_write(const char *name, const void *data, size_t size);

/* Runs fgagg with some arguments, or what a shell makes of them. */
char *command_run(const char *args);
/* Fails the test if the output is not as in golden/@name. */
void command_compare(const char *name, const char *got);

/**
 * struct command_case - a command with an expected output
 * @name: its file in golden/
 * @args: of fgagg
 */
struct command_case {
	const char *name;
	const char *args;
};

/* main() of a test that is cases, and more that are no such cases. */
int command_main(const struct command_case *cases, size_t nr,
		 const struct CMUnitTest *more, size_t nr_more,
		 int (*setup)(void **state));

#endif /* TEST_TOOLS_COMMAND_H */
