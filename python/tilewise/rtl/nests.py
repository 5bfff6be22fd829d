"""A layer with its mapping on the tiled engine, as the controller walks it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tilewise._core import InputError, Layer

DIMS = "NGMCPQRS"
RELEVANT = {"Input": "NGCPQRS", "Weight": "GMCRS", "Output": "NGMPQ"}
MAC, MAX, SUM = 0, 1, 2
_OPS = {
    "convolution": MAC, "depthwise": MAC, "fully_connected": MAC,
    "max_pool": MAX, "average_pool": SUM, "add": SUM,
}  # fmt: skip
GROUPED = ("depthwise", "max_pool", "average_pool", "add")
_MOST = {"tile": 65535, "units": 15, "lanes": 255}


class RtlError(InputError):
    """A layer or mapping that the model has and the RTL has not."""


@dataclass
class Nest:
    """Bounds, tiles and order of the off-chip loops, lanes, and the window's units."""

    layer: Layer
    bounds: dict[str, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[int, int]
    image: tuple[int, int]
    tile: dict[str, int]
    order: str  # outermost first, all dimensions
    lanes_m: int
    lanes_c: int
    axes: list[Axis] = field(default_factory=list)  # rows, columns

    @property
    def op(self) -> int:
        return _OPS[self.layer.op]

    @property
    def grouped(self) -> bool:
        return self.layer.op in GROUPED

    @property
    def steps(self) -> int:
        """Steps of a pass over a whole tile."""
        own = "G" if self.grouped else "M"
        others = math.prod(self.tile[d] for d in DIMS if d not in (own, "C"))
        return others * self.blocks(own) * self.blocks("C")

    @property
    def row(self) -> int:
        """Words that the banks of a buffer take in a cycle: one for each lane along them."""
        return self.lanes_m if self.grouped else self.lanes_c

    @property
    def operands(self) -> int:
        """Tensors that are read as Input."""
        return self.bounds["C"] if self.layer.op == "add" else 1

    @property
    def input_shape(self) -> tuple[int, ...]:
        """[n, h, w, g, c] of one operand as it lies off chip."""
        b = self.bounds
        return (b["N"], *self.image, b["G"], b["C"] // self.operands)

    def count(self, dim: str) -> int:
        """Tiles along a dimension."""
        return math.ceil(self.bounds[dim] / self.tile[dim])

    def refilled(self, tensor: str) -> bool:
        return any(self.count(d) > 1 for d in RELEVANT[tensor])

    def blocks(self, dim: str) -> int:
        """Steps that the lanes take along M (or G) and C of a tile."""
        lanes = self.lanes_c if dim == "C" else self.lanes_m
        return math.ceil(self.tile[dim] / lanes)


@dataclass(frozen=True)
class Axis:
    """Rows or columns of Input, counted in units of the padded image."""

    unit: int  # rows of the image
    outputs: int  # units from one output to the next
    taps: int
    size: int  # units of a whole tile
    first: int  # units in the image
    end: int


def nest_of(layer: Layer, mapping: Sequence[Mapping[str, Any]], tm: int, tn: int) -> Nest:
    """The nest of a mapping as JSON has it. Raises RtlError with what the RTL has not."""
    if layer.op not in _OPS:
        raise RtlError(f"{layer.name}: the RTL has no {layer.op}")
    if len(mapping) != 2:
        raise RtlError(f"{layer.name}: a level has two places in the nest")
    outer = [(dim, bound) for dim, bound in mapping[0]["temporal"] if bound > 1]
    inner = dict(mapping[1]["temporal"])
    spatial = {(dim, axis): bound for dim, bound, axis in mapping[1]["spatial"] if bound > 1}
    bounds = dict(layer.bounds)
    image, stride = layer.image, layer.stride
    loops = [*outer, *inner.items(), *((dim, bound) for (dim, _), bound in spatial.items())]
    if _is_merged(layer, loops):
        bounds, image, stride = _as_one_row(layer)
        rename = {"N": "Q"}
        outer = [(rename.get(d, d), b) for d, b in outer]
        inner = {rename.get(d, d): b for d, b in inner.items()}
        spatial = {(rename.get(d, d), axis): b for (d, axis), b in spatial.items()}
    tile = {
        d: inner.get(d, 1) * math.prod(b for (e, _), b in spatial.items() if e == d) for d in DIMS
    }
    for d in DIMS:
        if d not in dict(outer):
            tile[d] = bounds[d]
        tile[d] = min(tile[d], bounds[d])
    order = "".join(d for d in DIMS if d not in dict(outer)) + "".join(d for d, _ in outer)
    lanes_m = spatial.get(("G" if layer.op in GROUPED else "M", "X"), 1)
    nest = Nest(
        layer, bounds, stride, layer.dilation, layer.padding, image, tile, order,
        lanes_m, spatial.get(("C", "Y"), 1),
    )  # fmt: skip
    _check(nest, inner, spatial, tm, tn)
    nest.axes = [_axis(nest, 0, "P", "R"), _axis(nest, 1, "Q", "S")]
    return nest


def _is_merged(layer: Layer, loops: Sequence[tuple[str, int]]) -> bool:
    covered = math.prod(bound for dim, bound in loops if dim == "N")
    return covered > layer.bounds["N"]


def _as_one_row(layer: Layer) -> tuple[dict[str, int], tuple[int, int], tuple[int, int]]:
    """A pointwise layer whose images, rows and columns are one loop: one row of pixels."""
    b = layer.bounds
    plain = b["R"] == b["S"] == 1 and layer.padding == (0, 0)
    same = layer.image == (b["P"], b["Q"])
    if not plain or not same or layer.op not in ("convolution", "fully_connected") or b["G"] > 1:
        raise RtlError(f"{layer.name}: loops over several dimensions as one (docs/mapper.md)")
    pixels = b["N"] * b["P"] * b["Q"]
    return {**b, "N": 1, "P": 1, "Q": pixels}, (1, pixels), (1, 1)


def _check(
    nest: Nest, inner: Mapping[str, int], spatial: Mapping[tuple[str, str], int], tm: int, tn: int
) -> None:
    name = nest.layer.name
    own = ("G" if nest.grouped else "M", "X")
    for (dim, axis), bound in spatial.items():
        if (dim, axis) not in (own, ("C", "Y")):
            raise RtlError(f"{name}: lanes along {dim} of {axis} ({bound})")
    if inner.get("N", 1) > 1 or inner.get("G", 1) > 1:
        raise RtlError(f"{name}: images or groups inside a tile")
    if nest.tile["N"] > 1 or (
        nest.tile["G"] > nest.lanes_m if nest.grouped else nest.tile["G"] > 1
    ):
        raise RtlError(f"{name}: several images or groups in a tile")
    if nest.lanes_m > tm or nest.lanes_c > tn:
        raise RtlError(f"{name}: more lanes than the engine has")
    if nest.grouped and nest.bounds["M"] > 1:
        raise RtlError(f"{name}: groups along the lanes with several outputs each")
    if (
        max(nest.bounds.values()) > _MOST["tile"]
        or max(nest.lanes_m, nest.lanes_c) > _MOST["lanes"]
    ):
        raise RtlError(f"{name}: a bound above {_MOST['tile']} or lanes above {_MOST['lanes']}")


def _axis(nest: Nest, which: int, outputs: str, taps: str) -> Axis:
    stride, dilation = nest.stride[which], nest.dilation[which]
    padding, image = nest.padding[which], nest.image[which]
    if nest.bounds[taps] == 1:
        unit, a, b = stride, 1, 0
    else:
        unit = math.gcd(stride, dilation)
        a, b = stride // unit, dilation // unit
    if max(a, b) > _MOST["units"]:
        raise RtlError(f"{nest.layer.name}: stride or dilation above {_MOST['units']}")
    for p in _sizes(nest, outputs):
        for r in _sizes(nest, taps):
            units = {i * a + j * b for i in range(min(p, a + b + 2)) for j in range(r)}
            if len(units) != max(units) + 1 and (p > 1 or b > 1):
                raise RtlError(f"{nest.layer.name}: a window with gaps between its rows")
    _check_slides(nest, outputs, taps, a, b)
    size = (nest.tile[outputs] - 1) * a + (nest.tile[taps] - 1) * b + 1
    return Axis(unit, a, b, size, math.ceil(padding / unit), math.ceil((padding + image) / unit))


def _sizes(nest: Nest, dim: str) -> set[int]:
    last = nest.bounds[dim] - (nest.count(dim) - 1) * nest.tile[dim]
    return {nest.tile[dim], last} if nest.count(dim) > 1 else {last}


def _check_slides(nest: Nest, outputs: str, taps: str, a: int, b: int) -> None:
    """A window may grow on one side of the one before, not on both."""
    if nest.count(outputs) == 1 or nest.count(taps) == 1:
        return
    inner_taps = nest.order.index(taps) > nest.order.index(outputs)
    outs = [(i, min(nest.tile[outputs], nest.bounds[outputs] - i))
            for i in range(0, nest.bounds[outputs], nest.tile[outputs])]  # fmt: skip
    ins = [(i, min(nest.tile[taps], nest.bounds[taps] - i))
           for i in range(0, nest.bounds[taps], nest.tile[taps])]  # fmt: skip
    pairs = (
        [(o, t) for o in outs for t in ins] if inner_taps else [(o, t) for t in ins for o in outs]
    )
    old = None
    for (p, np), (r, nr) in pairs:
        low = p * a + r * b
        new = (low, low + (np - 1) * a + (nr - 1) * b)
        if old and new[0] < old[0] and new[1] > old[1]:
            raise RtlError(f"{nest.layer.name}: a window that grows on both sides")
        old = new
