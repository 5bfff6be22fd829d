"""What an engine of `fpga generate` takes of a 7-series part, by forms that were fitted to engines
that Yosys synthesised: docs/rtl.md, "A grid of engines"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What all engines that were measured have alike: bits of the port a cycle, and these numbers.
PORT_BITS = 84.0
ALIKE = {
    "INTERVAL": 1, "GROUP_LANES": 0, "IN_DOUBLE": True, "W_DOUBLE": True, "OUT_DOUBLE": True,
    "PLAIN": False, "MULTIPLY": False, "LAYERS": 1,
}  # fmt: skip
# And the least and the most of what they differ in; both copies of a buffer together.
TM, TN, WIDTHS = range(2, 9), range(2, 5), range(4, 17)
BUFFER_BITS = (2 * 2 * 8192, 2 * 16 * 8192)
# Yosys leaves products of so few bits to LUTs.
_LUT_PRODUCT_BITS = 4
# Of each resource: what any engine takes, for each bit of the lanes' words, and for each lane whose
# product lies in LUTs. Least squares of the relative error over the twelve engines for fitting.
FORMS = {"LUT": (6582.1, 11.553, 48.16), "FF": (3126.0, 3.333, 18.13)}


def terms_of(lanes: int, bits: int) -> tuple[int, int, int]:
    """What the numbers of a form are multiplied with."""
    return 1, lanes * bits, lanes if bits <= _LUT_PRODUCT_BITS else 0


def by_measurement(record: Mapping[str, Any], family: str) -> dict[str, int] | None:
    """LUT and FF of the engine of that program.json; None outside what was measured."""
    numbers = record["numbers"]
    if family != "xc7" or record["port_bits"] != PORT_BITS or not _is_measured(numbers):
        return None
    terms = terms_of(numbers["TM"] * numbers["TN"], numbers["W_BITS"])
    return {name: round(sum(a * b for a, b in zip(form, terms))) for name, form in FORMS.items()}


def _is_measured(numbers: Mapping[str, Any]) -> bool:
    tm, tn, bits = numbers["TM"], numbers["TN"], numbers["W_BITS"]
    if any(numbers[name] != value for name, value in ALIKE.items()):
        return False
    if tm not in TM or tn not in TN or bits not in WIDTHS:
        return False
    if numbers["IN_BITS"] != bits or numbers["OUT_BITS"] != bits:
        return False
    # Of Output a bank for each copy. Each copy ends in a whole word of its bank.
    banks = ((tn, numbers["IN_SIZE"]), (tm * tn, numbers["W_SIZE"]), (tm, 2 * numbers["OUT_SIZE"]))
    least, most = BUFFER_BITS
    return all(
        count * (words + 2) * bits >= least and count * (words - 2) * bits <= most
        for count, words in banks
    )
