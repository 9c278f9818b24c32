#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""table.py: names, results and tables of the benchmark.

    --names [NAME...]           the tables and rows that these names ask for: all
                                tables if none is named, and all rows likewise
    --json KEY=VALUE... <FILE   what the guest has measured, as JSON
    JSON...                     the tables, with a column for each file
    --publish RST JSON...       the same, in the place that the file has for it
"""

import json
import sys
import textwrap

TABLES = {
    "calls": "Instructions for each traced call, a tree of 9 calls",
    "paths": "Instructions for each traced call, with so many live paths",
    "truth": "Ticks that a call has taken, of which so many others were made",
    "watch": "Cache lines that both of two CPUs write, in 100 trees of 9 calls on each",
    "udp": "Instructions for each packet: UDP, NAT, vxlan, virtio_net and back up",
    "esp": "Instructions for each packet and its answer: forwarded by a flowtable, ESP",
    "core": "The core alone on this machine: entry and return of a call",
}

ROWS = {
    "nothing": "nothing",
    "disabled": "fgagg, loaded and disabled",
    "direct": "fgagg, hook=direct",
    "graph": "fgagg, hook=graph",
    "function_graph": "function_graph, to the ring buffer",
    "profiler": "function profiler",
    "function": "function tracer, entries only, to the ring buffer",
    "fgraph": "fgraph, empty callbacks",
    "fprobe": "fprobe, empty callbacks",
    "kretprobe": "kretprobe, empty callbacks",
    "bpf_fentry": "bpftrace fentry/fexit, hist() by function",
    "bpf_kprobe": "bpftrace kprobe/kretprobe, hist() by function",
    "bpf_kstack": "bpftrace kprobe/kretprobe, hist() by kstack and function",
    "perf_latency": "perf ftrace latency, one function",
    "perf_bpf": "perf ftrace latency -b, one function",
}

CORE_ROWS = {
    "loop": "the loop alone",
    "core": "fgagg's core",
    "plain": "hash table (uthash) of histograms (GSL)",
}

# Where --publish puts the tables.
BEGIN, END = ".. begin tables\n", ".. end tables\n"

WIDTH = 12


class Bad(Exception):
    """What is wrong with a command line or a file."""


def wanted(names):
    """The names to measure when these are asked for."""
    for name in names:
        if name not in TABLES and name not in ROWS:
            raise Bad(f"no table or row '{name}': there are "
                      f"{', '.join(TABLES)}; {', '.join(ROWS)}")
    tables = [name for name in TABLES if name in names] or list(TABLES)
    rows = [name for name in ROWS if name in names] or list(ROWS)
    return tables + rows


def number(text):
    """A number if it looks like one, else the text."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def read_results(lines):
    """What the guest has written: TABLE, ROW, FIELD and VALUE in a line.

    Blanks in FIELD make levels.
    """
    results = {}
    for line in lines:
        table, row, field, value = line.rstrip("\n").split("\t")
        at = results.setdefault(table, {}).setdefault(row, {})
        *levels, last = field.split()
        for level in levels:
            at = at.setdefault(level, {})
        at[last] = value if table == "about" else number(value)
    return results


class Columns:
    """Text in columns: one of labels, and one for each kernel or size."""

    def __init__(self, heads):
        self.heads = heads
        self.notes = []
        self.lines = []
        self.add("", heads)

    def add(self, label, cells):
        """Add a line."""
        line = f"{label:56}" + "".join(f"{cell:>{WIDTH}}" for cell in cells)
        self.lines.append(line.rstrip())

    def note(self, text):
        """Refer to a text below the table."""
        if text not in self.notes:
            self.notes.append(text)
        return f"[{self.notes.index(text) + 1}]"

    def row(self, label, rows, text):
        """Add a line of what text() says of each kernel's row."""
        cells = []
        for row in rows:
            if "note" in row:
                cells.append(self.note(row["note"]))
            else:
                cells.append(text(row) if row else "")
        if any(cells):
            self.add(label, cells)

    def __str__(self):
        notes = [textwrap.fill(text, 100, initial_indent=f"[{i}] ",
                               subsequent_indent="    ")
                 for i, text in enumerate(self.notes, 1)]
        return "\n".join(self.lines + notes)


def pick(results, table, row, *levels):
    """For each kernel, a row or a part of it; with its note if it has one."""
    rows = []
    for result in results:
        at = result.get(table, {}).get(row, {})
        if "note" not in at:
            for level in levels:
                at = at.get(level, {})
        rows.append(at)
    return rows


def draw_calls(results, columns):
    """What each tracer adds to a call."""
    for row, label in ROWS.items():
        columns.row(label, pick(results, "calls", row),
                    lambda at: f"{at['instructions']:,.1f}")


def sizes(results, table, row):
    """The keys of a row that are numbers, in order."""
    return sorted({key for at in pick(results, table, row) for key in at
                   if key.isdigit()}, key=int)


def draw_paths(results, columns):
    """What live paths add to that."""
    for row in ("direct", "graph"):
        for n in sizes(results, "paths", row) or ["any"]:
            columns.row(f"{ROWS[row]}, {n} paths",
                        [at if "note" in at else {"cost": at[n]} if n in at else {}
                         for at in pick(results, "paths", row)],
                        lambda at: f"{at['cost']:,.1f}")


def draw_truth(results, columns):
    """Times beside the truth."""
    for row in ("direct", "graph"):
        for n in sizes(results, "truth", row) or ["any"]:
            for what in ("truth", "raw", "compensated"):
                columns.row(
                    f"{ROWS[row]}, {n} callees: {what}",
                    pick(results, "truth", row, n),
                    lambda at, what=what: time_text(at, what))


def time_text(at, what):
    """A time, and how far from the truth it is."""
    if what not in at:
        return ""
    if what == "truth":
        return f"{at[what]:,.0f}"
    return f"{100 * (at[what] / at['truth'] - 1):+.1f} %"


def draw_watch(results, columns):
    """What CPUs share, of all that they write; then where instructions go."""
    for row, label in ROWS.items():
        columns.row(label, pick(results, "watch", row),
                    lambda at: f"{at['shared']} of {at['written']}" + (
                        columns.note(at["symbols"]) if "symbols" in at else ""))
    for row in ("direct", "graph"):
        draw_budget(row, results, columns)


def draw_budget(row, results, columns):
    """The functions whose instructions a call needs, those without it apart."""
    budgets = pick(results, "watch", row, "functions")
    base = pick(results, "watch", "nothing", "functions")
    added = [{name: n - without.get(name, 0) for name, n in at.items()}
             if "note" not in at else {} for at, without in zip(budgets, base)]
    names = sorted({name for at in added for name, n in at.items() if n >= 0.1},
                   key=lambda name: -max(at.get(name, 0) for at in added))
    if names:
        columns.add("", [])
        columns.add(f"Instructions for each call, {ROWS[row]}, by function", [])
    for name in names:
        columns.add(f"  {name}", [f"{at[name]:,.1f}" if name in at else ""
                                  for at in added])


def draw_packets(table):
    """What a packet costs with each tracer, and how many calls that is."""
    def draw_rows(results, columns):
        for row, label in ROWS.items():
            columns.row(label, pick(results, table, row),
                        lambda at: f"{at['instructions']:,.0f}")
        columns.row("functions that are traced", pick(results, table, "about"),
                    lambda at: f"{at['functions']}")
        columns.row("calls of them for each packet", pick(results, table, "graph"),
                    lambda at: f"{at['calls']:,.1f}")
    return draw_rows


def draw_core(results, columns):
    """Of each size, what the processor has counted; for one machine."""
    [core] = results
    for row, label in CORE_ROWS.items():
        sizes_of_row = core["core"][row]
        for field in sizes_of_row[columns.heads[0]]:
            columns.add(f"{label}: {field}",
                        [f"{at[field]:,.1f}" for at in sizes_of_row.values()])


DRAW = {"calls": draw_calls, "paths": draw_paths, "truth": draw_truth,
        "watch": draw_watch,
        "udp": draw_packets("udp"), "esp": draw_packets("esp"), "core": draw_core}


def draw_table(table, results):
    """A table of the results that have it."""
    results = [result for result in results if table in result]
    if not results:
        return []
    if table == "core":
        heads = list(results[0][table]["core"])
    else:
        heads = [result["about"]["guest"]["series"] for result in results]
    columns = Columns(heads)
    DRAW[table](results, columns)
    return [f"{TABLES[table]}\n\n{columns}\n"]


def draw(results):
    """All tables, and what was measured."""
    text = [text for table in TABLES for text in draw_table(table, results)]
    for result in results:
        [about] = result["about"].values()
        text.append("\n".join(textwrap.wrap(
            "; ".join(about.values()), 100, subsequent_indent="    ")) + "\n")
    return "\n".join(text)


def load(paths):
    """The results in these files, by kernel, those of this machine last."""
    results = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            results.append(json.load(file))
    return sorted(results, key=lambda result: [
        int(part) for part in result["about"].get("guest", {}).get(
            "series", "999").split(".")])


def publish(path, text):
    """Replace what is between BEGIN and END."""
    with open(path, encoding="utf-8") as file:
        old = file.read()
    if BEGIN not in old or END not in old:
        raise Bad(f"{path} has no lines '{BEGIN.strip()}' and '{END.strip()}'")
    head, rest = old.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{head}{BEGIN}\n::\n\n{textwrap.indent(text, '  ')}\n"
                   f"{END}{tail}")


def main(args):
    if args[:1] == ["--names"]:
        print(*wanted(args[1:]))
    elif args[:1] == ["--json"]:
        results = read_results(sys.stdin)
        for about in results["about"].values():
            about.update(arg.split("=", 1) for arg in args[1:])
        json.dump(results, sys.stdout, indent=1)
        print()
    elif args[:1] == ["--publish"]:
        publish(args[1], draw(load(args[2:])))
    else:
        print(draw(load(args)), end="")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Bad as error:
        sys.exit(f"table.py: {error}")
