"""Posts of outreach: taken by one, apart from the others, woken, given back and forgotten."""

from datetime import datetime, timedelta

import pytest

from csm.errors import Conflict, NotFound
from csm.outreach import OutreachState
from csm.ports_answers import StoredPost
from csm.ports_keeping import Kept
from csm.ports_outreach import StoredOutreach
from csm.post import PostState
from storage.records import SqlRecords
from tests.storage.conversations import add_posts, at_once, post, sqlite_plans
from tests.storage.outreaches import outreach, post_for, queue
from tests.storage.portfolio import at, write_accounts

NOW = at(7, 2)
SECOND = timedelta(seconds=1)


def take(records: SqlRecords, limit: int = 10, platform: str = "slack") -> list[str]:
    """Take those that are due and clear them; their keys."""
    with records.writing() as writer:
        taken = writer.take_due_outreach(platform, NOW, limit)
        cleared = {"state": PostState.CLEARED, "claimed_at": NOW}
        writer.change_posts({one.id: cleared for one, _ in taken})
    return [stored.outreach.key for _, stored in taken]


def states(records: SqlRecords) -> dict[str, str]:
    with records.reading() as reader:
        return {one.post.key: state.value for state in PostState for one in reader.posts(state)}


def test_what_is_due_comes_with_what_it_carries(records: SqlRecords) -> None:
    write_accounts(records)
    outreach_id, post_id = queue(records, outreach())
    with records.writing() as writer:
        assert writer.take_due_outreach("slack", NOW, 10) == [
            (
                StoredPost(post_id, post_for(outreach_id)),
                StoredOutreach(outreach_id, "Acmé Corp", outreach(state=OutreachState.APPROVED)),
            )
        ]


def test_only_what_is_due_is_taken_oldest_first(records: SqlRecords) -> None:
    queue(records, outreach("held until now"), not_before=NOW)
    queue(records, outreach("later"), not_before=NOW + SECOND)
    queue(records, outreach("made last"), created_at=at(7, 1, 13))
    queue(records, outreach("held before"), not_before=at(6, 30))
    queue(records, outreach("elsewhere"), platform="email")
    for state in set(PostState) - {PostState.WAITING}:
        queue(records, outreach(state.value), state=state)
    add_posts(records, post("plain"))
    assert take(records, 1) == ["held before"]
    assert take(records) == ["made last", "held until now"]
    assert take(records) == []
    assert take(records, platform="email") == ["elsewhere"]


def test_plain_posts_are_claimed_apart_and_wait_for_no_outreach(records: SqlRecords) -> None:
    thread = {"account_key": "a-1", "thread": "t1"}
    early = at(6, 1)
    queue(records, outreach("held"), created_at=early, not_before=at(8, 1), **thread)
    queue(records, outreach("sending"), created_at=early, state=PostState.SENDING, **thread)
    add_posts(records, post("answer", **thread))
    with records.writing() as writer:
        assert [one.post.key for one in writer.claim_posts("slack", NOW, 10)] == ["answer"]
    assert take(records) == []


def test_outreach_is_due_when_its_time_comes_or_a_process_left_it(records: SqlRecords) -> None:
    def is_due(platform: str = "slack", now: datetime = NOW) -> bool:
        with records.reading() as reader:
            return reader.is_post_due(platform, now, now - timedelta(minutes=10))

    queue(records, outreach("held"), not_before=NOW + SECOND)
    queue(records, outreach("cleared"), state=PostState.CLEARED, claimed_at=NOW)
    assert not is_due()
    assert is_due(now=NOW + SECOND)
    assert not is_due("email")
    old = {"state": PostState.CLEARED, "claimed_at": NOW - timedelta(minutes=11)}
    queue(records, outreach("left"), platform="email", **old)
    assert is_due("email")
    with records.writing() as writer:
        writer.return_cleared("email", NOW - timedelta(minutes=10))
    assert take(records, platform="email") == ["left"]


def test_outreach_that_was_being_sent_is_due_and_not_doubted_with_the_others(
    records: SqlRecords,
) -> None:
    queue(records, outreach(), state=PostState.SENDING, claimed_at=at(7, 1))
    with records.writing() as writer:
        assert writer.is_post_due("slack", NOW, NOW)
        assert writer.doubt_posts("slack", NOW) == []


def test_what_another_process_holds_is_left_out(postgres_records: SqlRecords) -> None:
    records = postgres_records
    first, _ = queue(records, outreach("first"))
    queue(records, outreach("second"))
    queue(records, outreach("third"))
    with records.writing() as writer:
        assert writer.outreach(first)
        with records.writing() as other:
            (_, taken), = other.take_due_outreach("slack", NOW, 1)  # fmt: skip
            assert taken.outreach.key == "second"
            assert take(records) == ["third"]


def test_nothing_is_taken_by_two(records: SqlRecords) -> None:
    count = 40
    for number in range(count):
        queue(records, outreach(f"o{number:02}"))
    taken: list[list[str]] = [[], []]

    def work(own: list[str]) -> None:
        while found := take(records, 3):
            own.extend(found)

    at_once(*(lambda own=own: work(own) for own in taken))
    assert sorted([*taken[0], *taken[1], *take(records, count)]) == [
        f"o{number:02}" for number in range(count)
    ]


def test_cleared_posts_of_a_dead_process_wait_again(records: SqlRecords) -> None:
    old, new = at(7, 1), NOW
    _, left = queue(records, outreach("left"), state=PostState.CLEARED, claimed_at=old)
    _, fresh = queue(records, outreach("fresh"), state=PostState.CLEARED, claimed_at=new)
    queue(records, outreach("mail"), state=PostState.CLEARED, claimed_at=old, platform="email")
    queue(records, outreach("sending"), state=PostState.SENDING, claimed_at=old)
    with records.writing() as writer:
        assert writer.return_cleared("slack", NOW) == 1
        assert writer.return_cleared("slack", NOW) == 0
        (waiting,) = writer.posts(PostState.WAITING)
        assert [one.id for one in writer.posts(PostState.CLEARED)] != [left]
        assert fresh in {one.id for one in writer.posts(PostState.CLEARED)}
    assert (waiting.id, waiting.post.claimed_at, waiting.post.attempts) == (left, None, 0)


def test_held_messages_are_looked_at_again_at_once(records: SqlRecords) -> None:
    later = at(7, 9)
    held, held_post = queue(records, outreach("held", held_until=later), not_before=later)
    retried, _ = queue(records, outreach("retried"), not_before=later, attempts=1)
    sent, _ = queue(records, outreach("sent", held_until=later), state=PostState.SENT)
    with records.writing() as writer:
        assert writer.wake_held(NOW) == 1
        assert writer.wake_held(NOW) == 0
    with records.reading() as reader:
        post_now = reader.outreach_post(held)
        found = {number: reader.outreach(number) for number in (held, retried, sent)}
    assert post_now == StoredPost(held_post, post_for(held, not_before=NOW))
    assert {number: one and one.outreach.held_until for number, one in found.items()} == {
        held: NOW,
        retried: None,
        sent: later,
    }
    assert take(records) == ["held"]


@pytest.mark.parametrize("state", [PostState.WAITING, PostState.CLEARED])
def test_a_message_is_taken_out_before_it_is_sent(records: SqlRecords, state: PostState) -> None:
    number, post_id = queue(records, outreach(), state=state)
    queue(records, outreach("o2"))
    with records.writing() as writer:
        writer.forget_post(post_id)
        assert writer.outreach_post(number) is None
        assert len(writer.posts(PostState.WAITING)) == 1


@pytest.mark.parametrize("state", [PostState.SENDING, PostState.SENT, PostState.IN_DOUBT])
def test_a_message_that_is_on_its_way_stays(records: SqlRecords, state: PostState) -> None:
    number, post_id = queue(records, outreach(), state=state)
    with pytest.raises(Conflict, match="can no longer be stopped"), records.writing() as writer:
        writer.forget_post(post_id)
    with records.reading() as reader:
        assert reader.outreach_post(number)


def test_open_posts_of_outreach_are_never_forgotten(records: SqlRecords) -> None:
    for state in PostState:
        queue(records, outreach(state.value), state=state, created_at=at(5, 1))
    with records.writing() as writer:
        assert writer.sweep(Kept.POSTS, at(6, 1), 0).count == 2
    assert sorted(states(records).values()) == ["cleared", "in_doubt", "sending", "waiting"]


def test_posts_are_changed_many_at_once_or_none(records: SqlRecords) -> None:
    first, second = add_posts(records, post("p1"), post("p2"))
    sent = {"state": PostState.SENT}
    dead = {"state": PostState.DEAD, "problem": "No such place."}
    with records.writing() as writer:
        writer.change_posts({})
        writer.change_posts({first: sent, second: dead})
        (other,) = writer.posts(PostState.DEAD)
    assert states(records) == {"p1": "sent", "p2": "dead"}
    assert other == StoredPost(second, post("p2", **dead))
    with pytest.raises(NotFound), records.writing() as writer:
        writer.change_posts({first: {"state": PostState.WAITING}, 99: sent})
    assert states(records) == {"p1": "sent", "p2": "dead"}


def test_what_is_on_its_way_is_read_anew(records: SqlRecords) -> None:
    write_accounts(records)
    given = outreach(links=("https://help.example/a",), used=("usage",))
    one, one_post = queue(records, given)
    _, gone_post = queue(records, outreach("gone"))
    same, _ = queue(records, outreach("same"))
    with records.writing() as writer:
        known = writer.take_due_outreach("slack", NOW, 10)
        assert writer.outreach_on_its_way(known) == known
        assert writer.outreach_on_its_way([]) == []
    cleared = {"state": PostState.CLEARED, "claimed_at": NOW, "attempts": 2}
    edited = {"body": "Other words.", "links": (), "held_until": NOW}
    with records.writing() as writer:
        writer.forget_post(gone_post)
        writer.change_posts({one_post: cleared})
        writer.change_outreaches({one: edited})
    with records.writing() as writer:
        changed, unchanged = writer.outreach_on_its_way(known[::-1])
        assert changed == (StoredPost(one_post, post_for(one, **cleared)), writer.outreach(one))
        assert changed[1].outreach.links == ()
        assert unchanged[1] == writer.outreach(same)


def test_what_is_on_its_way_is_ones_own(postgres_records: SqlRecords) -> None:
    records = postgres_records
    queue(records, outreach("first"))
    with records.writing() as writer:
        known = writer.take_due_outreach("slack", NOW, 10)
    with records.writing() as writer:
        assert writer.outreach_on_its_way(known)
        assert take(records) == []


def test_an_outreach_has_one_post(records: SqlRecords) -> None:
    number, _ = queue(records, outreach())
    with records.writing() as writer:
        assert writer.add_post(post_for(number)) is None
        assert writer.add_post(post("another key", outreach_id=number)) is None


def test_due_outreach_is_found_by_an_index(sqlite_records: SqlRecords) -> None:
    with sqlite_plans() as plans, sqlite_records.writing() as writer:
        writer.take_due_outreach("slack", NOW, 10)
        writer.wake_held(NOW)
    due, held = plans
    assert "ix_post_waiting_outreach" in due
    assert "ix_outreach_state_drafted_at" in held
    assert not any("SCAN post" in plan or "SCAN outreach" in plan for plan in plans), plans
