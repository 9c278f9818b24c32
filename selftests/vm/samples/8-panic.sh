#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: would pass, if the kernel did not panic.
. "$(dirname "$0")/../../ktap.sh"
ktap_plan 1
ktap_ok "only"
echo c >/proc/sysrq-trigger
