"""What has to be well before a process is ready."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from csm.errors import Unavailable
from parts.health import checks
from storage.database import open_database


def test_the_databases_schema_counts(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    look = checks(database, None, None)["database"]
    assert look() == "It has no tables yet: run digital-csm db upgrade."
    database.upgrade()
    assert look() is None
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of the future'")
    assert "newer version" in (look() or "")
    database.close()


def test_the_clock_and_the_broker_count_where_there_are_any(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")

    def away() -> None:
        raise Unavailable("RabbitMQ does not answer.")

    assert checks(database, None, None).keys() == {"database"}
    found = checks(database, lambda: "It hangs.", away)
    assert found["scheduler"]() == "It hangs."
    with pytest.raises(Unavailable):
        found["broker"]()
    well = checks(database, lambda: None, lambda: datetime.now(UTC))
    assert (well["scheduler"](), well["broker"]()) == (None, None)
