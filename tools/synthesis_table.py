#!/usr/bin/env python3
"""Synthesises a grid of engines by Yosys and prints what each takes beside what F1 to F9 say: a row
a design, then the median error of each half, also that of the measured forms. Every second design
is held back from any refit.

Usage: tools/synthesis_table.py [--designs N] [--limit SECONDS] [--keep FILE]
FILE keeps what is done, a JSON object a line; designs in it are not synthesised again.
"""

import argparse
import itertools
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from tilewise._core import InputError
from tilewise.rtl.simulate import read_record
from tilewise.rtl.synthesise import PREDICTED, synthesise

LANES = ((2, 2), (4, 3), (8, 4))
WIDTHS = (4, 8, 12, 16)
BUFFERS = ("2 KiB", "16 KiB")
DESIGN = """\
family: fpga_tiled_engine
name: grid
parameters:
  board: pynq_z2
  clock: 200 MHz
  dsp_packing: 1
  Tm: {tm}
  Tn: {tn}
  precision: {bits} bit
  input_buffer: {buffer}
  weight_buffer: {buffer}
  output_buffer: {buffer}
"""
LAYER = """\
name: layer
op: convolution
input: {channels: 12, height: 8, width: 8}
output_channels: 16
kernel: 3
padding: 1
"""


def designs() -> list[dict]:
    """From few lanes to many; each half has all lanes, widths and buffers."""
    grid = itertools.product(LANES, WIDTHS, BUFFERS)
    return [
        {"tm": tm, "tn": tn, "bits": bits, "buffer": buffer,
         "held_back": (WIDTHS.index(bits) + BUFFERS.index(buffer)) % 2 == 1}
        for (tm, tn), bits, buffer in grid
    ]  # fmt: skip


def bram18(depth: int, width: int) -> int:
    """F2."""
    if depth * width < 1024:
        return 0
    shapes = ((1, 16384), (2, 8192), (4, 4096), (9, 2048), (18, 1024), (36, 512))
    return min(-(-width // w) * -(-depth // d) for w, d in shapes)


def own_banks(numbers: dict) -> int:
    """F2 of the banks that the RTL has, without those of groups."""
    sums = (2 if numbers["OUT_DOUBLE"] else 1) * numbers["TM"]
    return (
        numbers["TN"] * bram18(numbers["IN_SIZE"], numbers["IN_BITS"])
        + numbers["TM"] * numbers["TN"] * bram18(numbers["W_SIZE"], numbers["W_BITS"])
        + sums * bram18(numbers["OUT_SIZE"], numbers["SUM_BITS"])
    )


def made(design: dict, limit: int) -> dict:
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        (folder / "grid.yaml").write_text(DESIGN.format(**design), encoding="utf-8")
        (folder / "layer.yaml").write_text(LAYER, encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "tilewise", "fpga", "generate", "--design", "grid.yaml",
             "--network", "layer.yaml", "--out", "engine"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        engine = folder / "engine"
        found = synthesise(engine, "xc7", limit)
        banks = own_banks(read_record(engine)["numbers"])
    return {**design, "own_banks": banks, **found.as_dict()}


def row(each: dict) -> str:
    pairs = [f"{each['predicted'][name]} / {each['synthesised'][name]}" for name in PREDICTED]
    pairs[1] += f" ({each['own_banks']})"
    half = "held back" if each["held_back"] else "fit"
    name = f"{each['tm']} x {each['tn']}, {each['bits']} bit, {each['buffer']}"
    return f"| {name} | {half} | {' | '.join(pairs)} | {each['lut_levels']} |"


def summary(done: list[dict]) -> None:
    for held in (False, True):
        some = [each for each in done if each["held_back"] == held]
        if not some:
            continue
        errors = []
        for name in PREDICTED:
            pairs = [(e["predicted"][name], e["synthesised"][name]) for e in some]
            known = [abs(said / took - 1) for said, took in pairs if took]
            if known:
                errors.append(f"{name} {100 * statistics.median(known):.1f} %")
        half = "held back" if held else "fit"
        print(f"{half}: {len(some)} designs, median error {', '.join(errors)}")
        print(f"  by measurement: {', '.join(errors_measured(some))}")


def errors_measured(some: list[dict]) -> list[str]:
    told = []
    for name in ("LUT", "FF"):
        pairs = [(each["by_measurement"][name], each["synthesised"][name]) for each in some]
        errors = [100 * abs(said / took - 1) for said, took in pairs]
        told.append(f"{name} {statistics.median(errors):.1f} %, {max(errors):.1f} % at most")
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--designs", type=int, default=24)
    parser.add_argument("--limit", type=int, default=3600)
    parser.add_argument("--keep", type=pathlib.Path)
    given = parser.parse_args()
    kept = given.keep.read_text().splitlines() if given.keep and given.keep.is_file() else []
    done = [json.loads(line) for line in kept]
    print("| design | half | DSP, predicted / synthesised | BRAM18 (F2 of the RTL's banks) | LUT | "
          "FF | levels of LUT |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for each in done:
        print(row(each))
    for design in designs()[: given.designs]:
        if any(design.items() <= each.items() for each in done):
            continue
        try:
            done.append(made(design, given.limit))
        except InputError as error:
            print(f"passed over: {error}", file=sys.stderr)
            continue
        print(row(done[-1]), flush=True)
        if given.keep:
            with given.keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[-1]) + "\n")
    summary(done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
