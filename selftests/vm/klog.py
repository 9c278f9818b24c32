#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""klog.py CONSOLE-LOG: print what the kernel complains about.

Exit status 1 if there is anything.
"""

import re
import sys

COMPLAINT = re.compile(r"""
      \bBUG\b | \bWARNING: | \bOops\b | Kernel\ panic | cut\ here
    | general\ protection\ fault | Call\ Trace:
    | \bKASAN\b | \bKCSAN\b | \bKFENCE\b | \bUBSAN\b | \bODEBUG\b
    | \bINFO: | possible\ (circular|recursive)\ locking | suspicious\ RCU
    | inconsistent\ lock\ state | rcu.*\bstall | blocked\ for\ more\ than
    | (soft|hard)\ lockup
    | unchecked\ MSR | refcount_t: | list_(add|del).*corruption | Bad\ page
    | page\ allocation\ failure | unreferenced\ object
    | Missing\ ENDBR | Unpatched\ return\ thunk | ftrace\ bug
    | unregister_netdevice:\ waiting | NETDEV\ WATCHDOG
    | printk\ messages\ dropped
    """, re.VERBOSE)

# Lines to print before and after a complaint: a WARNING has its stack after it.
BEFORE, AFTER = 2, 40


def is_complaint(line):
    """Whether the line is one that no healthy kernel prints."""
    return bool(COMPLAINT.search(line))


def read(path):
    """The lines of a console log."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return [line.rstrip() for line in file]


def main():
    lines = read(sys.argv[1])
    complaints = [n for n, line in enumerate(lines) if is_complaint(line)]
    shown = 0
    for n in complaints:
        start = max(shown, n - BEFORE)
        shown = max(shown, min(len(lines), n + AFTER))
        if start < shown:
            print("\n".join(lines[start:shown]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
