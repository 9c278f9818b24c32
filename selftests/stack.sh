#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The stack of a task that sleeps in traced functions is all there, and live
# patching believes it: hooked functions add frames of the trampoline, and that
# is all.

. "$(dirname "$0")/livepatch.sh"

tmp=$(mktemp -d)
nest="tracee_inner tracee_middle tracee_outer"
receive=__skb_wait_for_more_packets,__skb_recv_udp,udp_recvmsg,inet_recvmsg
receive+=,sock_recvmsg,__sys_recvfrom,__x64_sys_recvfrom

cleanup()
{
	run wake 2>/dev/null
	jobs -p | xargs -r kill 2>/dev/null
	wait
	unpatch
	unload_tracee
	rm -r "$tmp"
}

# stack PID: "FUNCTION+OFFSET/SIZE" for each frame, innermost first
stack()
{
	sed 's/^\[<0>\] //' "/proc/$1/stack"
}

# The functions of a stack, on one line.
functions_of()
{
	sed 's/+0x.*//' <<<"$1" | paste -s -d ' '
}

# without_trampolines STACK: a trampoline was called by the function that it
# calls, which so is there once more, at its very beginning.  If that has ended in
# a jump to another hooked function, only the beginning is there.
without_trampolines()
{
	awk '
		again {
			again = 0
			split($1, part, "[+/]")
			if ((part[1] == name || !name) &&
			    part[2] ~ /^0x[0-9a-f]$/) {
				name = ""
				next
			}
			print "after a trampoline of " name ":"
		}
		/^fgagg_direct_[a-z]*\+/ { again = 1; next }
		{ name = $1; sub(/\+.*/, "", name); print }
	' <<<"$1"
}

# trampolines STACK: how often each
trampolines()
{
	sed -n 's/^fgagg_direct_\([a-z]*\)+.*/\1/p' <<<"$1" | sort | uniq -c |
		awk '{ printf "%s%s %d", separator, $2, $1; separator = ", " }'
}

# expect_trampolines NAME STACK NUMBER: so many, if the hook has any
expect_trampolines()
{
	local want=0

	[ "$(stat hook)" = graph ] || want=$3
	echo "# trampolines: $(trampolines "$2")"
	expect_eq "$1" "$(grep -c '^fgagg_direct_' <<<"$2")" $want
}

# Each of these starts a task, and waits until it sleeps where it should; sets
# $pid.

# sleep_nest [UNINTERRUPTIBLE]: no signal wakes it if that is 1
sleep_nest()
{
	run nest 1 "${1-0}" &
	pid=$!
	wait_for "[ \$(cat $T/waiting) = 1 ]" 20
}

sleep_deep()
{
	run wait 1 "$depth" &
	pid=$!
	wait_for "[ \$(cat $T/waiting) = 1 ]" 20
}

sleep_receive()
{
	python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 4242))
s.recv(100)' &
	pid=$!
	wait_for "grep -q __skb_wait_for_more_packets /proc/$pid/stack" 20
}

awake_receive()
{
	echo -n x >/dev/udp/127.0.0.1/4242
	wait "$pid"
}

awake_nest()
{
	run wake
	wait "$pid"
}

awake_deep()
{
	awake_nest
}

# Every task but ours has gone over to the patch.  Those that are just ending say
# nothing.
only_ours_remains()
{
	! cat /proc/[0-9]*/task/*/patch_state 2>/dev/null | grep -qv '^[01]$' &&
		[ "$(grep -l '^0$' /proc/[0-9]*/task/*/patch_state 2>/dev/null |
			cut -d / -f 3 | paste -s -d ' ')" = "$pid" ]
}

# What the unwinder is asked by live patching: is there a function in the stack
# that is to be patched, and is this the whole stack?
check_reliable()
{
	local entered

	echo 'tracee_* !tracee_leaf !tracee_outer' >$D/functions
	reset
	sleep_nest
	entered=$(stat entered)
	check "patch of a function in which nobody sleeps" \
		patch_function tracee_leaf
	check "all go over to it" wait_for transition_is_over 60
	# It would wake those whose stack it cannot trust, sooner or later.
	expect_eq "and nobody had to be woken up for that" \
		"$(cat $T/waiting) $(stat entered) $(stat open)" \
		"1 $entered 2"
	run leaf 7
	expect_eq "it is in force" "$(patch_hits)" 7
	check "all go back" unpatch
	expect_eq "and nobody had to be woken up for that either" \
		"$(cat $T/waiting) $(stat entered) $(stat open)" \
		"1 $entered 2"

	# By a signal the kernel wakes, after 15 seconds, who has not gone over; but this
	# one must sleep until the test has looked.
	awake_nest
	sleep_nest 1
	check "patch of the caller of hooked functions, where one sleeps" \
		patch_function tracee_outer
	check "all others go over to it" wait_for only_ours_remains 60
	expect_eq "the sleeper does not" \
		"$(cat $patch/transition) $(cat "/proc/$pid/patch_state")" "1 0"
	run wake
	check "until it has left" wait_for transition_is_over 60
	wait "$pid"
	unpatch
	conserve "patched: conserved"
}

ktap_plan 25
depth=$(random 3 12)
echo "# $depth deep"
load_tracee

for task in nest deep receive; do
	sleep_$task
	stack "$pid" >"$tmp/$task"
	awake_$task
done
expect_eq "nested calls, not traced" \
	"$(functions_of "$(cat "$tmp/nest")" | grep -ow "$nest")" \
	"$nest"
expect_eq "up to the system call" \
	"$(functions_of "$(cat "$tmp/nest")" | awk '{ print $NF }')" \
	"entry_SYSCALL_64_after_hwframe"

load_module functions="tracee_*,$receive"
for task in nest deep receive; do
	sleep_$task
	traced=$(stack "$pid")
	expect_eq "$task: the stack of a traced task" \
		"$(without_trampolines "$traced")" "$(cat "$tmp/$task")"
	case $task in
	nest)	frames=3 ;;
	deep)	frames=$depth ;;
	receive) frames=7 ;;
	esac
	# In debug kernels the compiler has inlined one of the seven.
	[[ $task:$(uname -r) != receive:*-fgagg-* ]] || frames=6
	expect_trampolines "$task: trampolines" "$traced" "$frames"
	echo 0 >$D/enable
	expect_eq "$task: stopped" "$(without_trampolines "$(stack "$pid")")" \
		"$(cat "$tmp/$task")"
	awake_$task
	echo 1 >$D/enable
done
conserve "conserved"
check "no stack leads to the module" unload_module
sleep_nest
expect_eq "not traced any more" "$(stack "$pid")" "$(cat "$tmp/nest")"
awake_nest

load_module functions='tracee_*'
if has_livepatch; then
	check_reliable
else
	for name in patch over woken force back asleep caller others sleeper \
			left conserved; do
		ktap_skip "live patch: $name" "this kernel has no live patches"
	done
fi
