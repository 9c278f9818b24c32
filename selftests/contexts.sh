#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an interrupt calls is on a path of its own, and its time is taken from
# the call that it interrupts.

. "$(dirname "$0")/tracee.sh"

# A guest can be so slow that the kernel would complain of an NMI's handler.
echo 1000000000 >/sys/kernel/debug/x86/nmi_longest_ns

# expect_stolen NAME CONTEXT FUNCTION N: each was called N times, and took just
# what the call that it came on top of has lost
expect_stolen()
{
	local lines total self stolen

	lines=$(snapshot paths count total self)
	expect_lines "$1: paths" "$(cut -d ' ' -f 1,4- <<<"$lines")" \
		"$4 task tracee_interrupted
$4 $2 $3"
	read -r total self < <(awk '/tracee_interrupted/ { print $2, $3 }' \
		<<<"$lines")
	stolen=$(awk '!/tracee_interrupted/ { print $2 }' <<<"$lines")
	case $(cat $D/time) in
	wall)
		expect_eq "$1: total less self is stolen" "$((total - self))" \
			"$stolen"
		;;
	cpu)
		expect_eq "$1: total is self" "$total" "$self"
		;;
	esac
	conserve "$1: conserved"
}

ktap_plan 28

load_tracee
load_module functions='tracee_*'

n=$(random 20 60)
echo "# $n interrupts"
run hardirq "$n" 100
expect_stolen "hardirq" hardirq tracee_hardirq "$n"
reset
run softirq "$n" 100
expect_stolen "softirq" softirq tracee_softirq "$n"
reset
run nmi "$n"
expect_stolen "nmi" nmi tracee_nmi "$n"

echo cpu >$D/time
reset
run hardirq "$n" 1000
expect_stolen "hardirq, time=cpu" hardirq tracee_hardirq "$n"
reset
run softirq "$n" 1000
expect_stolen "softirq, time=cpu" softirq tracee_softirq "$n"
echo wall >$D/time

reset
run remote "$n"
expect_eq "interrupt of another CPU" \
	"$(snapshot paths | awk '/tracee_remote/ { n += $1 } END { print n }')" \
	"$n"

# A softirq that a task runs itself is a root of its own ...
reset
run bh "$n" 50
expect_paths "softirq=split" "$n task tracee_bh" "$n softirq tracee_softirq"
conserve "softirq=split: conserved"

# ... or on the path of the task, unless ksoftirqd was at work.
echo inline >$D/softirq
echo 'tracee_*' >$D/roots
reset
run bh "$n" 50
paths=$(snapshot paths count self total)
inside=$(awk '/ task tracee_bh;do_softirq[^;]*;tracee_softirq$/ { n = $1 }
	END { print n + 0 }' <<<"$paths")
outside=$(awk '/ softirq tracee_softirq$/ { n = $1 }
	END { print n + 0 }' <<<"$paths")
echo "# $inside inside, $outside outside"
expect_eq "softirq=inline" "$((inside + outside))" "$n"
check "softirq=inline: most of them inside" test "$inside" -gt $((n / 2))
expect_eq "softirq=inline: the time is that of a callee" \
	"$(awk '/ task tracee_bh$/ { print $1, $2 < $3 }' <<<"$paths")" "$n 1"
conserve "softirq=inline: conserved"
reset
run softirq "$n" 50
expect_stolen "an interrupt's softirq is none of it" softirq tracee_softirq "$n"
echo split >$D/softirq
reset
run bh "$n" 50
expect_paths "softirq=split again" "$n task tracee_bh" \
	"$n softirq tracee_softirq"

# An interrupt is counted where it happens, not where its victim goes on.
echo >$D/roots
reset
for i in 1 2 3; do
	run hardirq "$n" 20 &
	run tree "$n" &
	run_on 0-1 migrate 20 5 &
done
wait
expect_paths "all at a time" "$((3 * n)) task tracee_interrupted" \
	"$((3 * n)) hardirq tracee_hardirq" \
	"$((3 * n)) task tracee_tree" \
	"$((6 * n)) task tracee_tree;tracee_branch" \
	"$((18 * n)) task tracee_tree;tracee_branch;tracee_twig" \
	"60 task tracee_migrate" \
	"300 task tracee_migrate;tracee_hop"
conserve "all at a time: conserved"
