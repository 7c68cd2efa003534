"""Outreach: kept whole, once, found in every way it is asked for, and one's own while changed."""

from datetime import date, timedelta

import pytest

from csm.errors import Busy, NotFound
from csm.outreach import Fact, Outreach, OutreachState, Reaction
from csm.play import Category, ChannelKind, Tier
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from storage.records import SqlRecords
from tests.storage.conversations import sqlite_plans
from tests.storage.outreaches import add_outreach, outreach, post_for, queue
from tests.storage.portfolio import TODAY, at, write_accounts

NOW = at(7, 2)

FULL = Outreach(
    key="check_in:a-1:2026-06",
    account_key="a-1",
    play="check_in",
    category=Category.PRODUCT,
    cta_id=2**40,
    evidence="Usage fell by a third.",
    author="casey",
    tier=Tier.DELAYED,
    contact_key="jo",
    contact_name="Jo Müller \U0001f642",
    channel=ChannelKind.CHANNEL,
    platform="slack",
    workspace="T1",
    place="C1",
    person_key="p-jo",
    address="jo@acme.example",
    language="de",
    subject="Ihre Berichte",
    body="Guten Tag\n\nSollen wir sprechen?",
    footer="Digital, Street 1",
    links=("https://help.example/a", "https://help.example/b"),
    facts=(
        Fact(
            name="usage",
            label="Reports",
            text="12 reports",
            number=12.5,
            source="usage",
            as_of=date(2026, 6, 30),
        ),
        Fact(name="sponsor", label="Sponsor", text="Jo"),
    ),
    used=("usage",),
    by_model=True,
    drafted_subject="Ihre Berichte",
    drafted_body="Guten Tag",
    edited_by="casey",
    verdict=[
        {"rule": "pause", "outcome": "pass", "reason": "Fine.", "inputs": ["a"], "until": None}
    ],
    state=OutreachState.SENT,
    drafted_at=at(6, 1),
    snoozed_until=at(6, 2),
    goes_at=at(6, 3),
    approved_by="casey",
    approved_at=at(6, 4),
    approval_until=at(6, 5),
    approved_fingerprint="f" * 64,
    held_until=at(6, 6),
    ended_by="riley",
    ended_at=at(6, 7),
    ended_why="They said so.",
    sent_at=at(6, 8).replace(microsecond=123456),
    message="<1@digital.example>",
    reaction=Reaction.POSITIVE,
    reacted_at=at(6, 9),
    goal_by=TODAY,
    goal_reached_on=date(2026, 6, 20),
)


def keys(found: list[StoredOutreach]) -> list[str]:
    return [stored.outreach.key for stored in found]


def test_outreach_comes_back_as_it_was(records: SqlRecords) -> None:
    assert Outreach.model_fields.keys() == FULL.model_fields_set
    write_accounts(records)
    full_id, bare_id = add_outreach(records, FULL, outreach("bare", account_key="gone"))
    with records.reading() as reader:
        full, bare = reader.outreach(full_id), reader.outreach(bare_id)
        assert reader.outreach(2**50) is None
    assert full == StoredOutreach(full_id, "Acmé Corp", FULL)
    assert bare == StoredOutreach(bare_id, "", outreach("bare", account_key="gone"))
    assert full is not None
    assert full.outreach.fingerprint == FULL.fingerprint


def test_the_same_play_never_writes_twice_at_once(records: SqlRecords) -> None:
    add_outreach(records, outreach("o1"))
    with records.writing() as writer:
        assert writer.add_outreach(outreach("o1", body="Another text.")) is None
        assert keys(writer.outreach_list(list(OutreachState))) == ["o1"]


def test_outreach_is_changed_alone_and_many_at_once(records: SqlRecords) -> None:
    first, second = add_outreach(records, outreach("o1"), outreach("o2"))
    with records.writing() as writer:
        writer.update_outreach(first, FULL)
        writer.change_outreaches({})
    with records.reading() as reader:
        assert [one.outreach for one in reader.outreach_list(list(OutreachState))] == [
            outreach("o2"), FULL
        ]  # fmt: skip
    sent = {"state": OutreachState.SENT, "verdict": [{"rule": "links\x00", "inputs": ["a"]}]}
    facts = {"facts": FULL.facts, "links": FULL.links, "held_until": at(7, 3)}
    with records.writing() as writer:
        writer.change_outreaches({second: facts, first: sent})
    with records.reading() as reader:
        assert [reader.outreach(n) for n in (first, second)] == [
            StoredOutreach(
                first,
                "",
                FULL.model_copy(
                    update={**sent, "verdict": [{"rule": "links\ufffd", "inputs": ["a"]}]}
                ),
            ),
            StoredOutreach(second, "", outreach("o2").model_copy(update=facts)),
        ]


def test_what_is_gone_cannot_be_changed(records: SqlRecords) -> None:
    (known,) = add_outreach(records, outreach("o1"))
    with pytest.raises(NotFound, match="no longer"), records.writing() as writer:
        writer.change_outreaches({n: {"subject": "Another."} for n in (known, known + 1)})
    with records.reading() as reader:
        (kept,) = reader.outreach_list(list(OutreachState))
    assert kept.outreach == outreach("o1")


def test_text_that_no_database_keeps_is_mended(records: SqlRecords) -> None:
    fact = Fact(name="a", label="b\x00", text="c")
    (number,) = add_outreach(records, outreach(body="nul \x00", facts=(fact,)))
    with records.reading() as reader:
        found = reader.outreach(number)
    assert found is not None
    assert (found.outreach.body, found.outreach.facts[0].label) == ("nul \ufffd", "b\ufffd")


def test_mail_is_found_by_its_id_and_chat_by_its_place(records: SqlRecords) -> None:
    chat = {"platform": "slack", "workspace": "T1"}
    add_outreach(
        records,
        outreach("mail", message="m1"),
        outreach("channel", channel="channel", place="C1", message="m1", **chat),
        outreach("other", channel="channel", place="C2", message="m1", **chat),
        outreach("dm", channel="dm", person_key="p", message="m2", **chat),
        outreach("unsent"),
    )

    def found(platform: str, workspace: str, channel: str, message: str) -> str | None:
        with records.reading() as reader:
            stored = reader.outreach_by_message(platform, workspace, channel, message)
        return stored.outreach.key if stored else None

    assert found("email", "", "", "m1") == "mail"
    assert found("slack", "T1", "C1", "m1") == "channel"
    assert found("slack", "T1", "C2", "m1") == "other"
    assert found("slack", "T1", "D77", "m2") == "dm"
    assert found("slack", "T1", "C3", "m1") is None
    assert found("slack", "T2", "C1", "m1") is None
    assert found("teams", "T1", "D77", "m2") is None
    assert found("email", "", "", "m2") is None
    assert found("email", "", "", "") is None


def test_lists_are_of_states_accounts_and_csms_newest_first(records: SqlRecords) -> None:
    write_accounts(records)
    sent = OutreachState.SENT
    add_outreach(
        records,
        outreach("old", drafted_at=at(5, 1)),
        outreach("new", drafted_at=at(6, 2), account_key="a-3"),
        outreach("as new", drafted_at=at(6, 2)),
        outreach("sent", state=sent, account_key="gone"),
    )
    drafted = {OutreachState.DRAFTED}
    with records.reading() as reader:
        assert keys(reader.outreach_list(drafted)) == ["as new", "new", "old"]
        assert keys(reader.outreach_list(drafted | {sent}, limit=3)) == ["as new", "new", "sent"]
        assert keys(reader.outreach_list(drafted, account_key="a-1")) == ["as new", "old"]
        assert keys(reader.outreach_list(drafted, csm_email="Riley@x.example")) == ["new"]
        assert keys(reader.outreach_list(drafted, "a-1", "riley@x.example")) == []
        assert keys(reader.outreach_list([sent])) == ["sent"]
        assert reader.outreach_list([]) == []


def test_its_post_is_found(records: SqlRecords) -> None:
    outreach_id, post_id = queue(records, outreach())
    (without,) = add_outreach(records, outreach("o2"))
    with records.reading() as reader:
        assert reader.outreach_post(outreach_id) == StoredPost(post_id, post_for(outreach_id))
        assert reader.outreach_post(without) is None


def test_drafts_whose_window_is_over_soonest_first(records: SqlRecords) -> None:
    ids = add_outreach(
        records,
        outreach("now", goes_at=NOW),
        outreach("before", goes_at=at(7, 1)),
        outreach("later", goes_at=NOW + timedelta(seconds=1)),
        outreach("never"),
        outreach("gone", goes_at=at(7, 1), state=OutreachState.REJECTED),
    )
    with records.reading() as reader:
        assert reader.drafts_due(NOW, 10) == [ids[1], ids[0]]
        assert reader.drafts_due(NOW, 1) == [ids[1]]


def test_goals_stay_open_until_a_day_after_their_time(records: SqlRecords) -> None:
    day = timedelta(days=1)
    add_outreach(
        records,
        *(outreach(state.value, state=state) for state in OutreachState),
        outreach("yesterday", goal_by=TODAY - day),
        outreach("over", goal_by=TODAY - 2 * day),
        outreach("reached", goal_reached_on=TODAY),
    )
    states = [state.value for state in OutreachState]
    with records.reading() as reader:
        found = reader.goals_open(TODAY, 100)
        assert keys(found) == [*states, "yesterday"]
        assert keys(reader.goals_open(TODAY, 2)) == states[:2]
        assert keys(reader.goals_open(TODAY, 2, found[1].id)) == states[2:4]
        assert reader.goals_open(TODAY, 2, found[-1].id) == []


def test_what_is_read_to_be_changed_is_ones_own(records: SqlRecords, impatient: SqlRecords) -> None:
    number, _ = queue(records, outreach(message="m1"))
    with records.writing() as writer:
        assert writer.outreach(number)
        with pytest.raises(Busy), impatient.writing() as other:
            other.outreach(number)
    with records.writing() as writer:
        assert writer.outreach_by_message("email", "", "", "m1")
        with pytest.raises(Busy), impatient.writing() as other:
            other.outreach(number)
    with records.writing() as writer:
        assert writer.outreach_post(number)
        with pytest.raises(Busy), impatient.writing() as other:
            other.outreach_post(number)
    with impatient.writing() as other:
        assert other.outreach(number)


def test_lists_are_found_by_an_index(sqlite_records: SqlRecords) -> None:
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.outreach_list([OutreachState.DRAFTED])
        reader.outreach_list([OutreachState.SENT], account_key="a-1")
        reader.outreach_post(1)
        reader.outreach_by_message("email", "", "", "m")
        reader.outreach_by_message("slack", "T", "C", "m")
        reader.drafts_due(NOW, 1)
        reader.goals_open(TODAY, 1)
    wanted = [
        "ix_outreach_state_drafted_at",
        "ix_outreach_account_key_state_drafted_at",
        "uq_post_outreach",
        "ix_outreach_message",
        "ix_outreach_message",
        "ix_outreach_state_drafted_at",
        "ix_outreach_goal_open",
    ]
    for plan, index in zip(plans, wanted, strict=True):
        assert f"USING INDEX {index}" in plan or f"USING COVERING INDEX {index}" in plan, plan
