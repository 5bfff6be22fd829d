#!/usr/bin/env python3
"""How much memory a search takes, and how long after its budget it stops.

Every layer of the shipped networks, or a sample of them, is given to `tilewise map --budget` on
each device, and on hierarchies without any constraint of so many levels. Prints a Markdown table:
per device the layers, for how many a mapping was met and how many were proven within the budget,
the largest resident memory in MiB and the latest end after the budget in CPU seconds, beyond what
starting the program takes.

Usage: tools/search_limits.py EXECUTABLE [--device NAME,...] [--free-levels N,...]
           [--budget SECONDS] [--sample N] [--factors WORD]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

LEVEL = """  - name: B{level}
    memories:
      - name: buffer
        holds: [Input, Weight, Output]
        capacity: {capacity}
        word_width: 16 bit
        bandwidth: {bandwidth} bit/cycle
        energy: {{read: {energy} pJ, write: {energy} pJ}}
"""


def free_hierarchy(levels):
    """An architecture of so many storage levels that constrains nothing: memories that fall from
    128 KiB to 512 B, an array of 16 x 16 below the outermost of them."""
    text = f"name: free_{levels}\nclock: 100 MHz\ntechnology: {{node: 45 nm}}\nlevels:\n"
    text += LEVEL.format(level=0, capacity="unbounded", bandwidth=64, energy=100)
    for level in range(1, levels):
        share = (level - 1) / max(1, levels - 2)
        capacity = f"{int(131072 * (1 / 256) ** share)} B"
        text += LEVEL.format(
            level=level, capacity=capacity, bandwidth=256, energy=round(12 * (1 - share) + 0.5, 2)
        )
        if level == 1:
            text += "    fan_out: {x: {size: 16}, y: {size: 16}}\n"
    return text + "compute:\n  operand_width: 16 bit\n  energy: 1 pJ\n"


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


def row(options, name, device, layers):
    """One line of the table."""
    proven = none = 0
    most = late = 0.0
    for network, layer in layers:
        command = [options.executable, "map", "--network", network, "--layer", layer]
        command += [*device, "--budget", f"{options.budget}s", "--threads", "1", "--json"]
        run = measured(command + ["--factors", options.factors])
        if run is None:
            none += 1
            continue
        seconds, memory, answer = run
        proven += bool(answer["search"]["proven"])
        most = max(most, memory)
        late = max(late, seconds - options.budget)
    met = len(layers) - none
    return f"| {name} | {len(layers)} | {met} | {proven} | {most:.0f} | {late:.2f} |"


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable")
    parser.add_argument("--device", default="eyeriss,eyeriss_free,zc706,output_stationary")
    parser.add_argument("--free-levels", default="", help="such as 2,4,8")
    parser.add_argument("--factors", default="auto")
    parser.add_argument("--budget", type=float, default=1.0)
    parser.add_argument("--sample", type=int, default=0, help="layers of each device; 0: all")
    options = parser.parse_args()
    layers = layers_of(options.executable)
    if options.sample:
        layers = random.Random(1).sample(layers, min(options.sample, len(layers)))
    print("| device | layers | mapped | proven | memory, MiB | after the budget, s |")
    print("|---|---|---|---|---|---|")
    for device in filter(None, options.device.split(",")):
        print(row(options, device, ["--device", device], layers), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for levels in filter(None, options.free_levels.split(",")):
            file = Path(folder, f"free_{levels}.yaml")
            file.write_text(free_hierarchy(int(levels)), encoding="utf-8")
            print(row(options, f"{levels} free levels", ["--arch", str(file)], layers), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
