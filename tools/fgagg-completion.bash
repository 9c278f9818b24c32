# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion for fgagg: commands, options, and names of traced functions.

# The functions that are traced now.  Only root can see them.
_fgagg_functions()
{
	fgagg list 2>/dev/null | cut -d' ' -f1
}

_fgagg_sets()
{
	fgagg list --sets 2>/dev/null | sed -n 's/^\([^:]*\):.*/@\1/p'
}

_fgagg_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# Completes the value of the option $1; fails if it takes none that is known.
_fgagg_value()
{
	case $1 in
	--color)	_fgagg_words 'auto always never' "$2" ;;
	--context)	_fgagg_words 'task softirq hardirq nmi' "$2" ;;
	--sort)		_fgagg_words 'total self count max p99' "$2" ;;
	--time)		_fgagg_words 'wall cpu' "$2" ;;
	--softirq)	_fgagg_words 'split inline' "$2" ;;
	--func)		_fgagg_words "$(_fgagg_functions)" "$2" ;;
	-f | --functions | --roots)
		_fgagg_words "$(_fgagg_functions) $(_fgagg_sets)" "$2" ;;
	--debugfs)	mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
	-o | --output)	mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
	-p | --pid | -C | --cpu | -i | --interval | -n | --iterations | \
	--depth | --min-count | --top | --host | --label | --fail-if | --alpha | \
	--min-change)
		COMPREPLY=() ;;
	*)
		return 1 ;;
	esac
}

_fgagg_options()
{
	local select='--func --context --cpu --sort'

	echo '--debugfs --color --help'
	case $1 in
	'')	echo '--version' ;;
	start)	echo '--functions --roots --pid --cpu --depth --time --softirq' ;;
	list)	echo '--skipped --sets' ;;
	tree)	echo "$select --interval --host --depth --min-count" ;;
	top)	echo "$select --interval --iterations" ;;
	hist)	echo '--context --cpu --interval --host --full' ;;
	heatmap)
		echo '--context --cpu --interval --iterations --host' ;;
	stat)	echo '--func --context --cpu --interval --iterations --host --json' ;;
	merge)	echo '--output --label' ;;
	record)	echo '--interval --output' ;;
	diff)	echo "$select --changed --json --top --fail-if --alpha --min-change" ;;
	report)	echo "$select --interval --host --json --folded --top" ;;
	esac
}

# Sets command to the index of the command, or to 0.
_fgagg_find_command()
{
	local i

	command=0
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--debugfs | --color)
			[ "${COMP_WORDS[i + 1]}" = = ] || ((i++)) ;;
		= | -*) ;;
		*)
			[ "${COMP_WORDS[i - 1]}" = = ] && continue
			command=$i
			return ;;
		esac
	done
}

_fgagg()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command name

	# bash makes three words of --option=value.
	if [ "$cur" = = ]; then
		cur=
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	_fgagg_value "$prev" "$cur" && return
	_fgagg_find_command
	name=${COMP_WORDS[command]}
	[ "$command" -gt 0 ] || name=
	case $name:$cur in
	*:-*)
		_fgagg_words "$(_fgagg_options "$name")" "$cur" ;;
	:*)
		_fgagg_words 'status start stop reset doctor list tree top
			hist heatmap stat record report merge diff' "$cur" ;;
	hist:* | heatmap:*)
		if [ "$((COMP_CWORD - command))" -eq 1 ]; then
			_fgagg_words "$(_fgagg_functions)" "$cur"
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi ;;
	record:*)
		mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
	tree:* | report:* | stat:* | merge:* | diff:*)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	esac
}

complete -F _fgagg fgagg
