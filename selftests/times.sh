#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Time is what the functions themselves have seen by the same clock, with time=wall
# and with time=cpu; it adds up to the tick, whatever the paths of softirqs are;
# and a call that moves between CPUs is one call, with all its time.

. "$(dirname "$0")/tracee.sh"

cleanup()
{
	run wake 2>/dev/null
	wait
	unload_tracee
}

# start SETTING=VALUE...: count anew
start()
{
	local setting

	for setting; do
		echo "${setting#*=}" >"$D/${setting%=*}"
	done
	reset
	echo 0 >$T/seen
}

# time_of FIELD PATH: of a path in a task
time_of()
{
	snapshot paths "$1" | awk -v path="$2" '$2 == "task" && $3 == path { print $1 }'
}

# read_seen: sets what the functions have seen
read_seen()
{
	read -r _ elapsed computed slept interrupted <$T/seen
	echo "# seen: $elapsed, computed $computed, slept $slept," \
		"interrupted $interrupted"
}

# expect_range NAME VALUE LEAST MOST
expect_range()
{
	echo "# $1: $2, from $3 to $4"
	if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then
		ktap_ok "$1"
	else
		ktap_fail "$1" "got:  $2" "want: $3 to $4"
	fi
}

# Of 50 milliseconds of sleep, less than a tenth may remain: that is room for the
# way to sleep and back on a guest whose CPU is taken away.
check_sleep()
{
	local n=20 wall

	start time=wall
	run doze $n 50 "$rounds"
	read_seen
	wall=$(time_of total tracee_doze)
	echo "# wall: $wall"
	check "time=wall: all that the function has seen" \
		test "$wall" -ge "$elapsed"
	check "time=wall: sleep and computing" \
		test "$wall" -ge $((slept + computed))

	start time=cpu
	run doze $n 50 "$rounds"
	read_seen
	expect_range "time=cpu: what it has computed" \
		"$(time_of total tracee_doze)" "$computed" \
		$((computed + slept / 10))
	expect_eq "time=cpu: nothing else" "$(time_of total tracee_doze)" \
		"$(time_of self tracee_doze)"
	conserve "time=cpu: conserved"
}

# check_interrupts SHAPE: what is left of a call is what interrupts did not take.
# On one CPU, so that no thread can do the work of softirqs beside the call.
check_interrupts()
{
	start time=cpu
	run_on 0 "$1" 20 2000
	read_seen
	expect_range "time=cpu: without the time of a $1" \
		"$(time_of total tracee_interrupted)" 0 \
		$((elapsed - interrupted + interrupted / 10))
}

check_hardirq()
{
	check_interrupts hardirq
	check "time=cpu: with it, that is all" test $((
		$(snapshot paths total | awk '{ n += $1 } END { print n }')
	)) -ge "$elapsed"
}

# calls_by_function: "N FUNCTION" over all paths and contexts
calls_by_function()
{
	snapshot paths | awk '
		{ n = split($3, part, ";"); calls[part[n]] += $1 }
		END { for (name in calls) print calls[name], name }' |
		grep -v do_softirq | sort -k 2
}

make_calls()
{
	run tree "$n"
	run bh "$n" 50
	run softirq "$n" 50
	run hardirq "$n" 50
	run sleep 3 20
	run migrate "$n" 4
	run siblings "$n"
}

# datagrams N: over loopback, so that a softirq receives what a task sends
datagrams()
{
	python3 -c '
import socket, sys
r = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
r.bind(("127.0.0.1", 4242))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", 4242))
for _ in range(int(sys.argv[1])):
    s.send(b"x" * 64)
    r.recv(100)
' "$1"
}

# Whether softirqs are split off or shown inline is a matter of paths only.
check_softirq()
{
	local view

	echo 'tracee_*' >$D/functions
	echo 'tracee_*' >$D/roots
	for view in split inline; do
		start softirq=$view
		make_calls
		expect_sums "softirq=$view"
		calls_by_function >"$tmp/$view"
		conserve "softirq=$view: conserved"
	done
	expect_eq "softirq: the same calls" "$(cat "$tmp/inline")" \
		"$(cat "$tmp/split")"

	echo "$stack" >$D/functions
	echo "$stack" >$D/roots
	for view in split inline; do
		start softirq=$view
		datagrams "$n"
		expect_sums "packets, softirq=$view"
		calls_by_function >"$tmp/$view"
		snapshot paths | grep -c ' task .*;.*do_softirq' |
			sed "s/^/# paths in softirqs of tasks: /"
		conserve "packets, softirq=$view: conserved"
	done
	expect_eq "packets: the same calls" "$(cat "$tmp/inline")" \
		"$(cat "$tmp/split")"
	check "packets: $n of them" grep -qx "$n udp_sendmsg" "$tmp/split"
	start softirq=split
	echo >$D/roots
	echo 'tracee_*' >$D/functions
}

# Within one call, from CPU to CPU, awake and asleep.
check_migration()
{
	local hops total

	hops=$(random 3 9)
	start time=wall
	run wander 5 "$hops" "$rounds"
	read_seen
	expect_paths "on the move: one call each" "5 task tracee_wander"
	total=$(time_of total tracee_wander)
	echo "# wall: $total"
	check "on the move: all of its time" test "$total" -ge "$elapsed"
	check "on the move: all that was computed, on whatever CPU" \
		test "$total" -ge "$computed"
	start time=cpu
	run wander 5 "$hops" "$rounds"
	read_seen
	total=$(time_of total tracee_wander)
	echo "# cpu: $total"
	check "on the move, time=cpu: all that was computed" \
		test "$total" -ge "$computed"
	expect_sums "on the move"

	start time=wall
	taskset -c 0 bash -c 'echo nest >"$1"' - $T/run &
	wait_for "[ \$(cat $T/waiting) = 1 ]" 20
	taskset -pc 1 $! >/dev/null
	run wake
	wait $!
	read_seen
	expect_paths "moved in its sleep: one call" "1 task tracee_outer" \
		"1 task tracee_outer;tracee_middle" \
		"1 task tracee_outer;tracee_middle;tracee_inner" \
		"1 task tracee_outer;tracee_middle;tracee_inner;tracee_woken"
	expect_eq "moved in its sleep: counted where it returned" \
		"$(snapshot cpus 'task tracee_outer')" "1 1"
	total=$(time_of total tracee_outer)
	echo "# wall: $total"
	check "moved in its sleep: all of its time" test "$total" -ge "$elapsed"
	expect_sums "moved in its sleep"
	conserve "moved: conserved"
}

tmp=$(mktemp -d)
stack='udp_sendmsg __dev_queue_xmit ip_output ip_rcv ip_local_deliver udp_rcv
	__netif_receive_skb_core loopback_xmit'
n=$(random 50 200)
[ "$(nproc)" -gt 1 ] || ktap_skip_all "one CPU: nothing moves"

ktap_plan 29
load_tracee
# With what tracing costs: what is taken off is not the same as that for each call.
load_module functions='tracee_*' enable=0 clock=tsc compensate=0
echo 1 >$D/enable
rounds=1000000
echo "# n $n"
check_sleep
check_hardirq
check_interrupts softirq
check_softirq
check_migration
