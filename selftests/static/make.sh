#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What make says in one line where it cannot build the module.

cd "$(dirname "$0")/../.." || exit
unset MAKEFLAGS MAKELEVEL
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
n=0 failed=0

# refused NAME REGEX: make module says this, and nothing else, and fails
refused()
{
	local said status=0

	n=$((n + 1))
	said=$(make -s module KDIR="$tmp/headers" 2>&1) || status=$?
	if [ $status != 0 ] && [ "$(wc -l <<<"$said")" = 1 ] &&
	   grep -q "$2" <<<"$said"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "# status $status, wanted one line with: $2"
		sed 's/^/# got: /' <<<"$said"
		failed=1
	fi
}

echo "KTAP version 1"
echo "1..2"
refused "no headers" "no kernel headers in $tmp/headers: install the package"
mkdir -p "$tmp/headers/include/config"
touch "$tmp/headers/Makefile"
echo CONFIG_FUNCTION_TRACER=y >"$tmp/headers/include/config/auto.conf"
refused "a kernel without function graph tracing" \
	"the kernel of $tmp/headers has no function graph tracing"
exit $failed
