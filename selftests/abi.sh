#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The files are what Documentation/abi.rst says: names, modes, keys, patterns,
# and that what is read does not depend on how it is read.

. "$(dirname "$0")/tracee.sh"

abi=${selftests%/*}/Documentation/abi.rst
tmp=$(mktemp -d)

cleanup()
{
	chmod 700 /sys/kernel/debug
	unload_tracee
	rm -r "$tmp"
}

# The keys of stats, in their order.
documented_keys()
{
	sed -n '/^stats$/,/^paths$/ { /^``[a-z_`, ]*$/ s/[`,]//gp }' "$abi" |
		xargs -n 1
}

# A user who is not root gets nothing out of any file, even if the way is free.
try_as_nobody()
{
	chmod 755 /sys/kernel/debug
	setpriv --reuid=nobody --regid=nogroup --clear-groups python3 -c '
import os
import sys
for name in sorted(os.listdir(sys.argv[1])):
    for flags in os.O_RDONLY, os.O_WRONLY, os.O_WRONLY | os.O_APPEND:
        try:
            os.open(sys.argv[1] + "/" + name, flags)
            print(name, "can be opened with", flags)
            break
        except PermissionError:
            pass
    else:
        print(name, "is closed")
' $D
	chmod 700 /sys/kernel/debug
}

# read_in_pieces FILE: whatever the pieces, they are the same bytes
read_in_pieces()
{
	python3 -c '
import os
import random
import sys
fd = os.open(sys.argv[1], os.O_RDONLY)
whole = os.pread(fd, 1 << 26, 0)
assert len(whole) > 1000, f"only {len(whole)} bytes"

def pieces(size):
    os.lseek(fd, 0, os.SEEK_SET)
    return b"".join(iter(lambda: os.read(fd, size), b""))

for size in 1 << 12, 4097, 1 << 16, 1 << 26:
    assert pieces(size) == whole, f"in pieces of {size}"
for _ in range(200):
    at, size = random.randrange(len(whole)), random.randrange(1, 5000)
    part = whole[at:at + size]
    assert os.pread(fd, size, at) == part, f"{size} bytes at {at}"
    assert os.lseek(fd, at, os.SEEK_SET) == at
    assert os.read(fd, size) == part, f"after lseek, {size} bytes at {at}"
assert os.pread(fd, 10, len(whole)) == b"", "beyond the end"
' $D/"$1"
}

# hooked PATTERN...: what these patterns hook, on one line
hooked()
{
	printf '%s\n' "$@" >$D/functions
	list_hooked
}

list_hooked()
{
	sed -n 's/^hooked\t//p' $D/attached | without_module | LC_ALL=C sort |
		paste -s -d ,
}

# skipped PATTERN: why it is not hooked
skipped()
{
	echo "$1" >$D/functions
	sed -n 's/^skipped\t//p' $D/attached
}

# suffixed KIND: a function that this kernel has in the form NAME.KIND.0 only
suffixed()
{
	awk -v kind="$1" '
		NF > 1 { next }
		{ base = $1; sub(/[.].*/, "", base); seen[base]++ }
		$1 == base "." kind ".0" { found[base] }
		END { for (base in found) if (seen[base] == 1) print base }
		' /sys/kernel/tracing/available_filter_functions | shuf -n 1
}

state()
{
	cat $D/functions $D/attached
	stat functions
	wc -l </sys/kernel/tracing/enabled_functions
}

# keeps_state NAME PATTERN...: these patterns, one a line, are refused as a whole
keeps_state()
{
	local name=$1 status=0

	shift
	printf '%s\n' "$@" >"$tmp/patterns"
	state >"$tmp/before"
	# Not by printf, of which bash makes a write() a line.
	cat "$tmp/patterns" 2>/dev/null >$D/functions || status=$?
	state >"$tmp/after"
	expect_eq "$name" "$status $(cmp "$tmp/before" "$tmp/after" 2>&1)" "1 "
}

# rewrite SETTING: what was read can be written, and is read again
rewrite()
{
	cat "$D/$1" >"$tmp/read" &&
		cat "$tmp/read" >"$D/$1" &&
		cmp "$tmp/read" "$D/$1"
}

ktap_plan 74

load_tracee
load_module enable=0
mapfile -t settings < <(find $D -perm 0600 -printf '%f\n')

expect_eq "files and modes" "$(find $D -type f -printf '%f %m %u\n' | sort)" \
	"$(sed -n 's/^`\([a-z_]*\)`_ *0\([0-7]*\) .*/\1 \2 root/p' "$abi" | sort)"
expect_eq "keys of stats" "$(cut -d : -f 1 $D/stats)" "$(documented_keys)"
expect_eq "form of stats" "$(grep -cv '^[a-z_]*: [^ ].*$' $D/stats)" 0
for file in "${settings[@]}" stats attached inside sets paths snapshot; do
	check "$file can be read" cat "$D/$file"
done
expect_eq "others are kept out" "$(try_as_nobody)" \
	"$(find $D -type f -printf '%f is closed\n' | LC_ALL=C sort)"
expect_eq "sets" "$(cut -d : -f 1 $D/sets | paste -s)" \
	"$(echo "nic netfilter xfrm driver stack" | tr ' ' '\t')"

expect_eq "a name" "$(hooked tracee_twig)" "tracee_twig"
expect_eq "> replaces" "$(hooked tracee_leaf)" "tracee_leaf"
echo tracee_tree >>$D/functions
echo 'tracee_twig, tracee_branch' >>$D/functions
expect_eq ">> adds" "$(list_hooked)" \
	"tracee_branch,tracee_leaf,tracee_tree,tracee_twig"
expect_eq "patterns are listed" "$(paste -s -d ' ' $D/functions)" \
	"tracee_leaf tracee_tree tracee_twig tracee_branch"
expect_eq "nothing" "$(hooked '')" ""
expect_eq "blanks, tabs, commas, newlines" \
	"$(hooked $' tracee_leaf,tracee_tree\ttracee_twig ,, \n tracee_branch')" \
	"tracee_branch,tracee_leaf,tracee_tree,tracee_twig"
expect_eq "twice is once" "$(hooked tracee_leaf tracee_leaf 'tracee_lea?')" \
	"tracee_leaf"
expect_eq "glob" "$(hooked 'tracee_t*r*')" "tracee_third,tracee_tree"
expect_eq "question mark" "$(hooked 'tracee_t?i?')" "tracee_tail,tracee_twig"
expect_eq "function and module" "$(hooked 'tracee_leaf:mod:fgagg_tracee')" \
	"tracee_leaf"
expect_eq "function [module]" "$(hooked 'tracee_leaf [fgagg_tracee]')" \
	"tracee_leaf"
expect_eq "glob of modules" "$(hooked 'tracee_leaf:mod:fgagg_?racee*')" \
	"tracee_leaf"
expect_eq "of another module" "$(hooked 'tracee_leaf:mod:virtio_net')" ""
expect_eq "all of a module" \
	"$(echo '*:mod:fgagg_tracee' >$D/functions; stat functions)" \
	"$(grep -c '\[fgagg_tracee\]' \
		/sys/kernel/tracing/available_filter_functions)"
expect_eq "exclusion" \
	"$(hooked 'tracee_t*' '!tracee_ta*' '!tracee_ti*' '!tracee_tree')" \
	"tracee_third,tracee_twig"
expect_eq "exclusion comes first" "$(hooked '!tracee_leaf' tracee_leaf)" ""
hooked @xfrm >"$tmp/xfrm"
expect_eq "set" "$(tr , '\n' <"$tmp/xfrm" | grep -cx xfrm_lookup)" 1
expect_eq "exclusion of a set" "$(hooked tracee_leaf @xfrm '!@xfrm')" \
	"tracee_leaf"
expect_eq "exclusion from a set" "$(hooked @xfrm '!xfrm_lookup')" \
	"$(tr , '\n' <"$tmp/xfrm" | grep -vx xfrm_lookup | paste -s -d ,)"

for kind in isra constprop part; do
	base=$(suffixed $kind)
	echo "# $base.$kind.0"
	expect_eq "a name means its form .$kind.0 too" "$(hooked "$base")" \
		"$base.$kind.0"
done
echo "# $base.$kind.0"
expect_eq "a form by its whole name" "$(hooked "$base.$kind.0")" \
	"$base.$kind.0"

expect_eq "why: no function" "$(skipped fgagg_nosuch)" \
	$'fgagg_nosuch\tno such function'
expect_eq "why: no module" "$(skipped '*:mod:fgagg_nosuch')" \
	$'*:mod:fgagg_nosuch\tno such function in a loaded module'
expect_eq "why: not traceable" "$(skipped trace_clock_local)" \
	$'trace_clock_local\tnot traceable: ftrace has no entry for it'
expect_eq "why: suspended" "$(skipped acpi_enter_sleep_state)" \
	$'acpi_enter_sleep_state\tthe machine does not return from it'
expect_eq "why: not a function" "$(skipped jiffies | cut -f 1)" jiffies

hooked 'tracee_t*' >/dev/null
echo 1 >$D/enable
keeps_state "a bad pattern changes nothing" 'tracee_leaf' '!' 'tracee_tree'
keeps_state "nor does an unknown set" @xfrm @nosuch

for setting in "${settings[@]}"; do
	[ "$setting" != max_paths ] || echo 0 >$D/enable
	check "$setting can be written as it is read" rewrite "$setting"
done

# What is taken off for tracing may be more than there is.
echo 0 >$D/compensate
echo 'tracee_*' >$D/functions
echo 1 >$D/enable
run fan 300
run tree 5
run siblings 1
echo 0 >$D/enable
check "snapshot in pieces" read_in_pieces snapshot
check "paths in pieces" read_in_pieces paths
check "attached in pieces" read_in_pieces attached
check "snapshot agrees with itself" snapshot check
expect_eq "snapshot has stats" "$(snapshot stats)" "$(cat $D/stats)"

exec 3<$D/stats
# Not by unload_module: the file that is open must be all that keeps it.
echo 0 >$D/enable
check_fails "an open file keeps the module" rmmod fgagg
exec 3<&-
check "a closed one does not" rmmod fgagg
