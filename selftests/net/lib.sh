# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2119,SC2120 # start_fgagg without arguments
#
# What the tests of the user paths share; sourced, not run.  A test builds its
# network, defines a function that sends traffic through it, and runs that by
# run_traced; then it compares the number of calls with what it sent, and ends
# with check_trace.

net=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
. "$net/../ktap.sh"

tracing=/sys/kernel/tracing
tmp=$(mktemp -d)
mkfifo "$tmp/never"
. "$net/network.sh"

# With commas: insmod of Debian 12 takes what follows a blank for the next
# parameter.
sets=@nic,@netfilter,@xfrm,@driver,@stack

# What is called a fixed number of times for a packet, whatever else happens.
deterministic=udp_sendmsg,ip_make_skb,__ip_append_data,__ip_make_skb
deterministic+=,udp_send_skb,ip_send_skb,__ip_local_out,ip_output
deterministic+=,ip_finish_output2,__dev_queue_xmit,netdev_core_pick_tx
deterministic+=,validate_xmit_skb,ip_fragment,ip_do_fragment
deterministic+=,napi_gro_receive,dev_gro_receive,__netif_receive_skb_core
deterministic+=,ip_rcv_core,ip_rcv_finish_core,ip_local_deliver,ip_defrag
deterministic+=,ip_local_deliver_finish,ip_protocol_deliver_rcu,ip_forward
deterministic+=,udp_rcv,udp_queue_rcv_one_skb,__udp_enqueue_schedule_skb
deterministic+=,nf_conntrack_in,nf_nat_setup_info,nf_nat_manip_pkt
deterministic+=,nf_nat_masquerade_ipv4,nft_do_chain
deterministic+=,vxlan_xmit,vxlan_xmit_one,vxlan_rcv
deterministic+=,__skb_gso_segment,inet_gso_segment,skb_udp_tunnel_segment
deterministic+=,udp4_ufo_fragment,skb_segment,igb_xmit_frame,e1000_xmit_frame
deterministic+=,start_xmit,nf_flow_offload_ip_hook,nf_flow_xmit_xfrm
deterministic+=,flow_offload_lookup,xfrm_output,xfrm_output_resume
deterministic+=,xfrm_input,esp_output,esp_output_tail,esp_input,esp_input_done2

# The kernels where fgagg and function_graph cannot run at the same time.
case $(uname -r) in
6.1.*) one_tracer=yes ;;
*) one_tracer= ;;
esac

log_start=$(dmesg | wc -l)

cleanup()
{
	jobs -p | xargs -r kill 2>/dev/null
	wait
	stop_function_graph
	ip -all netns delete
	rm -r "$tmp"
}

# start_function_graph: trace what fgagg has hooked
start_function_graph()
{
	local option

	stop_function_graph
	awk -F '\t' '
		NR == FNR { if ($1 == "hooked") hooked[$2]; next }
		$0 in hooked { print FNR }
	' "$tmp/attached" $tracing/available_filter_functions \
		>$tracing/set_ftrace_filter
	# A clock that tells which of two events on two CPUs came first.
	echo counter >$tracing/trace_clock
	echo 32768 >$tracing/buffer_size_kb
	echo function_graph >$tracing/current_tracer
	for option in funcgraph-proc funcgraph-tail latency-format \
			nofuncgraph-duration nofuncgraph-overhead; do
		echo $option >$tracing/trace_options
	done
	# A call that enters here and returns on another CPU would look like a
	# leaf if the next event here were the return of a later one.
	echo 1 >$tracing/events/sched/sched_switch/enable
}

stop_function_graph()
{
	# Kernel 6.1 has one filter for function_graph and fgagg.
	[ "$(cat $tracing/current_tracer)" != nop ] || return 0
	echo 0 >$tracing/events/sched/sched_switch/enable
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
}

mark()
{
	echo "fgagg: $1" >$tracing/trace_marker
}

# Starts no process: on a debug kernel that takes as long as a network device is quiet.
is_quiet()
{
	local before after

	mapfile -t before <$D/stats
	read -r -t 0.2 <>"$tmp/never" || :
	mapfile -t after <$D/stats
	[ "${before[*]}" = "${after[*]}" ] && [[ " ${after[*]} " = *" open: 0 "* ]]
}

reset_counters()
{
	echo 1 >$D/reset
}

# That is when it is made.
open_snapshot()
{
	exec 9<$D/snapshot
}

copy_snapshot()
{
	cat <&9 >"$tmp/snapshot"
	exec 9<&-
}

# undisturbed FIRST SECOND FUNCTION: run it between two markers, again if calls of
# a driver's timer came or went between them
undisturbed()
{
	local i

	for i in {1..10}; do
		mark "$1"
		"$3"
		mark "$2"
		cat $tracing/trace >"$tmp/trace"
		if awk -v first="fgagg: $1 " -v second="fgagg: $2 " '
			index($0, first) { calls = 0; between = 1 }
			index($0, second) { between = 0 }
			between && (/\(\)/ || /\} \/\*/) { calls++ }
			END { exit calls > 0 }' "$tmp/trace"; then
			break
		fi
	done
}

# run_both FUNCTION: both tracers see what the function does
run_both()
{
	start_function_graph
	wait_for is_quiet 30
	undisturbed reset start reset_counters
	"$1"
	wait_for is_quiet 30
	undisturbed report end open_snapshot
	copy_snapshot
	stop_function_graph
}

# run_in_turn FUNCTION: first one of them, then the other
run_in_turn()
{
	echo 0 >$D/enable
	start_function_graph
	mark start
	"$1"
	mark end
	cat $tracing/trace >"$tmp/trace"
	stop_function_graph
	echo 1 >$D/enable
	wait_for is_quiet 30
	reset_counters
	"$1"
	wait_for is_quiet 30
	open_snapshot
	copy_snapshot
}

attached()
{
	grep '^hooked' $D/attached
}

# The number of calls of each path, which begins with its context, for calls().
flatten()
{
	python3 -c '
import json, sys
for p in json.load(sys.stdin)["paths"]:
    print(p["count"], ";".join(["[%s]" % p["context"], *p["path"]]), sep="\t")
' <"$tmp/report" >"$tmp/calls"
}

# share_stack: whether both tracers keep their frames in the same page
share_stack()
{
	[ -z "$one_tracer" ] && [ "$(stat hook)" = graph ]
}

# compare_traces [OPTION...]: make the report, and leave in $compared what
# funcgraph_compare.py says, and in $compare_status its status
compare_traces()
{
	local lost=0

	! share_stack || lost=$(stat lost_overrun)
	compare_status=0
	"$fgagg" report --json "$tmp/snapshot" >"$tmp/report"
	compared=$("$selftests/funcgraph_compare.py" --lost "$lost" "$@" \
		"$tmp/trace" "$tmp/report" 2>&1) || compare_status=$?
}

# run_traced [--inline] FUNCTION: run it under fgagg and function_graph.  Once
# more if the drivers' timers came whenever the counters were reset or read, or if a
# module was loaded.
run_traced()
{
	local options=() try

	if [ "$1" = --inline ]; then
		options=(--inline)
		shift
	fi
	for try in {1..5}; do
		attached >"$tmp/attached"
		if [ -n "$one_tracer" ]; then
			run_in_turn "$1"
			compare_traces "${options[@]}" --functions "$deterministic"
		else
			run_both "$1"
			compare_traces "${options[@]}"
		fi
		if ! attached | cmp -s - "$tmp/attached"; then
			compare_status=3
			compared="functions were hooked meanwhile"
		fi
		[ "$compare_status" = 3 ] || break
		echo "# try $try: $compared"
	done
	flatten
}

# calls [CALLER...] FUNCTION: how often was it called on paths that have these
# callers in this order, of which the first may be a context: [task], [softirq].
# Names are given without what compilers append, and without module if there is
# no doubt.
calls()
{
	awk -F '\t' -v names="$(IFS=';'; echo "$*")" '
		function is(name, wanted) {
			sub(/\.[a-z0-9.]*/, "", name)
			if (wanted !~ / /)
				sub(/ .*/, "", name)
			return name == wanted
		}
		BEGIN { wanted = split(names, want, ";") }
		{
			have = split($2, path, ";")
			if (!is(path[have], want[wanted]))
				next
			w = 1
			for (i = 1; i < have && w < wanted; i++)
				w += is(path[i], want[w])
			if (w == wanted)
				sum += $1
		}
		END { print sum + 0 }' "$tmp/calls"
}

# expect_calls N [CALLER...] FUNCTION: or fewer by what had no room on a stack that
# is shared with function_graph, which then has not seen them either
expect_calls()
{
	local n=$1 want=$1 got

	shift
	got=$(calls "$@")
	if share_stack && [ "$got" -lt "$n" ] &&
	   [ "$got" -ge $((n - $(stat lost_overrun))) ]; then
		echo "# $got of $n, and $(stat lost_overrun) had no room"
		want=$got
	fi
	expect_eq "${*: -1}: $n calls${2+ below ${*:1:$#-1}}" "$got" "$want"
}

# driver_function FUNCTION MODULE: its name on this kernel, which may have the
# driver built in
driver_function()
{
	if grep -q "^$2 " /proc/modules; then
		echo "$1 [$2]"
	else
		echo "$1"
	fi
}

# check_trace: six results that every test ends with
check_trace()
{
	local lost pattern='^lost_'

	# What does not fit there is compared with what function_graph has.
	! share_stack || pattern='^lost_[^o]'
	if [ "$compare_status" = 0 ]; then
		ktap_ok "function_graph agrees: ${compared##*$'\n'}"
	else
		ktap_fail "function_graph agrees" "$compared"
	fi
	lost=$(grep "$pattern" $D/stats | grep -v ' 0$') || true
	expect_eq "no call was lost" "$lost" ""
	# The room is that of one CPU, and the paths are those of all.
	check "the tables are far from full" \
		test "$(stat paths)" -lt $(($(stat max_paths) / 2))
	echo "# $(stat paths) paths, $(stat chunks) chunks, $(stat bytes_per_path) bytes for each path and CPU"
	check "a path takes at most 512 bytes on a CPU" \
		test "$(stat bytes_per_path)" -le 512
	echo 0 >$D/enable
	conserve "every call was recorded or is open"
	dmesg | tail -n +$((log_start + 1)) >"$tmp/log"
	check "the kernel log is clean" "$selftests/vm/klog.py" "$tmp/log"
}

# start_fgagg [PARAMETER=VALUE...]
start_fgagg()
{
	load_module functions=$sets "$@"
}
