#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nothing that is read says where the kernel is, which /proc/kallsyms may hide from
# root, too; least of all snapshots, which people give away in run files.

. "$(dirname "$0")/tracee.sh"

tmp=$(mktemp -d)
restrict=$(cat /proc/sys/kernel/kptr_restrict)

cleanup()
{
	echo "$restrict" >/proc/sys/kernel/kptr_restrict
	unload_tracee
	rm -r "$tmp"
}

# addresses FILE...: what looks like one, in text
addresses()
{
	cat "$@" 2>&1 >"$tmp/text"
	grep -aioE '\b(0x)?ffff[0-9a-f]{12}\b' "$tmp/text" | head -n 3
}

# Eight bytes anywhere in a snapshot, but for the keys, which may be any number, that
# point into the kernel; and the address that
# each path key and that of its caller would give away, were they what the module
# computes: see fgagg_cct_mix().
snapshot_addresses()
{
	python3 -c '
import struct
import sys
sys.path.insert(0, sys.argv[1])
import snapshot
data = sys.stdin.buffer.read()
whole = snapshot.Snapshot(data)
records = whole.records
assert len(records) > 3, f"only {len(records)} records"
without = data
for key in {*whole.root_key, *(r.key for r in records)}:
    without = without.replace(key.to_bytes(8, "little"), bytes(8))
kernel = range(0xffffffff80000000, 0xffffffffff000000)
ratio = int(sys.argv[2], 0)
inverse = pow(ratio, -1, 1 << 64)
for at in range(len(without) - 7):
    word = int.from_bytes(without[at:at + 8], "little")
    if word in kernel or 0xffff800000000000 <= word < 0xffffff8000000000:
        print(f"{word:#x} at {at}")
for r in records:
    mixed = (r.key << 32 | r.key >> 32) & (1 << 64) - 1
    func = (mixed * inverse & (1 << 64) - 1) ^ r.parent
    if func in kernel:
        print(f"key {r.key:#x} is of {func:#x}")
' "$selftests" "$ratio" <"$1"
}

ktap_plan 8

load_tracee
echo 2 >/proc/sys/kernel/kptr_restrict
load_module functions='tracee_*'
run tree 10
run leaf 10
ratio=$(sed -n 's/^#define FGAGG_CCT_RATIO[[:space:]]*\(0x[0-9a-f]*\).*/\1/p' \
	"${selftests%/*}/kmod/cct.h")
expect_eq "what keys are made with is known" "${ratio:0:2}" 0x
cat $D/snapshot >"$tmp/snapshot"
expect_eq "snapshot" "$(snapshot_addresses "$tmp/snapshot" 2>&1)" ""
expect_eq "text" \
	"$(addresses $D/{stats,paths,attached,inside,sets,functions,roots})" ""
expect_eq "parameters" "$(addresses /sys/module/fgagg/parameters/*)" ""
dmesg | grep 'fgagg' >"$tmp/log"
expect_eq "kernel log" "$(addresses "$tmp/log")" ""
check "recorded" "$fgagg" record -i 0.1 -o "$tmp/run.fgagg" -- \
	sh -c "echo tree 10 >$T/run"
"$fgagg" export --format json "$tmp/run.fgagg" >"$tmp/json"
check "the run file has paths" grep -q tracee_twig "$tmp/json"
expect_eq "run file" "$(addresses "$tmp/json")" ""
