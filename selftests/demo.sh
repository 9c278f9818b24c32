#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh: send traffic through the four user paths at the same time, and show
# live what fgagg sees of it.  For a guest of selftests/vm/run.

. "$(dirname "$0")/net/lib.sh"
set -e -o pipefail
PATH=${fgagg%/*}:$PATH
columns=100

say()
{
	printf '\n==== %s\n' "$*"
}

# Of a call path that is too long, the end says more than the beginning.
fit()
{
	awk -v columns=$columns '
		{
			start = match($0, /\[(task|softirq|hardirq|nmi)\]/)
			path = substr($0, start)
			while (start && start + length(path) > columns &&
			       sub(/^[^>]* > /, "", path))
				$0 = substr($0, 1, start - 1) path
			print substr($0, 1, columns)
			fflush()
		}'
}

# show COMMAND...
show()
{
	printf '\n# %s\n' "$*"
	"$@" | fit
}

# A few refreshes of top, each cut to what fits on a terminal.
show_top()
{
	printf '\n# %s\n' "fgagg top $*"
	fgagg top "$@" | awk '/^# .* paths with calls/ { n = 0 } n++ < 16' | fit
}

# Count, p50, p99 and the calls, indented by one: the way is long.
show_tree()
{
	printf '\n# %s\n' "fgagg tree $*"
	fgagg tree "$@" | cut -c 1-12,33-56,70- | awk '
		match($0, /\| +/) && !/\}$/ {
			printf "%s%*s%s\n", substr($0, 1, RSTART),
				(RLENGTH - 1) / 2, "",
				substr($0, RSTART + RLENGTH)
		}' >"$tmp/tree"
	head -n 50 "$tmp/tree" | cut -c 1-$columns
}

say "Tracing starts before there is anything to trace"
load_module "functions=$sets" time=cpu
show fgagg status

say "Four paths: vxlan (virtio_net), fragments (e1000e), loopback, ESP (igb)"
build_paths

# The pause between packets is one of 2 ms.
while read -r -a receive && read -r -a send; do
	start_receiver "${receive[@]}"
	in_ns "${send[0]}" "$net/traffic" "${send[@]:1}" &
done < <(path_traffic 1000000000 2000)

say "Where the time goes, without that of traced callees"
show_top -n 3 -i 3 --sort self

say "The way of a datagram into the tunnel and out of the driver"
show_tree --func vxlan_xmit --min-count 20

say "Distributions"
for function in vxlan_xmit ip_do_fragment tcp_v4_rcv esp_output; do
	show fgagg hist $function
done

say "Every call is accounted for"
fgagg stop
awk '
	/^entered: / { entered = $2 }
	/^recorded: / { recorded = $2 }
	/^open: / { open = $2 }
	/^lost_[a-z]*: / { lost += $2 }
	END {
		printf "%d calls entered = %d recorded + %d open + %d lost\n",
			entered, recorded, open, lost
		exit entered != recorded + open + lost
	}' "$D/stats"
