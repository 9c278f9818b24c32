#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare what function_graph has traced with what fgagg has counted.

TRACE is the file "trace" of the tracer function_graph with the trace options
funcgraph-proc, funcgraph-tail and latency-format, and with the event
sched_switch, without which a call that returns on another CPU may look like a
leaf.  REPORT is what "fgagg report --json" has printed.  Both saw the same
functions at the same time.  The trace has four markers:

    fgagg: reset        before fgagg's counters were reset
    fgagg: start        after it
    fgagg: report       before the report was made
    fgagg: end          after it

A call counts when it returns, as with fgagg.  Its context is what the column
hardirq/softirq says of its entry; as with fgagg, a call in another context than
that of the call below it is the root of a path of its own.

Exit status: 0 if every path has the same number of calls on both sides, 1 if
not, 2 for bad input, 3 if calls came or went while the counters were reset or
read, so that nobody knows which side must have them.
"""

import argparse
import collections
import json
import re
import sys

CONTEXTS = {".": "task", "s": "softirq", "h": "hardirq", "H": "hardirq",
            "z": "nmi", "Z": "nmi"}

# " 1)  traffic-211   |  ..s2. |     udp_rcv() {"
LINE = re.compile(r"\s*(\d+)\)\s+.*-(\d+)\s+\|\s+(\S+)\s+\|\s+(.*)")
# "#423/423": events in the buffer, and how many were written
WRITTEN = re.compile(r"# latency: .*#(\d+)/(\d+),")
ENTRY = re.compile(r"(.+)\(\)(?:;| \{)")
RETURN = re.compile(r"\} /\* (.+) \*/")
MARKER = re.compile(r"/\* fgagg: (\w+) \*/")

# Softirqs that a task runs by itself run below this function.
SOFTIRQ_FUNC = "do_softirq"

Call = collections.namedtuple("Call", "context path inline")


class BadInput(Exception):
    """A file is not what it should be."""


class NotQuiet(Exception):
    """Calls that may or may not have been counted."""


def bare(name):
    """A function's name without module and what the compiler appends."""
    return name.split(" ")[0].split(".")[0]


class Trace:
    """Counts calls by path from the lines of a trace.

    phase is the last marker; calls that return after "start" count.
    """

    def __init__(self, inline):
        self.inline = inline
        self.stacks = collections.defaultdict(list)
        self.counts = collections.Counter()
        self.phase = None
        self.disturbances = []

    def context(self, flags, stack):
        """The context that fgagg gives to a call."""
        if len(flags) < 3 or flags[2] not in CONTEXTS:
            raise BadInput(f"'{flags}' does not say the context of a call")
        context = CONTEXTS[flags[2]]
        if context == "softirq" and stack and stack[-1].inline:
            return stack[-1].context
        return context

    def enter(self, stack, name, flags):
        """A call was entered."""
        context = self.context(flags, stack)
        path, inline = (name,), False
        if stack and stack[-1].context == context:
            path = stack[-1].path + path
            inline = stack[-1].inline
        inline = inline or (self.inline and bare(name) == SOFTIRQ_FUNC)
        stack.append(Call(context, path, inline))

    def leave(self, stack, name):
        """A call has returned."""
        if not stack or stack[-1].path[-1] != name:
            raise BadInput(f"{name} returns, but was not the last to be called")
        call = stack.pop()
        if self.phase == "start":
            self.counts[call.context, call.path] += 1

    def line(self, line):
        """Take one line of the file."""
        written = WRITTEN.match(line)
        if written and written[1] != written[2]:
            raise BadInput(f"the ring buffer has {written[1]} of {written[2]}"
                           " events: make it larger")
        match = LINE.match(line)
        if not match:
            return
        cpu, pid, flags, text = match.groups()
        marker = MARKER.match(text)
        if marker:
            self.phase = marker[1]
            return
        # The idle tasks share a number.
        stack = self.stacks[pid if pid != "0" else "idle " + cpu]
        entry = ENTRY.match(text)
        left = RETURN.match(text)
        if text.startswith("/*") or not entry and not left:
            return
        if self.phase in ("reset", "report"):
            self.disturbances.append(f"{text} after '{self.phase}'")
        if entry:
            self.enter(stack, entry[1], flags)
        if left or text.endswith(";"):
            self.leave(stack, (left or entry)[1])


def read_trace(path, inline):
    """The number of calls of each (context, path) in a trace."""
    trace = Trace(inline)
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                trace.line(line)
            except BadInput as error:
                raise BadInput(f"{path}:{number}: {error}") from error
    if trace.phase != "end":
        raise BadInput(f"{path}: the last marker is {trace.phase}, not 'end'")
    if trace.disturbances:
        raise NotQuiet(f"{len(trace.disturbances)} calls came or went while the"
                       f" counters were reset or read: {trace.disturbances[0]}")
    return trace.counts


def read_report(path):
    """The number of calls of each (context, path) in a report."""
    with open(path, encoding="utf-8") as file:
        try:
            return collections.Counter({
                (p["context"], tuple(p["path"])): p["count"]
                for p in json.load(file)["paths"] if p["count"]})
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path} is not a report in JSON: {error!r}"
                           ) from error


def by_function(counts, names):
    """The number of calls of each of the functions, whatever the path."""
    total = collections.Counter()
    for (_, path), count in counts.items():
        if bare(path[-1]) in names:
            total["any context", (bare(path[-1]),)] += count
    return total


def compare(trace, report):
    """Print every difference, and return their number."""
    keys = sorted(key for key in trace.keys() | report.keys()
                  if trace[key] != report[key])
    for context, path in keys:
        print(f"[{context}] {' > '.join(path)}: function_graph"
              f" {trace[context, path]}, fgagg {report[context, path]}")
    print(f"{len(trace.keys() | report.keys())} paths,"
          f" {trace.total()} calls with function_graph,"
          f" {report.total()} with fgagg: {len(keys)} paths differ")
    return len(keys)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inline", action="store_true",
                        help="fgagg ran with softirq=inline")
    parser.add_argument("--functions", metavar="NAME,...",
                        help="compare only these functions, on whatever path:"
                        " the two sides saw different runs of the same traffic")
    parser.add_argument("trace", metavar="TRACE")
    parser.add_argument("report", metavar="REPORT")
    args = parser.parse_args()
    try:
        trace = read_trace(args.trace, args.inline)
        report = read_report(args.report)
        if args.functions:
            names = args.functions.split(",")
            trace = by_function(trace, names)
            report = by_function(report, names)
        if not trace and not report:
            raise BadInput("neither side has any calls")
    except (BadInput, OSError) as error:
        print(f"funcgraph_compare: {error}", file=sys.stderr)
        return 2
    except NotQuiet as error:
        print(f"funcgraph_compare: {error}", file=sys.stderr)
        return 3
    return 1 if compare(trace, report) else 0


if __name__ == "__main__":
    sys.exit(main())
