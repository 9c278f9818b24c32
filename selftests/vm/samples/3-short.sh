#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: gives fewer results than it planned.
. "$(dirname "$0")/../../ktap.sh"
ktap_plan 2
ktap_ok "first"
