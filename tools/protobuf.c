// SPDX-License-Identifier: GPL-2.0-only
#include "protobuf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum wire {
	WIRE_VARINT = 0,
	WIRE_LEN = 2,
};

static void put_bytes(struct fgagg_protobuf *msg, const void *data,
		      size_t size)
{
	size_t room = msg->room ? msg->room : 64;
	unsigned char *more;

	if (!size)
		return;
	while (room - msg->size < size)
		room *= 2;
	if (room != msg->room) {
		more = realloc(msg->data, room);
		if (!more) {
			msg->failed = true;
			return;
		}
		msg->data = more;
		msg->room = room;
	}
	memcpy(msg->data + msg->size, data, size);
	msg->size += size;
}

/**
 * fgagg_protobuf_put - add a bare number, as packed lists consist of
 * @msg: the list
 * @value: the number
 */
void fgagg_protobuf_put(struct fgagg_protobuf *msg, __u64 value)
{
	unsigned char bytes[10];
	size_t n = 0;

	/* Seven bits a byte, the lowest first; the last has no top bit. */
	for (; value > 0x7f; value >>= 7)
		bytes[n++] = value | 0x80;
	bytes[n++] = value;
	put_bytes(msg, bytes, n);
}

static void put_tag(struct fgagg_protobuf *msg, unsigned int field,
		    enum wire wire)
{
	fgagg_protobuf_put(msg, field << 3 | wire);
}

static void put_field(struct fgagg_protobuf *msg, unsigned int field,
		      const void *data, size_t size)
{
	put_tag(msg, field, WIRE_LEN);
	fgagg_protobuf_put(msg, size);
	put_bytes(msg, data, size);
}

/**
 * fgagg_protobuf_number - add a field that is a number
 * @msg: the message
 * @field: number of the field
 * @value: the number
 */
void fgagg_protobuf_number(struct fgagg_protobuf *msg, unsigned int field,
			   __u64 value)
{
	put_tag(msg, field, WIRE_VARINT);
	fgagg_protobuf_put(msg, value);
}

/**
 * fgagg_protobuf_string - add a field that is a string
 * @msg: the message
 * @field: number of the field
 * @text: the string
 */
void fgagg_protobuf_string(struct fgagg_protobuf *msg, unsigned int field,
			   const char *text)
{
	put_field(msg, field, text, strlen(text));
}

/**
 * fgagg_protobuf_message - add a field that is a message or a packed list
 * @msg: the message
 * @field: number of the field
 * @inner: what to add; empty afterwards, to be used again or given back
 */
void fgagg_protobuf_message(struct fgagg_protobuf *msg, unsigned int field,
			    struct fgagg_protobuf *inner)
{
	put_field(msg, field, inner->data, inner->size);
	msg->failed |= inner->failed;
	inner->size = 0;
}

/**
 * fgagg_protobuf_error - whether a message is whole
 * @msg: the message
 *
 * Return: 0, or -ENOMEM if memory was out.
 */
int fgagg_protobuf_error(const struct fgagg_protobuf *msg)
{
	return msg->failed ? -ENOMEM : 0;
}

/**
 * fgagg_protobuf_free - give back a message's memory
 * @msg: the message; empty afterwards
 */
void fgagg_protobuf_free(struct fgagg_protobuf *msg)
{
	free(msg->data);
	memset(msg, 0, sizeof(*msg));
}
