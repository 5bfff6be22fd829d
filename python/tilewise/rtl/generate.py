"""The files of an engine: its modules, the numbers of the design, tables and words."""

from __future__ import annotations

import json
import math
import pathlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tilewise.rtl.descriptors import TEMPLATES, depths, descriptor, pack
from tilewise.rtl.engine import Engine, pass_overhead
from tilewise.rtl.nests import MAC, Nest
from tilewise.rtl.program import Program, Step, keys_of
from tilewise.rtl.reference import weight_stream


def design_numbers(program: Program, engine: Engine, sums: int) -> dict[str, int | bool]:
    """The parameters of design_pkg.sv, by name."""
    nests = [step.nest for step in program.steps]
    grouped = max((n.lanes_c for n in nests if n.grouped), default=0)
    bits = {"IN": engine.bits["Input"], "W": engine.bits["Weight"], "SUM": sums,
            "OUT": engine.bits["Output"]}  # fmt: skip
    port = {kind: max(1, math.ceil(engine.port_bits / width)) for kind, width in bits.items()}
    return {
        "TM": engine.tm,
        "TN": engine.tn,
        "INTERVAL": engine.interval,
        **{f"{kind}_BITS": width for kind, width in bits.items()},
        **{f"PORT_{kind}": words for kind, words in port.items()},
        "PORT_DATA": max(port[kind] * bits[kind] for kind in bits),
        "ROW": max(engine.tm, engine.tn),
        "WORD": max(bits["IN"], bits["W"], sums),
        "GROUP_LANES": grouped,
        "IN_BANKS": max(engine.tn, engine.tm * grouped),
        **_sizes(nests, engine),
        "IN_DOUBLE": engine.double["Input"],
        "W_DOUBLE": engine.double["Weight"],
        "OUT_DOUBLE": engine.double["Output"],
        "PLAIN": any(nest.op != MAC for nest in nests),
        "MULTIPLY": any(step.multiplier != 1 for step in program.steps),
        "LAYERS": len(nests),
    }


def _sizes(nests: list[Nest], engine: Engine) -> dict[str, int]:
    """Words of a bank: what the design gives it, or more where a tile of a mapping lies in fewer
    banks than the design has."""
    need = [depths(nest, engine) for nest in nests]
    copies = {t: 2 if engine.double[t] else 1 for t in engine.double}
    given = {
        "Input": copies["Input"] * math.ceil(engine.words("Input") / engine.tn),
        "Weight": math.ceil(engine.words("Weight") / (engine.tm * engine.tn)),
        "Output": math.ceil(engine.words("Output") / engine.tm),
    }
    copy = max([given["Weight"], *(d.weights for n, d in zip(nests, need)
                                   if n.refilled("Weight"))])  # fmt: skip
    return {
        "IN_SIZE": max([given["Input"], *(d.inputs for d in need)]),
        "GROUP_SIZE": max(
            (d.inputs for n, d in zip(nests, need) if n.grouped), default=1
        ),  # fmt: skip
        "W_DEPTH": copy,
        "W_SIZE": max([copy * copies["Weight"], *(d.weights for d in need)]),
        "OUT_SIZE": max([given["Output"], *(d.sums for d in need)]),
    }


def design_package(numbers: dict[str, int | bool]) -> str:
    """The text of design_pkg.sv."""
    lines = ["// The numbers of this design.", "package design_pkg;"]
    for name, value in numbers.items():
        kind = "bit" if isinstance(value, bool) else "int"
        text = f"1'b{int(value)}" if isinstance(value, bool) else str(value)
        lines.append(f"  localparam {kind} {name} = {text};")
    return "\n".join([*lines, "endpackage", ""])


def words_of(program: Program, engine: Engine, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Random activations that are given, zeros where layers write, and weights as they lie."""
    random = np.random.default_rng(seed)
    activations = np.zeros(program.activations, np.int64)
    for first, count in program.given:
        activations[first : first + count] = _integers(random, engine.bits["Input"], count)
    weights = np.zeros(max(1, program.weights), np.int64)
    for step in program.steps:
        if step.nest.op == MAC:
            shape = [step.nest.bounds[d] for d in "GMCRS"]
            drawn = _integers(random, engine.bits["Weight"], math.prod(shape)).reshape(shape)
            stream = weight_stream(step.nest, drawn)
            weights[step.places.weights : step.places.weights + stream.size] = stream
    return activations, weights


def _integers(random: np.random.Generator, bits: int, count: int) -> NDArray[Any]:
    return random.integers(-(1 << (bits - 1)), 1 << (bits - 1), count)


def hex_lines(words: NDArray[Any], bits: int) -> bytes:
    """Two's complement, a word a line."""
    digits = math.ceil(bits / 4)
    mask = (1 << bits) - 1
    return "".join(f"{int(word) & mask:0{digits}x}\n" for word in words).encode()


def step_record(step: Step, engine: Engine, sums: int) -> dict[str, Any]:
    """What layers.json says of a layer."""
    return {
        "layer": keys_of(step.work.layer, engine, sums),
        "mapping": step.work.mapping,
        "inputs": list(step.places.inputs),
        "weights": step.places.weights,
        "output": step.places.output,
        "multiplier": step.multiplier,
        "shift": step.shift,
        "relu": step.relu,
    }


def write_engine(folder: pathlib.Path, program: Program, engine: Engine, sums: int, seed: int,
                 models: list[dict[str, Any]]) -> None:  # fmt: skip
    """Writes the folder of an engine and its program."""
    numbers = design_numbers(program, engine, sums)
    for template in sorted(TEMPLATES.iterdir()):
        if template.suffix in (".sv", ".cpp"):
            (folder / template.name).write_bytes(template.read_bytes())
    (folder / "design_pkg.sv").write_text(design_package(numbers), encoding="utf-8")
    rows = [
        pack(descriptor(s.nest, s.places, engine, s.multiplier, s.shift, s.relu))
        for s in program.steps
    ]
    (folder / "descriptors.hex").write_text("\n".join(rows) + "\n", encoding="utf-8")
    activations, weights = words_of(program, engine, seed)
    (folder / "activations.hex").write_bytes(hex_lines(activations, engine.bits["Input"]))
    (folder / "weights.hex").write_bytes(hex_lines(weights, engine.bits["Weight"]))
    record = {
        "engine": engine.name,
        "port_bits": engine.port_bits,
        "numbers": numbers,
        "pass_overhead": pass_overhead(engine),
        "activations": program.activations,
        "given": program.given,
        "layers": [
            {**step_record(step, engine, sums), "model": model}
            for step, model in zip(program.steps, models)
        ],
    }
    (folder / "program.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
