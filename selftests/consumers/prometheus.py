#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""prometheus.py PROGRAMS FGAGG SAMPLES: metrics of a small fleet.

Two node exporters, hosts lab1 and lab2, publish what the command of
contrib/prometheus/fgagg-metrics.service writes, and a Prometheus scrapes them
as contrib/prometheus says, only more often.  It scrapes OpenMetrics too, from a
server here.  All is asked back by its HTTP API.  Prints a line "NAME" or
"NAME<tab>PROBLEM" for each test.
"""

import collections
import contextlib
import http.server
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

CONTRIB = pathlib.Path(__file__).resolve().parents[2] / "contrib/prometheus"
SAMPLE = re.compile(r"^(\w+)(?:\{(.*?)\})? (\S+)(?: # \{(.*)\} (\S+))?$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Problem(Exception):
    """What a test has found."""


def key(name, labels):
    """The name of a series, without what the server adds, le as a number."""
    labels = {k: float(v) if k == "le" else v for k, v in labels.items()
              if k not in ("__name__", "job", "instance", "host")}
    return name, tuple(sorted(labels.items()))


def unescape(text):
    """A label's value as it was."""
    return re.sub(r"\\(.)", r"\1", text)


def parse(text):
    """The series of an exported file, and their exemplars."""
    series, exemplars = {}, {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value, exemplar, seconds = SAMPLE.match(line).groups()
        labels = {k: unescape(v) for k, v in LABEL.findall(labels or "")}
        if key(name, labels) in series:
            raise Problem(f"twice: {line}")
        series[key(name, labels)] = float(value)
        if exemplar:
            exemplars[key(name, labels)] = (dict(LABEL.findall(exemplar)),
                                            float(seconds))
    return series, exemplars


def wait_for(what, condition, seconds=60):
    """Its first value that is true."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Problem(f"waited {seconds} seconds for {what}")
        time.sleep(0.2)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Host:
    """A machine: what looks like its debugfs, and its node exporter."""

    def __init__(self, fleet, name):
        self.fleet = fleet
        self.name = name
        self.debugfs = fleet.dir / name / "debugfs"
        self.textfiles = fleet.dir / name / "textfiles"
        (self.debugfs / "fgagg").mkdir(parents=True)
        self.textfiles.mkdir()
        self.port = free_port()
        fleet.start("prometheus-node-exporter",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                    "--collector.disable-defaults", "--collector.textfile",
                    f"--collector.textfile.directory={self.textfiles}")

    def command(self):
        """That of the service, on this host's directories."""
        service = (CONTRIB / "fgagg-metrics.service").read_text()
        words = shlex.split(re.search(r"^ExecStart=(.*)$", service,
                                      re.M).group(1))
        output = self.textfiles / pathlib.Path(words[-1]).name
        return [self.fleet.fgagg, *words[1:-1], str(output), "--debugfs",
                str(self.debugfs)]

    def depth(self):
        """How deep the paths are that the command writes."""
        words = self.command()
        return int(words[words.index("--depth") + 1])

    def publish(self, sample):
        """Count what is in a sample, and write it out."""
        self.sample = self.fleet.samples / sample
        shutil.copy(self.sample, self.debugfs / "fgagg/snapshot")
        subprocess.run(self.command(), check=True)

    def written(self):
        """The series that were written."""
        return parse((self.textfiles / "fgagg.prom").read_text())[0]

    def paths(self):
        """The paths of the sample, by labels, from its JSON."""
        run = json.loads(self.fleet.export(self.sample, "json"))
        rows = [row for row in run["paths"]
                if len(row["path"]) <= self.depth()]
        return {(row["context"], ";".join(row["path"])): row
                for row in rows}, run["losses"]


class Fleet:
    """Two hosts and a Prometheus."""

    def __init__(self, stack, programs, fgagg, samples):
        self.stack = stack
        self.programs = pathlib.Path(programs)
        self.fgagg = fgagg
        self.samples = pathlib.Path(samples)
        self.dir = pathlib.Path(stack.enter_context(
            tempfile.TemporaryDirectory(prefix="fgagg-fleet-")))
        self.log = stack.enter_context(open(self.dir / "log", "w+b"))
        self.hosts = [Host(self, name) for name in ("lab1", "lab2")]
        self.port = free_port()

    def start(self, program, *args):
        """Start a server that ends with the test."""
        # pylint: disable=consider-using-with
        process = subprocess.Popen([self.programs / program, *args],
                                   stdout=self.log, stderr=self.log)
        self.stack.callback(process.wait)
        self.stack.callback(process.terminate)

    def print_log(self):
        """The last that the servers said."""
        for line in (self.dir / "log").read_text().splitlines()[-10:]:
            print(f"# {line}", flush=True)

    def export(self, sample, fmt):
        """What fgagg writes of a sample."""
        return subprocess.run([self.fgagg, "export", "--format", fmt, sample],
                              check=True, capture_output=True).stdout

    def serve_openmetrics(self, text):
        """A server of OpenMetrics; returns its port."""
        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers everything with the text."""
            def do_GET(self):  # pylint: disable=invalid-name
                """A scrape."""
                self.send_response(200)
                self.send_header("Content-Type",
                                 "application/openmetrics-text; "
                                 "version=1.0.0; charset=utf-8")
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args):  # pylint: disable=arguments-differ
                """Nothing."""

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.stack.callback(server.shutdown)
        return server.server_address[1]

    def run_prometheus(self, openmetrics_port):
        """With the configuration of contrib, every second, and one job more."""
        config = (CONTRIB / "prometheus.yml").read_text().replace("15s", "1s")
        config += ("  - job_name: openmetrics\n"
                   "    static_configs:\n"
                   f"      - targets: ['127.0.0.1:{openmetrics_port}']\n")
        hosts = (CONTRIB / "hosts.yml").read_text()
        for host in self.hosts:
            hosts = hosts.replace(f"{host.name}:9100",
                                  f"127.0.0.1:{host.port}")
        (self.dir / "prometheus.yml").write_text(config)
        (self.dir / "hosts.yml").write_text(hosts)
        shutil.copy(CONTRIB / "fgagg.rules.yml", self.dir)
        self.start("prometheus", f"--config.file={self.dir}/prometheus.yml",
                   f"--storage.tsdb.path={self.dir}/tsdb",
                   f"--web.listen-address=127.0.0.1:{self.port}",
                   "--enable-feature=exemplar-storage", "--log.level=warn")

    def ask(self, path, **query):
        """Data of an answer of the HTTP API; None while the server starts."""
        url = (f"http://127.0.0.1:{self.port}/api/v1/{path}?"
               f"{urllib.parse.urlencode(query)}")
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except ConnectionError:
            return None
        except urllib.error.HTTPError as error:
            if error.code == http.HTTPStatus.SERVICE_UNAVAILABLE:
                return None
            raise
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionError):
                return None
            raise

    def query(self, expression):
        """An instant query: values by labels."""
        data = self.ask("query", query=expression)
        return [(row["metric"], float(row["value"][1]))
                for row in data["result"]] if data else []

    def stored(self, selector):
        """All series of fgagg's that the server has of a target."""
        return {key(labels["__name__"], labels): value for labels, value
                in self.query(f'{{__name__=~"fgagg_.*",{selector}}}')}


def compare(got, want):
    """Fails unless the series are the same."""
    if got == want:
        return
    differing = [(name, got.get(name), want.get(name))
                 for name in sorted(set(got) | set(want), key=str)
                 if got.get(name) != want.get(name)]
    raise Problem(f"{len(differing)} series differ; name, got, want: "
                  f"{differing[:3]}")


def histogram(series, context, path):
    """Cumulative buckets of a path, by bound."""
    return sorted(
        (dict(labels)["le"], value) for (name, labels), value in series.items()
        if name == "fgagg_call_seconds_bucket" and
        (dict(labels)["context"], dict(labels)["path"]) == (context, path))


def quantile(buckets, q):
    """As Prometheus interpolates it; and the bucket that it is in."""
    rank = q * buckets[-1][1]
    low, below = 0, 0
    for bound, count in buckets:
        if count >= rank:
            break
        low, below = bound, count
    if bound == float("inf"):
        return low, low, bound
    return low + (bound - low) * (rank - below) / (count - below), low, bound


def check_path(series, context, path, row):
    """Fails unless the metrics of a path are what its JSON says."""
    labels = {"context": context, "path": path, "function": row["path"][-1]}
    for name, value in (("fgagg_call_seconds_count", row["count"]),
                        ("fgagg_call_seconds_sum", row["total_ns"] / 1e9),
                        ("fgagg_self_seconds_total", row["self_ns"] / 1e9),
                        ("fgagg_call_max_seconds", row["max_ns"] / 1e9)):
        if series[key(name, labels)] != value:
            raise Problem(f"{name} of {path} is not {value}")
    buckets = histogram(series, context, path)
    if buckets[-1] != (float("inf"), row["count"]) or len(buckets) != 26:
        raise Problem(f"buckets of {path}: {buckets}")
    for bound, count in buckets:
        # At least what is certainly not above, at most what may not be.
        least = sum(n for _, end, n in row["hist"] if end <= bound * 1e9)
        most = sum(n for start, _, n in row["hist"] if start <= bound * 1e9)
        if not least <= count <= most:
            raise Problem(f"{count} calls of {path} within {bound} s, not "
                          f"{least} to {most}")


def test_published(fleet):
    """the server has what the exporters were given"""
    for host in fleet.hosts:
        selector = f'host="{host.name}"'
        wait_for(f"metrics of {host.name}",
                 lambda s=selector, h=host: len(fleet.stored(s)) ==
                 len(h.written()))
        compare(fleet.stored(selector), host.written())
        if fleet.query(f"node_textfile_scrape_error{{{selector}}}")[0][1]:
            raise Problem(f"the exporter of {host.name} cannot read its file")


def test_values(fleet):
    """the metrics are the counts, times and buckets of the paths"""
    for host in fleet.hosts:
        series = host.written()
        paths, losses = host.paths()
        for (context, path), row in paths.items():
            check_path(series, context, path, row)
        if len(series) != 30 * len(paths) + 1 + len(losses):
            raise Problem(f"{len(series)} series of {len(paths)} paths")
        for cause, calls in losses.items():
            if series[key("fgagg_lost_calls_total", {"cause": cause})] != calls:
                raise Problem(f"lost_{cause} is not {calls}")


def test_quantiles(fleet):
    """histogram_quantile() is right to the width of a bucket"""
    host = fleet.hosts[0]
    paths, _ = host.paths()
    answers = fleet.query("histogram_quantile(0.99, fgagg_call_seconds_bucket"
                          f'{{host="{host.name}"}})')
    if len(answers) != len(paths):
        raise Problem(f"{len(answers)} quantiles of {len(paths)} paths")
    for labels, p99 in answers:
        name = labels["context"], labels["path"]
        want, low, high = quantile(histogram(host.written(), *name), 0.99)
        if abs(p99 - want) > 1e-9 * want:
            raise Problem(f"p99 of {name} is {p99}, not {want}")
        if not low * 15 / 16 - 1e-9 <= paths[name]["p99_ns"] / 1e9 <= high:
            raise Problem(f"p99 of {name} is {paths[name]['p99_ns']} ns, not "
                          f"{low} to {high} s")


def test_openmetrics(fleet):
    """OpenMetrics scrape to the same numbers"""
    want, _ = parse(fleet.openmetrics.decode())
    wait_for("OpenMetrics", lambda: fleet.stored('job="openmetrics"'))
    compare(fleet.stored('job="openmetrics"'), want)


def test_exemplars(fleet):
    """exemplars are the slowest calls"""
    _, written = parse(fleet.openmetrics.decode())
    run = json.loads(fleet.export(fleet.samples / "after", "json"))
    now = time.time()
    data = fleet.ask("query_exemplars", query="fgagg_call_seconds_bucket",
                     start=now - 300, end=now)
    got, slowest = {}, {}
    for row in data:
        name = key("fgagg_call_seconds_bucket", row["seriesLabels"])
        exemplar = row["exemplars"][-1]
        got[name] = exemplar["labels"], float(exemplar["value"])
        path = row["seriesLabels"]["context"], row["seriesLabels"]["path"]
        slowest[path] = got[name][1]
    if got != written:
        raise Problem(f"got {list(got.items())[:2]}, want "
                      f"{list(written.items())[:2]}")
    want = {(row["context"], ";".join(row["path"])): row["max_ns"] / 1e9
            for row in run["paths"]}
    if slowest != want:
        raise Problem(f"{slowest} instead of {want}")
    # As sample.c makes them.
    for labels, _ in got.values():
        if labels != {"cpu": labels["cpu"], "comm": "sender",
                      "pid": str(100 + int(labels["cpu"]))}:
            raise Problem(f"exemplar of {labels}")


def test_rates(fleet):
    """the recorded p99 is that of the calls since the last scrape"""
    host = fleet.hosts[0]
    before = host.written()
    paths, _ = host.paths()
    host.publish("after")
    after = host.written()
    wait_for("new metrics", lambda: fleet.stored('host="lab1"') == after)
    # Of paths whose buckets all doubled, extrapolation changes nothing.
    want = {}
    for name in paths:
        old, new = histogram(before, *name), histogram(after, *name)
        if new == [(bound, 2 * count) for bound, count in old]:
            want[name] = quantile(old, 0.99)[0]
    if len(want) < 5:
        raise Problem(f"only {len(want)} paths doubled")

    def recorded():
        return {(labels["context"], labels["path"]): value for labels, value
                in fleet.query("path:fgagg_call_seconds:p99_5m")
                if value == value}

    got = wait_for("the rule", lambda: set(want) <= set(recorded()) and
                   recorded())
    for name, p99 in want.items():
        if abs(got[name] - p99) > 1e-6 * p99:
            raise Problem(f"p99 of {name} is {got[name]}, not {p99}")


def test_rules(fleet):
    """rules can be evaluated, and losses are seen where they are"""
    # Where nothing was called, the part is none.
    wait_for("losses", lambda: {
        labels["host"]: value > 0 for labels, value
        in fleet.query('host:fgagg_lost_calls:ratio5m{host!=""}')
    } == {"lab1": True, "lab2": False})
    rules = fleet.ask("rules")["groups"][0]["rules"]
    bad = [(rule["name"], rule["health"], rule.get("lastError"))
           for rule in rules if rule["health"] != "ok"]
    if bad or len(rules) < 7:
        raise Problem(f"{len(rules)} rules, bad ones: {bad}")


def test_stale(fleet):
    """a host that writes no more metrics is an alert"""
    def alerts():
        return {alert["labels"]["host"] for alert
                in fleet.ask("alerts")["alerts"]
                if alert["labels"]["alertname"] == "FgaggStale"
                and alert["state"] == "firing"}

    fleet.hosts[0].publish("after")
    hour_ago = time.time() - 3600
    os.utime(fleet.hosts[1].textfiles / "fgagg.prom", (hour_ago, hour_ago))
    wait_for("an alert for lab2, and none for lab1",
             lambda: alerts() == {"lab2"})


TESTS = [test_published, test_values, test_quantiles, test_openmetrics,
         test_exemplars, test_rates, test_rules, test_stale]


def main():
    with contextlib.ExitStack() as stack:
        fleet = Fleet(stack, *sys.argv[1:])
        fleet.hosts[0].publish("before")
        fleet.hosts[1].publish("other")
        fleet.openmetrics = fleet.export(fleet.samples / "after", "openmetrics")
        fleet.run_prometheus(fleet.serve_openmetrics(fleet.openmetrics))
        for test in TESTS:
            try:
                test(fleet)
                print(test.__doc__, flush=True)
            except Problem as problem:
                print(test.__doc__, problem, sep="\t", flush=True)
                fleet.print_log()


main()
