"""The layers in integers, by NumPy: what the RTL must give, bit for bit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tilewise.rtl.nests import MAX, Nest

Words = NDArray[np.int64]


def requantised(sums: Words, multiplier: int, shift: int, relu: bool, bits: int) -> Words:
    """A complete sum as a word of Output: halves up, cut to the width."""
    wide = sums * multiplier + ((1 << shift) >> 1) >> shift
    cut = np.clip(wide, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    return np.maximum(cut, 0) if relu else cut


def sums_of(nest: Nest, inputs: Words, weights: Words | None) -> Words:
    """Sums [n, p, q, g, m] of inputs [n, h, w, g, c] and weights [g, m, c, r, s]."""
    b = nest.bounds
    padded = _padded(nest, inputs)
    made = None
    for r in range(b["R"]):
        for s in range(b["S"]):
            words, real = (
                each[:, _rows(nest, 0, "P", r)][:, :, _rows(nest, 1, "Q", s)] for each in padded
            )
            if nest.op == MAX:
                taps = np.where(real, words, np.iinfo(np.int64).min)[..., 0][..., None]
                made = taps if made is None else np.maximum(made, taps)
                continue
            if weights is None:
                taps = words.sum(axis=-1)[..., None]
            else:
                taps = np.einsum("npqgc,gmc->npqgm", words, weights[..., r, s])
            made = taps if made is None else made + taps
    assert made is not None
    return made


def _rows(nest: Nest, axis: int, outputs: str, tap: int) -> slice:
    first = tap * nest.dilation[axis]
    return slice(first, first + (nest.bounds[outputs] - 1) * nest.stride[axis] + 1,
                 nest.stride[axis])  # fmt: skip


def _padded(nest: Nest, inputs: Words) -> tuple[Words, Words]:
    """Inputs with zeros around them, and ones where the image is."""
    spans = [(1, 0)]
    for axis, outputs, taps in ((0, "P", "R"), (1, "Q", "S")):
        reach = (nest.bounds[outputs] - 1) * nest.stride[axis]
        reach += (nest.bounds[taps] - 1) * nest.dilation[axis] + 1
        before = nest.padding[axis]
        spans.append((before, max(0, reach - before - nest.image[axis])))
    pads = [(0, 0), spans[1], spans[2], (0, 0), (0, 0)]
    return np.pad(inputs, pads), np.pad(np.ones_like(inputs), pads)


def weight_stream(nest: Nest, weights: Words) -> Words:
    """Weights [g, m, c, r, s] tile by tile as they lie off chip: in a tile r, s, then m, c, or
    where lanes are groups c, g; a clipped tile's words first, then zeros."""
    whole = math.prod(nest.tile[d] for d in "GMCRS")
    inside = (3, 4, 2, 0, 1) if nest.grouped else (0, 3, 4, 1, 2)
    made = []
    starts = [range(0, nest.bounds[d], nest.tile[d]) for d in "GMCRS"]
    for g in starts[0]:
        for m in starts[1]:
            for c in starts[2]:
                for r in starts[3]:
                    for s in starts[4]:
                        tile = weights[
                            g : g + nest.tile["G"], m : m + nest.tile["M"], c : c + nest.tile["C"],
                            r : r + nest.tile["R"], s : s + nest.tile["S"],
                        ].transpose(inside).ravel()  # fmt: skip
                        made.append(np.pad(tile, (0, whole - tile.size)))
    return np.concatenate(made)
