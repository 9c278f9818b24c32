#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: fails in spite of good results.
. "$(dirname "$0")/../../ktap.sh"
ktap_plan 1
ktap_ok "only"
exit 9
