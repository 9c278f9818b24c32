#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is written wrongly is refused, explained, and changes nothing; see
# badinput.py.  Files that do not exist for writing or reading cannot be.

. "$(dirname "$0")/tracee.sh"

ktap_plan 160

load_tracee
load_module functions='tracee_*'
run tree 3

while IFS=$'\t' read -r name problem; do
	case $name in
	'#'*)	echo "$name" ;;
	*)	expect_eq "$name" "${problem:-refused}" refused ;;
	esac
done < <("$selftests/badinput.py" $D)

for file in stats attached inside sets paths snapshot; do
	check_fails "$file cannot be written" sh -c "echo 1 >>$D/$file"
done
check_fails "reset cannot be read" cat $D/reset

run tree 4
expect_paths "counting has gone on" "7 task tracee_tree" \
	"14 task tracee_tree;tracee_branch" \
	"42 task tracee_tree;tracee_branch;tracee_twig"
