"""What torch.load reads, without PyTorch: a ZIP archive with a pickle of protocol 2 in it, as
torch.save writes it since version 1.6."""

from __future__ import annotations

import io
import pathlib
import pickle
import zipfile
from typing import Any

_PROTOCOL = 2  # the one that torch.load(weights_only=True) takes
_VERSION = b"3\n"  # of the archive
_DATE = (1980, 1, 1, 0, 0, 0)


def write_torch_file(path: pathlib.Path, data: Any) -> None:
    """Lists, dictionaries, texts and numbers of Python's own; no tensors."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        parts = {"data.pkl": pickle.dumps(data, _PROTOCOL), "version": _VERSION}
        for name, content in parts.items():
            entry = zipfile.ZipInfo(f"archive/{name}", _DATE)
            entry.create_system = 0  # else that of the machine
            archive.writestr(entry, content)
    path.write_bytes(made.getvalue())
