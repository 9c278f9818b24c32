// SPDX-License-Identifier: GPL-2.0-only
#include "hook.h"

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "switch.h"

/* The best first; and whether it can be used here. */
static struct {
	const struct fgagg_hook *hook;
	bool usable;
} hooks[] = {
#if FGAGG_HAS_DIRECT
	{ &fgagg_hook_direct },
#endif
	{ &fgagg_hook_graph },
};

/**
 * fgagg_hook_init - find out which hooks can be used
 *
 * Context: process, may sleep; once.
 * Return: 0, or a negative errno if there is none, after saying in the log what
 * is missing.
 */
int fgagg_hook_init(void)
{
	int i, one, err = fgagg_switch_init();

	if (err)
		return err;
	err = -ENOENT;
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		one = hooks[i].hook->init();
		hooks[i].usable = !one;
		if (!one)
			err = 0;
	}
	return err;
}

/**
 * fgagg_hook_uninit - wait until nothing is left of any hook
 *
 * Context: process, may sleep; none is in use.
 */
void fgagg_hook_uninit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].usable && hooks[i].hook->uninit)
			hooks[i].hook->uninit();
}

/**
 * fgagg_hook_find - find a hook by name
 * @name: its name, or "auto" for the best
 *
 * Return: the hook; or ERR_PTR(-EINVAL) if there is none of that name, or
 * ERR_PTR(-EOPNOTSUPP) if it cannot be used here.
 */
const struct fgagg_hook *fgagg_hook_find(const char *name)
{
	bool any = sysfs_streq(name, "auto");
	int i, err = -EINVAL;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!any && !sysfs_streq(name, hooks[i].hook->name))
			continue;
		if (hooks[i].usable)
			return hooks[i].hook;
		err = -EOPNOTSUPP;
	}
	return ERR_PTR(sysfs_streq(name, "direct") ? -EOPNOTSUPP : err);
}

/**
 * fgagg_hook_why_auto - say why auto has chosen what it has
 *
 * Return: a clause.
 */
const char *fgagg_hook_why_auto(void)
{
	if (FGAGG_STACKS_ARE_ERASED)
		return "direct needs stacks that the kernel does not erase";
	if (!FGAGG_HAS_DIRECT)
		return "direct needs x86-64 and CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS";
	if (!hooks[0].usable)
		return "the kernel lacks what direct needs, see its log";
	return "direct costs least";
}

/**
 * fgagg_hook_inside - list tasks that keep the module loaded
 * @m: where to: a line for each, with its pid, its name and the function, which
 *	are separated by tabs
 *
 * Context: process.
 */
void fgagg_hook_inside(struct seq_file *m)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].usable && hooks[i].hook->inside)
			hooks[i].hook->inside(m);
}

/**
 * fgagg_hook_stuck - whether functions of any hook cannot be unhooked
 *
 * Context: any; what was true stays true.
 * Return: true if calls are counted for ever, and the module has to stay.
 */
bool fgagg_hook_stuck(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].hook->stuck && hooks[i].hook->stuck())
			return true;
	return false;
}
