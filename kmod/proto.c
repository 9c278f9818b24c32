// SPDX-License-Identifier: GPL-2.0-only
/*
 * The x86-64 calling convention (System V ABI, AMD64 supplement, 3.2.3): six
 * words of arguments are in registers, and the rest are on the stack, as is
 * every struct of more than two words, and those that find too few registers
 * left.  A struct of more than two words is returned by a hidden argument.
 */
#include "proto.h"

#include <linux/bpf.h>
#include <linux/bsearch.h>
#include <linux/btf.h>
#include <linux/err.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "compat.h"
#include "ksym.h"

#define WORD		8
#define REGISTERS	6

/* Static in the kernel. */
struct btf *btf_get_module_btf(const struct module *module);

FGAGG_KSYM(bpf_get_btf_vmlinux);
FGAGG_KSYM(btf_get_module_btf);
FGAGG_KSYM(btf_put);
FGAGG_KSYM(btf_nr_types);
FGAGG_KSYM(btf_name_by_offset);
FGAGG_KSYM(btf_type_skip_modifiers);
FGAGG_KSYM_DECLARE(__module_address);
FGAGG_KSYM_DECLARE(kallsyms_on_each_symbol);

/**
 * struct func - a function that is looked for
 * @module: its module, or NULL; only compared
 * @name: its symbol
 * @words: where to note the words that it takes
 * @namesakes: how many of the kernel have that name, if it is one of these
 * @known: BTF has a function of that name
 */
struct func {
	const struct module	*module;
	char			*name;
	u16			*words;
	unsigned int		namesakes;
	bool			known;
};

struct funcs {
	struct func	*func;
	unsigned int	nr;
};

static bool is_aggregate(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_STRUCT || btf_kind(t) == BTF_KIND_UNION;
}

/* Size of a type in words, or -1 if it is none that can be an argument. */
static int type_words(const struct btf_type *t)
{
	if (!t)
		return -1;
	switch (btf_kind(t)) {
	case BTF_KIND_PTR:
		return 1;
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return DIV_ROUND_UP(t->size, WORD);
	default:
		return -1;
	}
}

static const struct btf_type *resolve(const struct btf *btf, u32 id)
{
	return fgagg_ksym(btf_type_skip_modifiers)(btf, id, NULL);
}

/* Words of arguments on the stack, by a function's prototype. */
static u16 stack_words(const struct btf *btf, const struct btf_type *proto)
{
	const struct btf_type *t = resolve(btf, proto->type);
	const struct btf_param *param = btf_params(proto);
	int i, words, on_stack = 0, registers = REGISTERS;

	if (t && is_aggregate(t) && type_words(t) > 2)
		registers--;
	for (i = 0; i < btf_vlen(proto); i++) {
		if (!param[i].type)
			return FGAGG_PROTO_ANY;
		t = resolve(btf, param[i].type);
		words = type_words(t);
		if (words < 0)
			return FGAGG_PROTO_ANY;
		if (words <= registers && !(is_aggregate(t) && words > 2))
			registers -= words;
		else
			on_stack += words + (words > 1);	/* aligned */
	}
	return min(on_stack, U16_MAX);
}

static int cmp_func(const void *a, const void *b)
{
	const struct func *x = a, *y = b;

	if (x->module != y->module)
		return x->module < y->module ? -1 : 1;
	return strcmp(x->name, y->name);
}

static FGAGG_KALLSYMS_FN(count_name, data, symbol, addr)
{
	const struct funcs *funcs = data;
	struct func key = { .name = (char *)symbol }, *found;

	found = bsearch(&key, funcs->func, funcs->nr, sizeof(key), cmp_func);
	if (found)
		found->namesakes++;
	return 0;
}

/*
 * BTF may be about another function of that name: the pahole of Linux 6.1 takes one of
 * them, whatever the others take.
 */
static void doubt_namesakes(struct func *func, unsigned int nr)
{
	struct funcs funcs = { func, nr };

	fgagg_ksym(kallsyms_on_each_symbol)(count_name, &funcs);
	for (; nr--; func++)
		if (func->namesakes > 1 && *func->words < FGAGG_PROTO_SPECIAL)
			*func->words = FGAGG_PROTO_SPECIAL;
}

/* BTF of a module may have several functions of one name. */
static void note(struct func *func, u16 words)
{
	if (!func->known || words > *func->words)
		*func->words = words;
	func->known = true;
}

/* Look in one BTF for functions of one module, which @funcs has in a row. */
static void scan(const struct btf *btf, u32 first, struct func *funcs,
		 unsigned int nr)
{
	u32 id, end = fgagg_ksym(btf_nr_types)(btf);
	const struct btf_type *t;
	struct func key = { .module = funcs->module }, *found;

	for (id = first; id < end; id++) {
		t = btf_type_by_id(btf, id);
		if (!t || btf_kind(t) != BTF_KIND_FUNC)
			continue;
		key.name = (char *)fgagg_ksym(btf_name_by_offset)(btf, t->name_off);
		found = bsearch(&key, funcs, nr, sizeof(key), cmp_func);
		t = found ? btf_type_by_id(btf, t->type) : NULL;
		if (t && btf_kind(t) == BTF_KIND_FUNC_PROTO)
			note(found, stack_words(btf, t));
		if (!(id % 4096))
			cond_resched();
	}
}

/* Functions of the kernel. */
static void scan_kernel(const struct btf *btf, struct func *func,
			unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		*func[i].words = FGAGG_PROTO_SPECIAL;
	scan(btf, 1, func, nr);
	doubt_namesakes(func, nr);
}

/* Functions of a module, of which several may have one name. */
static void scan_module(const struct btf *btf, u32 first, struct func *func,
			unsigned int nr)
{
	unsigned int i;

	scan(btf, first, func, nr);
	for (i = 1; i < nr; i++)
		if (!strcmp(func[i - 1].name, func[i].name))
			*func[i - 1].words = *func[i].words = FGAGG_PROTO_ANY;
}

static void scan_all(struct func *funcs, unsigned int nr)
{
	struct btf *vmlinux = fgagg_ksym(bpf_get_btf_vmlinux)(), *btf;
	unsigned int i, n;

	if (IS_ERR_OR_NULL(vmlinux))
		return;
	for (i = 0; i < nr; i += n) {
		for (n = 1; i + n < nr; n++)
			if (funcs[i + n].module != funcs[i].module)
				break;
		if (!funcs[i].module) {
			scan_kernel(vmlinux, &funcs[i], n);
			continue;
		}
		btf = fgagg_ksym(btf_get_module_btf)(funcs[i].module);
		if (IS_ERR_OR_NULL(btf))
			continue;
		scan_module(btf, fgagg_ksym(btf_nr_types)(vmlinux), &funcs[i], n);
		fgagg_ksym(btf_put)(btf);
	}
}

static bool func_init(struct func *func, unsigned long addr, u16 *words)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol_no_offset(name, addr);
	/* of a module's, without the module */
	func->name = kstrndup(name, strcspn(name, " "), GFP_KERNEL);
	func->words = words;
	preempt_disable();
	func->module = fgagg_ksym(__module_address)(addr);
	preempt_enable();
	return func->name;
}

/**
 * fgagg_proto_stack_words - how much functions take from the stack
 * @addrs: their addresses
 * @nr: how many
 * @words: set to the words of arguments on the stack that each takes at most
 *
 * Context: process, may sleep; reads all of BTF, which takes milliseconds.
 * Return: 0 or -ENOMEM.
 */
int fgagg_proto_stack_words(const unsigned long *addrs, unsigned int nr,
			    u16 *words)
{
	struct func *funcs = kvcalloc(nr, sizeof(*funcs), GFP_KERNEL);
	unsigned int i;
	int err = 0;

	if (!funcs)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		words[i] = FGAGG_PROTO_ANY;
		if (!func_init(&funcs[i], addrs[i], &words[i])) {
			err = -ENOMEM;
			goto free;
		}
	}
	sort(funcs, nr, sizeof(*funcs), cmp_func, NULL);
	scan_all(funcs, nr);
free:
	for (i = 0; i < nr; i++)
		kfree(funcs[i].name);
	kvfree(funcs);
	return err;
}

/**
 * fgagg_proto_init - find BTF's functions
 *
 * Context: process, may sleep; once.
 * Return: 0 or a negative errno.
 */
int fgagg_proto_init(void)
{
	return fgagg_ksym_resolve(bpf_get_btf_vmlinux) ?:
	       fgagg_ksym_resolve(btf_get_module_btf) ?:
	       fgagg_ksym_resolve(btf_put) ?:
	       fgagg_ksym_resolve(btf_nr_types) ?:
	       fgagg_ksym_resolve(btf_name_by_offset) ?:
	       fgagg_ksym_resolve(btf_type_skip_modifiers);
}
