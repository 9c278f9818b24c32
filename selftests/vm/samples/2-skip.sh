#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: skipped as a whole.
. "$(dirname "$0")/../../ktap.sh"
ktap_skip_all "nothing to do"
