#!/usr/bin/env python3
"""Fuzz the reader of pickles with Atheris: it reads its input, or refuses it by an InputError.

Usage: fuzz/fuzz_pickle.py fuzz/corpus/pickle [OPTIONS OF libFuzzer]

Needs the packages tilewise and atheris.
"""

import os
import sys

import atheris
from tilewise import InputError

with atheris.instrument_imports(include=["tilewise.plain_pickle", "pickle"]):
    from tilewise import plain_pickle


def read_pickle(data):
    """Reads the bytes from a file in memory, as the reader takes a path."""
    descriptor = os.memfd_create("input")
    try:
        os.write(descriptor, data)
        plain_pickle.load(f"/proc/self/fd/{descriptor}")
    except InputError:
        pass
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read_pickle)
    atheris.Fuzz()
