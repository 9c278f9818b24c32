// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a run file.  Checksums are set right first: they are there for
 * accidents, and would keep everything else from being reached.
 */
#include "fuzz.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "runfile.h"

/* Where a head has them, see block.c. */
#define AT_CRC		16
#define AT_STORED	24

static uint32_t crc32(const uint8_t *data, size_t size)
{
	uint32_t crc = ~0U;
	int bit;

	while (size--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static void set_checksums(uint8_t *at, size_t size)
{
	const size_t from = AT_CRC + sizeof(uint32_t);

	while (size >= FGAGG_BLOCK_HEAD && fgagg_block_begins(at, size)) {
		uint64_t stored;
		uint32_t crc;

		memcpy(&stored, at + AT_STORED, sizeof(stored));
		stored = le64toh(stored);
		if (stored > size - FGAGG_BLOCK_HEAD)
			break;
		crc = htole32(crc32(at + from, FGAGG_BLOCK_HEAD + stored - from));
		memcpy(at + AT_CRC, &crc, sizeof(crc));
		at += FGAGG_BLOCK_HEAD + stored;
		size -= FGAGG_BLOCK_HEAD + stored;
	}
}

static int file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("run", MFD_CLOEXEC);
	uint8_t *copy = malloc(size + 1);

	memcpy(copy, data, size);
	set_checksums(copy, size);
	if (write(fd, copy, size) != (ssize_t)size)
		abort();
	free(copy);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fgagg_error err;
	struct fgagg_snap *snap;
	struct fgagg_run *run;
	size_t i;
	int fd;

	fd = file_of(data, size);
	if (!fgagg_runfile_is(fd)) {
		close(fd);
		return 0;
	}
	if (fgagg_runfile_open(fd, &run, &err))
		return 0;
	for (i = 0; i < fgagg_runfile_count(run); i++)
		if (!fgagg_runfile_snapshot(run, i, &snap, &err))
			fgagg_snapshot_free(snap);
	fgagg_runfile_free(run);
	return 0;
}
