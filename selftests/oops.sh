#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A task that dies of a bug of the kernel in the middle of traced calls.  Its stack
# starts anew over their frames, and the task makes more traced calls on its way out.

. "$(dirname "$0")/tracee.sh"
ktap_plan 11

panic_on_oops=/proc/sys/kernel/panic_on_oops
switches=/sys/kernel/tracing/events/sched/sched_switch/enable
before=$(cat $panic_on_oops)

# An oops turns the kernel's own tracing off.
cleanup()
{
	echo "$before" >$panic_on_oops
	echo 1 >/sys/kernel/tracing/tracing_on
	echo 0 >$switches
	unload_tracee
}

# What a task does that dies, one below the other.
dying=do_exit,exit_signals,exit_mm,mmput,exit_files,put_files_struct,exit_fs,exit_sem,
dying+=exit_task_work,task_work_run,exit_task_namespaces,switch_task_namespaces,
dying+=exit_notify,release_task,proc_exit_connector,taskstats_exit,perf_event_exit_task

# What is called on the way to where fgagg is told, or does not return after it.
refused=$(awk '{ print $3 }' /proc/kallsyms | grep -xE \
	'(atomic_)?notifier_call_chain|oops_end|__die(_body)?|__traceiter_sched_switch|bpf_throw' |
	sort -u)

# oopses N D: N tasks, one after the other, die D calls deep
oopses()
{
	local n=$1

	reset
	run oops "$n" "$2"
	wait_for '[ "$(stat open)" = 0 ]' 20
	expect_eq "$n tasks died $2 deep: nothing is open" "$(stat open)" 0
	echo 0 >$D/enable
	check "$(stat lost_miss) calls have never returned" \
		test "$(stat lost_miss)" -ge $((n * $2))
	conserve "conserved"
	echo 1 >$D/enable
}

echo 0 >$panic_on_oops
load_tracee
# With it two are told of switches.
echo 1 >$switches
load_module "functions=tracee_*,$dying,${refused//$'\n'/,}"
expect_eq "what is refused" \
	"$(sed -n 's/^skipped\t\([^\t]*\)\t.*\(die\|switch\|return\).*/\1/p' $D/attached |
	grep -v '\.cold' | sort -u)" "$refused"
oopses "$(random 2 5)" 1
oopses "$(random 2 5)" "$(random 2 "$(levels_with_room)")"
run oops 1 3
echo 'tracee_*' >$D/functions
reset
run tree 7
expect_trees "the next calls are counted" 7
echo 0 >$D/enable
expect_eq "nobody is inside" "$(cat $D/inside)" ""
check "nothing keeps the module" rmmod fgagg
