#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The benchmark measures what its tables name, and its tables say what it has
# measured.

cd "$(dirname "$0")/../bench" || exit 1
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
failed=0
n=0

# expect NAME GOT WANT
expect()
{
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		diff <(echo "$2") <(echo "$3") | sed 's/^/# /'
		echo "not ok $n - $1"
		failed=1
	fi
}

echo "KTAP version 1"
echo "1..6"

for sample in samples/6.1 samples/6.12 samples/core; do
	./table.py --json commit=1234567 <"$sample" >"$tmp/${sample##*/}.json"
done

expect "every row and table has a function" \
	"$(sed -n 's/^\(with\|measure\)_\([a-z_]*\)()$/\2/p' peers.sh guest |
		grep -vx 'fgagg\|hook\|tracer\|empty\|reader\|bpftrace\|perf' |
		sort)" \
	"$(./table.py --names | tr ' ' '\n' | grep -vx core | sort)"
expect "names of tables ask for all rows, and the other way round" \
	"$(./table.py --names truth | tr ' ' '\n' | head -n 3 | paste -s -d ' ';
	./table.py --names graph paths;
	./table.py --names fprobe | tr ' ' '\n' | tail -n 1)" \
	$'truth nothing disabled\npaths graph\nfprobe'
expect "a name that is neither is refused" \
	"$(./table.py --names grahp 2>&1 | cut -d : -f 1-2; echo "${PIPESTATUS[0]}")" \
	$'table.py: no table or row \'grahp\'\n1'
expect "the tables" "$(./table.py "$tmp"/*.json)" "$(cat samples/table)"
printf '%s\n' before '.. begin tables' old '.. end tables' after >"$tmp/page"
./table.py --publish "$tmp/page" "$tmp"/*.json
expect "the tables in a page" "$(cat "$tmp/page")" \
	"$(printf '%s\n' before '.. begin tables' '' :: ''
	sed 's/^./  &/' samples/table
	printf '%s\n' '' '.. end tables' after)"
expect "what was watched" "$(./watched.py 10 samples/kallsyms <<-END
	stores 9 2 ffffffff82000fc0 ffffffff82001000
	blocks ffffffff81000010:100 ffffffff81000018:20 ffffffff81000020:5
	END
)" $'written\t9\nshared\t2\nsymbols\tjiffies, ring\nfunctions first\t12.0
functions second\t0.5'
exit $failed
