#!/usr/bin/env python3
"""Runs whole networks on the engines that `tilewise fpga design` finds for boards: the generated
RTL in Verilator against the reference, words on the port and cycles against the model. Prints a row
a network and board; the exit code is 1 where a word is wrong.

Usage: tools/check_rtl_networks.py [--boards NAME ...] [--networks NAME ...] [--bits N]
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import tilewise

LENET = """\
name: lenet5
input: {channels: 1, height: 28, width: 28}
layers:
  - {name: c1, op: convolution, output_channels: 6, kernel: 5, padding: 2}
  - {name: s2, op: average_pool, kernel: 2, stride: 2}
  - {name: c3, op: convolution, output_channels: 16, kernel: 5}
  - {name: s4, op: average_pool, kernel: 2, stride: 2}
  - {name: c5, op: fully_connected, outputs: 120}
  - {name: f6, op: fully_connected, outputs: 84}
  - {name: output, op: fully_connected, outputs: 10}
"""


def resnet18_of_64_pixels() -> str:
    """Every layer of ResNet-18 for images of 64 x 64, a twelfth of the work."""
    shipped = pathlib.Path(os.environ["TILEWISE_CONFIGS"], "workload", "resnet18.yaml")
    text = shipped.read_text(encoding="utf-8")
    assert "height: 224, width: 224" in text
    return text.replace("height: 224, width: 224", "height: 64, width: 64")


NETWORKS = {
    "lenet5": lambda: LENET,
    "nasbench201_0": lambda: tilewise.space("nasbench201").network(0).to_yaml(),
    "resnet18_64": resnet18_of_64_pixels,
}


def run(*words: str) -> str:
    command = [sys.executable, "-m", "tilewise", "fpga", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.strip())
    return done.stdout


def simulated(network: str, board: str, bits: int) -> list[dict]:
    """What `fpga simulate --json` says of each layer."""
    with tempfile.TemporaryDirectory() as work:
        file, engine = pathlib.Path(work, f"{network}.yaml"), pathlib.Path(work, "engine")
        file.write_text(NETWORKS[network](), encoding="utf-8")
        given = ("--board", board, "--network", str(file), "--bits", str(bits))
        run("generate", *given, "--out", str(engine))
        return json.loads(run("simulate", str(engine), "--json"))["layers"]


def row_of(network: str, board: str, layers: list[dict]) -> str:
    cycles = sum(layer["cycles"] for layer in layers)
    model = sum(layer["model"]["cycles"] for layer in layers)
    off = [abs(layer["cycles"] / layer["model"]["cycles"] - 1) for layer in layers]
    words = sum(layer["words"] != layer["model"]["words"] for layer in layers)
    return (
        f"| {network} | {board} | {len(layers)} | {sum(x['wrong_words'] for x in layers)} | {words}"
        f" | {cycles:,} | {model:,.0f} | {100 * (cycles / model - 1):+.1f} %"
        f" | {100 * statistics.median(off):.1f} % | {sum(each <= 0.01 for each in off)} |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boards", nargs="+", default=["pynq_z2", "ultra96"])
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--bits", type=int, default=8)
    given = parser.parse_args()
    print(
        "| network | board | layers | words wrong | layers with other words on the port | cycles "
        "| model | difference | off a layer, median | layers within 1 % |\n" + "|---" * 10 + "|"
    )
    exact = True
    for network in given.networks:
        for board in given.boards:
            layers = simulated(network, board, given.bits)
            print(row_of(network, board, layers), flush=True)
            exact = exact and all(
                x["wrong_words"] == 0 and x["words"] == x["model"]["words"] for x in layers
            )
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
