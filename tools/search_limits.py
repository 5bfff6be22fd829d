#!/usr/bin/env python3
"""How much memory a search takes, and how long after its budget it stops.

Every layer of the shipped networks, or a sample of them, is given to `tilewise map --budget` on
each device. Prints a Markdown table: per device the layers, how many were proven within the budget,
the largest resident memory in MiB and the latest end after the budget in CPU seconds, beyond what
starting the program takes.

Usage: tools/search_limits.py EXECUTABLE [--device NAME,...] [--budget SECONDS] [--sample N]
"""

import argparse
import json
import os
import random
import subprocess
import sys

NETWORKS = ["alexnet", "vgg16", "resnet18", "resnet50", "mobilenetv2"]


def layers_of(executable):
    """(network, layer) of all layers of the shipped networks."""
    found = []
    for network in NETWORKS:
        command = [executable, "network", "show", network, "--json"]
        shown = subprocess.run(command, capture_output=True, text=True, check=True)
        found += [(network, layer["name"]) for layer in json.loads(shown.stdout)["layers"]]
    return found


def measured(command):
    """CPU seconds, resident MiB and the answer of a run; None where it is refused."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        return None
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(text)


def row(executable, device, layers, budget):
    """One line of the table."""
    proven = refused = 0
    most = late = 0.0
    for network, layer in layers:
        command = [executable, "map", "--network", network, "--layer", layer, "--device", device]
        command += ["--budget", f"{budget}s", "--threads", "1", "--json"]
        run = measured(command)
        if run is None:
            refused += 1
            continue
        seconds, memory, answer = run
        proven += bool(answer["search"]["proven"])
        most = max(most, memory)
        late = max(late, seconds - budget)
    return f"| {device} | {len(layers) - refused} | {proven} | {most:.0f} | {late:.2f} |"


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable")
    parser.add_argument("--device", default="eyeriss,eyeriss_free,zc706,output_stationary")
    parser.add_argument("--budget", type=float, default=1.0)
    parser.add_argument("--sample", type=int, default=0, help="layers of each device; 0: all")
    options = parser.parse_args()
    layers = layers_of(options.executable)
    if options.sample:
        layers = random.Random(1).sample(layers, min(options.sample, len(layers)))
    print("| device | layers | proven | memory, MiB | after the budget, s |\n|---|---|---|---|---|")
    for device in options.device.split(","):
        print(row(options.executable, device, layers, options.budget), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
