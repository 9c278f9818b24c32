#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Calls are counted exactly, on the right path, on the right CPU, and their
# times add up.

. "$(dirname "$0")/tracee.sh"

# Lines of the file "paths" where p50 <= p99 <= max <= total does not hold.
wrong_quantiles()
{
	awk -F '|' '
		BEGIN { ns["ns"] = 1; ns["us"] = 1000; ns["ms"] = 1e6; ns["s"] = 1e9 }
		/^#/ || $2 ~ /^ *}$/ { next }
		{
			split($1, f, " ")
			p50 = f[6] * ns[f[7]]; p99 = f[8] * ns[f[9]]
			max = f[10] * ns[f[11]]; total = f[2] * ns[f[3]]
			if (!(p50 <= p99 && p99 <= max && max <= total && p50 > 0))
				print
		}' $D/paths
}

# The paths of fan N: those to 1 ... N, one call of each for every path below.
fan_paths()
{
	awk -v n="$1" '
		function path(i) {
			if (i == 1)
				return "tracee_fan"
			if (i % 2)
				return path((i - 1) / 2) ";tracee_right"
			return path(i / 2) ";tracee_left"
		}
		BEGIN {
			for (i = n; i >= 1; i--) {
				calls[i]++
				calls[int(i / 2)] += calls[i]
				print calls[i], "task", path(i)
			}
		}'
}

# nest_paths N FUNCTION DEPTH: those of N recursions
nest_paths()
{
	local i

	for ((i = 1; i <= $3; i++)); do
		echo "$1 task $(nest "$2" $i)"
	done
}

count_shapes()
{
	local leaf tree siblings depth fan

	leaf=$(random 100 1000)
	tree=$(random 100 1000)
	siblings=$(random 100 1000)
	depth=$(random 2 "$(levels_with_room)")
	fan=$(random 100 300)
	echo "# leaf $leaf, tree $tree, siblings $siblings, recursion 50 $depth, fan $fan"

	reset
	run leaf "$leaf"
	run tree "$tree"
	run siblings "$siblings"
	run recursion 50 "$depth"
	run chain 7 3
	run tail 21
	run kthread 3
	run fan "$fan"
	expect_paths "$1: paths" "$leaf task tracee_leaf" \
		"$tree task tracee_tree" \
		"$((2 * tree)) task tracee_tree;tracee_branch" \
		"$((6 * tree)) task tracee_tree;tracee_branch;tracee_twig" \
		"$siblings task tracee_siblings" \
		"$siblings task tracee_siblings;tracee_first" \
		"$((2 * siblings)) task tracee_siblings;tracee_second" \
		"$((3 * siblings)) task tracee_siblings;tracee_third" \
		"$(nest_paths 50 tracee_recurse "$depth")" \
		"7 task tracee_ping" \
		"7 task tracee_ping;tracee_pong" \
		"7 task tracee_ping;tracee_pong;tracee_ping" \
		"21 task tracee_tail" \
		"21 task tracee_tail;tracee_tailed" \
		"3 task tracee_kthread" \
		"$(fan_paths "$fan")"
	conserve "$1: conserved"
	expect_eq "$1: nothing is lost, open or clamped" \
		"$(awk '/^(lost_.*|open|clamped): / { n += $2 } END { print n }' \
			$D/stats)" 0
	expect_lines "$1: the file paths has the same" "$(text_paths)" \
		"$(snapshot paths)"
	expect_eq "$1: quantiles are in order" "$(wrong_quantiles)" ""
}

ktap_plan 31

load_tracee
# With roots, so that do_softirq, which softirq=inline adds, counts nowhere else.
# A call that takes less than tracing is thought to cost would have no time at all.
load_module functions='tracee_*' roots='tracee_*' compensate=0
for setting in time=wall time=cpu softirq=inline; do
	echo "${setting#*=}" >"$D/${setting%=*}"
	count_shapes $setting
done

n=$(random 100 500)
echo "# four tasks, tree $n"
reset
for i in 1 2 3 4; do
	run_on 0-1 tree "$n" &
done
wait
expect_paths "tasks at a time" "$((4 * n)) task tracee_tree" \
	"$((8 * n)) task tracee_tree;tracee_branch" \
	"$((24 * n)) task tracee_tree;tracee_branch;tracee_twig"
conserve "tasks at a time: conserved"

reset
run_on 0 leaf 5
run_on 1 leaf 9
expect_eq "CPU by CPU" "$(snapshot cpus 'task tracee_leaf')" $'0 5\n1 9'
expect_eq "whose the slowest was" "$(snapshot paths max_comm)" \
	"bash task tracee_leaf"

n=$(random 10 30)
echo "# migrate $n 7"
reset
run migrate "$n" 7
expect_paths "from CPU to CPU" "$n task tracee_migrate" \
	"$((7 * n)) task tracee_migrate;tracee_hop"
conserve "from CPU to CPU: conserved"
hops=$((7 * n))
expect_eq "each where it returned" "$(snapshot cpus \
	'task tracee_migrate;tracee_hop' | awk '{ n += $2 } END { print NR, n }')" \
	"2 $hops"

# With few buckets, so that one gets more calls than a counter can count.
echo 0 >$D/enable
echo 1 >$D/precision
echo 1 >$D/enable
n=$(random 150000 200000)
echo "# leaf $n"
run_on 0 leaf "$n"
expect_paths "counters that are carried" "$n task tracee_leaf"
conserve "counters that are carried: conserved"
most=$(snapshot paths most | cut -d ' ' -f 1)
echo "# $most in one bucket"
check "counters that are carried: so they were" test "$most" -gt 32767

for clock in local_clock tsc; do
	echo 0 >$D/enable
	echo $clock >$D/clock
	expect_eq "$clock" "$(stat clock) $(stat recorded)" "$clock 0"
	echo 1 >$D/enable
	n=$(random 100 200)
	run tree "$n"
	expect_paths "$clock: counted" "$n task tracee_tree" \
		"$((2 * n)) task tracee_tree;tracee_branch" \
		"$((6 * n)) task tracee_tree;tracee_branch;tracee_twig"
	conserve "$clock: conserved"
done
