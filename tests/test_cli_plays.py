"""`digital-csm plays`: what it says, and its exit codes."""

import shutil
from pathlib import Path

import pytest

from app import House
from csm.desk import Desk
from settings import PROJECT
from tests.command_line import CommandLine


@pytest.fixture
def line(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    monkeypatch.setattr(House, "desk", property(_desk))
    return CommandLine(monkeypatch, capsys, demo_home)


def _desk(house: House) -> Desk:
    """Where both chat and mail are connected."""
    return Desk(house.playbook, frozenset({"console", "email"}), lambda *_: "")


@pytest.fixture
def empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(monkeypatch, capsys, tmp_path / "home")


def changed(tmp_path: Path, play: str, old: str, new: str) -> str:
    """A copy of the playbook in which one text of one play is replaced."""
    copy = tmp_path / "playbook"
    shutil.copytree(PROJECT / "playbook", copy)
    path = copy / "plays" / f"{play}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return str(copy)


def test_check_finds_nothing_in_what_the_product_ships_with(empty: CommandLine) -> None:
    ran = empty.run("plays", "check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip() == (
        "23 plays, 16 of them with a message: 32 letters (de and en). Nothing to mend."
    )


def test_check_names_file_key_and_value(empty: CommandLine, tmp_path: Path) -> None:
    wrong = changed(tmp_path, "adoption_tip", "cooldown_days = 45", 'cooldown_days = "45"')
    empty.set("DIGITAL_CSM_PLAYBOOK", wrong)
    ran = empty.run("plays", "check")
    assert ran.code == 1
    assert "plays/adoption_tip.toml: outreach > cooldown_days: " in ran.err
    assert "'45'" in ran.err


def test_check_holds_letters_against_the_guard(empty: CommandLine, tmp_path: Path) -> None:
    wrong = changed(tmp_path, "adoption_tip", "Shall I show you?", "Act now, this is urgent!")
    empty.set("DIGITAL_CSM_PLAYBOOK", wrong)
    ran = empty.run("plays", "check")
    assert ran.code == 1
    assert 'plays/adoption_tip.toml: letter "en", by dm: It presses its reader. (act now' in ran.err
    assert 'letter "de"' not in ran.err


def test_list_shows_every_play(empty: CommandLine) -> None:
    ran = empty.run("plays", "list")
    assert ran.code == 0
    rows = {row.split("│")[1].strip(): row for row in ran.out.splitlines() if row.startswith("│")}
    for part in (
        "its own test, a person's wish",
        "dm, channel, email",
        "automatic",
        "45 days",
        "20 %",
    ):
        assert part in rows["adoption_tip"]
    assert "Low deployment" not in rows["adoption_tip"]  # its letter does not answer that
    assert "Habits decline" in rows["habits_decline_check_in"]
    assert "people only" in rows["data_gap_repair"]
    assert len([name for name in rows if name]) == 23


def test_preview_shows_the_letter_its_facts_and_its_way(line: CommandLine) -> None:
    ran = line.run("plays", "preview", "habits_decline_check_in", "--account", "acme")
    assert ran.code == 0, ran.err
    assert "Habits decline check-in, to Acme" in ran.out
    assert "To Jo Marlowe (champion) by " in ran.out
    assert "How is Lanternboard working for your team?\nHi Jo," in ran.out
    assert "your team's use of Lanternboard fell by 34 % in the last four weeks" in ran.out
    (row,) = [row for row in ran.out.splitlines() if row.startswith("│ usage_change_28d")]
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "usage_change_28d",
        "fell by 34 %",
        "usage",
        "9 Mar 2026",
    ]
    assert "The words pass all " in ran.out
    for internal in ("$", "churn", "ARR", "score", "risk"):
        assert internal not in ran.out


def test_preview_in_another_language(line: CommandLine) -> None:
    ran = line.run("plays", "preview", "renewal_runway", "--account", "acme", "--language", "de")
    assert ran.code == 0, ran.err
    assert "Ihr Vertrag für Lanternboard verlängert sich am 23. Mai 2026" in ran.out
    assert "Guten Tag Theo," in ran.out


def test_preview_says_that_a_letter_cannot_be_used(line: CommandLine) -> None:
    ran = line.run("plays", "preview", "payment_failure_recovery", "--account", "acme")
    assert ran.code == 0
    assert (
        "The letter cannot be used: its subject tells what is not known (amount unpaid)." in ran.out
    )


def test_preview_shows_the_words_of_what_would_not_be_drafted(line: CommandLine) -> None:
    ran = line.run("plays", "preview", "dormant_account", "--account", "acme")
    assert ran.code == 0
    assert "It would not be drafted now. The letter of “Dormant account” would not be true" in (
        " ".join(ran.out.split())
    )
    assert "Is Lanternboard still right for Acme?\nHi " in ran.out


def test_preview_shows_the_words_where_nobody_can_be_reached(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = property(lambda house: Desk(house.playbook, frozenset({"slack"}), lambda *_: ""))
    monkeypatch.setattr(House, "desk", desk)
    ran = line.run("plays", "preview", "renewal_runway", "--account", "acme")
    told = " ".join(ran.out.split())
    assert "To nobody: No sponsor or champion at Acme can be reached. E-mail is not set up" in told
    assert "Chat with" in told
    assert "Your Lanternboard contract renews on 23 May 2026" in told


def test_preview_goes_to_the_shared_channel(line: CommandLine) -> None:
    ran = line.run("plays", "preview", "release_announcement", "--account", "globex")
    assert "To Sam Okonjo (champion) by channel on console: globex-shared." in ran.out
    assert "https://help.lanternboard.example/alerts/create-alert" in ran.out


def test_preview_tells_of_the_control_group(line: CommandLine) -> None:
    ran = line.run("plays", "preview", "adoption_tip", "--account", "acme")
    assert "The account is in the play's control group: it would not be written to." in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("habit_decline", "--account", "acme"),
            'There is no play “habit_decline”. Did you mean "habits_decline_check_in"?',
        ),
        (("xyz", "--account", "acme"), "See digital-csm plays list."),
        (
            ("data_gap_repair", "--account", "acme"),
            "“Data gap repair” is for people only: it has no message to preview.",
        ),
        (
            ("adoption_tip", "--account", "acme", "--language", "fr"),
            "The play has no letter in “fr”. It has: de and en.",
        ),
        (("adoption_tip", "--account", "Zzyzx"), "No one account is called “Zzyzx”."),
    ],
)
def test_preview_refuses_and_says_what_would_do(
    line: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    ran = line.run("plays", "preview", *arguments)
    assert ran.code == 1
    assert said in ran.err
