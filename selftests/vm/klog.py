#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""klog.py CONSOLE-LOG: print what the kernel complains about.

Exit status 1 if there is anything; 2 if it died of what QEMU did, not the
kernel: see is_stale_int3().
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

CODE = re.compile(r"Code:( [0-9a-f]{2})* (?P<ran>[0-9a-f]{2}) <")

# Lines to print before and after a complaint: a WARNING has its stack after it.
BEFORE, AFTER = 2, 40


def is_complaint(line):
    """Whether the line is one that no healthy kernel prints."""
    return bool(COMPLAINT.search(line))


def is_stale_int3(lines):
    """Whether the kernel died of a breakpoint that is not in its memory.

    To patch code, the kernel puts a breakpoint there for a moment.  QEMU
    translates code ahead; with a thread for each CPU, a CPU may translate the
    byte that another is just replacing, and run it ever after (seen with 10.0).
    The "Code:" line shows memory, where <> is behind the byte that was run.
    """
    oops = [n for n, line in enumerate(lines) if "Oops: int3" in line]
    if not oops:
        return False
    code = next((m for m in map(CODE.search, lines[oops[0]:]) if m), None)
    return bool(code) and code["ran"] != "cc"


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
    if is_stale_int3(lines):
        return 2
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
