"""How the columns of a device begin in tables."""

from __future__ import annotations

from collections.abc import Container

from tilewise._core import column_word


def word_in(device: str, columns: Container[str]) -> str:
    """`column_word` in a table that may be of an earlier version, which had the name itself."""
    return device if f"{device}_latency_ms" in columns else column_word(device)
