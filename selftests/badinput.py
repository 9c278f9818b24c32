#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""badinput.py DIR: write what is wrong to the files of fgagg.

Every write must fail with the right errno, say why in one line of stats, and
change nothing.  Prints "NAME" or "NAME<tab>PROBLEM" for each case.
"""

import errno
import os
import random
import re
import sys

NUMBER = r"{} is a number from \d+ to \d+"
PATTERN = r'malformed pattern "{}": write .+'
WORDS = r"{} is (\w+, )?\w+ or \w+"

SETTINGS = ["enable", "functions", "roots", "pids", "cpus", "max_depth", "time",
            "softirq", "hook", "clock", "compensate", "precision", "max_paths"]

# What no setting takes.
ANYWHERE = [
    ("zero byte", b"1\0", errno.EINVAL),
    ("zeroes", b"\0" * 100, errno.EINVAL),
    ("too long", b" " * (64 * 1024) + b"1", errno.E2BIG),
    ("garbage", None, errno.EINVAL),
]

CASES = [
    ("enable", ["2", "-1", "10", "1 0", "01", "yes!", "maybe", "\n"],
     errno.EINVAL, "enable is 0 or 1"),
    ("reset", ["0", "2", "11", "1x", "\n"], errno.EINVAL, "write 1 to reset"),
    ("time", ["\n", "wal", "wallcpu", "cpu wall", "CPU"], errno.EINVAL,
     WORDS.format("time")),
    ("softirq", ["\n", "splitted", "in line"], errno.EINVAL,
     WORDS.format("softirq")),
    ("hook", ["\n", "kprobe", "graphs"], errno.EINVAL, WORDS.format("hook")),
    ("hook", ["direct", "graph"], errno.EBUSY,
     "the hook cannot change while enable is 1"),
    ("clock", ["\n", "TSC", "jiffies", "tsc local_clock"], errno.EINVAL,
     WORDS.format("clock")),
    ("clock", ["tsc", "local_clock"], errno.EBUSY,
     "the clock cannot change while enable is 1"),
    ("compensate", ["\n", "2", "-1", "yes"], errno.EINVAL,
     WORDS.format("compensate")),
    ("compensate", ["0"], errno.EBUSY,
     "compensate cannot change while enable is 1"),
    ("max_depth", ["\n", "0", "1001", "-1", "5x", "5 6", "4294967297", "1e3"],
     errno.EINVAL, NUMBER.format("max_depth")),
    ("precision", ["\n", "0", "8", "-4", "4.5", "four"], errno.EINVAL,
     NUMBER.format("precision")),
    ("max_paths", ["\n", "15", "4194305", "18446744073709551617", "1M"],
     errno.EINVAL, NUMBER.format("max_paths")),
    ("precision", ["5"], errno.EBUSY, "tables cannot change while enable is 1"),
    ("max_paths", ["17"], errno.EBUSY, "tables cannot change while enable is 1"),
    ("pids", ["-1", "1 2 x", "1.5", "4294967296", "self", "1;2"], errno.EINVAL,
     'pids are numbers from 0 with commas between, not ".+"'),
    ("pids", [",".join(map(str, range(257)))], errno.E2BIG,
     "no more than 256 pids"),
    ("cpus", ["x", "-1", "0-", "1-0", "0,99999", "4096", "0-1:"], errno.EINVAL,
     "cpus is a list such as 0-3,6, within [0-9-]+"),
    ("functions", ["@nosuch", "@", "!@nosuch", "@nic*", "tracee_leaf @NIC"],
     errno.EINVAL, r'(unknown set "!?@\w+": the sets are .+|'
     r'malformed pattern "@(nic\*)?": write .+)'),
    ("functions", ["!", "!!tracee_leaf", "a:mod:", ":mod:fgagg_tracee", "a:b",
                   "a:mod:b:mod:c", "a/b", "[fgagg_tracee]", "a [b", "a []",
                   "@nic [b]", "@nic:mod:b", "tracee_leaf ! tracee_tree",
                   "caf\u00e9", "a;b", "a\x01b", "\x1b[31m"],
     errno.EINVAL, PATTERN.format(".*")),
    ("functions", ["a" * 128, "a [" + "b" * 128 + "]", "tracee_leaf " + "b" * 5000],
     errno.ENAMETOOLONG, r'pattern ".{20}\.\.\." has a name of more than 127 characters'),
    ("roots", ["@nosuch", "@"], errno.EINVAL, ".+"),
    ("roots", ["!", "a:mod:", "a:b"], errno.EINVAL, PATTERN.format(".+")),
]


def read(path):
    """The content of a file."""
    with open(path, "rb") as file:
        return file.read()


def state():
    """All that a write could have changed."""
    stats = [line for line in read("stats").splitlines()
             if not line.startswith(b"last_error: ")]
    return [read(name) for name in SETTINGS] + [read("attached")] + stats


def last_error():
    """What the last line of stats says."""
    lines = read("stats").decode(errors="replace").split("\n")
    key, _, text = lines[-2].partition(": ")
    return text if key == "last_error" and not lines[-1] else ""


def problem(name, data, want_errno, want_text):
    """What is wrong with how the write is refused, or nothing."""
    before = state()
    # An error of another kind first: what is read afterwards is of this write.
    other = "max_depth" if name == "time" else "time"
    for path, text in (other, b"x"), (name, data):
        fd = os.open(path, os.O_WRONLY)
        try:
            os.write(fd, text)
            return "is accepted"
        except OSError as error:
            got = error.errno
        finally:
            os.close(fd)
    if got != want_errno:
        return f"errno {errno.errorcode[got]}"
    if not re.fullmatch(want_text, last_error()):
        return f"last_error is '{last_error()}'"
    if not last_error().isprintable():
        return f"last_error is {last_error()!r}"
    if state() != before:
        return "something has changed"
    return ""


def cases():
    """All cases: file, what to call it, bytes, errno, text of the error."""
    for name in SETTINGS:
        for what, data, want in ANYWHERE:
            if data is None:
                data = b"\xff" + random.randbytes(100).replace(b"\0", b"\1")
            yield name, what, data, want, ".+"
    for name, texts, want, message in CASES:
        for text in texts:
            # What is in use already may be written.
            if f"{name}: {text}\n".encode() in read("stats"):
                continue
            yield name, repr(text[:20]), text.encode(), want, message


def main():
    os.chdir(sys.argv[1])
    seed = random.randrange(1 << 32)
    random.seed(seed)
    print(f"# seed {seed}")
    for name, what, *case in cases():
        print(f"{name}: {what}", problem(name, *case), sep="\t")


if __name__ == "__main__":
    main()
