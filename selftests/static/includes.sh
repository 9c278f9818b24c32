#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The layers of the module: lower never includes upper, and only compat.h knows
# versions of the kernel.

cd "$(dirname "$0")/../.." || exit 1

# layer and files, as in Documentation/design.rst
layers='
0 uapi/fgagg compat
1 pool hist cpus
2 cct
3 frame
4 clock select error
5 shard
6 ksym sets pattern switch direct
7 drivers fgraph hook proto
8 tracee offsets
9 calibrate
10 direct_ops
11 hook_graph hook_direct funcset fgraph_multi fgraph_single
12 session_internal session settings
13 blob
14 snapshot
15 paths
16 debugfs
17 main'

layer_of()
{
	echo "$layers" | awk -v name="$1" '
		{ for (i = 2; i <= NF; i++) if ($i == name) print $1 }'
}

check_file()
{
	own=$(layer_of "$1")
	if [ -z "$own" ]; then
		echo "# kmod/$1.[ch] is in no layer"
		return
	fi
	sed -n 's/^#include "\(.*\)\.h"$/\1/p' "kmod/$1".[ch] 2>/dev/null |
	while read -r included; do
		[ "$included" = "$1" ] && continue
		upper=$(layer_of "$included")
		if [ -z "$upper" ] || [ "$upper" -gt "$own" ]; then
			echo "# kmod/$1 (layer $own) includes $included (layer ${upper:-none})"
		fi
	done
}

result()
{
	if [ -z "$3" ]; then
		echo "ok $1 - $2"
	else
		echo "$3"
		echo "not ok $1 - $2"
		failed=1
	fi
}

failed=0
echo "KTAP version 1"
echo "1..2"

bad=$(cd kmod && ls ./*.[ch] uapi/*.h | sed 's|^\./||; s/\.[ch]$//' | sort -u |
	(cd .. && while read -r name; do check_file "$name"; done))
result 1 "includes point downward" "$bad"

bad=$(grep -n LINUX_VERSION_CODE kmod/*.[ch] | grep -v '^kmod/compat.h:' |
	sed 's/^/# /')
result 2 "only compat.h tests the kernel's version" "$bad"
exit $failed
