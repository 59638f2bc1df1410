"""Files that survive a power cut: on disk before they are named, named before anyone is told."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from pipelines.machine.disk import writing
from pipelines.machine.interruption import undo

# A journal takes the flushes that wait together in one write: many at once cost little more than one.
_AT_ONCE = 16
# What shares and foreign file systems answer to what they do not have: second names, rights, the flush of a folder.
NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}
_NO_RIGHTS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}
_NO_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EPERM, errno.EACCES, errno.ENOSYS}
# A reader on a share keeps a file from being replaced for the time of its reading, in seconds.
_AGAIN = (0.1, 0.4, 1.5)


def commit(draft: Path, target: Path) -> None:
    """Give a finished draft its name, in one step that is on disk when this returns."""
    sync(draft)
    replace(draft, target)
    sync(target.parent)


def replace(source: Path, target: Path) -> None:
    """Replace a file as `os.replace` does, also between two file systems; a share that refuses for a moment, while
    someone reads, is asked again. Raises OSError.
    """
    for wait in _AGAIN:
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if not target.exists():
                raise
            time.sleep(wait)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _across(source, target)
            return
    os.replace(source, target)


def _across(source: Path, target: Path) -> None:
    near = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    with undo(lambda: _remove(near)):
        try:
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, near)
            sync_all([near] if near.is_file() else [*(f for f in near.rglob("*") if f.is_file()), near])
            os.replace(near, target)
        except BaseException:
            _remove(near)
            raise
    _remove(source)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def restrict(path: Path, mode: int) -> None:
    """Give a file or a folder these rights, where the file system knows rights; a share has those of its mount."""
    try:
        path.chmod(mode)
    except OSError as error:
        if error.errno not in _NO_RIGHTS:
            raise


def same_or_copied(source: Path, target: Path) -> None:
    """Give these bytes a second name, or copy them where the file system has no second names."""
    try:
        target.hardlink_to(source)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        shutil.copyfile(source, target)


def write_once(file: Path, content: bytes) -> bool:
    """Write the file, unless another content bears its name: what someone wrote in it since is kept."""
    if file.exists():
        return file.read_bytes() == content
    write_whole(file, content)
    return True


def write_whole(file: Path, content: bytes, mode: int = 0o666) -> None:
    """Put this content under the file's name, whatever stood there: a reader finds all of the old or all of the new.
    `mode`, less what the system takes away, is who may read it.
    """
    draft = file.with_name(f".{file.name}.tmp")
    with undo(lambda: draft.unlink(missing_ok=True)), writing(file):
        try:
            draft.touch(mode)
            draft.write_bytes(content)
            commit(draft, file)
        finally:
            draft.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make a file's bytes, or the renames and creations in a folder, survive a power cut."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():  # some shares open no folder
            return
        raise
    try:
        os.fsync(fd)
    except OSError as error:
        # A share that cannot flush a folder writes its names at once.
        if error.errno not in _NO_FLUSH or not path.is_dir():
            raise
    finally:
        os.close(fd)


def sync_all(paths: Iterable[Path]) -> None:
    """Sync many files and folders; raises what the first that fails raises."""
    wanted = list(paths)
    if len(wanted) < 2:
        for path in wanted:
            sync(path)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(sync, wanted))
