#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tasks that sleep in a traced call while everything around them changes, calls
# that never return, and the time that a task sleeps.

. "$(dirname "$0")/tracee.sh"

cleanup()
{
	run wake 2>/dev/null
	wait
	unload_tracee
}

# sleepers N D: N tasks that sleep in calls that are D deep
sleepers()
{
	local i

	for ((i = 0; i < $1; i++)); do
		run wait 1 "$2" &
	done
	wait_for "[ \$(cat $T/waiting) = $1 ]" 20
}

wake()
{
	run wake
	wait
}

# expect_stats NAME KEY=VALUE...
expect_stats()
{
	local name=$1 got=() pair

	shift
	for pair; do
		got+=("${pair%=*}=$(stat "${pair%=*}")")
	done
	expect_eq "$name" "${got[*]}" "$*"
}

# wait_paths N D: N tasks have been woken in calls that are D deep
wait_paths()
{
	local i

	for ((i = 1; i <= $2; i++)); do
		echo "$1 task $(nest tracee_wait $i)"
	done
	echo "$1 task $(nest tracee_wait "$2");tracee_woken"
}

total_ms()
{
	snapshot paths total | awk -v path="$1" -v khz="$(stat clock_khz)" '
		$3 == path { printf "%d\n", $1 / khz }'
}

load_tracee
load_module functions='tracee_*'
case $(stat hook),$(uname -r) in
direct,*)	ktap_plan 38 ;;
graph,6.1.*)	ktap_plan 40 ;;
graph,*)	ktap_plan 34 ;;
esac
tasks=$(random 2 5)
depth=$(random 2 12)
calls=$((tasks * depth))
echo "# $tasks tasks, $depth calls each"

sleepers "$tasks" "$depth"
expect_stats "asleep" entered=$calls recorded=0 open=$calls
wake
expect_paths "awake" "$(wait_paths "$tasks" "$depth")"
expect_stats "awake: nothing is open" entered=$((calls + tasks)) open=0

reset
sleepers "$tasks" "$depth"
echo 0 >$D/enable
expect_stats "stopped" entered=$calls open=0 lost_stopped=$calls
wake
expect_stats "awake after the stop" entered=$calls recorded=0 open=0 \
	lost_stopped=$calls
echo 1 >$D/enable

reset
sleepers "$tasks" "$depth"
echo 0 >$D/enable
echo 1 >$D/enable
run leaf 7
wake
expect_stats "stopped and started" entered=$((calls + 7 + tasks)) \
	recorded=$((7 + tasks)) open=0 lost_stopped=$calls
expect_paths "what they call is on no old path" "7 task tracee_leaf" \
	"$tasks task tracee_woken"

# fgraph gives out 16 indexes in turn: let it come back to the same.
times=2
[ "$(stat hook)" != graph ] || times=16
reset
sleepers "$tasks" "$depth"
for ((i = 0; i < times; i++)); do
	echo 0 >$D/enable
	echo 1 >$D/enable
done
wake
expect_paths "$times times stopped and started" "$tasks task tracee_woken"
conserve "$times times stopped and started: conserved"

reset
sleepers "$tasks" "$depth"
reset
expect_stats "reset: open stays open" entered=$calls recorded=0 open=$calls
wake
expect_paths "reset: and is counted" "$(wait_paths "$tasks" "$depth")"
conserve "reset: conserved"

reset
sleepers "$tasks" "$depth"
echo tracee_leaf >$D/functions
reset
run leaf 3
wake
expect_paths "hooked no longer: counted, with their names" \
	"$(wait_paths "$tasks" "$depth" | grep -v woken)" "3 task tracee_leaf"
conserve "hooked no longer: conserved"
reset
expect_stats "hooked no longer: gone" recorded=0 paths=0
echo 'tracee_*' >$D/functions

reset
sleepers "$tasks" "$depth"
kill $(jobs -p)
wait_for "[ \$(cat $T/waiting) = 0 ]" 20
wait 2>/dev/null
expect_paths "killed" "$(wait_paths "$tasks" "$depth")"
expect_stats "killed: nothing is open" entered=$((calls + tasks)) open=0

# The other hook takes the time that tasks sleep, while the direct one still waits for
# some of them.
with_graph()
{
	reset
	sleepers "$tasks" "$depth"
	echo 0 >$D/enable
	echo graph >$D/hook
	echo cpu >$D/time
	reset
	echo 1 >$D/enable
	run wander 1 20 10000
	expect_stats "with the graph hook" hook=graph recorded=1 clamped=0
	wake
	echo 0 >$D/enable
	expect_eq "nobody is left with the direct hook" "$(cat $D/inside)" ""
	echo wall >$D/time
	echo direct >$D/hook
	echo 1 >$D/enable
}

# The stacks of those who sleep lead back to the direct hook, and not to the
# other.
unload_direct()
{
	reset
	sleepers "$tasks" "$depth"
	echo 0 >$D/enable
	expect_stats "stopped while they sleep" open=0 lost_stopped="$calls"
	check_fails "they keep the module" rmmod fgagg
	expect_eq "and are listed" "$(cut -f 2- $D/inside | sort | uniq -c |
		sed 's/^ *//')" "$tasks sleep.sh	tracee_wait [fgagg_tracee]"
	echo 1 >$D/enable
	wake
	expect_paths "awake" "$tasks task tracee_woken"
	conserve "awake: conserved"
	with_graph
	echo 0 >$D/enable
	expect_eq "nobody is listed" "$(cat $D/inside)" ""
	sleepers "$tasks" "$depth"
	expect_eq "nobody is listed who came later" "$(cat $D/inside)" ""
	check "they do not keep the module" rmmod fgagg
	wake
	check "loaded again" insert_module functions='tracee_*'
	run leaf 5
	expect_paths "no trace of them" "5 task tracee_leaf"
}

unload_graph()
{
	sleepers "$tasks" "$depth"
	check "unloaded while they sleep" rmmod fgagg
	check "loaded again" insert_module functions='tracee_*'
	run leaf 5
	expect_stats "they are not counted" entered=5 recorded=5 open=0
	wake
	expect_paths "awake" "5 task tracee_leaf" "$tasks task tracee_woken"
	conserve "awake: conserved"
	sleepers "$tasks" "$depth"
	unload_module
	wake
	check "unloaded before they wake up" load_module functions='tracee_*'
	run leaf 5
	expect_paths "no trace of them" "5 task tracee_leaf"
	expect_eq "nobody is listed" "$(cat $D/inside)" ""
}

"unload_$(stat hook)"

# Calls that never return.  Where frames come from a pool, which is the graph hook
# before Linux 6.12, they are more than it has.
reset
case $(stat hook),$(uname -r) in
graph,6.1.*) n=$(random 9000 9100) ;;
*) n=$(random 500 600) ;;
esac
echo "# $n calls that never return"
run gone "$n"
wait_for '[ "$(stat open)" = 0 ]' 20
expect_stats "never returned" entered="$n" recorded=0 open=0 lost_miss="$n"
run tree "$tasks"
expect_paths "and the rest goes on" "$tasks task tracee_tree" \
	"$((2 * tasks)) task tracee_tree;tracee_branch" \
	"$((6 * tasks)) task tracee_tree;tracee_branch;tracee_twig"
conserve "never returned: conserved"

# More tasks asleep than that pool has frames: 128 for their CPU, and 8192 for all.
drain_pool()
{
	local open=$((128 + 8192)) n=290 d=30

	reset
	sleepers $n $d
	expect_stats "$1" entered=$((n * d)) recorded=0 open=$open \
		lost_overrun=$((n * d - open))
	wake
	conserve "$1: conserved"
}

case $(stat hook),$(uname -r) in
graph,6.1.*)
	cpus=$(taskset -cp $$)
	taskset -cp 0 $$ >/dev/null
	drain_pool "all frames are in use"
	drain_pool "and again"
	reset
	run tree 10
	expect_trees "they are back" 10
	taskset -cp "${cpus##* }" $$ >/dev/null
	;;
esac

reset
run sleep 4 250
ms=$(total_ms tracee_sleep)
echo "# $ms ms"
check "time=wall has the sleep" test "$ms" -ge 1000
echo cpu >$D/time
reset
run sleep 4 250
ms=$(total_ms tracee_sleep)
echo "# $ms ms"
check "time=cpu does not" test "$ms" -lt 500
expect_stats "times make sense" clamped=0

# Functions that run when the task has already been switched out.
echo 'tracee_* switch_mm_irqs_off enter_lazy_tlb __perf_event_task_sched_out' \
	>$D/functions
reset
run sleep 4 250
echo 'tracee_*' >$D/functions
ms=$(total_ms tracee_sleep)
echo "# $ms ms"
check "time=cpu, a call in the switch itself" test "$ms" -lt 500
conserve "time=cpu: conserved"

# Asleep when it starts to be excluded, and when it no longer is.
echo wall >$D/time
reset
sleepers "$tasks" "$depth"
echo cpu >$D/time
wake
sleepers "$tasks" "$depth"
echo wall >$D/time
wake
expect_stats "changes of time" recorded=$((2 * (calls + tasks))) open=0
