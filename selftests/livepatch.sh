# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests that patch functions of fgagg_tracee live share; sourced instead
# of tracee.sh, not run.  A test that has a "cleanup" of its own calls unpatch
# there, before unload_tracee.

. "$(dirname "${BASH_SOURCE[0]}")/tracee.sh"

patch=/sys/kernel/livepatch/fgagg_livepatch

# Whether the kernel has live patching: without, there is no such module.
has_livepatch()
{
	[ -e "$selftests/tracee/fgagg_livepatch.ko" ]
}

# patch_function FUNCTION: begin to
patch_function()
{
	insmod "$selftests/tracee/fgagg_livepatch.ko" "function=$1"
}

# Whether all tasks have gone over to the patch, or back.
transition_is_over()
{
	[ "$(cat $patch/transition 2>/dev/null || echo 0)" = 0 ]
}

# How often the function that replaces another was called.
patch_hits()
{
	cat /sys/module/fgagg_livepatch/parameters/hits
}

unpatch()
{
	[ -d /sys/module/fgagg_livepatch ] || return 0
	[ ! -d $patch ] || echo 0 >$patch/enabled
	wait_for 'rmmod fgagg_livepatch 2>/dev/null' 60
}

cleanup()
{
	unpatch
	unload_tracee
}
