#!/usr/bin/env python3
"""Calibrate the two chip-wide energy constants of Eyeriss on the layers measured on the chip.

Energy of a layer = what the accesses and MACs take + clock_energy * PEs * cycles
+ control_energy * MACs that are not gated. The two constants, neither below zero, make the largest
relative error of the layers named here least, with the cycles of the published total time: an error
of our time then does not end up in the energy constants. Prints Markdown: the optimum, each
layer's error with it (also with our own time, as `tilewise validate` has it), and with the
constants from the other layers alone. Rows of the cases that are not named here are held back: for
them the constants are a prediction.

Usage: tools/calibrate_eyeriss.py --executable PROGRAM
"""

import argparse
import dataclasses
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIP = ROOT / "configs" / "arch" / "eyeriss.yaml"
#: The case of each network and the rows that are calibrated on.
NETWORKS = {
    "AlexNet": ("eyeriss_alexnet", "CONV1 CONV2 CONV3 CONV4 CONV5".split()),
    "VGG16": (
        "eyeriss_vgg16",
        "CONV1-1 CONV1-2 CONV2-1 CONV2-2 CONV3-1 CONV3-2 CONV3-3".split(),
    ),
}


@dataclasses.dataclass(frozen=True)
class Measured:
    """A layer on the chip. Energies in mJ; `clock` and `control` are those of 1 pJ."""

    network: str
    name: str
    accesses: float
    clock: float
    control: float
    published: float
    own_clock: float  # as `clock`, with our time instead of the published one
    calibrates: bool

    def error(self, constants, clock=None):
        """Relative error of the energy with constants in pJ."""
        clock = self.clock if clock is None else clock
        energy = self.accesses + constants[0] * clock + constants[1] * self.control
        return energy / self.published - 1


def solve(equations):
    """The point where three equations (a, b, c, right) in three unknowns hold; None: no one."""
    rows = [list(equation) for equation in equations]
    for i in range(3):
        pivot = max(range(i, 3), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        if abs(rows[i][i]) < 1e-12:
            return None
        for r in range(3):
            if r != i:
                share = rows[r][i] / rows[i][i]
                rows[r] = [x - share * y for x, y in zip(rows[r], rows[i], strict=True)]
    return [rows[i][3] / rows[i][i] for i in range(3)]


def calibrate(layers):
    """The constants, in pJ, of the least largest error, and that error. A linear program: its
    optimum is a point where three of the bounds hold with equality, so all such points are tried.
    """
    bounds = [(-1, 0, 0, 0), (0, -1, 0, 0)]
    for layer in layers:
        clock, control = layer.clock / layer.published, layer.control / layer.published
        rest = 1 - layer.accesses / layer.published
        bounds += [(clock, control, -1, rest), (-clock, -control, -1, -rest)]
    best = None
    for corner in itertools.combinations(bounds, 3):
        point = solve(corner)
        if point is None or (best is not None and point[2] >= best[2]):
            continue
        if all(a * point[0] + b * point[1] + c * point[2] <= r + 1e-9 for a, b, c, r in bounds):
            best = point
    return (best[0], best[1]), best[2]


def run(program, case, folder, clock, control):
    """{quantity: [(row, ours, published)]} of the case with these constants, in pJ."""
    shutil.copytree(ROOT / "validation" / "cases" / case, folder)
    chip = CHIP.read_text()
    given = f"parameters:\n  clock_energy: {clock} pJ\n  control_energy: {control} pJ\n"
    (folder / "chip.yaml").write_text(chip.replace("parameters:\n", given))
    text = (folder / "case.yaml").read_text()
    text = text.replace("architecture: eyeriss\n", "architecture: chip.yaml\n")
    (folder / "case.yaml").write_text(re.sub(r"^free: true\n", "", text, flags=re.MULTILINE))
    done = subprocess.run(
        [program, "validate", folder, "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode > 1:  # 1: a number out of its tolerance, as most are with other constants
        raise SystemExit(done.stderr)
    return {
        quantity["name"]: [(row["name"], row["ours"], row["published"]) for row in quantity["rows"]]
        for quantity in json.loads(done.stdout)["cases"][0]["tables"][0]["quantities"]
    }


def measured(program):
    """All layers of the cases."""
    layers = []
    with tempfile.TemporaryDirectory() as scratch:
        for network, (case, names) in NETWORKS.items():
            none, clock, control = (
                run(program, case, pathlib.Path(scratch) / f"{case}_{a}{b}", a, b)
                for a, b in ((0, 0), (1, 0), (0, 1))
            )
            for row, time in enumerate(none["total_ms"]):
                name, accesses, energy = none["chip_energy_mJ"][row]
                if time[2] is None or energy is None:  # not published
                    continue
                own_clock = clock["chip_energy_mJ"][row][1] - accesses
                layers.append(
                    Measured(
                        network=network,
                        name=name,
                        accesses=accesses,
                        clock=own_clock * time[2] / time[1],
                        control=control["chip_energy_mJ"][row][1] - accesses,
                        published=energy,
                        own_clock=own_clock,
                        calibrates=name in names,
                    )
                )
    return layers


def percent(error):
    return f"{100 * error:.1f}"


def page(layers):
    """The tables as Markdown."""
    used = [layer for layer in layers if layer.calibrates]
    fits = {"both": calibrate(used)}
    for network in NETWORKS:
        fits[network] = calibrate([layer for layer in used if layer.network == network])
    lines = [
        "| calibrated on | clock [pJ a PE and cycle] | control [pJ a MAC] | largest error [%] "
        + "".join(f"| {network} [%] " for network in NETWORKS)
        + "|",
        "|---|---|---|---|" + "---|" * len(NETWORKS),
    ]
    for name, (constants, largest) in fits.items():
        row = f"| {name} | {constants[0]:.3f} | {constants[1]:.3f} | {percent(largest)} "
        for network in NETWORKS:
            errors = [layer.error(constants) for layer in used if layer.network == network]
            row += f"| {percent(min(errors))} to {percent(max(errors))} "
        lines.append(row + "|")
    constants = fits["both"][0]
    lines += [
        "",
        "| layer | error [%] | with our time [%] | calibrated on all others [%] |",
        "|---|---|---|---|",
    ]
    for layer in layers:
        others = [other for other in used if other is not layer]
        left_out = layer.error(calibrate(others)[0]) if layer.calibrates else layer.error(constants)
        lines.append(
            f"| {layer.network} {layer.name}{'' if layer.calibrates else ' (held back)'} "
            f"| {percent(layer.error(constants))} "
            f"| {percent(layer.error(constants, layer.own_clock))} | {percent(left_out)} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--executable", required=True, help="the tilewise program")
    program = str(pathlib.Path(parser.parse_args().executable).resolve())
    print(page(measured(program)))


if __name__ == "__main__":
    main()
