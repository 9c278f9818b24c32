// SPDX-License-Identifier: GPL-2.0-only
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define PIECE	0x40000

/* For inflateInit2(): the largest window there is, behind a head of gzip. */
#define GZIP_WINDOW	(15 + 16)

static const char zstd_magic[] = "\x28\xb5\x2f\xfd";
static const char gzip_magic[] = "\x1f\x8b";

/**
 * struct fgagg_input - a file that is being read
 * @fd: the file
 * @size: its size, 0 if it has none
 * @done: bytes of it that were read
 * @zstd: decompresses it, if it is compressed by zstd
 * @gzip: or by gzip
 * @is_gzip: which then is set up
 * @whole: a frame has ended where the input is
 * @full: @plain was too small for all that could be had
 * @in: bytes that are not decompressed yet
 * @raw: room for what is read
 * @plain: room for what comes out, if the file is compressed
 */
struct fgagg_input {
	int fd;
	__u64 size;
	__u64 done;
	ZSTD_DStream *zstd;
	z_stream gzip;
	bool is_gzip;
	bool whole;
	bool full;
	ZSTD_inBuffer in;
	char raw[PIECE];
	char plain[PIECE];
};

static int fill(struct fgagg_input *input, struct fgagg_error *err)
{
	ssize_t n;

	do
		n = read(input->fd, input->raw, sizeof(input->raw));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fgagg_error_set(err, -errno, "cannot read: %s",
				       strerror(errno));
	input->in.src = input->raw;
	input->in.size = n;
	input->in.pos = 0;
	input->done += n;
	return 0;
}

static bool begins(const struct fgagg_input *input, const char *magic)
{
	return input->in.size >= strlen(magic) &&
	       !memcmp(input->raw, magic, strlen(magic));
}

static int detect(struct fgagg_input *input, struct fgagg_error *err)
{
	int ret;

	ret = fill(input, err);
	if (ret)
		return ret;
	if (begins(input, zstd_magic)) {
		input->zstd = ZSTD_createDStream();
		if (!input->zstd)
			return fgagg_error_nomem(err);
	}
	if (begins(input, gzip_magic)) {
		if (inflateInit2(&input->gzip, GZIP_WINDOW) != Z_OK)
			return fgagg_error_nomem(err);
		input->is_gzip = true;
	}
	return 0;
}

/**
 * fgagg_input_open - open a file
 * @path: its name, "-" for standard input
 * @input: set to the input
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_input_open(const char *path, struct fgagg_input **input,
		     struct fgagg_error *err)
{
	struct fgagg_input *in = calloc(1, sizeof(*in));
	struct stat st;
	int ret;

	if (!in)
		return fgagg_error_nomem(err);
	in->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) :
				     dup(STDIN_FILENO);
	ret = in->fd < 0 ? fgagg_error_set(err, -errno, "%s", strerror(errno)) :
			   detect(in, err);
	if (ret) {
		fgagg_input_free(in);
		return ret;
	}
	if (!fstat(in->fd, &st) && S_ISREG(st.st_mode))
		in->size = st.st_size;
	*input = in;
	return 0;
}

/**
 * fgagg_input_free - close a file
 * @input: the input, or NULL
 */
void fgagg_input_free(struct fgagg_input *input)
{
	if (!input)
		return;
	ZSTD_freeDStream(input->zstd);
	if (input->is_gzip)
		inflateEnd(&input->gzip);
	if (input->fd >= 0)
		close(input->fd);
	free(input);
}

/* A step of decompression, which may give nothing yet. */
static int step_zstd(struct fgagg_input *input, ZSTD_outBuffer *out,
		     struct fgagg_error *err)
{
	size_t left;

	/* It fitted just so; with nothing to read, another file would begin. */
	if (input->whole && input->in.pos == input->in.size)
		return 0;
	left = ZSTD_decompressStream(input->zstd, out, &input->in);
	if (ZSTD_isError(left))
		return fgagg_error_set(err, -EINVAL, "damaged zstd file: %s",
				       ZSTD_getErrorName(left));
	input->whole = !left;
	return 0;
}

static int step_gzip(struct fgagg_input *input, ZSTD_outBuffer *out,
		     struct fgagg_error *err)
{
	z_stream *z = &input->gzip;
	int ret;

	/* Files of gzip may follow each other, and are one. */
	if (input->whole && !input->full)
		inflateReset(z);
	z->next_in = (Bytef *)input->raw + input->in.pos;
	z->avail_in = input->in.size - input->in.pos;
	z->next_out = out->dst;
	z->avail_out = out->size;
	ret = inflate(z, Z_NO_FLUSH);
	if (ret != Z_OK && ret != Z_STREAM_END && ret != Z_BUF_ERROR)
		return fgagg_error_set(err, -EINVAL, "damaged gzip file%s%s",
				       z->msg ? ": " : "",
				       z->msg ? z->msg : "");
	input->in.pos = input->in.size - z->avail_in;
	out->pos = out->size - z->avail_out;
	input->whole = ret == Z_STREAM_END;
	return 0;
}

static int read_compressed(struct fgagg_input *input, const char **buf,
			   size_t *len, struct fgagg_error *err)
{
	ZSTD_outBuffer out = { input->plain, sizeof(input->plain), 0 };
	int ret = 0;

	while (!out.pos && !ret) {
		/* If it did not fit the last time, there is more to come. */
		if (!input->full && input->in.pos == input->in.size) {
			ret = fill(input, err);
			if (ret || !input->in.size)
				break;
		}
		ret = input->zstd ? step_zstd(input, &out, err) :
				    step_gzip(input, &out, err);
		input->full = out.pos == out.size;
	}
	if (!ret && !out.pos && !input->whole)
		ret = fgagg_error_set(err, -EINVAL,
				      "compressed file is cut short");
	*buf = input->plain;
	*len = out.pos;
	return ret;
}

/**
 * fgagg_input_read - the next piece
 * @input: the input
 * @buf: set to the piece, which lasts until the next call
 * @len: set to bytes of it, 0 at the end
 * @err: set on failure
 *
 * Return: 0; -EINVAL if it does not decompress; a negative errno.
 */
int fgagg_input_read(struct fgagg_input *input, const char **buf, size_t *len,
		     struct fgagg_error *err)
{
	int ret;

	if (input->zstd || input->is_gzip)
		return read_compressed(input, buf, len, err);
	if (input->in.pos == input->in.size) {
		ret = fill(input, err);
		if (ret)
			return ret;
	}
	*buf = input->raw;
	*len = input->in.size;
	input->in.pos = input->in.size;
	return 0;
}

/**
 * fgagg_input_done - how far a file has been read
 * @input: the input
 *
 * Return: bytes of the file, before decompression.
 */
__u64 fgagg_input_done(const struct fgagg_input *input)
{
	return input->done;
}

/**
 * fgagg_input_size - the size of a file
 * @input: the input
 *
 * Return: bytes, 0 if that is not known.
 */
__u64 fgagg_input_size(const struct fgagg_input *input)
{
	return input->size;
}
