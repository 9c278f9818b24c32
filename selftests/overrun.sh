#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Calls that are nested deeper than the stack has room for, the shadow stack or
# for the direct hook the kernel's, are counted as lost, each
# of them, and those above as ever.

. "$(dirname "$0")/tracee.sh"

tracing=/sys/kernel/tracing

# Not with a hook that depends on that filter, as on 6.1: it would see everything.
cleanup()
{
	echo nop >$tracing/current_tracer
	unload_module
	echo >$tracing/set_ftrace_filter
	unload_tracee
}

# expect_overrun NAME N DEPTH: N recursions were counted down to some depth, and
# below it all are lost; prints the depth to $levels
expect_overrun()
{
	local i want=()

	levels=$(snapshot paths | grep -c tracee_recurse)
	echo "# $levels levels"
	for ((i = 1; i <= levels; i++)); do
		want+=("$2 task $(nest tracee_recurse $i)")
	done
	expect_paths "$1: counted" "${want[@]}"
	expect_eq "$1: lost" "$(stat entered) = $(stat recorded) + $(stat lost_overrun)" \
		"$(($2 * $3)) = $(($2 * levels)) + $(($2 * ($3 - levels)))"
	conserve "$1: conserved"
}

# expect_lost NAME TASKS N LEVELS: some tasks, in N calls each that go down to
# $depth, lose what is below LEVELS, and have all else recorded
expect_lost()
{
	local tasks=$2 n=$3 want=$4 lost recorded levels

	lost=$(stat lost_overrun) recorded=$(stat recorded)
	levels=$((tasks * depth - lost / n))
	echo "# $levels levels of $tasks tasks"
	if [ $((lost % n)) = 0 ] &&
	   [ $levels -ge $((tasks * (want - slack))) ] &&
	   [ $levels -le $((tasks * (want + slack))) ] &&
	   [ $((lost + recorded)) = $((tasks * n * depth)) ]; then
		ktap_ok "$1"
	else
		ktap_fail "$1" "$lost lost, $recorded recorded" \
			"of $tasks times $n calls down to $depth, to lose what is below $want"
	fi
}

ktap_plan 18

load_tracee
load_module functions='tracee_*' max_depth=1000

# The kernel starts each system call at another place of its stack, in a range
# of 1 KiB.
case $(stat hook) in
graph)	slack=0 ;;
direct)	slack=14 ;;
esac

n=$(random 10 100)
depth=$(random 160 200)
echo "# recursion $n $depth"
run recursion "$n" "$depth"
expect_overrun "too deep" "$n" "$depth"
check "enough levels fit" test "$levels" -ge "$(levels_with_room)"
first=$levels

reset
run recursion 5 $((levels - slack))
expect_eq "what fits loses nothing" "$(stat lost_overrun)" 0
reset
run recursion 5 $((levels + slack + 1))
check "and more loses some" test "$(stat lost_overrun)" -ge 5

# Other functions take more or less of the kernel's stack.
reset
run chain 20 "$depth"
exact=$slack
slack=$((slack * 3))
expect_lost "chain" 1 20 "$levels"
slack=$exact

# Calls that are lost are not on the path of those that come after them.
reset
run recursion 1 "$depth"
run tree 10
expect_eq "afterwards" "$(snapshot paths | grep -v recurse)" \
	"10 task tracee_tree
20 task tracee_tree;tracee_branch
60 task tracee_tree;tracee_branch;tracee_twig"

# Several tasks have a shadow stack each.
reset
for i in 1 2 3; do
	run_on 0-1 recursion 200 "$depth" &
done
wait
expect_lost "tasks at a time" 3 200 "$levels"
conserve "tasks at a time: conserved"

# Interrupts have stacks of their own, and some calls take more room than others.
reset
run deep 10 60
levels=$(snapshot paths | grep -c 'softirq tracee_variadic')
echo "# $levels levels in softirqs"
check "in softirqs: enough levels fit" test "$levels" -ge 10
conserve "in softirqs: conserved"

if [[ $(stat hook):$(uname -r) != graph:6.1.* ]]; then
	echo '*:mod:fgagg_tracee' >$tracing/set_ftrace_filter
	echo function_graph >$tracing/current_tracer
	reset
	run recursion "$n" "$depth"
	expect_overrun "beside function_graph" "$n" "$depth"
	echo "# at least 1, at most $((first + slack))"
	check "it takes room as well" \
		test $((levels >= 1 && levels <= first + slack)) = 1
	echo nop >$tracing/current_tracer
else
	for name in counted lost conserved "it takes room"; do
		ktap_skip "beside function_graph: $name" "one user of fgraph"
	done
fi

reset
run recursion "$n" "$depth"
expect_lost "and without it again" 1 "$n" "$first"
echo 10 >$D/max_depth
reset
run recursion "$n" "$depth"
expect_eq "what max_depth leaves out is not lost" \
	"$(stat entered) $(stat recorded) $(stat lost_overrun)" \
	"$((10 * n)) $((10 * n)) 0"
