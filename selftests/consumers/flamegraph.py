#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""flamegraph.py FLAMEGRAPH.PL FOLDED JSON [BASE-JSON]: draw, and compare.

Every frame of the picture must have the inclusive time of the paths in JSON
below it, and, in a picture of two runs, the change of its own time.
"""

import collections
import html
import json
import re
import subprocess
import sys

FRAME = re.compile(r"<title>(.*?) \(([\d,]+) ns, [\d.]+%(?:; ([-+]?[\d.]+)%)?\)"
                   r"</title>")


def stacks(path):
    """Self times of a run by stack, with the context as the root."""
    with open(path, encoding="utf-8") as file:
        return {(f"[{row['context']}]", *row["path"]): row["self_ns"]
                for row in json.load(file)["paths"]}


def inclusive(selves):
    """The times of all frames: those of a stack and of all stacks above it."""
    frames = collections.Counter()
    for stack, self_ns in selves.items():
        for depth in range(len(stack) + 1):
            frames[stack[:depth]] += self_ns
    return frames


def drawn(program, folded):
    """What is in the picture: name, time and change of each frame."""
    svg = subprocess.run(["perl", program, "--countname", "ns", "--minwidth",
                          "0", folded], check=True, capture_output=True,
                         encoding="utf-8").stdout
    frames = collections.Counter()
    for name, time, change in FRAME.findall(svg):
        frames[html.unescape(name), int(time.replace(",", "")), change] += 1
    return frames


def expected(after, before):
    """What should be."""
    times = inclusive(after)
    frames = collections.Counter()
    for stack, time in times.items():
        change = ""
        if before is not None and stack:
            own = after.get(stack, 0) - before.get(stack, 0)
            change = f"{100 * own / times[()]:.2f}"
            change = f"+{change}" if own > 0 else change
        if time:
            frames[stack[-1] if stack else "all", time, change] += 1
    return frames


def main():
    program, folded, after, *before = sys.argv[1:]
    want = expected(stacks(after), stacks(before[0]) if before else None)
    got = drawn(program, folded)
    if want != got or not got:
        sys.exit(f"missing: {list((want - got).items())[:5]}\n"
                 f"too much: {list((got - want).items())[:5]}")


main()
