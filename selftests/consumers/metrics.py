#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""metrics.py OPENMETRICS PROMETHEUS JSON: read both with the reference parsers.

That of OpenMetrics is strict, on order, types, units, buckets and exemplars.
The two formats must have the same series, and each path an exemplar in the
bucket that it belongs to.
"""

import json
import sys

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics


def read(path, families):
    """The samples of a file, and the types by family."""
    with open(path, encoding="utf-8") as file:
        found = list(families(file.read()))
    return ([sample for family in found for sample in family.samples],
            {family.name: family.type for family in found})


def series(samples):
    """Values by name and labels."""
    return {(sample.name, *sorted(sample.labels.items())): sample.value
            for sample in samples}


def main():
    om_path, prom_path, json_path = sys.argv[1:]
    samples, types = read(om_path, openmetrics.text_string_to_metric_families)
    prom_samples, prom_types = read(prom_path,
                                    parser.text_string_to_metric_families)
    if types != prom_types:
        sys.exit(f"types: {types}, {prom_types}")
    if series(samples) != series(prom_samples):
        sys.exit("the two formats have not the same series")
    with open(json_path, encoding="utf-8") as file:
        slowest = sorted(row["max_ns"] / 1e9
                         for row in json.load(file)["paths"])
    below = 0
    exemplars = []
    for sample in samples:
        if sample.exemplar:
            exemplars.append(sample.exemplar.value)
            if not below < exemplars[-1] <= float(sample.labels["le"]):
                sys.exit(f"not in its bucket: {sample}")
        bound = float(sample.labels.get("le", 0))
        below = 0 if bound == float("inf") else bound
    if sorted(exemplars) != slowest or not slowest:
        sys.exit(f"exemplars are {exemplars}, not {slowest}")


main()
