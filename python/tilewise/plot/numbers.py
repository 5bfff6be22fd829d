"""Numbers as people read them."""

from __future__ import annotations


def number(value: float) -> str:
    """Five digits."""
    return f"{value:.5g}" if abs(value) < 1e5 else f"{value:,.0f}"


def bytes_text(count: float) -> str:
    """Bytes in the largest unit that leaves a number of 1 or more."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.4g} {unit}"
        count /= 1024
    return f"{count:.4g} GiB"
