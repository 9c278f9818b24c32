/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The function set: which functions of the kernel the patterns mean, which of
 * these can be hooked, and what every function that was ever hooked is called.
 *
 * All of it is protected by the session's mutex.
 */
#ifndef FGAGG_FUNCSET_H
#define FGAGG_FUNCSET_H

#include <linux/list.h>
#include <linux/types.h>

struct fgagg_plan;
struct module;
struct seq_file;

/**
 * enum fgagg_func_state - what has become of a function
 * @FGAGG_FUNC_HOOKED: it is in the set
 * @FGAGG_FUNC_REFUSED: it would be, but the hook cannot have it
 * @FGAGG_FUNC_SKIPPED: it was meant, but cannot be in the set
 * @FGAGG_FUNC_GONE: it was in the set; its name is still needed
 */
enum fgagg_func_state {
	FGAGG_FUNC_HOOKED,
	FGAGG_FUNC_REFUSED,
	FGAGG_FUNC_SKIPPED,
	FGAGG_FUNC_GONE,
};

/**
 * struct fgagg_func - a function
 * @node: in the order in which it was found
 * @hash: by address
 * @addr: what ftrace calls it by; the symbol's address if ftrace does not know it
 * @state: &enum fgagg_func_state
 * @root: a path may start here, if that is restricted
 * @string: for the snapshot that is being made, where its name is
 * @reason: why it is skipped or refused
 * @name: "name" or "name [module]"
 */
struct fgagg_func {
	struct list_head	node;
	struct hlist_node	hash;
	unsigned long		addr;
	enum fgagg_func_state	state;
	bool			root;
	u32			string;
	const char		*reason;
	char			name[];
};

int fgagg_funcset_init(void);
void fgagg_funcset_uninit(void);

struct fgagg_plan *fgagg_funcset_prepare(struct list_head *patterns,
					 struct list_head *roots,
					 const char *needed);
void fgagg_funcset_commit(struct fgagg_plan *plan);
void fgagg_funcset_discard(struct fgagg_plan *plan, bool hooked);
struct fgagg_plan *fgagg_funcset_plan(void);
int fgagg_funcset_copy(struct list_head *patterns, struct list_head *roots);
void fgagg_funcset_show_patterns(struct seq_file *m, bool roots);
bool fgagg_funcset_forget(void);

int fgagg_funcset_module_coming(struct module *mod);
int fgagg_funcset_module_live(struct module *mod, bool *come, bool *gone);
bool fgagg_funcset_module_going(struct module *mod);

void fgagg_funcset_refuse(struct fgagg_plan *plan,
			  const char *(*refuse)(unsigned long addr));
int fgagg_funcset_addrs(struct fgagg_plan *plan, bool roots,
			unsigned long **addrs, unsigned int *nr);
bool fgagg_funcset_has_roots(struct fgagg_plan *plan);
unsigned long fgagg_funcset_find(struct fgagg_plan *plan, const char *name);
struct list_head *fgagg_funcset_list(void);
struct fgagg_func *fgagg_funcset_by_addr(unsigned long addr);
void fgagg_funcset_count(unsigned int *hooked, unsigned int *skipped);
void fgagg_funcset_show(struct seq_file *m);

#endif /* FGAGG_FUNCSET_H */
