#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unloading, 20 times in a row, while packets are sent and received on both
# CPUs, over loopback and from one virtio device to the other.  Nothing stays.
# timeout: 300

. "$(dirname "$0")/tracee.sh"

rounds=20
tmp=$(mktemp -d)

cleanup()
{
	touch "$tmp/stop"
	wait
	ip netns delete fgagg-unload 2>/dev/null
	rm -r "$tmp"
	unload_tracee
}

# flood ADDRESS: send UDP there until told to stop
flood()
{
	python3 -c '
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
n = 0
while n % 256 or not os.path.exists(sys.argv[1]):
    try:
        s.sendto(b"x" * 64, (sys.argv[2], 9))
    except OSError:
        pass
    n += 1
' "$tmp/stop" "$1"
}

# Prints the network devices of virtio that are here.
virtio_devices()
{
	local device

	for device in /sys/class/net/*/device/driver; do
		[ "$(basename "$(realpath "$device")")" != virtio_net ] ||
			basename "${device%/device/driver}"
	done
}

start_virtio()
{
	local -a device

	mapfile -t device < <(virtio_devices)
	[ ${#device[@]} = 2 ] || return
	ip netns add fgagg-unload &&
	ip link set "${device[1]}" netns fgagg-unload &&
	ip addr add 198.51.100.1/24 dev "${device[0]}" &&
	ip -n fgagg-unload addr add 198.51.100.2/24 dev "${device[1]}" &&
	ip link set "${device[0]}" up &&
	ip -n fgagg-unload link set "${device[1]}" up &&
	wait_for 'ping -c 1 -W 1 198.51.100.2 >/dev/null' 20
}

# kib KEY FILE: a number of kibibytes of /proc/meminfo
kib()
{
	awk -v key="$1:" '$1 == key { print $2 }' "$2"
}

# grown KEY: by how many KiB it has grown in the last ten rounds
grown()
{
	echo $(($(kib "$1" "$tmp/after") - $(kib "$1" "$tmp/before")))
}

# less_than KEY KIB: memory of the size of a table is not lost every round
less_than()
{
	local kib

	kib=$(grown "$1")
	echo "# $1: $kib KiB more"
	[ "$kib" -lt "$2" ]
}

ktap_plan $((rounds + 13))

load_tracee
filter=$(cat /sys/kernel/tracing/set_ftrace_filter)
check "two virtio devices" start_virtio
flood 127.0.0.1 &
flood 127.0.0.1 &
flood 198.51.100.2 &
run wait 1 5 &

for ((i = 1; i <= rounds; i++)); do
	[ $i != $((rounds / 2)) ] || cp /proc/meminfo "$tmp/before"
	# What a plain insmod traces, or less, which is faster.
	functions=()
	[ $((i % 5)) = 0 ] ||
		functions=(functions=@stack,*:mod:virtio_net,loopback_xmit)
	if load_module "${functions[@]}" &&
	   wait_for '[ "$(stat entered)" -gt 10000 ]' 30 && unload_module; then
		ktap_ok "round $i"
	else
		ktap_fail "round $i" "entered $(stat entered)"
	fi
done
cp /proc/meminfo "$tmp/after"

expect_eq "no module" "$(grep -cw fgagg /proc/modules)" 0
expect_eq "no symbol" "$(grep -c '\[fgagg\]' /proc/kallsyms)" 0
expect_eq "no memory of the module's" "$(grep -c '\[fgagg\]' /proc/vmallocinfo)" 0
expect_eq "no function hooked" \
	"$(wc -l </sys/kernel/tracing/enabled_functions)" 0
expect_eq "the filter of ftrace as before" \
	"$(cat /sys/kernel/tracing/set_ftrace_filter)" "$filter"
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
