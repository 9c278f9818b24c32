// SPDX-License-Identifier: GPL-2.0-only
#include "template.h"

/* As a file it is one more to install, and as an array one more to generate. */
__asm__(".section .rodata\n"
	".globl fgagg_template\n"
	"fgagg_template:\n"
	".incbin \"html/template.html\"\n"
	".byte 0\n"
	".previous\n");
