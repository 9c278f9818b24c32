/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_MINMAX_H
#define SHIM_LINUX_MINMAX_H

#define min_t(type, x, y)						\
({									\
	type __x = (x);							\
	type __y = (y);							\
									\
	__x < __y ? __x : __y;						\
})
#define min(x, y)	min_t(typeof(x), x, y)

#endif /* SHIM_LINUX_MINMAX_H */
