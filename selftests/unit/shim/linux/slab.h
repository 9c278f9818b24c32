/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <stdlib.h>

#define kzalloc(size, flags)		calloc(1, size)
#define kvzalloc(size, flags)		calloc(1, size)
#define kvcalloc(nr, size, flags)	calloc(nr, size)
#define kfree(p)			free(p)
#define kvfree(p)			free((void *)(p))

#endif /* SHIM_LINUX_SLAB_H */
