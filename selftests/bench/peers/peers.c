// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg_peers: the other ways in which the kernel shows a function's calls and
 * returns, with callbacks that do nothing.  What these cost is the least that a
 * tool costs which is built on them.
 *
 * In /sys/kernel/debug/fgagg_peers:
 *
 *	fprobe, kretprobe, fgraph
 *		Written: functions to hook, as NAME or MODULE:NAME with blanks
 *		between, and nothing to hook none.  Read: how many calls were
 *		missed since then.
 *	busy
 *		Read: the ns that the first CPU has not been idle.
 *	report
 *		Read: 0, and the plugin of QEMU in bench/watch makes a report.
 *
 * Before Linux 6.12, fgraph hooks what is in set_ftrace_filter instead.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/fprobe.h>
#include <linux/ftrace.h>
#include <linux/kernel_stat.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "ksym.h"

/* Deep enough for every call of the paths that are measured. */
#define MAX_ACTIVE	256

/* Before 6.14 what a probe of fprobe is given is a struct pt_regs. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define PROBE_REGS	ftrace_regs
#else
#define PROBE_REGS	pt_regs
#define PROBE_HAS_POOL
#endif

FGAGG_KSYM(ftrace_location);
FGAGG_KSYM(register_ftrace_graph);
FGAGG_KSYM(unregister_ftrace_graph);

/**
 * struct peer - a way to see calls and returns
 * @name: of its file
 * @attach: hook these functions, none of which is hooked; addresses are those
 *	of their first instructions
 * @detach: hook none
 * @missed: calls missed since @attach, or NULL if it cannot tell
 */
struct peer {
	const char *name;
	int (*attach)(unsigned long *addrs, unsigned int nr);
	void (*detach)(void);
	unsigned long (*missed)(void);
};

/* What is attached: its functions, by their addresses. */
static DEFINE_MUTEX(peers_lock);
static const struct peer *attached;
static unsigned long *functions;
static unsigned int nr_functions;

/* fprobe */

#if IS_ENABLED(CONFIG_FPROBE)

static int fprobe_entry(struct fprobe *fp, unsigned long entry_ip,
			unsigned long ret_ip, struct PROBE_REGS *regs, void *data)
{
	return 0;
}

static void fprobe_exit(struct fprobe *fp, unsigned long entry_ip,
			unsigned long ret_ip, struct PROBE_REGS *regs, void *data)
{
}

static struct fprobe fprobe;

static int fprobe_attach(unsigned long *addrs, unsigned int nr)
{
	unsigned int i;

	fprobe = (struct fprobe){
		.entry_handler	= fprobe_entry,
		.exit_handler	= fprobe_exit,
#ifdef PROBE_HAS_POOL
		.nr_maxactive	= MAX_ACTIVE,
#endif
	};
	for (i = 0; i < nr; i++)
		addrs[i] = fgagg_ksym(ftrace_location)(addrs[i]);
	return register_fprobe_ips(&fprobe, addrs, nr);
}

static void fprobe_detach(void)
{
	unregister_fprobe(&fprobe);
}

static unsigned long fprobe_missed(void)
{
	return fprobe.nmissed;
}

#endif /* CONFIG_FPROBE */

/* kretprobe */

static int kretprobe_handler(struct kretprobe_instance *instance,
			     struct pt_regs *regs)
{
	return 0;
}

static struct kretprobe *kretprobes, **kretprobe_list;

static void kretprobe_free(void)
{
	kfree(kretprobe_list);
	kfree(kretprobes);
}

static int kretprobe_attach(unsigned long *addrs, unsigned int nr)
{
	unsigned int i;
	int err = -ENOMEM;

	kretprobes = kcalloc(nr, sizeof(*kretprobes), GFP_KERNEL);
	kretprobe_list = kcalloc(nr, sizeof(*kretprobe_list), GFP_KERNEL);
	if (!kretprobes || !kretprobe_list)
		goto free;
	for (i = 0; i < nr; i++) {
		kretprobes[i].kp.addr = (void *)addrs[i];
		kretprobes[i].entry_handler = kretprobe_handler;
		kretprobes[i].handler = kretprobe_handler;
		kretprobes[i].maxactive = MAX_ACTIVE;
		kretprobe_list[i] = &kretprobes[i];
	}
	err = register_kretprobes(kretprobe_list, nr);
	if (!err)
		return 0;
free:
	kretprobe_free();
	return err;
}

static void kretprobe_detach(void)
{
	unregister_kretprobes(kretprobe_list, nr_functions);
	kretprobe_free();
}

static unsigned long kretprobe_missed(void)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < nr_functions; i++)
		missed += kretprobes[i].nmissed + kretprobes[i].kp.nmissed;
	return missed;
}

/* fgraph */

static FGAGG_FGRAPH_ENTRY(fgraph_entry, trace)
{
	return 1;
}

static FGAGG_FGRAPH_RETURN(fgraph_return, trace)
{
}

static struct fgraph_ops fgraph_ops = {
	.entryfunc	= fgraph_entry,
	.retfunc	= fgraph_return,
};

static int fgraph_attach(unsigned long *addrs, unsigned int nr)
{
	int err = 0;

#if FGAGG_FGRAPH_MULTI
	err = ftrace_set_filter_ips(&fgraph_ops.ops, addrs, nr, 0, 1);
#endif
	return err ?: fgagg_ksym(register_ftrace_graph)(&fgraph_ops);
}

static void fgraph_detach(void)
{
	fgagg_ksym(unregister_ftrace_graph)(&fgraph_ops);
}

static const struct peer peers[] = {
#if IS_ENABLED(CONFIG_FPROBE)
	{ "fprobe",	fprobe_attach,		fprobe_detach,	 fprobe_missed },
#endif
	{ "kretprobe",	kretprobe_attach,	kretprobe_detach, kretprobe_missed },
	{ "fgraph",	fgraph_attach,		fgraph_detach },
};

/* Files */

static void detach(void)
{
	lockdep_assert_held(&peers_lock);
	if (!attached)
		return;
	attached->detach();
	attached = NULL;
	kfree(functions);
}

/* The addresses of the functions in @text, which is changed. */
static int find_functions(char *text)
{
	char *name;
	int err;

	nr_functions = 0;
	functions = kcalloc(strlen(text) / 2 + 1, sizeof(*functions), GFP_KERNEL);
	if (!functions)
		return -ENOMEM;
	while ((name = strsep(&text, "\n "))) {
		if (!*name)
			continue;
		err = fgagg_ksym_lookup(name, &functions[nr_functions++]);
		if (err)
			return err;
	}
	return 0;
}

static int attach(const struct peer *peer, char *text)
{
	int err;

	lockdep_assert_held(&peers_lock);
	detach();
	err = find_functions(text);
	if (!err && nr_functions) {
		err = peer->attach(functions, nr_functions);
		if (!err) {
			attached = peer;
			return 0;
		}
	}
	kfree(functions);
	return err;
}

static ssize_t peer_write(struct file *file, const char __user *from,
			  size_t count, loff_t *pos)
{
	char *text;
	int err;

	if (count > 65536)
		return -E2BIG;
	text = memdup_user_nul(from, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&peers_lock);
	err = attach(file->private_data, text);
	mutex_unlock(&peers_lock);
	kfree(text);
	return err ?: count;
}

static ssize_t peer_read(struct file *file, char __user *to, size_t count,
			 loff_t *pos)
{
	const struct peer *peer = file->private_data;
	unsigned long missed = 0;
	char text[32];

	mutex_lock(&peers_lock);
	if (peer == attached && peer->missed)
		missed = peer->missed();
	mutex_unlock(&peers_lock);
	return simple_read_from_buffer(to, count, pos, text,
				       scnprintf(text, sizeof(text), "%lu\n",
						 missed));
}

static const struct file_operations peer_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= peer_write,
	.read	= peer_read,
};

static int busy_get(void *unused, u64 *ns)
{
	u64 idle = get_cpu_idle_time_us(0, NULL) + get_cpu_iowait_time_us(0, NULL);

	*ns = ktime_get_ns() - idle * NSEC_PER_USEC;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(busy_fops, busy_get, NULL, "%llu\n");

static int report_get(void *unused, u64 *value)
{
	asm volatile("xchg %dx, %dx");
	*value = 0;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(report_fops, report_get, NULL, "%llu\n");

static struct dentry *dir;

static int __init fgagg_peers_init(void)
{
	unsigned int i;
	int err;

	err = fgagg_ksym_init() ?:
	      fgagg_ksym_resolve(ftrace_location) ?:
	      fgagg_ksym_resolve(register_ftrace_graph) ?:
	      fgagg_ksym_resolve(unregister_ftrace_graph);
	if (err)
		return err;
	dir = debugfs_create_dir("fgagg_peers", NULL);
	for (i = 0; i < ARRAY_SIZE(peers); i++)
		debugfs_create_file(peers[i].name, 0600, dir, (void *)&peers[i],
				    &peer_fops);
	debugfs_create_file_unsafe("busy", 0400, dir, NULL, &busy_fops);
	debugfs_create_file_unsafe("report", 0400, dir, NULL, &report_fops);
	return 0;
}

static void __exit fgagg_peers_exit(void)
{
	debugfs_remove(dir);
	mutex_lock(&peers_lock);
	detach();
	mutex_unlock(&peers_lock);
}

module_init(fgagg_peers_init);
module_exit(fgagg_peers_exit);

MODULE_DESCRIPTION("Empty users of the kernel's ways to see calls, for the benchmark of fgagg");
MODULE_LICENSE("GPL");
