#!/usr/bin/python3 -IS
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

If a marker is there more than once, the last one counts: the counters were reset
again, or the report made again.

A call counts when it returns, as with fgagg.  Its context is what the column
hardirq/softirq says of its entry; as with fgagg, a call in another context than
that of the call below it is the root of a path of its own.

With softirq=inline there is a moment at which both are right and differ.  The two
tracers enter do_softirq one after the other, and leave it so: softirqs of an
interrupt that comes in between are inside for one of them only.  Softirqs next to
an entry or a return of do_softirq are therefore taken for what fgagg says of them,
as a whole, if that is few of them.

The graph hook shares a stack of one page with function_graph.  A call for which it
has no room there is traced by function_graph only, and fgagg says that it is lost.
Few are.

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

# " 1)  traffic-211   |  ..s2. |     udp_rcv() {", and other events that matter
LINE = re.compile(r"\s*(\d+)\)\s+.*?-(\d+)\s+\|\s+(\S+)\s+\|\s+"
                  r"(?:(?!/\*)(.+)\(\)(;| \{)|\} /\* (.+) \*/|/\* fgagg: (\w+) \*/)")
MARKER = re.compile(r"/\* fgagg: (\w+) \*/")
# "#423/423": events in the buffer, and how many were written
WRITTEN = re.compile(r"# latency: .*#(\d+)/(\d+),")

# Softirqs that a task runs by itself run below this function.
SOFTIRQ_FUNC = "do_softirq"
# Others are below this place.
SOFTIRQ_ROOT = ("softirq", ())

# One softirq in this number may have come between the two tracers.
SOFTIRQS_PER_MOVED = 20

# One call in this number may be nested too deep for both tracers.
CALLS_PER_LOST = 100

Call = collections.namedtuple("Call", "context path inline softirq")


class Softirq:
    """The calls of one softirq.

    place is the context and the path that they are below, and other the place
    where another tracer may have seen them, or None.  counts has them by what
    their paths have more than the place's.
    """

    def __init__(self, place, other=None):
        self.place = place
        self.other = other
        self.counts = collections.Counter()

    def calls(self, place):
        """Number of calls of each (context, path), below this place."""
        return {(place[0], place[1] + path): count
                for path, count in self.counts.items()}


class BadInput(Exception):
    """A file is not what it should be."""


class NotQuiet(Exception):
    """Calls that may or may not have been counted."""


def bare(name):
    """A function's name without module and what the compiler appends."""
    return name.split(" ")[0].split(".")[0]


class Stack:
    """The calls of a task that are open.

    before has the softirqs that were the last to happen on it, and left is where
    do_softirq was, if it has returned and nothing but softirqs came later.
    """

    def __init__(self):
        self.calls = []
        self.before = []
        self.left = None


class Trace:
    """Counts calls by path from the lines of a trace.

    markers has for each marker the number of the line that counts.  phase is the
    last such marker; calls that return after "start" count.  softirqs has those
    that are inside of a task's do_softirq, or next to one.
    """

    def __init__(self, inline, markers):
        self.inline = inline
        self.markers = markers
        self.stacks = collections.defaultdict(Stack)
        self.counts = collections.Counter()
        self.softirqs = []
        self.phase = None
        self.disturbances = []

    def context(self, flags, stack):
        """The context that fgagg gives to a call."""
        if len(flags) < 3 or flags[2] not in CONTEXTS:
            raise BadInput(f"'{flags}' does not say the context of a call")
        context = CONTEXTS[flags[2]]
        if context == "softirq" and stack.calls and stack.calls[-1].inline:
            return stack.calls[-1].context
        return context

    def begin_softirq(self, stack, inside):
        """A softirq begins, inside of this call of do_softirq if there is one."""
        if inside:
            softirq = Softirq(inside[:2], SOFTIRQ_ROOT)
        else:
            softirq = Softirq(SOFTIRQ_ROOT, stack.left)
        if softirq.other:
            self.softirqs.append(softirq)
        else:
            stack.before.append(softirq)
        return softirq

    def end_softirqs(self, stack, place=None):
        """The task goes on: into do_softirq, if that has a place."""
        if place:
            for softirq in stack.before:
                softirq.other = place
            self.softirqs += stack.before
        stack.before.clear()
        stack.left = None

    def enter(self, stack, name, flags):
        """A call was entered."""
        context = self.context(flags, stack)
        path, inline, softirq = (name,), False, None
        caller = stack.calls[-1] if stack.calls else None
        if caller and caller.context == context:
            path = caller.path + path
            inline, softirq = caller.inline, caller.softirq
        if not softirq:
            if inline or context == "softirq":
                softirq = self.begin_softirq(stack, caller if inline else None)
            elif context == "task":
                inline = self.inline and bare(name) == SOFTIRQ_FUNC
                self.end_softirqs(stack, (context, path) if inline else None)
        stack.calls.append(Call(context, path, inline, softirq))

    def leave(self, stack, name):
        """A call has returned."""
        if not stack.calls or stack.calls[-1].path[-1] != name:
            raise BadInput(f"{name} returns, but was not the last to be called")
        call = stack.calls.pop()
        if call.context == "task" and not call.softirq:
            self.end_softirqs(stack)
            if call.inline:
                stack.left = call[:2]
        if self.phase == "start":
            self.counts[call.context, call.path] += 1
            if call.softirq:
                path = call.path[len(call.softirq.place[1]):]
                call.softirq.counts[path] += 1

    def line(self, number, line):
        """Take one line of the file."""
        match = LINE.match(line)
        if not match:
            written = WRITTEN.match(line)
            if written and written[1] != written[2]:
                raise BadInput(f"the ring buffer has {written[1]} of {written[2]}"
                               " events: make it larger")
            return
        cpu, pid, flags, entered, how, left, marker = match.groups()
        if marker:
            if self.markers[marker] == number:
                self.phase = marker
            return
        # The idle tasks share a number.
        stack = self.stacks[pid if pid != "0" else "idle " + cpu]
        if self.phase in ("reset", "report"):
            self.disturbances.append(f"{entered or left} after '{self.phase}'")
        if entered:
            self.enter(stack, entered, flags)
        if left or how == ";":
            self.leave(stack, left or entered)


def read_trace(path, inline):
    """A trace."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = list(enumerate(file, 1))
    trace = Trace(inline, {match[1]: number for number, line in lines
                           if (match := MARKER.search(line))})
    for number, line in lines:
        try:
            trace.line(number, line)
        except BadInput as error:
            raise BadInput(f"{path}:{number}: {error}") from error
    if trace.phase != "end":
        raise BadInput(f"{path}: the last marker is {trace.phase}, not 'end'")
    if trace.disturbances:
        raise NotQuiet(f"{len(trace.disturbances)} calls came or went while the"
                       f" counters were reset or read: {trace.disturbances[0]}")
    return trace


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


def move_softirqs(trace, report):
    """Take softirqs for what the report says of them, where that can be.

    Those of most calls first, as one of few may fit where one of more belongs.
    """
    moved = 0
    for softirq in sorted(trace.softirqs, reverse=True,
                          key=lambda softirq: softirq.counts.total()):
        here = softirq.calls(softirq.place)
        there = softirq.calls(softirq.other)
        if here and \
           all(trace.counts[key] - report[key] >= count
               for key, count in here.items()) and \
           all(report[key] - trace.counts[key] >= count
               for key, count in there.items()):
            trace.counts.subtract(here)
            trace.counts.update(there)
            moved += 1
    if moved:
        print(f"{moved} of {len(trace.softirqs)} softirqs came between the"
              " tracers")
    if moved * SOFTIRQS_PER_MOVED > len(trace.softirqs):
        raise BadInput("that many softirqs cannot have come between them")
    trace.counts += collections.Counter()


def forgive_lost(trace, report, lost):
    """What is in the report, if all that it lacks are calls that are lost."""
    missing = trace.total() - report.total()
    if not 0 < missing <= lost or not report <= trace or \
       missing * CALLS_PER_LOST > trace.total():
        return trace
    print(f"fgagg has lost {lost} calls, of which function_graph has {missing}")
    return report


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
    parser.add_argument("--lost", metavar="N", type=int, default=0,
                        help="number of calls for which fgagg had no room on the"
                        " stack that function_graph has, too")
    parser.add_argument("trace", metavar="TRACE")
    parser.add_argument("report", metavar="REPORT")
    args = parser.parse_args()
    try:
        trace = read_trace(args.trace, args.inline)
        report = read_report(args.report)
        move_softirqs(trace, report)
        trace = trace.counts
        if args.functions:
            names = args.functions.split(",")
            trace = by_function(trace, names)
            report = by_function(report, names)
        trace = forgive_lost(trace, report, args.lost)
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
