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
#include <asm/alternative.h>
#include <asm/asm.h>
#include <asm/cpufeatures.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>

#include "compat.h"
#include "direct.h"
#include "offsets.h"

	.text

/*
 * Nobody comes to these by an indirect branch, and in some kernels
 * SYM_FUNC_START() has an ENDBR for those who do.
 */
#define START(name, linkage)						\
	SYM_START(name, linkage, SYM_A_ALIGN) ANNOTATE_NOENDBR

/*
 * Call what is at %r10, with nothing but a return: that goes anywhere, by way of
 * whatever this machine needs for its returns.  The inner call gives the return
 * predictor something to mispredict, for the outer one to be right when the
 * function returns; as in the kernel's retpolines.
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
 * Make the frame of a call that the current frame's function has made, in the
 * same context; go to \slow if that is not so, or if anything else is unusual.
 * \words are below the frame on the stack, and \size is up to the site.
 *
 * Only %rax, %r10 and %r11 are free, with preemption on: whatever CPU this is on
 * from one instruction to the next, all that it needs is of the task, but for a
 * counter, of which any will do.  What an interrupt must find is complete when
 * the frame becomes the current one.
 */
.macro ENTER words size room slow
	movq	FGAGG_CURRENT, %rax
	movq	TASK_STACK(%rax), %rax
	movq	STACK_SLOT(%rax), %r10		/* the current frame */

	/* There is one; and nobody has rewound the stack: see frame_below(). */
	cmpq	%rsp, %r10
	jbe	\slow
	/* Stacks of interrupts are elsewhere, and have room as frames say, below. */
	movq	%rsp, %r11
	subq	%rax, %r11
	cmpq	$STACK_RESERVE, %r11
	jb	\slow

	movl	FGAGG_PREEMPT_COUNT, %r11d
	andl	$TAG_LEVEL, %r11d
	orl	fgagg_direct_tag(%rip), %r11d
	cmpl	FRAME_tag(%r10), %r11d
	jne	\slow
	movl	%r11d, 8 * \words + FRAME_tag(%rsp)

	movl	FRAME_flags(%r10), %r11d
	andl	$~FRAME_ROOT, %r11d
	subl	$FRAME_ROOM, %r11d
	jc	\slow
.if \words
	cmpl	$FRAME_ROOM * \room, %r11d
	jb	\slow
.endif
	movl	%r11d, 8 * \words + FRAME_flags(%rsp)

	/* The key: see fgagg_cct_mix(). */
	movq	\size(%rsp), %r11
	subq	$INSN_SIZE, %r11
	movl	%r11d, 8 * \words + FRAME_func(%rsp)
	xorq	FRAME_key(%r10), %r11
	imulq	golden_ratio(%rip), %r11
	rolq	$32, %r11
	movq	%r11, 8 * \words + FRAME_key(%rsp)

	movq	$0, 8 * \words + FRAME_child(%rsp)
	movq	$0, 8 * \words + FRAME_cost(%rsp)
	movq	$0, 8 * \words + FRAME_stolen(%rsp)
	movq	%r10, 8 * \words + FRAME_below(%rsp)
	incq	PER_CPU_VAR(fgagg_shard + SHARD_entered)
.if \words
	leaq	8 * \words(%rsp), %r11
	movq	%r11, STACK_SLOT(%rax)
.else
	movq	%rsp, STACK_SLOT(%rax)
.endif
.endm

.macro SAVE_ARGUMENTS
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%r8
	pushq	%r9
.endm

.macro RESTORE_ARGUMENTS
	popq	%r9
	popq	%r8
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
.endm

/*
 * The body is the middle of a function, where no ENDBR is: where indirect branches
 * are tracked an indirect call would fault.  Elsewhere it is as good as any other.
 *
 * The caller's stack may end before the last word that is copied: then those
 * that are missing are no arguments.
 */
.macro TRAMPOLINE name words room=0 copy=0
START(\name, SYM_L_GLOBAL)
	.set	size, 8 * \words + FRAME_BYTES
	subq	$size, %rsp
	ENTER	\words, size, \room, .Lslow_\name

.Lstart_\name:
	movq	%rdx, %r10
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	%rax, 8 * \words + FRAME_start(%rsp)
	movq	%r10, %rdx
	movq	8 * \words + FRAME_stolen(%rsp), %r10
	orq	8 * \words + FRAME_child(%rsp), %r10
	jne	.Llate_\name

.Lbody_\name:
.if \words
	/* What it costs to copy them is neither the call's time nor its caller's. */
	movq	fgagg_shard_config + \copy(%rip), %r11
	addq	%r11, 8 * \words + FRAME_child(%rsp)
	addq	%r11, 8 * \words + FRAME_cost(%rsp)
.endif
	.set	word, 0
	.rept	\words
1:	movq	size + 16 + 8 * word(%rsp), %r11
	_ASM_EXTABLE(1b, .Lcopied_\name)
	movq	%r11, 8 * word(%rsp)
	.set	word, word + 1
	.endr
.Lcopied_\name:
	movq	size(%rsp), %r10
	ALTERNATIVE "call __x86_indirect_thunk_r10", "call direct_call", \
		    X86_FEATURE_IBT

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

.Lslow_\name:
	SAVE_ARGUMENTS
	leaq	6 * 8 + 8 * \words(%rsp), %rdi
	movq	6 * 8 + size(%rsp), %rsi
	call	fgagg_direct_enter
	movl	%eax, %r11d
	RESTORE_ARGUMENTS
	cmpl	$FGAGG_DIRECT_START, %r11d
	jb	.Lpass_\name
	je	.Lstart_\name
	jmp	.Lbody_\name

	/* There was an interrupt, or the scheduler, since the frame is current. */
.Llate_\name:
	SAVE_ARGUMENTS
	leaq	6 * 8 + 8 * \words(%rsp), %rdi
	call	fgagg_direct_start
	RESTORE_ARGUMENTS
	jmp	.Lbody_\name
SYM_FUNC_END(\name)
.endm

TRAMPOLINE fgagg_direct_none 0
TRAMPOLINE fgagg_direct_few FGAGG_DIRECT_WORDS_FEW FGAGG_DIRECT_ROOM_FEW COPY_few
TRAMPOLINE fgagg_direct_many FGAGG_DIRECT_WORDS_MANY FGAGG_DIRECT_ROOM_MANY COPY_many

	.section .rodata
	.balign	8
golden_ratio:
	.quad	CCT_RATIO
