"""Privacy requests outside of the records: files that are written, and files that name somebody."""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from csm.backup import backup_name
from csm.erased_text import at_their_accounts, in_their_own
from csm.errors import Unavailable
from csm.needles import Needles
from csm.privacy import Subject
from csm.use_cases.erase_contact import Around
from parts.library import LibraryOnDemand

_OWNER_ONLY: Final = 0o600
_AT_ONCE: Final = 1 << 20
# A name or an address that lies across two pieces of a file is in both of them then.
_OVERLAP: Final = 1_000
# Whatever names the person in there is made again by importing, or by exporting anew.
_DISPOSABLE: Final = ("exports", "rejects.csv")
_NIGHTLY: Final = "digital-csm-%Y%m%dT%H%M%SZ.backup"
_UNNAMED: Final = "a file whose name is not told here"
_NOT_VISIBLE: Final = (
    "The folder of backups is not visible from here: what is in it was not looked at. Every backup "
    "that was made before still holds the person."
)
_NOT_SEARCHED: Final = (
    "Not searched, for it is not known any more whom this was about: erase them again by their "
    "address, or look through it by hand."
)
# Kept equal to the records, or rid of the person by other means.
_ELSEWHERE: Final = ("knowledge", "backups", "certificates")


class Privacy:
    """What an export and an erasure do in the home folder."""

    def __init__(
        self,
        home: Path,
        backups: Path,
        library: LibraryOnDemand,
        scrub: Callable[[Sequence[str]], str],
        backups_kept_days: int,
    ) -> None:
        self._home = home
        self._backups = backups
        self._kept_days = backups_kept_days
        self.around = Around(library, scrub, self._tidy, self._older_backups)

    def write_export(self, content: dict[str, Any], path: Path | None) -> Path:
        """Write it where it was asked for, or into the home folder. Raises Unavailable."""
        at = datetime.fromisoformat(content["made_at"])
        own = self._home / "exports" / f"export-{at.astimezone(UTC):%Y%m%dT%H%M%S%f}.json"
        return write_json(path or own, content)

    def write_certificate(self, certificate: dict[str, Any]) -> Path:
        name = f"erasure-{certificate['erasure']}.json"
        return write_json(self._home / "certificates" / name, certificate)

    def _tidy(self, subject: Subject) -> list[str]:
        """Delete what can be made again and names the person; name, without their name, what was
        not touched."""
        if not (subject.names or subject.addresses):
            return [_NOT_SEARCHED]
        needles, said = at_their_accounts(subject), []
        for path in sorted(self._files()):
            if not _names(path, needles):
                continue
            place = _shown(str(path.relative_to(self._home)), subject)
            if path.relative_to(self._home).parts[0] in _DISPOSABLE:
                path.unlink()
                said.append(f"{place}: deleted, for it named the person")
            else:
                said.append(f"{place}: names the person and was left: look at it by hand")
        said.append("pictures: show accounts, no people; left as they are")
        return said

    def _files(self) -> list[Path]:
        """All but the database and what is elsewhere taken care of."""
        return [
            path
            for path in self._home.rglob("*")
            if path.is_file()
            and path.relative_to(self._home).parts[0] not in _ELSEWHERE
            and not path.is_relative_to(self._backups)
            and ".db" not in "".join(path.suffixes)
        ]

    def _older_backups(self, subject: Subject) -> list[str]:
        """Which still hold the person: the nightly ones go by themselves, others do not."""
        try:
            paths = sorted(self._backups.iterdir())
        except OSError:
            return [_NOT_VISIBLE]
        said = []
        for path in paths:
            made_at = _nightly(path)
            if made_at is None:
                place = _shown(path.name, subject)
                said.append(f"{place}: may hold the person, and never goes by itself: delete it")
            else:
                until = (made_at + timedelta(days=self._kept_days)).date()
                said.append(
                    f"{path.name}: still holds the person; the nightly backup deletes it after "
                    f"{until}"
                )
        return said


def _nightly(path: Path) -> datetime | None:
    """When a backup with the name of a nightly one was made; None for any other file, which the
    nightly backup never deletes."""
    try:
        made_at = datetime.strptime(path.name, _NIGHTLY).replace(tzinfo=UTC)
    except ValueError:
        return None
    is_file = path.is_file() and not path.is_symlink()
    return made_at if is_file and backup_name(made_at) == path.name else None


def _shown(place: str, subject: Subject) -> str:
    """A place without the person, whose name may be a part of it. Where nobody knows their name any
    more, or their address is glued to other words, nothing of it is shown."""
    boxes = [one.partition("@")[0] for one in subject.addresses]
    clean = in_their_own(subject).clean(place)
    is_clean = subject.names and not any(box in clean.lower() for box in boxes)
    return clean if is_clean else _UNNAMED


def write_json(path: Path, content: dict[str, Any]) -> Path:
    """Write the file whole or not at all, for its owner's eyes alone. Raises Unavailable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made with 0600 from the beginning.
        with NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False) as file:
            try:
                json.dump(content, file, ensure_ascii=False, indent=2)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(_OWNER_ONLY)
                Path(file.name).replace(path)
            finally:
                with suppress(FileNotFoundError):
                    Path(file.name).unlink()
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be written ({error.strerror}). Nothing is left of it; choose another "
            "place, or make room."
        ) from error
    return path


def _names(path: Path, needles: Needles) -> bool:
    rest = ""
    with path.open(encoding="utf-8", errors="replace") as file:
        while piece := file.read(_AT_ONCE):
            if needles.are_in(rest + piece):
                return True
            rest = piece[-_OVERLAP:]
    return needles.are_in(str(path.name))
