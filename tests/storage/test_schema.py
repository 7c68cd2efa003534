"""The schema: made by migrations alone, the same as the tables say, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from csm.errors import InvalidInput, Unavailable
from csm.post import PostState
from storage.database import Database, SchemaState, open_database
from storage.engines import Limits, open_migration_engine, parse_address
from storage.migrations.configuration import migration_config
from storage.records import SqlRecords
from storage.tables import metadata
from tests.databases import KINDS, opened, postgres_schema, sqlite_url
from tests.storage.outreaches import outreach, queue


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "new.db")
    else:
        with postgres_schema() as url:
            yield url


def migrate(url: str, revision: str) -> None:
    engine = open_migration_engine(parse_address(url), Limits(patience=5, pool=1))
    with engine.begin() as connection:
        config = migration_config(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if (current is not None and revision < current) or revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def tables_of(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_migrations_make_every_check_of_the_tables(database: Database) -> None:
    with database.reading() as connection:
        inspector = sa.inspect(connection)
        for table in metadata.sorted_tables:
            wanted = {
                str(constraint.name)
                for constraint in table.constraints
                if isinstance(constraint, sa.CheckConstraint)
            }
            found = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
            assert found == wanted, table.name


def test_upgrade_downgrade_upgrade(empty_url: str) -> None:
    with opened(empty_url) as database:
        database.upgrade()
        migrate(empty_url, "base")
        assert tables_of(database) == set()
        database.upgrade()
        assert tables_of(database) == set(metadata.tables)
        assert database.schema_state() is SchemaState.CURRENT


def test_posts_outlive_an_upgrade_and_outreach_no_downgrade(empty_url: str) -> None:
    """What knows no outreach would send its posts without a review."""
    migrate(empty_url, "0005")
    with opened(empty_url) as database:
        old = (
            "INSERT INTO post (key, platform, workspace, channel, thread, person_key, created_at, "
            "state, attempts, message, problem, card) VALUES ('old', 'slack', 'T1', 'C1', '', '', "
            "'2026-07-01 12:00:00', 'sending', 1, '', '', '{\"title\": \"Hi\"}')"
        )
        with database.writing() as connection:
            connection.exec_driver_sql(old)
        database.upgrade()
        records = SqlRecords(database)
        with records.reading() as reader:
            (kept,) = reader.posts(PostState.SENDING)
        assert (kept.post.key, kept.post.card, kept.post.outreach_id) == (
            "old",
            {"title": "Hi"},
            None,
        )
        for state in PostState:
            queue(records, outreach(state), state=state)
        with pytest.raises(sa.exc.IntegrityError), database.writing() as connection:
            connection.exec_driver_sql("UPDATE post SET state = 'lost'")
    migrate(empty_url, "0005")
    with opened(empty_url) as database:
        with database.writing() as connection:
            left = connection.exec_driver_sql("SELECT key, state FROM post").all()
            assert left == [("old", "sending")]
        with pytest.raises(sa.exc.IntegrityError), database.writing() as connection:
            connection.exec_driver_sql("UPDATE post SET state = 'cleared'")
        database.upgrade()
        assert database.schema_state() is SchemaState.CURRENT


def test_a_new_database_is_made_ready(empty_url: str) -> None:
    with opened(empty_url) as database:
        assert database.schema_state() is SchemaState.NEW
        database.ensure_ready()
        assert database.schema_state() is SchemaState.CURRENT
        database.ensure_ready()


def test_an_old_schema_is_upgraded_only_by_a_person(empty_url: str) -> None:
    migrate(empty_url, "0001")
    with opened(empty_url) as database:
        assert database.schema_state() is SchemaState.BEHIND
        with pytest.raises(Unavailable, match="digital-csm db upgrade"):
            database.ensure_ready()
        assert "person" not in tables_of(database)
        database.upgrade()
        assert database.schema_state() is SchemaState.CURRENT


def test_a_newer_schema_is_left_alone(database: Database) -> None:
    newest = "UPDATE alembic_version SET version_num = '{}'"
    with database.writing() as connection:
        known = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql(newest.format("9999"))
    try:
        assert database.schema_state() is SchemaState.UNKNOWN
        with pytest.raises(Unavailable, match="newer version"):
            database.ensure_ready()
        with pytest.raises(Unavailable, match="newer version"):
            database.upgrade()
    finally:
        with database.writing() as connection:
            connection.exec_driver_sql(newest.format(known))


def test_tables_of_unknown_origin_are_left_alone(empty_url: str) -> None:
    with opened(empty_url) as database:
        engine = open_migration_engine(parse_address(empty_url), Limits(patience=5, pool=1))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE account (x INTEGER)")
        assert database.schema_state() is SchemaState.UNKNOWN
        with pytest.raises(Unavailable):
            database.ensure_ready()


def test_a_failed_upgrade_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_way(config: object, revision: str) -> None:
        upgrade(config, "0002")  # type: ignore[arg-type] # handed on as it came
        raise RuntimeError("power cut")

    upgrade = command.upgrade
    with opened(empty_url) as database:
        monkeypatch.setattr(command, "upgrade", half_way)
        with pytest.raises(RuntimeError):
            database.upgrade()
        assert tables_of(database) == set()
        monkeypatch.undo()
        database.upgrade()
        assert database.schema_state() is SchemaState.CURRENT


def test_many_may_upgrade_at_once(empty_url: str) -> None:
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            with opened(empty_url, patience=30) as database:
                database.ensure_ready()
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)

    threads = [Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with opened(empty_url) as database:
        assert database.schema_state() is SchemaState.CURRENT


def test_partial_unique_indexes_are_there(database: Database) -> None:
    with database.reading() as connection:
        inspector = sa.inspect(connection)
        for table, index in (("finding", "uq_finding_open"), ("cta", "uq_cta_open")):
            found = {entry["name"]: entry for entry in inspector.get_indexes(table)}
            assert found[index]["unique"]


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:", "http://x:y/z"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="sqlite:///"):
        open_database(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_no_password_is_shown(scheme: str) -> None:
    url = f"{scheme}://someone:s3cret@db.example:5433/name?password=s3cret"
    database = open_database(url)
    assert "s3cret" not in database.place
    assert "db.example:5433" in database.place
