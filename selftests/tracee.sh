# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests that make calls by the module fgagg_tracee share; sourced
# instead of ktap.sh, not run.  A test that has a "cleanup" of its own calls
# unload_tracee there.

. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"

T=/sys/kernel/debug/fgagg_tracee

load_tracee()
{
	unload_tracee && insmod "$selftests/tracee/fgagg_tracee.ko" "$@"
}

unload_tracee()
{
	[ ! -d /sys/module/fgagg_tracee ] || rmmod fgagg_tracee
}

cleanup()
{
	unload_tracee
}

# run SHAPE [N [A [B]]]: make calls, see fgagg_tracee.c
run()
{
	echo "$*" >$T/run
}

# run_on CPU SHAPE [N [A [B]]]
run_on()
{
	taskset -c "$1" bash -c 'echo "$2" >"$1"' - $T/run "${*:2}"
}

reset()
{
	echo 1 >$D/reset
}

# How many nested calls have room for sure.  The direct hook copies more of the
# stack for a module without BTF, such as one that is built for 6.1.
levels_with_room()
{
	if [ "$(stat hook)" = direct ] &&
	   [ ! -e /sys/kernel/btf/fgagg_tracee ]; then
		echo 12
	else
		echo 30
	fi
}

# memory FIELD: of /proc/meminfo, in KiB
memory()
{
	awk -v field="$1:" '$1 == field { print $2 }' /proc/meminfo
}

# leave_memory PERCENT: of all memory, until /mnt is unmounted
leave_memory()
{
	mount -t tmpfs -o size=100% fill /mnt
	fallocate -l "$(($(memory MemAvailable) - $(memory MemTotal) * $1 / 100))K" /mnt/fill
}

# paths_in PERCENT: how many there are in tables of that share of the memory
paths_in()
{
	echo $(($(memory MemTotal) * 1024 * $1 / 100 /
		($(stat bytes_total) / $(stat max_paths))))
}

# random MIN MAX
random()
{
	echo $(($1 + RANDOM % ($2 - $1 + 1)))
}

# A test leaves out the module's name: "tracee_leaf" is "tracee_leaf
# [fgagg_tracee]".
without_module()
{
	sed 's/ \[fgagg_tracee\]//g'
}

# snapshot [--whole] COMMAND [ARG...]: what snapshot.py says of a snapshot of now
snapshot()
{
	local IFS=$'\t' status

	echo "$*" >&"$questions"
	read -r status <&"$answered"
	cat "$answers/answer"
	return "$status"
}

# It takes longer to start than to answer, so it stays; not as a job of the test's,
# which waits for those, and until the test and its jobs have ended.
start_snapshots()
{
	answers=$(mktemp -d)
	mkfifo "$answers"/{questions,answered}
	("$selftests/snapshot.py" $D/snapshot "$answers/answer" \
		<"$answers/questions" >"$answers/answered" &)
	exec {questions}>"$answers/questions" {answered}<"$answers/answered"
}

# The file "paths" in the form of snapshot paths.
text_paths()
{
	awk '
		/^# \[/ { context = $2; gsub(/[][]/, "", context) }
		/^#/ { next }
		{
			n = index($0, "|")
			name = substr($0, n + 2)
			match(name, /^ */)
			depth = RLENGTH / 2
			name = substr(name, RLENGTH + 1)
			if (name == "}")
				next
			sub(/\(\)( [{]|;)$/, "", name)
			path[depth] = name
			text = path[0]
			for (i = 1; i <= depth; i++)
				text = text ";" path[i]
			print $1, context, text
		}' $D/paths | without_module
}

# expect_lines NAME GOT WANT: the same lines in any order
expect_lines()
{
	local name=$1 difference

	difference=$(diff <(sort <<<"$2") <(sort <<<"$3"))
	if [ -z "$difference" ]; then
		ktap_ok "$name"
	else
		ktap_fail "$name" "< got, > want:" \
			"$(grep '^[<>]' <<<"$difference" | head -n 20)"
	fi
}

# expect_paths NAME LINE...: these are the paths that were called, each as
# "COUNT CONTEXT FUNCTION;FUNCTION;..."
expect_paths()
{
	local name=$1

	shift
	expect_lines "$name" "$(snapshot paths 2>&1)" "$(printf '%s\n' "$@")"
}

# expect_trees NAME N: N times "tree" was called, and nothing else; two results
expect_trees()
{
	expect_paths "$1" "$2 task tracee_tree" \
		"$((2 * $2)) task tracee_tree;tracee_branch" \
		"$((6 * $2)) task tracee_tree;tracee_branch;tracee_twig"
	conserve "$1: conserved"
}

# expect_sums NAME: time that is not counted as sleep or as stolen by an interrupt
# is somebody's own.  With time=wall that is so if there is neither.
expect_sums()
{
	local self total

	read -r _ self total < <(snapshot sums)
	expect_eq "$1: self times of all, totals of roots" \
		"$self, $(stat clamped) clamped" "$total, 0 clamped"
}

# arguments_paths N: those of the shape "arguments"
arguments_paths()
{
	printf "$1 task tracee_args_%s\n" six narrow twelve few many changed.isra.0 \
		variadic pair int128 return
}

# nest FUNCTION DEPTH: "FUNCTION;FUNCTION;...", so many of them
nest()
{
	local path=$1 i

	for ((i = 1; i < $2; i++)); do
		path+=";$1"
	done
	echo "$path"
}

start_snapshots
