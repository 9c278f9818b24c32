# SPDX-License-Identifier: GPL-2.0-only
#
# Passes the TAP output of several test programs through and adds one line of
# totals.  Each program is announced by "# run NAME" and followed by
# "# exit STATUS".  A test that was planned and has no result, because the
# program died before, has failed.

function program_end(	failed)
{
	failed = planned - passed - skipped
	if (failed <= 0)
		failed = planned == 0 || status != 0 || failed < 0
	all_passed += passed
	all_skipped += skipped
	all_failed += failed
}

/^# run / {
	planned = passed = skipped = 0
}

/^1\.\.[0-9]+$/ {
	planned += substr($0, 4)
}

/^(not )?ok .*# SKIP/ {
	skipped++
}

/^ok / && !/# SKIP/ {
	passed++
}

{
	print
	fflush()
}

/^# exit / {
	status = $3
	program_end()
}

END {
	printf "unit: %d passed, %d failed, %d skipped\n",
	       all_passed, all_failed, all_skipped
	exit all_failed > 0
}
