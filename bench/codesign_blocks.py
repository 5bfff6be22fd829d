"""What pairing the 9^22 networks of FBNet with accelerators takes.

Costs of layers are made up as by codesign_pairs.py; what a block adds to the accuracy is a random
number that rises with its MACs. Printed: how many accelerators no other one is as good as, of how
many bounds said enough, the pairs on the front of accuracy, latency, energy and area, whether it is
rounded, processor seconds, MiB.

    python bench/codesign_blocks.py 1 4 10
"""

import argparse
import dataclasses
import resource
import time

import numpy as np
from codesign_pairs import accelerators
from tilewise.codesigns.block_networks import block_networks
from tilewise.codesigns.block_pairs import BlockPairs
from tilewise.codesigns.pairs import Pairs


def networks_of(random):
    """FBNet with a made-up accuracy."""
    networks = block_networks("fbnet", "cifar100", "macs")
    parts = []
    for part in networks.parts:
        good = np.log1p(part.good / 1e5) + random.normal(0, 0.2, len(part.good))
        parts.append(dataclasses.replace(part, good=good))
    return dataclasses.replace(networks, parts=parts, common_good=0.0, word="accuracy")


def measure(count, resolution):
    random = np.random.default_rng(1)
    networks = networks_of(random)
    macs = np.array([max(layer.macs, 1000) for layer in networks.layers], dtype=float)
    words = ["accuracy", "latency", "energy", "area"]
    costed = accelerators(count, macs, random)
    pairs = BlockPairs(networks, Pairs(networks.stand_in(), costed, words, {}), resolution)
    begun = time.process_time()
    left = pairs.pairs.accelerators_left()
    found = pairs.front(left)
    over, priced = pairs.priced(found)
    front = over.best(priced)
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:12} {len(left):5} {found.skipped:7} {len(front):6} {found.rounded!s:7} "
        f"{seconds:6.1f} {memory:6.0f}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("accelerators", type=int, nargs="+")
    parser.add_argument("--resolution", type=float, default=0.01)
    given = parser.parse_args()
    print("accelerators  left bounded  front rounded  CPU_s    MiB")
    for count in given.accelerators:
        measure(count, given.resolution)


if __name__ == "__main__":
    main()
