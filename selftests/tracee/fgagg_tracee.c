// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg_tracee: calls whose paths and numbers are known.
 *
 * Writing "SHAPE [N [A [B]]]" to /sys/kernel/debug/fgagg_tracee/run makes calls
 * of that shape, N times (once by default).  The write() returns when they are
 * done.  Below, a number is how often a function is called by its caller.
 *
 *	leaf			tracee_leaf
 *	tree			tracee_tree > 2 tracee_branch > 3 tracee_twig
 *	siblings		tracee_siblings > tracee_first, 2 tracee_second,
 *				3 tracee_third
 *	recursion N D US	tracee_recurse, D deep, US microseconds inside
 *	chain N D		tracee_ping > tracee_pong > tracee_ping ..., D deep
 *	tail			tracee_tail, which jumps to tracee_tailed
 *	fan N			N paths, see tracee_fan()
 *	family N C W		tracee_family > C tracee_child, each with a loop of W
 *				rounds of its own
 *	busy N US		tracee_busy, US microseconds
 *	sleep N MS		tracee_sleep > tracee_nap, MS milliseconds
 *	nest N U		tracee_outer > tracee_middle > tracee_inner, which
 *				waits in the same way, or if U is 1 for "wake" only;
 *				they take 0, 2 and 60 words of arguments on the stack
 *	wait N D		tracee_wait, D deep, until somebody writes "wake" or
 *				a signal comes, and then, inside, tracee_woken;
 *				"waiting" has the number of tasks that wait
 *	migrate N H		tracee_migrate > H tracee_hop, each on another CPU
 *	timed N W B		tracee_timed, a loop of W to 2^B W rounds, as many
 *				of each octave, with interrupts off
 *	doze N MS W		tracee_doze, two loops of W rounds, and MS
 *				milliseconds of sleep between
 *	wander N H W		tracee_wander, a loop of W rounds on each of H CPUs,
 *				all of them in turn
 *	kthread			tracee_kthread, called by a kernel thread
 *	gone			tracee_gone, called by a kernel thread, which ends
 *				in it: the call never returns
 *	oops N D		tracee_oops, D deep, called by a kernel thread, which
 *				dies of a bug there: tracing must survive that
 *	hardirq N US		tracee_interrupted, and on top of it, in a hard
 *				interrupt, tracee_hardirq, US microseconds
 *	softirq N US		the same, with tracee_softirq in a softirq
 *	deep N D		the same, with tracee_variadic in a softirq, D deep
 *	nmi			the same, with tracee_nmi in an NMI
 *	bh N US			tracee_bh, which runs the softirq by itself
 *	remote			tracee_remote, in an interrupt of another CPU
 *	arguments		tracee_args_*, each of which takes and returns what
 *				it must in another way; EIO if that comes out wrong
 *	excess			tracee_args_excess, the same with more on the stack
 *				than any other
 *
 * Written to the file "cost" beside "run", the same is done with interrupts off
 * and a look at the cycle counter before and after each of the N; then the file
 * has "N MIN MAX SUM", in cycles of that counter.  For shapes that do not sleep
 * and need no interrupt.
 *
 * The file "seen" has what bodies of functions saw of the clock since it was
 * written to: "N ELAPSED COMPUTED SLEPT INTERRUPTED" in cycles of that counter,
 * N times from the first to the last instruction; in loops; in sleep; in traced
 * interrupts.  The file "durations" has each of the N, as it came.  Of those above
 * timed, doze, wander, nest and the interrupts add to it, one task at a time.
 *
 * With the parameter calls=N, init calls tracee_init N times, which is in the
 * section that is freed after init, and which calls tracee_leaf.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <asm/apic.h>
#include <asm/nmi.h>

static unsigned int calls;
module_param(calls, uint, 0400);
MODULE_PARM_DESC(calls, "how often init calls tracee_init");

static struct dentry *dir;

/*
 * A function whose calls are made, and counted, exactly as they are written: it
 * is not inlined, not cloned, and not merged with one that looks the same.
 */
#define __tracee	__attribute__((__noipa__))

static void spin(unsigned int us)
{
	for (; us > 1000; us -= 1000)
		mdelay(1);
	udelay(us);
}

/*
 * What bodies of functions have seen.  Its writer is the one task that makes such
 * calls at a time, and what interrupts it and adds to @interrupted.
 */
#define DURATIONS	8192

static struct seen {
	unsigned int n;
	cycles_t elapsed;
	cycles_t computed;
	cycles_t slept;
	cycles_t interrupted;
} seen;

static cycles_t durations[DURATIONS];

/* The last thing that a body does. */
static __always_inline void see(cycles_t start)
{
	cycles_t elapsed = get_cycles() - start;

	if (seen.n < DURATIONS)
		durations[seen.n] = elapsed;
	seen.n++;
	seen.elapsed += elapsed;
}

static __tracee int tracee_leaf(unsigned int i, unsigned int a, unsigned int b)
{
	return 0;
}

static __tracee int tracee_twig(void)
{
	return 0;
}

static __tracee int tracee_branch(void)
{
	tracee_twig();
	tracee_twig();
	tracee_twig();
	return 0;
}

static __tracee int tracee_tree(unsigned int i, unsigned int a, unsigned int b)
{
	tracee_branch();
	tracee_branch();
	return 0;
}

static __tracee int tracee_first(void)
{
	return 0;
}

static __tracee int tracee_second(void)
{
	return 0;
}

static __tracee int tracee_third(void)
{
	return 0;
}

static __tracee int tracee_siblings(unsigned int i, unsigned int a, unsigned int b)
{
	tracee_first();
	tracee_second();
	tracee_second();
	tracee_third();
	tracee_third();
	tracee_third();
	return 0;
}

static __tracee int tracee_recurse(unsigned int i, unsigned int depth,
				   unsigned int us)
{
	if (depth > 1)
		tracee_recurse(i, depth - 1, us);
	else
		spin(us);
	return 0;
}

static int tracee_ping(unsigned int i, unsigned int depth, unsigned int b);

static __tracee int tracee_pong(unsigned int i, unsigned int depth)
{
	if (depth > 1)
		tracee_ping(i, depth - 1, 0);
	return 0;
}

static __tracee int tracee_ping(unsigned int i, unsigned int depth, unsigned int b)
{
	if (depth > 1)
		tracee_pong(i, depth - 1);
	return 0;
}

static __tracee int tracee_tailed(void)
{
	return 0;
}

static __tracee int tracee_tail(unsigned int i, unsigned int a, unsigned int b)
{
	return tracee_tailed();
}

/*
 * The path to i in a binary tree whose root is 1, and where 2i and 2i + 1 are
 * below i.  The paths to 1, 2, ... n have each other for prefixes, so that these
 * n calls make n different paths, one new path a call.
 */
static int tracee_left(unsigned int i, unsigned int bits);
static int tracee_right(unsigned int i, unsigned int bits);

static __always_inline void fan_step(unsigned int i, unsigned int bits)
{
	if (!bits--)
		return;
	if (i & BIT(bits))
		tracee_right(i, bits);
	else
		tracee_left(i, bits);
}

static __tracee int tracee_left(unsigned int i, unsigned int bits)
{
	fan_step(i, bits);
	return 0;
}

static __tracee int tracee_right(unsigned int i, unsigned int bits)
{
	fan_step(i, bits);
	return 0;
}

static __tracee int tracee_fan(unsigned int i, unsigned int a, unsigned int b)
{
	fan_step(i, fls(i) - 1);
	return 0;
}

/* Two instructions a round, on every compiler. */
static __always_inline void work(unsigned int rounds)
{
	if (rounds)
		asm volatile("1: dec %0; jnz 1b" : "+r" (rounds) : : "cc");
}

static __tracee int tracee_child(unsigned int rounds)
{
	work(rounds);
	return 0;
}

static __tracee int tracee_family(unsigned int i, unsigned int children,
				  unsigned int rounds)
{
	work(rounds);
	while (children--)
		tracee_child(rounds);
	return 0;
}

/* The measurement ends where the loop ends, not where the CPU is given away. */
static void compute(unsigned int rounds)
{
	cycles_t start;

	preempt_disable();
	start = get_cycles();
	work(rounds);
	seen.computed += get_cycles() - start;
	preempt_enable();
}

static __tracee int tracee_timed(unsigned int rounds)
{
	cycles_t start = get_cycles();

	work(rounds);
	see(start);
	return 0;
}

/* Long and short calls are as frequent as each other, on a logarithmic scale. */
static int timed(unsigned int i, unsigned int rounds, unsigned int octaves)
{
	unsigned long flags;

	if (!rounds || octaves > 16 || rounds > BIT(15))
		return -EINVAL;
	rounds <<= i % (octaves ?: 1);
	rounds += get_random_u32() % rounds;
	local_irq_save(flags);
	tracee_timed(rounds);
	local_irq_restore(flags);
	return 0;
}

static __tracee int tracee_doze(unsigned int i, unsigned int ms,
				unsigned int rounds)
{
	cycles_t sleep, start = get_cycles();

	compute(rounds);
	sleep = get_cycles();
	msleep(ms);
	seen.slept += get_cycles() - sleep;
	compute(rounds);
	see(start);
	return 0;
}

static __tracee int tracee_busy(unsigned int i, unsigned int us, unsigned int b)
{
	spin(us);
	return 0;
}

static __tracee int tracee_nap(unsigned int ms)
{
	msleep(ms);
	return 0;
}

static __tracee int tracee_sleep(unsigned int i, unsigned int ms, unsigned int b)
{
	tracee_nap(ms);
	return 0;
}

struct many {
	u64 word[60];
};

static DECLARE_WAIT_QUEUE_HEAD(wait_queue);
static atomic_t waiting = ATOMIC_INIT(0);
static atomic_t wakes = ATOMIC_INIT(0);

static __tracee int tracee_woken(void)
{
	return 0;
}

/* Not inline, so that stacks look alike whatever calls it. */
static noinline int wait(bool uninterruptible)
{
	int err = 0, seen = atomic_read(&wakes);

	atomic_inc(&waiting);
	if (uninterruptible)
		wait_event_idle(wait_queue, atomic_read(&wakes) != seen);
	else
		err = wait_event_interruptible(wait_queue,
					       atomic_read(&wakes) != seen);
	atomic_dec(&waiting);
	tracee_woken();
	return err;
}

static __tracee int tracee_wait(unsigned int i, unsigned int depth, unsigned int b)
{
	int err = depth > 1 ? tracee_wait(i, depth - 1, 0) : wait(false);

	/* Not just err: the call would become a jump. */
	return err ? -ERESTARTSYS : 0;
}

static int wake(unsigned int i, unsigned int a, unsigned int b)
{
	atomic_inc(&wakes);
	wake_up_all(&wait_queue);
	return 0;
}

static __tracee int tracee_inner(struct many many)
{
	int err = wait(many.word[0]);

	return err ? -ERESTARTSYS : 0;
}

static __tracee int tracee_middle(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f,
				  u64 g, u64 h)
{
	int err = tracee_inner((struct many){ .word = { a } });

	return err ? -ERESTARTSYS : 0;
}

static __tracee int tracee_outer(unsigned int i, unsigned int uninterruptible,
				 unsigned int b)
{
	cycles_t start = get_cycles();
	int err = tracee_middle(uninterruptible, 0, 0, 0, 0, 0, 0, 0);

	see(start);
	return err ? -ERESTARTSYS : 0;
}

static __tracee int tracee_hop(void)
{
	return 0;
}

static int next_cpu(int cpu)
{
	cpu = cpumask_next(cpu, cpu_online_mask);
	return cpu < nr_cpu_ids ? cpu : cpumask_first(cpu_online_mask);
}

static __tracee int tracee_migrate(unsigned int i, unsigned int hops,
				   unsigned int b)
{
	int err = 0, cpu = raw_smp_processor_id();

	while (!err && hops--) {
		cpu = next_cpu(cpu);
		err = set_cpus_allowed_ptr(current, cpumask_of(cpu));
		tracee_hop();
	}
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return err;
}

static __tracee int tracee_wander(unsigned int i, unsigned int hops,
				  unsigned int rounds)
{
	cycles_t start = get_cycles();
	int err = 0, cpu = raw_smp_processor_id();

	while (!err && hops--) {
		cpu = next_cpu(cpu);
		err = set_cpus_allowed_ptr(current, cpumask_of(cpu));
		compute(rounds);
	}
	see(start);
	return err;
}

static int wander(unsigned int i, unsigned int hops, unsigned int rounds)
{
	int err = tracee_wander(i, hops, rounds);

	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return err;
}

static __tracee int tracee_kthread(void)
{
	return 0;
}

static int kthread_call(void *done)
{
	tracee_kthread();
	kthread_complete_and_exit(done, 0);
}

/* The whole of a thread, which ends in here. */
static __tracee int tracee_gone(void *done)
{
	kthread_complete_and_exit(done, 0);
}

static int run_kthread(int (*func)(void *done))
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *t = kthread_run(func, &done, "tracee");

	if (IS_ERR(t))
		return PTR_ERR(t);
	wait_for_completion(&done);
	return 0;
}

static int kthread(unsigned int i, unsigned int a, unsigned int b)
{
	return run_kthread(kthread_call);
}

static int gone(unsigned int i, unsigned int a, unsigned int b)
{
	return run_kthread(tracee_gone);
}

static __tracee int tracee_oops(unsigned int depth)
{
	if (depth > 1)
		tracee_oops(depth - 1);
	else
		asm volatile("movb $0, (%0)" : : "r" (BIT(63)) : "memory");
	return 0;
}

struct oops {
	unsigned int depth;
	struct completion begun;
};

static int oops_call(void *data)
{
	struct oops *o = data;

	complete(&o->begun);
	return tracee_oops(o->depth);
}

static int oops(unsigned int i, unsigned int depth, unsigned int b)
{
	struct oops o = { .depth = depth };
	struct task_struct *t;

	init_completion(&o.begun);
	t = kthread_create(oops_call, &o, "tracee");
	if (IS_ERR(t))
		return PTR_ERR(t);
	get_task_struct(t);
	wake_up_process(t);
	wait_for_completion(&o.begun);
	kthread_stop(t);
	put_task_struct(t);
	return 0;
}

/* There is one task at a time that waits for the interrupts below. */
static DEFINE_MUTEX(interrupt_lock);
static unsigned int interrupt_us, interrupt_depth;
static bool interrupt_due, softirq_due;

static __always_inline void interrupt_body(void)
{
	cycles_t start = get_cycles();

	spin(interrupt_us);
	seen.interrupted += get_cycles() - start;
}

static __tracee int tracee_hardirq(void)
{
	interrupt_body();
	return 0;
}

static __tracee int tracee_softirq(void)
{
	interrupt_body();
	return 0;
}

/* Whoever calls it for another must copy as many arguments as there may be. */
static __tracee int tracee_variadic(unsigned int depth, ...)
{
	if (depth > 1)
		tracee_variadic(depth - 1);
	return 0;
}

static __tracee int tracee_nmi(void)
{
	return 0;
}

static void tasklet_func(struct tasklet_struct *unused)
{
	if (interrupt_depth)
		tracee_variadic(interrupt_depth);
	else
		tracee_softirq();
	WRITE_ONCE(softirq_due, false);
}

static DECLARE_TASKLET(tasklet, tasklet_func);

static void hardirq_func(struct irq_work *unused)
{
	tracee_hardirq();
	WRITE_ONCE(interrupt_due, false);
}

static void softirq_func(struct irq_work *unused)
{
	tasklet_schedule(&tasklet);
	WRITE_ONCE(interrupt_due, false);
}

static struct irq_work hardirq_work = IRQ_WORK_INIT_HARD(hardirq_func);
static struct irq_work softirq_work = IRQ_WORK_INIT_HARD(softirq_func);

static int nmi_func(unsigned int type, struct pt_regs *regs)
{
	if (!READ_ONCE(interrupt_due))
		return NMI_DONE;
	tracee_nmi();
	WRITE_ONCE(interrupt_due, false);
	return NMI_HANDLED;
}

/*
 * The interrupt comes on this CPU, and so on top of this call.  A softirq runs
 * at its end, or, if ksoftirqd was at work, as soon as that may go on.  Without
 * a work, the interrupt is an NMI.
 */
static __tracee int tracee_interrupted(struct irq_work *work)
{
	cycles_t start;

	/* What it sees is its own time, and that of what interrupts it. */
	preempt_disable();
	start = get_cycles();
	WRITE_ONCE(interrupt_due, true);
	WRITE_ONCE(softirq_due, work == &softirq_work);
	if (work)
		irq_work_queue(work);
	else
		apic->send_IPI_mask(cpumask_of(smp_processor_id()), NMI_VECTOR);
	while (READ_ONCE(interrupt_due))
		cpu_relax();
	while (READ_ONCE(softirq_due)) {
		preempt_enable();
		cond_resched();
		preempt_disable();
	}
	see(start);
	preempt_enable();
	return 0;
}

static int interrupt(struct irq_work *work, unsigned int us, unsigned int depth)
{
	mutex_lock(&interrupt_lock);
	interrupt_us = us;
	interrupt_depth = depth;
	tracee_interrupted(work);
	interrupt_depth = 0;
	mutex_unlock(&interrupt_lock);
	return 0;
}

static int hardirq(unsigned int i, unsigned int us, unsigned int b)
{
	return interrupt(&hardirq_work, us, 0);
}

static int softirq(unsigned int i, unsigned int us, unsigned int b)
{
	return interrupt(&softirq_work, us, 0);
}

static int deep(unsigned int i, unsigned int depth, unsigned int b)
{
	return interrupt(&softirq_work, 0, depth);
}

static int nmi(unsigned int i, unsigned int a, unsigned int b)
{
	return interrupt(NULL, 0, 0);
}

static __tracee int tracee_bh(unsigned int i, unsigned int us, unsigned int b)
{
	mutex_lock(&interrupt_lock);
	interrupt_us = us;
	WRITE_ONCE(softirq_due, true);
	local_bh_disable();
	tasklet_schedule(&tasklet);
	local_bh_enable();
	while (READ_ONCE(softirq_due))
		cond_resched();
	mutex_unlock(&interrupt_lock);
	return 0;
}

static __tracee void tracee_remote(void *unused)
{
}

static int remote(unsigned int i, unsigned int a, unsigned int b)
{
	int cpu = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());

	return smp_call_function_single(cpu, tracee_remote, NULL, 1);
}

/* Arguments and results, in registers and on the stack: x86-64 has six for them. */

struct pair {
	u64 a;
	u64 b;
};

struct few {
	u64 word[15];
};

struct excess {
	u64 word[65];
};

static u64 sum_of(const u64 *word, unsigned int n)
{
	u64 sum = 0;

	while (n--)
		sum = 31 * sum + word[n];
	return sum;
}

static __tracee u64 tracee_args_six(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f)
{
	const u64 word[] = { a, b, c, d, e, f };

	return sum_of(word, ARRAY_SIZE(word));
}

static __tracee u64 tracee_args_narrow(bool a, s8 b, u16 c, int d, u32 e, s64 f,
				       bool g, s8 h)
{
	const u64 word[] = { a, b, c, d, e, f, g, h };

	return sum_of(word, ARRAY_SIZE(word));
}

static __tracee u64 tracee_args_twelve(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f,
				       u64 g, u64 h, u64 i, u64 j, u64 k, u64 l)
{
	const u64 word[] = { a, b, c, d, e, f, g, h, i, j, k, l };

	return sum_of(word, ARRAY_SIZE(word));
}

static __tracee u64 tracee_args_few(u64 a, struct few few, u64 b)
{
	return a + sum_of(few.word, ARRAY_SIZE(few.word)) + b;
}

static __tracee u64 tracee_args_many(u64 a, struct many many, u64 b)
{
	return a + sum_of(many.word, ARRAY_SIZE(many.word)) + b;
}

/* BTF has no function of this name, as of those that the compiler has changed. */
static u64 tracee_args_changed(u64 a, struct many many, u64 b)
	asm("tracee_args_changed.isra.0");

static __tracee u64 tracee_args_changed(u64 a, struct many many, u64 b)
{
	return a + sum_of(many.word, ARRAY_SIZE(many.word)) - b;
}

static __tracee u64 tracee_args_variadic(unsigned int n, ...)
{
	u64 word[24];
	unsigned int i;
	va_list list;

	va_start(list, n);
	for (i = 0; i < n; i++)
		word[i] = va_arg(list, u64);
	va_end(list);
	return sum_of(word, n);
}

static __tracee struct pair tracee_args_pair(struct pair pair)
{
	return (struct pair){ pair.b, ~pair.a };
}

static __tracee __int128 tracee_args_int128(__int128 a, __int128 b)
{
	return a - b;
}

static __tracee struct few tracee_args_return(u64 a, u64 b)
{
	struct few few;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(few.word); i++)
		few.word[i] = a + i * b;
	return few;
}

static __tracee u64 tracee_args_excess(struct excess excess)
{
	return sum_of(excess.word, ARRAY_SIZE(excess.word));
}

static bool arguments_on_stack(const u64 *w)
{
	struct many many;
	struct few few;

	memcpy(&few, w, sizeof(few));
	memcpy(&many, w, sizeof(many));
	return tracee_args_twelve(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7],
				  w[8], w[9], w[10], w[11]) == sum_of(w, 12) &&
	       tracee_args_few(w[16], few, w[17]) ==
	       w[16] + sum_of(w, 15) + w[17] &&
	       tracee_args_many(w[61], many, w[62]) ==
	       w[61] + sum_of(w, 60) + w[62] &&
	       tracee_args_changed(w[61], many, w[62]) ==
	       w[61] + sum_of(w, 60) - w[62] &&
	       tracee_args_variadic(20, w[0], w[1], w[2], w[3], w[4], w[5], w[6],
				    w[7], w[8], w[9], w[10], w[11], w[12],
				    w[13], w[14], w[15], w[16], w[17], w[18],
				    w[19]) == sum_of(w, 20);
}

static bool arguments_in_registers(const u64 *w)
{
	const u64 narrow[] = { true, (s8)w[1], (u16)w[2], (int)w[3], (u32)w[4],
			       (s64)w[5], false, (s8)w[7] };
	__int128 a = ((__int128)w[0] << 64) + w[1];
	__int128 b = ((__int128)w[2] << 64) + w[3];
	struct pair pair = tracee_args_pair((struct pair){ w[0], w[1] });
	struct few few = tracee_args_return(w[0], w[1]);

	return tracee_args_six(w[0], w[1], w[2], w[3], w[4], w[5]) ==
	       sum_of(w, 6) &&
	       tracee_args_narrow(true, w[1], w[2], w[3], w[4], w[5], false,
				  w[7]) == sum_of(narrow, ARRAY_SIZE(narrow)) &&
	       tracee_args_int128(a, b) == a - b &&
	       pair.a == w[1] && pair.b == ~w[0] &&
	       few.word[0] == w[0] && few.word[14] == w[0] + 14 * w[1];
}

static int arguments(unsigned int i, unsigned int a, unsigned int b)
{
	static DEFINE_MUTEX(lock);
	static u64 word[64];	/* too large for the stack, with the copies */
	bool right;
	int n;

	mutex_lock(&lock);
	for (n = 0; n < ARRAY_SIZE(word); n++)
		word[n] = (i + n) * 0x9e3779b97f4a7c15ULL;
	right = arguments_in_registers(word) && arguments_on_stack(word);
	mutex_unlock(&lock);
	return right ? 0 : -EIO;
}

static int excess(unsigned int i, unsigned int a, unsigned int b)
{
	struct excess excess;

	memset(&excess, i, sizeof(excess));
	return tracee_args_excess(excess) ==
	       sum_of(excess.word, ARRAY_SIZE(excess.word)) ? 0 : -EIO;
}

static const struct shape {
	const char *name;
	int (*call)(unsigned int i, unsigned int a, unsigned int b);
	bool atomic;	/* may be called with interrupts off */
} shapes[] = {
	{ "leaf",	tracee_leaf,		true },
	{ "tree",	tracee_tree,		true },
	{ "siblings",	tracee_siblings,	true },
	{ "recursion",	tracee_recurse,		true },
	{ "chain",	tracee_ping,		true },
	{ "tail",	tracee_tail,		true },
	{ "fan",	tracee_fan,		true },
	{ "family",	tracee_family,		true },
	{ "busy",	tracee_busy,		true },
	{ "timed",	timed },
	{ "doze",	tracee_doze },
	{ "sleep",	tracee_sleep },
	{ "nest",	tracee_outer },
	{ "wait",	tracee_wait },
	{ "wake",	wake },
	{ "migrate",	tracee_migrate },
	{ "wander",	wander },
	{ "kthread",	kthread },
	{ "gone",	gone },
	{ "oops",	oops },
	{ "hardirq",	hardirq },
	{ "softirq",	softirq },
	{ "deep",	deep },
	{ "nmi",	nmi },
	{ "bh",		tracee_bh },
	{ "remote",	remote },
	{ "arguments",	arguments },
	{ "excess",	excess },
	{ }
};

/* What was asked for: a shape, how often, and its parameters. */
struct request {
	const struct shape *shape;
	unsigned int n;
	unsigned int a;
	unsigned int b;
};

static int parse_request(struct request *r, const char __user *from, size_t count)
{
	char text[64] = "", name[16];

	*r = (struct request){ .shape = shapes, .n = 1, .a = 1 };
	if (count >= sizeof(text) || copy_from_user(text, from, count) ||
	    sscanf(text, "%15s %u %u %u", name, &r->n, &r->a, &r->b) < 1)
		return -EINVAL;
	while (r->shape->name && strcmp(r->shape->name, name))
		r->shape++;
	return r->shape->name ? 0 : -EINVAL;
}

static ssize_t run_write(struct file *file, const char __user *from,
			 size_t count, loff_t *pos)
{
	struct request r;
	unsigned int i;
	int err = parse_request(&r, from, count);

	for (i = 1; i <= r.n && !err; i++) {
		err = r.shape->call(i, r.a, r.b);
		cond_resched();
	}
	return err ?: count;
}

static const struct file_operations run_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= run_write,
};

static DEFINE_MUTEX(cost_lock);

/* What the last write to "cost" has measured; protected by cost_lock. */
static struct cost {
	unsigned int n;
	cycles_t min;
	cycles_t max;
	cycles_t sum;
} cost;

static cycles_t measure(const struct request *r, unsigned int i)
{
	unsigned long flags;
	cycles_t cycles;

	local_irq_save(flags);
	/* Marks for a plugin of QEMU, see bench/watch. */
	asm volatile("xchg %bx, %bx");
	cycles = get_cycles();
	r->shape->call(i, r->a, r->b);
	cycles = get_cycles() - cycles;
	asm volatile("xchg %cx, %cx");
	local_irq_restore(flags);
	return cycles;
}

static ssize_t cost_write(struct file *file, const char __user *from,
			  size_t count, loff_t *pos)
{
	struct cost c = { .min = ~0ULL };
	struct request r;
	cycles_t cycles;
	int err = parse_request(&r, from, count);

	if (!err && !r.shape->atomic)
		err = -EINVAL;
	if (err)
		return err;
	while (c.n < r.n) {
		cycles = measure(&r, ++c.n);
		c.min = min(c.min, cycles);
		c.max = max(c.max, cycles);
		c.sum += cycles;
		cond_resched();
	}
	mutex_lock(&cost_lock);
	cost = c;
	mutex_unlock(&cost_lock);
	return count;
}

static ssize_t cost_read(struct file *file, char __user *to, size_t count,
			 loff_t *pos)
{
	char text[96];
	int len;

	mutex_lock(&cost_lock);
	len = scnprintf(text, sizeof(text), "%u %llu %llu %llu\n", cost.n,
			cost.min, cost.max, cost.sum);
	mutex_unlock(&cost_lock);
	return simple_read_from_buffer(to, count, pos, text, len);
}

static const struct file_operations cost_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= cost_write,
	.read	= cost_read,
};

static int seen_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%u %llu %llu %llu %llu\n", seen.n, seen.elapsed,
		   seen.computed, seen.slept, seen.interrupted);
	return 0;
}

static int seen_open(struct inode *inode, struct file *file)
{
	return single_open(file, seen_show, NULL);
}

static ssize_t seen_write(struct file *file, const char __user *from,
			  size_t count, loff_t *pos)
{
	seen = (struct seen){ };
	return count;
}

static const struct file_operations seen_fops = {
	.owner	 = THIS_MODULE,
	.open	 = seen_open,
	.read	 = seq_read,
	.llseek	 = seq_lseek,
	.release = single_release,
	.write	 = seen_write,
};

static int durations_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, seen.n, DURATIONS); i++)
		seq_printf(m, "%llu\n", durations[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(durations);

static __tracee __init int tracee_init(void)
{
	tracee_leaf(0, 0, 0);
	return 0;
}

static int __init fgagg_tracee_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < calls; i++)
		tracee_init();
	err = register_nmi_handler(NMI_LOCAL, nmi_func, 0, "fgagg_tracee");
	if (err)
		return err;
	dir = debugfs_create_dir("fgagg_tracee", NULL);
	debugfs_create_file("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("cost", 0600, dir, NULL, &cost_fops);
	debugfs_create_file("seen", 0600, dir, NULL, &seen_fops);
	debugfs_create_file("durations", 0400, dir, NULL, &durations_fops);
	debugfs_create_atomic_t("waiting", 0400, dir, &waiting);
	return 0;
}

static void __exit fgagg_tracee_exit(void)
{
	debugfs_remove(dir);
	unregister_nmi_handler(NMI_LOCAL, "fgagg_tracee");
	irq_work_sync(&softirq_work);
	irq_work_sync(&hardirq_work);
	tasklet_kill(&tasklet);
}

module_init(fgagg_tracee_init);
module_exit(fgagg_tracee_exit);

MODULE_DESCRIPTION("Calls of known shapes, for the tests of fgagg");
MODULE_LICENSE("GPL");
