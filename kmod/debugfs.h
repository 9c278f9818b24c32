/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files in /sys/kernel/debug/fgagg; see Documentation/abi.rst.
 */
#ifndef FGAGG_DEBUGFS_H
#define FGAGG_DEBUGFS_H

int fgagg_debugfs_init(void);
void fgagg_debugfs_uninit(void);

#endif /* FGAGG_DEBUGFS_H */
