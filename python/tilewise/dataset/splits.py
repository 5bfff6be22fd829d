"""Which architectures belong to which part, decided by a hash of their text alone."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise.dataset.spec import PARTS, Splits

# Of the 64 bits of a hash, those that a double holds exactly.
_BITS = 53


def hashes(texts: pd.Series, salt: str) -> npt.NDArray[np.float64]:
    """A number from 0 to below 1 for each text, the same on every machine: the first 53 bits of
    SHA-256 of "SALT:TEXT"."""
    start = hashlib.sha256(f"{salt}:".encode())
    digests = []
    for text in texts:
        each = start.copy()
        each.update(text.encode())
        digests.append(each.digest()[:8])
    numbers = np.frombuffer(b"".join(digests), dtype=">u8")
    return np.asarray((numbers >> np.uint64(64 - _BITS)) / 2**_BITS, dtype=np.float64)


def split(architectures: pd.Series, splits: Splits) -> pd.Series:
    """ "train", "val" or "test" for each architecture; equal architectures have equal parts."""
    distinct, inverse = _distinct(architectures)
    bounds = [splits.train, splits.train + splits.val]
    # A share of 0 is empty whatever the rounding of the sum.
    if splits.test == 0:
        bounds[1] = 1.0
    places = np.searchsorted(bounds, hashes(distinct, str(splits.seed)), side="right")
    return pd.Series(np.asarray(PARTS, dtype=object)[places][inverse], index=architectures.index)


def sampled(architectures: pd.Series, count: int, seed: int) -> npt.NDArray[np.bool_]:
    """Whether each row is of the `count` distinct architectures with the least hash."""
    distinct, inverse = _distinct(architectures)
    order = np.argsort(hashes(distinct, f"sample:{seed}"), kind="stable")
    chosen = np.zeros(len(distinct), dtype=bool)
    chosen[order[:count]] = True
    return chosen[inverse]


def _distinct(architectures: pd.Series) -> tuple[pd.Series, npt.NDArray[np.intp]]:
    codes, distinct = pd.factorize(architectures)
    return pd.Series(distinct), codes
