#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sample for selftest-harness: has no results.
