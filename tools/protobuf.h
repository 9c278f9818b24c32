/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protobuf: messages in the wire format of protocol buffers.
 *
 * As much of it as a profile needs: unsigned integers, strings, packed lists
 * and messages within messages.  Memory that is out is remembered and told by
 * fgagg_protobuf_error(), so that a message is written without a check at each
 * field.
 */
#ifndef FGAGG_PROTOBUF_H
#define FGAGG_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * struct fgagg_protobuf - a message; all zero is the empty one
 * @data: its bytes
 * @size: number of bytes
 * @room: bytes that there is room for
 * @failed: memory was out
 */
struct fgagg_protobuf {
	unsigned char *data;
	size_t size;
	size_t room;
	bool failed;
};

void fgagg_protobuf_put(struct fgagg_protobuf *msg, __u64 value);
void fgagg_protobuf_number(struct fgagg_protobuf *msg, unsigned int field,
			   __u64 value);
void fgagg_protobuf_string(struct fgagg_protobuf *msg, unsigned int field,
			   const char *text);
void fgagg_protobuf_message(struct fgagg_protobuf *msg, unsigned int field,
			    struct fgagg_protobuf *inner);
int fgagg_protobuf_error(const struct fgagg_protobuf *msg);
void fgagg_protobuf_free(struct fgagg_protobuf *msg);

#endif /* FGAGG_PROTOBUF_H */
