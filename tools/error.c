// SPDX-License-Identifier: GPL-2.0-only
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/**
 * fgagg_error_set - say what went wrong
 * @err: where to
 * @code: negative errno
 * @fmt: as for printf
 *
 * Return: @code, so that a caller can return the call.
 */
int fgagg_error_set(struct fgagg_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return code;
}

/**
 * fgagg_error_prefix - say in what it went wrong
 * @err: an error that is set
 * @code: negative errno
 * @prefix: usually a file's name
 *
 * Return: @code.
 */
int fgagg_error_prefix(struct fgagg_error *err, int code, const char *prefix)
{
	struct fgagg_error inner = *err;

	return fgagg_error_set(err, code, "%s: %s", prefix, inner.text);
}

/**
 * fgagg_error_nomem - say that memory is out
 * @err: where to
 *
 * Return: -ENOMEM.
 */
int fgagg_error_nomem(struct fgagg_error *err)
{
	return fgagg_error_set(err, -ENOMEM, "out of memory");
}
