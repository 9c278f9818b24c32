/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * fgagg: the binary interface between the module and its readers.
 *
 * /sys/kernel/debug/fgagg/snapshot is one struct fgagg_snapshot followed by
 * sections, all in the byte order of the machine that wrote it:
 *
 *	+--------------------------+ 0
 *	| struct fgagg_snapshot    |
 *	+--------------------------+ header_size
 *	| section, section, ...    | each at a multiple of 8
 *	+--------------------------+ size
 *
 * A section starts with struct fgagg_section, which says its type and its
 * size.  A reader skips section types it does not know, and reads only as
 * much of a header or a record as its size field says: fields are added at
 * the end, never moved.  FGAGG_SNAPSHOT_VERSION changes when an old reader
 * would misread, and a reader refuses a version that it does not know.
 *
 *	FGAGG_SECTION_STATS	text, the content of the file "stats"
 *	FGAGG_SECTION_STRINGS	zero-terminated names, the first one empty;
 *				records point into it by byte offset
 *	FGAGG_SECTION_RECORDS	struct fgagg_record, each followed by its
 *				histogram, one for every call path and CPU
 *
 * Times are in ticks of a clock of clock_khz kHz.  Every number counts from
 * the last reset, so two snapshots of one epoch may be subtracted.
 */
#ifndef _UAPI_FGAGG_H
#define _UAPI_FGAGG_H

#include <linux/types.h>

#define FGAGG_SNAPSHOT_MAGIC	0x50414e5347474146ULL	/* "FAGGSNAP" */
#define FGAGG_SNAPSHOT_VERSION	1

/* Contexts.  Each has a root of its own in the calling context tree. */
enum fgagg_context {
	FGAGG_CTX_TASK,
	FGAGG_CTX_SOFTIRQ,
	FGAGG_CTX_HARDIRQ,
	FGAGG_CTX_NMI,
	FGAGG_CTX_NR
};

/*
 * Why an entered call was not recorded.
 * entered == recorded + open + the sum of these.
 */
enum fgagg_loss {
	FGAGG_LOST_FULL,	/* no free node in the CPU's table */
	FGAGG_LOST_POOL,	/* no free histogram chunk in the CPU's pool */
	FGAGG_LOST_OVERRUN,	/* no room for its frame on the stack */
	FGAGG_LOST_MISS,	/* never returned, or cannot be recorded */
	FGAGG_LOST_COLLISION,	/* another path has the same 64-bit key */
	FGAGG_LOST_STOPPED,	/* was open when tracing stopped */
	FGAGG_LOST_NR
};

/**
 * struct fgagg_snapshot - the head of a snapshot
 * @magic: FGAGG_SNAPSHOT_MAGIC; byte-swapped on a foreign machine
 * @version: FGAGG_SNAPSHOT_VERSION
 * @header_size: bytes of this struct as the writer knew it
 * @size: bytes of the whole snapshot
 * @epoch: changes with every reset, and with every load of the module
 * @clock_khz: ticks per millisecond
 * @ticks: the clock when the snapshot was begun
 * @realtime_ns: CLOCK_REALTIME at the same time
 * @boottime_ns: CLOCK_BOOTTIME at the same time
 * @entered: calls that reached the hook and passed the filters
 * @open: calls that have entered and not returned
 * @clamped: calls whose time was out of range and was clamped
 * @lost: calls lost, by &enum fgagg_loss
 * @root_key: for each &enum fgagg_context, the parent key of its top nodes
 * @precision: k; a power of two of time is divided into 2^k buckets
 * @nr_records: records in all sections
 */
struct fgagg_snapshot {
	__u64	magic;
	__u32	version;
	__u32	header_size;
	__u64	size;
	__u64	epoch;
	__u64	clock_khz;
	__u64	ticks;
	__u64	realtime_ns;
	__u64	boottime_ns;
	__u64	entered;
	__u64	open;
	__u64	clamped;
	__u64	lost[FGAGG_LOST_NR];
	__u64	root_key[FGAGG_CTX_NR];
	__u32	precision;
	__u32	nr_records;
};

enum fgagg_section_type {
	FGAGG_SECTION_STATS = 1,
	FGAGG_SECTION_STRINGS,
	FGAGG_SECTION_RECORDS,
};

/**
 * struct fgagg_section - the head of a section
 * @type: &enum fgagg_section_type
 * @reserved: zero
 * @size: bytes of the section's content, without this head and without the
 *	zero bytes that pad it to a multiple of 8
 */
struct fgagg_section {
	__u32	type;
	__u32	reserved;
	__u64	size;
};

/**
 * struct fgagg_bucket - one bucket that is not empty
 * @index: number of the bucket, see fgagg_bucket_low()
 * @reserved: zero
 * @count: calls whose time fell into the bucket
 */
struct fgagg_bucket {
	__u32	index;
	__u32	reserved;
	__u64	count;
};

/**
 * struct fgagg_record - one call path on one CPU
 * @size: bytes of this record with its buckets
 * @header_size: bytes of this struct as the writer knew it; buckets follow
 * @nr_buckets: number of struct fgagg_bucket that follow, by rising index
 * @cpu: the CPU
 * @context: &enum fgagg_context
 * @key: path key; says nothing about where functions are
 * @parent: key of the calling path, or the context's root_key.  The caller
 *	has a record for the same CPU, though perhaps with no buckets yet
 * @name: offset of the function's name in the strings: "name" or
 *	"name [module]"
 * @max_pid: task that ran the slowest call, 0 for idle
 * @total: sum of inclusive times
 * @self: sum of exclusive times: without traced callees, and without traced
 *	interrupts on top
 * @min: least inclusive time, all ones if there is no call; it, @max and the sums may
 *	be behind the buckets by calls that are being counted
 * @max: greatest inclusive time
 * @max_ticks: the clock when the slowest call returned
 * @max_comm: name of the task that ran it, zero-terminated
 * @cost: sum of what was taken off inclusive times, as cost of tracing; added to
 *	@total it makes the sum of times as they were
 *
 * The number of calls is the sum of the buckets; there is no second counter.
 */
struct fgagg_record {
	__u32	size;
	__u32	header_size;
	__u32	nr_buckets;
	__u16	cpu;
	__u16	context;
	__u64	key;
	__u64	parent;
	__u32	name;
	__u32	max_pid;
	__u64	total;
	__u64	self;
	__u64	min;
	__u64	max;
	__u64	max_ticks;
	__u8	max_comm[16];
	__u64	cost;
};

/*
 * Buckets.  Log-linear, as in HdrHistogram: values below 2^(k+1) have a bucket
 * each, and above that every power of two is divided into 2^k buckets of equal
 * width.  A bucket of more than one value is therefore never wider than 1/2^k of
 * its lower bound.
 *
 *	k = 4:  0 1 2 ... 31 | 32-33 34-35 ... 62-63 | 64-67 68-71 ...
 */
#define FGAGG_PRECISION_MIN	1
#define FGAGG_PRECISION_MAX	7
#define FGAGG_PRECISION_DEFAULT	4

/* Values of 2^44 ticks (an hour and a half at 3 GHz) and more are clamped. */
#define FGAGG_VALUE_BITS	44
#define FGAGG_VALUE_MAX		((1ULL << FGAGG_VALUE_BITS) - 1)

/**
 * fgagg_bucket_index - the bucket of a value
 * @value: 0 to FGAGG_VALUE_MAX
 * @k: precision
 *
 * Context: any, NMI included.
 * Return: the index of the bucket.
 */
static inline __u32 fgagg_bucket_index(__u64 value, unsigned int k)
{
	unsigned int msb = 63 - __builtin_clzll(value | 1);
	unsigned int shift = msb > k ? msb - k : 0;

	return (shift << k) + (__u32)(value >> shift);
}

/**
 * fgagg_bucket_low - the least value of a bucket
 * @index: at most fgagg_bucket_count(@k), for the end of the last bucket
 * @k: precision
 *
 * Return: the least value that belongs to the bucket; the greatest is one less
 * than the least of the next bucket.
 */
static inline __u64 fgagg_bucket_low(__u32 index, unsigned int k)
{
	__u32 half = 1U << k;
	unsigned int shift;

	if (index < 2 * half)
		return index;
	shift = (index >> k) - 1;
	return (__u64)((index & (half - 1)) | half) << shift;
}

/**
 * fgagg_bucket_count - how many buckets cover 0 to FGAGG_VALUE_MAX
 * @k: precision
 *
 * Return: the number of buckets.
 */
static inline __u32 fgagg_bucket_count(unsigned int k)
{
	return fgagg_bucket_index(FGAGG_VALUE_MAX, k) + 1;
}

#endif /* _UAPI_FGAGG_H */
