"""How Alembic finds our migrations, on a connection that is already in a transaction."""

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config

CONNECTION = "connection"


def migration_config(connection: sa.Connection) -> Config:
    """A configuration that runs migrations in the transaction of this connection."""
    config = Config()
    # Alembic reads % as the start of a placeholder.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes[CONNECTION] = connection
    return config
