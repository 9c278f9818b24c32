/* SPDX-License-Identifier: GPL-2.0-only */
/* macros: what the kernel's headers have and user space does not. */
#ifndef FGAGG_MACROS_H
#define FGAGG_MACROS_H

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))

#endif /* FGAGG_MACROS_H */
