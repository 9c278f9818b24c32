#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# complete.sh WORD...: what the shell offers for the last word, a line each.  Words
# are split as bash splits them: --option = value.

. "$(dirname "$0")/../../tools/fgagg-completion.bash"

# What would be on the path if it was installed.
fgagg()
{
	"$FGAGG" "$@"
}

COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMPREPLY=()
_fgagg
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}" | sort -u
