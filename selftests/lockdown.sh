#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel that is locked down while calls are traced, which cannot be undone: no
# module can be loaded after this test.  What was asked for goes on; what has been
# counted can be read, and nothing can be changed.

. "$(dirname "$0")/tracee.sh"

lockdown=/sys/kernel/security/lockdown

mountpoint -q /sys/kernel/security ||
	mount -t securityfs none /sys/kernel/security
[ -w $lockdown ] || ktap_skip_all "this kernel cannot be locked down"

# The direct hook keeps the module as long as it is in use, and that now is for ever.
unload_module()
{
	:
}

ktap_plan 9

send()
{
	echo -n x >/dev/udp/127.0.0.1/9
}

load_tracee
insert_module functions=udp_sendmsg
send
echo integrity >$lockdown
check "locked down" grep -qF '[integrity]' $lockdown
send
send
expect_paths "calls are counted" "3 task udp_sendmsg"
conserve "conserved"
check "the reader reads" "$fgagg" report
check_fails "it cannot stop" "$fgagg" stop
check_fails "and not start, either" "$fgagg" start
expect_eq "settings are closed" "$(cat $D/functions 2>&1)" \
	"cat: $D/functions: Operation not permitted"
expect_eq "doctor knows" \
	"$("$fgagg" doctor | sed -n 's/^.*\(the kernel is locked down\).*$/\1/p')" \
	"the kernel is locked down"
rmmod fgagg_tracee
insmod "$selftests/tracee/fgagg_tracee.ko" 2>/dev/null
expect_eq "no module can be loaded" "$?" 1
