#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Quantiles are those of the calls.  The function notes how long every call takes,
# by the clock that fgagg reads, in its first and its last instruction; what the
# reader then says of the quantiles is, as near as the precision promises, what
# has their rank in that list.
#
# fgagg reads the clock before and after the function does.  How much longer a
# call so is comes from calls that do nothing.  In a guest that counts instructions
# it is the same for all calls, to the tick.

. "$(dirname "$0")/../tracee.sh"

calls=2000

# timed N ROUNDS OCTAVES: make calls, nothing else is counted
timed()
{
	reset
	echo 0 >$T/seen
	run timed "$@"
}

# exported COLUMN: what the reader exports of the one path
exported()
{
	"$fgagg" export --format=csv 2>/dev/null | tr -d '\r' | awk -F , -v column="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		NR == 2 { print $at[column] }'
}

# Sets $probe, by how much a call is longer for fgagg than for itself.
measure_probe()
{
	timed 500 1 0
	probe=$(($(snapshot paths min | cut -d ' ' -f 1) -
		$(sort -n $T/durations | head -n 1)))
}

quantiles()
{
	local name probe n elapsed args=()

	echo 0 >$D/enable
	echo "$1" >$D/precision
	echo 1 >$D/enable
	measure_probe
	timed $calls 5000 8
	read -r n elapsed _ <$T/seen
	expect_eq "precision $1: fgagg adds the same to each call" \
		"$(snapshot paths total | cut -d ' ' -f 1)" \
		$((elapsed + n * probe))
	for name in 50 90 99 99.9; do
		args+=("$name=$(exported "p${name/./}_ns")")
	done
	check "precision $1: quantiles" "$selftests/icount/quantiles.py" \
		$T/durations "$1" "$(stat clock_khz)" "$probe" "${args[@]}"
	expect_eq "precision $1: of all calls" \
		"$(snapshot paths) $(stat clamped) $(wc -l <$T/durations)" \
		"$calls task tracee_timed 0 $calls"
	conserve "precision $1: conserved"
}

ktap_plan 12

load_tracee
load_module functions='tracee_timed' enable=0
for k in 2 4 7; do
	quantiles $k
done
