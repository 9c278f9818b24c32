#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: passes, but the kernel warns.
. "$(dirname "$0")/../../ktap.sh"
ktap_plan 1
check "warning" sh -c 'echo "WARNING: a sample" >/dev/kmsg'
