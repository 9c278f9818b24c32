/* SPDX-License-Identifier: GPL-2.0-only */
/* The reader on a terminal, which is one of tmux's. */
#ifndef TEST_TOOLS_TERMINAL_H
#define TEST_TOOLS_TERMINAL_H

#include "test_tools_command.h"

/* Runs fgagg with some arguments on a new terminal; @env are assignments. */
void terminal_open(const char *env, const char *args, int width, int height);
/* Presses keys, by tmux's names, with blanks between. */
void terminal_press(const char *keys);
void terminal_resize(int width, int height);
/* Waits until the terminal shows golden/@name, for 20 seconds at most. */
void terminal_expect(const char *name);
/* Waits until it shows a text, which is for what differs every time. */
void terminal_wait(const char *text);
/* Waits until what runs there has ended, with this status and error. */
void terminal_close(int status, const char *error);
/* A test's teardown: also ends what has not. */
int terminal_kill(void **state);

#endif /* TEST_TOOLS_TERMINAL_H */
