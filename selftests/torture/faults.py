#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""faults.py DIR MODULE TRACEE HOOK: make allocations fail, one after the other.

For each operation, the first allocation that the kernel makes in it fails, then
the second, and so on until there are no more.  Each time the operation must fail
in a way that says so and leave everything as it was, or succeed as ever.

Prints "OPERATION: N failures" or "OPERATION<tab>PROBLEM" for each operation.
"""

import ctypes
import errno
import os
import sys

FAULTS = "/sys/kernel/debug"
ENABLED = "/sys/kernel/tracing/enabled_functions"
KNOWN = "/sys/kernel/tracing/available_filter_functions"
NTH = "/proc/thread-self/fail-nth"
SYS_FINIT_MODULE, SYS_DELETE_MODULE = 313, 176
LIMIT = 20000

libc = ctypes.CDLL(None, use_errno=True)


def syscall(*args):
    """A system call, or OSError."""
    if libc.syscall(*args) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def read(path):
    """The content of a file."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def lines(path):
    """The lines of a file."""
    return read(path).splitlines()


def write(path, text):
    """Write in one go."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def hooked():
    """How many functions ftrace has hooks in."""
    return len(lines(ENABLED))


class Operation:
    """What all operations have, if they have no other."""

    # The last is what a copy from or to user space says that is made to fail, too.
    expected = [errno.ENOMEM, errno.EFAULT]
    # The function of the kernel below which nothing fails with the graph hook: if
    # there is no memory here Linux 6.12 traces all functions.
    spared = "append_hashes"

    def wrong(self):
        """What is not as is said after it was done, if anything."""
        return ""


class Load(Operation):
    """Load the module, which starts tracing."""

    name = "load"
    # The last is said if it was ftrace that had no memory for a module's functions.
    expected = [*Operation.expected, errno.ENOENT]

    def __init__(self, parameters):
        self.parameters = parameters.encode()
        self.fd = os.open(MODULE, os.O_RDONLY)

    def before(self):
        """As it is before, and after a failure."""
        return [os.path.exists("/sys/module/fgagg"), os.path.exists(DIR), hooked()]

    def do(self):
        """The operation."""
        syscall(SYS_FINIT_MODULE, self.fd, self.parameters, 0)

    def undo(self):
        """Make another try possible."""
        write(DIR + "/enable", "0")
        syscall(SYS_DELETE_MODULE, b"fgagg", 0)


class Write(Operation):
    """Write to a file."""

    def __init__(self, file, text, undo):
        self.name = f"{file} {text}"
        self.fd = os.open(f"{DIR}/{file}", os.O_WRONLY)
        self.text = text.encode()
        self.back = undo

    def before(self):
        """What a write that fails may not change."""
        names = ["enable", "functions", "roots", "max_paths", "hook"]
        return [*(read(f"{DIR}/{name}") for name in names), hooked()]

    def do(self):
        """The operation."""
        os.write(self.fd, self.text)

    def undo(self):
        """What undoes it."""
        for file, text in self.back:
            write(f"{DIR}/{file}", text)


class Read(Operation):
    """Open a file and read it to its end."""

    def __init__(self, file):
        self.name = f"read {file}"
        self.path = f"{DIR}/{file}"

    def before(self):
        """What may not change."""
        return [read(f"{DIR}/enable"), hooked()]

    def do(self):
        """The operation."""
        fd = os.open(self.path, os.O_RDONLY)
        try:
            while os.read(fd, 65536):
                pass
        finally:
            os.close(fd)

    def undo(self):
        """There is nothing to undo."""


class Tracee(Operation):
    """Load or unload the module that is traced."""

    # If there is no memory here Linux 6.12 keeps whoever goes registered.
    spared = "ftrace_shutdown_subops"

    def __init__(self, load):
        self.name = "the tracee comes" if load else "the tracee goes"
        self.traced = {f"tracee_{name} [fgagg_tracee]"
                       for name in ("leaf", "tree") if load}
        self.fd = os.open(TRACEE, os.O_RDONLY)
        self.do, self.back = ((self.come, self.go) if load else
                              (self.go, self.come))

    def before(self):
        """As it is before, and after a failure."""
        return [os.path.exists("/sys/module/fgagg_tracee"), hooked()]

    def wrong(self):
        """What is to be traced is hooked, and said to be."""
        said = {line.split("\t")[1] for line in lines(f"{DIR}/attached")
                if line.startswith("hooked\t")}
        hooks = {" ".join(line.split()[:2]) for line in lines(ENABLED)
                 if "[fgagg_tracee]" in line}
        if said == hooks == self.traced:
            return ""
        # Linux loads a module even without memory to know what can be hooked in it.
        if said == hooks == self.traced.intersection(lines(KNOWN)):
            return ""
        return f"attached {said}, hooked {hooks}"

    def undo(self):
        """The reverse; and if what is left could not be hooked, tracing is off."""
        self.back()
        write(DIR + "/enable", "1")

    def come(self):
        """Load it."""
        syscall(SYS_FINIT_MODULE, self.fd, b"", 0)

    def go(self):
        """Unload it."""
        syscall(SYS_DELETE_MODULE, b"fgagg_tracee", 0)


def set_nth(nth_fd, nth):
    """The nth allocation from now on will fail.  A copy of these bytes may have
    been the one of the last time."""
    try:
        os.pwrite(nth_fd, str(nth).encode(), 0)
    except OSError:
        os.pwrite(nth_fd, str(nth).encode(), 0)


def attempt(operation, nth_fd, nth):
    """Do it with the nth allocation failing: OSError or None, and whether any
    allocation was left to fail."""
    error = None
    set_nth(nth_fd, nth)
    try:
        operation.do()
    except OSError as got:
        error = got
    try:
        rest = int(os.pread(nth_fd, 20, 0))
    except OSError:
        rest = 1        # this was what failed
    set_nth(nth_fd, 0)
    return error, rest == 0


def fail_each(operation, nth_fd):
    """Let every allocation fail: how many there are, and the first problem."""
    before = operation.before()
    for nth in range(1, LIMIT):
        if nth % 20 == 0:
            print(f"# {operation.name}: {nth}", flush=True)
        error, failed = attempt(operation, nth_fd, nth)
        if error and not failed:
            return nth, f"failed without a reason: {error}"
        if error and error.errno not in operation.expected:
            return nth, f"allocation {nth}: {error}"
        if not error:
            wrong = operation.wrong()
            operation.undo()
            if wrong:
                return nth, f"allocation {nth}: {wrong}"
        if operation.before() != before:
            return nth, (f"allocation {nth} ({error}) left "
                         f"{operation.before()} instead of {before}")
        if not failed:
            return nth - 1, ""
    return LIMIT, "there is no end"


def prepare():
    """All allocations of this thread may fail, silently."""
    for kind in "failslab", "fail_page_alloc":
        write(f"{FAULTS}/{kind}/ignore-gfp-wait", "N")
        write(f"{FAULTS}/{kind}/verbose", "0")
    write(f"{FAULTS}/fail_page_alloc/ignore-gfp-highmem", "N")
    write(f"{FAULTS}/fail_page_alloc/min-order", "0")
    if os.path.exists(f"{FAULTS}/fail_usercopy"):
        write(f"{FAULTS}/fail_usercopy/verbose", "0")


def spare(function):
    """What is allocated below this function of the kernel does not fail."""
    symbols = sorted((int(line[0], 16), line[2]) for line in
                     map(str.split, read("/proc/kallsyms").splitlines()))
    start = next(address for address, name in symbols if name == function)
    end = next(address for address, _ in symbols if address > start)
    for kind in "failslab", "fail_page_alloc":
        write(f"{FAULTS}/{kind}/stacktrace-depth", "32")
        write(f"{FAULTS}/{kind}/reject-start", hex(start))
        write(f"{FAULTS}/{kind}/reject-end", hex(end))


def operations(hook):
    """Everything that allocates; the module is loaded by the way."""
    functions = "functions=tracee_leaf,tracee_tree"
    load = Load(f"{functions} hook={hook}")
    yield load
    load.do()
    stop, start = ("enable", "0"), ("enable", "1")
    for file in "snapshot", "paths", "stats", "attached", "functions":
        yield Read(file)
    yield Write("functions", "tracee_leaf,tracee_twig",
                [("functions", "tracee_leaf,tracee_tree")])
    yield Write("roots", "tracee_tree", [("roots", "\n")])
    yield Write("reset", "1", [])
    goes, comes = Tracee(False), Tracee(True)
    yield goes
    goes.do()
    yield comes
    comes.do()
    write(DIR + "/enable", "0")
    yield Write("enable", "1", [stop])
    yield Write("functions", "tracee_leaf,tracee_twig",
                [("functions", "tracee_leaf,tracee_tree")])
    write(DIR + "/max_paths", "100")
    yield Write("enable", "1", [stop, ("max_paths", "5000"), start, stop,
                                ("max_paths", "100")])


def main():
    prepare()
    nth_fd = os.open(NTH, os.O_RDWR)
    for operation in operations(HOOK):
        if HOOK == "graph":
            spare(operation.spared)
        number, problem = fail_each(operation, nth_fd)
        if not number:
            problem = problem or "nothing was made to fail"
        print(f"{operation.name}: {number} failures", problem, sep="\t", flush=True)


if __name__ == "__main__":
    DIR, MODULE, TRACEE, HOOK = sys.argv[1:5]
    main()
