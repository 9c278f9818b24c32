# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts in this directory share; sourced, not run.

set -euo pipefail

vm=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
top=${vm%/selftests/vm}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fgagg
kernels='6.1 6.12 7.2'

say()
{
	echo "${0##*/}: $*" >&2
}

# The harness's own failures, as opposed to those of what it runs.
die()
{
	say "$@"
	exit 125
}

# A chroot, its mounts and apt need root.
become_root()
{
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null ||
		die "must be run as root, and there is no sudo here"
	exec sudo XDG_CACHE_HOME="${cache%/fgagg}" "$0" "$@"
}

need_value()
{
	[ $# -ge 2 ] || die "$1 needs a value"
}

need_program()
{
	command -v "$1" >/dev/null ||
		die "there is no $1: run selftests/vm/setup"
}

# The kernel to use: a series of Debian's, or a directory with a debug kernel,
# which is used with the root of 6.1; the choice as options, to pass it on; and how
# much longer than on one of Debian's anything may take.
kernel=6.12
debug_kernel=
kernel_choice=(--kernel 6.12)
slowness=1

# kernel_option --OPTION VALUE: the options that choose the kernel.
kernel_option()
{
	case $1 in
	--kernel)
		need_value "$@"
		case " $kernels " in
		*" $2 "*) ;;
		*) die "no kernel '$2': choose one of $kernels" ;;
		esac
		kernel=$2
		kernel_choice=(--kernel "$2")
		;;
	--debug-kernel)
		need_value "$@"
		[ -f "$2/bzImage" ] ||
			die "no debug kernel in '$2': it has no bzImage"
		debug_kernel=$(realpath "$2")
		kernel=6.1
		kernel_choice=(--debug-kernel "$debug_kernel")
		slowness=8
		;;
	*)
		die "no option '$1'; usage: $usage"
		;;
	esac
}

# Sets $out, the output directory of the kernel, and keeps it to this script and
# those that it calls, which inherit the lock.
lock_output()
{
	local name=$kernel

	[ -z "$debug_kernel" ] || name=${debug_kernel##*/}
	out=$top/build/$name
	mkdir -p "$out/tree"
	[ ! "$out/lock" -ef /proc/self/fd/9 ] || return 0
	exec 9>"$out/lock"
	flock --nonblock 9 || {
		say "waiting for another guest or build of $name"
		flock 9
	}
}

# Whoever owns the sources can delete the outputs.
own_output()
{
	chown --reference="$top" "$top/build" || true
	chown -R --reference="$top" "$out" || true
}

# Prints the seconds that a test may take on one of Debian's kernels.
test_limit()
{
	local limit

	limit=$(sed -n 's/^# timeout: \([0-9]*\)$/\1/p' "$1")
	echo "${limit:-300}"
}

# Prints the mirror that this machine installs Debian from.
find_mirror()
{
	local uri

	uri=$(apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
		sed -n 1p)
	# Debian's cloud images keep the mirror in a file of its own.
	case $uri in
	mirror+file:*) uri=$(grep -m 1 -o '^[^#[:space:]]*' "${uri#mirror+file:}") ;;
	esac
	[ -n "$uri" ] ||
		die "apt knows no Debian mirror: add one to its sources and run apt-get update"
	echo "$uri"
}
