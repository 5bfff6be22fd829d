"""What 10,000 networks of a space cost in time, beside its distinct layers: both in one run.

The distinct layers of 10,000 sampled networks are mapped by `tilewise.cost`; then the networks are
made one by one and costed by `tilewise.cost_many`. Times are of the processor, over all threads, so
that other work on the machine changes them little. `ratio` is all of cost_many over the layers;
`networks` is what making the networks takes of it.

    python bench/cost_many.py zc706 output_stationary
    python bench/cost_many.py zc706 --spaces nasbench201,natsbench_size
"""

import argparse
import time

import numpy as np
import tilewise
from tilewise import _core

NETWORKS = 10_000


def seconds(work):
    """What `work` returns, and its processor time."""
    begun = time.process_time()
    made = work()
    return made, time.process_time() - begun


def sampled(name):
    """What makes the network of a candidate, and the candidates."""
    space = tilewise.space(name)
    if hasattr(space, "sample"):
        return space.network, space.sample(NETWORKS, seed=1)
    count = min(NETWORKS, space.size)
    return space.network, np.random.default_rng(1).choice(space.size, count, replace=False).tolist()


def distinct_layers(networks):
    """The layers that differ by more than their names."""
    layers = _core.NetworkLayers()
    for network in networks:
        layers.add(network)
    return layers.since(0)


def measure(name, device):
    """A line of the table."""
    make, candidates = sampled(name)
    distinct = distinct_layers(map(make, candidates))
    _, layers = seconds(lambda: tilewise.cost(distinct, device))
    table, many = seconds(lambda: tilewise.cost_many(map(make, candidates), device))
    _, networks = seconds(lambda: [make(each).name for each in candidates])
    assert table.attrs["distinct_layers"] == len(distinct)
    print(
        f"{name:16} {device:18} {len(distinct):6} {layers:10.2f} {many:13.2f} {networks:12.2f} "
        f"{many / layers:6.2f}",
        flush=True,
    )


def main():
    """A line a space and device."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("devices", nargs="*", default=["zc706", "output_stationary"])
    parser.add_argument("--spaces", default="nasbench201,fbnet,ofa_mobilenetv3")
    asked = parser.parse_args()
    print(
        f"{'space':16} {'device':18} {'layers':>6} {'layers [s]':>10} {'cost_many [s]':>13} "
        f"{'networks [s]':>12} {'ratio':>6}"
    )
    for name in asked.spaces.split(","):
        for device in asked.devices:
            measure(name, device)


if __name__ == "__main__":
    main()
