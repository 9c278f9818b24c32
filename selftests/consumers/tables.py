#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""tables.py CSV NDJSON JSON: compare tables with the paths in JSON."""

import csv
import json
import sys


def main():
    csv_path, ndjson_path, json_path = sys.argv[1:]
    with open(json_path, encoding="utf-8") as file:
        want = json.load(file)["paths"]
    with open(ndjson_path, encoding="utf-8") as file:
        if [json.loads(line) for line in file] != want or not want:
            sys.exit("the lines of ndjson are not the paths of json")
    with open(csv_path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    if len(rows) != len(want):
        sys.exit(f"{len(rows)} rows instead of {len(want)}")
    for row, path in zip(rows, want):
        expected = {key: str(value) for key, value in path.items()
                    if key not in ("path", "hist")}
        expected["path"] = ";".join(path["path"])
        if row != expected:
            sys.exit(f"csv has {row}\njson has {expected}")


main()
