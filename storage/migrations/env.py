"""What Alembic runs: from the program on its connection, from the command line on `-x url=...`."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from storage.columns import Json
from storage.engines import Limits, open_migration_engine, parse_address
from storage.migrations.configuration import CONNECTION
from storage.tables import metadata


def plain_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write types into a migration as the database knows them, so that it stays true for ever
    whatever becomes of our enums and models."""
    if kind != "type":
        return False
    match item:
        case AutoString() | sa.Enum():
            return f"sa.String({item.length})" if item.length else "sa.String()"
        case UTCDateTime():
            return "sa.DateTime(timezone=True)"
        case _ if item is Json:
            return "JSON"
        case _:
            return False


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter most of a table: it is copied instead.
        render_as_batch=True,
        render_item=plain_type,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_from_command_line() -> None:
    url = context.get_x_argument(as_dictionary=True)["url"]
    engine = open_migration_engine(parse_address(str(url)), Limits(patience=60, pool=1))
    with engine.begin() as connection:
        run(connection)


given = context.config.attributes.get(CONNECTION)
if given is None:
    run_from_command_line()
else:
    run(given)
