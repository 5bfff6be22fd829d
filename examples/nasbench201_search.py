#!/usr/bin/env python3
"""Searches NAS-Bench-201 for the best architecture that meets a latency limit on a device.

Random search and regularised evolution ask for the same number of architectures
(docs/architecture_search.md).
What is best is told by `--accuracy FILE.csv` (columns index, accuracy, and dataset if there are
several; 0 to 100). Without it a stand-in is used, MACs or parameters: that is NO accuracy.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Iterator

import tilewise
from tilewise.hwnasbench import HWNASBenchAPI

SPACE = tilewise.space("nasbench201")


def report(found: tilewise.SearchResult, api: HWNASBenchAPI, dataset: str) -> Iterator[str]:
    """The best architecture that a search found, and its costs on each device."""
    best, score = found.best, found.objectives[0].column
    if best is None:
        yield "  nothing meets the limit"
        return
    yield f"  index {best['index']}, score {best[score]:,.6g}"
    yield f"  {best['candidate']}"
    for metric, value in api.query_by_index(best["index"], dataset).items():
        if metric.endswith(("_latency", "_energy")):
            unit = "ms" if metric.endswith("_latency") else "mJ"
            yield f"  {metric} {value:.6g} {unit}"


def search_both(devices: dict[str, str], options: argparse.Namespace) -> Iterator[str]:
    """Runs both searches with the same limit; what to print about them."""
    # The line that a script for the public data set changes; there it is
    # api = HWNASBenchAPI("HW-NAS-Bench-v1_0.pickle", search_space="nasbench201")
    api = HWNASBenchAPI(devices=devices, search_space="nasbench201")
    costs = tilewise.sweep("nasbench201", [options.dataset], devices.values())
    device = costs.attrs["devices"][0]["name"]
    limit = options.max_latency
    if limit is None:
        limit = costs[f"{device}_latency_ms"].median()
    for method in ("random", "evolution"):
        found = tilewise.search(
            costs=costs, accuracy=options.accuracy or options.proxy, objectives="accuracy",
            constraints={f"{device}:latency_ms": limit}, method=method,
            evaluations=options.queries, seed=options.seed,
            population=options.population, sample=options.sample,
        )  # fmt: skip
        yield found.summary()
        yield from report(found, api, options.dataset)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--device", action="append", metavar="NAME",
        help="a shipped name or a file; the first is searched for, the others are reported "
        "(default: zc706)",
    )  # fmt: skip
    parser.add_argument("--dataset", default="cifar10", choices=SPACE.datasets)
    parser.add_argument("--max-latency", type=float, metavar="MS", help="default: the median")
    parser.add_argument("--accuracy", metavar="FILE.csv")
    parser.add_argument("--proxy", choices=("macs", "params"), default="macs")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--population", type=int, default=50)
    parser.add_argument("--sample", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Runs the example; returns the exit code: 0, or 2 for a mistake in what was asked."""
    options = parsed(arguments)
    names = options.device or ["zc706"]
    devices = {pathlib.Path(name).stem: name for name in names}
    try:
        if len(devices) < len(names):
            raise tilewise.InputError("--device: two of the same name; rename a file")
        print(*search_both(devices, options), sep="\n")
    except tilewise.InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
