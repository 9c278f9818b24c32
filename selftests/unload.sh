#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unloading, 20 times in a row, while packets are sent and received on both
# CPUs, over loopback and from one virtio device to the other.  Nothing stays.
# With a hook that is not the one that is used by itself it is 6 times.
# timeout: 900

. "$(dirname "$0")/tracee.sh"
. "$(dirname "$0")/traffic.sh"

rounds=20
[ "${FGAGG_HOOK:-auto}" = auto ] || rounds=6
tmp=$(mktemp -d)
floods=()

cleanup()
{
	stop_traffic
	wait
	rm -r "$tmp"
	unload_tracee
}

# What a plain insmod does, or less, which is faster: the search for functions need
# not share the CPUs with the traffic.
load_under_traffic()
{
	if [ $((i % 5)) = 0 ]; then
		load_module
	else
		kill -STOP "${floods[@]}"
		load_module functions=@stack,*:mod:virtio_net,loopback_xmit \
			enable=0
		kill -CONT "${floods[@]}"
		echo 1 >$D/enable
	fi
}

ktap_plan $((rounds + 13))

load_tracee
filter=$(cat /sys/kernel/tracing/set_ftrace_filter)
check "two virtio devices" start_virtio
for address in 127.0.0.1 127.0.0.1 198.51.100.2; do
	flood $address &
	floods+=($!)
done
run wait 1 5 &

for ((i = 1; i <= rounds; i++)); do
	[ $i != $((rounds / 2)) ] || cp /proc/meminfo "$tmp/before"
	if load_under_traffic &&
	   wait_for '[ "$(stat entered)" -gt 10000 ]' 30 && unload_module; then
		ktap_ok "round $i"
	else
		ktap_fail "round $i" "entered $(stat entered)"
	fi
done
cp /proc/meminfo "$tmp/after"

expect_nothing_left
# Memory of the size of a table is not lost every round.
check "vmalloc" less_than VmallocUsed 8192
check "slab" less_than Slab 8192
check "per-CPU memory" less_than Percpu 1024

touch "$tmp/stop"
run wake
wait
load_module functions='tracee_*'
n=$(random 100 1000)
echo "# leaf $n"
run leaf "$n"
expect_paths "and it counts" "$n task tracee_leaf"
conserve "and it counts: conserved"

# Unloading waits for who is reading, and reading for nobody.
for ((i = 0; i < 5; i++)); do
	cat $D/snapshot $D/paths $D/stats >/dev/null 2>&1
done &
until unload_module 2>/dev/null; do
	:
done
wait
expect_eq "unloaded while it is read" "$(ls -d $D /sys/module/fgagg 2>/dev/null)" ""
check "loaded a last time" load_module
