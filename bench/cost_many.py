"""What 10,000 networks of a space cost in time, beside its distinct layers: both in one run.

The layers of FBNet are mapped by `tilewise.space`, then its sampled networks are made one by one
and costed by `tilewise.cost_many`. Times are of the processor, over all threads, so that other work
on the machine changes them little. `ratio` is all of cost_many over the layers; `networks` is what
making the networks takes of it.

    python bench/cost_many.py zc706 eyeriss
"""

import sys
import time

import tilewise

NETWORKS = 10_000


def seconds(work):
    """What `work` returns, and its processor time."""
    begun = time.process_time()
    made = work()
    return made, time.process_time() - begun


def measure(device):
    """A line of the table."""
    space, layers = seconds(lambda: tilewise.space("fbnet", dataset="cifar100", devices=[device]))
    ops = space.sample(NETWORKS, seed=1)
    table, many = seconds(lambda: tilewise.cost_many(map(space.network, ops), device))
    _, networks = seconds(lambda: [space.network(each).name for each in ops])
    latency, _ = space.cost(ops)
    assert abs(table["latency_ms"] - latency).max() < 1e-9 * latency.max()
    print(f"{device:12} {layers:10.2f} {many:13.2f} {networks:12.2f} {many / layers:6.2f}")


def main(devices):
    """A line a device."""
    print(
        f"{'device':12} {'layers [s]':>10} {'cost_many [s]':>13} {'networks [s]':>12} {'ratio':>6}"
    )
    for device in devices:
        measure(device)


if __name__ == "__main__":
    main(sys.argv[1:] or ["zc706", "eyeriss"])
