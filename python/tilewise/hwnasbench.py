"""HW-NAS-Bench's programming interface for any of our devices.

    from tilewise.hwnasbench import HWNASBenchAPI as HWAPI
    hw_api = HWAPI(devices={"fpga": "zc706", "mychip": "mine.yaml"}, search_space="nasbench201")
    hw_api.query_by_index(0, "cifar10")["mychip_latency"]

What the public class answers (Li et al., ICLR 2021; its devices, keys, milliseconds, millijoules)
for devices that are computed here, for files in the public layout, or for both together.
"""

from __future__ import annotations

import json
import math
import operator
import os
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Union

import numpy as np

from tilewise import _core, plain_pickle
from tilewise._core import InputError
from tilewise.costs import Progress
from tilewise.hwnasbench_tables import (
    Column,
    Device,
    block_keys,
    check_dataset,
    columns_by_index,
    in_public_order,
    tables_by_block,
)
from tilewise.registry import SPACES, datasets_of, is_indexed
from tilewise.spaces import IndexedSpace

Source = Union[str, "os.PathLike[str]", Mapping[str, Any]]

# The names that the two devices have here which the public data set estimates.
ESTIMATED = {"eyeriss": "eyeriss", "fpga": "zc706"}

_METRIC = re.compile(r".+_(latency|energy|arithmetic_intensity)")


class HWNASBenchAPI:
    """What candidates of a search space cost, asked as HW-NAS-Bench is asked.

    source: the public file, another one in its layout, a folder with one such file, a data set of
    any formats (its folder, or a table in it), or what a file holds as a dictionary. A file is read
    as plain data: nothing in it is run. None: nothing measured, only `devices`. search_space: a
    name of tilewise.registry.SPACES.
    devices: the devices to compute, by the prefix of their metrics: {"fpga": "zc706"} answers
    `fpga_latency` and `fpga_energy`, in place of those of the source if it has them. Names or files
    as tilewise.sweep takes them, computed when first asked for. Without source and devices:
    `ESTIMATED`. objective, factors, threads, progress: as of tilewise.sweep.

    Raises InputError, a ValueError. Prints nothing.
    """

    def __init__(
        self,
        source: Source | None = None,
        search_space: str | None = None,
        *,
        devices: Mapping[str, Device] | None = None,
        objective: str = "edp",
        factors: str = "auto",
        threads: int = 0,
        progress: Progress | None = None,
    ) -> None:
        self.search_space = next(iter(SPACES)) if search_space is None else search_space
        self._space = IndexedSpace(self.search_space) if is_indexed(self.search_space) else None
        self._devices = _checked_devices(ESTIMATED if source is None is devices else devices or {})
        self._options: dict[str, Any] = {
            "objective": objective,
            "factors": factors,
            "threads": threads,
            "progress": progress,
        }
        self._where = "source" if isinstance(source, Mapping) else str(source)
        self._given = None if source is None else self._part_of(source)
        self._columns: dict[str, dict[str, Column]] = {}
        self._tables: dict[str, dict[str, dict[str, float]]] = {}

    def query_by_index(self, arch_index: int | Sequence[int], dataname: str) -> dict[str, float]:
        """Latency in ms and energy in mJ on every device.

        arch_index: an index, or, of a space of blocks, a number for each position. dataname: an
        image set of the space. The public keys that are there, in the public order; then the other
        devices; last `average_hw_metric`, the product of all these latencies and energies.
        """
        if self._space is not None:
            columns = self._by_index(dataname)
            index = self._index(arch_index)
            answer = {metric: float(column[index]) for metric, column in columns.items()}
        else:
            keys = self._keys(arch_index, dataname)
            answer = {
                metric: self._sum(metric, table, keys)
                for metric, table in self._by_block(dataname).items()
            }
        costs = (value for key, value in answer.items() if not key.endswith("_intensity"))
        answer["average_hw_metric"] = math.prod(costs)
        return answer

    def get_net_config(self, arch_index: int | Sequence[int], dataname: str) -> dict[str, Any]:
        """What the public code builds the network from."""
        self._check_dataset(dataname)
        if self._space is None:
            text = ",".join(map(str, self._ops(arch_index)))
            made: dict[str, Any] = json.loads(_core.space_config(self.search_space, text, dataname))
            return {**made, "op_idx_list": arch_index}
        index = self._index(arch_index)
        given = {} if self._given is None else self._given[dataname]
        if "config" not in given:
            return self._space.config(index, dataname)
        try:
            return dict(given["config"][index])
        except (IndexError, KeyError, TypeError, ValueError):
            place = f"{self._where}: {self.search_space}: {dataname}: config"
            raise InputError(f"{place}: expected a dictionary at {index}") from None

    def get_op_lookup_tables(self) -> dict[str, dict[str, float]]:
        """Of a space of blocks: for each metric what every block costs, of all its image sets, by
        the public keys such as "ConvBlock_H32_W32_Cin16_Cout16_exp1_kernel3_stride1_group1"."""
        if self._space is not None:
            have = ", ".join(name for name in SPACES if not is_indexed(name))
            raise InputError(f"{self.search_space} has no lookup tables; {have} has")
        tables: dict[str, dict[str, float]] = {}
        for dataset in datasets_of(self.search_space):
            for metric, table in self._by_block(dataset).items():
                tables.setdefault(metric, {}).update(table)
        return tables

    @property
    def HW_metrics(self) -> dict[str, Any]:  # noqa: N802 (the public name)
        """All of the search space in the layout of the public file."""
        if self._space is None:
            return {self.search_space: self.get_op_lookup_tables()}
        datasets = self._space.datasets if self._given is None else self._given
        return {
            self.search_space: {
                dataset: {
                    "config": [self.get_net_config(i, dataset) for i in range(self._space.size)],
                    **self._by_index(dataset),
                }
                for dataset in datasets
            }
        }

    def _part_of(self, source: Source) -> Mapping[str, Any]:
        """What the source has of the search space: by data set, or, of blocks, by metric."""
        content = source if isinstance(source, Mapping) else _content(source)
        if not isinstance(content, Mapping) or not isinstance(
            content.get(self.search_space), Mapping
        ):
            found = (
                ", ".join(map(str, content)) if isinstance(content, Mapping) else "no dictionary"
            )
            raise InputError(
                f"{self._where}: expected the search space {self.search_space}; found: {found:.200}"
            )
        part: Mapping[str, Any] = content[self.search_space]
        for name, value in part.items():
            if not isinstance(name, str) or not isinstance(value, Mapping):
                raise InputError(f"{self._where}: {self.search_space}: {name}: expected a table")
        if not part:
            raise InputError(f"{self._where}: {self.search_space}: expected data; found none")
        return part

    @property
    def _size(self) -> int:
        """The candidates of a space that has indices."""
        return 0 if self._space is None else self._space.size

    def _check_dataset(self, dataname: str) -> None:
        given = None if self._space is None else self._given
        check_dataset(self.search_space, dataname, given)

    def _index(self, arch_index: Any) -> int:
        try:
            index = operator.index(arch_index)
        except TypeError:
            index = -1
        last = self._size - 1
        if not 0 <= index <= last:
            raise InputError(f"arch_index: {arch_index!r:.80}: expected 0 to {last}")
        return index

    def _ops(self, arch_index: Any) -> list[int]:
        try:
            ops = [operator.index(op) for op in arch_index]
        except TypeError:
            ops = []
        facts = SPACES[self.search_space]
        positions, last = facts["positions"], len(facts["choices"]) - 1
        if len(ops) != positions or not all(0 <= op <= last for op in ops):
            raise InputError(
                f"arch_index: {arch_index!r:.80}: expected {positions} operations, 0 to {last}"
            )
        return ops

    def _keys(self, arch_index: Any, dataname: str) -> list[str]:
        return block_keys(self.search_space, dataname).of(self._ops(arch_index))

    def _sum(self, metric: str, table: Mapping[str, Any], keys: list[str]) -> float:
        total = 0.0
        for key in keys:
            if key not in table:
                raise InputError(f"{self._where}: {self.search_space}: {metric}: {key} is missing")
            total += table[key]
        return total

    def _by_index(self, dataname: str) -> dict[str, Column]:
        """All columns of a data set, made when first asked for."""
        if dataname not in self._columns:
            self._check_dataset(dataname)
            columns: dict[str, Column] = {}
            for metric, column in ({} if self._given is None else self._given[dataname]).items():
                if _METRIC.fullmatch(str(metric)):
                    columns[metric] = self._column(f"{dataname}: {metric}", column)
            for prefix, device in self._devices.items():
                made = columns_by_index(
                    self.search_space, prefix, device, dataname, **self._options
                )
                columns.update(made)
            ordered = in_public_order(columns)
            self._columns[dataname] = {metric: columns[metric] for metric in ordered}
        return self._columns[dataname]

    def _column(self, name: str, values: Any) -> Column:
        try:
            column = np.asarray(values, np.float64)
        except (TypeError, ValueError):
            column = np.empty(0)
        if column.shape != (self._size,):
            raise InputError(
                f"{self._where}: {self.search_space}: {name}: expected {self._size} numbers"
            )
        return column

    def _table(self, metric: str, values: Mapping[str, Any]) -> dict[str, float]:
        try:
            return {key: float(value) for key, value in values.items()}
        except (TypeError, ValueError):
            raise InputError(
                f"{self._where}: {self.search_space}: {metric}: expected numbers"
            ) from None

    def _by_block(self, dataname: str) -> dict[str, dict[str, float]]:
        """All tables with the blocks of a data set, made when first asked for."""
        if dataname not in self._tables:
            self._check_dataset(dataname)
            tables: dict[str, dict[str, float]] = {}
            for metric, table in (self._given or {}).items():
                if _METRIC.fullmatch(metric):
                    tables[metric] = self._table(metric, table)
            for prefix, device in self._devices.items():
                made = tables_by_block(self.search_space, prefix, device, dataname, **self._options)
                tables.update(made)
            ordered = in_public_order(tables)
            self._tables[dataname] = {metric: tables[metric] for metric in ordered}
        return self._tables[dataname]


def _checked_devices(devices: Mapping[str, Device]) -> dict[str, Device]:
    if not isinstance(devices, Mapping):
        raise InputError('devices: expected names by prefix, such as {"fpga": "zc706"}')
    for prefix in devices:
        if not isinstance(prefix, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.:=-]*", prefix):
            raise InputError(f"devices: {prefix!r}: expected a prefix of letters, such as mychip")
    return dict(devices)


def _content(source: str | os.PathLike[str]) -> Any:
    """What a file in the public layout holds, the only one that a folder has, or what that of a
    data set without one would hold."""
    path = pathlib.Path(source)
    if not path.is_dir():
        is_table = path.suffix in (".parquet", ".csv") and path.is_file()
        return _tables(path.parent) if is_table else plain_pickle.load(path)
    files = sorted(each for each in path.iterdir() if each.suffix in (".pickle", ".pkl"))
    if not files and (path / "dataset.json").is_file():
        return _tables(path)
    if len(files) != 1:
        raise InputError(
            f"{path}: {len(files)} files named *.pickle or *.pkl; expected one, or a data set with "
            "its dataset.json"
        )
    return plain_pickle.load(files[0])


def _tables(folder: pathlib.Path) -> Any:
    """The tables of a data set in the public layout."""
    from tilewise.dataset import load, public_layout  # needed by data sets alone

    found = load(folder)
    if found.spec.sample is not None and is_indexed(found.space):
        raise InputError(
            f"{folder}: a sample of {found.space}; its look-ups need every candidate: build the "
            "data set without `sample`"
        )
    return public_layout.nested(
        {"architectures": found.architectures, "blocks": found.blocks, "layers": found.layers},
        found.spec,
        [str(each["name"]) for each in found.provenance["devices"]],
    )
