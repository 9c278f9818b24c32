#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""snapshot.py FILE ANSWER: look into snapshots of fgagg.

FILE is read anew for every question, which is a line of standard input: a command
and its arguments, with tabs between.  What it says is in ANSWER as soon as its exit
status has been printed.

    paths [FIELD...]    "FIELD... CONTEXT NAME;NAME;..." for every path that was
                        called, over all CPUs; by default FIELD is count.  Others
                        are total, self, cost, min, max, max_pid, max_comm, and most:
                        calls in the fullest bucket of a CPU
    cpus PATH           "CPU COUNT" for every CPU that has counted the path
                        "CONTEXT NAME;NAME;..."
    sums                "COUNT SELF TOTAL": calls, exclusive times of all paths,
                        and inclusive times of those that have no caller
    stats               the text of the file "stats" at that moment
    check               nothing

Functions of the module fgagg_tracee are named without it, unless a question begins
with --whole.

First it checks that everything agrees with everything, as it does when no call is
on its way.

This reads the format by its description in kmod/uapi/fgagg.h and shares nothing
with the reader, so that the two check each other.
"""

import struct
import sys

MAGIC = 0x50414e5347474146
STATS, STRINGS, RECORDS = 1, 2, 3
CONTEXTS = ["task", "softirq", "hardirq", "nmi"]
LOSSES = ["full", "pool", "overrun", "miss", "collision", "stopped"]

HEAD = struct.Struct("=QIIQ QQQQQ QQQ 6Q 4Q II")
SECTION = struct.Struct("=IIQ")
RECORD = struct.Struct("=III HH QQ II QQQQQ 16s Q")
BUCKET = struct.Struct("=IIQ")


class Bad(Exception):
    """The snapshot contradicts its description, or itself."""


def need(condition, *what):
    """Complain unless the condition holds."""
    if not condition:
        raise Bad(" ".join(str(part) for part in what))


class Record:
    """One call path on one CPU."""

    def __init__(self, data, at):
        (self.size, head, nr_buckets, self.cpu, self.context, self.key,
         self.parent, self.name, self.max_pid, self.total, self.self, self.min,
         self.max, self.max_ticks, comm, self.cost) = RECORD.unpack_from(data, at)
        need(head == RECORD.size, "record of", head, "bytes")
        need(self.size == head + nr_buckets * BUCKET.size, "record size")
        self.comm = comm.rstrip(b"\0").decode()
        self.buckets = []
        for i in range(nr_buckets):
            index, zero, count = BUCKET.unpack_from(
                data, at + head + i * BUCKET.size)
            need(zero == 0 and count, "empty bucket", index)
            self.buckets.append((index, count))
        self.count = sum(count for _, count in self.buckets)


class Path:
    """One call path, over all CPUs."""

    def __init__(self, names):
        self.names = names
        self.count = self.total = self.self = self.cost = 0
        self.max = self.most = 0
        self.min = 2 ** 64 - 1
        self.max_pid, self.max_comm = 0, ""
        self.cpus = {}

    def add(self, record):
        """Add a record of this path."""
        self.count += record.count
        self.total += record.total
        self.self += record.self
        self.cost += record.cost
        self.min = min(self.min, record.min)
        self.most = max([self.most, *(count for _, count in record.buckets)])
        if record.max > self.max:
            self.max = record.max
            self.max_pid, self.max_comm = record.max_pid, record.comm
        self.cpus[record.cpu] = self.cpus.get(record.cpu, 0) + record.count


class Snapshot:
    """A snapshot, and what follows from it."""

    def __init__(self, data, unsaid=""):
        self.unsaid = unsaid
        need(len(data) >= HEAD.size, "only", len(data), "bytes")
        (magic, version, head, self.size, self.epoch, self.clock_khz, _, _, _,
         self.entered, self.open, self.clamped, *rest) = HEAD.unpack_from(data)
        self.lost = dict(zip(LOSSES, rest[:6]))
        self.root_key = rest[6:10]
        self.precision, self.nr_records = rest[10:]
        need(magic == MAGIC, "magic number", hex(magic))
        need(version == 1, "version", version)
        need(head == HEAD.size, "head of", head, "bytes")
        need(self.size == len(data), "size", self.size, "of", len(data))

        self.stats, self.strings, self.records = "", b"", []
        at = head
        while at < len(data):
            kind, zero, size = SECTION.unpack_from(data, at)
            need(zero == 0 and at % 8 == 0, "section at", at)
            at += SECTION.size
            need(at + size <= len(data), "section of", size, "bytes")
            if kind == STATS:
                self.stats = data[at:at + size].decode(errors="replace")
            elif kind == STRINGS:
                self.strings = data[at:at + size]
            elif kind == RECORDS:
                self.read_records(data, at, at + size)
            at += (size + 7) // 8 * 8
        need(at == len(data), "ends at", at, "instead of", len(data))
        need(len(self.records) == self.nr_records, "records")
        self.paths = self.merge()

    def read_records(self, data, at, end):
        """Read a section of records."""
        while at < end:
            self.records.append(Record(data, at))
            at += self.records[-1].size
        need(at == end, "records end at", at, "instead of", end)

    def name(self, offset):
        """A string of the snapshot, without what need not be said."""
        name = self.strings[offset:self.strings.index(b"\0", offset)].decode()
        return name.removesuffix(self.unsaid)

    def merge(self):
        """The paths by "CONTEXT NAME;NAME;...".

        Records of one path are added up: those of several CPUs, and those of a
        module that was loaded again elsewhere.
        """
        by_key = {record.key: record for record in self.records}
        names = {key: (CONTEXTS[i],) for i, key in enumerate(self.root_key)}
        paths = {}
        for record in self.records:
            missing, key = [], record.key
            while key not in names:
                missing.append(key)
                need(key in by_key, "no record of parent", hex(key))
                key = by_key[key].parent
            for key in reversed(missing):
                names[key] = (*names[by_key[key].parent],
                              self.name(by_key[key].name))
            context, *path = names[record.key]
            text = context + " " + ";".join(path)
            paths.setdefault(text, Path(names[record.key])).add(record)
        return paths

    def check(self):
        """Check what must be true of every snapshot."""
        recorded = 0
        keys = {(record.cpu, record.key) for record in self.records}
        names = {record.key: record.parent for record in self.records}
        for record in self.records:
            what = f"record of {self.name(record.name)!r} on {record.cpu}:"
            need(self.name(record.name), what, "no name")
            need(record.context < len(CONTEXTS), what, "context")
            need((record.cpu, record.parent) in keys or
                 record.parent == self.root_key[record.context],
                 what, "no parent on this CPU")
            root = record.parent
            while root in names:
                root = names[root]
            need(root == self.root_key[record.context], what, "wrong context")
            indexes = [index for index, _ in record.buckets]
            need(indexes == sorted(set(indexes)), what, "order of buckets")
            if record.count:
                self.check_times(record, what)
            recorded += record.count
        need(self.entered == recorded + self.open + sum(self.lost.values()),
             "entered", self.entered, "recorded", recorded, "open", self.open,
             "lost", self.lost)
        self.check_tree()

    def check_times(self, record, what):
        """Check the times of a record against its buckets."""
        indexes = [index for index, _ in record.buckets]
        need(self.bucket_index(record.min) == indexes[0], what, "min")
        need(self.bucket_index(record.max) == indexes[-1], what, "max")
        need(record.max_ticks, what, "nobody made the slowest call")
        low = sum(self.bucket_low(i) * n for i, n in record.buckets)
        high = sum((self.bucket_low(i + 1) - 1) * n for i, n in record.buckets)
        need(low <= record.total <= high, what, "total", record.total,
             "not from", low, "to", high)
        need(record.self <= record.total or self.overpaid(), what, "self",
             record.self, "of", record.total)

    def overpaid(self):
        """Was more taken off a call, as cost of tracing, than it has taken?

        Then parts do not add up to the whole: so check with compensate=0.
        """
        return "\nclamped_cost: 0\n" not in self.stats

    def check_tree(self):
        """Check that times of parts add up to that of the whole.

        What was stolen or clamped, and what was lost below or is still open
        above, is in one of the two only.
        """
        if self.clamped or self.overpaid() or self.open or any(
                self.lost.values()) or any(
                path.names[0] != "task" for path in self.paths.values()):
            return
        children = {}
        for path in self.paths.values():
            parent = path.names[:-1]
            children[parent] = children.get(parent, 0) + path.total
        for path in self.paths.values():
            below = children.get(path.names, 0)
            need(path.total == path.self + below, ";".join(path.names), "total",
                 path.total, "is not self", path.self, "and callees", below)

    def bucket_index(self, value):
        """The bucket of a value, as fgagg_bucket_index()."""
        shift = max(value.bit_length() - 1 - self.precision, 0)
        return (shift << self.precision) + (value >> shift)

    def bucket_low(self, index):
        """The least value of a bucket, as fgagg_bucket_low()."""
        half = 1 << self.precision
        if index < 2 * half:
            return index
        return (index % half + half) << (index // half - 1)


def answer(snapshot, command, *args):
    """What the command asks for, as text."""
    snapshot.check()
    if command == "paths":
        fields = args or ["count"]
        return "".join(
            " ".join(str(getattr(path, field)) for field in fields) + f" {text}\n"
            for text, path in sorted(snapshot.paths.items()) if path.count)
    if command == "cpus":
        path = snapshot.paths.get(args[0], Path(()))
        return "".join(f"{cpu} {count}\n"
                       for cpu, count in sorted(path.cpus.items()) if count)
    if command == "sums":
        paths = snapshot.paths.values()
        return " ".join(str(sum(numbers)) for numbers in (
            (path.count for path in paths), (path.self for path in paths),
            (path.total for path in paths if len(path.names) == 2))) + "\n"
    if command == "stats":
        return snapshot.stats
    if command == "check":
        return ""
    raise Bad(f"no command {command}")


def ask(path, question):
    """The exit status of a question and what it says."""
    unsaid = " [fgagg_tracee]"
    if question[0] == "--whole":
        question, unsaid = question[1:], ""
    try:
        with open(path, "rb") as file:
            snapshot = Snapshot(file.read(), unsaid)
        return 0, answer(snapshot, *question)
    except (Bad, OSError) as error:
        return 1, f"snapshot.py: {error}\n"


def main():
    path, result = sys.argv[1:]
    for line in sys.stdin:
        status, text = ask(path, line.rstrip("\n").split("\t"))
        with open(result, "w", encoding="utf-8") as file:
            file.write(text)
        print(status, flush=True)


if __name__ == "__main__":
    main()
