/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_PROCESSOR_H
#define SHIM_LINUX_PROCESSOR_H

static inline void cpu_relax(void)
{
}

#endif /* SHIM_LINUX_PROCESSOR_H */
