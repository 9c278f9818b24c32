#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What tracing costs is taken off: the mean time of a function that makes so many
# calls is what it takes when nobody looks, within 5 %.  In a guest that counts
# instructions both are known to the instruction.

. "$(dirname "$0")/../tracee.sh"

times=1000
rounds=100

# cost SHAPE N [A [B]]: sets $cycles, what N calls have cost; not the first ones,
# which make what is made once
cost()
{
	local n

	echo "$*" >$T/cost
	echo "$*" >$T/cost
	read -r n _ _ cycles <$T/cost
	[ "$n" = "$2" ]
}

# Sets $mean and $raw, of a call of the family.
read_means()
{
	read -r mean raw < <("$fgagg" report --json | python3 -c '
import json, sys
for path in json.load(sys.stdin)["paths"]:
    if [name.split()[0] for name in path["path"]] == ["tracee_family"]:
        print(*(round(path[field] / path["count"])
                for field in ("total_ns", "raw_total_ns")))')
}

# in_percent VALUE: how much more than $truth
in_percent()
{
	awk -v value="$1" -v truth="$truth" \
		'BEGIN { printf "%+.1f %%\n", 100 * (value / truth - 1) }'
}

check_family()
{
	local children=$1 truth mean raw more

	cost leaf $times
	truth=$cycles
	cost family $times "$children" $rounds
	truth=$(((cycles - truth) / times))
	echo 1 >$D/enable
	reset
	cost family $times "$children" $rounds
	read_means
	echo 0 >$D/enable
	echo "# $truth ticks, $raw with what tracing costs ($(in_percent "$raw"))"
	more=$((mean > truth ? mean - truth : truth - mean))
	check "hook=$hook, $children calls: $mean ticks ($(in_percent "$mean"))" \
		test $((20 * more)) -le "$truth"
}

# Loads the module after each of these, so that it lies elsewhere; sets $costs.
measure_anywhere()
{
	local other

	costs=()
	for other in "$@"; do
		unload_module
		modprobe "$other"
		insert_module functions=tracee_child
		costs+=("$(stat cost_inside) and $(stat cost_outside)")
	done
	modprobe --remove "$@"
}

ktap_plan 12

load_tracee
load_module enable=0 functions='tracee_family,tracee_child'
for hook in direct graph; do
	echo $hook >$D/hook
	for children in 0 1 10 100; do
		check_family $children
	done
	conserve "hook=$hook: conserved"
done

measure_anywhere dummy ifb macvlan em_cmp em_nbyte em_u32 sch_drr sch_prio
check "it is known what calls cost" grep -q '^[1-9]' <<<"${costs[0]}"
expect_lines "the same cost is measured wherever the module lies" \
	"$(printf '%s\n' "${costs[@]}" | uniq)" "${costs[0]}"
