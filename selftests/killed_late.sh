#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# As killed.sh, but it is while functions are unhooked that ftrace finds something wrong
# with itself, of which it tells nobody; and they are being called.

. "$(dirname "$0")/tracee.sh"
ktap_plan 8

tmp=$(mktemp -d)

# It cannot be.
unload_module()
{
	:
}

cleanup()
{
	touch "$tmp/stop"
	run wake
	wait
	rm -r "$tmp"
}

# It sleeps, and when it wakes up sleeps again.
call_on()
{
	until [ -e "$tmp/stop" ]; do
		run wait
	done
}

load_tracee
insert_module functions=tracee_wait hook=direct
insmod "$selftests/tracee/fgagg_kill.ko" \
	function=__unregister_ftrace_function
for i in 1 2 3; do
	call_on &
done
wait_for "[ \$(cat $T/waiting) -gt 1 ]" 20
check "tracing is stopped" "$fgagg" stop
check "the log says that functions stay hooked" \
	grep -q "fgagg: ftrace cannot unhook functions (error -19)" <(dmesg)
check_fails "it cannot be started" "$fgagg" start
entered=$(stat entered)
for i in {1..20}; do
	run wake
	sleep 0.1
done
check "calls are still counted" test "$(stat entered)" -gt "$entered"
touch "$tmp/stop"
wait_for 'run wake; [ -z "$(jobs -r)" ]' 20
check_fails "the module stays" rmmod fgagg
expect_eq "what calls it goes on" "$(stat state) $(stat open)" "off 0"
expect_eq "no call that was open was forgotten" "$(stat lost_stopped)" 0
conserve "conserved"
