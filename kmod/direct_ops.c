// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/*
 * Functions are hooked in groups, as ftrace takes them: those of a group call
 * the same trampoline.  ftrace cannot take functions out of a group.  So those
 * that are added make a group of their own, and a group that loses some is
 * unhooked, and the rest is hooked again; in between, for some milliseconds,
 * calls of the rest are not seen.
 *
 * All of this is protected by the session's mutex.
 */
#include "direct_ops.h"

#include <linux/bsearch.h>
#include <linux/ftrace.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>

#include <asm/nops.h>

#include "calibrate.h"
#include "compat.h"
#include "direct.h"
#include "ksym.h"
#include "proto.h"
#include "shard.h"

/* No header that modules may include has it. */
int ftrace_is_dead(void);

FGAGG_KSYM(ftrace_find_rec_direct);
FGAGG_KSYM(ftrace_is_dead);

/**
 * struct group - functions that were hooked together
 * @node: in groups
 * @ops: ftrace's
 * @last: another, see outlast()
 * @trampoline: what they call
 * @stuck: ftrace may not be done with it, and never will be
 * @nr: how many
 * @addr: their addresses, rising
 */
struct group {
	struct list_head	node;
	struct ftrace_ops	ops;
	struct ftrace_ops	last;
	unsigned long		trampoline;
	bool			stuck;
	unsigned int		nr;
	unsigned long		addr[];
};

static LIST_HEAD(groups);

/* There are functions that cannot be unhooked. */
static bool stuck;

/* By the words of arguments that they copy. */
static const struct trampoline {
	unsigned int words;
	void (*func)(void);
} trampolines[FGAGG_COPY_NR] = {
	[FGAGG_COPY_NONE] = { 0, fgagg_direct_none },
	[FGAGG_COPY_FEW] = { FGAGG_DIRECT_WORDS_FEW, fgagg_direct_few },
	[FGAGG_COPY_MANY] = { FGAGG_DIRECT_WORDS_MANY, fgagg_direct_many },
};

/*
 * Functions that cannot be hooked, and why, by rising address.  Forgotten when tracing
 * stops, for those who hold functions let go of them, and when modules come and go.
 */
static struct refusal {
	unsigned long	addr;
	const char	*reason;
} *refused;
static unsigned int nr_refused;

static int cmp_addr(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* An array of anything that starts with an address. */
static void *find(unsigned long addr, const void *array, unsigned int nr,
		  size_t size)
{
	return nr ? bsearch(&addr, array, nr, size, cmp_addr) : NULL;
}

/* Return: -EAGAIN, as fgagg_direct_ops_refuse() knows more now, or -ENOMEM. */
static int refuse(unsigned long addr, const char *reason)
{
	struct refusal *more;

	more = krealloc_array(refused, nr_refused + 1, sizeof(*more),
			      GFP_KERNEL);
	if (!more)
		return -ENOMEM;
	refused = more;
	refused[nr_refused++] = (struct refusal){ addr, reason };
	sort(refused, nr_refused, sizeof(*refused), cmp_addr, NULL);
	return -EAGAIN;
}

static struct group *group_alloc(void (*trampoline)(void), unsigned int nr)
{
	struct group *g = kvzalloc(struct_size(g, addr, nr), GFP_KERNEL);

	if (g)
		g->trampoline = (unsigned long)trampoline;
	return g;
}

/* Functions go on to call the trampoline. */
static void stay(struct group *g, int err)
{
	g->stuck = true;
	if (!stuck)
		pr_err("ftrace cannot unhook functions (error %d): fgagg has to stay\n",
		       err);
	WRITE_ONCE(stuck, true);
}

static void group_free(struct group *g)
{
	if (!g->stuck)
		kvfree(g);
}

static int group_hook(struct group *g)
{
	int err = ftrace_set_filter_ips(&g->ops, g->addr, g->nr, 0, 1);

	if (!err) {
		err = fgagg_compat_register_direct(&g->ops, g->trampoline);
		if (!err) {
			list_add_tail(&g->node, &groups);
			return 0;
		}
		/* While it was about to: what it has done is not undone. */
		if (fgagg_ksym(ftrace_is_dead)()) {
			stay(g, err);
			return err;
		}
		/* It was in ftrace's list, where others look without a lock. */
		fgagg_shard_quiesce();
	}
	ftrace_free_filter(&g->ops);
	return err;
}

/* Does ftrace leave a function as it is, as kernel.ftrace_enabled is 0? */
static bool is_nop(unsigned long addr)
{
	static const u8 nop[] = { BYTES_NOP5 };
	u8 insn[sizeof(nop)];

	return !copy_from_kernel_nofault(insn, (void *)addr, sizeof(insn)) &&
	       !memcmp(insn, nop, sizeof(insn));
}

static void nothing(unsigned long ip, unsigned long parent_ip,
		    struct ftrace_ops *ops, struct ftrace_regs *regs)
{
}

/*
 * While ftrace is turned off it forgets that a function's registers were needed only
 * if somebody is left who does not need them; and what it has not forgotten it takes
 * for a bug later.  So somebody stays for a moment.
 */
static int outlast(struct group *g)
{
	g->last.func = nothing;
	return ftrace_set_filter_ips(&g->last, g->addr, g->nr, 0, 1) ?:
	       register_ftrace_function(&g->last);
}

/*
 * Unhook a group, and forget it.  If something is wrong with ftrace it turns itself
 * off, and says nothing of it if that is while it unhooks functions.
 */
static void group_unhook(struct group *g)
{
	bool outlasted = is_nop(g->addr[0]) && !outlast(g);
	int err = fgagg_compat_unregister_direct(&g->ops, g->trampoline);

	list_del(&g->node);
	if (outlasted)
		unregister_ftrace_function(&g->last);
	if (!err && fgagg_ksym(ftrace_is_dead)())
		err = -ENODEV;
	if (err) {
		stay(g, err);
	} else {
		ftrace_free_filter(&g->last);
		ftrace_free_filter(&g->ops);
	}
	group_free(g);
}

/* Unhook all groups behind this one in the list, and forget them. */
static void unhook_behind(struct list_head *last)
{
	struct group *g = list_entry(last, struct group, node), *next;

	list_for_each_entry_safe_continue(g, next, &groups, node)
		group_unhook(g);
}

/*
 * Find those for which some functions were refused as a whole, by halves.  The rest
 * are called meanwhile, and need what the trampoline copies.
 */
static int find_busy(const struct trampoline *t, const unsigned long *addrs,
		     unsigned int nr)
{
	struct group *g = group_alloc(t->func, nr);
	int err;

	if (!g)
		return -ENOMEM;
	g->nr = nr;
	memcpy(g->addr, addrs, nr * sizeof(*addrs));
	err = group_hook(g);
	if (!err) {
		group_unhook(g);
		return 0;
	}
	group_free(g);
	if (err != -EBUSY)
		return err;
	if (nr == 1)
		return refuse(*addrs, "a live patch holds it");
	err = find_busy(t, addrs, nr / 2);
	if (err && err != -EAGAIN)
		return err;
	return find_busy(t, addrs + nr / 2, nr - nr / 2) ?: err;
}

static bool takes(const struct trampoline *t, u16 words)
{
	return words <= t->words && (t == trampolines || words > t[-1].words);
}

/* Hook those that take as many words as a trampoline copies. */
static int hook_with(const struct trampoline *t, const unsigned long *addrs,
		     const u16 *words, unsigned int nr)
{
	struct group *g = group_alloc(t->func, nr);
	unsigned int i;
	int err;

	if (!g)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		if (takes(t, words[i]))
			g->addr[g->nr++] = addrs[i];
	if (!g->nr) {
		group_free(g);
		return 0;
	}
	err = group_hook(g);
	if (!err)
		return 0;
	if (err == -EBUSY)
		err = find_busy(t, g->addr, g->nr) ?: -EBUSY;
	group_free(g);
	return err;
}

/* What is known without asking ftrace to hook them. */
static int refuse_some(const unsigned long *addrs, const u16 *words,
		       unsigned int nr)
{
	unsigned long holder;
	unsigned int i;
	int err = 0, one;

	for (i = 0; i < nr; i++) {
		one = 0;
		/* Who lets go of a function frees its record: be quick. */
		preempt_disable();
		holder = fgagg_ksym(ftrace_find_rec_direct)(addrs[i]);
		preempt_enable();
		if (holder)
			one = refuse(addrs[i], "a BPF program holds it");
		else if (words[i] > FGAGG_DIRECT_WORDS_MANY)
			one = refuse(addrs[i], "it takes too many arguments on the stack");
		if (one)
			err = one;
		if (err == -ENOMEM)
			break;
	}
	return err;
}

/* The module's own functions pretend, so that every trampoline is calibrated. */
static void pretend(const unsigned long *addrs, u16 *words, unsigned int nr)
{
	unsigned int i, kind;

	for (i = 0; i < nr; i++)
		for (kind = 0; kind < FGAGG_COPY_NR; kind++)
			if (addrs[i] == fgagg_calibrate_leaf(kind))
				words[i] = trampolines[kind].words;
}

/* Hook some more, or none. */
static int hook_more(const unsigned long *addrs, unsigned int nr)
{
	struct list_head *last = groups.prev;
	u16 *words;
	int i, err;

	words = kvmalloc_array(nr, sizeof(*words), GFP_KERNEL);
	if (!words)
		return -ENOMEM;
	err = fgagg_proto_stack_words(addrs, nr, words);
	pretend(addrs, words, nr);
	if (!err)
		err = refuse_some(addrs, words, nr);
	for (i = 0; !err && i < ARRAY_SIZE(trampolines); i++)
		err = hook_with(&trampolines[i], addrs, words, nr);
	if (err)
		unhook_behind(last);
	kvfree(words);
	return err;
}

/* Hook what is wanted but not yet in a group. */
static int hook_new(const unsigned long *wanted, unsigned int nr)
{
	const struct group *g;
	unsigned long *new;
	unsigned int i, nr_new = 0;
	int err = 0;

	new = kvmalloc_array(nr, sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		list_for_each_entry(g, &groups, node)
			if (find(wanted[i], g->addr, g->nr, sizeof(*g->addr)))
				break;
		if (list_entry_is_head(g, &groups, node))
			new[nr_new++] = wanted[i];
	}
	if (nr_new)
		err = hook_more(new, nr_new);
	kvfree(new);
	return err;
}

/*
 * Unhook those of a group that are not wanted any more.  Another may take one of
 * the rest, which are hooked again: -EAGAIN, to find out which.
 */
static int group_shrink(struct group *g, const unsigned long *wanted,
			unsigned int nr)
{
	struct group *rest;
	unsigned int i, left = 0;
	int err = 0;

	for (i = 0; i < g->nr; i++)
		left += !!find(g->addr[i], wanted, nr, sizeof(*wanted));
	if (left == g->nr)
		return 0;
	rest = group_alloc((void (*)(void))g->trampoline, left);
	if (!rest)
		return -ENOMEM;
	for (i = 0; i < g->nr; i++)
		if (find(g->addr[i], wanted, nr, sizeof(*wanted)))
			rest->addr[rest->nr++] = g->addr[i];
	group_unhook(g);
	if (rest->nr) {
		err = group_hook(rest);
		if (!err)
			return 0;
	}
	group_free(rest);
	return err == -EBUSY ? -EAGAIN : err;
}

/**
 * fgagg_direct_ops_apply - hook these functions and no others
 * @addrs: their addresses, as of ftrace_location(); are sorted
 * @nr: how many
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: 0; -EAGAIN if the caller is to try again, and leave out some more, of
 * which fgagg_direct_ops_refuse() knows; or another negative errno.  Unless it is
 * 0, what is hooked may be anything between the old and the new; but it is nothing
 * if nothing was.
 */
int fgagg_direct_ops_apply(unsigned long *addrs, unsigned int nr)
{
	struct group *g, *next;
	int err;

	sort(addrs, nr, sizeof(*addrs), cmp_addr, NULL);
	err = hook_new(addrs, nr);
	if (err)
		return err;
	list_for_each_entry_safe(g, next, &groups, node)
		err = group_shrink(g, addrs, nr) ?: err;
	return err;
}

/**
 * fgagg_direct_ops_clear - unhook all functions
 *
 * Context: process, may sleep, the session's mutex is held.
 */
void fgagg_direct_ops_clear(void)
{
	unhook_behind(&groups);
}

/**
 * fgagg_direct_ops_stuck - whether functions could not be unhooked
 *
 * Context: any; what was true stays true.
 * Return: true if trampolines may be called at any time from now on.
 */
bool fgagg_direct_ops_stuck(void)
{
	return fgagg_compat_read_bool(stuck);
}

/**
 * fgagg_direct_ops_refuse - ask why a function cannot be hooked
 * @addr: its address
 *
 * Context: process, the session's mutex is held.
 * Return: a reason, or NULL if nothing is known against it.
 */
const char *fgagg_direct_ops_refuse(unsigned long addr)
{
	const struct refusal *r = find(addr, refused, nr_refused, sizeof(*r));

	return r ? r->reason : NULL;
}

/**
 * fgagg_direct_ops_forget - forget which functions cannot be hooked
 *
 * Context: process, the session's mutex is held.
 */
void fgagg_direct_ops_forget(void)
{
	kfree(refused);
	refused = NULL;
	nr_refused = 0;
}

/**
 * fgagg_direct_ops_init - find ftrace's and BTF's functions
 *
 * Context: process, may sleep; once.
 * Return: 0 or a negative errno.
 */
int fgagg_direct_ops_init(void)
{
	return fgagg_ksym_resolve(ftrace_find_rec_direct) ?:
	       fgagg_ksym_resolve(ftrace_is_dead) ?: fgagg_proto_init();
}
