#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""watched.py CALLS KALLSYMS <REPORT: what the plugin in watch/ has seen of so many
calls.

Prints FIELD and VALUE in a line, with a tab between.  Addresses are replaced by
the names of functions and variables, from a file like /proc/kallsyms.
"""

import bisect
import sys


class Symbols:
    """Names by address."""

    def __init__(self, lines):
        table = sorted((int(line.split()[0], 16), line.split()[2])
                       for line in lines)
        self.addresses = [address for address, _ in table]
        self.names = [name for _, name in table]

    def name(self, address):
        """The last symbol that does not begin after the address."""
        at = bisect.bisect(self.addresses, address) - 1
        return self.names[at] if at >= 0 else hex(address)


def stores(symbols, written, shared, *addresses):
    """What was written, and whose it is that more than one CPU has written."""
    print("written", written, sep="\t")
    print("shared", shared, sep="\t")
    if addresses:
        # A symbol may begin in the middle of a cache line.
        names = {symbols.name(int(address, 16) + 63) for address in addresses}
        print("symbols", ", ".join(sorted(names)), sep="\t")


def blocks(symbols, calls, *counts):
    """Instructions of each function, for each call."""
    functions = {}
    for block in counts:
        address, count = block.split(":")
        name = symbols.name(int(address, 16))
        functions[name] = functions.get(name, 0) + int(count)
    for name, count in functions.items():
        print(f"functions {name}", f"{count / calls:.1f}", sep="\t")


def main():
    calls, kallsyms = sys.argv[1:]
    with open(kallsyms, encoding="utf-8") as file:
        symbols = Symbols(file)
    for line in sys.stdin:
        what, *values = line.split()
        if what == "stores":
            stores(symbols, *values)
        elif what == "blocks":
            blocks(symbols, int(calls), *values)


if __name__ == "__main__":
    main()
