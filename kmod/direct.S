/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The direct hook's trampolines.
 *
 * ftrace patches a call of a trampoline into the first instruction of a
 * function.  A trampoline takes room for a frame on the stack, calls what
 * remains of the function, and returns to the function's caller:
 *
 *	caller		function		trampoline
 *
 *	call  --------> call  ----------------> enter
 *			  (past it)  <--------- call
 *			ret   ----------------> exit
 *	  <------------------------------------ ret
 *
 * Every call has a return, so that the unwinder needs no help, and finds the
 * function twice: as what the trampoline has called, and as what called it.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>

#include "direct.h"

	.text

/*
 * Nobody comes to these by an indirect branch, and in some kernels
 * SYM_FUNC_START() has an ENDBR for those who do.
 */
#define START(name, linkage)						\
	SYM_START(name, linkage, SYM_A_ALIGN) ANNOTATE_NOENDBR

/*
 * Call what is at %r10.  That is the middle of a function, where no ENDBR is:
 * where indirect branches are tracked a jump there would fault, and where they
 * are mispredicted on purpose it would be open to that.  A return goes anywhere,
 * by way of whatever this machine needs for its returns.  The inner call gives
 * the return predictor something to mispredict, for the outer one to be right
 * when the function returns; as in the kernel's retpolines.
 */
START(direct_call, SYM_L_LOCAL)
	ANNOTATE_INTRA_FUNCTION_CALL
	call	.Ldirect_call
	int3
.Ldirect_call:
	movq	%r10, (%rsp)
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(direct_call)

/*
 * A trampoline returns here, in place of the function that has called it, and
 * from here to the function's caller: a return for each call.
 */
START(direct_return, SYM_L_LOCAL)
	RET
SYM_FUNC_END(direct_return)

/*
 * The caller's stack may end before the last word that is copied: then those
 * that are missing are no arguments.
 */
.macro TRAMPOLINE name words
START(\name, SYM_L_GLOBAL)
	.set	size, 8 * \words + FGAGG_DIRECT_FRAME
	subq	$size, %rsp
	pushq	%rax		/* of variadic functions */
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%r8
	pushq	%r9
	leaq	7 * 8 + 8 * \words(%rsp), %rdi
	movq	7 * 8 + size(%rsp), %rsi
	call	fgagg_direct_enter
	movl	%eax, %r11d
	popq	%r9
	popq	%r8
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	popq	%rax
	testl	%r11d, %r11d
	jz	.Lpass_\name

	.set	word, 0
	.rept	\words
1:	movq	size + 16 + 8 * word(%rsp), %r11
	_ASM_EXTABLE(1b, .Lcopied_\name)
	movq	%r11, 8 * word(%rsp)
	.set	word, word + 1
	.endr
.Lcopied_\name:
	movq	size(%rsp), %r10
	call	direct_call

	pushq	%rax
	pushq	%rdx
	leaq	2 * 8 + 8 * \words(%rsp), %rdi
	call	fgagg_direct_exit
	popq	%rdx
	popq	%rax
	movq	$direct_return, size(%rsp)
.Lpass_\name:
	addq	$size, %rsp
	RET
SYM_FUNC_END(\name)
.endm

TRAMPOLINE fgagg_direct_none 0
TRAMPOLINE fgagg_direct_few FGAGG_DIRECT_WORDS_FEW
TRAMPOLINE fgagg_direct_many FGAGG_DIRECT_WORDS_MANY
