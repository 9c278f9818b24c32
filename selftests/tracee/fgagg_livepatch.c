// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg_livepatch: a live patch of one function of fgagg_tracee, which is to be
 * one that takes the numbers of a shape and returns 0 or an error.
 *
 * The parameter "function" names it.  Calls of it return 0 at once, and are
 * counted in the parameter "hits".
 */
#include <linux/atomic.h>
#include <linux/livepatch.h>
#include <linux/module.h>

static char *function = "tracee_leaf";
module_param(function, charp, 0400);
MODULE_PARM_DESC(function, "which function of fgagg_tracee to patch");

static atomic_t hits = ATOMIC_INIT(0);

static int hits_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&hits));
}

static const struct kernel_param_ops hits_ops = {
	.get = hits_get,
};
module_param_cb(hits, &hits_ops, NULL, 0400);
MODULE_PARM_DESC(hits, "how often it was called");

static int patched(unsigned int i, unsigned int a, unsigned int b)
{
	atomic_inc(&hits);
	return 0;
}

static struct klp_func funcs[] = {
	{ .new_func = patched },
	{ }
};

static struct klp_object objs[] = {
	{ .name = "fgagg_tracee", .funcs = funcs },
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init fgagg_livepatch_init(void)
{
	funcs[0].old_name = function;
	return klp_enable_patch(&patch);
}

/* Nothing to undo: a patch that is enabled keeps its module. */
static void __exit fgagg_livepatch_exit(void)
{
}

module_init(fgagg_livepatch_init);
module_exit(fgagg_livepatch_exit);

MODULE_DESCRIPTION("A live patch, for the tests of fgagg");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
