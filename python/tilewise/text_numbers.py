"""Numbers in files and on command lines, as the program reads them. float() and int() also take
`1_0` as 10, digits of other scripts, `nan` and `inf`."""

import math
import re

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_BLANK = " \t"


def number_of(text: str | None) -> float:
    """The finite number that a text is, blanks around it aside. Raises ValueError."""
    found = (text or "").strip(_BLANK)
    number = float(found) if _NUMBER.fullmatch(found) else math.inf
    if not math.isfinite(number):
        raise ValueError(f"{text or ''!r}: expected a number")
    return number


def whole_of(text: str | None) -> int:
    """The same for a whole number of up to 19 digits."""
    found = (text or "").strip(_BLANK)
    if not _WHOLE.fullmatch(found):
        raise ValueError(f"{text or ''!r}: expected a whole number")
    return int(found)
