#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""quantiles.py DURATIONS K KHZ PROBE NAME=NS...: are quantiles true?

DURATIONS has a line for every call, in ticks, as the function has seen it; fgagg
has seen each PROBE ticks longer.  NAME is 50, 90, 99 or 99.9; NS is what is
reported for that quantile.  A line is printed for each.  Exit status: 1 if one is
not within 1/2^K of the value that has its rank in the list.
"""

import sys
from fractions import Fraction


def main():
    k, khz, probe = map(int, sys.argv[2:5])
    with open(sys.argv[1], encoding="ascii") as file:
        calls = sorted(int(line) + probe for line in file)
    wrong = not calls
    for text in sys.argv[5:]:
        name, ns = text.split("=")
        ticks = Fraction(ns) * khz / 1000000
        true = calls[-(-len(calls) * Fraction(name) // 100) - 1]
        wrong |= abs(ticks - true) > Fraction(true, 2 ** k)
        print(f"p{name}: {float(ticks):.1f} ticks, of {len(calls)} calls that is"
              f" {true}, more or less {float(Fraction(true, 2 ** k)):.1f}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
