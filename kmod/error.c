// SPDX-License-Identifier: GPL-2.0-only
#include "error.h"

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/stdarg.h>
#include <linux/string.h>

static DEFINE_SPINLOCK(lock);
static char last[FGAGG_ERROR_LEN] = "none";

/**
 * fgagg_error - note an error
 * @err: negative errno
 * @fmt: one line without a newline
 *
 * Context: process.
 * Return: @err, so that the caller can return the call.
 */
int fgagg_error(int err, const char *fmt, ...)
{
	va_list args;
	char *p;

	spin_lock(&lock);
	va_start(args, fmt);
	vscnprintf(last, sizeof(last), fmt, args);
	va_end(args);
	/* It may quote what the user wrote, and goes to a terminal. */
	for (p = last; *p; p++)
		if (!isascii(*p) || !isprint(*p))
			*p = '?';
	spin_unlock(&lock);
	return err;
}

/**
 * fgagg_error_get - the last error
 * @text: filled in; "none" if there was none
 *
 * Context: process.
 */
void fgagg_error_get(char text[FGAGG_ERROR_LEN])
{
	spin_lock(&lock);
	strscpy(text, last, FGAGG_ERROR_LEN);
	spin_unlock(&lock);
}
