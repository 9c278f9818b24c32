#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What functions take and return is what it is without tracing, whatever way it
# goes; and the trampolines of the direct hook copy what they have to.

. "$(dirname "$0")/livepatch.sh"

hooks=/sys/kernel/tracing/enabled_functions

# trampoline FUNCTION: which one it calls
trampoline()
{
	awk -v name="$1" '
		/^[^[:blank:]]/ { found = $1 == name }
		found && match($0, /fgagg_direct_[a-z]*/) {
			print substr($0, RSTART + 13, RLENGTH - 13)
		}' $hooks
}

tmp=$(mktemp -d)

cleanup()
{
	unpatch
	unload_tracee
	rm -r "$tmp"
}

# toggle N: hook and unhook functions
toggle()
{
	local i

	for ((i = 0; i < $1; i++)); do
		echo 0 >$D/enable
		echo 1 >$D/enable
	done
}

# Calls that go right until told to stop.
call_on()
{
	until [ -e "$tmp/stop" ]; do
		run arguments 100 || return
	done
}

ktap_plan 14

load_tracee
load_module functions='tracee_*'
n=$(random 100 1000)
echo "# arguments $n"
check "results" run arguments "$n"
expect_lines "and each call" "$(snapshot paths)" "$(arguments_paths "$n")"
conserve "conserved"

callers=()
for i in 1 2; do
	run arguments 20000 &
	callers+=($!)
done
toggle 6
status=0
for caller in "${callers[@]}"; do
	wait "$caller" || status=$?
done
expect_eq "while functions are hooked and unhooked" $status 0
conserve "while functions are hooked and unhooked: conserved"

# One in the group of those that have most copied: it takes trying the others to find
# out which it is.
if has_livepatch; then
	echo 0 >$D/enable
	patch_function tracee_inner && wait_for transition_is_over 60
	call_on &
	toggle 2
	touch "$tmp/stop"
	status=0
	wait $! || status=$?
	expect_eq "while a live patch holds one" $status 0
	conserve "while a live patch holds one: conserved"
	unpatch
else
	ktap_skip "while a live patch holds one" "this kernel has no live patches"
	ktap_skip "while a live patch holds one: conserved" "likewise"
fi

if [ "$(stat hook)" = direct ]; then
	modprobe vxlan
	printf '%s\n' udp_sendmsg udp_tunnel_xmit_skb nf_log_packet >$D/functions
	expect_eq "six arguments are in registers" "$(trampoline udp_sendmsg)" none
	expect_eq "thirteen are not" "$(trampoline udp_tunnel_xmit_skb)" few
	expect_eq "any number may come" "$(trampoline nf_log_packet)" many
	echo 'tracee_args_*' >$D/functions
	if [ -e /sys/kernel/btf/fgagg_tracee ]; then
		expect_eq "as the BTF of modules says" \
			"$(for f in pair few changed.isra.0; do
				trampoline tracee_args_$f
			done | paste -s -d ' ')" "none few many"
		expect_eq "too many for any" "$(sed -n \
			's/^skipped\ttracee_args_excess.*\t//p' $D/attached)" \
			"it takes too many arguments on the stack"
		check "which does no harm" run excess 10
	else
		expect_eq "without BTF, all is possible" \
			"$(trampoline tracee_args_pair) $(trampoline tracee_args_few)" \
			"many many"
		ktap_skip "too many for any" "no BTF"
		ktap_skip "which does no harm" "no BTF"
	fi
	check "still right" run arguments 10
else
	for name in registers stack any module excess harm right; do
		ktap_skip "trampolines: $name" "not the direct hook"
	done
fi
