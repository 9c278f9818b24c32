# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # variables of other scripts
#
# The networks of the four user paths, each in namespaces of its own, so that all
# may exist at the same time; sourced, not run.  Needs ktap.sh, and a directory
# $tmp for files.

# add_ns NAME...: namespaces where nothing is sent but what the test sends, and
# where, however slow the guest is, no connection is forgotten and no packet is
# dropped because it has waited in fq_codel
add_ns()
{
	local ns

	modprobe nf_conntrack
	sysctl -qw net.core.default_qdisc=pfifo_fast
	for ns; do
		ip netns add "$ns"
		in_ns "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1 \
			net.netfilter.nf_conntrack_udp_timeout=3600 \
			net.netfilter.nf_conntrack_udp_timeout_stream=3600
		ip -n "$ns" link set lo up
	done
}

in_ns()
{
	ip netns exec "$@"
}

# have_pair DRIVER: wait until both devices are here, not in a namespace of an
# earlier test that is still being deleted
have_pair()
{
	modprobe -q "$1"
	wait_for "[ \$(find_nics $1 | wc -l) = 2 ]" 10
}

# join NS1 DEVICE1 ADDRESS1 NS2 DEVICE2 ADDRESS2: move two devices on the same
# segment into namespaces, with addresses in a /24; neither asks for the other's
# MAC address
join()
{
	local mac1 mac2

	mac1=$(cat "/sys/class/net/$2/address")
	mac2=$(cat "/sys/class/net/$5/address")
	ip link set "$2" netns "$1"
	ip link set "$5" netns "$4"
	ip -n "$1" addr add "$3/24" dev "$2"
	ip -n "$4" addr add "$6/24" dev "$5"
	ip -n "$1" link set "$2" up
	ip -n "$4" link set "$5" up
	ip -n "$1" neigh replace "$6" lladdr "$mac2" dev "$2" nud permanent
	ip -n "$4" neigh replace "$3" lladdr "$mac1" dev "$5" nud permanent
	wait_for "has_carrier $1 $2 && has_carrier $4 $5" 20
}

has_carrier()
{
	ip -n "$1" link show dev "$2" | grep -q LOWER_UP
}

# packets NS DEVICE RX|TX: what ip -s link says
packets()
{
	ip -n "$1" -s link show dev "$2" |
		awk -v way="$3:" '$1 == way { getline; print $2 }'
}

# nft_packets NS COUNTER: packets of a named counter of table "test"
nft_packets()
{
	in_ns "$1" nft list counter ip test "$2" |
		awk '$1 == "packets" { print $2 }'
}

# A pipe from receiver to sender, for the option -a 3 of traffic.
mkfifo "$tmp/acks"
exec 3<>"$tmp/acks"

# start_receiver NS COMMAND...: start traffic's command and wait until it is
# ready to receive
start_receiver()
{
	local ns=$1

	shift
	# That an earlier one was ready is not in the file any more when this looks.
	: >"$tmp/received"
	in_ns "$ns" "$net/traffic" "$@" >"$tmp/received" &
	receiver=$!
	wait_for "grep -q ready $tmp/received" 10
}

# end_receiver: wait for its end, and leave what it has received in $received
end_receiver()
{
	wait "$receiver" || true
	received=$(sed -n 2p "$tmp/received")
}

# join_vxlan NS LOCAL REMOTE: the device vxlan0 in a namespace
join_vxlan()
{
	ip -n "$1" link add vxlan0 address "02:00:00:00:00:0${2##*.}" \
		type vxlan id 100 local "$2" remote "$3" dstport 4789 nolearning
	ip -n "$1" addr add "10.1.0.${2##*.}/24" dev vxlan0
	ip -n "$1" link set vxlan0 up
	ip -n "$1" neigh replace "10.1.0.${3##*.}" nud permanent \
		lladdr "02:00:00:00:00:0${3##*.}" dev vxlan0
}

# build_vxlan DEVICE1 DEVICE2: from namespace va to vb through NAT and a tunnel;
# vb has the address 10.1.0.2
build_vxlan()
{
	add_ns va vb
	join va "$1" 192.168.1.1 vb "$2" 192.168.1.2
	join_vxlan va 192.168.1.1 192.168.1.2
	join_vxlan vb 192.168.1.2 192.168.1.1
	# What is sent from this address needs NAT to be understood in vb.
	ip -n va addr add 10.9.0.1/32 dev lo

	in_ns va nft -f - <<-EOF
	table ip test {
		counter inner { }
		counter outer { }
		counter nat { }
		chain output {
			type filter hook output priority filter
			ct state invalid drop
			oifname vxlan0 counter name inner
			oifname $1 udp dport 4789 counter name outer
		}
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname vxlan0 counter name nat masquerade
		}
	}
	EOF
	in_ns vb nft -f - <<-EOF
	table ip test {
		counter inner { }
		chain input {
			type filter hook input priority filter
			iifname vxlan0 ip saddr 10.1.0.1 counter name inner
		}
	}
	EOF
}

# build_fragment DEVICE1 DEVICE2: from namespace fa to fb, which has the address
# 10.2.0.2
build_fragment()
{
	add_ns fa fb
	join fa "$1" 10.2.0.1 fb "$2" 10.2.0.2
}

# build_loopback PORT REDIRECTED LENGTH: namespace lo, where connections to a port
# are redirected to another; TCP segments of this length are counted apart.  Sets
# $iptables if the kernel still has it.
build_loopback()
{
	add_ns lo
	in_ns lo nft -f - <<-EOF
	table ip test {
		counter out { }
		counter in { }
		counter segments { }
		chain output {
			type filter hook output priority filter
			counter name out
		}
		chain input {
			type filter hook input priority filter
			ct state invalid drop
			counter name in
			tcp dport $2 ip length $3 counter name segments
		}
	}
	EOF
	iptables=yes
	in_ns lo iptables-legacy-restore 2>/dev/null <<-EOF || iptables=
	*mangle
	-A OUTPUT -p tcp --dport $1 -j MARK --set-mark 1
	COMMIT
	*nat
	-A OUTPUT -p tcp --dport $1 -j REDIRECT --to-ports $2
	COMMIT
	*filter
	-A INPUT -p tcp --dport $2 -m conntrack --ctstate NEW
	COMMIT
	EOF
	[ -z "$iptables" ] || return 0
	in_ns lo nft -f - <<-EOF
	table ip test {
		chain nat {
			type nat hook output priority dstnat
			tcp dport $1 redirect to :$2
		}
	}
	EOF
}

# build_forward LAN1 LAN2 WAN1 WAN2: from namespace client by LAN1 and LAN2 to
# router, and from there by WAN1 and WAN2 to server, which has the address
# 10.3.3.1; nothing is encrypted yet
build_forward()
{
	add_ns client router server
	join client "$1" 10.3.1.2 router "$2" 10.3.1.1
	join router "$3" 10.3.2.1 server "$4" 10.3.2.2
	in_ns router sysctl -qw net.ipv4.ip_forward=1
	ip -n server addr add 10.3.3.1/32 dev lo
	ip -n client route add 10.3.3.0/24 via 10.3.1.1
	ip -n router route add 10.3.3.0/24 via 10.3.2.2
	ip -n server route add 10.3.1.0/24 via 10.3.2.1 src 10.3.3.1

	in_ns router nft -f - <<-EOF
	table ip test {
		counter slow { }
		counter encrypted { }
		flowtable fast {
			hook ingress priority filter
			devices = { $2, $3 }
		}
		chain forward {
			type filter hook forward priority filter
			ct state invalid drop
			counter name slow
			meta l4proto udp flow add @fast
		}
		chain input {
			type filter hook input priority filter
			meta l4proto esp counter name encrypted
		}
	}
	EOF
	in_ns server nft -f - <<-EOF
	table ip test {
		counter in { }
		counter out { }
		chain input {
			type filter hook input priority filter
			meta l4proto udp counter name in
		}
		chain output {
			type filter hook output priority filter
			meta l4proto udp counter name out
		}
	}
	EOF
}

# add_tunnel_end NS LOCAL REMOTE LOCAL-NET REMOTE-NET IN-DIRECTION ALGORITHM...
add_tunnel_end()
{
	local ns=$1 local=$2 remote=$3 here=$4 there=$5 in=$6

	shift 6
	ip -n "$ns" xfrm state add src "$local" dst "$remote" \
		proto esp spi "0x10${local##*.}" mode tunnel "$@"
	ip -n "$ns" xfrm state add src "$remote" dst "$local" \
		proto esp spi "0x10${remote##*.}" mode tunnel "$@"
	ip -n "$ns" xfrm policy add src "$here" dst "$there" dir out \
		tmpl src "$local" dst "$remote" proto esp mode tunnel
	ip -n "$ns" xfrm policy add src "$there" dst "$here" dir "$in" \
		tmpl src "$remote" dst "$local" proto esp mode tunnel
}

# add_tunnel ALGORITHM...: encrypt what is sent between router and server
add_tunnel()
{
	add_tunnel_end router 10.3.2.1 10.3.2.2 10.3.1.0/24 10.3.3.0/24 fwd "$@"
	add_tunnel_end server 10.3.2.2 10.3.2.1 10.3.3.0/24 10.3.1.0/24 in "$@"
}

drop_tunnel()
{
	local ns

	for ns in router server; do
		ip -n $ns xfrm policy flush
		ip -n $ns xfrm state flush
	done
}

aes_gcm=(
	aead 'rfc4106(gcm(aes))' 0x0102030405060708090a0b0c0d0e0f1011121314 128
)
aes_cbc=(
	enc 'cbc(aes)' 0x0102030405060708090a0b0c0d0e0f10
	auth-trunc 'hmac(sha256)'
	0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 128
)

# build_paths: all four networks at once: vxlan over virtio_net, fragments over
# e1000e, loopback from port 5003 to 5004, and ESP over igb; see path_traffic
build_paths()
{
	local driver
	local -a nics

	for driver in virtio_net e1000e igb; do
		have_pair $driver || return
	done
	ip link add lan0 type veth peer name lan1
	mapfile -t nics < <(find_nics virtio_net; find_nics e1000e; find_nics igb)
	build_vxlan "${nics[0]}" "${nics[1]}" &&
		build_fragment "${nics[2]}" "${nics[3]}" &&
		build_loopback 5003 5004 0 &&
		build_forward lan0 lan1 "${nics[4]}" "${nics[5]}" &&
		add_tunnel "${aes_gcm[@]}"
}

# path_traffic COUNT GAP: who receives and who sends on each of these paths in turn,
# as a namespace and a command of traffic
path_traffic()
{
	cat <<-EOF
	vb udp-receive 5001 $1
	va udp-send -b 10.9.0.1 -g $2 -s 1000 10.1.0.2 5001 $1 4000
	fb udp-receive 5002 $1
	fa udp-send -g $2 10.2.0.2 5002 $1 5000
	lo tcp-receive 5004
	lo tcp-send -g $2 127.0.0.1 5003 $1 1000
	server udp-echo 5005 $1
	client udp-ping -g $2 10.3.3.1 5005 $1 1000
	EOF
}
