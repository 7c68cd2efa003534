"""What the tests of backups have in common."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from csm.audit import AuditEntry
from csm.backup import Manifest
from csm.ports import Writer
from storage.backup import back_up
from storage.database import Database
from storage.restore import restore
from tests.databases import opened
from tests.storage.portfolio import at

NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


def quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def as_it_is(_writer: Writer, _manifest: Manifest) -> None:
    """Nothing is begun with the records."""


def backed_up(database: Database, folder: Path, name: str = "a.backup") -> Path:
    path = folder / name
    back_up(database, path, "0.1.0", NOW, quiet)
    return path


def bring_back(url: str, path: Path, *, replace: bool = False) -> Manifest:
    with opened(url) as database:
        return restore(database, path, as_it_is, quiet, replace=replace)


def changed(path: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """The same backup with another manifest."""
    new = path.with_suffix(".changed")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as target:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            target.writestr(name, content)
    return new


def entry(subject: str) -> AuditEntry:
    odd = {"state": "sent", "far": 1e20, "half": -0.0, "n": 2**70, "é": "\U0001f642"}
    return AuditEntry(at=at(7, 1), who="ada", what="outreach.sent", subject=subject, after=odd)


def forged(path: Path, table: str, change: Callable[[list[bytes]], list[bytes]]) -> Path:
    """The same backup with other lines in a table, and a manifest that says so."""
    new = path.with_suffix(".forged")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as target:
        contents = {name: old.read(name) for name in old.namelist()}
        lines = change(contents[f"{table}.jsonl"].splitlines())
        content = contents[f"{table}.jsonl"] = b"".join(line + b"\n" for line in lines)
        manifest = json.loads(contents["manifest.json"])
        (member,) = (one for one in manifest["members"] if one["layout"]["name"] == table)
        digest = hashlib.sha256(content).hexdigest()
        member.update(rows=len(lines), size=len(content), sha256=digest)
        contents["manifest.json"] = json.dumps(manifest).encode()
        for name, text in contents.items():
            target.writestr(name, text)
    return new
