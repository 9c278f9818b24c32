# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the cases of torture share; sourced, not run.  A case is an executable file
# beside this one that defines a function "cycle", and ends with "storm".  cycle
# is called again and again while packets take the four user paths, both CPUs have
# no time left, and tasks sleep and wake up in hooked functions; it says "broken
# WHAT" if something is not as it should be, and that ends the case.  Before the
# first cycle a function "prepare" is called, and after the last one "finish", if
# there are such.
#
# A case ends after $FGAGG_CYCLES, or after the cycle in which $FGAGG_SECONDS are
# over, 0 for no limit.  It prints how many cycles there were, in the name of its
# first result.

torture=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
. "$torture/../tracee.sh"
. "$torture/../traffic.sh"
net=$torture/../net
tmp=$(mktemp -d)
. "$net/network.sh"

case_name=${0##*/}
cycles=${FGAGG_CYCLES:-1000}
seconds=${FGAGG_SECONDS:-0}
cycle_number=0
trouble=

# What is traced in turn, from a few functions up to what takes longest to hook.
few='udp_sendmsg,udp_recvmsg,inet_recvmsg,sock_recvmsg,__skb_wait_for_more_packets'
functions=(
	"tracee_outer,tracee_middle,tracee_inner,tracee_wait,udp_sendmsg"
	"tracee_*,$few"
	"tracee_*,$few,tcp_sendmsg,tcp_recvmsg,tcp_v4_rcv,ip_rcv,udp_rcv"
	"tracee_*,$few,start_xmit,loopback_xmit,__dev_queue_xmit,ip_output"
	"tracee_*,$few,@stack,*:mod:virtio_net"
)

cleanup()
{
	stop_traffic
	run wake 2>/dev/null
	jobs -p | xargs -r kill 2>/dev/null
	wait
	unload_module
	unload_tracee
	rm -r "$tmp"
}

broken()
{
	trouble="cycle $cycle_number: $*"
	return 1
}

# choose WORD...: one of them at random
choose()
{
	shift $((RANDOM % $#))
	echo "$1"
}

# receive PORT: sleeps in recv() until it gets "stop"
receive()
{
	python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", int(sys.argv[1])))
while s.recv(100) != b"stop":
    pass
' "$1"
}

stop_receiver()
{
	echo -n stop >/dev/udp/127.0.0.1/4242
}

# Receives from time to time, so that hooked functions are slept in and left.
poke_receiver()
{
	echo -n x >/dev/udp/127.0.0.1/4242
}

# on_cpu CPU FUNCTION [ARG...]: run it there
on_cpu()
{
	tmp=$tmp taskset -c "$1" bash -c \
		"$(declare -f "$2"); \"\$@\"" - "${@:2}"
}

# keep NS COMMAND...: a command of traffic, again and again: packets may be lost
keep()
{
	until [ -e "$tmp/stop" ]; do
		in_ns "$1" nice -n 19 "$net/traffic" "${@:2}" >/dev/null 2>&1
		sleep 0.1
	done
}

start_traffic()
{
	local command

	build_paths || return
	while read -r -a command; do
		keep "${command[@]}" &
	done < <(path_traffic 1000000 500)
	on_cpu 0 flood 127.0.0.1 &
	on_cpu 1 flood 127.0.0.1 &
	receive 4242 &
}

stop_traffic()
{
	touch "$tmp/stop"
	pkill -x traffic
	ip -all netns delete
}

# sleepers N: tasks that sleep in the tracee, nested
sleepers()
{
	local i want=$(($(cat $T/waiting) + $1))

	for ((i = 0; i < $1; i++)); do
		run "$(choose "nest" "wait 1 5")" &
	done
	wait_for "[ \$(cat $T/waiting) = $want ]" 60 || broken "nobody sleeps"
}

wake()
{
	run wake
	wait_for "[ \$(cat $T/waiting) = 0 ]" 60 || broken "nobody wakes up"
}

# busy N: calls come, N more than now
busy()
{
	local want=$(($(stat entered) + $1))

	wait_for "[ \"\$(stat entered)\" -ge $want ]" 60 || broken "no calls"
}

# To be asked when enable is 0.
conserved()
{
	local sums

	sums=$(awk '
		/^entered: / { entered = $2 }
		/^(recorded|open|lost_[a-z]*): / { rest += $2 }
		END { printf "%d = %d\n", entered, rest
		      exit entered != rest }' $D/stats) ||
		broken "entered = recorded + open + lost: $sums"
}

# Unload the module.  The receiver may be asleep in there.
leave()
{
	wait_for 'poke_receiver; unload_module 2>/dev/null' 60
}

# Whether this is the cycle, or the second, after which memory is compared: what a
# first few cycles leave behind is what the kernel keeps for later.
is_warm()
{
	[ ! -e "$tmp/before" ] || return 1
	[ $((10 * cycle_number)) -ge "$cycles" ] ||
		{ [ "$seconds" != 0 ] && [ $((5 * SECONDS)) -ge "$seconds" ]; }
}

is_over()
{
	[ "$cycle_number" -ge "$cycles" ] ||
		{ [ "$seconds" != 0 ] && [ $SECONDS -ge "$seconds" ]; }
}

storm()
{
	ktap_plan 10
	load_tracee
	filter=$(cat /sys/kernel/tracing/set_ftrace_filter)
	check_traffic=0
	start_traffic || check_traffic=1
	expect_eq "traffic" $check_traffic 0
	[ "$(type -t prepare)" != function ] || prepare
	SECONDS=0
	until [ -n "$trouble" ] || is_over; do
		! is_warm || cp /proc/meminfo "$tmp/before"
		cycle_number=$((cycle_number + 1))
		cycle || [ -n "$trouble" ] || broken "failed"
		[ $((cycle_number % 50)) != 0 ] ||
			echo "# $cycle_number cycles in $SECONDS seconds"
	done
	echo "# $cycle_number cycles in $SECONDS seconds"
	if [ -z "$trouble" ] && [ "$(type -t finish)" = function ]; then
		finish || [ -n "$trouble" ] || broken "failed at its end"
	fi
	wake
	leave || broken "cannot be unloaded"
	cp /proc/meminfo "$tmp/after"
	expect_eq "$case_name: $cycle_number cycles" "$trouble" ""
	expect_nothing_left
	check "vmalloc" less_than VmallocUsed 8192
	check "slab" less_than Slab 8192
	check "per-CPU memory" less_than Percpu 1024
	stop_receiver
	stop_traffic
	wait
}
