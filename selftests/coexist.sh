#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Other tracers of the same functions come and go, and both they and fgagg count
# every call.  Before Linux 6.12 function_graph cannot beside the graph hook, and
# is told so.

. "$(dirname "$0")/tracee.sh"

tracing=/sys/kernel/tracing
tmp=$(mktemp -d)
n=$(random 100 400)

# Not with a hook that depends on that filter, as on 6.1: it would see everything.
cleanup()
{
	tracer nop
	unload_module
	filter
	probes_off
	wait
	unload_tracee
	rm -r "$tmp"
}

tracer()
{
	echo "$1" 2>/dev/null >$tracing/current_tracer
}

# filter [PATTERN]: of the tracers in tracefs
filter()
{
	echo "${1:-}" >$tracing/set_ftrace_filter
}

read_filter()
{
	grep -v '^#' $tracing/set_ftrace_filter | LC_ALL=C sort
}

probes_on()
{
	echo 'p:fgagg/enter tracee_twig' >>$tracing/kprobe_events &&
	echo 'r:fgagg/leave tracee_twig' >>$tracing/kprobe_events &&
	echo 1 >$tracing/events/fgagg/enable
}

probes_off()
{
	[ ! -d $tracing/events/fgagg ] || echo 0 >$tracing/events/fgagg/enable
	echo >$tracing/kprobe_events
}

# How often the probes were hit.
probe_hits()
{
	awk '$1 ~ /^(enter|leave)$/ { print $2 }' $tracing/kprobe_profile |
		paste -s -d ' '
}

# in_trace EVENT: how often it is in the trace
in_trace()
{
	grep -c "$1" $tracing/trace
}

beside_probes()
{
	reset
	probes_on
	run tree "$n"
	expect_eq "probes: they count too" "$(probe_hits)" "$((6 * n)) $((6 * n))"
	expect_trees "probes" "$n"
	probes_off
	run tree 3
	expect_trees "probes are gone" $((n + 3))
}

beside_bpf()
{
	if ! command -v bpftrace >/dev/null; then
		ktap_skip "bpftrace" "not installed"
		return
	fi
	reset
	bpftrace -q -e '
		kprobe:tracee_twig { @twig = count(); }
		kretprobe:tracee_branch { @branch = count(); }
		END { printf("done\n"); }' \
		-c "$BASH $tmp/run" >"$tmp/bpftrace" 2>&1
	expect_eq "bpftrace counts too" \
		"$(sed -n 's/^@//p' "$tmp/bpftrace" | sort | paste -s -d ' ')" \
		"branch: $((2 * n)) twig: $((6 * n))"
	expect_trees "bpftrace" "$n"
}

beside_function_tracer()
{
	local instance=$tracing/instances/fgagg

	reset
	mkdir $instance
	echo tracee_twig >$instance/set_ftrace_filter
	echo function >$instance/current_tracer
	run tree "$n"
	expect_eq "function tracer: it counts too" \
		"$(grep -c tracee_twig $instance/trace)" $((6 * n))
	expect_trees "function tracer" "$n"
	echo nop >$instance/current_tracer
	rmdir $instance
}

# Make calls until told to stop; prints how often.
run_trees()
{
	local rounds=0

	until [ -e "$tmp/stop" ]; do
		run tree 10
		rounds=$((rounds + 1))
	done
	echo $((10 * rounds))
}

# Everything that comes and goes while calls are made all the time.
under_load()
{
	local i

	# Not every function of the kernel: that takes a minute, and QEMU may miss
	# that code has changed which another CPU is about to run, and then meets
	# a breakpoint of the past.
	[ -z "$many" ] || filter '*:mod:fgagg_tracee'
	reset
	run_trees >"$tmp/count1" &
	run_trees >"$tmp/count2" &
	for i in 1 2; do
		probes_on
		[ -z "$many" ] || tracer function_graph
		probes_off
		[ -z "$many" ] || tracer nop
	done
	touch "$tmp/stop"
	wait
	[ -z "$many" ] || filter
	i=$(($(cat "$tmp/count1") + $(cat "$tmp/count2")))
	echo "# tree $i"
	expect_trees "all under load" $i
}

beside_function_graph()
{
	echo 0 >$tracing/tracing_on
	echo >$tracing/trace
	echo 1 >$tracing/tracing_on
	filter '*:mod:fgagg_tracee'

	reset
	check "function_graph" tracer function_graph
	run tree "$n"
	expect_eq "function_graph: it counts too" "$(in_trace tracee_twig)" \
		$((6 * n))
	expect_trees "function_graph" "$n"
	tracer nop
	run tree 3
	expect_trees "function_graph is gone" $((n + 3))

	filter tracee_leaf
	tracer function_graph
	reset
	run tree "$n"
	expect_trees "function_graph of other functions" "$n"
	check "loaded after function_graph" load_module functions='tracee_*'
	run tree "$n"
	expect_trees "loaded after function_graph" "$n"
	check "unloaded before function_graph" unload_module
	tracer nop
	expect_eq "function_graph's filter" "$(read_filter)" \
		"tracee_leaf [fgagg_tracee]"
	filter
}

refuse_function_graph()
{
	local before

	unload_module
	filter '*:mod:fgagg_tracee'
	check "function_graph" tracer function_graph
	echo "fgagg-mark $n" >/dev/kmsg
	insert_module functions='tracee_*' 2>/dev/null
	expect_eq "function_graph is first: refused" "$?" 1
	expect_eq "in one line" "$(dmesg | sed "1,/fgagg-mark $n/d" |
		grep 'fgagg: ' | sed 's/^.*] //')" \
		"fgagg: cannot hook functions: $(why)"
	check "it loads without enable" load_module functions='tracee_*' enable=0
	check_fails "it cannot be enabled" sh -c "echo 1 >$D/enable"
	expect_eq "because" "$(stat last_error)" \
		"cannot hook functions: $(why)"
	expect_eq "it is off" "$(cat $D/enable) $(stat state)" "0 off"
	reset_trace
	run tree "$n"
	expect_eq "function_graph counts undisturbed" \
		"$(in_trace tracee_twig)" $((6 * n))
	tracer nop
	check "it can be enabled now" sh -c "echo 1 >$D/enable"
	run tree "$n"
	expect_trees "after function_graph" "$n"
	check_fails "fgagg is first: function_graph is refused" \
		sh -c "echo function_graph >$tracing/current_tracer"
	run tree 3
	expect_trees "undisturbed" $((n + 3))

	unload_module
	filter 'tracee_t*'
	before=$(read_filter)
	load_module functions=@xfrm
	check "the filter is in use" test "$(read_filter)" != "$before"
	unload_module
	expect_eq "and restored" "$(read_filter)" "$before"
	filter
	before=$(read_filter)
	load_module functions=@xfrm
	unload_module
	expect_eq "an empty one too" "$(read_filter)" "$before"
	filter tracee_leaf
	reset_trace
	check "the function tracer works" tracer function
	run leaf "$n"
	run tree "$n"
	expect_eq "and counts what it should" \
		"$(in_trace tracee_leaf) $(in_trace tracee_tree)" "$n 0"
	tracer nop
	filter
}

why()
{
	echo "before Linux 6.12 function graph tracing has one user: write nop to current_tracer and empty set_ftrace_notrace"
}

reset_trace()
{
	echo >$tracing/trace
}

load_tracee
load_module functions='tracee_*'
case $(stat hook):$(uname -r) in
graph:6.1.*)	many= planned=32 ;;
*)		many=yes planned=26 ;;
esac
ktap_plan $planned

echo "# tree $n"
echo "echo tree $n >$T/run" >"$tmp/run"
echo 20000 >$tracing/buffer_size_kb
beside_probes
beside_function_tracer
beside_bpf
under_load
if [ -n "$many" ]; then
	beside_function_graph
else
	refuse_function_graph
fi
