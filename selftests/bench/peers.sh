# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # variables of other scripts
#
# What fgagg is measured beside; sourced, not run.  Needs ktap.sh, a directory
# $tmp, and the array $functions: names of functions, or MODULE:NAME.
# $settings are parameters for fgagg.  Each row of table.py has a function
#
#	with_ROW COMMAND...
#
# that runs the command while the row's tracer is attached to the functions, and
# fails in one line, in $why, if it cannot be.  After it, $seen is how many calls
# the tracer says it has seen, if it says so.

tracing=/sys/kernel/tracing
P=/sys/kernel/debug/fgagg_peers

# cannot REASON...: why the row cannot be measured
cannot()
{
	why="$*"
	return 1
}

# write_functions FILE: names without modules, in one write: a shell would split
# what is long
write_functions()
{
	printf '%s\n' "${functions[@]#*:}" >"$tmp/functions"
	cat "$tmp/functions" >"$1"
}

with_nothing()
{
	"$@"
}

# fgagg

# with_fgagg ENABLE PARAMETER=VALUE... -- COMMAND...
with_fgagg()
{
	local enable=$1 parameters=() status=0

	while shift && [ "$1" != -- ]; do
		parameters+=("$1")
	done
	shift
	load_module enable=0 "${parameters[@]}" "${settings[@]}" 2>/dev/null ||
		cannot "$(dmesg | sed -n 's/^.*fgagg: //p' | tail -n 1)" || return
	write_functions $D/functions
	echo "$enable" 2>/dev/null >$D/enable ||
		cannot "$(stat last_error)" || return
	"$@" || status=$?
	seen=$(stat recorded)
	[ "$(stat clamped)" = 0 ] || say "$(stat clamped) times were clamped"
	unload_module
	return $status
}

with_disabled()
{
	with_fgagg 0 -- "$@" || return
	[ "$seen" = 0 ] || cannot "it has seen $seen calls" || return
	seen=
}

# with_hook NAME COMMAND...
with_hook()
{
	with_fgagg 1 "hook=$1" -- "${@:2}"
}

with_direct()
{
	with_hook direct "$@"
}

with_graph()
{
	with_hook graph "$@"
}

# The kernel's tracers

# events: how many were written to the ring buffer, with those that are overwritten
events()
{
	awk '$1 == "entries:" || $1 == "overrun:" { n += $2 } END { print n + 0 }' \
		$tracing/per_cpu/cpu*/stats
}

# with_tracer TRACER EVENTS COMMAND...: which writes so many for a call
with_tracer()
{
	local tracer=$1 for_call=$2 status=0

	shift 2
	grep -qw "$tracer" $tracing/available_tracers ||
		cannot "this kernel has none" || return
	write_functions $tracing/set_ftrace_filter
	echo >$tracing/trace
	echo "$tracer" >$tracing/current_tracer
	"$@" || status=$?
	seen=$(($(events) / for_call))
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
	return $status
}

with_function_graph()
{
	with_tracer function_graph 2 "$@"
}

with_function()
{
	with_tracer function 1 "$@"
}

with_profiler()
{
	local status=0

	[ -e $tracing/function_profile_enabled ] ||
		cannot "this kernel has none (CONFIG_FUNCTION_PROFILER)" || return
	write_functions $tracing/set_ftrace_filter
	echo 1 >$tracing/function_profile_enabled
	"$@" || status=$?
	echo 0 >$tracing/function_profile_enabled
	echo >$tracing/set_ftrace_filter
	return $status
}

# Empty callbacks

with_empty()
{
	local file=$P/$1 status=0 missed

	shift
	[ -e "$file" ] || cannot "this kernel has none" || return
	write_functions $tracing/set_ftrace_filter
	echo "${functions[*]}" >"$tmp/functions"
	cat "$tmp/functions" 2>/dev/null >"$file" ||
		cannot "the kernel refuses it" || return
	"$@" || status=$?
	missed=$(cat "$file")
	echo >"$file"
	echo >$tracing/set_ftrace_filter
	[ "$missed" = 0 ] || cannot "$missed calls were missed" || return
	return $status
}

with_fgraph()
{
	with_empty fgraph "$@"
}

with_fprobe()
{
	with_empty fprobe "$@"
}

with_kretprobe()
{
	with_empty kretprobe "$@"
}

# BPF

# Wait for $reader; perf may not notice that it is to end.
end_reader()
{
	wait_for "! kill -0 $reader 2>/dev/null" 30 >/dev/null ||
		kill -KILL $reader
	wait $reader
}

# with_reader PROGRAM... -- COMMAND...: the program is one that runs a command given
# to it, which it starts when it has attached everything
with_reader()
{
	local limit=600 program=() status=0 reader

	while [ "$1" != -- ]; do
		program+=("$1")
		shift
	done
	shift
	rm -f "$tmp/ready"
	printf '%s\n' "echo \$\$ >$tmp/pid" "mv $tmp/pid $tmp/ready" \
		'exec sleep infinity' >"$tmp/hold"
	"${program[@]}" >"$tmp/reader" 2>&1 &
	reader=$!
	if ! wait_for "[ -e $tmp/ready ] || ! kill -0 $reader 2>/dev/null" "$limit" ||
	   ! [ -e "$tmp/ready" ]; then
		kill $reader 2>/dev/null
		end_reader
		why=$(grep -v '^Attaching' "$tmp/reader" | grep -m 1 .)
		cannot "${program[0]}: ${why:-it is not ready after $limit s}" ||
			return
	fi
	"$@" || status=$?
	kill "$(cat "$tmp/ready")"
	end_reader
	return $status
}

# bpf_script ENTRY EXIT KEY: a script that is as cheap as they get, with a map of
# its own for each function, and the function's number in the key
bpf_script()
{
	local i name

	for i in "${!functions[@]}"; do
		name=${functions[i]}
		# bpftrace 0.17 knows no modules here, and names are unique.
		[ "$1" != kprobe ] || name=${name#*:}
		cat <<-END
		$1:$name { @start${i}[tid] = nsecs; }
		$2:$name /@start${i}[tid]/ {
			@h[$3$i] = hist(nsecs - @start${i}[tid]);
			delete(@start${i}[tid]);
		}
		END
	done
	echo "END { $(printf 'clear(@start%s); ' "${!functions[@]}")}"
}

# with_bpftrace ENTRY EXIT KEY COMMAND...
with_bpftrace()
{
	command -v bpftrace >/dev/null || cannot "no bpftrace" || return
	bpf_script "$1" "$2" "$3" >"$tmp/script.bt"
	shift 3
	BPFTRACE_MAX_PROBES=4096 with_reader bpftrace -f json \
		-c "/bin/sh $tmp/hold" "$tmp/script.bt" -- "$@" || return
	seen=$(grep -o '"count": *[0-9]*' "$tmp/reader" |
		awk '{ n += $NF } END { print n + 0 }')
}

# bpftrace 0.17 knows fentry by an older name.
is_old_bpftrace()
{
	dpkg --compare-versions "$(bpftrace --version | tr -d 'a-z ')" lt 0.20
}

with_bpf_fentry()
{
	if is_old_bpftrace; then
		with_bpftrace kfunc kretfunc '' "$@"
	else
		with_bpftrace fentry fexit '' "$@"
	fi
}

with_bpf_kprobe()
{
	with_bpftrace kprobe kretprobe '' "$@"
}

with_bpf_kstack()
{
	with_bpftrace kprobe kretprobe 'kstack, ' "$@"
}

# perf

# with_perf OPTION... -- COMMAND...: perf can do one function only
with_perf()
{
	local options=() status=0

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	command -v perf >/dev/null || cannot "no perf" || return
	[ ${#functions[@]} = 1 ] || cannot "it can do one function only" || return
	with_reader perf ftrace latency -a "${options[@]}" -T "${functions[0]#*:}" \
		/bin/sh "$tmp/hold" -- "$@" || status=$?
	# perf leaves it off.
	echo 1 >$tracing/tracing_on
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
	return $status
}

with_perf_latency()
{
	with_perf -- "$@"
}

with_perf_bpf()
{
	with_perf -b -- "$@"
}
