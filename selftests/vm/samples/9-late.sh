#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: would pass, if it was run.
. "$(dirname "$0")/../../ktap.sh"
ktap_plan 1
ktap_ok "only"
