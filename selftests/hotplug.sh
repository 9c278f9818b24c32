#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# CPUs that come and go: nothing is counted twice, and nothing is lost.

. "$(dirname "$0")/tracee.sh"

online=/sys/devices/system/cpu/cpu1/online

[ -w $online ] || ktap_skip_all "there is no CPU 1 that can be turned off"

cleanup()
{
	echo 1 >$online
	unload_tracee
}

ktap_plan 27

load_tracee
load_module functions='tracee_*'
expect_eq "two CPUs" "$(stat cpus)" 2

# Traffic all the time, on whatever CPUs there are.
n=$(random 200 400)
rounds=0
while [ $rounds -lt 3 ]; do
	for i in 1 2 3; do
		run tree "$n" &
	done
	echo 0 >$online
	run tree "$n"
	echo 1 >$online
	run_on 1 tree "$n"
	wait
	rounds=$((rounds + 1))
done
echo "# 3 times 5 times tree $n"
expect_trees "off and on" $((15 * n))
expect_eq "off and on: nothing is lost" "$(stat recorded)" $((15 * 9 * n))

echo 0 >$online
run tree 3
expect_trees "what an offline CPU has counted" $((15 * n + 3))
reset
expect_eq "is forgotten by a reset" "$(stat entered) $(stat paths)" "0 0"
run tree 4
echo 1 >$online
run_on 1 tree 5
expect_trees "it starts from zero" 9

echo 0 >$online
load_module functions='tracee_*' enable=0
expect_eq "offline when loaded" "$(stat cpus)" 1
echo 1000 >$D/max_paths
echo 1 >$D/enable
run tree 2
echo 1 >$online
expect_eq "gets a table" "$(stat cpus)" 2
run_on 1 fan 1000
run_on 0 leaf 1
expect_eq "of the right size" \
	"$(stat lost_full) $(snapshot cpus 'task tracee_fan') $(stat paths)" \
	"0 1 1000 1004"
conserve "of the right size: conserved"

# A table changes its size while its CPU is away.
echo 0 >$D/enable
echo 0 >$online
echo 50 >$D/max_paths
echo 1 >$D/enable
echo 1 >$online
run_on 1 fan 60
expect_eq "resized while it was away" "$(stat paths)" 50
conserve "resized while it was away: conserved"

# Enabled while it is away, with new idle tasks to come.
echo 0 >$D/enable
echo 0 >$online
echo 4096 >$D/max_paths
echo 1 >$D/enable
echo 1 >$online
run_on 1 remote 20
run_on 0 remote 20
expect_eq "idle tasks are counted" \
	"$(snapshot paths | awk '{ n += $1 } END { print n }')" 40
conserve "idle tasks are counted: conserved"
echo 0 >$online
check "unloaded while it is away" unload_module
echo 1 >$online
check "loaded again" load_module functions='tracee_*'
run_on 1 tree 6
expect_trees "and all is well" 6

# There is no memory for its table when it comes.
echo 0 >$online
load_module functions='tracee_*' enable=0
paths_in 10 >$D/max_paths
echo 1 >$D/enable
leave_memory 5
echo 1 >$online
umount /mnt
run_on 0 leaf 3
run_on 1 leaf 7
expect_eq "no memory for it: its calls are lost" \
	"$(stat cpus) $(snapshot paths) $(stat lost_full)" "1 3 task tracee_leaf 7"
conserve "no memory for it: conserved"
reset
run_on 1 leaf 7
expect_eq "a reset gives it a table" "$(stat cpus) $(snapshot paths)" \
	"2 7 task tracee_leaf"

# What an idle task does on its way out, and back, to and fro.
load_module "functions=tracee_*,*idle*,*dead*,sched_*cpu*,cpuhp_*,!schedule_timeout_idle"
for i in 1 2 3; do
	echo 0 >$online
	run tree 2
	echo 1 >$online
	run_on 1 softirq 20
done
echo 0 >$D/enable
expect_eq "idle tasks: nothing is open" "$(stat open)" 0
conserve "idle tasks: conserved"
# An idle task is inside schedule_idle() as long as another one runs.
check "and nothing keeps the module" wait_for 'rmmod fgagg 2>/dev/null' 60
