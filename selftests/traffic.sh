# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests that run under traffic share; sourced after ktap.sh, not run.
# The traffic goes on until stop_traffic; $tmp is a directory of the test's.

netns=fgagg-traffic

# flood ADDRESS: send UDP there until told to stop, in all the time that nobody
# else wants; to be run in the background, where it is one process
flood()
{
	exec nice -n 19 python3 -c '
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

# Two devices on one segment, the second, 198.51.100.2, with a namespace of its own.
start_virtio()
{
	local -a device

	mapfile -t device < <(find_nics virtio_net)
	[ ${#device[@]} = 2 ] || return
	ip netns add $netns &&
	ip link set "${device[1]}" netns $netns &&
	ip addr add 198.51.100.1/24 dev "${device[0]}" &&
	ip -n $netns addr add 198.51.100.2/24 dev "${device[1]}" &&
	ip link set "${device[0]}" up &&
	ip -n $netns link set "${device[1]}" up &&
	wait_for 'ping -c 1 -W 1 198.51.100.2 >/dev/null' 20
}

# To be waited for.
stop_traffic()
{
	touch "$tmp/stop"
	ip netns delete $netns 2>/dev/null
}

# kib KEY FILE: a number of kibibytes of /proc/meminfo
kib()
{
	awk -v key="$1:" '$1 == key { print $2 }' "$2"
}

# grown KEY: by how many KiB it has grown between two copies of /proc/meminfo
grown()
{
	echo $(($(kib "$1" "$tmp/after") - $(kib "$1" "$tmp/before")))
}

# less_than KEY KIB: has it grown by
less_than()
{
	local kib

	kib=$(grown "$1")
	echo "# $1: $kib KiB more"
	[ "$kib" -lt "$2" ]
}

# What a module leaves behind that is not loaded any more; 5 results.  $filter is
# what set_ftrace_filter was before.
expect_nothing_left()
{
	expect_eq "no module" "$(grep -cw fgagg /proc/modules)" 0
	expect_eq "no symbol" "$(grep -c '\[fgagg\]' /proc/kallsyms)" 0
	expect_eq "no memory of the module's" \
		"$(grep -c '\[fgagg\]' /proc/vmallocinfo)" 0
	expect_eq "no function hooked" \
		"$(wc -l </sys/kernel/tracing/enabled_functions)" 0
	expect_eq "the filter of ftrace as before" \
		"$(cat /sys/kernel/tracing/set_ftrace_filter)" "$filter"
}
