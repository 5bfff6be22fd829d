"""What an engine of `fpga generate` takes of a 7-series part, by forms that were fitted to engines
that Yosys synthesised: docs/rtl.md, "A grid of engines"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PORT_BITS = 96  # a cycle: of all engines that were measured
MOST_LANES = 32
WIDTHS = range(4, 17)  # bit of a word
# Yosys leaves products of so few bits to LUTs.
_LUT_PRODUCT_BITS = 4
# Of each resource: what any engine takes, for each bit of the lanes' words, and for each lane whose
# product lies in LUTs. Least squares of the relative error over the twelve engines for fitting.
FORMS = {"LUT": (6582.1, 11.553, 48.16), "FF": (3126.0, 3.333, 18.13)}


def terms_of(lanes: int, bits: int) -> tuple[int, int, int]:
    """What the numbers of a form are multiplied with."""
    return 1, lanes * bits, lanes if bits <= _LUT_PRODUCT_BITS else 0


def by_measurement(numbers: Mapping[str, Any], family: str) -> dict[str, int] | None:
    """LUT and FF of the engine with these numbers of program.json; None outside what was measured:
    another family, port or width of words, or more lanes."""
    lanes, bits = numbers["TM"] * numbers["TN"], numbers["W_BITS"]
    known = (
        family == "xc7"
        and numbers["PORT_DATA"] == PORT_BITS
        and lanes <= MOST_LANES
        and bits == numbers["IN_BITS"]
        and bits in WIDTHS
    )
    if not known:
        return None
    terms = terms_of(lanes, bits)
    return {name: round(sum(a * b for a, b in zip(form, terms))) for name, form in FORMS.items()}
