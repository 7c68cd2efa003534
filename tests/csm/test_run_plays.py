"""The night's drafts: what is due, in which order, once, and whatever happens to one account."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csm.errors import Busy, Unavailable
from csm.health import Severity
from csm.holdout import is_held_out
from csm.outreach import OutreachState
from csm.play import Play
from csm.ports import Records
from csm.use_cases.draft_outreach import Drafted, Hindrance
from csm.use_cases.run_plays import Failed, run_plays
from csm.views.outreach import draft_card
from tests.csm.drafting_scene import (
    CASEY,
    CONTACTS,
    FALLING,
    GOOD,
    SECRET_EVIDENCE,
    START,
    TODAY,
    Scene,
    Scripted,
    play_of,
)

LETTER = {
    "language": "en",
    "subject": "Something else",
    "body": "Hi {contact_first_name},\n\nhow is the work going?\n\n{csm_name}",
}
OTHER_GOAL = {
    "name": "They answered",
    "when": {"signal": "days_since_contact", "at_most": 7},
    "within_days": 14,
}


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    scene = Scene(sqlite_records)
    scene.signals(**FALLING)
    return scene


def named(play_id: str, **changes: Any) -> Play:
    return play_of(**changes).model_copy(update={"id": play_id, "name": play_id})


def drafts(scene: Scene) -> list[tuple[str, str]]:
    """(play, account) of all that was ever drafted, oldest first."""
    return [(one.outreach.play, one.outreach.account_key) for one in scene.all_outreach()]


def test_every_account_gets_what_is_due(scene: Scene) -> None:
    told: list[int] = []
    run = run_plays(scene.records, scene.desk, scene.clock, None, told.append)
    assert (run.drafted, run.held_out, run.skipped, run.failures) == (3, 0, {}, [])
    assert sorted(drafts(scene)) == [("check_in", key) for key in ("acme", "globex", "orphan")]
    assert sum(told) == 3
    for stored in scene.all_outreach():
        assert (stored.outreach.author, stored.outreach.cta_id) == ("", None)
        assert "down 33 %" in stored.outreach.evidence
    assert {link.entry.who for link in scene.audit()} == {"schedule"}
    assert [post.person_key for post in scene.posts()] == ["casey", "riley", "morgan"]


def test_a_second_run_on_the_same_day_drafts_nothing(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, named("one"), named("two", letter=[LETTER]))
    scene.signals(**FALLING)
    assert scene.run().drafted == 3
    before = (drafts(scene), len(scene.audit()), len(scene.posts()))
    scene.clock.pass_by(hours=13)
    again = scene.run()
    assert (again.drafted, again.skipped) == (0, {Hindrance.ONE_A_DAY: 6})
    assert (drafts(scene), len(scene.audit()), len(scene.posts())) == before
    scene.clock.pass_by(hours=2)
    waiting = scene.run()
    assert (waiting.drafted, waiting.skipped) == (0, {Hindrance.UNDECIDED: 6})
    for stored in scene.all_outreach():
        scene.change(stored.id, state=OutreachState.SENT, sent_at=START)
    assert scene.run().drafted == 3
    assert sorted(drafts(scene)) == [
        (play, key) for play in ("one", "two") for key in ("acme", "globex", "orphan")
    ]


def test_what_was_rejected_today_is_not_drafted_again_today(scene: Scene) -> None:
    scene.run()
    for stored in scene.all_outreach():
        scene.change(stored.id, state=OutreachState.REJECTED, ended_at=START)
    assert scene.run().drafted == 0
    scene.clock.pass_by(days=1)
    assert scene.run().drafted == 3


def test_what_somebody_else_wrote_while_the_model_did_counts(sqlite_records: Records) -> None:
    """An account is written to once a day, and the model is not asked again for its other plays."""
    scene = Scene(sqlite_records, named("one"), named("two", letter=[LETTER]))
    scene.signals(**FALLING)
    scene.penman = penman = Scripted([GOOD])

    def another_machine() -> None:
        penman.meanwhile = lambda: None
        assert run_plays(scene.records, scene.desk, scene.clock, None).drafted == 3

    penman.meanwhile = another_machine
    run = scene.run()
    assert (run.drafted, run.skipped) == (0, {Hindrance.ONE_A_DAY: 6})
    assert [brief.recipient for brief, _ in penman.given].count("Jo") == 1
    assert len(drafts(scene)) == 3
    # What a person asks for, they get.
    assert isinstance(scene.draft(play="two"), Drafted)


def test_a_call_to_action_begins_a_play_and_is_tied_to_it(scene: Scene) -> None:
    scene.signals(usage_change_28d=0.2)
    number = scene.open_cta("globex")
    assert scene.run().drafted == 1
    [stored] = scene.all_outreach()
    assert stored.outreach.account_key == "globex"
    assert (stored.outreach.cta_id, stored.outreach.evidence) == (number, SECRET_EVIDENCE)
    with scene.records.reading() as reader:
        cta = reader.cta(number)
    assert cta is not None
    assert (cta.cta.status.value, cta.cta.note) == ("open", "")


def test_the_highest_stakes_come_first(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, named("a_minor"), named("b_major"))
    scene.signals(**FALLING)
    scene.open_cta("orphan", play="b_major", severity=Severity.CRITICAL)
    scene.open_cta("acme", play="b_major", severity=Severity.HIGH)
    run = scene.run()
    assert drafts(scene) == [("b_major", "orphan"), ("b_major", "acme"), ("a_minor", "globex")]
    assert (run.drafted, run.skipped) == (3, {Hindrance.ONE_A_DAY: 3})


def test_the_control_group_is_watched_and_not_written_to(sqlite_records: Records) -> None:
    keys = ("acme", "globex", "orphan")
    held = {key for key in keys if is_held_out("check_in", key, 0.5)}
    assert held == {"orphan"}
    scene = Scene(sqlite_records, play_of(holdout=0.5))
    scene.signals(**FALLING)
    number = scene.open_cta("orphan")
    scene.penman = penman = Scripted([GOOD])
    run = scene.run()
    assert (run.drafted, run.held_out) == (2, 1)
    assert all(brief.recipient != "Kit" for brief, _ in penman.given)
    [kept] = [one.outreach for one in scene.all_outreach() if one.outreach.account_key in held]
    assert kept.state is OutreachState.HOLDOUT
    assert (kept.body, kept.subject, kept.contact_key, kept.cta_id) == ("", "", "", None)
    assert kept.goal_by == TODAY + timedelta(days=45)
    assert "outreach.held_out" in {link.entry.what for link in scene.audit()}
    assert all("Orphan" not in repr(post.card) for post in scene.posts())
    with scene.records.reading() as reader:
        cta = reader.cta(number)
    assert cta is not None
    assert (cta.cta.status.value, cta.cta.note) == ("open", "")


def test_the_control_group_is_noted_once_in_a_cooldown(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, play_of(holdout=0.5))
    scene.signals(**FALLING)
    assert scene.run().held_out == 1
    scene.clock.pass_by(days=59)
    assert scene.run().held_out == 0
    scene.clock.pass_by(days=1)
    assert scene.run().held_out == 1
    keys = [one.outreach.key for one in scene.all_outreach() if not one.outreach.body]
    assert keys == ["check_in:orphan:0", "check_in:orphan:1"]


def test_who_is_held_out_of_one_play_gets_nothing_else_that_day(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, play_of(holdout=0.5), named("next", goal=OTHER_GOAL))
    scene.signals(**FALLING)
    run = scene.run()
    assert (run.drafted, run.held_out) == (2, 1)
    assert run.skipped == {Hindrance.ONE_A_DAY: 2, Hindrance.CONTROL_GROUP: 1}
    assert drafts(scene) == [("check_in", "acme"), ("check_in", "globex"), ("check_in", "orphan")]
    scene.clock.pass_by(days=1)
    assert scene.run().drafted == 1
    assert drafts(scene)[3:] == [("next", "orphan")]


def test_a_play_with_the_same_goal_leaves_both_groups_of_a_trial_alone(
    sqlite_records: Records,
) -> None:
    scene = Scene(sqlite_records, play_of(holdout=0.5), named("next", letter=[LETTER]))
    scene.signals(**FALLING)
    scene.run()
    for stored in scene.all_outreach():
        if stored.outreach.body:
            scene.change(stored.id, state=OutreachState.SENT, sent_at=START)
    scene.clock.pass_by(days=1)
    run = scene.run()
    assert (run.drafted, run.skipped) == (0, {Hindrance.RESTS: 3, Hindrance.TRIAL: 3})
    scene.clock.pass_by(days=46)
    assert scene.run().drafted == 3
    assert sorted(drafts(scene)[3:]) == [("next", key) for key in ("acme", "globex", "orphan")]


def test_nobody_gets_more_drafts_in_a_night_than_they_can_read(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records)
    send = scene.playbook.guard.send.model_copy(update={"drafts_a_night": 2})
    guard = scene.playbook.guard.model_copy(update={"send": send})
    scene.playbook = replace(scene.playbook, guard=guard)
    columns = ("key", "name", "segment", "csm_email", "status", "touch")
    rows = [(f"more{n}", f"More {n}", "smb", CASEY.email, "customer", "tech") for n in range(3)]
    scene.write("accounts", columns, rows)
    contacts = [
        (f"more{n}", "x", f"Kim Number{n}", f"k{n}@more.example", "champion", "en", True)
        for n in range(3)
    ]
    scene.write("contacts", CONTACTS[0], contacts)
    scene.signals(**FALLING)
    scene.open_cta("more2")
    run = scene.run()
    # Casey has four accounts; the one with most at stake comes first. Others get their own.
    assert (run.drafted, run.skipped) == (4, {Hindrance.ENOUGH: 2})
    assert {key for _, key in drafts(scene)} == {"more2", "acme", "globex", "orphan"}
    again = scene.run()
    assert (again.drafted, again.skipped) == (0, {Hindrance.ONE_A_DAY: 4, Hindrance.ENOUGH: 2})


def test_what_cannot_be_drafted_is_counted_and_the_next_play_tried(
    sqlite_records: Records,
) -> None:
    letter = {
        "language": "en",
        "subject": "On “{ticket_subject}”",
        "body": "Hi {contact_first_name},\n\nhow is it now?\n\n{csm_name}",
    }
    scene = Scene(sqlite_records, named("a_ticket", letter=[letter]), named("b_usage"))
    scene.signals(**FALLING)
    columns, rows = CONTACTS
    scene.write("contacts", columns, [(*rows[0][:-1], False)])  # acme gave no consent
    run = scene.run()
    assert (run.drafted, run.skipped) == (2, {Hindrance.NO_WAY: 2, Hindrance.MISSING_FACTS: 2})
    assert sorted(drafts(scene)) == [("b_usage", "globex"), ("b_usage", "orphan")]


def test_one_account_that_fails_keeps_no_other_from_its_draft(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: Any, **more: Any) -> Any:
        if args[0].outreach.account_key == "acme":
            raise Busy("The records are busy. Try again shortly.")
        return draft_card(*args, **more)

    monkeypatch.setattr("csm.use_cases.drafting_keep.draft_card", failing)
    run = scene.run()
    assert run.failures == [Failed("acme", "check_in", "The records are busy. Try again shortly.")]
    assert run.drafted == 2
    assert {key for _, key in drafts(scene)} == {"globex", "orphan"}
    assert "acme" not in {link.entry.account_key for link in scene.audit()}
    monkeypatch.undo()
    assert scene.run().drafted == 1


def test_a_model_that_is_down_is_not_waited_for_all_night(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records)
    columns = ("key", "name", "segment", "csm_email", "status", "touch")
    rows = [(f"more{n}", f"More {n}", "smb", "", "customer", "tech") for n in range(4)]
    scene.write("accounts", columns, rows)
    contacts = [
        (f"more{n}", "x", f"Kim Number{n}", f"k{n}@more.example", "champion", "en", True)
        for n in range(4)
    ]
    scene.write("contacts", CONTACTS[0], contacts)
    scene.signals(**FALLING)
    scene.penman = penman = Scripted([Unavailable("down")])
    assert scene.run().drafted == 7
    assert len(penman.given) == 3
    assert not any(one.outreach.by_model for one in scene.all_outreach())


def test_a_model_that_fails_now_and_then_is_asked_again(scene: Scene) -> None:
    down = Unavailable("down")
    good = replace(
        GOOD, body=GOOD.body.replace("Jo", "Sam").replace("Casey Fennimore", "Riley Oakhurst")
    )
    scene.penman = penman = Scripted([down, good, down])
    assert scene.run().drafted == 3
    assert len(penman.given) == 3
    by_model = [one.outreach.account_key for one in scene.all_outreach() if one.outreach.by_model]
    assert by_model == ["globex"]


def test_accounts_are_read_in_batches(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csm.use_cases.run_plays._STANDINGS_BATCH", 2)
    monkeypatch.setattr("csm.use_cases.run_plays._GROUNDS_BATCH", 2)
    assert scene.run().drafted == 3


def test_peers_are_those_of_the_segment(sqlite_records: Records) -> None:
    letter = {
        "language": "en",
        "subject": "Where you stand",
        "body": "Hi {contact_first_name},\n\nyou use {benchmark_own} of your seats, and teams like "
        "yours {benchmark_median}.\n\n{csm_name}",
    }
    scene = Scene(
        sqlite_records, play_of(letter=[letter], facts=["benchmark_own", "benchmark_median"])
    )
    columns = ("key", "name", "segment", "csm_email", "status", "touch")
    rows: list[tuple[Any, ...]] = [
        (f"more{n}", f"More {n}", "smb", "", "customer", "tech") for n in range(5)
    ]
    rows.append(("gone", "Gone", "smb", "", "churned", "tech"))
    rows.append(("big", "Big", "enterprise", "", "customer", "tech"))
    scene.write("accounts", columns, rows)
    scene.signals(**FALLING, seat_use=0.5)
    with_peers = scene.drafted().stored.outreach
    assert "50 % of your seats, and teams like yours 50 %" in with_peers.body
    run = scene.run()
    assert run.drafted == 2
    bodies = {one.outreach.account_key: one.outreach.body for one in scene.all_outreach()}
    assert "teams like yours 50 %" in bodies["globex"]
