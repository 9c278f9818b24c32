#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 600
#
# UDP datagrams through conntrack, NAT and filter rules, a vxlan tunnel and
# virtio_net; then large ones, which are cut into segments after the tunnel.

. "$(dirname "$0")/lib.sh"
have_pair virtio_net || ktap_skip_all "no two virtio_net on one segment"
ktap_plan 31

port=5001
count=$((15 + RANDOM % 50))
size=$((100 + RANDOM % 1000))
large=$((10 + RANDOM % 25))
segments=$((3 + RANDOM % 10))

mapfile -t nics < <(find_nics virtio_net)
build_vxlan "${nics[@]}"

# send_datagrams COUNT SIZE EXPECTED [OPTION...]: with so many to be received
send_datagrams()
{
	local count=$1 size=$2 expected=$3 before

	shift 3
	in_ns va nft reset counters >/dev/null
	in_ns vb nft reset counters >/dev/null
	before=$(packets va "${nics[0]}" TX)
	start_receiver vb udp-receive -a 3 $port "$expected"
	in_ns va "$net/traffic" udp-send -a 3 -b 10.9.0.1 "$@" \
		10.1.0.2 $port "$count" "$size"
	end_receiver
	# The driver counts a packet when the device has done with it.
	wait_for "[ \$(packets va ${nics[0]} TX) -ge $((before + expected)) ]" 5
	sent=$(($(packets va "${nics[0]}" TX) - before))
}

small()
{
	send_datagrams $count $size $count
}

large()
{
	send_datagrams $large $((size * segments)) $((large * segments)) -s $size
}

# Of a driver that is built in, the set has no more than the operations.
sets+=,vxlan_rcv

echo "# $count datagrams of $size bytes"
start_fgagg
run_traced small
expect_eq "all datagrams came" "$received" "$count $((count * size))"
expect_calls $count udp_sendmsg
expect_calls $count udp_sendmsg vxlan_xmit
expect_calls $((2 * count)) udp_sendmsg ipv4_conntrack_local
expect_calls $((2 * count)) udp_sendmsg nft_do_chain_ipv4
expect_eq "nft: $count packets into the tunnel" "$(nft_packets va inner)" $count
expect_eq "nft: $count packets of the tunnel" "$(nft_packets va outer)" $count
expect_eq "nft: $count packets received" "$(nft_packets vb inner)" $count
expect_calls "$(nft_packets va nat)" nf_nat_masquerade_ipv4
expect_eq "ip -s link: $count packets" "$sent" $count
expect_calls "$sent" "$(driver_function start_xmit virtio_net)"
expect_calls $count vxlan_rcv
check_trace

all=$((large * segments))
echo "# $large datagrams of $segments segments of $size bytes"
start_fgagg
run_traced large
expect_eq "all segments came" "$received" "$all $((all * size))"
expect_calls $large udp_sendmsg
expect_calls $large vxlan_xmit
expect_calls $large skb_udp_tunnel_segment
expect_calls $large __skb_gso_segment skb_udp_tunnel_segment
expect_eq "ip -s link: $all packets" "$sent" $all
expect_calls "$sent" "$(driver_function start_xmit virtio_net)"
check_trace
