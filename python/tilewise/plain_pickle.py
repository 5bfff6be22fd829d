"""Pickles of plain data: containers, texts, numbers and arrays of them.

A pickle is a program, which may call whatever can be imported. This reader has no call to make: of
the names that a file may give it knows those that NumPy writes for arrays, and does itself what
they stand for. Every other name, and every instruction that plain data do not need, is refused.
"""

from __future__ import annotations

import io
import math
import os
import pathlib
import pickle
import pickletools
import re
import struct
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from tilewise._core import InputError

# The public file of HW-NAS-Bench has some ten megabytes.
LIMIT_BYTES = 256 * 1024 * 1024

_INSTRUCTIONS = (
    "PROTO FRAME STOP MARK POP POP_MARK MEMOIZE BINPUT LONG_BINPUT BINGET LONG_BINGET "
    "NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 LONG4 BINFLOAT "
    "BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8 "
    "EMPTY_TUPLE TUPLE1 TUPLE2 TUPLE3 TUPLE EMPTY_LIST APPEND APPENDS "
    "EMPTY_DICT SETITEM SETITEMS GLOBAL STACK_GLOBAL REDUCE BUILD"
).split()
# How the module struct names numbers.
_STRUCT = {
    "b1": "?",
    **{"i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H", "u4": "I", "u8": "Q"},
    **{"f2": "e", "f4": "f", "f8": "d"},
}
_NAMES = {operation.code: operation.name for operation in pickletools.opcodes}


def load(path: str | os.PathLike[str], limit_bytes: int = LIMIT_BYTES) -> Any:
    """What a pickle of protocol 2 or later holds; nothing of it is run or imported.

    Arrays of numbers and texts become NumPy arrays, NumPy's scalars plain numbers, arrays of
    objects lists. Raises InputError where the file cannot be read, is longer than `limit_bytes`, is
    damaged, or holds anything else, which is named.
    """
    path = pathlib.Path(path)
    try:
        size = path.stat().st_size
        if size > limit_bytes:
            raise InputError(f"{path}: {size} bytes; expected at most {limit_bytes}")
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    if len(content) > limit_bytes:
        raise InputError(f"{path}: expected at most {limit_bytes} bytes")
    try:
        return _with_arrays(_Reader(content).load())
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except Exception as error:  # what damaged data raise is not told anywhere
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise InputError(f"{path}: not a pickle of plain data ({said})") from None


class _Made:
    """What a name stands for; not a function that a file could change."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __call__(self, *arguments: Any) -> Any:
        return self._make(*arguments)

    def __setstate__(self, state: object) -> None:
        raise InputError("a name is given a state; expected plain data")


class _Dtype:
    """A NumPy type as it is written: a code, then the order of its bytes."""

    __slots__ = ("_code", "_order")

    def __init__(self, code: object, align: object = False, copy: object = False) -> None:
        if not isinstance(code, str) or not re.fullmatch(r"[biuf][1248]|[US][0-9]{1,4}|O8?", code):
            # Lists that share their parts are short in a file, and endless where they are printed.
            shown = repr(code[:80]) if isinstance(code, str) else type(code).__name__
            raise InputError(f"an array of type {shown}; expected numbers or texts")
        self._code = code
        self._order = "="

    def __setstate__(self, state: Any) -> None:
        if state[1] not in ("<", ">", "=", "|") or any(each is not None for each in state[2:5]):
            raise InputError("an array of records; expected numbers or texts")
        self._order = state[1]

    @property
    def objects(self) -> bool:
        return self._code.startswith("O")

    def number(self, raw: Any) -> Any:
        """A plain number of these bytes."""
        if self._code not in _STRUCT:
            raise InputError("a NumPy scalar that is no number; expected plain data")
        order = "=" if self._order == "|" else self._order
        return struct.unpack(order + _STRUCT[self._code], raw)[0]

    def array(self, raw: object, shape: object, order: str) -> np.ndarray[Any, Any]:
        """The array of these bytes, which are not copied: a file may name the same ones often."""
        dtype = np.dtype(self._order + self._code)
        sizes = shape if isinstance(shape, tuple) else None
        if (
            not isinstance(raw, (bytes, bytearray))
            or sizes is None
            or len(sizes) > 8
            or any(type(size) is not int or size < 0 for size in sizes)
            or dtype.itemsize == 0
            or math.prod(sizes) * dtype.itemsize != len(raw)
        ):
            raise InputError("an array whose bytes do not fit its shape")
        return np.frombuffer(raw, dtype).reshape(sizes, order="F" if order == "F" else "C")


class _Array:
    """An array that is made empty, and filled afterwards."""

    __slots__ = ("content",)

    def __init__(self, *arguments: object) -> None:
        self.content: Any = None

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, fortran, raw = state
        if not isinstance(dtype, _Dtype):
            raise InputError("an array without a type")
        if not dtype.objects:
            self.content = dtype.array(raw, shape, "F" if fortran else "C")
        elif isinstance(raw, list) and shape == (len(raw),):
            self.content = raw
        else:
            raise InputError("an array of objects; expected a list")


def _scalar(dtype: Any, raw: object) -> Any:
    return dtype.number(raw)


def _from_buffer(raw: object, dtype: Any, shape: object, order: str, *more: object) -> Any:
    if dtype.objects or more not in ((), (None,)):
        raise InputError("an array of objects; expected numbers or texts")
    return dtype.array(raw, shape, order)


def _class(*arguments: object) -> None:
    raise InputError("numpy.ndarray is called; expected plain data")


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): lambda: {},
    ("numpy", "dtype"): _Dtype,
    ("numpy", "ndarray"): _class,
}
for _core in ("numpy.core", "numpy._core"):
    _ALLOWED[(f"{_core}.multiarray", "_reconstruct")] = _Array
    _ALLOWED[(f"{_core}.multiarray", "scalar")] = _scalar
    _ALLOWED[(f"{_core}.numeric", "_frombuffer")] = _from_buffer


def _hashes_apart(key: float) -> bool:
    """Whether few keys have the hash of this number: numbers are hashed modulo 2^61 - 1, so that
    16 whole ones of 64 bits agree and some 35 fractions. Longer ones agree without limit, as
    does what is no number in Python 3.9, and a dictionary compares each with all before it."""
    return key.bit_length() <= 64 if isinstance(key, int) else not math.isnan(key)


class _Instructions(dict[int, Callable[..., None]]):
    def __missing__(self, code: int) -> NoReturn:
        name = _NAMES.get(chr(code), f"0x{code:02x}")
        raise InputError(
            f"pickle instruction {name}: expected plain data, saved with protocol 2 or later"
        )


# The one written in Python: its memo is a dictionary, which a file cannot make grow with one
# instruction, and its instructions can be left out one by one.
class _Reader(pickle._Unpickler):
    read: Callable[[int], bytes]
    stack: list[Any]
    append: Callable[[object], None]
    pop_mark: Callable[[], list[Any]]

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._length = len(content)
        self._latin1_left = len(content)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return _Made(self._latin1)
        if (module, name) not in _ALLOWED:
            named = f"{module}.{name}"
            raise InputError(f"names {named!r:.80}, which is no plain data; it was not run")
        return _Made(_ALLOWED[(module, name)])

    def persistent_load(self, pid: object) -> NoReturn:
        raise InputError("refers to something outside of the file")

    def _latin1(self, text: str, encoding: str) -> bytes:
        """How protocol 2 writes bytes; a text that is named often is still as long as the file."""
        self._latin1_left -= len(text)
        if encoding != "latin1" or self._latin1_left < 0:
            raise InputError("bytes that are not written as protocol 2 does")
        return text.encode("latin1")

    def _bytearray(self) -> None:
        (length,) = np.frombuffer(self.read(8), "<u8").tolist()
        if length > self._length:
            raise InputError("bytes that are not in the file")
        self.append(bytearray(self.read(length)))

    def _set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._set_all([key, value])

    def _set_items(self) -> None:
        self._set_all(self.pop_mark())

    def _set_all(self, items: list[Any]) -> None:
        made = self.stack[-1]
        for at in range(0, len(items), 2):
            key, value = items[at], items[at + 1]
            # To hash a tuple of tuples can take for ever.
            if type(made) is not dict or type(key) not in (str, int, float, bool, type(None)):
                raise InputError("a key of a dictionary that is neither text nor number")
            if type(key) in (int, float) and not _hashes_apart(key):
                raise InputError("a key of a dictionary that is no number of 64 bits")
            made[key] = value


_Reader.dispatch = _Instructions(
    (ord(operation.code), pickle._Unpickler.dispatch[ord(operation.code)])
    for operation in pickletools.opcodes
    if operation.name in _INSTRUCTIONS
)
_Reader.dispatch[ord(pickle.BYTEARRAY8)] = _Reader._bytearray
_Reader.dispatch[ord(pickle.SETITEM)] = _Reader._set_item
_Reader.dispatch[ord(pickle.SETITEMS)] = _Reader._set_items


def _with_arrays(loaded: Any) -> Any:
    """The same with each array in its place; every container is visited once."""
    root = [loaded]
    todo: list[Any] = [root]
    visited = set()
    while todo:
        container = todo.pop()
        if id(container) in visited:
            continue
        visited.add(id(container))
        places = container if isinstance(container, dict) else range(len(container))
        for place in places:
            value = container[place]
            if isinstance(value, _Array):
                value = container[place] = value.content
            if isinstance(value, (dict, list)):
                todo.append(value)
            elif isinstance(value, (_Made, _Dtype)):
                raise InputError("a name without a value; expected plain data")
    return root[0]
