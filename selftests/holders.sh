#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A function that somebody else holds, a BPF program or a live patch, is left
# alone by the direct hook and listed with the reason; and who comes after the
# direct hook is told by the kernel that it is taken.  The graph hook shares.

. "$(dirname "$0")/livepatch.sh"

tmp=$(mktemp -d)
n=$(random 50 200)
function=udp_sendmsg
other=ip_make_skb
tracing=/sys/kernel/tracing

cleanup()
{
	bpf_off
	unpatch
	unload_tracee
	rm -r "$tmp"
}

# send N: UDP datagrams over loopback
send()
{
	python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(int(sys.argv[1])):
    s.sendto(b"x" * 64, ("127.0.0.1", 9))
' "$1"
}

# Entry and return of $function by a BPF program on a trampoline of its own.  Returns
# when it runs or has failed; not to be called in a subshell, for $bpf.
bpf_on()
{
	rm -f "$tmp/bpf"
	bpftrace -B none -e "
		$probe:$function { @enter = count(); }
		$return:$function { @leave = count(); }
		BEGIN { printf(\"attached\\n\"); }
		interval:ms:200 { printf(\"running\\n\"); }" >"$tmp/bpf" 2>&1 &
	bpf=$!
	wait_for "grep -qs running '$tmp/bpf' || ! kill -0 $bpf 2>/dev/null" 60
}

# Whether it is attached.
bpf_state()
{
	if grep -q running "$tmp/bpf"; then
		echo running
	elif grep -q '^ERROR: Error attaching probe:' "$tmp/bpf"; then
		echo "refused"
	else
		cat "$tmp/bpf"
	fi
}

# watch_bpf 1|0: bpftrace does not tell the kernel's error
watch_bpf()
{
	[ "$1" = 0 ] || echo >$tracing/trace
	echo "$1" >$tracing/events/syscalls/sys_exit_bpf/enable
}

# How often the kernel has said EBUSY to bpf(), or, as Linux 7.2 does, EINVAL.
refusals()
{
	grep -cE 'sys_bpf -> 0xffffffffffffff(f0|ea)$' $tracing/trace
}

# What the program has counted is printed when it ends.
bpf_off()
{
	[ -n "${bpf:-}" ] || return 0
	kill -INT "$bpf" 2>/dev/null
	wait "$bpf" 2>/dev/null
	bpf=
}

bpf_counts()
{
	sed -n 's/^@//p' "$tmp/bpf" | sort | paste -s -d ' '
}

# calls FUNCTION: that fgagg has counted, wherever
calls()
{
	snapshot paths | awk -v name="$1" '
		{ i = split($3, part, ";") }
		part[i] == name { n += $1 }
		END { print n + 0 }'
}

# attached FUNCTION: what the file says of it, in a form for the eye
attached()
{
	awk -F '\t' -v name="$1" '
		$2 == name || $2 == name " [fgagg_tracee]" {
			print $1 ($3 ? ": " $3 : "")
		}' $D/attached
}

# By hook: what is said of a function that somebody held before.
held()
{
	case $(stat hook) in
	direct)	echo "skipped: $1" ;;
	graph)	echo "hooked" ;;
	esac
}

# By hook: how often a function is seen that somebody held before.
n_if_shared()
{
	case $(stat hook) in
	direct)	echo 0 ;;
	graph)	echo "$n" ;;
	esac
}

bpf_is_first()
{
	bpf_on
	expect_eq "a BPF program holds a function" "$(bpf_state)" running
	check "loaded beside it" load_module functions="$function,$other"
	expect_eq "it is left out" "$(attached $function)" \
		"$(held "a BPF program holds it")"
	expect_eq "and the rest is not" "$(attached $other)" hooked
	send "$n"
	expect_eq "counted" "$(calls $function) $(calls $other)" \
		"$(n_if_shared) $n"
	conserve "counted: conserved"
	echo "$function,$other" >$D/roots
	bpf_off
	expect_eq "the program counts too" "$(bpf_counts)" \
		"enter: $n leave: $n"
	reset
	echo 0 >$D/enable
	echo 1 >$D/enable
	expect_eq "it can be had when the program is gone" \
		"$(attached $function)" hooked
	send "$n"
	expect_eq "and is counted" "$(calls $function) $(calls $other)" "$n $n"

	# Alone, so that there is nothing to hook.
	echo 0 >$D/enable
	echo >$D/roots
	echo $function >$D/functions
	bpf_on
	echo 1 >$D/enable
	expect_eq "it is left out if it is alone" \
		"$(bpf_state) $(attached $function)" \
		"running $(held "a BPF program holds it")"
	bpf_off
	echo 0 >$D/enable
	echo 1 >$D/enable
	expect_eq "and can be had later" "$(attached $function)" hooked
	echo "$function,$other" >$D/functions
}

bpf_is_second()
{
	reset
	watch_bpf 1
	bpf_on
	watch_bpf 0
	case $(stat hook) in
	direct)	expect_eq "a BPF program is refused" \
			"$(bpf_state) $(refusals)" "refused 1" ;;
	graph)	expect_eq "a BPF program beside it" \
			"$(bpf_state) $(refusals)" "running 0" ;;
	esac
	send "$n"
	expect_eq "counted" "$(calls $function) $(calls $other)" "$n $n"
	bpf_off
	expect_eq "the program counts too, if it can" "$(bpf_counts)" \
		"$([ "$(stat hook)" = direct ] || echo "enter: $n leave: $n")"
	conserve "counted: conserved"
	check "unloaded" unload_module
	bpf_on
	expect_eq "the program can have it now" "$(bpf_state)" running
	send 3
	bpf_off
	expect_eq "and counts" "$(bpf_counts)" "enter: 3 leave: 3"
}

patch_is_first()
{
	check "a live patch holds a function" patch_function tracee_leaf
	check "and is in force" wait_for transition_is_over 60
	check "loaded beside it" load_module functions='tracee_*'
	expect_eq "it is left out" "$(attached tracee_leaf)" \
		"$(held "a live patch holds it")"
	expect_eq "and the rest is not" "$(attached tracee_twig)" hooked
	run leaf "$n"
	run tree "$n"
	expect_eq "counted" "$(calls tracee_leaf) $(calls tracee_twig)" \
		"$(n_if_shared) $((6 * n))"
	expect_eq "the patch counts too" "$(patch_hits)" "$n"
	conserve "counted: conserved"
	echo 'tracee_*' >$D/roots
	check "the patch goes" unpatch
	reset
	echo 0 >$D/enable
	echo 1 >$D/enable
	expect_eq "it can be had now" "$(attached tracee_leaf)" hooked
	run leaf "$n"
	expect_eq "and is counted" "$(calls tracee_leaf)" "$n"
}

patch_is_second()
{
	reset
	case $(stat hook) in
	direct)
		check_fails "a live patch is refused" patch_function tracee_leaf
		;;
	graph)
		check "a live patch beside it" patch_function tracee_leaf
		check "is in force" wait_for transition_is_over 60
		;;
	esac
	run leaf "$n"
	expect_eq "counted" "$(calls tracee_leaf)" "$n"
	conserve "counted: conserved"
	unpatch
	reset
	run leaf "$n"
	expect_eq "counted as before" "$(calls tracee_leaf)" "$n"
}

# skip N NAME REASON
skip()
{
	local i

	for ((i = 0; i < $1; i++)); do
		ktap_skip "$2 $i" "$3"
	done
}

load_tracee
load_module enable=0
case $(stat hook) in
direct)	planned=33 ;;
graph)	planned=34 ;;
esac
ktap_plan $planned
echo "# n $n"
if [ ! -e /sys/kernel/btf/vmlinux ]; then
	skip 18 "BPF" "the kernel has no BTF"
else
	# Older bpftraces have them by another name.
	probe=fentry return=fexit
	bpftrace -l 'fentry:ip_rcv' 2>/dev/null | grep -q . ||
		probe=kfunc return=kretfunc
	bpf_is_first
	bpf_is_second
fi
if ! has_livepatch; then
	skip $((planned - 18)) "live patch" "this kernel has no live patches"
else
	patch_is_first
	patch_is_second
fi
