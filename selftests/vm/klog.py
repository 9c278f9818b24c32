#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""klog.py [--faults] CONSOLE-LOG: print what the kernel complains about, with
--faults other than that it has no memory.

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

OUT_OF_MEMORY = re.compile(r": vmalloc error: |: page allocation failure: ")
# Its stack begins within so many lines.
HEAD = 8

# A report of KCSAN ends with a ruler.
RACE = re.compile(r"\bBUG: KCSAN: data-race in ")
RULER = re.compile(r"={20,}$")
# A frame of fgagg, but not of the trampoline that is below any hooked function.
OUR_FRAME = re.compile(r"\] +(?!(fgagg_)?direct_)[\w.]+\+0x\S+ \[fgagg(_tracee)?\]")
# What is below was interrupted.
INTERRUPTED = re.compile(r"\] +asm_\w+\+0x")
END_OF_STACK = re.compile(r"\[[ .\d]+\]$")

# What a test asks for: see oops.sh.
FAULT = re.compile(r"\bgeneral protection fault\b")
END_TRACE = re.compile(r"-\[ end trace ")
OUR_OOPS = re.compile(r"\bRIP: 0010:tracee_oops\+0x")

CODE = re.compile(r"Code:( [0-9a-f]{2})* (?P<ran>[0-9a-f]{2}) <")

# Lines to print before and after a complaint: a WARNING has its stack after it.
BEFORE, AFTER = 2, 40


def is_ours(report):
    """Whether fgagg takes part in a data race."""
    interrupted = False
    for line in report:
        if END_OF_STACK.match(line):
            interrupted = False
        elif INTERRUPTED.search(line):
            interrupted = True
        elif OUR_FRAME.search(line) and not interrupted:
            return True
    return False


def end_of(lines, n, last):
    """The index of the next line that matches, or how many lines there are."""
    return next((i for i, line in enumerate(lines[n:], n) if last.search(line)),
                len(lines))


def find_complaints(lines, faults=False):
    """The indexes of lines that no healthy kernel prints.

    Data races that the kernel has by itself are no complaint: Linux 6.12 has
    many.  Nor is the oops of tracee_oops, and with faults a lack of memory.
    """
    complaints, healthy = [], 0
    for n, line in enumerate(lines):
        if RACE.search(line):
            end = end_of(lines, n, RULER)
            if not is_ours(lines[n:end]):
                healthy = end
        elif FAULT.search(line):
            end = end_of(lines, n, END_TRACE)
            if any(map(OUR_OOPS.search, lines[n:end])):
                healthy = end
        elif faults and OUT_OF_MEMORY.search(line):
            healthy = n + HEAD
        if n >= healthy and COMPLAINT.search(line):
            complaints.append(n)
    return complaints


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
    *options, path = sys.argv[1:]
    lines = read(path)
    complaints = find_complaints(lines, "--faults" in options)
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
