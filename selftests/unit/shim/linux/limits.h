/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_LIMITS_H
#define SHIM_LINUX_LIMITS_H

#include_next <linux/limits.h>

#define U16_MAX		((__u16)~0U)
#define U32_MAX		((__u32)~0U)

#endif /* SHIM_LINUX_LIMITS_H */
