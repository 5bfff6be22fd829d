"""Tables of the C++ libraries as data frames."""

import io
import re
from typing import Any

import pandas as pd

# Reads every double back as it was written; from pandas 3.1 on, that is the default.
_version = tuple(int(number) for number in pd.__version__.split(".")[:2])
EXACT: dict[str, Any] = {} if _version >= (3, 1) else {"float_precision": "round_trip"}
# Before what a spreadsheet takes for a formula; a number is none.
_GUARD = re.compile(
    r"^'(?='*(?:[=@].|[+-](?!(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$).))", re.DOTALL
)


def read_csv(text: str) -> pd.DataFrame:
    """A table that was written as CSV, every number exactly as it was. Sizes of map spaces exceed
    64 bits: they stay strings of digits."""
    table = pd.read_csv(
        io.StringIO(text),
        **EXACT,
        dtype={"space_size": str, "mapping": str},
        na_values={"mapping": []},
        keep_default_na=False,
    )
    return without_guards(table)


def without_guards(table: pd.DataFrame) -> pd.DataFrame:
    """The table with each name as it was before the apostrophe that keeps a spreadsheet from
    computing it (docs/formats.md)."""
    for column in table.columns:
        texts = table[column]
        if pd.api.types.is_object_dtype(texts) or pd.api.types.is_string_dtype(texts):
            if texts.astype(str).str.startswith("'").any():
                table[column] = texts.str.replace(_GUARD, "", regex=True)
    return table
