#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Calls that are nested deeper than the shadow stack are counted as lost, each
# of them, and those above as ever.

. "$(dirname "$0")/tracee.sh"

tracing=/sys/kernel/tracing

cleanup()
{
	echo nop >$tracing/current_tracer
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

ktap_plan 16

load_tracee
load_module functions='tracee_*' max_depth=1000

n=$(random 10 100)
depth=$(random 60 100)
echo "# recursion $n $depth"
run recursion "$n" "$depth"
expect_overrun "too deep" "$n" "$depth"
check "at least 30 levels fit" test "$levels" -ge 30
first=$levels

run recursion 5 "$levels"
expect_eq "what fits loses nothing" "$(stat lost_overrun)" \
	"$((n * (depth - levels)))"
run recursion 5 $((levels + 1))
expect_eq "one more loses one" "$(stat lost_overrun)" \
	"$((n * (depth - levels) + 5))"

reset
run chain 20 "$depth"
expect_eq "chain" "$(stat recorded) $(stat lost_overrun)" \
	"$((20 * levels)) $((20 * (depth - levels)))"

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
expect_eq "tasks at a time" "$(stat recorded) $(stat lost_overrun)" \
	"$((600 * levels)) $((600 * (depth - levels)))"
conserve "tasks at a time: conserved"

if [[ $(uname -r) != 6.1.* ]]; then
	echo '*:mod:fgagg_tracee' >$tracing/set_ftrace_filter
	echo function_graph >$tracing/current_tracer
	reset
	run recursion "$n" "$depth"
	expect_overrun "beside function_graph" "$n" "$depth"
	check "it takes room as well" test "$levels" -le "$first"
	echo nop >$tracing/current_tracer
else
	for name in counted lost conserved "it takes room"; do
		ktap_skip "beside function_graph: $name" "one user of fgraph"
	done
fi

reset
run recursion "$n" "$depth"
expect_eq "and without it again" "$(stat lost_overrun)" \
	"$((n * (depth - first)))"
echo 10 >$D/max_depth
reset
run recursion "$n" "$depth"
expect_eq "what max_depth leaves out is not lost" \
	"$(stat entered) $(stat recorded) $(stat lost_overrun)" \
	"$((10 * n)) $((10 * n)) 0"
