"""Columns of a table for a page: bytes of doubles, so that each number is exactly that of the
table and 15,625 rows load at once."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pandas as pd

from tilewise.plot.points import MOST, codes, column_title


def column(values: pd.Series) -> dict[str, Any]:
    """As page.js reads it: `doubles` (little-endian, base 64), and `words` that they stand for."""
    numbers, words = codes(values)
    packed = base64.b64encode(np.ascontiguousarray(numbers, "<f8").tobytes()).decode()
    return {
        "title": column_title(str(values.name)),
        "doubles": packed,
        "words": list(words),
        "most": values.name in MOST,
    }


def columns(table: pd.DataFrame, names: list[str]) -> dict[str, Any]:
    """Those columns of a table by name."""
    return {name: column(table[name]) for name in names}
