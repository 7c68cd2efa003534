"""What was sent by the hour, and what became of a play's messages."""

import re
from datetime import UTC, datetime, timedelta

from csm.audit import REFUSALS, AuditEntry
from csm.outreach import Outreach, OutreachState
from csm.ports_outreach import Group, Sent, Tally
from csm.post import PostState
from storage.records import SqlRecords
from tests.storage.conversations import sqlite_plans
from tests.storage.outreaches import add_outreach, outreach, queue
from tests.storage.portfolio import TODAY, at, write_accounts

SINCE = at(6, 1)
SENT = OutreachState.SENT
DAY = timedelta(days=1)


def hour(at_hour: int) -> datetime:
    return at(6, 5, at_hour)


def test_sends_are_counted_by_the_hour(records: SqlRecords) -> None:
    minute, in_doubt = timedelta(minutes=1), OutreachState.IN_DOUBT
    add_outreach(
        records,
        outreach("nine", state=SENT, sent_at=hour(9)),
        outreach("last of nine", state=SENT, sent_at=hour(10) - timedelta(microseconds=1)),
        outreach("ten", state=SENT, sent_at=hour(10)),
        outreach("long ago", state=SENT, sent_at=SINCE - minute),
        outreach("just", state=SENT, sent_at=SINCE),
        outreach("in doubt, posts forgotten", state=in_doubt, approved_at=hour(10)),
        outreach("draft"),
        outreach("dead", state=OutreachState.DEAD),
    )
    claims = {"claimed_at": hour(11) + minute}
    queue(records, outreach("in doubt", state=in_doubt), state=PostState.IN_DOUBT, **claims)
    queue(records, outreach("sending"), state=PostState.SENDING, **claims)
    queue(records, outreach("cleared"), state=PostState.CLEARED, **claims)
    queue(records, outreach("done", state=SENT, sent_at=hour(12)), state=PostState.SENT, **claims)
    with records.reading() as reader:
        found = reader.sends_by_hour(SINCE)
    assert found == {SINCE: 1, hour(9): 2, hour(10): 2, hour(11): 3, hour(12): 1}
    assert all(one.tzinfo is UTC for one in found)


def test_sends_are_found_by_an_index(sqlite_records: SqlRecords) -> None:
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.sends_by_hour(SINCE)
        reader.tally("check_in", SINCE)
    assert "COVERING INDEX ix_outreach_sent" in plans[0]
    # An index of nothing but what is being sent may be walked through.
    walked = [re.sub(r"SCAN post USING (COVERING )?INDEX ix_post_cleared", "", p) for p in plans]
    assert not any("SCAN outreach" in plan or "SCAN post" in plan for plan in walked), plans
    assert "ix_audit_refused" in plans[1]


def decided(key: str, state: OutreachState, **fields: object) -> Outreach:
    return outreach(key, state=state, approved_by="casey", approved_at=at(6, 2), **fields)


def refusal(subject: str, **fields: object) -> AuditEntry:
    given = {"at": at(6, 3), "who": "guard", "what": REFUSALS[0], "play": "check_in", **fields}
    return AuditEntry.model_validate({"subject": subject, **given})


def test_a_tally_tells_what_became_of_a_plays_messages(records: SqlRecords) -> None:
    states = OutreachState
    add_outreach(
        records,
        outreach("waiting"),
        decided("queued", states.APPROVED),
        decided("edited", states.APPROVED, body="Another text."),
        decided("stopped later", states.WITHDRAWN),
        outreach("rejected", state=states.REJECTED),
        outreach("held out", state=states.HOLDOUT),
        decided("quiet", SENT, sent_at=at(6, 3)),
        decided("replied", SENT, reaction="replied"),
        decided("positive", SENT, reaction="positive"),
        decided("negative", states.IN_DOUBT, reaction="negative"),
        decided("opted out", SENT, reaction="opted_out"),
        decided("dead", states.DEAD),
        outreach("by itself", state=SENT, approved_by="tier:delayed", approved_at=at(6, 2)),
        outreach(
            "on its way", state=states.APPROVED, approved_by="tier:automatic", approved_at=at(6, 2)
        ),
        decided("other play", SENT, play="tip", reaction="negative"),
        decided("long ago", SENT, drafted_at=SINCE - DAY, reaction="negative"),
    )
    with records.writing() as writer:
        for entry in (
            refusal("outreach:1"),
            refusal("outreach:1"),
            refusal("outreach:2", what=REFUSALS[1]),
            refusal("outreach:3", play="tip"),
            refusal("outreach:4", at=SINCE - DAY),
            refusal("outreach:5", what="outreach.approved"),
            refusal("outreach:6", what="outreach.no_leave"),
        ):
            writer.audit(entry)
    with records.reading() as reader:
        assert reader.tally("check_in", SINCE) == Tally(
            decided=10,
            approved=9,
            approved_unedited=8,
            rejected=1,
            sent=6,
            replied=3,
            positive=1,
            bad=2,
            stopped=2,
        )
        assert reader.tally("nothing", SINCE) == Tally()


def test_groups_are_those_whose_trial_is_over(records: SqlRecords) -> None:
    over, on = {"goal_by": TODAY - DAY}, {"goal_by": TODAY}
    reached = {"goal_reached_on": TODAY - DAY}
    holdout = {"state": OutreachState.HOLDOUT}
    add_outreach(
        records,
        outreach("sent", state=SENT, **over),
        outreach("sent and reached", state=SENT, **over, **reached),
        outreach("rejected", state=OutreachState.REJECTED, **over),
        outreach("reached early", **on, **reached),
        outreach("still on", **on),
        outreach("asked for", author="casey", **over, **reached),
        outreach("control", **holdout, **over),
        outreach("control reached", **holdout, **over, **reached),
        outreach("control still on", **holdout, **on),
        outreach("other play", play="tip", **over),
    )
    with records.reading() as reader:
        assert reader.groups("check_in", TODAY) == (Group(4, 2), Group(2, 1))
        assert reader.groups("nothing", TODAY) == (Group(), Group())


def test_what_was_sent_is_counted_by_play_of_one_csm_or_of_all(records: SqlRecords) -> None:
    write_accounts(records)
    since = at(6, 10)
    late, early = {"sent_at": at(6, 11)}, {"sent_at": since - DAY}
    add_outreach(
        records,
        outreach("1", state=SENT, **late),
        outreach("2", state=SENT, reaction="positive", **late),
        outreach("3", state=SENT, reaction="opted_out", **late),
        outreach("4", state=SENT, reaction="replied", **early),
        outreach("5", state=SENT, play="tip", account_key="a-3", sent_at=since),
        outreach("6", state=SENT, play="tip", account_key="gone", **late),
        outreach("7", state=OutreachState.DRAFTED),
    )
    with records.reading() as reader:
        assert reader.sent_by_play(since, None) == {"check_in": Sent(3, 1), "tip": Sent(2, 0)}
        assert reader.sent_by_play(since, "Casey@x.example") == {"check_in": Sent(3, 1)}
        assert reader.sent_by_play(since, "riley@x.example") == {"tip": Sent(1, 0)}
        assert reader.sent_by_play(at(6, 12), None) == {}
