#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# When a table or a pool is full, what does not fit is counted as lost, exactly,
# and what has a place goes on being counted.

. "$(dirname "$0")/tracee.sh"

# resize MAX_PATHS: empty tables of that size
resize()
{
	echo 0 >$D/enable
	echo "$1" >$D/max_paths
	echo 1 >$D/enable
}

# fan_calls N FROM TO: calls of the paths FROM to TO in a fan of N
fan_calls()
{
	awk -v n="$1" -v from="$2" -v to="$3" '
		BEGIN {
			for (i = n; i >= 1; i--) {
				calls[i]++
				calls[int(i / 2)] += calls[i]
				if (i >= from && i <= to)
					sum += calls[i]
			}
			printf "%d\n", sum
		}'
}

# expect_full NAME N ROOM: of the paths of a fan those that came first have a
# place; their pool may be too small all the same
expect_full()
{
	local counted=$(($(stat recorded) + $(stat lost_pool)))

	expect_eq "$1" \
		"paths $(stat paths) entered $(stat entered) counted $counted full $(stat lost_full)" \
		"paths $3 entered $(fan_calls "$2" 1 "$2") counted $(fan_calls "$2" 1 "$3") full $(fan_calls "$2" $(($3 + 1)) "$2")"
}

# Calls of very different length, on paths that all are as deep.
run_lengths()
{
	local us

	for us in 0 1 2 4 8 16 32 64 128 256 512 1024 2048 4096 8192; do
		run_on 0 recursion 3 "$1" $us
	done
}

ktap_plan 20

load_tracee
load_module functions='tracee_*'

room=$(random 16 64)
n=$(random 200 1000)
echo "# fan $n, room for $room paths"
resize "$room"
run_on 0 fan "$n"
expect_full "a full table" "$n" "$room"
conserve "a full table: conserved"
check "a full table: snapshot agrees" snapshot check
run_on 0 fan "$room"
expect_eq "a path that has a place keeps it" "$(stat lost_full)" \
	"$(fan_calls "$n" $((room + 1)) "$n")"
run_on 1 fan "$n"
expect_eq "another CPU has a table of its own" \
	"paths $(stat paths) full $(stat lost_full)" \
	"paths $((2 * room)) full $((2 * $(fan_calls "$n" $((room + 1)) "$n")))"
reset
expect_eq "reset empties it" "$(stat paths) $(stat lost_full)" "0 0"
run_on 0 leaf 7
run_on 0 fan "$n"
expect_eq "a path more, one less for the fan" \
	"paths $(stat paths) full $(stat lost_full)" \
	"paths $room full $(fan_calls "$n" "$room" "$n")"
expect_eq "who was first is counted" "$(snapshot paths | grep leaf)" \
	"7 task tracee_leaf"
resize "$n"
run_on 0 fan "$n"
expect_full "a table that is just large enough" "$n" "$n"

# These are 17 levels deep, and what follows nearly as many.
if [ "$(levels_with_room)" -lt 17 ]; then
	echo 0 >$D/enable
	echo graph >$D/hook
fi
resize 131072
run_on 0 fan 100000
expect_full "100,000 paths" 100000 100000
conserve "100,000 paths: conserved"

# 160 chunks for 16 paths of lengths in 11 octaves and more.
resize 16
chunks=$(stat max_chunks)
run_lengths 16
lost=$(stat lost_pool)
echo "# $chunks chunks, $lost calls lost"
expect_eq "an exhausted pool" \
	"chunks $(stat chunks) entered $(stat entered) recorded and lost $(($(stat recorded) + lost))" \
	"chunks $chunks entered 720 recorded and lost 720"
check "an exhausted pool: something is lost" test "$lost" -gt 0
expect_eq "an exhausted pool: by no other cause" \
	"$(stat lost_full) $(stat lost_overrun)" "0 0"
check "an exhausted pool: snapshot agrees" snapshot check
reset
run_on 0 leaf 1000
expect_eq "reset empties it too" \
	"$(stat lost_pool) $(snapshot paths)" "0 1000 task tracee_leaf"

# Less than a quarter of the memory, but more than is left.
echo 0 >$D/enable
paths=$(paths_in 20)
before=$(cat $D/max_paths)
leave_memory 5
expect_eq "tables for which there is no memory are refused" \
	"$( (echo "$paths" >$D/max_paths) 2>&1 | sed 's/.*: //')" \
	"Cannot allocate memory"
umount /mnt
said=$(stat last_error | sed 's/[0-9][0-9]*/N/g')
expect_eq "why, and nothing has changed" "$said, max_paths $(cat $D/max_paths)" \
	"no memory for new tables of N MiB for N CPUs, max_paths $before"
echo 7 >$D/precision
echo 1 >$D/enable
# 2^k counters of 2 bytes, and 4 bytes more.
expect_eq "finer buckets have larger chunks" \
	"$(stat max_chunks) of $(stat bytes_per_chunk)" "$chunks of 260"
run_lengths 10
conserve "finer buckets: conserved"
