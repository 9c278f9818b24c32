#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading: what a plain insmod does, what parameters change, and that a bad one
# leaves nothing behind but one line in the kernel log.

. "$(dirname "$0")/tracee.sh"

hooks=/sys/kernel/tracing/enabled_functions

# Start to look at the kernel log from here.
mark_log()
{
	mark="fgagg-mark $RANDOM$RANDOM$RANDOM"
	echo "$mark" >/dev/kmsg
}

# What the module has said since; not what the kernel says of such modules.
read_log()
{
	dmesg | sed "1,/$mark/d; s/^\[[^]]*\] //" | grep '^fgagg: ' |
		grep -v -e 'module verification failed' -e 'out-of-tree module'
}

# refused PARAMETER REGEX: it does not load, and says why in one line
refused()
{
	local name="refused: $1" status=0 said

	unload_module
	mark_log
	insmod "$module" "$1" 2>/dev/null || status=$?
	said=$(read_log)
	if [ $status != 0 ] && [ ! -d $D ] && [ ! -d /sys/module/fgagg ] &&
	   [ "$(wc -l <<<"$said")" = 1 ] && grep -q "^fgagg: $2" <<<"$said"; then
		ktap_ok "$name"
	else
		ktap_fail "$name" "status $status, wanted one line: fgagg: $2" \
			"$said" "$(ls -d $D /sys/module/fgagg 2>&1)"
	fi
}

# has_hooked REGEX: attached has such a line
has_hooked()
{
	grep -q "^hooked.$1" $D/attached
}

settings()
{
	local setting

	for setting; do
		echo "$setting=$(paste -s -d ' ' <"$D/$setting")"
	done
}

ktap_plan 54

mark_log
check "plain insmod" load_module
expect_eq "is on" "$(settings enable) $(stat state)" "enable=1 on"
expect_eq "traces four sets" "$(settings functions)" \
	"functions=@nic @netfilter @xfrm @driver"
check "has a function of nic" has_hooked 'dev_hard_start_xmit$'
check "has a function of netfilter" has_hooked 'nf_hook_slow$'
check "has a function of xfrm" has_hooked 'xfrm_lookup_with_ifid$'
if [ -d /sys/module/virtio_net/sections ]; then
	check "has a function of a driver" has_hooked '.* \[virtio_net\]$'
else
	ktap_skip "has a function of a driver" "the drivers are built in"
fi
expect_eq "hooks what it lists" \
	"$(grep -c ^hooked $D/attached) of stats' $(stat functions)" \
	"$(grep -c '^[^[:blank:]]' $hooks) of stats' $(grep -c '^[^[:blank:]]' $hooks)"
check_fails "a second insmod is refused" insmod "$module"
expect_eq "and changes nothing" "$(settings enable) $(stat state)" \
	"enable=1 on"
expect_eq "every setting is a parameter" \
	"$(modinfo -F parm "$module" | cut -d : -f 1 | sort | paste -s)" \
	"$(find $D -perm 0600 -printf '%f\n' | sort | paste -s)"
check "unloaded" unload_module
expect_eq "leaves nothing hooked" "$(wc -l <$hooks) $(ls $D 2>/dev/null)" "0 "
expect_eq "has said nothing" "$(read_log)" ""

load_tracee
n=$(random 100 200)
echo "# max_paths $n"
set -- enable=1 'functions=tracee_tree tracee_twig' roots=tracee_tree pids=1,2 \
	cpus=0-1 hook=graph clock=tsc compensate=0 precision=5 "max_paths=$n" max_depth=7 time=cpu \
	softirq=inline
# What has blanks in it needs quotes that the kernel sees.
check "insmod with all parameters" load_module "${@/#functions=*/functions=\"${2#*=}\"}"
expect_eq "parameters are settings" "$(settings "${@%%=*}")" \
	"$(printf '%s\n' "$@")"
expect_eq "parameters size the tables" "$(stat max_paths)" "$n"
# What restricts calls does not restrict those by which it is found out what they cost.
taskset -pc 0 $$ >/dev/null
for one in roots=tracee_leaf pids=1 cpus=1 max_depth=1; do
	load_module functions='tracee_*' $one
	echo "# cost $(stat cost_inside), $(stat cost_outside)"
	check "$one: it is known what calls cost" test "$(stat cost_inside)" -gt 0
done
taskset -pc 0-1 $$ >/dev/null
echo 0 >/proc/sys/kernel/ftrace_enabled
load_module functions='tracee_*'
expect_eq "with ftrace off it is not" "$(stat cost_inside) $(stat cost_outside)" \
	"0 0"
echo tracee_leaf >$D/functions
echo 0 >$D/enable
echo 1 >$D/enable
echo 1 >/proc/sys/kernel/ftrace_enabled
echo 0 >$D/enable
echo 1 >$D/enable
check "and then it is" test "$(stat cost_inside)" -gt 0
echo 0 >$D/enable
echo 0 >$D/compensate
expect_eq "nothing is taken off that is not wanted" \
	"$(stat cost_inside) $(stat cost_outside)" "0 0"

check "insmod with enable=0" load_module enable=0 functions=tracee_leaf
expect_eq "is off" "$(settings enable) $(stat state)" "enable=0 off"
expect_eq "hooks nothing" "$(wc -l <$hooks)" 0
run leaf 3
expect_eq "counts nothing" "$(stat entered)" 0
echo 1 >$D/enable
n=$(random 100 1000)
echo "# leaf $n"
run leaf "$n"
expect_paths "counts when it is turned on" "$n task tracee_leaf"

refused enable=maybe "enable is 0 or 1"
refused enable=10 "enable is 0 or 1"
refused functions=@nosuch 'unknown set "@nosuch": the sets are nic '
refused 'functions=tracee_leaf,!' 'malformed pattern "!": write '
refused functions=a:mod: 'malformed pattern "a:mod:": write '
refused roots=@nosuch 'unknown set "@nosuch": the sets are nic '
refused pids=self 'pids are numbers .*, not "self"'
refused pids=-1 'pids are numbers .*, not "-1"'
refused cpus=first "cpus is a list such as 0-3,6, within 0-1"
refused cpus=0-99999 "cpus is a list such as 0-3,6, within 0-1"
refused clock=sundial "clock is auto, tsc or local_clock"
refused hook=none "hook is auto, direct or graph"
refused precision=0 "precision is a number from 1 to 7"
refused precision=8 "precision is a number from 1 to 7"
refused max_paths=15 "max_paths is a number from 16 to 4194304"
refused max_paths=4194305 "max_paths is a number from 16 to 4194304"
refused max_paths=4194304 "max_paths 4194304 at precision 4 needs .* quarter"
refused max_depth=0 "max_depth is a number from 1 to 1000"
refused max_depth=1001 "max_depth is a number from 1 to 1000"
refused time=never "time is cpu or wall"
refused softirq=maybe "softirq is split or inline"
refused compensate=2 "compensate is 0 or 1"

mark_log
check "loads again" load_module functions=tracee_leaf
n=$(random 100 1000)
echo "# leaf $n"
run leaf "$n"
expect_paths "counts again" "$n task tracee_leaf"
expect_eq "has said nothing again" "$(read_log)" ""
