"""The libraries that draw, which are optional."""

from __future__ import annotations

import importlib
from typing import Any

from tilewise._core import InputError


def plotly() -> Any:
    """plotly.graph_objects. Raises InputError where it is missing."""
    return _imported("plotly.graph_objects", "Plotly", "report")


def plotly_script() -> str:
    """Plotly for a page, as JavaScript. Raises InputError where it is missing."""
    script: str = _imported("plotly.offline", "Plotly", "report").get_plotlyjs()
    return script


def matplotlib_figure() -> Any:
    """The class of matplotlib's figures. Raises InputError where it is missing."""
    return _imported("matplotlib.figure", "matplotlib", "plot").Figure


def _imported(module: str, library: str, extra: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InputError(
            f"figures: need {library}, which is not installed; pip install '.[{extra}]' in the "
            "source folder"
        ) from None
