"""The engine of an architecture file: what of its parameters the RTL needs."""

from __future__ import annotations

import math
import os
import pathlib
import re
from dataclasses import dataclass
from typing import Any

from tilewise._core import InputError

_FAMILY = "fpga_tiled_engine"
_SIZES = {"bit": 1, "B": 8, "KiB": 8 << 10, "MiB": 8 << 20, "GiB": 8 << 30}
_RATES = {"kB/s": 8e3, "MB/s": 8e6, "GB/s": 8e9}
_CLOCKS = {"kHz": 1e3, "MHz": 1e6, "GHz": 1e9}
TENSORS = ("Input", "Weight", "Output")
SHORTEST_PASS = 22  # cycles, in which the walker finds the tile after the next
# Cycles of a pass beside its steps: from the start to the last sum in its bank, without the levels
# of the adder tree.
PASS_CYCLES = 6


@dataclass(frozen=True)
class Engine:
    """Lanes, words and buffers of one engine, and its port."""

    name: str
    file: pathlib.Path
    tm: int
    tn: int
    interval: int
    pass_overhead: int
    bits: dict[str, int]  # of a word, by tensor
    buffer_bits: dict[str, int]  # one copy
    double: dict[str, bool]
    port_bits: float  # a cycle

    def words(self, tensor: str) -> int:
        """Words of a tensor that one copy of its buffer holds."""
        return self.buffer_bits[tensor] // self.bits[tensor]


def read_engine(name: str | os.PathLike[str]) -> Engine:
    """The engine of a file or of a shipped architecture. Raises InputError where it is no tiled
    engine, or has what the RTL does not."""
    path = _find("arch", os.fspath(name))
    top = load_yaml(path)
    if top.get("family") != _FAMILY:
        raise InputError(f"{path}: family: expected {_FAMILY}; the RTL is that engine's alone")
    given = top.get("parameters", {})
    _check(path, given)
    board = load_yaml(find_board(str(given["board"])))
    clock = _quantity(path, "clock", given.get("clock", "200 MHz"), _CLOCKS)
    return Engine(
        name=top.get("name", path.stem),
        file=path,
        tm=int(given.get("Tm", 32)),
        tn=int(given.get("Tn", 16)),
        interval=int(given.get("interval", 1)),
        pass_overhead=int(given.get("pass_overhead", 0)),
        bits=_widths(path, given),
        buffer_bits={
            tensor: int(_quantity(path, f"{tensor.lower()}_buffer", size, _SIZES))
            for tensor, size in _buffers(given).items()
        },
        double={t: t in given.get("double_buffered", TENSORS) for t in TENSORS},
        port_bits=_rate(path, board, given.get("port")) / clock,
    )


def _check(path: pathlib.Path, given: dict[str, Any]) -> None:
    for key in ("Tp", "Tq", "window"):
        if given.get(key, 1) != 1:
            raise InputError(
                f"{path}: parameters.{key}: the RTL has no lanes along pixels or windows; make it "
                "1, or find a design with --channel-lanes"
            )
    for key in ("banks", "multipliers_on_dsp"):
        if key in given:
            raise InputError(f"{path}: parameters.{key}: the RTL has no such choice; leave it out")
    if given.get("precision") == "fp32":
        raise InputError(
            f"{path}: parameters.precision: the RTL computes with integers; give a width"
        )


def _widths(path: pathlib.Path, given: dict[str, Any]) -> dict[str, int]:
    chosen = given.get("operand_width", given.get("precision", "16 bit"))
    by_tensor = chosen if isinstance(chosen, dict) else {t.lower(): chosen for t in TENSORS}
    return {
        t: int(_quantity(path, f"precision.{t.lower()}", by_tensor[t.lower()], _SIZES))
        for t in TENSORS
    }


def _buffers(given: dict[str, Any]) -> dict[str, Any]:
    defaults = {"Input": "256 KiB", "Weight": "63 KiB", "Output": "256 KiB"}
    return {t: given.get(f"{t.lower()}_buffer", default) for t, default in defaults.items()}


def _rate(path: pathlib.Path, board: dict[str, Any], port: str | None) -> float:
    ports = {each["name"]: each["bandwidth"] for each in board.get("ports", [])}
    text = board["off_chip_bandwidth"] if port is None else ports.get(port)
    return _quantity(path, "port", text, _RATES)


def _quantity(path: pathlib.Path, key: str, text: Any, units: dict[str, float]) -> float:
    found = re.fullmatch(r"\s*([0-9.]+)\s*(\S+)\s*", str(text))
    if not found or found[2] not in units:
        raise InputError(f"{path}: {key}: expected a number and one of {', '.join(units)}")
    return float(found[1]) * units[found[2]]


def load_yaml(path: pathlib.Path) -> dict[str, Any]:
    """A file whose top is a map. Raises InputError."""
    try:
        import yaml
    except ImportError:
        raise InputError("fpga: generate needs PyYAML; pip install pyyaml") from None
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{path}: cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(loaded, dict):
        raise InputError(f"{path}: expected a map of keys")
    return loaded


def find_board(name: str) -> pathlib.Path:
    """The file of a board, by its path or its shipped name."""
    return _find("board", name)


def _find(kind: str, name: str) -> pathlib.Path:
    """A file, or a shipped configuration by its name; as find_config of base/file.hpp."""
    shipped = pathlib.Path(os.environ["TILEWISE_CONFIGS"]) / kind
    for path in (pathlib.Path(name), shipped / f"{name}.yaml"):
        if path.is_file():
            return path
    there_are = ", ".join(sorted(each.stem for each in shipped.glob("*.yaml")))
    raise InputError(f"{name}: no such file, and no {kind} of that name; there are: {there_are}")


def sum_bits(engine: Engine, terms: int) -> int:
    """Bits of a sum of `terms` products that holds each one exactly, in bytes."""
    exact = engine.bits["Input"] + engine.bits["Weight"] + math.ceil(math.log2(max(terms, 2)))
    return 8 * math.ceil(max(exact, engine.bits["Output"] + 1) / 8)


def depth(tn: int) -> int:
    """Cycles from the operands of a step to its sum in the bank, the first included (FPGA H1)."""
    return PASS_CYCLES + math.ceil(math.log2(tn)) + 1


def pass_overhead(engine: Engine) -> int:
    """Cycles that a pass takes beside its steps (FPGA H1: depth - interval)."""
    return max(0, depth(engine.tn) - engine.interval)


def as_built(engine: Engine, row: int, overhead: int) -> str:
    """The design's file with what the RTL takes: the overhead of a pass, and the words of a row of
    banks, which are what a buffer takes in a cycle."""
    import yaml  # which has read it

    design = load_yaml(engine.file)
    design["parameters"]["pass_overhead"] = overhead
    design["parameters"]["fill"] = {"input": row, "weight": row}
    return str(yaml.safe_dump(design, sort_keys=False, width=1000))
