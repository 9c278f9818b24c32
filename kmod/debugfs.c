// SPDX-License-Identifier: GPL-2.0-only
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "blob.h"
#include "error.h"
#include "paths.h"
#include "session.h"
#include "snapshot.h"

#define MAX_WRITE	(64 * 1024)

static struct dentry *dir;

/* Settings: what a write() brings is taken as a whole, or not at all. */

static int setting_show(struct seq_file *m, void *unused)
{
	const struct fgagg_setting *setting = m->private;

	fgagg_session_lock();
	setting->show(m);
	fgagg_session_unlock();
	return 0;
}

static int setting_open(struct inode *inode, struct file *file)
{
	return single_open(file, setting_show, inode->i_private);
}

static ssize_t setting_write(struct file *file, const char __user *from,
			     size_t count, loff_t *pos)
{
	const struct fgagg_setting *setting = file_inode(file)->i_private;
	bool append = file->f_flags & O_APPEND || *pos;
	char *text;
	int err;

	if (!count)
		return 0;
	if (count > MAX_WRITE)
		return fgagg_error(-E2BIG, "%s takes %d bytes at once",
				   setting->name, MAX_WRITE);
	text = memdup_user_nul(from, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	if (strlen(text) != count)
		err = fgagg_error(-EINVAL, "%s is text, without zero bytes",
				  setting->name);
	else
		err = setting->set(strim(text), append);
	kfree(text);
	if (err)
		return err;
	*pos += count;
	return count;
}

static const struct file_operations setting_fops = {
	.owner		= THIS_MODULE,
	.open		= setting_open,
	.read		= seq_read,
	.write		= setting_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static ssize_t reset_write(struct file *file, const char __user *from,
			   size_t count, loff_t *pos)
{
	unsigned int n;
	int err = kstrtouint_from_user(from, count, 10, &n);

	if (err == -EFAULT)
		return err;
	if (err || n != 1)
		return fgagg_error(-EINVAL, "write 1 to reset");
	err = fgagg_session_reset();
	return err ?: count;
}

static const struct file_operations reset_fops = {
	.owner		= THIS_MODULE,
	.open		= simple_open,
	.write		= reset_write,
	.llseek		= noop_llseek,
};

/* Short texts */

static int text_show(struct seq_file *m, void *unused)
{
	void (*show)(struct seq_file *m) = m->private;

	fgagg_session_lock();
	show(m);
	fgagg_session_unlock();
	return 0;
}

static int text_open(struct inode *inode, struct file *file)
{
	return single_open(file, text_show, inode->i_private);
}

static const struct file_operations text_fops = {
	.owner		= THIS_MODULE,
	.open		= text_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/* Blobs, made on open */

static int blob_open(struct inode *inode, struct file *file)
{
	int (*make)(struct fgagg_blob *b) = inode->i_private;
	struct fgagg_blob *b = kzalloc(sizeof(*b), GFP_KERNEL);
	int err;

	if (!b)
		return -ENOMEM;
	fgagg_session_lock();
	err = make(b);
	fgagg_session_unlock();
	if (err) {
		fgagg_blob_free(b);
		kfree(b);
		return fgagg_error(err, "no memory for %pd", file->f_path.dentry);
	}
	file->private_data = b;
	return 0;
}

static ssize_t blob_read(struct file *file, char __user *to, size_t count,
			 loff_t *pos)
{
	struct fgagg_blob *b = file->private_data;

	return simple_read_from_buffer(to, count, pos, b->data, b->len);
}

static loff_t blob_llseek(struct file *file, loff_t offset, int whence)
{
	struct fgagg_blob *b = file->private_data;

	return fixed_size_llseek(file, offset, whence, b->len);
}

static int blob_release(struct inode *inode, struct file *file)
{
	struct fgagg_blob *b = file->private_data;

	fgagg_blob_free(b);
	kfree(b);
	return 0;
}

static const struct file_operations blob_fops = {
	.owner		= THIS_MODULE,
	.open		= blob_open,
	.read		= blob_read,
	.llseek		= blob_llseek,
	.release	= blob_release,
};

static const struct {
	const char *name;
	umode_t mode;
	void *data;
	const struct file_operations *fops;
} files[] = {
	{ "reset",	0200, NULL,			   &reset_fops },
	{ "stats",	0400, fgagg_session_show_stats,	   &text_fops },
	{ "attached",	0400, fgagg_session_show_attached, &text_fops },
	{ "inside",	0400, fgagg_session_show_inside,   &text_fops },
	{ "sets",	0400, fgagg_session_show_sets,	   &text_fops },
	{ "paths",	0400, fgagg_paths_make,		   &blob_fops },
	{ "snapshot",	0400, fgagg_snapshot_make,	   &blob_fops },
};

/*
 * Others go on without a file of debugfs's.  But without "enable" tracing could not
 * be stopped, and so the module not be unloaded.
 */
static int make_files(void)
{
	const struct fgagg_setting *s;
	struct dentry *file;
	unsigned int i;

	for (s = fgagg_settings; s->name; s++) {
		file = debugfs_create_file(s->name, 0600, dir, (void *)s,
					   &setting_fops);
		if (IS_ERR(file))
			return PTR_ERR(file);
	}
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		file = debugfs_create_file(files[i].name, files[i].mode, dir,
					   files[i].data, files[i].fops);
		if (IS_ERR(file))
			return PTR_ERR(file);
	}
	return 0;
}

/**
 * fgagg_debugfs_init - make the files
 *
 * Context: process, may sleep; last of all, as the files can be used at once.
 * Return: 0 or a negative errno.
 */
int fgagg_debugfs_init(void)
{
	int err;

	dir = debugfs_create_dir("fgagg", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = make_files();
	if (err)
		debugfs_remove(dir);
	return err;
}

/**
 * fgagg_debugfs_uninit - remove the files, and wait for their users
 *
 * Context: process, may sleep.
 */
void fgagg_debugfs_uninit(void)
{
	debugfs_remove(dir);
}
