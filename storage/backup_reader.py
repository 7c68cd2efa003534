"""A backup's file as it is read: by nobody's leave but its own manifest's, and not a row of it is
used before all of it was checked. It may have been damaged, or made by somebody who wishes us ill.
"""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BufferedReader
from itertools import islice
from pathlib import Path
from re import fullmatch
from typing import Any, Final, cast

from pydantic import ValidationError
from pydantic_core import from_json

from csm import deadline
from csm.backup import FORMAT, NAME, Manifest, Member
from csm.errors import InvalidInput
from csm.ports_answers import Progress
from storage.backup_file import MANIFEST, STRIDE, entry_of
from storage.backup_rows import WrongRow, check_rows, decoded

# Bytes that are read at a time.
_BUFFER: Final = 1_000_000
# So large a manifest is none of ours, nor so long a line: a page has two million characters.
_LARGEST_MANIFEST: Final = 1_000_000
_LONGEST_LINE: Final = 32_000_000
# Of these the library unpacks no more at a time than it is asked for.
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 1
# What a file that is damaged, cut off or of another kind makes the library raise.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    KeyError,
    ValueError,
    OSError,
)


class BackupReader:
    """A backup whose manifest was read. Rows may be read after `check` alone."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._zip = archive
        self.manifest = self._read_manifest()

    def check(self, progress: Progress) -> None:
        """Read all of it. Raises InvalidInput where it is not what its manifest says, or a row is
        none of its table's."""
        done, total = 0, self.manifest.rows
        for member in self.manifest.members:
            digest, count = hashlib.sha256(), 0
            for lines in self._lines(member):
                for line in lines:
                    digest.update(line)
                with self._blamed(member):
                    check_rows(member.layout, decoded(lines, count), count)
                count += len(lines)
                deadline.check()
                progress("checking", done + count, total)
            if (count, digest.hexdigest()) != (member.rows, member.sha256):
                raise self._damaged(f"its table {member.layout.name} is not what was written")
            done += count
        progress("checking", total, total)

    def rows(self, member: Member) -> Iterator[list[Any]]:
        count = 0
        for lines in self._lines(member):
            with self._blamed(member):
                rows = decoded(lines, count)
            yield from rows
            count += len(lines)

    @contextmanager
    def _blamed(self, member: Member) -> Iterator[None]:
        try:
            yield
        except WrongRow as wrong:
            raise self._damaged(f"in its table {member.layout.name}, {wrong}") from wrong

    def _lines(self, member: Member) -> Iterator[list[bytes]]:
        """So many of them at a time as are soon done and fit into memory."""
        name = member.layout.name
        try:
            if self._zip.getinfo(entry_of(name)).file_size != member.size:
                raise self._damaged(f"its table {name} is not as long as it says")
            with BufferedReader(self._unpacked(entry_of(name)), _BUFFER) as file:
                every = iter(partial(file.readline, _LONGEST_LINE + 1), b"")
                count = 0
                while lines := list(_some(every)):
                    if len(lines[-1]) > _LONGEST_LINE:
                        raise self._damaged(
                            f"in its table {name}, line {count + len(lines):,} is too long"
                        )
                    yield lines
                    count += len(lines)
        except _DAMAGE as error:
            raise self._damaged(f"its table {name} cannot be read") from error

    def _unpacked(self, entry: str) -> zipfile.ZipExtFile:
        info = self._zip.getinfo(entry)
        if info.compress_type not in _PACKINGS or info.flag_bits & _ENCRYPTED:
            raise self._damaged(f"{entry} is packed as no backup is")
        return cast("zipfile.ZipExtFile", self._zip.open(info))

    def _read_manifest(self) -> Manifest:
        try:
            if self._zip.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
                raise self._foreign()
            with self._unpacked(MANIFEST) as file:
                text = file.read()
        except KeyError:
            raise self._foreign() from None
        except _DAMAGE as error:
            raise self._damaged("its list of contents cannot be read") from error
        try:
            given = from_json(text)
        except ValueError:
            raise self._foreign() from None
        if not isinstance(given, dict) or given.get("product") != "digital-csm":
            raise self._foreign()
        if given.get("format") != FORMAT:
            raise InvalidInput(
                f"{self._path} is a backup of format {_shown(given.get('format'))}, and this "
                f"version reads format {FORMAT}. Install the version of Digital CSM that made it "
                f"({_shown(given.get('version'))}), or a newer one."
            )
        try:
            return Manifest.model_validate_json(text)
        except ValidationError as error:
            raise self._damaged("its list of contents is wrong") from error

    def _foreign(self) -> InvalidInput:
        return InvalidInput(
            f"{self._path} is no backup of Digital CSM. `digital-csm backup` makes one."
        )

    def _damaged(self, what: str) -> InvalidInput:
        return InvalidInput(f"{self._path} is damaged: {what}. Nothing was changed. Take another.")


@contextmanager
def opened_backup(path: Path) -> Iterator[BackupReader]:
    """Raises InvalidInput for a file that is not there, no backup, cut off or of a newer format."""
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}). Which file?") from error
    except _DAMAGE as error:
        raise InvalidInput(
            f"{path} is no backup of Digital CSM, or its end was cut off. Take another."
        ) from error
    with archive:
        yield BackupReader(path, archive)


def _some(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Up to STRIDE of them, and no more once they are as long as the longest line."""
    room = _LONGEST_LINE
    for line in islice(lines, STRIDE):
        yield line
        room -= len(line)
        if room < 0:
            return


def _shown(value: object) -> str:
    """What a manifest says, where it is fit to be shown."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if fullmatch(NAME, text) else "unknown"
