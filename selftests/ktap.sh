# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the shell tests share; sourced, not run.  A test begins with
#
#	. "$(dirname "$0")/ktap.sh"
#	ktap_plan 3
#
# and gives that many results.  When it ends, in whatever way, the function
# "cleanup" is called if the test has one, and the module is unloaded.

D=/sys/kernel/debug/fgagg
selftests=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
module=${selftests%/*}/kmod/fgagg.ko
fgagg=${selftests%/*}/tools/fgagg

ktap_number=0
ktap_failed=0

ktap_plan()
{
	echo "KTAP version 1"
	echo "1..$1"
}

# ktap_skip_all REASON, instead of a plan
ktap_skip_all()
{
	echo "KTAP version 1"
	echo "1..0 # SKIP $1"
	exit 0
}

ktap_ok()
{
	echo "ok $((++ktap_number)) - $1"
}

# ktap_fail NAME [LINE...]
ktap_fail()
{
	echo "not ok $((++ktap_number)) - $1"
	ktap_failed=$((ktap_failed + 1))
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
}

# ktap_skip NAME REASON
ktap_skip()
{
	echo "ok $((++ktap_number)) - $1 # SKIP $2"
}

# check NAME COMMAND...: the command succeeds
check()
{
	local name=$1 output status=0

	shift
	output=$("$@" 2>&1) || status=$?
	if [ $status = 0 ]; then
		ktap_ok "$name"
	else
		ktap_fail "$name" "$* exited with $status" ${output:+"$output"}
	fi
}

# check_fails NAME COMMAND...: the command fails, in one line that says why
check_fails()
{
	local name=$1 output status=0

	shift
	output=$("$@" 2>&1) || status=$?
	if [ $status != 0 ] && [ "$(wc -l <<<"$output")" = 1 ] &&
	   [ -n "$output" ]; then
		ktap_ok "$name"
	else
		ktap_fail "$name" "$* exited with $status, saying:" "$output"
	fi
}

expect_eq()
{
	local name=$1 got=$2 want=$3

	if [ "$got" = "$want" ]; then
		ktap_ok "$name"
	else
		ktap_fail "$name" "got:  $got" "want: $want"
	fi
}

# wait_for CONDITION SECONDS: evaluate the condition until it holds.  The harness
# says if the kernel is a slow one.
wait_for()
{
	local limit=$(($2 * ${FGAGG_SLOWNESS:-1}))
	local end=$((SECONDS + limit))

	until eval "$1"; do
		if [ $SECONDS -ge $end ]; then
			echo "# waited $limit seconds for: $1"
			return 1
		fi
		sleep 0.1
	done
}

# load_module [PARAMETER=VALUE...]: a newly loaded module
load_module()
{
	unload_module && insert_module "$@"
}

# Where hook and clock are not chosen by the test, they are by who runs it.  That the
# TSC of QEMU's CPUs never stops Linux cannot know: by itself it would not be used.
insert_module()
{
	insmod "$module" ${FGAGG_HOOK:+"hook=$FGAGG_HOOK"} \
		"clock=${FGAGG_CLOCK:-tsc}" "$@"
}

# The direct hook holds the module while it is in use.
unload_module()
{
	[ -d /sys/module/fgagg ] || return 0
	[ ! -e $D/enable ] || echo 0 >$D/enable
	rmmod fgagg
}

# stat KEY: the value of a line of stats
stat()
{
	local lines line

	mapfile -t lines <$D/stats
	for line in "${lines[@]}"; do
		[ "${line%%: *}" != "$1" ] || echo "${line#*: }"
	done
}

# conserve NAME: every call that entered was recorded, is open, or was lost
conserve()
{
	local entered rest

	read -r entered rest < <(awk '
		/^entered: / { entered = $2 }
		/^(recorded|open|lost_[a-z]*): / { rest += $2 }
		END { if (NR) printf "%d %d\n", entered, rest }' $D/stats)
	expect_eq "$1" "recorded + open + lost = $rest" \
		"recorded + open + lost = ${entered:-entered}"
}

# find_nics DRIVER: the names of the network devices of a driver
find_nics()
{
	local device

	for device in /sys/class/net/*/device/driver; do
		[ "$(basename "$(realpath "$device")")" != "$1" ] ||
			basename "${device%/device/driver}"
	done
}

ktap_exit()
{
	local status=$?

	[ "$(type -t cleanup)" != function ] || cleanup
	unload_module || status=1
	[ $ktap_failed = 0 ] || status=1
	exit $status
}
trap ktap_exit EXIT
