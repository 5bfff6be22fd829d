#!/usr/bin/env python3
"""Searches NAS-Bench-201 for the best architecture that meets a latency limit on a device.

Two searches ask for the same number of architectures: random search, and regularised evolution
(Real et al., AAAI 2019), which mutates one edge of the best of a sample and drops the oldest.
What is best is told by `--accuracy FILE.csv` (columns index, accuracy, and dataset if there are
several; 0 to 100). Without it a stand-in is used, MACs or parameters: that is NO accuracy.
"""

from __future__ import annotations

import argparse
import collections
import csv
import pathlib
import random
import statistics
import sys
from collections.abc import Callable, Iterator

import tilewise
from tilewise.hwnasbench import HWNASBenchAPI

OPS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
CELL = "|{}~0|+|{}~0|{}~1|+|{}~0|{}~1|{}~2|"
SPACE = tilewise.space("nasbench201")

# What tells how good an architecture is; None where it is not known.
Score = Callable[[int], "float | None"]


class Search:
    """The architectures that one search has asked for, and the best that meets the limit."""

    def __init__(self, latency: Callable[[int], float], limit_ms: float, score: Score) -> None:
        self._latency = latency
        self._limit_ms = limit_ms
        self._score = score
        self.best: tuple[float, int] | None = None

    def fitness(self, index: int) -> tuple[bool, float]:
        """Whether it meets the limit; then how good it is, otherwise how near to the limit."""
        latency, score = self._latency(index), self._score(index)
        if latency > self._limit_ms or score is None:
            return (False, -latency)
        if self.best is None or score > self.best[0]:
            self.best = (score, index)
        return (True, score)


def random_search(search: Search, queries: int, generator: random.Random) -> None:
    """Asks for as many different architectures."""
    for index in generator.sample(range(SPACE.size), queries):
        search.fitness(index)


def mutated(index: int, generator: random.Random) -> int:
    """The architecture with another operation on one edge."""
    nodes = SPACE.arch_str(index).strip("|").split("|+|")
    ops = [edge.split("~")[0] for node in nodes for edge in node.split("|")]
    edge = generator.randrange(len(ops))
    ops[edge] = generator.choice([op for op in OPS if op != ops[edge]])
    return SPACE.index(CELL.format(*ops))


def regularised_evolution(
    search: Search, queries: int, generator: random.Random, population: int, sample: int
) -> None:
    """Of a random population, mutates the best of a random sample and drops the oldest."""
    alive: collections.deque[tuple[tuple[bool, float], int]] = collections.deque()
    for index in generator.sample(range(SPACE.size), min(population, queries)):
        alive.append((search.fitness(index), index))
    for _ in range(queries - len(alive)):
        _, parent = max(generator.choices(alive, k=sample))
        child = mutated(parent, generator)
        alive.append((search.fitness(child), child))
        alive.popleft()


def read_accuracies(path: str, dataset: str) -> dict[int, float]:
    """Accuracies by index. Raises InputError with the place of the mistake."""

    def fault(line: int, what: str) -> tilewise.InputError:
        return tilewise.InputError(f"{path}:{line}: {what}")

    accuracies: dict[int, float] = {}
    try:
        with open(path, newline="") as file:
            rows = csv.DictReader(file)
            if not {"index", "accuracy"} <= set(rows.fieldnames or ()):
                raise fault(1, "expected the columns index and accuracy")
            for line, row in enumerate(rows, start=2):
                if row.get("dataset", dataset) != dataset:
                    continue
                try:
                    index, accuracy = int(row["index"]), float(row["accuracy"])
                except (TypeError, ValueError):
                    raise fault(line, "expected a number for index and accuracy") from None
                if not (0 <= index < SPACE.size and 0 <= accuracy <= 100):
                    raise fault(line, f"expected index 0 to {SPACE.size - 1}, accuracy 0 to 100")
                accuracies[index] = accuracy
    except OSError as error:
        raise tilewise.InputError(f"{path}: {error.strerror}") from None
    return accuracies


def scoring(options: argparse.Namespace) -> tuple[str, Score]:
    """What the score is, and the score."""
    if options.accuracy:
        return "accuracy in percent", read_accuracies(options.accuracy, options.dataset).get
    stand_in = f"{options.proxy}: a stand-in, NOT an accuracy (give --accuracy FILE.csv)"
    member = {"macs": "macs", "params": "parameters"}[options.proxy]
    return stand_in, lambda index: getattr(SPACE.network(index, options.dataset), member)


def report(name: str, search: Search, costs: dict[str, float]) -> Iterator[str]:
    """The best architecture that a search found, and its costs on each device."""
    if search.best is None:
        yield f"{name}: nothing meets the limit"
        return
    score, index = search.best
    yield f"{name}: index {index}, score {score:,.6g}"
    yield f"  {SPACE.arch_str(index)}"
    for metric, value in costs.items():
        if metric.endswith(("_latency", "_energy")):
            unit = "ms" if metric.endswith("_latency") else "mJ"
            yield f"  {metric} {value:.6g} {unit}"


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
    options = parser.parse_args(arguments)
    if not 1 <= options.queries <= SPACE.size:
        parser.error(f"--queries: expected 1 to {SPACE.size}")
    if options.population < 1 or options.sample < 1:
        parser.error("--population, --sample: expected 1 or more")
    return options


def search_both(api: HWNASBenchAPI, device: str, options: argparse.Namespace) -> Iterator[str]:
    """Runs both searches with the same limit; what to print about them."""

    def latency(index: int) -> float:
        return api.query_by_index(index, options.dataset)[f"{device}_latency"]

    limit = options.max_latency
    if limit is None:
        limit = statistics.median(latency(index) for index in range(SPACE.size))
    meaning, score = scoring(options)
    randomly, evolution = (Search(latency, limit, score) for _ in range(2))
    random_search(randomly, options.queries, random.Random(options.seed))
    regularised_evolution(
        evolution, options.queries, random.Random(options.seed), options.population, options.sample
    )
    yield f"score: {meaning}"
    yield f"limit: {device}_latency at most {limit:.6g} ms on {options.dataset}"
    for name, search in {"random search": randomly, "regularised evolution": evolution}.items():
        costs = api.query_by_index(search.best[1], options.dataset) if search.best else {}
        yield from report(name, search, costs)


def main(arguments: list[str] | None = None) -> int:
    """Runs the example; returns the exit code: 0, or 2 for a mistake in what was asked."""
    options = parsed(arguments)
    names = options.device or ["zc706"]
    devices = {pathlib.Path(name).stem: name for name in names}
    try:
        if len(devices) < len(names):
            raise tilewise.InputError("--device: two of the same name; rename a file")
        # The line that a script for the public data set changes; there it is
        # api = HWNASBenchAPI("HW-NAS-Bench-v1_0.pickle", search_space="nasbench201")
        api = HWNASBenchAPI(devices=devices, search_space="nasbench201")
        print(*search_both(api, next(iter(devices)), options), sep="\n")
    except tilewise.InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
