#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""sample.py FGAGG TRACEE PID TIME: what should be flat while fgagg records.

FGAGG and TRACEE are the directories of the modules, PID is the recorder's.  Prints
"# sample:", TIME, and

    ns for a traced call of the tracee's, the least of many
    KiB of the kernel: slabs, vmalloc and per-CPU memory
    KiB of the recorder
    calls lost
    us that the clock is behind CLOCK_BOOTTIME
"""

import re
import struct
import sys
import time

TREES, CALLS = 20, 9
ROUNDS = 50


def numbers(path):
    """The lines "KEY: NUMBER" of a file."""
    with open(path, encoding="ascii") as file:
        return {key: int(value) for key, value in
                re.findall(r"^(\w+):\s+(\d+)", file.read(), re.M)}


def call_ns(tracee):
    """What the tracee's calls take when nothing comes in between."""
    took = []
    with open(f"{tracee}/run", "wb", buffering=0) as run:
        for _ in range(ROUNDS):
            before = time.perf_counter_ns()
            run.write(b"tree %d" % TREES)
            took.append(time.perf_counter_ns() - before)
    return min(took) / (TREES * CALLS)


def behind_us(fgagg):
    """By the times of one snapshot."""
    with open(f"{fgagg}/snapshot", "rb") as file:
        khz, ticks, _, boottime_ns = struct.unpack_from("=4Q", file.read(64), 32)
    return boottime_ns / 1000 - ticks * 1000 / khz


def main():
    """Print the line."""
    fgagg, tracee, pid, when = sys.argv[1:]
    ns = call_ns(tracee)
    kernel = numbers("/proc/meminfo")
    lost = sum(value for key, value in numbers(f"{fgagg}/stats").items()
               if key.startswith("lost_"))
    print("# sample:", when, round(ns),
          kernel["Slab"] + kernel["VmallocUsed"] + kernel["Percpu"],
          numbers(f"/proc/{pid}/status")["VmRSS"], lost,
          round(behind_us(fgagg)))


main()
