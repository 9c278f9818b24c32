#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 600
#
# A router that forwards UDP from virtio_net to e1000e and back: received in
# napi poll, found in the flowtable, encrypted by ESP and transmitted; and in the
# other direction received, decrypted, and received once more.  A kernel with ESP's
# offload in software encrypts when it transmits, and decrypts when it merges
# received packets, before netfilter and flowtable see any of ESP.

. "$(dirname "$0")/lib.sh"
for driver in virtio_net e1000e; do
	have_pair $driver || ktap_skip_all "no two $driver on one segment"
done
ktap_plan 42

port=5005
count=$((15 + RANDOM % 50))
size=$((64 + RANDOM % 1200))

mapfile -t lan < <(find_nics virtio_net)
mapfile -t wan < <(find_nics e1000e)
build_forward "${lan[@]}" "${wan[@]}"

# That is a module of Debian's, which nobody loads here, and built into others.
if grep -qw esp4_gro_receive /proc/kallsyms; then
	esp=0 transmit=esp_xmit
else
	esp=$count transmit=esp_output
fi

# xfrm_packets NS SOURCE: packets of the state that begins there, as ip -s says
xfrm_packets()
{
	ip -n "$1" -s xfrm state list src "$2" | awk -F '[(), ]+' '
		/lifetime current:/ { getline; print $(NF - 2) }'
}

ping_pong()
{
	local out in

	out=$(xfrm_packets router 10.3.2.1)
	in=$(xfrm_packets router 10.3.2.2)
	in_ns router nft reset counters >/dev/null
	in_ns server nft reset counters >/dev/null
	start_receiver server udp-echo $port $count
	in_ns client "$net/traffic" udp-ping 10.3.3.1 $port $count $size
	end_receiver
	encrypted=$(($(xfrm_packets router 10.3.2.1) - out))
	decrypted=$(($(xfrm_packets router 10.3.2.2) - in))
}

# test_algorithm NAME ALGORITHM...
test_algorithm()
{
	local name=$1

	shift
	add_tunnel "$@"
	start_fgagg
	run_traced ping_pong

	echo "# $name"
	expect_eq "all came and went" "$received" "$count $((count * size))"
	expect_eq "nft: $count received" "$(nft_packets server in)" $count
	expect_eq "nft: $count sent back" "$(nft_packets server out)" $count
	expect_eq "nft: $esp received by ESP" "$(nft_packets router encrypted)" $esp
	# The flow is put into the table by the second packet of the client: the
	# first only makes the connection known, and one that has been decrypted
	# does not count.
	expect_eq "nft: 3 take the slow path" "$(nft_packets router slow)" 3
	expect_eq "ip -s xfrm state: $count out" "$encrypted" $count
	expect_eq "ip -s xfrm state: $count in" "$decrypted" $count
	# Those of router and server.
	expect_calls $((2 * count)) xfrm_output
	expect_calls $((2 * count)) $transmit
	expect_calls $((2 * count)) xfrm_input
	expect_calls $((2 * count)) esp_input
	# From the client; from the server, encrypted; the same, decrypted.
	expect_calls $((2 * count + esp)) nf_flow_offload_ip_hook
	expect_calls $((count - 2)) nf_flow_offload_ip_hook nf_flow_xmit_xfrm \
		xfrm_output $transmit
	expect_calls $((2 * count)) "$(driver_function start_xmit virtio_net)"
	expect_calls $((2 * count)) "$(driver_function e1000_xmit_frame e1000e)"
	check_trace
	drop_tunnel
}

echo "# $count packets of $size bytes there and back"
test_algorithm "AES-GCM" "${aes_gcm[@]}"
test_algorithm "AES-CBC and HMAC-SHA256" "${aes_cbc[@]}"
