#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Modules and network devices that come and go while calls are counted.

. "$(dirname "$0")/tracee.sh"

cleanup()
{
	ip link delete fgagg-dummy 2>/dev/null
	ip link delete fgagg-vxlan 2>/dev/null
	ip link delete fgagg-veth 2>/dev/null
	unload_tracee
	[ ! -e /sys/module/fgagg_hold ] || rmmod fgagg_hold
	modprobe -qr dummy
}

# hooked_in MODULE: how many of its functions are hooked
hooked_in()
{
	grep -c "^hooked.*\[$1\]$" $D/attached
}

# The functions of the tracee that are hooked, by ftrace's own account.
really_hooked()
{
	grep -c '\[fgagg_tracee\]' /sys/kernel/tracing/enabled_functions
}

# calls_in MODULE: how many calls of its functions were counted
calls_in()
{
	snapshot --whole paths |
		awk -v module="[$1]" '$NF == module { n += $1 }
			END { print n + 0 }'
}

# Names of functions of a module that were counted, and which it does not have.
wrong_names()
{
	snapshot --whole paths |
		awk -v module="[$1]" '$NF == module {
			sub(/^.*[; ]/, "", $(NF - 1)); print $(NF - 1) }' |
		grep -vxFf <(awk -v module="[$1]" '$4 == module { print $3 }' \
			/proc/kallsyms)
}

# send_packets DEVICE N
send_packets()
{
	python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
for i in range(int(sys.argv[2])):
    s.sendto(b"fgagg", ("192.0.2.2", 9))
' "$@"
}

# Other modules get the addresses; calls of theirs must not count for the tracee.
test_addresses()
{
	reset
	echo '*:mod:fgagg_tracee, *:mod:dummy, *:mod:nlmon, *:mod:ifb' >$D/functions
	load_tracee calls=10
	run tree 10
	unload_tracee
	before=$(calls_in fgagg_tracee)
	check "calls of the tracee" test "$before" -gt 100
	for i in 1 2 3; do
		for other in nlmon ifb dummy; do
			modprobe $other
			ip link add fgagg-other type $other
			ip link delete fgagg-other
			modprobe -r $other
		done
	done
	expect_eq "other modules have other names" "$(calls_in fgagg_tracee)" "$before"
	modprobe dummy
	ip link add fgagg-dummy type dummy
	echo "# $(grep -c 'another function' $D/attached) functions where others have been"
	expect_eq "names that a module has" "$(wrong_names dummy)" ""
	conserve "other modules: conserved"
	reset
	echo '*:mod:dummy' >$D/functions
	expect_eq "after a reset all can be hooked" \
		"$(grep -c 'another function' $D/attached) $(hooked_in dummy)" \
		"0 $(grep -c '\[dummy\]' /sys/kernel/tracing/enabled_functions)"
	ip link delete fgagg-dummy
	modprobe -r dummy
}

# The patterns are written when a module has symbols, and ftrace has not enabled its
# functions yet.
test_not_yet_announced()
{
	local hold=/sys/module/fgagg_hold/parameters

	echo 'tracee_*' >$D/functions
	insmod "$selftests/tracee/fgagg_hold.ko" function=ftrace_module_enable
	wait_for 'grep -q "enable.*OPTIMIZED" /sys/kernel/debug/kprobes/list' 20
	taskset -c 1 modprobe dummy &
	wait_for "[ \$(cat $hold/held) = 1 ]" 20
	taskset -c 0 bash -c 'echo "*:mod:dummy" >"$1"' - $D/functions
	echo 0 >$hold/hold
	wait $!
	rmmod fgagg_hold
	check "it is hooked when ftrace is able to" test "$(hooked_in dummy)" -gt 0
	expect_eq "all of it" "$(hooked_in dummy)" \
		"$(grep -c '\[dummy\]' /sys/kernel/tracing/enabled_functions)"
	modprobe -r dummy
	expect_eq "and unhooked when it goes" "$(hooked_in dummy)" 0
}

# The driver set follows devices.
test_driver_set()
{
	echo @driver >$D/functions
	reset
	expect_eq "no driver yet" "$(hooked_in dummy)" 0
	ip link add fgagg-dummy type dummy
	check "a device appears: dummy" test "$(hooked_in dummy)" -gt 0
	expect_eq "its driver is in the set" "$(grep -c '^driver: .*:mod:dummy' $D/sets)" 1
	ip link add fgagg-vxlan type vxlan id 1 remote 192.0.2.1 dstport 4789 dev lo
	check "a device appears: vxlan" test "$(hooked_in vxlan)" -gt 0
	ip link add fgagg-veth type veth peer fgagg-veth2
	check "a device appears: veth" test "$(hooked_in veth)" -gt 0

	n=$(random 10 100)
	echo "# $n packets"
	ip addr add 192.0.2.1/24 dev fgagg-dummy
	ip link set fgagg-dummy up
	send_packets fgagg-dummy "$n"
	sent=$(cat /sys/class/net/fgagg-dummy/statistics/tx_packets)
	expect_eq "it is counted" "$(snapshot --whole paths |
		awk '/dummy_xmit \[dummy\]$/ { n += $1 } END { print n }')" "$sent"
	check "packets were sent" test "$sent" -ge "$n"
	ip link delete fgagg-dummy
	modprobe -r dummy
	expect_eq "it goes away" "$(hooked_in dummy)" 0
	conserve "it goes away: conserved"
}

drivers='' plan=15
if [[ $(modinfo -n dummy) = /* ]]; then
	drivers=yes plan=31
fi
ktap_plan $plan

load_module functions='tracee_*:mod:fgagg_tracee'
expect_eq "a pattern for later" "$(cut -f 1,3 $D/attached)" \
	"skipped"$'\t'"no such function in a loaded module"
n=$(random 3 30)
echo "# calls=$n"
load_tracee calls="$n"
expect_paths "init is counted" "$n task tracee_init" \
	"$n task tracee_init;tracee_leaf"
expect_eq "init is hooked no longer" "$(hooked_in fgagg_tracee)" \
	"$(really_hooked)"
expect_eq "nor listed" "$(grep -c tracee_init $D/attached)" 0
# What no trampoline can take is no fault of the pattern's.
expect_eq "the pattern is satisfied" \
	"$(grep '^skipped' $D/attached | grep -vc tracee_args_excess)" 0
run leaf 5
unload_tracee
expect_eq "gone" "$(hooked_in fgagg_tracee) $(stat functions) $(really_hooked)" \
	"0 0 0"
expect_paths "what is gone keeps its name" "$n task tracee_init" \
	"$n task tracee_init;tracee_leaf" "5 task tracee_leaf"
echo tracee_leaf >$D/functions
load_tracee calls=2
run leaf 7
expect_paths "back again" "$n task tracee_init" \
	"$n task tracee_init;tracee_leaf" "14 task tracee_leaf"
conserve "back again: conserved"
unload_tracee

if [ -n "$drivers" ]; then
	test_addresses
	test_not_yet_announced
	test_driver_set
else
	ktap_skip "drivers come and go" "they are built in"
fi

# A module that comes and goes while the patterns are written.
echo 'tracee_*' >$D/functions
(
	for ((i = 0; i < 6; i++)); do
		load_tracee calls=1 && unload_tracee || exit
	done
) &
coming=$!
while kill -0 $coming 2>/dev/null; do
	echo 'tracee_*' >$D/functions || break
done
wait $coming
expect_eq "come and gone all the time: status" "$?" 0
expect_eq "nothing stays hooked" \
	"$(hooked_in fgagg_tracee) $(really_hooked)" "0 0"
reset
load_tracee
run leaf 9
expect_eq "and all goes on" "$(snapshot paths | grep 'task tracee_leaf$')" \
	"9 task tracee_leaf"
expect_eq "no error" "$(stat last_error)" none
conserve "come and gone: conserved"
