"""Latency and energy of neural networks on accelerators that nobody has built.

    import tilewise
    layer = tilewise.Layer.from_yaml("alexnet_conv3")
    best = tilewise.map(layer, "eyeriss", objective="edp")
    print(best.mapping, best.cost.latency_ms, best.cost.energy_mJ, best.proven)

What runs: `Layer`, `Network`. What it runs on: `device`. One layer: `map`, `evaluate`. A network:
`cost`; thousands of them: `cost_many`. A search space: `sweep` (all of it as a table), `space` (its
candidates), `search` (the best of them), `dataset` (its table as files that say how they came to
be). Many accelerators: `explore`, and `tilewise.cluster` on many machines; with the networks of a
space: `codesign`.

Latency is in milliseconds, energy in millijoules unless a name says otherwise. `threads=0` is one
a core; no answer depends on it. A mistake raises `InputError`, a ValueError that says the place and
the cure. Names such as "eyeriss" mean shipped files; a path means that file.
"""

import importlib as _importlib
import os as _os
import pathlib as _pathlib
import typing as _typing

_data = _pathlib.Path(__file__).parent / "data"
for _variable, _folder in [
    ("TILEWISE_CONFIGS", "configs"),
    ("TILEWISE_VALIDATION", "validation/cases"),
]:
    _os.environ.setdefault(_variable, str(_data / _folder))

from tilewise._core import (  # noqa: E402
    Cost,
    Device,
    InputError,
    Layer,
    Mapping,
    MapResult,
    Network,
)
from tilewise._core import version as _version  # noqa: E402
from tilewise.costs import cost, device, evaluate, map  # noqa: E402
from tilewise.schedules import Schedule  # noqa: E402

# What needs pandas, which alone takes a second to import: it comes when it is first asked for.
if _typing.TYPE_CHECKING:
    from tilewise import dataset as dataset
    from tilewise.codesigns import BlockCoDesign, CoDesign, codesign
    from tilewise.explorations import explore
    from tilewise.many_networks import cost_many
    from tilewise.searches import SearchResult, search
    from tilewise.spaces import BlockSpace, IndexedSpace, space
    from tilewise.sweeps import sweep
else:
    _LATER = {
        "codesigns": ("BlockCoDesign", "CoDesign", "codesign"),
        "dataset": ("dataset",),
        "explorations": ("explore",),
        "many_networks": ("cost_many",),
        "searches": ("SearchResult", "search"),
        "spaces": ("BlockSpace", "IndexedSpace", "space"),
        "sweeps": ("sweep",),
    }

    def __getattr__(name):
        for place, names in _LATER.items():
            if name in names:
                module = _importlib.import_module(f"tilewise.{place}")
                globals()[name] = module if name == place else getattr(module, name)
                return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *(name for names in _LATER.values() for name in names)})


for _each in (Cost, Device, InputError, Layer, Mapping, MapResult, Network):
    _each.__module__ = __name__

# The older words for a device.
Architecture = Device
arch = device

__version__ = _version()
__all__ = [
    "Architecture",
    "BlockSpace",
    "BlockCoDesign",
    "CoDesign",
    "Cost",
    "Device",
    "IndexedSpace",
    "InputError",
    "Layer",
    "MapResult",
    "Mapping",
    "Network",
    "Schedule",
    "SearchResult",
    "arch",
    "codesign",
    "cost",
    "cost_many",
    "device",
    "evaluate",
    "explore",
    "map",
    "search",
    "space",
    "sweep",
]
