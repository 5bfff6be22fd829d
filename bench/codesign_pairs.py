"""What pairing the 15,625 networks of NAS-Bench-201 with 10,000 accelerators takes.

Layers cost what a made-up law and noise say, so that no study has to be explored: arrays and
buffers of random sizes, larger ones faster, with more energy an access and more area; an accuracy
is a random number that rises with the MACs. Printed: how many networks and accelerators no other
one is as good as, the pairs on the front of accuracy, latency, energy and area, processor seconds,
MiB.

    python bench/codesign_pairs.py 1000 10000
"""

import argparse
import resource
import time

import numpy as np
import pandas as pd
from tilewise import _core
from tilewise.codesigns.pairs import ACCELERATOR, Accelerators, Networks, Pairs


def accelerators(count, macs, random):
    """Made-up costs of layers with so many MACs."""
    units = 2 ** random.uniform(5, 9.5, count)
    buffer = 2.0 ** random.integers(4, 9, count)
    noise = random.uniform(1, 1.5, (2, count, len(macs)))
    latency = macs / units[:, np.newaxis] / 200e3 * noise[0] * (1 + 4 / buffer[:, np.newaxis])
    energy = macs * 1e-8 * noise[1] * (1 + buffer[:, np.newaxis] / 512)
    energy += latency * units[:, np.newaxis] * 1e-3
    table = pd.DataFrame({"index": range(count)})
    for column in ACCELERATOR.values():
        table[column] = np.nan
    table["area_mm2"] = 0.01 * (units + buffer)
    return Accelerators(table, np.arange(count), latency, energy)


def measure(count):
    layers, uses = _core.layer_uses("nasbench201", "cifar10")
    macs = np.array([max(layer.macs, 1000) for layer in layers], dtype=float)
    random = np.random.default_rng(1)
    good = np.log(uses @ macs) + random.normal(0, 0.2, len(uses))
    networks = Networks([""] * len(uses), uses, good, "accuracy")
    words = ["accuracy", "latency", "energy", "area"]
    pairs = Pairs(networks, accelerators(count, macs, random), words, {})
    begun = time.process_time()
    left = pairs.networks_left(), pairs.accelerators_left()
    front = pairs.front(*left)
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(uses):8} {count:12} {len(left[0]):5} {len(left[1]):5} {len(front):6} "
        f"{seconds:6.1f} {memory:6.0f}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("accelerators", type=int, nargs="+")
    print("networks accelerators  left  left  front  CPU_s    MiB")
    for count in parser.parse_args().accelerators:
        measure(count)


if __name__ == "__main__":
    main()
