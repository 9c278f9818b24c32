#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Both hooks where indirect branches are tracked: functions that are called by
# name and by pointer, in all contexts, and while they are hooked and unhooked.
# Runs in the guest of run, which has bash, diff and busybox.

. "$(dirname "$0")/../tracee.sh"

functions='tracee_*,@stack,@nic,@netfilter,@xfrm,icmp_rcv,tcp_v4_connect'
tracing=/sys/kernel/tracing

cleanup()
{
	# A test that failed may have left some.
	[ ! -e $T/run ] || run wake
	wait
	unload_tracee
}

# tree_paths N
tree_paths()
{
	echo "$1 task tracee_tree"
	echo "$((2 * $1)) task tracee_tree;tracee_branch"
	echo "$((6 * $1)) task tracee_tree;tracee_branch;tracee_twig"
}

# Those of the tracee, which are not below any other function.
tracee_paths()
{
	text_paths | grep ' tracee_'
}

# calls FUNCTION: how many there were, on all paths
calls()
{
	text_paths | awk -v name="$1" '
		{ sub(/.*[ ;]/, "", $3) }
		$3 == name { n += $1 }
		END { print n + 0 }'
}

# sleepers N DEPTH: tasks that sleep in nested calls
sleepers()
{
	local i

	for ((i = 0; i < $1; i++)); do
		run wait 1 "$2" &
	done
	wait_for "[ \"\$(cat $T/waiting)\" = $1 ]" 60
}

wake()
{
	run wake
	wait
}

# Everything that can be called, once the module is loaded: the tracee comes
# afterwards, and is hooked as any late module, its init included.
count_shapes()
{
	local n depth d

	n=$(random 20 50)
	depth=$(random 2 "$(levels_with_room)")
	echo "# $n of each, $depth deep"
	load_tracee calls="$n"
	run leaf "$n"
	run tree "$n"
	run siblings "$n"
	run recursion 1 "$depth"
	run chain "$n" 3
	run tail "$n"
	run sleep 3 1
	run kthread 2
	run gone 2
	run hardirq 3
	run softirq 4
	run nmi 5
	run bh 6
	check "$1: arguments and results" run arguments "$n"
	expect_lines "$1: paths" "$(tracee_paths)" "$(
		echo "$n task tracee_init"
		echo "$n task tracee_init;tracee_leaf"
		echo "$n task tracee_leaf"
		tree_paths "$n"
		echo "$n task tracee_siblings"
		echo "$n task tracee_siblings;tracee_first"
		echo "$((2 * n)) task tracee_siblings;tracee_second"
		echo "$((3 * n)) task tracee_siblings;tracee_third"
		for ((d = 1; d <= depth; d++)); do
			echo "1 task $(nest tracee_recurse $d)"
		done
		echo "$n task tracee_ping"
		echo "$n task tracee_ping;tracee_pong"
		echo "$n task tracee_ping;tracee_pong;tracee_ping"
		echo "$n task tracee_tail"
		echo "$n task tracee_tail;tracee_tailed"
		echo "3 task tracee_sleep"
		echo "3 task tracee_sleep;tracee_nap"
		echo "2 task tracee_kthread"
		echo "12 task tracee_interrupted"
		echo "3 hardirq tracee_hardirq"
		echo "10 softirq tracee_softirq"
		echo "5 nmi tracee_nmi"
		echo "6 task tracee_bh"
		arguments_paths "$n")"
	wait_for '[ "$(stat lost_miss)" = 2 ]' 60
	expect_eq "$1: what never returns is lost, and nothing else" \
		"$(stat lost_miss) of $(awk '/^lost_/ { n += $2 } END { print n }' \
			$D/stats)" "2 of 2"
	conserve "$1: conserved"
}

sleep_inside()
{
	reset
	sleepers 3 4
	expect_eq "$1: asleep" "$(stat open)" 12
	wake
	expect_lines "$1: awake" "$(tracee_paths)" "$(
		echo "3 task $(nest tracee_wait 4);tracee_woken"
		for ((d = 1; d <= 4; d++)); do
			echo "3 task $(nest tracee_wait "$d")"
		done)"
	conserve "$1: awake: conserved"
}

# Over loopback: icmp_rcv is called by a pointer.
send_packets()
{
	local pings probes server

	pings=$(random 5 20)
	probes=$(random 3 9)
	echo "# $pings pings, $probes probes"
	reset
	ping -A -c "$pings" 127.0.0.1 >/dev/null
	traceroute -n -m 1 -q "$probes" 127.0.0.1 >/dev/null 2>&1
	nc -l -p 9000 -e sh -c "cat >/received" &
	server=$!
	wait_for 'grep -q ":2328 .* 0A " /proc/net/tcp6' 60
	seq 5000 | nc 127.0.0.1 9000
	wait $server
	expect_eq "$1: ICMP" "$(calls icmp_rcv)" $((2 * pings + probes))
	expect_eq "$1: UDP" "$(calls udp_sendmsg)" "$probes"
	expect_eq "$1: TCP" "$(calls tcp_v4_connect) $(md5sum </received)" \
		"1 $(seq 5000 | md5sum)"
	conserve "$1: packets: conserved"
}

# The kernel then comes to a trampoline by way of another of its own.
beside_function_tracer()
{
	local n

	n=$(random 20 50)
	reset
	echo 'tracee_*' >$tracing/set_ftrace_filter
	echo function >$tracing/current_tracer
	run tree "$n"
	expect_lines "$1: beside the function tracer" "$(tracee_paths)" \
		"$(tree_paths "$n")"
	expect_eq "$1: which has seen the same" \
		"$(grep -c ': tracee_twig' $tracing/trace)" $((6 * n))
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
}

# Each time calls must have come through before the next.
while_hooking()
{
	local i seen status=0

	rm -f /stop
	until [ -e /stop ]; do
		run arguments 20 || exit
	done &
	for ((i = 0; i < 3; i++)); do
		echo 0 >$D/enable
		seen=$(stat entered)
		echo 1 >$D/enable
		wait_for "[ \$(stat entered) -gt $seen ]" 60 || status=1
	done
	touch /stop
	wait $! || status=$?
	expect_eq "$1: while functions are hooked and unhooked" $status 0
	conserve "$1: while functions are hooked and unhooked: conserved"
}

# While a task sleeps inside.
unload_direct()
{
	check_fails "direct: a module that traces stays" rmmod fgagg
	echo 0 >$D/enable
	expect_eq "direct: stopped" "$(stat open) $(stat lost_stopped)" "0 4"
	check_fails "direct: and as long as a task is inside" rmmod fgagg
	wake
	check "direct: unloaded" wait_for "rmmod fgagg 2>/dev/null" 60
}

unload_graph()
{
	expect_eq "graph: traces" "$(stat open)" 4
	check "graph: unloaded" rmmod fgagg
	wake
	expect_eq "graph: nobody sleeps any more" "$(cat $T/waiting)" 0
	check "graph: functions still work" run arguments 10
}

test_hook()
{
	load_module hook="$1" functions="$functions"
	expect_eq "$1: in use" "$(stat hook)" "$1"
	echo "# $(stat functions) functions"
	count_shapes "$1"
	sleep_inside "$1"
	send_packets "$1"
	beside_function_tracer "$1"
	while_hooking "$1"
	reset
	sleepers 1 4
	"unload_$1"
	expect_eq "$1: no function is hooked" "$(wc -l <$tracing/enabled_functions)" 0
	unload_tracee
}

ktap_plan $((3 + 2 * 21))

# The kernel has tried it, and would say if it did not work.
expect_eq "the kernel tracks indirect branches" \
	"$(dmesg | grep -o -e 'CET detected: .*' -e 'IBT selftest: .*')" \
	"CET detected: Indirect Branch Tracking enabled"
check "so does the CPU" grep -qw ibt /proc/cpuinfo
expect_eq "which sees them: none is made a return" \
	"$(grep -c Retpoline /sys/devices/system/cpu/vulnerabilities/spectre_v2)" 0
test_hook direct
test_hook graph
