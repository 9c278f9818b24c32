#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whatever the module itself calls can be traced, if ftrace can: with each hook and
# each clock.

. "$(dirname "$0")/tracee.sh"

# Those that ftrace has an entry for, and what reads the clock where it has one; but not
# what KCSAN calls by itself in the middle of a hook that it watches.
callees()
{
	nm -u "$module" | awk '{ print $2 }' |
		if [ -e /sys/kernel/debug/kcsan ]; then
			grep -v '^preempt_count_'
		else
			cat
		fi |
		grep -xFf <(cut -d ' ' -f 1 \
			/sys/kernel/tracing/available_filter_functions) |
		sort -u
	echo local_clock
}

ktap_plan 13

load_tracee
mapfile -t functions < <(callees)
echo "# ${#functions[@]} functions"
check "there are some" test ${#functions[@]} -gt 50
for hook in direct graph; do
	for clock in tsc local_clock; do
		load_module enable=0 hook=$hook clock=$clock
		printf '%s\n' "${functions[@]}" 'tracee_*' >$D/functions
		echo 1 >$D/enable
		n=$(random 10 100)
		run tree "$n"
		cat $D/{stats,paths,snapshot} >/dev/null
		echo cpu >$D/time
		run tree "$n"
		echo 0 >$D/enable
		paths=$(snapshot paths) || echo "# $paths"
		# Below them also what the scheduler calls, if it preempts the task.
		expect_lines "$hook, $clock: counted" \
			"$(grep -E ' task tracee_[a-z]*(;tracee_[a-z]*)*$' <<<"$paths")" \
			"$((2 * n)) task tracee_tree
$((4 * n)) task tracee_tree;tracee_branch
$((12 * n)) task tracee_tree;tracee_branch;tracee_twig"
		check "$hook, $clock: what the module calls is, too" \
			test "$(grep -vc tracee_ <<<"$paths")" -gt 10
		conserve "$hook, $clock: conserved"
	done
done
