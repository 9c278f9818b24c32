// SPDX-License-Identifier: GPL-2.0-only
/*
 * The direct hook: ftrace has functions call a trampoline, which calls what
 * remains of the function and returns to its caller.  See direct.S.
 *
 * A frame is on the kernel stack, in the trampoline's.  The current frame of a
 * task is noted at the far end of its stack, where nothing else comes before
 * the stack overflows, and so moves with the task.  Interrupts nest on top of
 * it, as they are on top of the task: a context switch has nothing to hand over,
 * and every frame is in a chain from the innermost outwards.
 *
 * A new stack is zeroed by the kernel, that is without a frame, but for that of
 * the first idle task, which is part of the kernel's image: see direct_init().  A
 * task that returns to user space has left all frames.  One that dies in the
 * middle is seen at its last switch; or, if it dies of an oops, before its stack
 * starts anew over all frames, at the notifier of that.  The idle task of a CPU that
 * goes offline starts anew, too: functions that do not return then are never
 * hooked, see funcset.c.
 *
 * The module's text must stay as long as any stack leads back to it.  Counters
 * tell how many calls are inside; while it is hooked, or there are some left, the
 * module holds a reference to itself.  So it cannot be unloaded while it is tracing, or
 * while a task sleeps in a function that was hooked: inside() tells who.
 */
#include "hook.h"

#include <linux/build_bug.h>
#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/kdebug.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "direct.h"
#include "direct_ops.h"
#include "shard.h"
#include "switch.h"

/* For the trampolines: what the tag of a call's caller must be, or no tag. */
u32 fgagg_direct_tag = ~0;

/* What must be left of a stack for a call to be recorded. */
#define STACK_RESERVE	FGAGG_DIRECT_RESERVE

/*
 * Stacks of interrupts, whose ends are not known here, have 4 KiB for NMIs, and
 * as much as a task's otherwise.  So many nested calls have room, which take an
 * eighth and a third, and so many bytes, where there are larger frames.
 */
#define NMI_DEPTH	8
#define NMI_BYTES	512
#define IRQ_DEPTH	FGAGG_DIRECT_IRQ_DEPTH
#define IRQ_BYTES	(THREAD_SIZE / 2)

/* The far end of the stack, next to the magic number there. */
static __always_inline struct fgagg_frame **current_slot(void)
{
	return (struct fgagg_frame **)(end_of_stack(current) + 1);
}

static __always_inline bool on_stack(const void *p, const void *stack)
{
	return (unsigned long)p - (unsigned long)stack < THREAD_SIZE;
}

/*
 * The current frame, when @f is being made.  One that is not above it was left
 * behind on a stack that has started anew, in whatever way, and is not believed.
 */
static __always_inline struct fgagg_frame *
frame_below(struct fgagg_frame **slot, const struct fgagg_frame *f)
{
	struct fgagg_frame *below = READ_ONCE(*slot);

	if (below && on_stack(f, slot) &&
	    unlikely(below <= f || !on_stack(below, slot)))
		return NULL;
	return below;
}

/* The bytes from the first frame of @f's stack, one of interrupts, to @f. */
static unsigned long irq_bytes(const struct fgagg_frame *f,
			       const struct fgagg_frame *below, bool nmi)
{
	const unsigned long *end = end_of_stack(current);
	const struct fgagg_frame *first = f;

	while (below && !on_stack(below, end) &&
	       (below->context == FGAGG_CTX_NMI) == nmi) {
		first = below;
		below = below->below;
	}
	return (unsigned long)first - (unsigned long)f;
}

/*
 * How many calls may be nested in this one for its stack to suffice, or less than
 * none if it has no room itself.  Where the end of the stack is known, it is
 * looked at again for each of them.
 */
static int stack_room(const struct fgagg_frame *f,
		      const struct fgagg_frame *caller,
		      const struct fgagg_frame *below, u8 context)
{
	const unsigned long *end = end_of_stack(current);
	bool nmi = context == FGAGG_CTX_NMI;
	int room = nmi ? NMI_DEPTH : IRQ_DEPTH;

	if (likely(on_stack(f, end)))
		return (unsigned long)f - (unsigned long)end < STACK_RESERVE ?
		       -1 : INT_MAX;
	if (irq_bytes(f, below, nmi) > (nmi ? NMI_BYTES : IRQ_BYTES))
		return -1;
	if (caller && caller->context == context)
		room -= fgagg_frame_depth(caller) + 1;
	return room - 1;
}

/* A call is not wanted: was it stack_room() that told its caller so? */
static bool is_overrun(const struct fgagg_frame *f,
		       const struct fgagg_frame *caller, u8 context)
{
	return caller && caller->context == context && !caller->room &&
	       !on_stack(f, end_of_stack(current)) &&
	       fgagg_frame_depth(caller) + 1 <
	       READ_ONCE(fgagg_shard_config.max_depth);
}

static int direct_enter(struct fgagg_frame *f, unsigned long func)
{
	struct fgagg_frame **slot = current_slot();
	struct fgagg_frame *caller, *below;
	struct fgagg_level level;
	int room;

	below = frame_below(slot, f);
	caller = below && fgagg_shard_owns(below) ? below : NULL;
	if (!fgagg_shard_wants(caller, func, &level)) {
		if (unlikely(is_overrun(f, caller, level.context)))
			fgagg_shard_refuse(FGAGG_LOST_OVERRUN, 1);
		return FGAGG_DIRECT_PASS;
	}
	room = stack_room(f, caller, below, level.context);
	if (unlikely(room < 0)) {
		fgagg_shard_refuse(FGAGG_LOST_OVERRUN, 1);
		return FGAGG_DIRECT_PASS;
	}
	fgagg_shard_enter(f, caller, func, level);
	if (room < f->room)
		f->room = room;
	/* The chain also has the frames of an earlier session. */
	WRITE_ONCE(f->below, below);
	WRITE_ONCE(*slot, f);
	/* The trampoline can do that, and nothing is left to be done after it. */
	if (static_branch_likely(&fgagg_clock_tsc))
		return FGAGG_DIRECT_START;
	fgagg_shard_start(f);
	return FGAGG_DIRECT_STARTED;
}

/**
 * fgagg_direct_enter - a hooked function was called, by no call of this session,
 *	or after a change of context
 * @f: room for its frame
 * @site: where in the function its call of the trampoline returns to
 *
 * What the trampolines do with other calls, for all that can be.
 *
 * Context: any, NMI included.
 * Return: FGAGG_DIRECT_*; if it is FGAGG_DIRECT_PASS, @f is not used, and the
 * trampoline is out of the way.
 */
int fgagg_direct_enter(struct fgagg_frame *f, unsigned long site)
{
	int what;

	preempt_disable_notrace();
	what = direct_enter(f, site - MCOUNT_INSN_SIZE);
	preempt_enable_notrace();
	return what;
}

/**
 * fgagg_direct_start - the time of a frame starts, of which something was taken
 * @f: the current frame
 *
 * Context: any, NMI included.
 */
void fgagg_direct_start(struct fgagg_frame *f)
{
	preempt_disable_notrace();
	fgagg_shard_start_late(f);
	preempt_enable_notrace();
}

/*
 * The rare ends of fgagg_direct_exit(), which calls nothing that comes back, so
 * that it needs no register saved.  They turn preemption on again.
 */
static noinline void direct_exit_slow(struct fgagg_frame *f)
{
	struct fgagg_mark m;

	if (fgagg_shard_owns(f)) {
		m = fgagg_shard_stop_slow(f);
		WRITE_ONCE(*current_slot(), f->below);
		fgagg_shard_exit_slow(f, m);
	} else {
		WRITE_ONCE(*current_slot(), f->below);
		fgagg_shard_late();
	}
	preempt_enable_notrace();
}

static noinline void direct_exit_rest(const struct fgagg_frame *f, u64 now,
				      u64 cost, enum fgagg_rest rest)
{
	struct fgagg_mark m = { .now = now, .cost = cost };

	fgagg_shard_exit_rest(f, m, rest);
	preempt_enable_notrace();
}

/* Preemption is on again, and somebody waits for it. */
static noinline void direct_exit_resched(void)
{
	preempt_disable_notrace();
	preempt_enable_notrace();
}

/**
 * fgagg_direct_exit - a call that was recorded has returned
 * @f: its frame
 *
 * Context: any, NMI included.
 */
__noendbr void fgagg_direct_exit(struct fgagg_frame *f)
{
	enum fgagg_rest rest;
	struct fgagg_mark m;
	u64 now;

	preempt_disable_notrace();
	if (!static_branch_likely(&fgagg_clock_tsc))
		return direct_exit_slow(f);
	now = rdtsc();
	barrier();
	if (!fgagg_shard_stop(f, now, &m))
		return direct_exit_slow(f);
	WRITE_ONCE(*current_slot(), f->below);
	rest = fgagg_shard_exit(f, m);
	if (unlikely(rest))
		return direct_exit_rest(f, m.now, m.cost, rest);
	barrier();
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT) &&
	    unlikely(__preempt_count_dec_and_test()))
		direct_exit_resched();
}

/*
 * Holding the module, and letting it go.
 *
 * hold_mutex protects holding, and who writes hooked.
 */
static DEFINE_MUTEX(hold_mutex);
static bool holding, hooked;

/*
 * Whether a frame may be the one below what is at @p.  Where the task dies in an
 * exception, that may have a stack of its own.
 */
static bool is_below(const struct fgagg_frame *f, const void *p)
{
	const void *stack = end_of_stack(current);
	bool above = (const void *)f > p;

	if (on_stack(p, stack))
		return on_stack(f, stack) && above;
	return on_stack(f, stack) || (above && on_stack(f, p));
}

/*
 * The current task's calls never return.  If that is for a bug of the kernel, it may
 * have written over their frames.
 */
static void direct_dead(const struct fgagg_frame *f)
{
	struct fgagg_frame copy;
	const void *p = &copy;

	WRITE_ONCE(*current_slot(), NULL);
	while (is_below(f, p) &&
	       !copy_from_kernel_nofault(&copy, f, sizeof(copy))) {
		if (fgagg_shard_owns(&copy))
			fgagg_shard_dead();
		else
			fgagg_shard_late();
		p = f;
		f = copy.below;
	}
}

static void direct_switch(void *unused, bool preempt, struct task_struct *prev,
			  struct task_struct *next, unsigned int prev_state)
{
	struct fgagg_frame *f = frame_below(current_slot(), (void *)&f);

	/* It will not run again. */
	if (prev_state & TASK_DEAD) {
		direct_dead(f);
		f = NULL;
	}
	/* If it is not, another hook may be in use, and takes the time itself. */
	if (fgagg_compat_read_bool(hooked))
		fgagg_shard_switch(f && fgagg_shard_owns(f) ? f : NULL);
}

/*
 * An oops, of which a task dies on a stack that starts anew over its frames; but in
 * an interrupt it is a panic.
 */
static int direct_oops(struct notifier_block *nb, unsigned long event, void *args)
{
	if (event == DIE_OOPS && !in_interrupt())
		direct_dead(READ_ONCE(*current_slot()));
	return NOTIFY_DONE;
}

/* The last, for another may stop the oops and have the task go on. */
static struct notifier_block oops_notifier = {
	.notifier_call	= direct_oops,
	.priority	= INT_MIN,
};

static void let_go_later(struct work_struct *unused);
static DECLARE_DELAYED_WORK(let_go_work, let_go_later);

static int hold(void)
{
	int err = 0;

	mutex_lock(&hold_mutex);
	if (!holding) {
		err = fgagg_switch_register(direct_switch);
		if (!err) {
			register_die_notifier(&oops_notifier);
			__module_get(THIS_MODULE);
			holding = true;
		}
	}
	WRITE_ONCE(hooked, !err);
	mutex_unlock(&hold_mutex);
	return err;
}

/* Return: false if there is somebody inside. */
static bool let_go(void)
{
	bool done = true;

	mutex_lock(&hold_mutex);
	if (holding && !hooked) {
		done = fgagg_shard_all_left();
		if (done) {
			unregister_die_notifier(&oops_notifier);
			fgagg_switch_unregister(direct_switch);
			/* Those who have left may still be on their way out. */
			fgagg_shard_quiesce();
			holding = false;
			module_put(THIS_MODULE);
		}
	}
	mutex_unlock(&hold_mutex);
	return done;
}

static void let_go_later(struct work_struct *unused)
{
	if (!let_go())
		schedule_delayed_work(&let_go_work, HZ / 10);
}

/* Most calls are over in no time. */
static void let_go_soon(void)
{
	int tries;

	for (tries = 0; tries < 10; tries++) {
		if (let_go())
			return;
		msleep(20);
	}
	schedule_delayed_work(&let_go_work, HZ / 10);
}

/* Nobody zeroes this stack: the linker may have filled it with anything. */
static int direct_init(void)
{
	unsigned long *stack = end_of_stack(&init_task);

	WRITE_ONCE(stack[1], 0);
	return fgagg_direct_ops_init();
}

static void unhold(void)
{
	/* Calls are counted as before; of whatever clock is chosen from now on. */
	if (fgagg_direct_ops_stuck()) {
		WRITE_ONCE(fgagg_direct_tag, ~0);
		return;
	}
	/* Those who entered before that are counted after this. */
	fgagg_shard_quiesce();
	fgagg_shard_abandon(true);
	mutex_lock(&hold_mutex);
	WRITE_ONCE(hooked, false);
	mutex_unlock(&hold_mutex);
	let_go_soon();
}

/*
 * The trampolines read nothing but the TSC; and in a kernel where softirqs can be
 * preempted preempt_count() does not know of them.
 */
static u32 fast_tag(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) ||
	    !static_key_enabled(&fgagg_clock_tsc))
		return ~0;
	return fgagg_shard_config.tag;
}

static int direct_start(unsigned long *addrs, unsigned int nr)
{
	int err = hold();

	if (err)
		return err;
	WRITE_ONCE(fgagg_direct_tag, fast_tag());
	err = fgagg_direct_ops_apply(addrs, nr);
	if (err)
		unhold();
	return err;
}

static void direct_stop(void)
{
	fgagg_direct_ops_clear();
	unhold();
}

static const char *direct_why(int err)
{
	return err == -EBUSY ? "somebody else holds one of them" : NULL;
}

static void direct_uninit(void)
{
	while (!let_go())
		msleep(20);
	cancel_delayed_work_sync(&let_go_work);
}

/*
 * The function of a task's innermost frame.  The task may be running, so that it is out
 * of date by the time it is used, or no function, if the frame has been another in the
 * meantime; or ending, and its stack going away.
 */
static bool task_func(struct task_struct *t, s32 *func)
{
	unsigned long *stack = READ_ONCE(t->stack);
	struct fgagg_frame *f, *again;

	return stack &&
	       !get_kernel_nofault(f, (struct fgagg_frame **)(stack + 1)) &&
	       on_stack(f, stack) && on_stack(f + 1, stack) &&
	       !get_kernel_nofault(*func, (s32 *)&f->func) &&
	       !get_kernel_nofault(again, (struct fgagg_frame **)(stack + 1)) &&
	       f == again;
}

static void direct_inside(struct seq_file *m)
{
	char name[KSYM_SYMBOL_LEN];
	struct task_struct *p, *t;
	s32 func;

	rcu_read_lock();
	for_each_process_thread(p, t) {
		if (!task_func(t, &func))
			continue;
		seq_printf(m, "%d\t", t->pid);
		/* The task has chosen it. */
		seq_escape_str(m, t->comm, ESCAPE_ANY_NP, NULL);
		/* What is no function has no name, and its address is not to be told. */
		sprint_symbol_no_offset(name, (long)func);
		seq_printf(m, "\t%s\n", strncmp(name, "0x", 2) ? name : "?");
	}
	rcu_read_unlock();
}

const struct fgagg_hook fgagg_hook_direct = {
	.name	= "direct",
	.init	= direct_init,
	.uninit	= direct_uninit,
	.start	= direct_start,
	.update	= fgagg_direct_ops_apply,
	.stop	= direct_stop,
	.refuse	= fgagg_direct_ops_refuse,
	.forget	= fgagg_direct_ops_forget,
	.why	= direct_why,
	.inside	= direct_inside,
	.stuck	= fgagg_direct_ops_stuck,
};
