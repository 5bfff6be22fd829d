"""What a run and a folder look like to people."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tilewise.rtl.engine import Engine, pass_overhead
from tilewise.rtl.netlist import RESOURCES
from tilewise.rtl.program import Program
from tilewise.rtl.simulate import Run
from tilewise.rtl.synthesise import Synthesis

_README = """\
# {name}: a tiled engine in SystemVerilog
{tm} x {tn} lanes, words of {bits} bit (Input, Weight, Output), sums of {sums} bit; {layers} layers.

| file | what |
|---|---|
| `design_pkg.sv` | the numbers of this design |
| `engine_pkg.sv` | types: descriptor of a layer, tile, command of the port |
| `engine.sv` | the top: order of tiles, passes and transfers |
| `tile_walker.sv`, `pass_sequencer.sv` | off-chip and on-chip loops |
| `lane_array.sv`, `buffers.sv`, `bank.sv` | multipliers, adders, memories |
| `port_sequencer.sv`, `fill_unit.sv`, `drain_unit.sv` | to and from the port |
| `unpacker.sv`, `packer.sv`, `requantise.sv` | beats to rows, rows to beats, sums to words |
| `layer_table.sv`, `descriptors.hex` | one descriptor a layer |
| `activations.hex`, `weights.hex` | words off chip, random |
| `simulate.cpp` | test bench for Verilator: the memory behind the port |
| `program.json`, `engine.yaml` | layers, mappings, what the model says; the design |

A pass over a tile takes its steps and {overhead} cycles. Run it: `tilewise fpga simulate DIR`.
"""


def readme(engine: Engine, program: Program, sums: int) -> str:
    """The page of a folder."""
    return _README.format(
        name=engine.name, tm=engine.tm, tn=engine.tn, sums=sums, layers=len(program.steps),
        bits=", ".join(str(each) for each in engine.bits.values()), overhead=pass_overhead(engine),
    )  # fmt: skip


def simulated(runs: Sequence[Run]) -> str:
    """A row a layer, and what does not agree."""
    rows = pd.DataFrame(
        {
            "layer": run.name,
            "wrong words": run.wrong,
            "cycles": run.cycles,
            "model": round(run.model["cycles"]),
            "difference": f"{100 * (run.cycles / run.model['cycles'] - 1):+.2f} %",
            "passes": run.passes,
            "port words": sum(run.words.values()),
            "as modelled": "yes" if run.words_agree else "no",
            "bound": run.model["bound"],
        }
        for run in runs
    )
    cycles, model = sum(r.cycles for r in runs), sum(r.model["cycles"] for r in runs)
    total = f"all: {cycles} cycles, model {model:.0f}, {100 * (cycles / model - 1):+.2f} %"
    return f"{rows.to_string(index=False)}\n{total}"


def synthesised(found: Synthesis) -> str:
    """A row a resource, a row an instance, and the longest path."""
    measured = found.by_measurement or {}
    rows = pd.DataFrame(
        {
            "resource": name,
            "synthesised": found.synthesised[name],
            "by F1 to F9": found.predicted.get(name, "-"),
            "difference": _difference(found.predicted.get(name), found.synthesised[name]),
            "by measurement": measured.get(name, "-"),
            "off by": _difference(measured.get(name), found.synthesised[name]),
        }
        for name in RESOURCES
    )
    shares = pd.DataFrame.from_dict(found.instances, orient="index")
    return "\n".join([
        f"{found.tool}, {found.family}", rows.to_string(index=False), "",
        shares.to_string(), "",
        f"longest path: {found.lut_levels} levels of LUT between registers, a hint on the clock; "
        "nothing is placed, no wire or carry is timed",
    ])  # fmt: skip


def _difference(predicted: int | None, synthesised: int) -> str:
    if predicted is None or synthesised == 0:
        return "-"
    return f"{100 * (predicted / synthesised - 1):+.1f} %"
