// SPDX-License-Identifier: GPL-2.0-only
/* That of the module: a file is in one module only. */
#include "../../../kmod/ksym.c"
