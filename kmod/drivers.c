// SPDX-License-Identifier: GPL-2.0-only
#include "drivers.h"

#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>

#include "ksym.h"
#include "pattern.h"

FGAGG_KSYM(__module_address);
FGAGG_KSYM(__kernel_text_address);

struct driver {
	struct list_head	node;
	char			pattern[FGAGG_NAME_LEN];
};

/* Protects the list; nests inside RTNL, and nothing nests inside it. */
static DEFINE_MUTEX(lock);
static LIST_HEAD(drivers);
static void (*on_change)(void);

/* Returns true if the pattern is new. */
static bool driver_add(const char *pattern)
{
	struct driver *d;
	bool added = false;

	mutex_lock(&lock);
	list_for_each_entry(d, &drivers, node)
		if (!strcmp(d->pattern, pattern))
			goto out;
	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (d) {
		strscpy(d->pattern, pattern, sizeof(d->pattern));
		list_add_tail(&d->node, &drivers);
		added = true;
	}
out:
	mutex_unlock(&lock);
	return added;
}

/* A driver that is part of the kernel: there is no module to name. */
static bool builtin_add(unsigned long func)
{
	char name[FGAGG_NAME_LEN];

	if (!func || !fgagg_ksym(__kernel_text_address)(func))
		return false;
	snprintf(name, sizeof(name), "%ps", (void *)func);
	name[strcspn(name, ". ")] = 0;
	return driver_add(name);
}

static bool builtin_driver_add(struct net_device *dev)
{
	const unsigned long *op = (const unsigned long *)dev->netdev_ops;
	const unsigned long *end = op + sizeof(*dev->netdev_ops) / sizeof(*op);
	struct napi_struct *napi;
	bool added = false;

	for (; op < end; op++)
		added |= builtin_add(*op);
	list_for_each_entry(napi, &dev->napi_list, dev_list)
		added |= builtin_add((unsigned long)napi->poll);
	return added;
}

/* The module whose operations a device has, or NULL. */
static bool module_pattern(const struct net_device *dev, char *pattern)
{
	struct module *mod;

	preempt_disable();
	mod = fgagg_ksym(__module_address)((unsigned long)dev->netdev_ops);
	if (mod)
		snprintf(pattern, FGAGG_NAME_LEN, "*:mod:%s", mod->name);
	preempt_enable();
	return mod;
}

static int device_event(struct notifier_block *nb, unsigned long event,
			void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	char pattern[FGAGG_NAME_LEN];
	bool added;

	if (event != NETDEV_REGISTER || !dev->netdev_ops)
		return NOTIFY_DONE;
	if (module_pattern(dev, pattern))
		added = driver_add(pattern);
	else
		added = builtin_driver_add(dev);
	if (added && on_change)
		on_change();
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = device_event,
};

/**
 * fgagg_drivers_init - find the drivers of all network devices
 * @changed: called when a new driver has come; it may sleep, and runs with
 *	RTNL held
 *
 * Context: process, may sleep, takes RTNL; once.
 * Return: 0 or a negative errno.
 */
int fgagg_drivers_init(void (*changed)(void))
{
	int err;

	err = fgagg_ksym_resolve(__module_address) ?:
	      fgagg_ksym_resolve(__kernel_text_address);
	if (err)
		return err;
	/* Calls the notifier for every device that there is. */
	err = register_netdevice_notifier(&notifier);
	if (err)
		return err;
	on_change = changed;
	return 0;
}

/**
 * fgagg_drivers_uninit - undo fgagg_drivers_init()
 *
 * Context: process, may sleep, takes RTNL.
 */
void fgagg_drivers_uninit(void)
{
	struct driver *d, *next;

	on_change = NULL;
	unregister_netdevice_notifier(&notifier);
	list_for_each_entry_safe(d, next, &drivers, node) {
		list_del(&d->node);
		kfree(d);
	}
}

/**
 * fgagg_drivers_patterns - the patterns of the driver set
 *
 * Context: process, may sleep.
 * Return: the patterns with blanks between, for the caller to kfree(), or NULL
 * if there is no memory.
 */
char *fgagg_drivers_patterns(void)
{
	struct driver *d;
	struct seq_buf s;
	size_t size = 1;
	char *text;

	mutex_lock(&lock);
	list_for_each_entry(d, &drivers, node)
		size += strlen(d->pattern) + 1;
	text = kzalloc(size, GFP_KERNEL);
	if (text) {
		seq_buf_init(&s, text, size);
		list_for_each_entry(d, &drivers, node)
			seq_buf_printf(&s, "%s%s", s.len ? " " : "",
				       d->pattern);
	}
	mutex_unlock(&lock);
	return text;
}
