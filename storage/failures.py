"""The one place where a database's errors become ours, each with a sentence that says the cure.

What cannot be mended by whoever runs the product (a wrong statement, a broken promise between
our own parts) is a defect: it passes through unchanged, to be logged with its traceback.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from sqlalchemy import exc

from csm.errors import Busy, Conflict, CsmError, Unavailable

UPGRADE_HINT: Final = "Run `digital-csm db upgrade`, then try again."

_BUSY: Final = "The records are busy: somebody else is writing. Please try again in a moment."
_CONFLICT: Final = "Somebody else was first: what you want to add is already there."
_NO_SPACE: Final = "The disk of {place} is full. Free some space, then try again."
_READ_ONLY: Final = (
    "{place} cannot be written to. Check that Digital CSM may write to the file and its folder, "
    "and that the database is not in read-only mode."
)
_CANNOT_OPEN: Final = (
    "{place} cannot be opened. Check DATABASE_URL, that the folder is there, and that Digital CSM "
    "may read and write in it."
)
_DAMAGED: Final = "{place} is damaged or is no database. Restore it from a backup."
_NO_SCHEMA: Final = (
    "{place} has no schema that we may use. Make the one that search_path names in DATABASE_URL, "
    "or name another."
)
_NO_TABLES: Final = "{place} has no tables of this version. " + UPGRADE_HINT
_NOT_ANSWERING: Final = (
    "{place} does not answer. Check that the database server runs and that DATABASE_URL is right."
)
_REFUSED: Final = (
    "{place} refuses us. Check the user, the password and the database name in DATABASE_URL."
)

# https://www.sqlite.org/rescode.html, primary codes.
_SQLITE: Final = {
    3: _CANNOT_OPEN,  # SQLITE_PERM
    8: _READ_ONLY,  # SQLITE_READONLY
    10: _CANNOT_OPEN,  # SQLITE_IOERR
    11: _DAMAGED,  # SQLITE_CORRUPT
    13: _NO_SPACE,  # SQLITE_FULL
    14: _CANNOT_OPEN,  # SQLITE_CANTOPEN
    26: _DAMAGED,  # SQLITE_NOTADB
}
_SQLITE_BUSY: Final = frozenset({5, 6})  # SQLITE_BUSY, SQLITE_LOCKED

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES: Final = {
    "25006": _READ_ONLY,
    "28000": _REFUSED,
    "28P01": _REFUSED,
    "3D000": _REFUSED,
    "3F000": _NO_SCHEMA,
    "42P01": _NO_TABLES,
    "42501": _REFUSED,
    "53100": _NO_SPACE,
}
_POSTGRES_BUSY: Final = frozenset(
    # too many connections, lock not available, query cancelled by a time limit, serialization
    # failure, deadlock
    {"53300", "55P03", "57014", "40001", "40P01"}
)
_POSTGRES_UNIQUE: Final = "23505"


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn the database errors of a block into Busy, Unavailable or Conflict.

    `place` names the database to a person, without user or password.
    """
    try:
        yield
    except exc.TimeoutError as error:  # no connection of the pool came free
        raise Busy(_BUSY) from error
    except (exc.DBAPIError, sqlite3.Error, psycopg.Error) as error:
        ours = _translation(error, place)
        if ours is None:
            raise
        raise ours from error


def _translation(error: Exception, place: str) -> CsmError | None:
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _from_sqlite(cause, place)
    if isinstance(cause, psycopg.Error):
        return _from_postgres(cause, place)
    return None


def _from_sqlite(error: sqlite3.Error, place: str) -> CsmError | None:
    # Errors that Python's own driver raises carry no code.
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF in _SQLITE_BUSY:
        return Busy(_BUSY)
    if code in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
        return Conflict(_CONFLICT)
    if code == sqlite3.SQLITE_ERROR and str(error).startswith("no such table"):
        return Unavailable(_sentence(_NO_TABLES, place))
    sentence = _SQLITE.get(code & 0xFF)
    return Unavailable(_sentence(sentence, place)) if sentence else None


def _from_postgres(error: psycopg.Error, place: str) -> CsmError | None:
    state = error.sqlstate
    if state in _POSTGRES_BUSY:
        return Busy(_BUSY)
    if state == _POSTGRES_UNIQUE:
        return Conflict(_CONFLICT)
    if state in _POSTGRES:
        return Unavailable(_sentence(_POSTGRES[state], place))
    # No code: the server could not be reached or hung up. 08: connection; 57P: shutting down;
    # 53: out of resources; 58: the server's own disk or system.
    lost = state is None and isinstance(error, psycopg.OperationalError)
    if lost or (state is not None and state.startswith(("08", "57P", "53", "58"))):
        return Unavailable(_sentence(_NOT_ANSWERING, place))
    return None


def _sentence(template: str, place: str) -> str:
    sentence = template.format(place=place)
    return sentence[0].upper() + sentence[1:]
