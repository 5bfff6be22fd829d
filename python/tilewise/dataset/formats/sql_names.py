"""Names of columns that SQL takes without quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tilewise._core import InputError
from tilewise.dataset.schema import Column

# Of our columns the only one that is a word of SQL; the tests ask for every column unquoted.
_WORDS = {"INDEX"}


def sql_name(name: str) -> str:
    """The name with `_` for what SQL would have quoted: "hwnasbench-zc706_dram_bytes" is
    hwnasbench_zc706_dram_bytes, `index` is index_."""
    made = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if made[0].isdigit():
        made = f"_{made}"
    return f"{made}_" if made.upper() in _WORDS else made


def sql_names(columns: Sequence[Column]) -> list[str]:
    """Those of a table. SQL does not tell capitals from small letters: raises InputError where two
    columns would have one name."""
    taken: dict[str, str] = {}
    for column in columns:
        made = sql_name(column.name)
        other = taken.setdefault(made.lower(), column.name)
        if other != column.name:
            raise InputError(
                f"formats: sqlite: {other} and {column.name} are one name in SQL, {made}; "
                "rename one of the devices, or leave out sqlite"
            )
    return [sql_name(column.name) for column in columns]
