"""What was deleted, taken out of a database's files as well."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from csm.errors import Busy
from storage.engines import Address, Limits, open_migration_engine

SQLITE: Final = "The database file was written anew, without a trace of what was deleted."
POSTGRES: Final = (
    "VACUUM was run on every table that was changed: the server uses the space of what was deleted "
    "again. Until it does, and in its write-ahead log for as long as that is kept, the disk may "
    "still hold it."
)


def scrub(address: Address, tables: Sequence[str], patience: float) -> str:
    """Wipe what was deleted; what that means for this database, in words. Raises Busy while others
    keep the file of SQLite to themselves."""
    if not address.is_sqlite:
        return _vacuumed(address, tables, patience)
    with closing(sqlite3.connect(address.file, timeout=patience, isolation_level=None)) as own:
        own.execute("PRAGMA secure_delete = ON")
        own.execute("VACUUM")
        (is_busy, _, _) = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise Busy(
            "Everything was erased, but the database's files may still hold traces of it while "
            "others read in them. Run the same command again, with `serve` stopped if it must be."
        )
    return SQLITE


def _vacuumed(address: Address, tables: Sequence[str], patience: float) -> str:
    engine = open_migration_engine(address, Limits(patience, pool=1))
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
            quote = own.dialect.identifier_preparer.quote
            for table in sorted(set(tables)):
                own.exec_driver_sql(f"VACUUM {quote(table)}")
    finally:
        engine.dispose()
    return POSTGRES
