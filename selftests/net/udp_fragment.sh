#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 600
#
# UDP datagrams above the MTU, sent through e1000e and igb: each is cut into
# fragments, and put together again by the receiver.

. "$(dirname "$0")/lib.sh"
ktap_plan 26

port=5002
mtu=1500
count=$((15 + RANDOM % 50))
size=$((mtu + RANDOM % 12000))
# A fragment has an IP header and a multiple of 8 bytes; the first of these are
# the UDP header.
room=$(((mtu - 20) / 8 * 8))
fragments=$(((size + 8 + room - 1) / room))
all=$((count * fragments))
echo "# $count datagrams of $size bytes, $fragments fragments each"

send_datagrams()
{
	local before

	before=$(packets fa "$sender" TX)
	start_receiver fb udp-receive -a 3 $port $count
	in_ns fa "$net/traffic" udp-send -a 3 10.2.0.2 $port $count $size
	end_receiver
	wait_for "[ \$(packets fa $sender TX) -ge $((before + all)) ]" 5
	sent=$(($(packets fa "$sender" TX) - before))
}

# test_driver DRIVER TRANSMIT
test_driver()
{
	local nics

	if ! have_pair "$1"; then
		for _ in {1..12}; do
			ktap_skip "$1" "no two $1 on one segment"
		done
		return
	fi
	mapfile -t nics < <(find_nics "$1")
	sender=${nics[0]}
	build_fragment "${nics[@]}"
	start_fgagg
	run_traced send_datagrams

	echo "# $1"
	expect_eq "all datagrams came" "$received" "$count $((count * size))"
	expect_calls $count udp_sendmsg
	expect_calls $count udp_sendmsg ip_do_fragment
	expect_calls $all "$(driver_function "$2" "$1")"
	expect_eq "ip -s link: $all packets" "$sent" $all
	expect_calls $all ip_defrag
	expect_calls $count __udp_enqueue_schedule_skb
	check_trace
	ip -all netns delete
}

test_driver e1000e e1000_xmit_frame
test_driver igb igb_xmit_frame
