"""The nightly backup, and the commands that make and restore one."""

from datetime import timedelta
from pathlib import Path

import pytest

import cli.keeping
from csm.backup import backup_name
from csm.errors import Unavailable
from csm.firing import Firing
from csm.outreach import OutreachState
from csm.post import PostState
from jobs.schedule import job_table
from parts import keeping
from parts.keeping import Keeping
from storage.records import SqlRecords
from storage.restore import check_backup
from tests.bot.desks import desk
from tests.bot.slack_records import FixedClock
from tests.command_line import CommandLine
from tests.databases import opened, sqlite_url
from tests.everywhere import ADDRESS, NAME, fill
from tests.storage.every_table import all_rows
from tests.storage.outreaches import outreach, queue
from tests.storage.portfolio import at, write_accounts

CLOCK = FixedClock()
FIRING = Firing(job="backup", period="2026-03-02", due_at=CLOCK.now())


def night(records: SqlRecords, folder: Path) -> Keeping:
    jobs = job_table(CLOCK.now().time())
    return Keeping(records._database, records, desk("slack"), jobs, folder, CLOCK)


def quiet(*_step: object) -> None:
    """Nobody looks."""


def test_a_nightly_backup_is_good_and_its_size_is_told(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    write_accounts(sqlite_records)
    folder = tmp_path / "deep" / "backups"
    steps: list[tuple[int, int]] = []
    words = night(sqlite_records, folder).back_up(FIRING, lambda *step: steps.append(step))
    (path,) = folder.iterdir()
    assert path.name == backup_name(CLOCK.now()) == "digital-csm-20260302T090000Z.backup"
    rows = check_backup(path, quiet).rows
    assert words == f"{path.stat().st_size / 1000:.0f} kB, {rows} rows"
    assert steps[-1] == (rows, rows)
    assert folder.stat().st_mode & 0o077 == 0


def test_old_backups_go_and_nothing_else(sqlite_records: SqlRecords, tmp_path: Path) -> None:
    keep = timedelta(days=desk().playbook.keep.backups)
    moment = timedelta(seconds=1)
    old = {backup_name(CLOCK.now() - keep - moment), backup_name(CLOCK.now() - 3 * keep)}
    young = {backup_name(CLOCK.now() - keep), backup_name(CLOCK.now() + keep)}
    half_old = backup_name(CLOCK.now() - timedelta(days=2)) + ".abc.part"
    half_young = backup_name(CLOCK.now() - timedelta(hours=1)) + ".abc.part"
    others = {
        "digital-csm-20200101T000000Z.backup.txt",
        "my-digital-csm-20200101T000000Z.backup",
        "digital-csm-20209999T000000Z.backup",
        "digital-csm-before-the-move.backup",
    }
    for name in (*old, *young, *others, half_old, half_young):
        (tmp_path / name).write_text("x")
    backups = tmp_path / "digital-csm-20200101T000000Z.backup"
    backups.mkdir()
    words = night(sqlite_records, tmp_path).back_up(FIRING, quiet)
    assert words.endswith("; 2 older ones deleted")
    left = {path.name for path in tmp_path.iterdir() if not path.name.startswith("records.db")}
    made = backup_name(CLOCK.now())
    assert left == young | others | {half_young, made, backups.name}


def test_a_backup_that_fails_deletes_nothing(
    sqlite_records: SqlRecords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / backup_name(CLOCK.now() - timedelta(days=400))
    old.write_text("x")

    def damaged(*_given: object) -> None:
        raise Unavailable("It cannot be read.")

    monkeypatch.setattr(keeping, "check_backup", damaged)
    with pytest.raises(Unavailable):
        night(sqlite_records, tmp_path).back_up(FIRING, quiet)
    assert old.exists()


def test_a_folder_that_cannot_be_made_is_said(sqlite_records: SqlRecords, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="DIGITAL_CSM_BACKUPS"):
        night(sqlite_records, tmp_path / "file" / "backups").back_up(FIRING, quiet)


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(monkeypatch, capsys, tmp_path / "home")


def test_a_backup_is_made_and_restored_from_the_command_line(
    line: CommandLine, tmp_path: Path
) -> None:
    assert line.run("pause", "all", "--why", "a fair").code == 0
    file = tmp_path / "a.backup"
    made = line.run("backup", str(file))
    assert (made.code, "rows)" in made.out) == (0, True), made
    refused = line.run("restore", str(file))
    assert (refused.code, "--replace" in refused.err) == (1, True), refused
    line.set("DATABASE_URL", sqlite_url(tmp_path / "moved.db"))
    restored = line.run("restore", str(file), "--moved")
    assert restored.code == 0, restored
    assert "erase them again" in restored.out
    assert "resume" not in restored.out
    assert "a fair" in line.run("pause").out
    assert line.run("audit", "verify").code == 0


def test_without_a_name_it_is_put_with_the_nightly_ones(line: CommandLine, tmp_path: Path) -> None:
    assert line.run("pause", "all").code == 0
    assert line.run("backup").code == 0
    (path,) = (tmp_path / "home" / "backups").iterdir()
    assert path.name.startswith("digital-csm-")


def test_what_may_have_been_sent_since_is_not_sent_again(line: CommandLine, tmp_path: Path) -> None:
    assert line.run("audit", "verify").code == 0  # which makes the database
    url = sqlite_url(tmp_path / "home" / "digital-csm.db")
    with opened(url) as database:
        queue(SqlRecords(database), outreach("waits"), created_at=at(1, 1))
    file = tmp_path / "a.backup"
    assert line.run("backup", str(file)).code == 0
    restored = line.run("restore", str(file), "--replace")
    assert restored.code == 0, restored
    assert "1 message waited" in restored.out
    assert "resume all" in restored.out
    with opened(url) as database:
        records = SqlRecords(database)
        with records.reading() as reader:
            (pause,) = reader.pauses()
            assert reader.posts(PostState.WAITING) == []
            (doubted,) = reader.posts(PostState.SENDING)
            assert reader.audit_head().count == 1
        assert pause.pause.by == "restore"
        assert doubted.post.claimed_at == check_backup(file, quiet).made_at
        (row,) = all_rows(database)["outreach"].values()
        assert row["state"] is OutreachState.APPROVED
    assert "restored from a backup" in line.run("pause").out


def test_a_restore_that_dies_before_it_erases_again_forgets_nobody(
    line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert line.run("audit", "verify").code == 0  # which makes the database
    url = sqlite_url(tmp_path / "home" / "digital-csm.db")
    with opened(url) as database:
        fill(database)
    file = tmp_path / "a.backup"
    assert line.run("backup", str(file)).code == 0
    assert line.run("erase", ADDRESS, "--yes").code == 0

    def die(_house: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(cli.keeping, "finish", die)
        assert line.run("restore", str(file), "--replace").code != 0
    with opened(url) as database:
        assert NAME in str(all_rows(database)["contact"])
    done = line.run("erase", "--unfinished")
    assert "since the records held them again: 1 person" in done.out, done
    with opened(url) as database:
        assert ADDRESS not in str(all_rows(database)).lower()
    assert "No erasure is unfinished" in line.run("erase", "--unfinished").out
    assert line.run("audit", "verify").code == 0
    assert line.run("erase").code == 1
    assert line.run("erase", ADDRESS, "--unfinished").code == 1


def test_a_file_that_is_no_backup_is_refused(line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("no backup")
    refused = line.run("restore", str(file))
    assert (refused.code, "no backup of Digital CSM" in refused.err) == (1, True), refused
