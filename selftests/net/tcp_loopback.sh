#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 600
#
# TCP over loopback, through rules in the tables mangle, nat and filter, of
# iptables where the kernel still has it, and of nftables: from write to receive
# in one stack.

. "$(dirname "$0")/lib.sh"
ktap_plan 30

port=5003
redirected=5004
count=$((15 + RANDOM % 50))
size=$((100 + RANDOM % 1000))
# with the headers of IP and of TCP with timestamps
length=$((size + 20 + 32))

build_loopback $port $redirected $length

# How often a table of iptables was run through: each time ends in the policy of
# a chain, or in the one rule that says what to do.
table_runs()
{
	in_ns lo iptables-legacy-save -c | awk -F '[^0-9]+' '
		/^:/ || /-j REDIRECT/ { sum += $2 }
		END { print sum }'
}

send_writes()
{
	local before

	[ -z "$iptables" ] || before=$(table_runs)
	in_ns lo nft reset counters >/dev/null
	looped=$(packets lo lo TX)
	start_receiver lo tcp-receive $redirected
	in_ns lo "$net/traffic" tcp-send -g 500 127.0.0.1 $port $count $size
	end_receiver
	wait_for is_settled 10
	looped=$(($(packets lo lo TX) - looped))
	[ -z "$iptables" ] || runs=$(($(table_runs) - before))
}

# The last acknowledgement may be late.
is_settled()
{
	local sent

	sent=$(nft_packets lo out)
	sleep 0.5
	[ "$(nft_packets lo out)" = "$sent" ]
}

check_calls()
{
	expect_eq "all bytes came" "$received" $((count * size))
	expect_calls $count tcp_sendmsg tcp_sendmsg_locked
	expect_eq "nft: a segment for each write" "$(nft_packets lo segments)" \
		$count
	expect_eq "ip -s link: as many packets as nft" "$looped" \
		"$(nft_packets lo out)"
	expect_calls "$looped" loopback_xmit
	expect_calls "$(nft_packets lo out)" __ip_local_out
	expect_calls "$(nft_packets lo in)" tcp_v4_rcv
	if [ -n "$iptables" ]; then
		expect_calls "$runs" ipt_do_table
	else
		ktap_skip ipt_do_table "this kernel has no iptables"
	fi
}

# How many segments there are depends on when acknowledgements are sent.
deterministic=tcp_sendmsg,tcp_sendmsg_locked,init_conntrack,nf_nat_setup_info

# An acknowledgement is sent up to 38 calls deep, but fgraph's shadow stack has
# room for no more than 35 if function_graph traces too: leave some out.
sets+=,!netif_rx_internal,!__ip_finish_output,!__netif_receive_skb

echo "# $count writes of $size bytes"
start_fgagg
run_traced send_writes
check_calls
expect_calls "$looped" '[softirq]' net_rx_action tcp_v4_rcv
check_trace

# Some of what is received runs in other softirqs: when an interrupt came just
# before do_softirq, or when there was too much to do.
echo "# the same with softirq=inline"
start_fgagg softirq=inline
run_traced --inline send_writes
check_calls
inlined=$(calls '[task]' tcp_sendmsg_locked do_softirq net_rx_action tcp_v4_rcv)
check "most in one stack: $inlined calls of tcp_v4_rcv below tcp_sendmsg_locked" \
	test "$inlined" -ge $((count * 9 / 10))
check_trace
