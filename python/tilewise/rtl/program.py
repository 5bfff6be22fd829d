"""A network as a program of the engine: a nest a layer, where its tensors lie, and what the model
says of it."""

from __future__ import annotations

import dataclasses
import json
import math
import pathlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tilewise import _core
from tilewise._core import InputError, Layer, Network
from tilewise.cpp_program import output_of
from tilewise.rtl.activations import Activations, in_row
from tilewise.rtl.descriptors import Places, weight_words
from tilewise.rtl.engine import SHORTEST_PASS, Engine, as_built, pass_overhead, sum_bits
from tilewise.rtl.nests import GROUPED, MAC, Nest, RtlError, nest_of

NETWORK_INPUT = -1
_MULTIPLIER_BITS = 15


@dataclass(frozen=True)
class Work:
    """A layer and its mapping, as JSON has it."""

    layer: Layer
    mapping: list[dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """A layer of a program."""

    work: Work
    nest: Nest
    places: Places
    multiplier: int
    shift: int
    relu: bool


@dataclass(frozen=True)
class Program:
    """The layers in order, and the words that they take off chip."""

    steps: list[Step]
    activations: int
    weights: int
    given: list[tuple[int, int]]  # first word and count of what no layer makes


def shape_of(layer: Layer) -> dict[str, Any]:
    """The keys of a layer's file, by loop bounds."""
    return {
        "name": layer.name,
        "op": layer.op,
        "dims": dict(layer.bounds),
        "stride": list(layer.stride),
        "dilation": list(layer.dilation),
        "padding": list(layer.padding),
        "image": list(layer.image),
    }


def keys_of(layer: Layer, engine: Engine, sums: int) -> dict[str, Any]:
    """The same with the engine's widths."""
    return shape_of(layer) | {
        "bits": {
            "input": f"{engine.bits['Input']} bit",
            "weight": f"{engine.bits['Weight']} bit",
            "output": f"{engine.bits['Output']} bit",
            "partial_sum": f"{sums} bit",
        },
    }


def sums_of(layers: Iterable[Layer], engine: Engine) -> int:
    """Bits of a sum that are enough for every layer."""
    return max(sum_bits(engine, math.prod(x.bounds[d] for d in "CRS")) for x in layers)


def program_of(works: Sequence[Work], sources: Sequence[list[int]], engine: Engine) -> Program:
    """The layers with their tensors one after the other off chip. sources: of each layer those
    that it reads, NETWORK_INPUT, or none: words of its own that are given."""
    steps: list[Step] = []
    given: list[tuple[int, int]] = []
    lie: dict[int, int] = {}  # where the output of a layer does, and the network's own input
    memory = Activations()
    weights = 0
    for number, (work, read) in enumerate(zip(works, sources)):
        nest = nest_of(work.layer, work.mapping, engine.tm, engine.tn)
        count = math.prod(nest.input_shape)

        def give(beside: Sequence[int] = (), count: int = count) -> int:
            given.append((memory.place(count, beside), count))
            return given[-1][0]

        if NETWORK_INPUT in read and NETWORK_INPUT not in lie:
            lie[NETWORK_INPUT] = give()
        inputs = [lie[each] for each in read]
        while len(inputs) < nest.operands:
            inputs.append(give(inputs))
        if len(inputs) > nest.operands or not in_row(inputs):
            raise RtlError(f"{work.layer.name}: joins tensors that do not lie side by side")
        beside = _read_with(number, sources, lie)
        lie[number] = memory.place(math.prod(work.layer.bounds[d] for d in "NGMPQ"), beside)
        places = Places(tuple(sorted(inputs)), weights, lie[number])
        weights += weight_words(nest)
        steps.append(Step(work, nest, places, *requantisation(nest, engine), relu=_relu(nest)))
    return Program(steps, memory.words, weights, given)


def _read_with(number: int, sources: Sequence[list[int]], lie: dict[int, int]) -> list[int]:
    """Where the other operands of the first layer lie that reads the output of layer `number` and
    nothing later, with two others or more."""
    for read in sources[number + 1 :]:
        if len(read) > 2 and max(read) == number:
            return [lie[each] for each in read if each != number]
    return []


def requantisation(nest: Nest, engine: Engine) -> tuple[int, int]:
    """Multiplier and shift: an average divides by its window; sums of products keep their upper
    bits, as a random walk of their length would need; others stay as they are."""
    window = nest.bounds["R"] * nest.bounds["S"]
    if nest.layer.op == "average_pool" and window > 1:
        return round((1 << _MULTIPLIER_BITS) / window), _MULTIPLIER_BITS
    if nest.op != MAC:
        return 1, 0
    terms = math.prod(nest.bounds[d] for d in "CRS")
    above = engine.bits["Input"] + engine.bits["Weight"] - engine.bits["Output"]
    return 1, max(0, above - 1 + math.ceil(math.log2(terms) / 2))


def _relu(nest: Nest) -> bool:
    return nest.layer.op in ("convolution", "depthwise")


def map_network(network: Network, engine: Engine) -> tuple[list[Work], list[list[int]]]:
    """The mapping of least latency of each layer, and what each reads. Where the best one is none
    that the RTL walks, the best of a few plain ones."""
    sums = sums_of(network.layers, engine)
    known: dict[str, Work] = {}
    works = []
    for layer in network.layers:
        keys = keys_of(layer, engine, sums)
        equal = json.dumps({k: v for k, v in keys.items() if k != "name"})
        if equal not in known:
            known[equal] = _mapped(Layer(**keys), engine)
        works.append(dataclasses.replace(known[equal], layer=Layer(**keys)))
    return works, [list(network.inputs_of(i)) or [NETWORK_INPUT] for i in range(len(works))]


def built(engine: Engine, row: int, overhead: int) -> Any:
    """The engine as the RTL has it, with rows of banks of so many words."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "engine.yaml")
        file.write_text(as_built(engine, row, overhead), encoding="utf-8")
        return _core.arch(str(file))


def overhead_of(nest: Nest, engine: Engine) -> int:
    """Cycles that a pass of a nest takes beside its steps: until the next one may begin, too."""
    return max(pass_overhead(engine), SHORTEST_PASS - nest.steps * engine.interval)


def cost_in_rtl(work: Work, engine: Engine) -> Any:
    """What the model says of a mapping on the engine as it runs that nest. A buffer takes a row a
    cycle: the words of its lanes."""
    nest = _nest(work, engine)
    arch = built(engine, nest.row, overhead_of(nest, engine))
    return _core.evaluate(work.layer, arch, _core.parse_mapping(mapping_yaml(work.mapping), arch))


def _mapped(layer: Layer, engine: Engine) -> Work:
    """The best mapping, and where its passes are short, the best one that avoids these."""
    row = engine.tm if layer.op in GROUPED else engine.tn
    found = _best(layer, engine, built(engine, row, pass_overhead(engine)))
    if _nest(found, engine).steps * engine.interval >= SHORTEST_PASS:
        return found
    other = _best(layer, engine, built(engine, row, SHORTEST_PASS - 1))
    return min(found, other, key=lambda work: cost_in_rtl(work, engine).cycles)


def _nest(work: Work, engine: Engine) -> Nest:
    return nest_of(work.layer, work.mapping, engine.tm, engine.tn)


def _best(layer: Layer, engine: Engine, arch: Any) -> Work:
    try:
        found = _core.map(layer, arch, "latency", "auto", 1, 0, 0, "even")
        assert found.mapping is not None
        mapping = json_mapping(found.mapping.levels)
        nest_of(layer, mapping, engine.tm, engine.tn)
        return Work(layer, mapping)
    except RtlError:
        return Work(layer, plain_mapping(layer, engine, arch))


def json_mapping(levels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Levels with loops as lists, as the program's JSON has them."""
    return [
        {
            "name": level["name"],
            "temporal": [list(loop) for loop in level["temporal"]],
            "spatial": [list(loop) for loop in level["spatial"]],
        }
        for level in levels
    ]


def plain_mapping(layer: Layer, engine: Engine, arch: Any) -> list[dict[str, Any]]:
    """Windows whole, and the largest tile that fits, its channels first halved, then rows and
    columns. Raises RtlError where none does."""
    own = "G" if layer.op in GROUPED else "M"
    lanes = {own: min(engine.tm, layer.bounds[own]), "C": min(engine.tn, layer.bounds["C"])}
    inner = {d: layer.bounds[d] for d in "PQRS"}
    inner["C"] = math.ceil(layer.bounds["C"] / lanes["C"])
    inner["M"] = math.ceil(layer.bounds["M"] / lanes["M"]) if own == "M" else 1
    for _ in range(200):
        mapping = levels_of(layer, lanes, inner)
        if _fits(layer, arch, mapping):
            nest_of(layer, mapping, engine.tm, engine.tn)
            return mapping
        largest = max(("P", "Q", "M", "C"), key=lambda d: inner[d])
        if inner[largest] == 1:
            break
        inner[largest] = math.ceil(inner[largest] / 2)
    raise RtlError(f"{layer.name}: no plain mapping fits {engine.name}; make its buffers larger")


def levels_of(
    layer: Layer, lanes: dict[str, int], inner: dict[str, int], order: str = "NGPQMCRS"
) -> list[dict[str, Any]]:
    """The mapping of these lanes and loops on chip, with what is left off chip in this order."""
    outer = []
    for d in order:
        tile = inner.get(d, 1) * lanes.get(d, 1)
        outer.append([d, math.ceil(layer.bounds[d] / tile)])
    own = "G" if "G" in lanes else "M"
    spatial = [["C", lanes["C"], "Y"], [own, lanes[own], "X"]]
    return [
        {"name": "DRAM", "temporal": [x for x in outer if x[1] > 1], "spatial": []},
        {
            "name": "buffers",
            "temporal": [[d, inner[d]] for d in "RSPQMC" if inner[d] > 1],
            "spatial": [x for x in spatial if x[1] > 1],
        },
    ]


def _fits(layer: Layer, arch: Any, mapping: list[dict[str, Any]]) -> bool:
    try:
        _core.evaluate(layer, arch, _core.parse_mapping(mapping_yaml(mapping), arch))
    except InputError:
        return False
    return True


def mapping_yaml(mapping: Sequence[dict[str, Any]]) -> str:
    """A mapping's file."""
    lines = ["levels:"]
    for level in mapping:
        lines.append(f"  - name: {level['name']}")
        loops = ", ".join(f"{dim} {bound}" for dim, bound in level["temporal"])
        lines.append(f"    temporal: [{loops}]")
        along = {
            axis: ", ".join(f"{d} {b}" for d, b, at in level["spatial"] if at == axis)
            for axis in "YX"
        }
        inside = ", ".join(f"{axis.lower()}: [{text}]" for axis, text in along.items() if text)
        if inside:
            lines.append(f"    spatial: {{{inside}}}")
    return "\n".join(lines) + "\n"


def models_of(program: Program, engine: Engine, sums: int) -> list[dict[str, Any]]:
    """What `tilewise evaluate` says of each layer: cycles, and words over the port by kind; on
    the engine as it runs the layer's nest."""
    return [
        _modelled(step, engine, keys_of(step.work.layer, engine, sums)) for step in program.steps
    ]


def _modelled(step: Step, engine: Engine, keys: dict[str, Any]) -> dict[str, Any]:
    work, nest = step.work, step.nest
    with tempfile.TemporaryDirectory() as folder:
        layer, mapping = pathlib.Path(folder, "layer.yaml"), pathlib.Path(folder, "mapping.yaml")
        arch = pathlib.Path(folder, "engine.yaml")
        design = as_built(engine, nest.row, overhead_of(nest, engine))
        arch.write_text(design, encoding="utf-8")
        layer.write_text(json.dumps(keys), encoding="utf-8")  # JSON is YAML
        mapping.write_text(mapping_yaml(work.mapping), encoding="utf-8")
        told = json.loads(output_of(
            "evaluate", "--arch", arch, "--layer", layer, "--mapping", mapping, "--json"
        ))  # fmt: skip
    moved = {t["tensor"]: t for t in told["transfers"] if t["parent"] == "DRAM"}
    final = math.prod(work.layer.bounds[d] for d in "NGMPQ")
    return {
        "cycles": told["latency"]["cycles"],
        "steps": told["compute_cycles"],
        "bound": told["latency"]["bound"],
        "words": {
            "Input": moved["Input"]["parent_reads"],
            "Weight": moved.get("Weight", {"parent_reads": 0})["parent_reads"],
            "partial sums in": moved["Output"]["parent_partial_reads"],
            "partial sums out": moved["Output"]["parent_updates"] - final,
            "Output": final,
        },
    }
