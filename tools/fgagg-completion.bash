# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion for fgagg: commands, options, and names of traced functions and
# call paths, as far as the user may see them.

# Runs fgagg with the --debugfs of the line that is being completed.
_fgagg_live()
{
	local i debugfs=()

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--debugfs=*)
			debugfs=("${COMP_WORDS[i]}") ;;
		--debugfs)
			[ "${COMP_WORDS[i + 1]}" != = ] || ((i++))
			debugfs=("--debugfs=${COMP_WORDS[i + 1]}") ;;
		esac
	done
	fgagg "${debugfs[@]}" "$@" 2>/dev/null
}

# The functions that are traced now.
_fgagg_functions()
{
	_fgagg_live list | cut -d' ' -f1
}

_fgagg_sets()
{
	_fgagg_live list --sets | sed -n 's/^\([^:]*\):.*/@\1/p'
}

# Call paths have brackets, semicolons and blanks in them, so they are completed
# where the user has begun with a quote.
_fgagg_paths()
{
	local path

	while read -r path; do
		[[ $path != "${1:1}"* ]] || COMPREPLY+=("$path")
	done < <(_fgagg_live report --folded | sed 's/ [0-9]*$//')
}

_fgagg_formats()
{
	fgagg export --help 2>/dev/null | sed -n 's/^  \([a-z-]*\) *\..*/\1/p'
}

# Completes $2 to one of the words in $1.  Unlike compgen -W this expands nothing in
# them: names may come from anywhere.
_fgagg_words()
{
	local word words IFS=$' \t\n'

	COMPREPLY=()
	read -r -d '' -a words <<<"$1"
	for word in "${words[@]}"; do
		[[ $word != "$2"* ]] || COMPREPLY+=("$word")
	done
}

# Files (-f) or directories (-d) that start with $2.  bash quotes what it inserts, and
# goes on after a directory.
_fgagg_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

# Whether the next word is the value of the option $1.
_fgagg_takes_value()
{
	case $1 in
	*=* | --help | --version | --no-pager | --skipped | --sets | --tree | --full | \
	--json | --folded | --changed | --batch | -b)
		return 1 ;;
	--?* | -[a-zA-Z])
		return 0 ;;
	*)
		return 1 ;;
	esac
}

# Completes the value of the option $1; fails if it takes none.
_fgagg_value()
{
	case $1 in
	--color)	_fgagg_words 'auto always never' "$2" ;;
	--context)	_fgagg_words 'task softirq hardirq nmi' "$2" ;;
	--sort)		_fgagg_words 'total self count max p99' "$2" ;;
	--time)		_fgagg_words 'wall cpu' "$2" ;;
	--since)	_fgagg_words 'interval start reset' "$2" ;;
	--softirq)	_fgagg_words 'split inline' "$2" ;;
	--format)	_fgagg_words "$(_fgagg_formats)" "$2" ;;
	--buckets)	_fgagg_words 'ladder all' "$2" ;;
	--func)		_fgagg_words "$(_fgagg_functions)" "$2" ;;
	-f | --functions | --roots)
		_fgagg_words "$(_fgagg_functions) $(_fgagg_sets)" "$2" ;;
	--debugfs)	_fgagg_files -d "$2" ;;
	-o | --output)	_fgagg_files -f "$2" ;;
	*)
		COMPREPLY=()
		_fgagg_takes_value "$1" ;;
	esac
}

_fgagg_options()
{
	local select='--func --context --cpu --sort'

	echo '--debugfs --color --no-pager --help'
	case $1 in
	'')	echo '--version' ;;
	start)	echo '--functions --roots --pid --cpu --depth --time --softirq' ;;
	list)	echo '--skipped --sets' ;;
	tree)	echo "$select --interval --host --depth --min-count" ;;
	top)
		echo "$select --batch --host --interval --iterations --since"
		echo '--tree' ;;
	hist)	echo '--context --cpu --interval --host --full' ;;
	heatmap)
		echo '--context --cpu --interval --iterations --host' ;;
	stat)	echo '--func --context --cpu --interval --iterations --host --json' ;;
	merge)	echo '--output --label' ;;
	record)	echo '--interval --output' ;;
	import)	echo '--output' ;;
	diff)
		echo "$select --interval --host --changed --json --top --fail-if"
		echo '--alpha --min-change' ;;
	report)	echo "$select --interval --host --json --folded --top" ;;
	export)
		echo "$select --interval --host --format --output --depth"
		echo '--min-count --top --buckets' ;;
	esac
}

# The word i is an option: go on to its value, if that is the next word.
_fgagg_skip_value()
{
	[ "${COMP_WORDS[i + 1]}" = = ] || ! _fgagg_takes_value "${COMP_WORDS[i]}" ||
		((i++))
}

# Sets command to the index of the command, or to 0.
_fgagg_find_command()
{
	local i

	command=0
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		=)	((i++)) ;;
		-*)	_fgagg_skip_value ;;
		*)
			command=$i
			return ;;
		esac
	done
}

# Whether an operand of the command is there already.
_fgagg_operand_given()
{
	local i

	for ((i = command + 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		=)	((i++)) ;;
		-*)	_fgagg_skip_value ;;
		*)	return 0 ;;
		esac
	done
	return 1
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
	_fgagg_find_command
	name=${COMP_WORDS[command]}
	[ "$command" -gt 0 ] || name=
	if [ "$name" = record ] && _fgagg_operand_given; then
		_fgagg_files -f "$cur"
		return
	fi
	_fgagg_value "$prev" "$cur" && return
	# Of all formats this one takes a function first.
	if [ "$name" = export ] && [[ $cur != -* && " ${COMP_WORDS[*]} " =~ \
	   \ (--format\ (= )?|(-o|--output)\ (= )?[^ ]*\.)hgrm\  ]]; then
		name=hgrm
	fi
	case $name:$cur in
	*:-*)
		_fgagg_words "$(_fgagg_options "$name")" "$cur" ;;
	:*)
		_fgagg_words 'status start stop reset doctor list tree top
			hist heatmap stat record import report export merge
			diff' "$cur" ;;
	hist:* | heatmap:* | hgrm:*)
		if [[ $cur == [\'\"]* ]]; then
			_fgagg_paths "$cur"
		elif _fgagg_operand_given; then
			_fgagg_files -f "$cur"
		else
			_fgagg_words "$(_fgagg_functions)" "$cur"
		fi ;;
	record:*)
		mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
	import:* | tree:* | top:* | report:* | export:* | stat:* | merge:* | diff:*)
		_fgagg_files -f "$cur" ;;
	esac
}

complete -F _fgagg fgagg
