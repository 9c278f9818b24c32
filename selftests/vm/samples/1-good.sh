#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: passes, fails and skips as it says.
. "$(dirname "$0")/../../ktap.sh"
ktap_plan 6
expect_eq "equal" one one
expect_eq "unequal" one two
check "true" true
check_fails "fails in one line" ls /nonexistent
check "false" false
ktap_skip "absent" "not in this guest"
