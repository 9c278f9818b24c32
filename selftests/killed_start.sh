#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# As killed.sh, but it is while the module is loaded, which hooks its first functions,
# that ftrace finds something wrong with itself.  What is hooked stays so; a module that
# cannot be loaded would go.

. "$(dirname "$0")/tracee.sh"
ktap_plan 6

# It cannot be.
unload_module()
{
	:
}

load_tracee
insmod "$selftests/tracee/fgagg_kill.ko" \
	function=ftrace_arch_code_modify_prepare
check "the module is loaded" insmod "$module" functions=tracee_wait hook=direct
check "the log says that functions stay hooked" \
	grep -q "fgagg: ftrace cannot unhook functions (error -19)" <(dmesg)
expect_eq "tracing is off" "$(stat state)" off
check_fails "and cannot be turned on" "$fgagg" start
check_fails "the module stays" rmmod fgagg
conserve "conserved"
