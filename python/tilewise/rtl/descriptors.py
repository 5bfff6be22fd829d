"""Rows of the table of descriptors: a nest and where its tensors lie off chip, in the fields of
engine_pkg::descriptor_t."""

from __future__ import annotations

import math
import pathlib
import re
from dataclasses import dataclass

from tilewise.rtl.engine import Engine
from tilewise.rtl.nests import DIMS, MAC, Nest

TEMPLATES = pathlib.Path(__file__).parent / "sv"
_FIELD = re.compile(r"^\s*logic (?:\[(\d+):0\] )?(\w+);")


@dataclass(frozen=True)
class Places:
    """Word addresses of a layer: its inputs (of an add several, rising), weights, output."""

    inputs: tuple[int, ...]
    weights: int
    output: int


@dataclass(frozen=True)
class Depths:
    """Words that a bank of each buffer needs: of Input all, of the others one copy."""

    inputs: int
    weights: int
    sums: int


def fields_of(struct: str) -> list[tuple[str, int]]:
    """Names and bits of a packed struct of engine_pkg.sv, highest first."""
    text = (TEMPLATES / "engine_pkg.sv").read_text(encoding="utf-8")
    body = text[: text.index(f"}} {struct};")].rsplit("typedef struct packed {", 1)[1]
    found = [_FIELD.match(line) for line in body.splitlines()]
    return [(each[2], int(each[1] or 0) + 1) for each in found if each]


def pack(values: dict[str, int]) -> str:
    """A row of descriptors.hex."""
    row, width = 0, 0
    for name, bits in fields_of("descriptor_t"):
        row = row << bits | values[name] & ((1 << bits) - 1)
        width += bits
    return f"{row:0{math.ceil(width / 4)}x}"


def descriptor(
    nest: Nest, places: Places, engine: Engine, multiplier: int, shift: int, relu: bool
) -> dict[str, int]:
    """The fields of one layer."""
    return {
        "op": nest.op,
        "grouped": int(nest.grouped),
        "relu": int(relu),
        "multiplier": multiplier,
        "shift": shift,
        "full": _flat([nest.bounds[d] for d in DIMS], 16),
        "tile": _flat([nest.tile[d] for d in DIMS], 16),
        "order": _flat([DIMS.index(d) for d in reversed(nest.order)], 3),
        "lanes_m": nest.lanes_m,
        "lanes_c": nest.lanes_c,
        **_window(nest),
        **_ring(nest, engine),
        **_input_addresses(nest, places),
        **_weight_addresses(nest, places),
        **_output_addresses(nest, places),
    }


def depths(nest: Nest, engine: Engine) -> Depths:
    """What a bank must hold for this layer."""
    ring = _ring(nest, engine)
    weights = nest.blocks("C") * nest.tile["R"] * nest.tile["S"]
    outputs = nest.tile["P"] * nest.tile["Q"]
    if not nest.grouped:
        weights *= nest.blocks("M")
        outputs *= nest.blocks("M")
    return Depths(ring["plane"] * nest.blocks("C"), weights if nest.op == MAC else 1, outputs)


def weight_words(nest: Nest) -> int:
    """Words that the weights take off chip, each tile as long as a whole one."""
    if nest.op != MAC:
        return 0
    return math.prod(nest.tile[d] * nest.count(d) for d in "GMCRS")


def _window(nest: Nest) -> dict[str, int]:
    rows, columns = nest.axes
    made = {
        "image_u_first": rows.first, "image_u_end": rows.end,
        "image_v_first": columns.first, "image_v_end": columns.end,
    }  # fmt: skip
    for dim, units in (("P", rows.outputs), ("R", rows.taps), ("Q", columns.outputs),
                       ("S", columns.taps)):  # fmt: skip
        step = nest.tile[dim] * units
        made |= {
            f"{dim.lower()}_units": units,
            f"{dim.lower()}_step": step,
            f"{dim.lower()}_back": -(nest.count(dim) - 1) * step,
        }
    return made


def _ring(nest: Nest, engine: Engine) -> dict[str, int]:
    """Two windows along the axis that slides, where they are refilled beside the work."""
    rows, columns = nest.axes
    size = [rows.size, columns.size]
    flip = [0, 0]
    if engine.double["Input"] and nest.refilled("Input"):
        moving = [d for d in nest.order if d in "NGCPQRS" and nest.count(d) > 1]
        along = 1 if moving[-1] in "QS" else 0
        flip[along] = size[along]
        size[along] *= 2
    return {
        "ring_u": size[0], "ring_v": size[1], "flip_u": flip[0], "flip_v": flip[1],
        "plane": size[0] * size[1],
        "p_row": rows.outputs * size[1], "r_row": rows.taps * size[1],
    }  # fmt: skip


def _input_addresses(nest: Nest, places: Places) -> dict[str, int]:
    """Input lies image by image, row by row, pixel by pixel, the channels of one side by side."""
    rows, columns = nest.axes
    _, height, width, groups, depth = nest.input_shape
    channels = groups * depth
    row = width * channels
    adds = nest.operands > 1
    other = places.inputs[1] - places.inputs[0] if adds else 1
    steps = [height * row, nest.tile["G"] * depth, nest.tile["C"] * other]
    return {
        "in_base": places.inputs[0] - nest.padding[0] * row - nest.padding[1] * channels,
        "in_u": rows.unit * row,
        "in_v": columns.unit * channels,
        "in_c": other if adds else 0,
        **_moves("in", nest, "NGC", steps),
    }


def _weight_addresses(nest: Nest, places: Places) -> dict[str, int]:
    """Weights lie tile by tile, in the order in which the banks take them."""
    step = math.prod(nest.tile[d] for d in "GMCRS")
    steps = {}
    for dim in "SRCMG":
        steps[dim] = step
        step *= nest.count(dim)
    return {"w_base": places.weights, **_moves("w", nest, "GMCRS", [steps[d] for d in "GMCRS"])}


def _output_addresses(nest: Nest, places: Places) -> dict[str, int]:
    channels = nest.bounds["G"] * nest.bounds["M"]
    row = nest.bounds["Q"] * channels
    steps = [nest.bounds["P"] * row, nest.tile["G"] * nest.bounds["M"], nest.tile["M"],
             nest.tile["P"] * row, nest.tile["Q"] * channels]  # fmt: skip
    return {
        "out_base": places.output,
        "out_p": row,
        "out_q": channels,
        **_moves("out", nest, "NGMPQ", steps),
    }


def _moves(tensor: str, nest: Nest, dims: str, steps: list[int]) -> dict[str, int]:
    back = [-(nest.count(d) - 1) * step for d, step in zip(dims, steps)]
    return {f"{tensor}_step": _flat(steps, 32), f"{tensor}_back": _flat(back, 32)}


def _flat(values: list[int], bits: int) -> int:
    """The first value in the lowest bits."""
    return sum((v & ((1 << bits) - 1)) << (i * bits) for i, v in enumerate(values))
