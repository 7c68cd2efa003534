"""Jobs from the command line: listed, run here and now, and remembered."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app import House
from settings import Settings
from tests.command_line import CommandLine

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def now_is(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    """Whatever day is looked at."""
    monkeypatch.setattr("app.SystemClock.now", lambda _: instant)


@pytest.fixture
def line(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(monkeypatch, capsys, demo_home)


def test_every_job_is_listed(line: CommandLine) -> None:
    ran = line.run("jobs", "list")
    assert ran.code == 0
    for name in ("refresh", "nudges", "backup", "digest", "team"):
        assert name in ran.out


def test_one_runs_without_a_server_and_is_remembered(line: CommandLine) -> None:
    assert "Nothing has run yet" in line.run("jobs", "history").out
    ran = line.run("jobs", "run", "verdicts")
    assert ran.code == 0
    assert "verdicts of 2026-03-0" in ran.out
    assert "done" in ran.out
    again = line.run("jobs", "run", "verdicts")
    assert again.code == 0
    assert "is done" in again.out
    history = line.run("jobs", "history", "verdicts", "--limit", "1")
    assert "verdicts" in history.out
    assert "done" in history.out


def test_the_period_of_another_time(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    now_is(monkeypatch, NOON)
    ran = line.run("jobs", "run", "verdicts", "--as-of", "2026-03-10 01:00")
    assert "verdicts of 2026-03-09" in ran.out  # the night of the 10th has not begun then
    ran = line.run("jobs", "run", "verdicts", "--as-of", "2026-03-10T14:00+02:00")
    assert "verdicts of 2026-03-10" in ran.out
    ran = line.run("jobs", "run", "verdicts", "--as-of", "2026-03-10")
    assert "is done: 20 Mar 2026, 12:00 UTC." in ran.out  # when it was, not as of when


def test_only_today_is_another_day(
    line: CommandLine, demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_is(monkeypatch, NOON)
    assert line.run("jobs", "run", "refresh", "--as-of", "2026-03-12").code == 0
    assert line.run("jobs", "run", "digest", "--as-of", "2026-03-17").code == 0
    house = House(Settings(DIGITAL_CSM_HOME=demo_home))
    with house.records.reading() as reader:
        assert reader.newest_health_day() == date(2026, 3, 12)
        (stored,) = reader.firings("refresh")
        told = reader.last_told("digest", "casey")
        posts = reader.posts("waiting")
        plans = [one.next_at for one in reader.appointments() if one.next_at]
    house.close()
    assert (stored.firing.started_at, stored.firing.finished_at) == (NOON, NOON)
    assert told is not None
    assert (told.period, told.at) == ("2026-03-16", NOON)
    assert {one.post.created_at for one in posts} == {NOON}
    assert min(plans) > NOON - DAY
    later = line.run("jobs", "run", "digest", "--as-of", "2026-03-10")
    assert later.code == 1
    assert "--as-of 2026-03-10 is too early" in later.err
    assert "Name 12 Mar 2026 or a later day, or leave --as-of out." in later.err
    assert "anew" not in later.err
    assert "DIGITAL_CSM_AS_OF" not in later.err


@pytest.mark.parametrize("when", ["2026-03-21", "2026-03-20 12:01"])
def test_what_has_not_come_is_refused(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    now_is(monkeypatch, NOON)
    for job in ("refresh", "digest"):
        ran = line.run("jobs", "run", job, "--as-of", when)
        assert ran.code == 1
        assert f"{when} has not come yet." in ran.err
    assert "Nothing has run yet" in line.run("jobs", "history").out


def test_a_day_that_is_not_over_uses_up_no_time_that_is_to_come(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = datetime(2026, 3, 16, 4, tzinfo=UTC)
    now_is(monkeypatch, monday)
    ran = line.run("jobs", "run", "digest", "--reader", "casey", "--as-of", "2026-03-16")
    assert "digest of 2026-03-09" in ran.out


def test_what_nobody_has_planned_is_overdue(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_is(monkeypatch, NOON)
    listed = " ".join(line.run("jobs", "list").out.replace("│", " ").split())
    assert "overdue since 20 Mar 2026, 03:00 UTC: no serve has planned it" in listed
    assert "not planned" not in listed
    assert "23 Mar 2026, 0" in listed  # the digests of Monday
    now_is(monkeypatch, datetime(2026, 3, 20, 3, 0, 30, tzinfo=UTC))
    assert "overdue" not in line.run("jobs", "list").out  # a serve may be about to


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["jobs", "run", "verdict"], 'did you mean "verdicts"'),
        (["jobs", "run", "verdicts", "--as-of", "soon"], "is no moment"),
        (["jobs", "run", "digest", "--reader", "nobody"], "does not get"),
        (["jobs", "history", "verdict"], 'did you mean "verdicts"'),
        (["jobs", "run", "zzz"], "no job called “zzz”. There are: refresh"),
        (["jobs", "run", "outbox"], "by every serve every 20 seconds; it is not run by hand."),
        (["jobs", "run", " Release"], "“release” is looked for by every serve every minute;"),
    ],
)
def test_what_cannot_be_is_refused(line: CommandLine, arguments: list[str], told: str) -> None:
    ran = line.run(*arguments)
    assert ran.code == 1
    assert told in ran.err


def test_one_reader_alone_gets_it(line: CommandLine) -> None:
    ran = line.run("jobs", "run", "digest", "--reader", "casey")
    assert ran.code == 0
    assert "digest (casey): done" in ran.out
    assert "riley" not in ran.out


def test_what_fails_is_told_with_its_exit_code(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("parts.work.judge_answers", fail)
    ran = line.run("jobs", "run", "verdicts")
    assert ran.code == 1
    assert "our fault (ValueError)" in ran.out
    assert "tried again" in ran.err
