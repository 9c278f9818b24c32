#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tasks are preempted at any instruction of a hook, by a scheduler some of whose
# functions are hooked, and then sleep further down: no time is taken off twice.  A
# guest that counts instructions may be interrupted at each, others only where a jump is.

. "$(dirname "$0")/../tracee.sh"

preempt=/sys/kernel/debug/sched/preempt
mode=$(sed 's/.*(\(.*\)).*/\1/' $preempt)
hammers=()

cleanup()
{
	kill "${hammers[@]}"
	wait
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

scheduler=update_rq_clock,switch_mm_irqs_off,psi_task_switch

ktap_plan 16

echo full >$preempt
load_tracee
for i in 1 2 3 4; do
	hammer &
	hammers+=($!)
done
for settings in direct,cpu direct,wall graph,cpu graph,wall; do
	load_module "functions=tracee_wait,tracee_woken,$scheduler" \
		hook=${settings%,*} time=${settings#*,}
	depth=$(levels_with_room)
	run wait 500 "$depth" &
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
			echo "500 task $(nest tracee_wait $i)"
		done
		echo "500 task $(nest tracee_wait "$depth");tracee_woken")"
	expect_eq "$settings: no time is cut" \
		"$(stat clamped) and $(stat clamped_cost)" "0 and 0"
	conserve "$settings: conserved"
done
