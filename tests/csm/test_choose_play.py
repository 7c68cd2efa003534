"""Which account and which play `/draft` is about."""

import pytest

from csm.errors import Forbidden, InvalidInput, NotFound
from csm.health import Cta, CtaStatus, CtaType, Severity
from csm.matching import Match
from csm.people import Capability
from csm.ports import Assessment
from csm.use_cases.choose_play import (
    Choice,
    choose_play,
    play_of_cta,
    plays_for,
    writing_plays,
)
from storage.records import SqlRecords
from tests.csm.outreach_desk import CASEY, TODAY, put, staff
from tests.csm.shipped import shipped_playbook

PLAYBOOK = shipped_playbook()
NAMES = (
    ("acme", "Acme", "acme.example"),
    ("acme-labs", "Acme Labs", ""),
    ("alder", "Alder & Ash Interiors", ""),
    ("blue-heron", "Blue Heron Robotics", ""),
    ("bluefin", "Bluefin Media", ""),
    ("renewal", "Renewal Partners", ""),
)
CLEARANCE = staff(CASEY, Capability.DRAFT_OUTREACH)


@pytest.fixture
def records(sqlite_records: SqlRecords) -> SqlRecords:
    put(sqlite_records, "accounts", ("key", "name", "domain"), *NAMES)
    return sqlite_records


def chosen(records: SqlRecords, words: str) -> Choice:
    found = choose_play(CLEARANCE, records, PLAYBOOK, words)
    assert isinstance(found, Choice), found
    return found


@pytest.mark.parametrize(
    ("words", "account", "plays"),
    [
        ("acme habits", "acme", ["habits_decline_check_in"]),
        ("acme labs habits", "acme-labs", ["habits_decline_check_in"]),
        ("acme.example renewal", "acme", ["renewal_runway"]),
        ("alder & ash interiors habits", "alder", ["habits_decline_check_in"]),
        ("alder & ash interiors post ticket follow up", "alder", ["post_ticket_follow_up"]),
        ("ALDER habits_decline_check_in", "alder", ["habits_decline_check_in"]),
        ("blue heron robotics renewal runway", "blue-heron", ["renewal_runway"]),
        ("alder follow up", "alder", ["detractor_follow_up", "post_ticket_follow_up"]),
        ("renewal partners renewal", "renewal", ["renewal_runway"]),
    ],
)
def test_an_account_and_its_play(
    records: SqlRecords, words: str, account: str, plays: list[str]
) -> None:
    found = chosen(records, words)
    assert found.stored.account.key == account
    assert [play.id for play in found.plays] == plays
    assert not found.is_guess


@pytest.mark.parametrize(
    ("words", "account"),
    [
        ("acme", "acme"),
        ("acme labs", "acme-labs"),
        ("Alder & Ash Interiors", "alder"),
        ("blue heron", "blue-heron"),
        ("renewal partners", "renewal"),
    ],
)
def test_a_name_alone_offers_every_play(records: SqlRecords, words: str, account: str) -> None:
    found = chosen(records, words)
    assert found.stored.account.key == account
    assert list(found.plays) == list(writing_plays(PLAYBOOK))


def test_a_play_that_is_misspelt_is_a_guess(records: SqlRecords) -> None:
    found = chosen(records, "acme habbits decline check in")
    assert found.is_guess
    assert found.plays[0].id == "habits_decline_check_in"


def test_a_name_that_fits_several_accounts_is_asked_about(records: SqlRecords) -> None:
    for words in ("blue habits", "blue"):
        found = choose_play(CLEARANCE, records, PLAYBOOK, words)
        assert isinstance(found, Match)
        assert {one.shown for one in found.choices} == {"Blue Heron Robotics", "Bluefin Media"}


def test_a_name_that_fits_none(records: SqlRecords) -> None:
    found = choose_play(CLEARANCE, records, PLAYBOOK, "zzz habits")
    assert isinstance(found, Match)
    assert found.found is None
    assert found.choices == ()


def test_a_play_that_there_is_not(records: SqlRecords) -> None:
    with pytest.raises(InvalidInput, match="/draft Acme shows those that do"):
        choose_play(CLEARANCE, records, PLAYBOOK, "acme zzzzz")


def test_only_plays_with_a_message_are_offered(records: SqlRecords) -> None:
    plays = plays_for(CLEARANCE, records, PLAYBOOK, 1).plays
    assert plays
    assert all(play.outreach for play in plays)
    assert [play.name for play in plays] == sorted(play.name for play in plays)
    with pytest.raises(NotFound):
        plays_for(CLEARANCE, records, PLAYBOOK, 999)


def open_cta(records: SqlRecords, play: str) -> int:
    cta = Cta(
        account_id=1,
        type=CtaType.RISK,
        reason="habits_decline",
        title="Usage falls",
        evidence="It fell.",
        severity=Severity.HIGH,
        play=play,
        opened_on=TODAY,
        due_on=TODAY,
        status=CtaStatus.OPEN,
    )
    with records.writing() as writer:
        writer.keep_assessment(
            Assessment(
                day=TODAY,
                health=[],
                snapshots=[],
                findings=[],
                opened_ctas=[cta],
                changed_ctas=[],
                saves=[],
            )
        )
    with records.reading() as reader:
        return max(stored.id for stored in reader.ctas_of(1))


def test_the_play_of_a_call_to_action(records: SqlRecords) -> None:
    cta_id = open_cta(records, "habits_decline_check_in")
    account, play = play_of_cta(CLEARANCE, records, PLAYBOOK, cta_id)
    assert (account.id, play.id) == (1, "habits_decline_check_in")
    with pytest.raises(NotFound, match="no call to action number 999"):
        play_of_cta(CLEARANCE, records, PLAYBOOK, 999)


@pytest.mark.parametrize("play", ["support_escalation", "gone"])
def test_a_call_to_action_without_a_message(records: SqlRecords, play: str) -> None:
    cta_id = open_cta(records, play)
    with pytest.raises(InvalidInput, match="for people alone"):
        play_of_cta(CLEARANCE, records, PLAYBOOK, cta_id)


def test_it_takes_leave_to_draft(records: SqlRecords) -> None:
    other = staff(CASEY, Capability.READ_ACCOUNTS)
    with pytest.raises(Forbidden):
        choose_play(other, records, PLAYBOOK, "acme")
    with pytest.raises(Forbidden):
        plays_for(other, records, PLAYBOOK, 1)
    with pytest.raises(Forbidden):
        play_of_cta(other, records, PLAYBOOK, 1)
