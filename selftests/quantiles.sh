#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Quantiles are those of the calls.  The function notes how long every call takes,
# by the clock that fgagg reads, in its first and its last instruction; what the
# reader then says of the quantiles is, as near as the precision promises, what
# has their rank in that list.
#
# fgagg reads the clock before and after the function does.  How much longer a
# call so is comes from calls that do nothing.  With --icount it is the same for
# all calls, to the tick, and must be; without, this machine may take the guest's
# CPU away in between, which quantiles.py allows for as far as it says something.

. "$(dirname "$0")/tracee.sh"

fgagg=${selftests%/*}/tools/fgagg
tmp=$(mktemp -d)
calls=2000

cleanup()
{
	unload_tracee
	rm -r "$tmp"
}

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

total()
{
	snapshot paths total | cut -d ' ' -f 1
}

# Sets $probe, the least that fgagg sees more of a call than the call itself, and
# $late, by how much the sum of all calls exceeds that.
measure_probe()
{
	timed 500 1 0
	probe=$(($(snapshot paths min | cut -d ' ' -f 1) -
		$(sort -n $T/durations | head -n 1)))
	set_late
}

set_late()
{
	local n elapsed

	read -r n elapsed _ <$T/seen
	late=$(($(total) - elapsed - n * probe))
}

quantiles()
{
	local name probe late exact status=0 args=()

	echo 0 >$D/enable
	echo "$1" >$D/precision
	echo 1 >$D/enable
	measure_probe
	exact=$late
	timed $calls 5000 8
	set_late
	if [ "$exact" = 0 ]; then
		expect_eq "precision $1: fgagg adds the same to each call" \
			"$late" 0
	else
		ktap_skip "precision $1: fgagg adds the same to each call" \
			"the clock does not count instructions"
	fi
	for name in 50 90 99 99.9; do
		args+=("$name=$(exported "p${name/./}_ns")")
	done
	"$selftests/quantiles.py" "$1" "$(stat clock_khz)" "$probe" "$(total)" \
		"${args[@]}" <$T/durations >"$tmp/report" 2>&1 || status=$?
	sed 's/^/# /' "$tmp/report"
	case $status in
	0)	ktap_ok "precision $1: quantiles" ;;
	3)	ktap_skip "precision $1: quantiles" \
			"too much came between two readings of the clock" ;;
	*)	ktap_fail "precision $1: quantiles" "see above" ;;
	esac
	expect_eq "precision $1: of all calls" \
		"$(snapshot paths) $(stat clamped) $(wc -l <$T/durations)" \
		"$calls task tracee_timed 0 $calls"
	conserve "precision $1: conserved"
}

ktap_plan 12

load_tracee
load_module functions='tracee_timed' enable=0 clock=tsc
for k in 2 4 7; do
	quantiles $k
done
