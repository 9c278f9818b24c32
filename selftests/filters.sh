#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Restrictions: only what is wanted is counted, and all of it; the rest is no
# loss.

. "$(dirname "$0")/tracee.sh"

# expect_counted NAME LINE...: these paths, and nothing else has entered
expect_counted()
{
	expect_paths "$@"
	conserve "$1: conserved"
	expect_eq "$1: nothing is lost" \
		"$(awk '/^(lost_.*|open): / { n += $2 } END { print n }' \
			$D/stats)" 0
	reset
}

# Run a shape in a task, or in a thread, that is among the pids first.
run_as_pid()
{
	(echo $BASHPID >$D/pids && run "$@")
}

run_in_thread()
{
	python3 -c '
import os, sys, threading
with open(sys.argv[1], "w") as file:
    file.write(str(os.getpid()))
def run():
    with open(sys.argv[2], "w") as file:
        file.write(" ".join(sys.argv[3:]))
thread = threading.Thread(target=run)
thread.start()
thread.join()
' $D/pids $T/run "$@"
}

ktap_plan 64

load_tracee
load_module functions='tracee_*'
n=$(random 10 100)
echo "# n $n"

echo tracee_branch >$D/roots
run tree "$n"
run leaf "$n"
expect_counted "below a root" "$((2 * n)) task tracee_branch" \
	"$((6 * n)) task tracee_branch;tracee_twig"
echo 'tracee_twig, tracee_leaf' >>$D/roots
run tree "$n"
run leaf "$n"
expect_counted "several roots" "$n task tracee_leaf" \
	"$((2 * n)) task tracee_branch" \
	"$((6 * n)) task tracee_branch;tracee_twig"
echo '!tracee_branch' >>$D/roots
run tree "$n"
expect_counted "not a root" "$((6 * n)) task tracee_twig"
echo 'tracee_tree !tracee_branch' >$D/roots
run tree "$n"
expect_counted "not a root, but below one" "$n task tracee_tree" \
	"$((2 * n)) task tracee_tree;tracee_branch" \
	"$((6 * n)) task tracee_tree;tracee_branch;tracee_twig"
echo tracee_leaf >$D/functions
echo tracee_tree >$D/roots
run leaf "$n"
run tree "$n"
expect_counted "a root is hooked in any case" "$n task tracee_tree"
echo 'tracee_*' >$D/functions
echo tracee_hardirq >$D/roots
run hardirq "$n"
expect_counted "an interrupt's root" "$n hardirq tracee_hardirq"
echo tracee_interrupted >$D/roots
run hardirq "$n"
expect_counted "an interrupt is not below what it interrupts" \
	"$n task tracee_interrupted"
echo fgagg_nosuch >$D/roots
run tree "$n"
expect_eq "a root that there is not" "$(stat entered) $(snapshot paths)" "0 "
echo >$D/roots

echo 5 >$D/max_depth
run recursion "$n" 20
expect_counted "five levels" "$n task $(nest tracee_recurse 1)" \
	"$n task $(nest tracee_recurse 2)" "$n task $(nest tracee_recurse 3)" \
	"$n task $(nest tracee_recurse 4)" "$n task $(nest tracee_recurse 5)"
echo 1 >$D/max_depth
run tree "$n"
run hardirq 2
expect_counted "one level" "$n task tracee_tree" "2 hardirq tracee_hardirq" \
	"2 task tracee_interrupted"
echo 64 >$D/max_depth

echo 0-1 >$D/cpus
run_on 0 leaf "$n"
run_on 1 leaf 3
expect_counted "all CPUs" "$((n + 3)) task tracee_leaf"
echo 1 >$D/cpus
run_on 0 leaf "$n"
run_on 1 leaf 3
expect_counted "one CPU" "3 task tracee_leaf"
run_on 0 migrate 1 1
run_on 1 migrate 1 4
expect_counted "from one CPU to another" "1 task tracee_hop" \
	"1 task tracee_migrate" "4 task tracee_migrate;tracee_hop"
echo 0 >>$D/cpus
expect_eq ">> adds CPUs" "$(cat $D/cpus)" 0-1
echo >$D/cpus
run_on 0 leaf 4
run_on 1 leaf 3
expect_counted "no restriction of CPUs" "7 task tracee_leaf"

run_as_pid tree "$n"
run leaf "$n"
run kthread 3
expect_counted "one task" "$n task tracee_tree" \
	"$((2 * n)) task tracee_tree;tracee_branch" \
	"$((6 * n)) task tracee_tree;tracee_branch;tracee_twig"
run_in_thread leaf "$n"
run leaf 1
expect_counted "a thread of a process" "$n task tracee_leaf"
run_as_pid hardirq "$n"
expect_counted "an interrupt on top of a task" "$n task tracee_interrupted" \
	"$n hardirq tracee_hardirq"
echo 1 >$D/pids
echo "2,$BASHPID" >>$D/pids
expect_eq ">> adds pids" "$(cat $D/pids)" "1,2,$BASHPID"
run leaf "$n"
expect_counted "one of several tasks" "$n task tracee_leaf"
echo tracee_tree >$D/roots
run leaf "$n"
run tree "$n"
run_on 0 tree 5
expect_counted "a root in a task" "$n task tracee_tree" \
	"$((2 * n)) task tracee_tree;tracee_branch" \
	"$((6 * n)) task tracee_tree;tracee_branch;tracee_twig"
echo >$D/roots
echo >$D/pids
run leaf "$n"
run_on 0 leaf 3
expect_counted "no restriction" "$((n + 3)) task tracee_leaf"

# What is refused for want of do_softirq() is before anything is hooked or let go.
echo inline >$D/softirq
run wait 1 3 &
wait_for "[ \$(cat $T/waiting) = 1 ]" 20
for patterns in '!do_softirq' 'tracee_leaf,!do_softirq'; do
	check_fails "softirq=inline: $patterns" sh -c "echo '$patterns' >$D/functions"
done
expect_eq "calls stay open" "$(stat open) $(stat lost_stopped)" "3 0"
run wake
wait
expect_lines "and are counted" "$(snapshot paths | grep tracee_)" \
	"1 task tracee_wait
1 task $(nest tracee_wait 2)
1 task $(nest tracee_wait 3)
1 task $(nest tracee_wait 3);tracee_woken"
