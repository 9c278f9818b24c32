#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""ktap.py RESULTS CONSOLE-LOG TEST...: judge what guest-tests left behind.

Prints every failure, and the totals as the last line.  A test fails by a result
that is not ok, and as well by no plan, results that are not as planned, an exit
status, a kernel log that is not clean, and by not having been run to its end.

Exit status 1 if anything failed.
"""

import collections
import os
import re
import sys

import klog

RESULT = re.compile(r"(?P<ok>ok|not ok) \d+(?P<name>[^#]*)(?P<skip># SKIP)?")
PLAN = re.compile(r"1\.\.(?P<count>\d+)(?P<skip> # SKIP)?")
MARK = re.compile(r"fgagg-test: (?P<test>\S+)")


def judge_output(lines, count):
    """Count the results of one test; yield what is wrong with it."""
    plans = [match for match in map(PLAN.match, lines) if match]
    results = [match for match in map(RESULT.match, lines) if match]

    if not any(line == "KTAP version 1" for line in lines):
        yield "no line 'KTAP version 1'"
    if len(plans) != 1:
        yield f"{len(plans)} plans instead of one"
    elif plans[0]["skip"]:
        count["skipped"] += 1
    elif len(results) != int(plans[0]["count"]) or not results:
        yield f"planned {plans[0]['count']} results, gave {len(results)}"

    for result in results:
        if result["ok"] == "not ok":
            yield "not ok: " + result["name"].lstrip(" -").rstrip()
        else:
            count["skipped" if result["skip"] else "passed"] += 1


def judge_status(status):
    """What is wrong with the status of a test that was begun, or None."""
    if status is None:
        return "the guest did not survive it"
    if status in ("124", "137"):
        return "timed out"
    if status != "0":
        return f"exited with status {status}"
    return None


def kernel_log(path):
    """The complaints of the kernel, by the test that was running."""
    complaints = collections.defaultdict(list)
    lines = klog.read(path)
    wrong = set(klog.find_complaints(lines))
    test = "boot"
    for n, line in enumerate(lines):
        mark = MARK.search(line)
        if mark:
            test = mark["test"]
        elif n in wrong:
            complaints[test].append(line)
    return complaints


def read(path):
    """The lines of a file, or None if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return None


def judge_test(results, test, count):
    """Count the results of one test; yield what is wrong with it."""
    lines = read(os.path.join(results, test + ".ktap"))
    if lines is None:
        yield "not run, the guest had ended"
        return
    problems = list(judge_output(lines, count))
    yield from problems

    status = (read(os.path.join(results, test + ".status")) or [None])[0]
    problem = judge_status(status)
    # A test that says itself what failed may well exit with 1.
    if problem and not (problems and status == "1"):
        yield problem


def main():
    results, console, *tests = sys.argv[1:]
    complaints = kernel_log(console)
    count = collections.Counter()

    for test in ["boot", *tests, "end"]:
        problems = [f"kernel log: {line}" for line in complaints[test][:1]]
        if test in tests:
            problems += judge_test(results, test, count)
        for problem in problems:
            print(f"FAILED {test}: {problem}")
        count["failed"] += len(problems)

    print(f"{count['passed']} passed, {count['failed']} failed, "
          f"{count['skipped']} skipped")
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
