"""Files that the package writes, by the rules of the program (docs/reliability.md): whole or not at
all, under a lock of their folder, and in the place of nobody else's."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import pathlib
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tilewise._core import InputError

LIST, LOCK = ".tilewise-files", ".tilewise-lock"
_PART = re.compile(r"\..*\.[0-9a-f]{16}\.tilewise-part", re.DOTALL)
_MOST_LINKS = 40
_LONGEST = 223  # bytes of a name that has room for what is around it

#: The SHA-256 of what runs wrote, by the name of the file in its folder.
Written = dict[str, set[str]]


def write_whole(path: pathlib.Path, content: bytes) -> None:
    """Writes a file beside its place and renames it when it is on the disk; writes straight into
    what is no regular file. Raises OSError."""
    place = _place(path)
    if isinstance(place, int):
        with os.fdopen(os.dup(place), "wb") as file:
            file.write(content)
        return
    if place.exists() and not place.is_file():
        _write_stream(place, content)
        return
    if place.exists() and not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    _remove_stale(place)
    part, opened = _new_part(place)
    try:
        with os.fdopen(opened, "wb") as file:
            if place.exists():
                os.fchmod(file.fileno(), stat.S_IMODE(place.stat().st_mode) & 0o777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.replace(part, place)
        _synchronise(place.parent)
    finally:
        part.unlink(missing_ok=True)


def check_output(option: str, path: str | os.PathLike[str] | None, inputs: Iterable[Any]) -> None:
    """Raises InputError where the file that `option` names is one of `inputs`, whatever the paths
    look like; what names no file is passed over. Call it before the work."""
    if path is None or not os.path.isfile(path):
        return
    for each in inputs:
        try:
            read = os.fspath(each)
        except TypeError:
            continue
        if os.path.isfile(read) and os.path.samefile(read, path):
            also = "" if read == os.fspath(path) else f", as {read}"
            raise InputError(
                f"{option} {os.fspath(path)}: that file is read{also} and would be overwritten; "
                "name another"
            )


@contextlib.contextmanager
def locked(folder: pathlib.Path) -> Iterator[None]:
    """While the block runs, no other process writes results into `folder`, which is made where it
    is not there, and goes again if nothing is in it. Raises InputError."""
    made = [each for each in [folder, *folder.parents] if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = _lock(folder)
    except FileExistsError:
        raise InputError(f"{folder}: not a folder; name another") from None
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / LOCK).unlink()
        os.close(lock)
        with contextlib.suppress(OSError):
            for each in made:
                each.rmdir()


def written_files(folder: pathlib.Path) -> Written:
    """What the list of a folder says that runs wrote there."""
    written: Written = {}
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in (folder / LIST).read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            path = pathlib.PurePosixPath(name)
            if len(digest) == 64 and not path.is_absolute() and ".." not in path.parts:
                written.setdefault(name, set()).add(digest)
    return written


def check_folder(
    folder: pathlib.Path,
    what: str,
    may_write: Callable[[str], bool],
    written: Written,
    besides: Callable[[str], bool] = lambda name: False,
) -> None:
    """Raises InputError where `folder` is a file, holds what is not of `what`, or has something
    that no run wrote, or that was changed since, in a place that `may_write` names. What `besides`
    names may lie there, and stays."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder; name another")
    for name in _names(folder):
        if may_write(name):
            if not _is_as_written(folder, name, written):
                _refuse_taken(folder, name, written, what)
        elif not besides(name):
            raise InputError(
                f"{folder}: holds {name.split('/')[0]}, which is not of {what}; name another folder"
            )


@contextlib.contextmanager
def new_files(
    folder: pathlib.Path, what: str, last: str, written: Written, keep_list: bool
) -> Iterator[pathlib.Path]:
    """A folder to write the files of a locked `folder` into. When the block is left without an
    exception they are moved there, `last` last of all; those of `written` that are not written
    again go. keep_list: the folder's list stays; else `last` tells of the files."""
    try:
        for each in folder.iterdir():  # of runs that were killed
            if _PART.fullmatch(each.name) and each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
        part = folder / f".files.{secrets.token_hex(8)}.tilewise-part"
        part.mkdir()
        try:
            yield part
            _publish(part, folder, what, last, written)
            if not keep_list:
                (folder / LIST).unlink()
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from None


def file_digest(path: pathlib.Path) -> str:
    """SHA-256 of a file."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            made.update(piece)
    return made.hexdigest()


def _publish(
    part: pathlib.Path, folder: pathlib.Path, what: str, last: str, written: Written
) -> None:
    made = sorted(_names(part), key=lambda name: (name == last, name))
    for name in made:
        if os.path.lexists(folder / name) and not _is_as_written(folder, name, written):
            _refuse_taken(folder, name, written, what)
        _synchronise(part / name)
    now = {name: {file_digest(part / name)} for name in made}
    _write_list(folder, {name: now.get(name, set()) | written.get(name, set())
                         for name in {*now, *written}})  # fmt: skip
    gone = [last, *(name for name in written if name not in now)]
    for name in gone:
        if _is_as_written(folder, name, written):
            (folder / name).unlink()
            if (folder / name).parent != folder:
                with contextlib.suppress(OSError):  # not empty
                    (folder / name).parent.rmdir()
    for name in made:
        (folder / name).parent.mkdir(exist_ok=True)
        os.replace(part / name, folder / name)
    _synchronise(folder)
    _write_list(folder, now)


def _write_list(folder: pathlib.Path, files: Written) -> None:
    lines = "".join(
        f"{digest}  {name}\n" for name in sorted(files) for digest in sorted(files[name])
    )
    head = "# Files of tilewise: it replaces or removes these alone, and none that was changed.\n"
    write_whole(folder / LIST, (head + lines).encode())


def _refuse_taken(folder: pathlib.Path, name: str, written: Written, what: str) -> None:
    why = "was changed since it was written" if name in written else "no run of tilewise wrote"
    raise InputError(
        f"{folder}: holds {name}, which {why}, in the place of a file of {what}; move it away, or "
        "name another folder"
    )


def _is_as_written(folder: pathlib.Path, name: str, written: Written) -> bool:
    path = folder / name
    if name not in written or path.is_symlink() or not path.is_file():
        return False
    return file_digest(path) in written[name]


def _names(folder: pathlib.Path) -> list[str]:
    """All that is in a folder and in folders right below."""
    names = []
    for each in folder.iterdir():
        if each.name in (LIST, LOCK) or _PART.fullmatch(each.name):
            continue
        below = [f"{each.name}/{one.name}" for one in each.iterdir()] if each.is_dir() else []
        names += below or [each.name]
    return sorted(names)


def _place(path: pathlib.Path) -> pathlib.Path | int:
    """What a path leads to behind symbolic links; the number of an open file of this process."""
    place = path
    for _ in range(_MOST_LINKS):
        parent = os.path.realpath(place.parent)
        if parent == os.path.realpath("/proc/self/fd") and place.name.isdigit():
            return int(place.name)
        if not place.is_symlink():
            break
        place = place.parent / os.readlink(place)
    else:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if place.is_block_device() or place.is_socket():
        raise OSError(errno.EINVAL, "it is a block device or a socket; name a file", str(path))
    return place


def _write_stream(place: pathlib.Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
    with os.fdopen(os.open(place, flags), "wb", buffering=0) as file:
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]


def _new_part(place: pathlib.Path) -> tuple[pathlib.Path, int]:
    """A new file of an unpredictable name, open and locked."""
    name = os.fsdecode(os.fsencode(place.name)[:_LONGEST])
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        part = place.with_name(f".{name}.{secrets.token_hex(8)}.tilewise-part")
        opened = os.open(part, flags, 0o666)
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(opened, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):  # taken for a stale one before it was locked
            if os.path.samestat(os.fstat(opened), os.lstat(part)):
                return part, opened
        os.close(opened)


def _remove_stale(place: pathlib.Path) -> None:
    """Removes what killed processes left of a file: nobody has it locked."""
    name = os.fsdecode(os.fsencode(place.name)[:_LONGEST])
    own = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{16}}\.tilewise-part")
    for each in os.listdir(place.parent):
        if not own.fullmatch(each):
            continue
        with contextlib.suppress(OSError):
            flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            with os.fdopen(os.open(place.parent / each, flags), "wb") as file:
                is_ours = os.fstat(file.fileno()).st_uid == os.geteuid()
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if is_ours:
                    (place.parent / each).unlink()


def _synchronise(path: pathlib.Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EROFS):
            raise
    finally:
        os.close(descriptor)


def _lock(folder: pathlib.Path) -> int:
    """The open, locked file of a folder. Raises InputError where another has it, OSError."""
    path = folder / LOCK
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN):
                return lock  # a file system without locks
            holder = os.pread(lock, 32, 0).split(b"\n")[0].decode(errors="replace")
            os.close(lock)
            process = f" (process {holder})" if holder.isdigit() else ""
            raise InputError(
                f"{folder}: another run{process} writes there; wait until it ends, or name another "
                "folder"
            ) from None
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(lock), os.lstat(path)):
                os.ftruncate(lock, 0)
                os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
                return lock
        os.close(lock)
