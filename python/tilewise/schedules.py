"""What of a network stays on chip between its layers."""

from __future__ import annotations

from typing import Any


class Schedule(dict[str, Any]):
    """Where the tensors of a network lie on a device between its layers; `str` draws it.

    kind: "kept", "fused", "best", or "given" by a file. home: the level in which tensors stay;
    None where nothing can, and `why_no_home` says why. kept: a dictionary a tensor that stays:
    `layer` that makes it, `place` (a memory of the home), `bytes`, `from` and `to`, the places
    in `fill` of the layers that make it and read it last. merged: a dictionary an operator that
    runs in the drain of another layer: `layer`, `into`. strips: a dictionary a group of layers
    in strips of rows: `layers`, `strips`, `rows`, `halo`, `resident`. fill: a dictionary a
    layer, in order: `layer`, and of each of `memories` `kept_bytes` by tensors that stay and
    `tile_bytes` by what else the layer has there. saves: how much less than with every tensor
    off chip `objective`, `energy`, `latency` and `dram` are, 0.1 for 10 %. proven: no schedule
    is better; else `gap` is how much less the objective may be at best, 0.01 for 1 %.
    lower_bound: no schedule is below, in `unit`. images: how many run one after another
    (`count`), the layers whose weights stay over them (`resident`, `resident_bytes`), and what
    fetching these takes (`load`), the `first` image with it and each `further` one. corners:
    with `objective="pareto"` the corners of the convex hull of all totals, a dictionary each by
    rising `latency_ms`, with `energy_mJ`, `edp_mJ_ms` and `dram_bytes`; corners_proven: between
    two of them nothing lies below their line. yaml: the schedule as a file, which `cost(...,
    schedule="kept.yaml")` takes; empty where nothing can stay on chip. As a dictionary it is
    what `--json` says of it (docs/formats.md), and `network`, `device`, `picture`, `yaml`.
    """

    @property
    def network(self) -> str:
        return str(self["network"])

    @property
    def device(self) -> str:
        return str(self["device"])

    @property
    def kind(self) -> str:
        return str(self["kind"])

    @property
    def home(self) -> str | None:
        home: str | None = self["home"]
        return home

    @property
    def why_no_home(self) -> str | None:
        return self.get("why_no_home")

    @property
    def memories(self) -> list[dict[str, Any]]:
        return list(self["memories"])

    @property
    def kept(self) -> list[dict[str, Any]]:
        return list(self["tensors"])

    @property
    def merged(self) -> list[dict[str, Any]]:
        return list(self["merged"])

    @property
    def strips(self) -> list[dict[str, Any]]:
        return list(self["strips"])

    @property
    def images(self) -> dict[str, Any]:
        return dict(self["images"])

    @property
    def fill(self) -> list[dict[str, Any]]:
        return list(self["fill"])

    @property
    def saves(self) -> dict[str, float]:
        return {name: 0.0 - change for name, change in self["changes"].items()}

    @property
    def proven(self) -> bool:
        return bool(self["proven"])

    @property
    def gap(self) -> float:
        return float(self["gap"])

    @property
    def lower_bound(self) -> float:
        return float(self["lower_bound"])

    @property
    def unit(self) -> str:
        return str(self["unit"])

    @property
    def corners(self) -> list[dict[str, float]]:
        return list(self.get("corners", []))

    @property
    def corners_proven(self) -> bool:
        return bool(self.get("corners_proven", False))

    @property
    def yaml(self) -> str:
        return str(self["yaml"])

    def __str__(self) -> str:
        return str(self["picture"])

    def __repr__(self) -> str:
        return f"Schedule({self.kind}: {len(self.kept)} tensors of {self.network} on {self.device})"
