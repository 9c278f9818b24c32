#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ftrace finds something wrong with itself while functions are hooked, turns itself
# off, and cannot unhook them any more.  Nothing can be traced in this guest after it.

. "$(dirname "$0")/tracee.sh"
ktap_plan 8

# It cannot be.
unload_module()
{
	:
}

cleanup()
{
	run wake
	wait
}

load_tracee
insert_module functions='tracee_*' hook=direct
run tree 3
expect_trees "before" 3
insmod "$selftests/tracee/fgagg_kill.ko"
run wait 1 3 &
wait_for "[ \$(cat $T/waiting) = 1 ]" 20
check "it is turned off" "$fgagg" stop
check "the log says so" grep -q "fgagg: ftrace cannot unhook functions (error -19)" \
	<(dmesg)
check_fails "and cannot be turned on" "$fgagg" start
run wake
wait
check_fails "the module stays" rmmod fgagg
run tree 4
run gone 5
expect_eq "what calls it goes on" "$(stat state) $(stat open)" "off 0"
conserve "conserved"
