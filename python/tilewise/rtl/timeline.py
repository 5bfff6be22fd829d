"""How busy the lanes and the port of an engine are while it runs."""

from __future__ import annotations

import collections
import csv
import math
import pathlib
from typing import Any

COLUMNS = ("layer", "first_cycle", "cycles", "lanes_at_work", "port_in_use")


def write_timeline(folder: pathlib.Path, record: dict[str, Any]) -> None:
    """timeline.csv of what the test bench has counted: a row a slice of a layer, with the shares of
    the multipliers and of the port's bits that are at work. A step counts the multiply-adds that
    the steps of its layer make in the mean."""
    numbers, layers = record["numbers"], record["layers"]
    told = (folder / "timeline.txt").read_text(encoding="utf-8")
    slices = [[int(word) for word in line.split()] for line in told.splitlines()]
    steps: dict[int, int] = collections.defaultdict(int)
    for number, _, _, of_slice, _ in slices:
        steps[number] += of_slice
    with open(folder / "timeline.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for number, first, cycles, of_slice, bits in slices:
            layer = layers[number]["layer"]
            work = math.prod(layer["dims"].values()) * of_slice / max(1, steps[number])
            lanes = work / (cycles * numbers["TM"] * numbers["TN"])
            port = bits / (cycles * record["port_bits"])
            rows.writerow([layer["name"], first, cycles, f"{lanes:.4f}", f"{port:.4f}"])
