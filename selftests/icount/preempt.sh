#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tasks are interrupted and preempted at any instruction of a hook, by interrupts and a
# scheduler some of whose functions are hooked: every tick is somebody's own, and none
# is taken off twice, if they sleep further down either.  A guest that counts
# instructions may be interrupted at each, others only where a jump is.

. "$(dirname "$0")/../tracee.sh"

preempt=/sys/kernel/debug/sched/preempt
mode=$(sed 's/.*(\(.*\)).*/\1/' $preempt)
hammers=()

cleanup()
{
	stop_hammers
	echo "$mode" >$preempt
	unload_tracee
}

# Wake up, and preempt whoever runs, some thousand times a second.
hammer()
{
	exec chrt -f 50 python3 -c '
import random
import time
while True:
    time.sleep(random.random() / 10000)'
}

start_hammers()
{
	local i

	for i in 1 2; do
		hammer &
		hammers+=($!)
	done
}

stop_hammers()
{
	[ ${#hammers[@]} = 0 ] || kill "${hammers[@]}"
	hammers=()
	wait
}

interrupts=hrtimer_interrupt,hrtimer_wakeup,try_to_wake_up,rcu_core,run_timer_softirq
scheduler=update_rq_clock,switch_mm_irqs_off,psi_task_switch

ktap_plan 28

echo full >$preempt
load_tracee
start_hammers
for settings in direct,cpu direct,wall graph,cpu graph,wall; do
	load_module "functions=tracee_wait,tracee_woken,$scheduler" \
		hook=${settings%,*} time=${settings#*,}
	depth=$(levels_with_room)
	run wait 100 "$depth" &
	waiting=$!
	while kill -0 $waiting 2>/dev/null; do
		run wake
		sleep 0.002
	done
	echo 0 >$D/enable
	check "$settings: preempted inside" test "$(snapshot paths |
		grep -cE "tracee_wait;(${scheduler//,/|})$")" -gt 0
	expect_lines "$settings: counted" \
		"$(snapshot paths | grep -E 'tracee_w[a-z]*$')" \
		"$(for ((i = 1; i <= depth; i++)); do
			echo "100 task $(nest tracee_wait $i)"
		done
		echo "100 task $(nest tracee_wait "$depth");tracee_woken")"
	expect_eq "$settings: no time is cut" \
		"$(stat clamped) and $(stat clamped_cost)" "0 and 0"
	conserve "$settings: conserved"
done

# In interrupts, too, and of some thousand calls any.
for hook in direct graph; do
	load_module "functions=tracee_*,$scheduler,$interrupts" hook=$hook time=cpu \
		compensate=0
	[ ${#hammers[@]} != 0 ] || start_hammers
	run tree 3000
	run chain 1000 12
	run arguments 300
	stop_hammers
	wait_for '[ "$(stat open)" = 0 ]' 20
	echo 0 >$D/enable
	check "$hook: interrupted inside" test "$(snapshot paths |
		grep -cE " hardirq .*hrtimer_wakeup;try_to_wake_up$")" -gt 0
	check "$hook: preempted inside" test "$(snapshot paths |
		grep -cE "tracee_twig;(${scheduler//,/|})$")" -gt 0
	expect_eq "$hook: counted" "$(snapshot paths |
		awk '/;tracee_twig$|tracee_p[io]ng$/ { n += $1 } END { print n }')" \
		$((18000 + 12000))
	expect_sums "$hook"
	expect_eq "$hook: nothing is lost" \
		"$(awk '/^lost_/ { n += $2 } END { print n }' $D/stats)" 0
	conserve "$hook: conserved"
done
