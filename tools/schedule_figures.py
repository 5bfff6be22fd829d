#!/usr/bin/env python3
"""Measure what schedules save and how the search for them grows, and write
docs/schedule_figures.md.

Usage: tools/schedule_figures.py --executable PROGRAM [--out PAGE] [--quick]

Times are CPU seconds of all threads beyond those of the same call without a schedule: what the
schedule alone takes. --quick measures little of everything, to see that this script works, and
prints the page unless --out says where it goes.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMAND = "tools/schedule_figures.py --executable build/release/tilewise"
NETWORKS = ("resnet18", "mobilenetv2", "vgg16", "resnet50")
DEVICES = ("eyeriss", "eyeriss_fused", "zc706")
CHAINS = (10, 30, 100, 300, 1000)
ROOMS_KIB = (16, 32, 64, 128, 256, 512, 1024)
SPACE = ("nasbench201", "cifar10,cifar100,ImageNet16-120")

KINDS = ("kept", "fused", "best")
SAVINGS = (
    "network",
    "device",
    "schedule",
    "kept",
    "merged",
    "in strips",
    "EDP [%]",
    "energy [%]",
    "latency [%]",
    "DRAM [%]",
    "proven",
    "apart [s]",
    "schedule [s]",
)
COUNTS = ("states", "searches", "schedule [s]", "")
HEAD = (
    "# Figures of schedules\n"
    "What [schedules](schedule.md) save and what they take. "
    f"Written by `{COMMAND}`; CPU seconds of all threads.\n\n"
    "## Networks\n"
    "Objective EDP of the totals, in % beside every tensor off chip. "
    "`kept`: tensors that stay, of those that are handed on; `merged` operators; "
    "layers `in strips`. "
    "`apart`: seconds for the layers alone; `schedule`: further ones for the schedule.\n"
)
GROWTH = (
    "## How the search grows\n"
    "Residual blocks in a row (two 3x3 convolutions and a sum, 16 channels of 32 x 32) "
    "on a 16 x 8 array with a buffer of 128 KiB. "
    "Equal layers are searched once for each room that is left, so that what grows is the "
    "states.\n"
)
ROOM = "60 such layers with a buffer of so many KiB:\n"
SPACES = (
    "## A search space\n"
    "NAS-Bench-201, all 15,625 architectures on three image sets, "
    "each with its own best schedule.\n"
)

HOME = """name: home_{kib}
clock: 200 MHz
technology: {{node: 45 nm, devices: lp}}
levels:
  - name: DRAM
    memories:
      - name: dram
        holds: [Input, Weight, Output]
        word_width: 64 bit
        bandwidth: 3.2 GB/s
        energy: {{dram: lpddr4}}
  - name: GLB
    memories:
      - name: buffer
        holds: [Input, Weight, Output]
        capacity: {kib} KiB
        word_width: 64 bit
        energy: {{read: 10 pJ, write: 10 pJ}}
    fan_out:
      x: {{size: 16, dims: [M]}}
      y: {{size: 8, dims: [C]}}
  - name: PE
    memories:
      - name: registers
        holds: [Output]
        capacity: 64 B
        word_width: 16 bit
        energy: {{register: {{}}}}
    constraints: {{keep: [Output]}}
compute: {{operand_width: 16 bit, energy: {{multiply_add: 16 bit}}}}
"""


def chain(layers):
    """Residual blocks of two 3x3 convolutions in a row, 16 channels of 32 x 32."""
    lines = [f"name: chain_{layers}", "input: {channels: 16, height: 32, width: 32}", "layers:"]
    last = "input"
    for index in range(layers):
        name = f"layer{index}"
        if index % 3 == 2:
            before = f"layer{index - 3}" if index > 2 else None
            sources = f"[layer{index - 1}, {before}]" if before else f"[layer{index - 1}, layer0]"
            lines.append(f"  - {{name: {name}, op: add, from: {sources}}}")
        else:
            shape = "output_channels: 16, kernel: 3, padding: 1"
            lines.append(f"  - {{name: {name}, op: convolution, from: {last}, {shape}}}")
        last = name
    return "\n".join(lines) + "\n"


class Program:
    """The program, and the CPU time of its calls."""

    def __init__(self, executable):
        self.executable = str(pathlib.Path(executable).resolve())

    def run(self, *arguments):
        """What it prints, and CPU seconds."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [self.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return done.stdout, used

    def costs(self, network, device, schedule):
        """The one object of `costs`, and CPU seconds."""
        text, seconds = self.run(
            "cost", "--network", network, "--device", device, "--schedule", schedule, "--json"
        )
        return json.loads(text)["costs"][0], seconds


def percent(share):
    return f"{100 * share:+.1f}"


def saving(found):
    """The cells of one schedule."""
    tensors = len(found["tensors"])
    in_strips = sum(len(group["layers"]) for group in found["strips"])
    changes = [percent(found["changes"][key]) for key in ("objective", "energy", "latency", "dram")]
    all_tensors = tensors + sum(each["tensors"] for each in found["not_kept"])
    proven = "yes" if found["proven"] else "no"
    return [f"{tensors} of {all_tensors}", f"{len(found['merged'])}", f"{in_strips}", *changes,
            proven]  # fmt: skip


def savings(program, networks, devices):
    """A row a network and device."""
    rows = []
    for network in networks:
        for device in devices:
            _, apart = program.costs(network, device, "separate")
            for kind in KINDS:
                cost, taken = program.costs(network, device, kind)
                rows.append([network, device, kind, *saving(cost["schedule"]), f"{apart:.1f}",
                             f"{max(0.0, taken - apart):.1f}"])  # fmt: skip
    return rows


def growth(program, folder, files):
    """CPU seconds of the schedule of each network and device: (what, network, device)."""
    rows = []
    for what, network, device in files:
        _, apart = program.costs(folder / network, folder / device, "separate")
        cost, kept = program.costs(folder / network, folder / device, "best")
        counts = cost["schedule"]["certificate"]
        rows.append([what, f"{counts['states']}", f"{counts['searches']}", kept - apart])
    longest = max(row[-1] for row in rows)
    return [[*row[:-1], f"{row[-1]:.2f}", "#" * round(40 * row[-1] / longest)] for row in rows]


def space_rows(program, devices, folder):
    """The whole space with and without schedules."""
    space, datasets = SPACE
    rows = []
    for device in devices:
        seconds = []
        for schedule in ("separate", "kept", "best"):
            _, used = program.run(
                "sweep", space, "--dataset", datasets, "--device", device, "--schedule", schedule,
                "--out", folder / f"{device.replace(',', '_')}_{schedule}",
            )  # fmt: skip
            seconds.append(used)
        rows.append([device, *(f"{each:.1f}" for each in seconds)])
    return rows


def table(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def write_files(folder, layers, rooms):
    for count in layers:
        (folder / f"chain_{count}.yaml").write_text(chain(count))
    for kib in rooms:
        (folder / f"home_{kib}.yaml").write_text(HOME.format(kib=kib))


def page(program, quick):
    networks = NETWORKS[:1] if quick else NETWORKS
    devices = DEVICES[2:] if quick else DEVICES
    chains = CHAINS[:2] if quick else CHAINS
    rooms = ROOMS_KIB[:2] if quick else ROOMS_KIB
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_files(folder, {*chains, 60}, {*rooms, 128})
        by_layers = [(f"{count}", f"chain_{count}.yaml", "home_128.yaml") for count in chains]
        by_room = [(f"{kib}", "chain_60.yaml", f"home_{kib}.yaml") for kib in rooms]
        spaces = [] if quick else space_rows(program, ("eyeriss", "zc706", "eyeriss,zc706"), folder)
        parts = [
            HEAD,
            table(SAVINGS, savings(program, networks, devices)),
            GROWTH,
            table(("layers", *COUNTS), growth(program, folder, by_layers)),
            ROOM,
            table(("home [KiB]", *COUNTS), growth(program, folder, by_room)),
            SPACES,
            table(("device", "separate [s]", "kept [s]", "best [s]"), spaces),
        ]
        return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--executable", required=True)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    text = page(Program(given.executable), given.quick)
    out = given.out or (None if given.quick else ROOT / "docs" / "schedule_figures.md")
    if out is None:
        print(text)
    else:
        out.write_text(text)


if __name__ == "__main__":
    main()
