#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The documentation names no file that is missing, and omits no file of debugfs,
# no counter, no parameter, no command and no option.  Run files omit no setting.

cd "$(dirname "$0")/../.." || exit 1
failed=0
n=0

# check NAME MESSAGES: a test that passes if there are none
check()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "$2" | sed 's/^/# /'
		echo "not ok $n - $1"
		failed=1
	fi
}

# missing FILE WORD...: those that do not stand in FILE as a literal
missing()
{
	file=$1
	shift
	for word; do
		grep -qw -- "$word" "$file" || echo "$file omits $word"
	done
}

settings=$(sed -n 's/^\t{ "\([a-z_]*\)",.*/\1/p' kmod/settings.c)
others=$(sed -n 's/^\t{ "\([a-z]*\)",\t0[0-7]*,.*/\1/p' kmod/debugfs.c)
files="$settings $others"
counts=$(grep -o '"[a-z_]*: %' kmod/settings.c | tr -d '":% ')
losses=$(sed -n 's/.*= "\(lost_[a-z]*\)".*/\1/p' kmod/settings.c)
keys="$counts $losses"
commands=$(sed -n 's/^\t{ "\([a-z]*\)",.*/\1/p' tools/fgagg.c)

# Parameters are the settings; options are those of any command.
params=$(sed -n 's/^PARAM(\([a-z_]*\),.*/\1/p' kmod/main.c)
options=$(sed -n 's/.*\.name = "\([a-z-]*\)", \.key.*/\1/p' tools/*.c)

echo "KTAP version 1"
echo "1..8"

# shellcheck disable=SC2086 # words
check "abi.rst has every file" "$(
	[ -n "$settings" ] && [ -n "$others" ] || echo none found
	missing Documentation/abi.rst $files)"
# shellcheck disable=SC2086
check "abi.rst has every key of stats" "$(
	[ -n "$counts" ] && [ -n "$losses" ] || echo none found
	missing Documentation/abi.rst $keys)"
# shellcheck disable=SC2086
check "fgagg.1 has every command" "$([ -n "$commands" ] || echo none found
	missing Documentation/fgagg.1 $commands)"
# shellcheck disable=SC2086
check "fgagg.1 has every option" "$([ -n "$options" ] || echo none found
	for option in $options; do
		sed 's/\\-/-/g' Documentation/fgagg.1 |
		grep -qe "--$option\b" || echo "fgagg.1 omits --$option"
	done)"
# shellcheck disable=SC2086
check "fgagg.4 has every parameter, file and key" "$(
	[ -n "$params" ] || echo none found
	missing Documentation/fgagg.4 $params $files $keys)"
paths=$(grep -ho '``[A-Za-z0-9_./-]*/[A-Za-z0-9_./-]*``' README.rst \
	Documentation/*.rst | tr -d '`' | sort -u)
check "named files exist" "$([ -n "$paths" ] || echo none found
	echo "$paths" | while read -r path; do
		case $path in
		'' | /*) ;;
		*) [ -e "$path" ] || [ -e "kmod/$path" ] ||
			echo "$path does not exist" ;;
		esac
	done)"
check "design.rst names every file of kmod" "$(
	cd kmod && ls ./*.c | sed 's|^\./||; s/\.c$//' | while read -r name; do
		grep -q "\`\`${name%_multi}\`\`\|\`\`${name%_single}\`\`" \
			../Documentation/design.rst ||
			echo "design.rst omits $name"
	done)"
# shellcheck disable=SC2086
check "run files have every setting, as runfile.rst says" "$(
	for param in $params; do
		[ $param = enable ] || grep -q "\"$param\"" tools/identity.c ||
			echo "tools/identity.c omits $param"
	done)"
exit $failed
