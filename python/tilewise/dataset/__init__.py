"""Data sets: the tables of a search space as typed files that say how they came to be.

    import tilewise
    tilewise.dataset.build("nasbench201", "out")      # a shipped specification, a file, or a dict
    costs = tilewise.dataset.load("out").architectures

The command is `tilewise dataset build SPEC --out DIR`; docs/dataset.md describes the files.
"""

from tilewise.dataset.build import build
from tilewise.dataset.reader import Dataset, load, validate
from tilewise.dataset.spec import Spec, read_spec

__all__ = ["Dataset", "Spec", "build", "load", "read_spec", "validate"]
