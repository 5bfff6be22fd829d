"""Tables of the C++ libraries as data frames."""

import io
from typing import Any

import pandas as pd

# Reads every double back as it was written; from pandas 3.1 on, that is the default.
_version = tuple(int(number) for number in pd.__version__.split(".")[:2])
EXACT: dict[str, Any] = {} if _version >= (3, 1) else {"float_precision": "round_trip"}


def read_csv(text: str) -> pd.DataFrame:
    """A table that was written as CSV, every number exactly as it was. Sizes of map spaces exceed
    64 bits: they stay strings of digits."""
    return pd.read_csv(
        io.StringIO(text),
        **EXACT,
        dtype={"space_size": str, "mapping": str},
        na_values={"mapping": []},
        keep_default_na=False,
    )
