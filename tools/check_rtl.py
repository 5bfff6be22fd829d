#!/usr/bin/env python3
"""Runs random layers under random mappings on random engines: the generated RTL in Verilator
against the reference, and words on the port and cycles against the model. Prints a row a layer and
the errors.

Usage: tools/check_rtl.py [--engines N] [--layers N] [--latency N] [--seed N] [--keep DIR]
"""

import argparse
import dataclasses
import json
import math
import pathlib
import random
import statistics
import sys
import tempfile
from dataclasses import dataclass

from tilewise import _core
from tilewise.rtl.engine import Engine, read_engine
from tilewise.rtl.generate import design_numbers, design_package, write_engine
from tilewise.rtl.nests import DIMS, MAC, Nest, RtlError, nest_of
from tilewise.rtl.program import (
    Work,
    cost_in_rtl,
    keys_of,
    levels_of,
    mapping_yaml,
    models_of,
    program_of,
)
from tilewise.rtl.simulate import Run, build, run_program

ORDERS = ("NGPQMCRS", "NGPQCRSM", "GMCRSNPQ")
DESIGN = """\
family: fpga_tiled_engine
name: random
parameters:
  board: {board}
  clock: 200 MHz
  Tm: {tm}
  Tn: {tn}
  precision: {{input: {input} bit, weight: {weight} bit, output: {input} bit}}
  input_buffer: {buffers[0]} B
  weight_buffer: {buffers[1]} B
  output_buffer: {buffers[2]} B
  double_buffered: [{double}]
"""
SUM_BITS = 48  # enough for any of the layers
RATES = (12.8, 0.4, 0.2, 0.1)  # GB/s of the port: 512, 16, 8 and 4 bit a cycle
BOARD = """\
name: port
part: none
LUT: 9000000
FF: 9000000
DSP: 90000
BRAM18: 90000
URAM: 0
usable: {{LUT: 0.85, FF: 0.85, DSP: 0.9, BRAM18: 0.9, URAM: 0.9}}
off_chip_bandwidth: {rate} GB/s
soft_controllers: 0
dram: ddr3
node: 28 nm
voltage: 1.0 V
board_power: 1 W
board_power_source: "none"
source: "none"
"""


@dataclass(frozen=True)
class Outcome:
    run: Run
    port_bits: float
    fed: bool  # the port is no wider than what the banks take

    @property
    def error(self) -> float:
        return self.run.cycles / self.run.model["cycles"] - 1

    @property
    def a_pass(self) -> float:
        return (self.run.cycles - self.run.model["cycles"]) / self.run.passes


def write_board(folder: pathlib.Path, rate: float) -> pathlib.Path:
    board = folder / "board.yaml"
    board.write_text(BOARD.format(rate=rate), encoding="utf-8")
    return board


def random_engine(draw: random.Random, folder: pathlib.Path) -> Engine:
    """A small engine; what its tensors have of copies and words is drawn too."""
    board = write_board(folder, RATES[0])
    double = [t for t in ("Input", "Weight", "Output") if draw.random() < 0.8]
    text = DESIGN.format(
        board=board, tm=draw.randint(1, 8), tn=draw.randint(1, 6),
        input=draw.choice([8, 8, 16, 4]), weight=draw.choice([8, 8, 16, 4]),
        buffers=[draw.choice([512, 2048, 8192]) for _ in range(3)], double=", ".join(double),
    )  # fmt: skip
    design = folder / "design.yaml"
    design.write_text(text, encoding="utf-8")
    return read_engine(design)


def random_layer(draw: random.Random, name: str) -> _core.Layer:
    op = draw.choice(["convolution"] * 6 + ["fully_connected", "depthwise", "max_pool",
                                            "average_pool", "add"])  # fmt: skip
    if op == "fully_connected":
        return _core.Layer(name=name, op=op, inputs=draw.randint(1, 60),
                           outputs=draw.randint(1, 40), batch=draw.randint(1, 3))  # fmt: skip
    shape = {"channels": draw.randint(1, 20), "height": draw.randint(5, 14),
             "width": draw.randint(5, 14)}  # fmt: skip
    if op == "add":
        return _core.Layer(name=name, op=op, input=shape)
    keys = {
        "kernel": [draw.randint(1, 5), draw.randint(1, 5)],
        "stride": [draw.randint(1, 3), draw.randint(1, 3)],
        "padding": draw.randint(0, 2),
        "batch": draw.randint(1, 2),
    }
    if op == "convolution":
        groups = draw.choice([1, 1, 1, 2])
        shape["channels"] *= groups
        keys |= {"output_channels": groups * draw.randint(1, 12), "groups": groups,
                 "dilation": draw.choice([1, 1, 1, 2])}  # fmt: skip
    return _core.Layer(name=name, op=op, input=shape, **keys)


def random_mapping(draw: random.Random, layer: _core.Layer, engine: Engine) -> list:
    """Lanes, a tile and an order off chip."""
    bounds = layer.bounds
    own = "M" if layer.op in ("convolution", "fully_connected") else "G"
    lanes = {own: draw.randint(1, min(engine.tm, bounds[own])),
             "C": draw.randint(1, min(engine.tn, bounds["C"]))}  # fmt: skip
    inner = {d: draw.randint(1, -(-bounds[d] // lanes.get(d, 1))) for d in "PQMCRS"}
    for d in "RS":
        if draw.random() < 0.6:
            inner[d] = bounds[d]
    if own == "G":
        inner["M"] = 1
    return levels_of(layer, lanes, inner, draw.choice(ORDERS))


def random_works(draw: random.Random, engine: Engine, count: int, passes: int) -> list[Work]:
    arch = _core.arch(str(engine.file))
    works: list[Work] = []
    refused: dict[str, int] = {}
    while len(works) < count:
        name = f"layer{len(works)}"
        try:
            layer = random_layer(draw, name)
        except _core.InputError:  # its kernel spans more than its image
            continue
        layer = _core.Layer(**keys_of(layer, engine, SUM_BITS))
        mapping = random_mapping(draw, layer, engine)
        try:
            nest = nest_of(layer, mapping, engine.tm, engine.tn)
            _core.evaluate(layer, arch, _core.parse_mapping(mapping_yaml(mapping), arch))
        except (RtlError, _core.InputError) as error:
            kind = str(error).partition(": ")[2] if isinstance(error, RtlError) else "no fit"
            refused[kind] = refused.get(kind, 0) + 1
            continue
        if math.prod(nest.count(d) for d in DIMS) <= passes:
            works.append(Work(layer, mapping))
    print("passed over:", refused)
    return works


def run(draw: random.Random, folder: pathlib.Path, layers: int, latency: int) -> list[Outcome]:
    """One engine with its program, built for each rate of its port."""
    engine = random_engine(draw, folder)
    works = random_works(draw, engine, layers, 400)
    program = program_of(works, [[] for _ in works], engine)
    print(f"Tm {engine.tm} Tn {engine.tn} {engine.bits} {engine.double}")
    models = models_of(program, engine, SUM_BITS)
    write_engine(folder, program, engine, SUM_BITS, draw.randrange(1 << 30), models)
    outcomes = []
    for rate in RATES:
        engine = dataclasses.replace(engine, port_bits=rate * 40)
        set_rate(folder, rate)
        numbers = design_numbers(program, engine, SUM_BITS)
        (folder / "design_pkg.sv").write_text(design_package(numbers), encoding="utf-8")
        build(folder)
        for step, made in zip(program.steps, run_program(folder, latency), strict=True):
            outcomes.append(Outcome(made, engine.port_bits, fed_by_port(step.nest, engine)))
            report(outcomes[-1])
    return outcomes


def set_rate(folder: pathlib.Path, rate: float) -> None:
    """Another rate of the port for a program: words stay, cycles of the model do not."""
    write_board(folder, rate)
    engine = read_engine(folder / "design.yaml")
    record = json.loads((folder / "program.json").read_text(encoding="utf-8"))
    record["port_bits"] = rate * 40
    for each in record["layers"]:
        cost = cost_in_rtl(Work(_core.Layer(**each["layer"]), each["mapping"]), engine)
        each["model"] |= {"cycles": cost.cycles, "bound": cost.bound}
    (folder / "program.json").write_text(json.dumps(record), encoding="utf-8")


def fed_by_port(nest: Nest, engine: Engine) -> bool:
    """Whether the banks take a row at least as fast as the port brings it."""
    words = [engine.port_bits / engine.bits[t] for t in ("Input", "Weight")]
    return max(words if nest.op == MAC else words[:1]) <= nest.row


def report(each: Outcome) -> None:
    run, model = each.run, each.run.model
    differs = "" if run.words_agree else f" {run.words} {model['words']}"
    print(
        f"{run.name} {each.port_bits:g} bit/cycle{'' if each.fed else ' (banks)'}: "
        f"wrong {run.wrong} cycles {run.cycles} model {model['cycles']:.1f} "
        f"{100 * each.error:+.2f} % {each.a_pass:+.2f} a pass of {run.passes} "
        f"{model['bound']}{differs}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", type=int, default=10)
    parser.add_argument("--layers", type=int, default=30)
    parser.add_argument("--latency", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    for i in range(given.engines):
        with tempfile.TemporaryDirectory() as scratch:
            folder = given.keep / str(i) if given.keep else pathlib.Path(scratch)
            folder.mkdir(parents=True, exist_ok=True)
            draw = random.Random(given.seed * 1000 + i)
            outcomes += run(draw, folder, given.layers, given.latency)
    summary(outcomes)
    return 0 if all(each.run.wrong == 0 and each.run.words_agree for each in outcomes) else 1


def summary(outcomes: list[Outcome]) -> None:
    wrong = sum(each.run.wrong > 0 for each in outcomes)
    words = sum(not each.run.words_agree for each in outcomes)
    print(f"{len(outcomes)} runs: outputs differ in {wrong}, words on the port in {words}")
    for fed, name in ((True, "the port is no wider than a row"), (False, "the banks are slower")):
        some = [each for each in outcomes if each.fed == fed]
        if not some:
            continue
        errors = sorted(abs(each.error) for each in some)
        a_pass = sorted(each.a_pass for each in some)
        print(
            f"{name}: {len(some)} runs, cycles off by {100 * statistics.median(errors):.2f} % in "
            f"the median, {100 * errors[-1]:.1f} % at most, "
            f"{sum(e <= 0.01 for e in errors)} within 1 %; a pass "
            f"{statistics.median(a_pass):+.1f} in the median, {a_pass[0]:+.1f} to "
            f"{a_pass[-1]:+.1f}"
        )


if __name__ == "__main__":
    sys.exit(main())
