"""What happens when the database is locked, gone, full, read-only or hangs up."""

import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from threading import Barrier, Thread

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from csm.errors import Busy, Conflict, Unavailable
from csm.firing import Firing
from csm.people import Principal, Role
from storage.database import Database, open_database
from storage.failures import translated
from storage.records import SqlRecords
from tests.databases import copy_of, opened, postgres_url, sqlite_url
from tests.storage.portfolio import TODAY, at, write_accounts

SHORT = 0.05
CASEY = Principal("casey", "Casey Field", Role.CSM, "casey@x.example")


def run(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_held_lock_means_busy(sqlite_template: Path, tmp_path: Path) -> None:
    file = copy_of(sqlite_template, tmp_path)
    with opened(sqlite_url(file), patience=SHORT) as database:
        records = SqlRecords(database)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="try again"), records.writing():
            pytest.fail("the lock is waited for before the block begins")
        with records.reading() as reader:
            assert reader.is_empty()
        other.execute("ROLLBACK")
        other.close()
        with records.writing() as writer:
            assert writer.claim_event("slack", "e", at(7, 1))


def test_a_lock_of_postgres_means_busy(postgres_template: str, postgres_database: Database) -> None:
    with opened(postgres_template, patience=SHORT) as impatient:
        with psycopg.connect(postgres_template) as other:
            other.execute("LOCK TABLE seen_event IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(Busy), SqlRecords(impatient).writing() as writer:
                writer.claim_event("slack", "e", at(7, 1))
            other.rollback()
        with SqlRecords(impatient).writing() as writer:
            assert writer.claim_event("slack", "e", at(7, 1))


def test_no_free_connection_means_busy(sqlite_template: Path, tmp_path: Path) -> None:
    database = open_database(sqlite_url(copy_of(sqlite_template, tmp_path)), pool=1, patience=SHORT)
    with database.reading(), pytest.raises(Busy), database.reading():
        pytest.fail("there is one connection only")
    database.close()


def test_no_folder_means_unavailable(tmp_path: Path) -> None:
    with opened(sqlite_url(tmp_path / "nowhere" / "records.db")) as database:
        for use in (database.schema_state, database.ensure_ready, database.upgrade):
            with pytest.raises(Unavailable, match=r"nowhere/records\.db cannot be opened"):
                use()
        assert not (tmp_path / "nowhere").exists()


def test_a_file_that_goes_away_is_noticed(sqlite_template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with opened(sqlite_url(copy_of(sqlite_template, folder))) as database:
        records = SqlRecords(database)
        write_accounts(records)
        rmtree(folder)
        with pytest.raises(Unavailable, match="cannot be opened"), records.reading():
            pytest.fail("an open connection must not outlive its file")
        with pytest.raises(Unavailable), records.writing():
            pytest.fail("what is written would be lost")
        folder.mkdir()
        with pytest.raises(Unavailable), records.reading():
            pytest.fail("daily work must not make an empty database")
        copy_of(sqlite_template, folder)
        with records.reading() as reader:
            assert reader.is_empty()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("These are not the tables that you are looking for. " * 40)
    with opened(sqlite_url(file)) as database, pytest.raises(Unavailable, match="no database"):
        database.ensure_ready()


def test_a_read_only_database_is_unavailable(sqlite_database: Database) -> None:
    with pytest.raises(Unavailable, match="cannot be written to"):
        run(sqlite_database, "PRAGMA query_only = ON", "DELETE FROM feed")


def test_a_read_only_file_is_unavailable(sqlite_template: Path) -> None:
    connection = sqlite3.connect(f"file:{sqlite_template}?mode=ro", uri=True)
    with pytest.raises(Unavailable, match="The file cannot be written to"), translated("the file"):
        connection.execute("DELETE FROM feed")
    connection.close()


def test_a_full_disk_is_unavailable(sqlite_database: Database) -> None:
    fill = "CREATE TABLE big AS SELECT randomblob(1000000)"
    with pytest.raises(Unavailable, match="full"):
        run(sqlite_database, "PRAGMA max_page_count = 1", fill)


def test_a_database_without_tables_tells_the_command(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    sqlite3.connect(file).close()
    with opened(sqlite_url(file)) as database, pytest.raises(Unavailable, match="db upgrade"):
        run(database, "SELECT key FROM account")


def test_a_schema_that_is_not_there_is_said() -> None:
    server = postgres_url()
    joint = "&" if "?" in server else "?"
    url = f"{server}{joint}options=-csearch_path%3Dnowhere"
    with opened(url) as database:
        for use in (database.ensure_ready, database.upgrade):
            with pytest.raises(Unavailable, match="search_path"):
                use()
        with pytest.raises(Unavailable, match="db upgrade"):
            run(database, "SELECT key FROM account")


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_closed_port_is_unavailable() -> None:
    url = f"postgresql://someone:s3cret@127.0.0.1:{unused_port()}/name"
    with opened(url) as database:
        for use in (database.ensure_ready, database.upgrade):
            with pytest.raises(Unavailable, match="does not answer") as caught:
                use()
            assert "s3cret" not in str(caught.value)


def test_a_connection_that_dies_is_replaced(
    postgres_template: str, postgres_database: Database
) -> None:
    records = SqlRecords(postgres_database)
    with psycopg.connect(postgres_template, autocommit=True) as other:
        with pytest.raises(Unavailable, match="does not answer"):
            run(postgres_database, "SELECT pg_terminate_backend(pg_backend_pid())")
        with records.reading() as reader:
            assert reader.is_empty()
        with postgres_database.reading() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with records.writing() as writer:
            assert writer.claim_event("slack", "e", at(7, 1))


def test_an_exception_leaves_nothing(records: SqlRecords) -> None:
    def fail_half_way() -> None:
        with records.writing() as writer:
            writer.save_person(CASEY)
            assert writer.person("casey") is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with records.reading() as reader:
        assert reader.person("casey") is None


def test_readers_see_one_state(records: SqlRecords) -> None:
    with records.reading() as reader:
        assert reader.is_empty()
        write_accounts(records)
        assert reader.is_empty()
        assert reader.account_ids() == []
    with records.reading() as reader:
        assert not reader.is_empty()


def test_defects_are_not_disguised(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as connection:
        connection.exec_driver_sql("SELEC 1")
    with pytest.raises(DBAPIError), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO feature (key, name, is_key) VALUES ('', '', true)")


def test_an_error_tells_nothing_of_what_people_wrote(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.writing() as connection:
        connection.execute(sa.text("SELEC :note"), {"note": "between you and me"})
    assert "SELEC" in str(caught.value)
    assert "between you and me" not in str(caught.value)


def test_a_number_too_large_for_an_id_is_nobodys(records: SqlRecords) -> None:
    too_large = 999_999_999_999_999
    with records.reading() as reader:
        assert reader.cta(too_large) is None
        assert reader.account(too_large) is None
        assert reader.account_file(too_large, TODAY) is None
        assert reader.peer_snapshots(too_large) == []
        assert reader.health_history(too_large, TODAY) == []
    with records.writing() as writer:
        assert writer.cta(too_large) is None


def test_the_same_email_twice_is_a_conflict(records: SqlRecords) -> None:
    with records.writing() as writer:
        writer.save_person(CASEY)
    with pytest.raises(Conflict, match="Somebody else was first"), records.writing() as writer:
        writer.save_person(Principal("kc", "K. C.", Role.CSM, "Casey@x.example"))


@pytest.mark.parametrize("what", ["event", "firing"])
def test_of_two_who_claim_one_wins(records: SqlRecords, what: str) -> None:
    both_there = Barrier(2)
    answers: list[bool] = []
    firing = Firing(job="digest", reader="casey", period="2026-07-01", due_at=at(7, 1))

    def claim() -> None:
        both_there.wait()
        with records.writing() as writer:
            if what == "event":
                answers.append(writer.claim_event("slack", "Ev1", at(7, 1)))
            else:
                answers.append(writer.add_firings([firing]) != [])

    run_at_once(claim, claim)
    assert sorted(answers) == [False, True]


def run_at_once(*tasks: Callable[[], None]) -> None:
    threads = [Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_claim_that_is_rolled_back_is_free_again(records: SqlRecords) -> None:
    def fail_after_claiming() -> None:
        with records.writing() as writer:
            assert writer.claim_event("slack", "Ev1", at(7, 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_claiming()
    with records.writing() as writer:
        assert writer.claim_event("slack", "Ev1", at(7, 1))
        assert not writer.claim_event("slack", "Ev1", at(7, 2))
        assert writer.claim_event("teams", "Ev1", at(7, 1))
