// SPDX-License-Identifier: GPL-2.0-only
#include "packed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/**
 * struct packed - the state of a stream
 * @out: where the base64 goes
 * @z: zlib's
 * @buf: deflated bytes that are not written; base64 takes three at a time, so
 *	up to two stay from one round to the next
 * @used: bytes in @buf
 */
struct packed {
	FILE *out;
	z_stream z;
	unsigned char buf[3 << 14];
	size_t used;
};

static void put_group(FILE *out, const unsigned char *in, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = in[0] << 16 | (n > 1 ? in[1] << 8 : 0) |
			    (n > 2 ? in[2] : 0);

	putc_unlocked(digits[bits >> 18], out);
	putc_unlocked(digits[bits >> 12 & 63], out);
	putc_unlocked(n > 1 ? digits[bits >> 6 & 63] : '=', out);
	putc_unlocked(n > 2 ? digits[bits & 63] : '=', out);
}

/* Writes what is in the buffer, and at the end the incomplete group too. */
static int drain(struct packed *p, bool end)
{
	size_t i;

	for (i = 0; i + 3 <= p->used; i += 3)
		put_group(p->out, p->buf + i, 3);
	if (end && i < p->used) {
		put_group(p->out, p->buf + i, p->used - i);
		i = p->used;
	}
	p->used -= i;
	memmove(p->buf, p->buf + i, p->used);
	return ferror(p->out) ? -EIO : 0;
}

/* Until zlib has taken all of its input, and at the end has given all. */
static int run(struct packed *p, int flush)
{
	int ret;

	do {
		p->z.next_out = p->buf + p->used;
		p->z.avail_out = sizeof(p->buf) - p->used;
		ret = deflate(&p->z, flush);
		p->used = sizeof(p->buf) - p->z.avail_out;
		if (ret == Z_STREAM_ERROR || drain(p, ret == Z_STREAM_END))
			return -EIO;
	} while (flush == Z_FINISH ? ret != Z_STREAM_END : p->z.avail_in);
	return 0;
}

static ssize_t packed_write(void *cookie, const char *data, size_t size)
{
	struct packed *p = cookie;

	p->z.next_in = (unsigned char *)data;
	p->z.avail_in = size;
	return run(p, Z_NO_FLUSH) ? 0 : size;
}

static int packed_close(void *cookie)
{
	struct packed *p = cookie;
	int ret;

	p->z.avail_in = 0;
	ret = run(p, Z_FINISH);
	deflateEnd(&p->z);
	free(p);
	return ret ? EOF : 0;
}

/**
 * fgagg_packed_open - begin to pack
 * @out: where the base64 goes; stays open when the stream is closed
 *
 * Return: a stream in which everything is packed; fclose() writes the rest, and
 * fails if anything could not be written.  NULL without memory.
 */
FILE *fgagg_packed_open(FILE *out)
{
	const cookie_io_functions_t functions = {
		.write = packed_write,
		.close = packed_close,
	};
	struct packed *p = calloc(1, sizeof(*p));
	FILE *stream;

	if (!p)
		return NULL;
	p->out = out;
	if (deflateInit(&p->z, Z_DEFAULT_COMPRESSION) != Z_OK) {
		free(p);
		return NULL;
	}
	stream = fopencookie(p, "w", functions);
	if (!stream) {
		deflateEnd(&p->z);
		free(p);
	}
	return stream;
}
