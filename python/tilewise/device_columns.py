"""How the columns of a device begin in tables."""

from __future__ import annotations

import re
from collections.abc import Container

_BOARD = "board:"


def column_word(device: str) -> str:
    """Its name, that of "board:zc706" as "board_zc706", which SQL takes without quotes."""
    return re.sub(r"[^A-Za-z0-9_]", "_", device) if device.startswith(_BOARD) else device


def word_in(device: str, columns: Container[str]) -> str:
    """The same in a table that may be of an earlier version, which had the name itself."""
    return device if f"{device}_latency_ms" in columns else column_word(device)
