#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""pprof.py PPROF PROFILE JSON: compare what pprof reads with the paths in JSON.
"""

import collections
import json
import re
import subprocess
import sys


def run(*command):
    """What a command prints."""
    return subprocess.run(command, check=True, capture_output=True,
                          encoding="utf-8").stdout


def samples(raw):
    """Context, path, calls, total and self of all samples of pprof -raw."""
    head, locations = raw.split("\nLocations\n")
    head = head[head.index("Samples:\n") + len("Samples:\n"):]
    types, *lines = head.splitlines()
    if types != "calls/count total/nanoseconds self/nanoseconds[dflt]":
        sys.exit(f"sample types are {types}")
    names = dict(re.findall(r"^ *(\d+): 0x0 M=1 (.+?) :0(?::0)? s=0\S*$",
                            locations, re.M))
    found = collections.Counter()
    for values, label in zip(lines[::2], lines[1::2]):
        numbers, ids = values.split(":")
        path = tuple(names[i] for i in reversed(ids.split()))
        context = re.fullmatch(r" *context:\[(\w+)\]", label).group(1)
        found[context, path, *map(int, numbers.split())] += 1
    return found


def main():
    pprof, profile, path = sys.argv[1:]
    raw = run(pprof, "-raw", profile)
    with open(path, encoding="utf-8") as file:
        run_ = json.load(file)
    want = collections.Counter(
        (row["context"], tuple(row["path"]), row["count"], row["total_ns"],
         row["self_ns"]) for row in run_["paths"])
    got = samples(raw)
    if want != got or not got:
        sys.exit(f"missing: {list(want - got)[:3]}\n"
                 f"too much: {list(got - want)[:3]}")
    lost = sum(run_["losses"].values())
    if lost and f"Comment: lost {lost} of" not in raw:
        sys.exit(f"no comment on {lost} lost calls: {raw[:200]}")
    # A label selects, and the default is the self time.
    top = run(pprof, "-top", "-unit=ns", "-tagfocus=softirq",
              "-nodefraction=0", "-nodecount=1000000", profile)
    softirq = sum(row["self_ns"] for row in run_["paths"]
                  if row["context"] == "softirq")
    if f"Showing nodes accounting for {softirq}ns" not in top:
        sys.exit(f"softirq is not {softirq} ns: {top[:400]}")


main()
