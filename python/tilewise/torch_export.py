"""PyTorch modules as networks, through torch's own exporter to ONNX; no import of torch before."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import logging
import pathlib
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

from tilewise import _core

INSTALL = "pip install 'tilewise[torch]'"
#: The oldest release of torch whose parameters are right, as in pyproject.toml.
LEAST = (2, 1)


def network(
    module: Any,
    example: Any,
    *,
    unfused: bool = False,
    strict: bool = False,
    dynamo: bool | None = None,
) -> _core.Network:
    """`Network.from_torch`. Raises InputError where the module cannot be exported."""
    torch = _torch()
    if not isinstance(module, torch.nn.Module):
        raise _core.InputError(
            f"from_torch: {type(module).__name__} is no torch.nn.Module; give a module"
        )
    inputs = _inputs(torch, module, example)
    with tempfile.TemporaryDirectory(prefix="tilewise-") as folder:
        # The name of the file becomes that of the network.
        path = pathlib.Path(folder) / (re.sub(r"\W+", "_", type(module).__name__) + ".onnx")
        with _as_at_inference(torch, module):
            _export(torch, module, inputs, path, dynamo)
        return _read(path, unfused, strict)


def _read(path: pathlib.Path, unfused: bool, strict: bool) -> _core.Network:
    """The network of a file; what is said of it names the module, as the file will be gone."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            made = _core.Network.from_onnx(path, unfused=unfused, strict=strict)
        except _core.InputError as error:
            raise _core.InputError(str(error).replace(str(path), path.stem)) from None
    for each in said:
        warnings.warn(str(each.message).replace(str(path), path.stem), stacklevel=4)
    return made


def is_module(thing: object) -> bool:
    """Whether it is a torch.nn.Module; there is none before somebody has imported torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(thing, torch.nn.Module)


def _torch() -> Any:
    try:
        torch = importlib.import_module("torch")
    except ImportError as error:
        raise _core.InputError(f"from_torch: {error}; install torch: {INSTALL}") from error
    release = re.match(r"(\d+)\.(\d+)", torch.__version__)
    if release is None or (int(release[1]), int(release[2])) < LEAST:
        # 1.13 writes tensors of equal values once, whatever it is asked: parameters are missing.
        raise _core.InputError(
            f"from_torch: torch {torch.__version__} is too old: its exporter loses parameters; "
            f"install {LEAST[0]}.{LEAST[1]} or later: {INSTALL}"
        )
    return torch


def _inputs(torch: Any, module: Any, example: Any) -> tuple[Any, ...]:
    """The inputs of a call: `example` is a tensor or a shape, or a tuple of these."""
    if isinstance(example, torch.Tensor) or _is_shape(example):
        example = (example,)
    if not isinstance(example, (tuple, list)) or not example:
        raise _core.InputError(
            f"from_torch: example: {type(example).__name__}; expected a tensor, a shape such as "
            "(1, 3, 224, 224), or a tuple of these"
        )
    return tuple(_input(torch, module, each) for each in example)


def _input(torch: Any, module: Any, each: Any) -> Any:
    if isinstance(each, torch.Tensor):
        return each
    if not _is_shape(each):
        raise _core.InputError(
            f"from_torch: example: {each!r}; expected a tensor or a shape of whole numbers of 1 "
            "or more, such as (1, 3, 224, 224)"
        )
    like = next((each for each in module.parameters() if each.is_floating_point()), None)
    if like is None:
        return torch.zeros(tuple(each))
    return torch.zeros(tuple(each), dtype=like.dtype, device=like.device)


def _is_shape(given: Any) -> bool:
    """A tuple or list (torch.Size too) of whole numbers of 1 or more."""
    return (
        isinstance(given, (tuple, list))
        and len(given) > 0
        and all(isinstance(size, int) and size >= 1 for size in given)
    )


@contextlib.contextmanager
def _as_at_inference(torch: Any, module: Any) -> Iterator[None]:
    """In eval mode, without gradients; each part has its own mode again afterwards."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with _plain_attention(torch):
            yield
    finally:
        for part, training in modes:
            part.training = training


@contextlib.contextmanager
def _plain_attention(torch: Any) -> Iterator[None]:
    """Without gradients, and attention in products: ONNX has not torch's fused one (its "fast
    path"). Before torch 2.3 that cannot be switched off, but is not taken where gradients could be
    asked for; none is."""
    mha = getattr(torch.backends, "mha", None)
    if mha is None:
        with torch.enable_grad():
            yield
        return
    enabled = mha.get_fastpath_enabled()
    mha.set_fastpath_enabled(False)
    try:
        with torch.no_grad():
            yield
    finally:
        mha.set_fastpath_enabled(enabled)


def _export(
    torch: Any, module: Any, inputs: tuple[Any, ...], path: pathlib.Path, dynamo: bool | None
) -> None:
    """Writes the model. Both exporters of torch are tried in turn unless one is asked for."""
    said = []
    for options in _ways(torch, dynamo):
        try:
            with _quiet():
                torch.onnx.export(module, inputs, str(path), **options)
        except Exception as error:  # an exporter raises what it likes
            said.append(_line(error))
        else:
            return
    raise _core.InputError(
        f"from_torch: torch {torch.__version__} cannot export {type(module).__name__} to ONNX: "
        f"{'; '.join(dict.fromkeys(said))}; try `module(*example)` by itself, look that onnx and "
        f"onnxscript are installed ({INSTALL}), or export it to a file and call from_onnx"
    )


def _ways(torch: Any, dynamo: bool | None) -> list[dict[str, Any]]:
    """Arguments of torch.onnx.export: to trace (TorchScript), which is faster, then to capture.

    Batch norm is not folded into weights, nor are tensors of equal values made one, so that
    parameters are those of the module.
    """
    known = inspect.signature(torch.onnx.export).parameters
    trace = {
        "dynamo": False,
        "training": torch.onnx.TrainingMode.PRESERVE,
        "do_constant_folding": False,
        "keep_initializers_as_inputs": True,
    }
    capture = {"dynamo": True, "optimize": False, "verbose": False}
    if "dynamo" not in known:  # before torch 2.5 it traces
        if dynamo:
            raise _core.InputError(
                f"from_torch: dynamo: torch {torch.__version__} has one exporter; leave it out, or "
                "install torch 2.6 or later"
            )
        return [{key: value for key, value in trace.items() if key in known}]
    ways = [trace, capture] if dynamo is None else [capture if dynamo else trace]
    return [{key: value for key, value in way.items() if key in known} for way in ways]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Exporters warn and print of what does not change a layer."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _line(error: Exception) -> str:
    """An exception as one line: its kind, and the first line of what it says."""
    first = str(error).strip().splitlines()
    return f"{type(error).__name__}: {first[0].strip()}" if first else type(error).__name__
