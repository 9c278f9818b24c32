// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch: a plugin for QEMU that tells what the kernel does while calls are made
 * by the file "cost" of fgagg_tracee: which cache lines more than one CPU has
 * written, and which instructions were executed.
 *
 *	qemu-system-x86_64 -plugin file=watch.so,out=FILE
 *
 * The guest marks where it begins and ends to look by instructions that do
 * nothing, see struct mark.  When it asks for a report, FILE gets two lines, with
 * addresses in hexadecimal, and all is forgotten:
 *
 *	stores WRITTEN SHARED ADDRESS...	lines that were written, those of
 *						more than one CPU, and these
 *	blocks ADDRESS:COUNT...			instructions executed, by blocks
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "macros.h"
#include "qemu_plugin.h"

#define EXPORT		__attribute__((__visibility__("default")))

#define LINE_SHIFT	6
#define MAX_CPUS	32
#define MAX_LINES	65536	/* a power of two, and far more than there are */

EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static FILE *out;
static bool looking[MAX_CPUS];	/* each is its CPU's */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The lines that were written, by address, with a bit for each CPU. */
static struct line {
	__u64 number;	/* 0 for none */
	__u32 cpus;
} lines[MAX_LINES];

/* What QEMU translates at a time: some instructions that end with a jump. */
static struct block {
	struct block *next;
	__u64 address;
	__u64 instructions;	/* of the block */
	__u64 executed;		/* times that */
} *blocks;

static void on_store(unsigned int vcpu, qemu_plugin_meminfo_t info, __u64 vaddr,
		     void *unused)
{
	__u64 number = vaddr >> LINE_SHIFT;
	__u32 i = number * 0x9e3779b97f4a7c15ULL >> 48;

	if (!looking[vcpu % MAX_CPUS])
		return;
	pthread_mutex_lock(&lock);
	while (lines[i].number && lines[i].number != number)
		i = (i + 1) % MAX_LINES;
	lines[i].number = number;
	lines[i].cpus |= 1U << vcpu % MAX_CPUS;
	pthread_mutex_unlock(&lock);
}

static void on_begin(unsigned int vcpu, void *unused)
{
	looking[vcpu % MAX_CPUS] = true;
}

static void on_end(unsigned int vcpu, void *unused)
{
	looking[vcpu % MAX_CPUS] = false;
}

/* One CPU at a time looks, and so a plain addition is enough. */
static void on_block(unsigned int vcpu, void *block)
{
	struct block *b = block;

	if (looking[vcpu % MAX_CPUS])
		b->executed += b->instructions;
}

static bool is_shared(const struct line *line)
{
	return line->cpus & (line->cpus - 1);
}

static void report_stores(void)
{
	unsigned int written = 0, shared = 0, i;

	for (i = 0; i < MAX_LINES; i++) {
		written += !!lines[i].number;
		shared += is_shared(&lines[i]);
	}
	fprintf(out, "stores %u %u", written, shared);
	for (i = 0; i < MAX_LINES; i++)
		if (is_shared(&lines[i]))
			fprintf(out, " %llx", lines[i].number << LINE_SHIFT);
	fputc('\n', out);
	memset(lines, 0, sizeof(lines));
}

static void report_blocks(void)
{
	struct block *b;

	fputs("blocks", out);
	for (b = blocks; b; b = b->next) {
		if (b->executed)
			fprintf(out, " %llx:%llu", b->address, b->executed);
		b->executed = 0;
	}
	fputc('\n', out);
}

static void on_report(unsigned int vcpu, void *unused)
{
	pthread_mutex_lock(&lock);
	report_stores();
	report_blocks();
	fflush(out);
	pthread_mutex_unlock(&lock);
}

/* Exchanges of a register with itself, which no compiler makes. */
static const struct mark {
	__u8 code[3];
	qemu_plugin_vcpu_udata_cb_t cb;
} marks[] = {
	{ { 0x66, 0x87, 0xdb }, on_begin },	/* xchg %bx, %bx */
	{ { 0x66, 0x87, 0xc9 }, on_end },	/* xchg %cx, %cx */
	{ { 0x66, 0x87, 0xd2 }, on_report },	/* xchg %dx, %dx */
};

static void watch(struct qemu_plugin_insn *insn)
{
	__u8 code[sizeof(marks[0].code)];
	unsigned int i;

	qemu_plugin_register_vcpu_mem_cb(insn, on_store, QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_W, NULL);
	if (qemu_plugin_insn_size(insn) != sizeof(code) ||
	    qemu_plugin_insn_data(insn, code, sizeof(code)) != sizeof(code))
		return;
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (!memcmp(code, marks[i].code, sizeof(code)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, marks[i].cb,
							       QEMU_PLUGIN_CB_NO_REGS,
							       NULL);
}

/* Only the kernel is of interest, which has the upper half of addresses. */
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);
	__u64 address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
	struct block *b;

	if (!(address >> 63))
		return;
	for (i = 0; i < n; i++)
		watch(qemu_plugin_tb_get_insn(tb, i));
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->address = address;
	b->instructions = n;
	pthread_mutex_lock(&lock);
	b->next = blocks;
	blocks = b;
	pthread_mutex_unlock(&lock);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS, b);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
			       int argc, char **argv)
{
	if (argc == 1 && !strncmp(argv[0], "out=", 4))
		out = fopen(argv[0] + 4, "w");
	if (!out) {
		fprintf(stderr, "watch: there is no file to write to: out=FILE\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
