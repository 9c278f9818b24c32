#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""quantiles.py K KHZ PROBE TOTAL NAME=NS... <DURATIONS: are quantiles true?

DURATIONS has a line for every call, in ticks, as the function has seen it.  fgagg
has seen each PROBE ticks longer, or more if something came in between; the sum of
what it has seen is TOTAL.  So it is known by how much they were longer than that
altogether, and hence how many can have been longer by a quarter of a bucket.  Only
those can have overtaken others in the order.

NAME is 50, 90, 99 or 99.9; NS is what is reported for that quantile.  A line is
printed for each.  Exit status: 1 if one is not within 1/2^K of the value that has
its rank in the list, or one so many ranks up as can have been overtaken; 3 if that
may be more than a hundredth of the list, which then says little.
"""

import sys
from fractions import Fraction


def verdict(seen, k, probe, late, name, ticks):
    """Compare a quantile with the sorted list; late ticks have come in between."""
    n = len(seen)
    rank = -(-n * Fraction(name) // 100)
    least = seen[rank - 1] + probe
    width = Fraction(least, 2 ** k)
    moved = int(late / (width / 4))
    most = seen[min(rank + moved, n) - 1] + probe
    good = least - width <= ticks <= most + width
    return good, moved * 100 <= n, (f"p{name}: {float(ticks):.1f} ticks, expected {least}"
                  + (f" to {most}, {moved} ranks up," if moved else "")
                  + f" more or less {float(width):.1f}")


def main():
    k, khz, probe, total = map(int, sys.argv[1:5])
    seen = sorted(int(line) for line in sys.stdin)
    late = total - sum(seen) - len(seen) * probe
    print(f"{len(seen)} calls of {seen[0]} to {seen[-1]} ticks, {probe} more for "
          f"fgagg, and {late} more in all")
    failed, clear = not seen or late < 0, True
    for text in sys.argv[5:]:
        name, ns = text.split("=")
        good, few, line = verdict(seen, k, probe, max(late, 0), name,
                                  Fraction(int(ns) * khz, 10 ** 6))
        print(line)
        failed |= not good
        clear &= few
    sys.exit(1 if failed else 0 if clear else 3)


if __name__ == "__main__":
    main()
