// SPDX-License-Identifier: GPL-2.0-only
#include "funcset.h"

#include <linux/err.h>
#include <linux/ftrace.h>
#include <linux/glob.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "compat.h"
#include "drivers.h"
#include "error.h"
#include "frame.h"
#include "ksym.h"
#include "pattern.h"
#include "sets.h"
#include "shard.h"

FGAGG_KSYM(ftrace_location);
FGAGG_KSYM(kallsyms_on_each_symbol);
FGAGG_KSYM(module_kallsyms_on_each_symbol);
FGAGG_KSYM_DECLARE(__module_address);
FGAGG_KSYM_DECLARE(__kernel_text_address);

/**
 * struct fgagg_plan - patterns, and what they have come to
 * @patterns: as the user has written them
 * @roots: the same of roots; empty for any
 * @expanded: @patterns and @roots, with sets replaced by their patterns
 * @expanded_roots: @roots alone
 * @wanted: matches @expanded
 * @roots_wanted: matches @expanded_roots
 * @funcs: every &struct fgagg_func
 * @by_addr: those that are not skipped
 * @err: first error of a scan
 *
 * Replaced as a whole, so that an error changes nothing.
 */
struct fgagg_plan {
	struct list_head	patterns;
	struct list_head	roots;
	struct list_head	expanded;
	struct list_head	expanded_roots;
	struct fgagg_matcher	*wanted;
	struct fgagg_matcher	*roots_wanted;
	struct list_head	funcs;
	DECLARE_HASHTABLE(by_addr, 12);
	int			err;
};

static struct fgagg_plan *current_plan;

static const char address_taken[] =
	"another function was counted at its address; reset first";

static void plan_free(struct fgagg_plan *plan)
{
	struct fgagg_func *f, *next;

	if (!plan)
		return;
	if (!IS_ERR_OR_NULL(plan->wanted))
		fgagg_matcher_free(plan->wanted);
	if (!IS_ERR_OR_NULL(plan->roots_wanted))
		fgagg_matcher_free(plan->roots_wanted);
	fgagg_pattern_free(&plan->patterns);
	fgagg_pattern_free(&plan->roots);
	fgagg_pattern_free(&plan->expanded);
	fgagg_pattern_free(&plan->expanded_roots);
	list_for_each_entry_safe(f, next, &plan->funcs, node)
		kfree(f);
	kvfree(plan);
}

static struct fgagg_plan *plan_alloc(void)
{
	struct fgagg_plan *plan = kvzalloc(sizeof(*plan), GFP_KERNEL);

	if (!plan)
		return NULL;
	INIT_LIST_HEAD(&plan->patterns);
	INIT_LIST_HEAD(&plan->roots);
	INIT_LIST_HEAD(&plan->expanded);
	INIT_LIST_HEAD(&plan->expanded_roots);
	INIT_LIST_HEAD(&plan->funcs);
	hash_init(plan->by_addr);
	return plan;
}

static int copy_patterns(const struct list_head *from, struct list_head *to)
{
	const struct fgagg_pattern *p;
	struct fgagg_pattern *copy;

	list_for_each_entry(p, from, node) {
		copy = kmemdup(p, sizeof(*p), GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
		list_add_tail(&copy->node, to);
	}
	return 0;
}

/* Append the patterns of a set; those of an excluded set exclude. */
static int expand_set(const struct fgagg_pattern *set, struct list_head *to)
{
	const char *text = fgagg_set_find(set->func)->patterns;
	struct fgagg_pattern *p;
	char *drivers = NULL;
	LIST_HEAD(members);
	int err;

	if (!strcmp(set->func, FGAGG_SET_DRIVER)) {
		drivers = fgagg_drivers_patterns();
		if (!drivers)
			return -ENOMEM;
		text = drivers;
	}
	err = fgagg_pattern_parse(text, &members);
	kfree(drivers);
	if (err) {
		fgagg_pattern_free(&members);
		return err;
	}
	if (set->exclude)
		list_for_each_entry(p, &members, node)
			p->exclude = true;
	list_splice_tail(&members, to);
	return 0;
}

static int expand(const struct list_head *from, struct list_head *to,
		  bool exclusions)
{
	const struct fgagg_pattern *p;
	struct fgagg_pattern *copy;
	int err;

	list_for_each_entry(p, from, node) {
		if (p->exclude && !exclusions)
			continue;
		if (p->set) {
			err = expand_set(p, to);
			if (err)
				return err;
			continue;
		}
		copy = kmemdup(p, sizeof(*p), GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
		copy->matched = 0;
		copy->hash_next = NULL;
		list_add_tail(&copy->node, to);
	}
	return 0;
}

static int plan_expand(struct fgagg_plan *plan)
{
	int err;

	/* What is excluded from the roots may be below one. */
	err = expand(&plan->patterns, &plan->expanded, true) ?:
	      expand(&plan->roots, &plan->expanded, false) ?:
	      expand(&plan->roots, &plan->expanded_roots, true);
	if (err)
		return err;
	plan->wanted = fgagg_matcher_new(&plan->expanded);
	if (IS_ERR(plan->wanted))
		return PTR_ERR(plan->wanted);
	plan->roots_wanted = fgagg_matcher_new(&plan->expanded_roots);
	return PTR_ERR_OR_ZERO(plan->roots_wanted);
}

static struct fgagg_func *find(struct fgagg_plan *plan, unsigned long addr)
{
	struct fgagg_func *f;

	hash_for_each_possible(plan->by_addr, f, hash, addr)
		if (f->addr == addr)
			return f;
	return NULL;
}

static struct fgagg_func *func_add(struct fgagg_plan *plan, const char *symbol,
				   const char *module, unsigned long addr)
{
	size_t size = strlen(symbol) + 1;
	struct fgagg_func *f;

	if (module)
		size += strlen(module) + strlen(" []");
	f = kzalloc(struct_size(f, name, size), GFP_KERNEL);
	if (!f) {
		plan->err = -ENOMEM;
		return NULL;
	}
	if (module)
		snprintf(f->name, size, "%s [%s]", symbol, module);
	else
		strscpy(f->name, symbol, size);
	f->addr = addr;
	f->root = fgagg_matcher_match(plan->roots_wanted, symbol, module, NULL);
	list_add_tail(&f->node, &plan->funcs);
	return f;
}

static void count_match(struct fgagg_pattern *p)
{
	p->matched++;
}

static void func_skip(struct fgagg_func *f, const char *reason)
{
	if (f) {
		f->state = FGAGG_FUNC_SKIPPED;
		f->reason = reason;
	}
}

/* One that was not skipped. */
static void func_drop(struct fgagg_func *f)
{
	hash_del(&f->hash);
	list_del(&f->node);
	kfree(f);
}

static bool is_meant(const struct fgagg_func *f)
{
	return f->state == FGAGG_FUNC_HOOKED || f->state == FGAGG_FUNC_REFUSED;
}

static bool was_counted(unsigned long addr)
{
	bool counted;

	fgagg_shard_lock();
	counted = fgagg_shard_has_func(addr);
	fgagg_shard_unlock();
	return counted;
}

/*
 * Why a function must not be hooked, by its name, to which the compiler may have added;
 * NULL if nothing is against it.
 */
static const char *never(const char *symbol)
{
	/* The idle task starts anew when the CPU comes back. */
	static const char idle[] =
		"a CPU that goes offline does not return from it";
	static const char oops[] = "a task that dies of an oops is in it";
	static const char sleep[] = "the machine does not return from it";
	static const struct {
		const char *pattern;
		const char *reason;
	} names[] = {
		{ "cpu_startup_entry", idle },
		{ "do_idle", idle },
		{ "arch_cpu_idle_dead", idle },
		{ "*play_dead*", idle },
		{ "*_enter_dead", idle },
		/* The hook is told of an oops by these, or after that in them. */
		{ "__die*", oops },
		{ "atomic_notifier_call_chain", oops },
		{ "notifier_call_chain", oops },
		{ "oops_end", oops },
		/* Suspended, it wakes up where it came from; or as what was saved. */
		{ "x86_acpi_enter_sleep_state", sleep },
		{ "acpi_enter_sleep_state*", sleep },
		{ "acpi_hw_*sleep*", sleep },
		{ "acpi_hw_write*", sleep },
		{ "acpi_os_*sleep", sleep },
		{ "acpi_os_write_*", sleep },
		{ "acpi_write", sleep },
		{ "tboot_s*", sleep },
		{ "swsusp_save", sleep },
		{ "copy_data_page*", sleep },
		{ "__traceiter_sched_switch",
		  "what is done at a switch of tasks is done in it" },
		{ "bpf_throw", "it does not return" },
	};
	char name[KSYM_NAME_LEN];
	int i;

	strscpy(name, symbol, sizeof(name));
	name[strcspn(name, ".")] = '\0';
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (glob_match(names[i].pattern, name))
			return names[i].reason;
	return NULL;
}

/* A symbol that the patterns mean: false if it is no function. */
static bool symbol_add(struct fgagg_plan *plan, const char *symbol,
		       const char *module, unsigned long addr)
{
	unsigned long ip = fgagg_ksym(ftrace_location)(addr);
	struct fgagg_func *f, *old;
	const char *reason;

	if (!ip) {
		/* Data, or the cold part of a function, which is no call. */
		if (!fgagg_ksym(__kernel_text_address)(addr) ||
		    strstr(symbol, ".cold") || strstarts(symbol, "__pfx_") ||
		    strstarts(symbol, "__cfi_"))
			return false;
		func_skip(func_add(plan, symbol, module, addr),
			  "not traceable: ftrace has no entry for it");
		return true;
	}

	reason = never(symbol);
	if (reason) {
		func_skip(func_add(plan, symbol, module, addr), reason);
		return true;
	}

	old = find(plan, ip);
	if (old && is_meant(old)) {
		/* another name of the same function */
		old->root |= fgagg_matcher_match(plan->roots_wanted, symbol,
						 module, NULL);
		return true;
	}
	f = func_add(plan, symbol, module, ip);
	if (!f)
		return true;
	if (old && strcmp(old->name, f->name) && was_counted(ip)) {
		func_skip(f, address_taken);
		return true;
	}
	if (!fgagg_frame_func_fits(ip)) {
		func_skip(f, "its address is not in the kernel's range");
		return true;
	}
	if (old)
		func_drop(old);
	hash_add(plan->by_addr, &f->hash, ip);
	return true;
}

static int scan_symbol(struct fgagg_plan *plan, const char *symbol,
		       const char *module, unsigned long addr)
{
	if (fgagg_matcher_match(plan->wanted, symbol, module, NULL) &&
	    symbol_add(plan, symbol, module, addr))
		fgagg_matcher_match(plan->wanted, symbol, module, count_match);
	return plan->err;
}

static FGAGG_KALLSYMS_FN(scan_kernel, data, symbol, addr)
{
	return scan_symbol(data, symbol, NULL, addr);
}

struct module_scan {
	struct fgagg_plan	*plan;
	struct module	*only;	/* NULL: all modules */
};

/*
 * Modules that are starting.  What has not been announced yet must be left alone:
 * ftrace would take its functions, but hook them neither now nor later.
 */
struct starting {
	struct list_head	node;
	const struct module	*mod;
};

static LIST_HEAD(starting);

static struct starting *find_starting(const struct module *mod)
{
	struct starting *s;

	list_for_each_entry(s, &starting, node)
		if (s->mod == mod)
			return s;
	return NULL;
}

/* Return: whether it was known. */
static bool forget_starting(const struct module *mod)
{
	struct starting *s = find_starting(mod);

	if (!s)
		return false;
	list_del(&s->node);
	kfree(s);
	return true;
}

/* Not what is about to go away: its notifier may have been called already. */
static bool module_usable(struct module *mod, unsigned long addr)
{
	if (mod == THIS_MODULE)
		return false;
	if (mod->state == MODULE_STATE_COMING)
		return find_starting(mod);
	return mod->state == MODULE_STATE_LIVE && !within_module_init(addr, mod);
}

static FGAGG_KALLSYMS_FN(scan_module, data, symbol, addr)
{
	struct module_scan *scan = data;
	char name[MODULE_NAME_LEN];
	struct module *mod;

	if (!*symbol)
		return 0;	/* that of a section */
	cond_resched();
	preempt_disable();
	mod = fgagg_ksym(__module_address)(addr);
	if (mod && !module_usable(mod, addr))
		mod = NULL;
	if (mod)
		strscpy(name, mod->name, sizeof(name));
	preempt_enable();
	if (!mod || (scan->only && mod != scan->only))
		return 0;
	return scan_symbol(scan->plan, symbol, name, addr);
}

static int scan_modules(struct fgagg_plan *plan, struct module *only)
{
	struct module_scan scan = { plan, only };

#if FGAGG_KALLSYMS_BY_MODULE
	fgagg_ksym(module_kallsyms_on_each_symbol)(only ? only->name : NULL,
						   scan_module, &scan);
#else
	fgagg_ksym(module_kallsyms_on_each_symbol)(scan_module, &scan);
#endif
	return plan->err;
}

/* Names of functions that were hooked before are still needed. */
static int plan_inherit(struct fgagg_plan *plan, const struct fgagg_plan *old)
{
	struct fgagg_func *f, *copy;

	list_for_each_entry(f, &old->funcs, node) {
		if (f->state == FGAGG_FUNC_SKIPPED)
			continue;
		copy = kmemdup(f, struct_size(f, name, strlen(f->name) + 1),
			       GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
		copy->state = FGAGG_FUNC_GONE;
		copy->root = false;
		list_add_tail(&copy->node, &plan->funcs);
		hash_add(plan->by_addr, &copy->hash, copy->addr);
	}
	return 0;
}

static int plan_build(struct fgagg_plan *plan)
{
	int err;

	err = plan_expand(plan) ?: plan_inherit(plan, current_plan);
	if (err)
		return err;
	fgagg_ksym(kallsyms_on_each_symbol)(scan_kernel, plan);
	return plan->err ?: scan_modules(plan, NULL);
}

/**
 * fgagg_funcset_prepare - find out what patterns mean
 * @patterns: which functions; taken over, and left empty
 * @roots: where a path may start, empty for anywhere; taken over likewise
 * @needed: patterns that the session needs besides, or NULL
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: a plan for fgagg_funcset_commit() or fgagg_funcset_discard(), or an
 * ERR_PTR() after fgagg_error().
 */
struct fgagg_plan *fgagg_funcset_prepare(struct list_head *patterns,
					 struct list_head *roots,
					 const char *needed)
{
	struct fgagg_plan *plan = plan_alloc();
	int err = -ENOMEM;

	if (!plan)
		goto no_memory;
	list_splice_init(patterns, &plan->patterns);
	list_splice_init(roots, &plan->roots);
	if (needed) {
		err = fgagg_pattern_parse(needed, &plan->expanded);
		if (err)
			goto free;
	}
	err = plan_build(plan);
	if (!err)
		return plan;
free:
	plan_free(plan);
	if (err != -ENOMEM)
		return ERR_PTR(err);
no_memory:
	return ERR_PTR(fgagg_error(-ENOMEM, "no memory for the function set"));
}

/**
 * fgagg_funcset_commit - make a plan the current one
 * @plan: from fgagg_funcset_prepare(), taken over
 *
 * Context: process, the session's mutex is held.
 */
void fgagg_funcset_commit(struct fgagg_plan *plan)
{
	plan_free(current_plan);
	current_plan = plan;
}

/**
 * fgagg_funcset_discard - drop a plan
 * @plan: from fgagg_funcset_prepare()
 * @hooked: its functions may have been hooked, and counted: they keep their names
 *
 * Context: process, the session's mutex is held.
 */
void fgagg_funcset_discard(struct fgagg_plan *plan, bool hooked)
{
	struct fgagg_func *f, *next, *old;

	list_for_each_entry_safe(f, next, &plan->funcs, node) {
		if (!hooked || !is_meant(f))
			continue;
		old = find(current_plan, f->addr);
		/* One that has gone was never counted if another is hooked there. */
		if (old && (old->state != FGAGG_FUNC_GONE || !strcmp(old->name, f->name)))
			continue;
		if (old)
			func_drop(old);
		f->state = FGAGG_FUNC_GONE;
		hash_del(&f->hash);
		hash_add(current_plan->by_addr, &f->hash, f->addr);
		list_move_tail(&f->node, &current_plan->funcs);
	}
	plan_free(plan);
}

/**
 * fgagg_funcset_plan - the current plan
 *
 * Context: the session's mutex is held.
 * Return: the plan.
 */
struct fgagg_plan *fgagg_funcset_plan(void)
{
	return current_plan;
}

/**
 * fgagg_funcset_copy - the current patterns
 * @patterns: copies of the patterns are appended here, unless NULL
 * @roots: copies of the patterns of roots are appended here, unless NULL
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: 0, or -ENOMEM after fgagg_error().
 */
int fgagg_funcset_copy(struct list_head *patterns, struct list_head *roots)
{
	int err = 0;

	if (patterns)
		err = copy_patterns(&current_plan->patterns, patterns);
	if (!err && roots)
		err = copy_patterns(&current_plan->roots, roots);
	return err ? fgagg_error(err, "no memory for patterns") : 0;
}

/**
 * fgagg_funcset_show_patterns - list the patterns, one a line
 * @m: where to
 * @roots: the patterns of roots
 *
 * Context: process, the session's mutex is held.
 */
void fgagg_funcset_show_patterns(struct seq_file *m, bool roots)
{
	const struct fgagg_pattern *p;

	list_for_each_entry(p, roots ? &current_plan->roots :
				       &current_plan->patterns, node)
		seq_printf(m, "%s\n", p->text);
}

/**
 * fgagg_funcset_forget - drop the names of functions that are gone
 *
 * Context: process, the session's mutex is held; all counts were reset, and no
 * call is open.
 * Return: true if a function was skipped because of one of them.
 */
bool fgagg_funcset_forget(void)
{
	struct fgagg_func *f, *next;
	bool skipped = false;

	list_for_each_entry_safe(f, next, &current_plan->funcs, node) {
		skipped |= f->reason == address_taken;
		if (f->state != FGAGG_FUNC_GONE)
			continue;
		func_drop(f);
	}
	return skipped;
}

static int scan_started(struct module *mod)
{
	current_plan->err = 0;
	return scan_modules(current_plan, mod);
}

/**
 * fgagg_funcset_module_coming - a module was loaded and is about to start
 * @mod: the module
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: 0, or a negative errno if some of its functions are missing.
 */
int fgagg_funcset_module_coming(struct module *mod)
{
	struct starting *s = kmalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	s->mod = mod;
	list_add_tail(&s->node, &starting);
	return scan_started(mod);
}

static bool funcs_gone(struct module *mod, bool init_only)
{
	struct fgagg_func *f, *next;
	bool any = false;

	list_for_each_entry_safe(f, next, &current_plan->funcs, node) {
		if (!within_module_init(f->addr, mod) &&
		    (init_only || !within_module_core(f->addr, mod)))
			continue;
		if (f->state == FGAGG_FUNC_SKIPPED) {
			list_del(&f->node);
			kfree(f);
		} else if (is_meant(f)) {
			f->state = FGAGG_FUNC_GONE;
			any = true;
		}
	}
	return any;
}

/**
 * fgagg_funcset_module_live - a module has started, and its init goes away
 * @mod: the module
 * @come: set to true if functions have come
 * @gone: set to true if functions have gone
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: as fgagg_funcset_module_coming(), which may not have been called for it.
 */
int fgagg_funcset_module_live(struct module *mod, bool *come, bool *gone)
{
	if (forget_starting(mod)) {
		*gone = funcs_gone(mod, true);
		return 0;
	}
	*come = true;
	return scan_started(mod);
}

/**
 * fgagg_funcset_module_going - a module goes away
 * @mod: the module
 *
 * Context: process, the session's mutex is held.
 * Return: true if the set has changed.
 */
bool fgagg_funcset_module_going(struct module *mod)
{
	forget_starting(mod);
	return funcs_gone(mod, false);
}

/**
 * fgagg_funcset_refuse - ask the hook which functions it cannot have
 * @plan: the plan
 * @refuse: returns the reason, or NULL; may be NULL, and then it can have all
 *
 * Context: process, the session's mutex is held.
 */
void fgagg_funcset_refuse(struct fgagg_plan *plan,
			  const char *(*refuse)(unsigned long addr))
{
	struct fgagg_func *f;

	list_for_each_entry(f, &plan->funcs, node) {
		if (!is_meant(f))
			continue;
		f->reason = refuse ? refuse(f->addr) : NULL;
		f->state = f->reason ? FGAGG_FUNC_REFUSED : FGAGG_FUNC_HOOKED;
	}
}

static bool is_listed(const struct fgagg_func *f, bool roots)
{
	return roots ? f->root && is_meant(f) : f->state == FGAGG_FUNC_HOOKED;
}

/**
 * fgagg_funcset_addrs - the addresses of the set
 * @plan: the plan
 * @roots: only those that are roots, even if they are refused
 * @addrs: set to an array, for the caller to kvfree()
 * @nr: set to its length, which may be 0
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcset_addrs(struct fgagg_plan *plan, bool roots,
			unsigned long **addrs, unsigned int *nr)
{
	struct fgagg_func *f;
	unsigned int i = 0, n = 0;

	list_for_each_entry(f, &plan->funcs, node)
		n += is_listed(f, roots);
	*addrs = kvmalloc_array(max(n, 1U), sizeof(**addrs), GFP_KERNEL);
	if (!*addrs)
		return fgagg_error(-ENOMEM, "no memory for %u functions", n);
	list_for_each_entry(f, &plan->funcs, node)
		if (is_listed(f, roots))
			(*addrs)[i++] = f->addr;
	*nr = n;
	return 0;
}

/**
 * fgagg_funcset_has_roots - are roots restricted?
 * @plan: the plan
 *
 * Return: true if there is a pattern of roots, whatever it matches.
 */
bool fgagg_funcset_has_roots(struct fgagg_plan *plan)
{
	return !list_empty(&plan->roots);
}

/**
 * fgagg_funcset_find - find a hooked function by its name, without a suffix
 * @plan: the plan
 * @name: its name
 *
 * Return: its address, or 0.
 */
unsigned long fgagg_funcset_find(struct fgagg_plan *plan, const char *name)
{
	size_t len = strlen(name);
	struct fgagg_func *f;

	list_for_each_entry(f, &plan->funcs, node)
		if (f->state == FGAGG_FUNC_HOOKED &&
		    !strncmp(f->name, name, len) &&
		    (!f->name[len] || f->name[len] == '.'))
			return f->addr;
	return 0;
}

/**
 * fgagg_funcset_list - all functions
 *
 * Context: the session's mutex is held.
 * Return: the head of a list of &struct fgagg_func.
 */
struct list_head *fgagg_funcset_list(void)
{
	return &current_plan->funcs;
}

/**
 * fgagg_funcset_by_addr - what is at an address
 * @addr: as ftrace calls it by
 *
 * Context: the session's mutex is held.
 * Return: the function, which was hooked at some time, or NULL.
 */
struct fgagg_func *fgagg_funcset_by_addr(unsigned long addr)
{
	return find(current_plan, addr);
}

/* A pattern, all exclusions aside, that has matched nothing. */
static bool unmatched(const struct fgagg_pattern *p)
{
	return !p->exclude && !p->matched;
}

/**
 * fgagg_funcset_count - how many functions are hooked, and how many are not
 * @hooked: set to the number of functions in the set
 * @skipped: set to the number of functions and patterns that are not
 *
 * Context: the session's mutex is held.
 */
void fgagg_funcset_count(unsigned int *hooked, unsigned int *skipped)
{
	const struct fgagg_pattern *p;
	const struct fgagg_func *f;

	*hooked = 0;
	*skipped = 0;
	list_for_each_entry(f, &current_plan->funcs, node) {
		*hooked += f->state == FGAGG_FUNC_HOOKED;
		*skipped += f->state == FGAGG_FUNC_SKIPPED ||
			    f->state == FGAGG_FUNC_REFUSED;
	}
	list_for_each_entry(p, &current_plan->expanded, node)
		if (unmatched(p))
			(*skipped)++;
}

/**
 * fgagg_funcset_show - list what is hooked, and what is not and why
 * @m: where to
 *
 * Context: process, the session's mutex is held.
 */
void fgagg_funcset_show(struct seq_file *m)
{
	const struct fgagg_pattern *p;
	const struct fgagg_func *f;

	list_for_each_entry(f, &current_plan->funcs, node)
		if (f->state == FGAGG_FUNC_HOOKED)
			seq_printf(m, "hooked\t%s\n", f->name);
	list_for_each_entry(f, &current_plan->funcs, node)
		if (f->state == FGAGG_FUNC_SKIPPED ||
		    f->state == FGAGG_FUNC_REFUSED)
			seq_printf(m, "skipped\t%s\t%s\n", f->name, f->reason);
	list_for_each_entry(p, &current_plan->expanded, node)
		if (unmatched(p))
			seq_printf(m, "skipped\t%s\t%s\n", p->text,
				   p->module[0] ? "no such function in a loaded module" :
						  "no such function");
}

/**
 * fgagg_funcset_init - find what is needed to find functions
 *
 * Context: process, may sleep; once.
 * Return: 0 or a negative errno.
 */
int fgagg_funcset_init(void)
{
	int err;

	err = fgagg_ksym_resolve(ftrace_location) ?:
	      fgagg_ksym_resolve(kallsyms_on_each_symbol) ?:
	      fgagg_ksym_resolve(module_kallsyms_on_each_symbol);
	if (err)
		return err;
	current_plan = plan_alloc();
	if (!current_plan)
		return -ENOMEM;
	err = plan_expand(current_plan);
	if (err)
		fgagg_funcset_uninit();
	return err;
}

/**
 * fgagg_funcset_uninit - undo fgagg_funcset_init()
 */
void fgagg_funcset_uninit(void)
{
	struct starting *s, *next;

	list_for_each_entry_safe(s, next, &starting, node)
		kfree(s);
	INIT_LIST_HEAD(&starting);
	plan_free(current_plan);
	current_plan = NULL;
}
