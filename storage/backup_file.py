"""A backup's file as it is written: a zip of one member a table, a JSON array a line, and the
manifest.

It is written under another name and renamed when it is whole and on the disk: whatever stops that,
no half file is left under its name.
"""

import errno
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Any, Final

from pydantic_core import to_json

from csm.backup import Manifest, Member, TableLayout
from csm.errors import InvalidInput, Unavailable

SUFFIX_WHILE_WRITTEN: Final = ".part"
MANIFEST: Final = "manifest.json"

# Rows between two looks at the clock and the progress bar.
STRIDE: Final = 1000
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
Rows = Iterator[tuple[Any, ...]]


class BackupWriter:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self._members: list[Member] = []

    def add(self, layout: TableLayout, rows: Rows) -> None:
        """Write a table; its rows are values in the order of its columns."""
        digest, count, size = hashlib.sha256(), 0, 0
        with self._zip.open(entry_of(layout.name), "w", force_zip64=True) as member:
            # Many lines at a time: one by one takes three times as long.
            while lines := [to_json(row) for row in islice(rows, STRIDE)]:
                block = b"\n".join((*lines, b""))
                digest.update(block)
                member.write(block)
                count += len(lines)
                size += len(block)
        sha256 = digest.hexdigest()
        self._members.append(Member(layout=layout, rows=count, size=size, sha256=sha256))

    def end(self, version: str, revision: str, database: str, made_at: datetime) -> Manifest:
        """Write down what is in it."""
        manifest = Manifest.model_validate(
            {
                "version": version,
                "revision": revision,
                "database": database,
                "made_at": made_at,
                "members": tuple(self._members),
            }
        )
        self._zip.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        return manifest


@contextmanager
def new_backup(path: Path) -> Iterator[BackupWriter]:
    """A new file that only we may read, and that is there when the block ended well, and not at all
    when it did not. Raises InvalidInput where there is one already, and Unavailable where it cannot
    be written."""
    if path.exists():
        raise InvalidInput(f"{path} is there already. Choose another name, or move it away.")
    try:
        number, name = mkstemp(prefix=f"{path.name}.", suffix=SUFFIX_WHILE_WRITTEN, dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    part = Path(name)
    try:
        with os.fdopen(number, "w+b") as file:
            with _archive(file) as archive:
                yield BackupWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        _settle_name(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _archive(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
    try:
        yield archive
        archive.close()
    except BaseException:
        archive.fp = None  # it is thrown away: nothing more is written to it, at no later time
        raise


def _settle_name(folder: Path) -> None:
    """Have the folder on the disk, too, so that a power cut does not take the name away."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _unwritable(path: Path, error: OSError) -> Unavailable:
    if error.errno in _NO_ROOM:
        return Unavailable(
            f"There is no room for {path}: no backup was made. Free some space on its disk, or "
            "choose another folder with DIGITAL_CSM_BACKUPS."
        )
    return Unavailable(
        f"{path} cannot be written ({error.strerror}): no backup was made. Check that the folder "
        "is there and that Digital CSM may write in it."
    )


def entry_of(table: str) -> str:
    return f"{table}.jsonl"
