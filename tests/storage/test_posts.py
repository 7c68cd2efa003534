"""Posts: kept once, claimed by one, in doubt when whoever claimed them is gone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from csm.errors import NotFound
from csm.ports_answers import StoredPost
from csm.ports_keeping import Kept
from csm.post import PostState
from storage.records import SqlRecords
from tests.storage.conversations import add_posts, at_once, post, sqlite_plans
from tests.storage.portfolio import at

NOW = at(7, 2)


def keys(found: list[StoredPost]) -> list[str]:
    return [stored.post.key for stored in found]


def claim(records: SqlRecords, limit: int = 10, platform: str = "slack") -> list[StoredPost]:
    with records.writing() as writer:
        return writer.claim_posts(platform, NOW, limit)


def test_a_post_comes_back_as_it_was(records: SqlRecords) -> None:
    full = post(
        "p\U0001f642",
        thread="t1",
        person_key="casey",
        account_key="a-1",
        state=PostState.DEAD,
        attempts=3,
        not_before=at(7, 2),
        claimed_at=at(7, 3),
        sent_at=at(7, 4),
        message="m9",
        problem="The channel is gone.",
    )
    full_id, bare_id = add_posts(records, full, post("bare"))
    with records.reading() as reader:
        assert reader.posts("dead") == [StoredPost(full_id, full)]
        assert reader.posts(PostState.WAITING) == [StoredPost(bare_id, post("bare"))]
        assert reader.posts("sent") == []
        assert reader.posts("no such state") == []


def test_posts_come_oldest_first_up_to_a_limit(records: SqlRecords) -> None:
    add_posts(
        records,
        post("late", created_at=at(7, 3)),
        post("early", created_at=at(7, 1)),
        post("as late", created_at=at(7, 3), platform="teams"),
    )
    with records.reading() as reader:
        assert keys(reader.posts("waiting")) == ["early", "late", "as late"]
        assert keys(reader.posts("waiting", 2)) == ["early", "late"]


def test_a_second_post_of_its_kind_is_not_kept(records: SqlRecords) -> None:
    add_posts(records, post("p1"))
    with records.writing() as writer:
        assert writer.add_post(post("p1", channel="C2")) is None
        assert writer.add_post(post("p2")) is not None
    with records.reading() as reader:
        assert [stored.post for stored in reader.posts("waiting")] == [post("p1"), post("p2")]


def test_claiming_makes_posts_ones_own(records: SqlRecords) -> None:
    first, second = add_posts(records, post("p1"), post("p2", attempts=2, claimed_at=at(7, 1)))
    found = claim(records)
    sending = {"state": PostState.SENDING, "claimed_at": NOW}
    assert found == [
        StoredPost(first, post("p1", attempts=1, **sending)),
        StoredPost(second, post("p2", attempts=3, **sending)),
    ]
    assert claim(records) == []
    with records.reading() as reader:
        assert reader.posts("sending") == found


def test_only_posts_whose_time_has_come_are_claimed(records: SqlRecords) -> None:
    add_posts(
        records,
        post("late", created_at=at(7, 2)),
        post("early"),
        post("just now", created_at=at(7, 3), not_before=NOW),
        post("tomorrow", not_before=NOW + timedelta(days=1)),
        post("elsewhere", platform="teams"),
        *(post(state, state=PostState(state)) for state in ("sending", "sent", "in_doubt", "dead")),
    )
    assert keys(claim(records, 1)) == ["early"]
    assert keys(claim(records)) == ["late", "just now"]
    assert keys(claim(records, platform="teams")) == ["elsewhere"]
    assert claim(records, platform="nowhere") == []


def test_a_claim_that_is_undone_is_anybodys(records: SqlRecords) -> None:
    add_posts(records, post("p1"))

    def fail_after_claiming() -> None:
        with records.writing() as writer:
            assert len(writer.claim_posts("slack", NOW, 1)) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_claiming()
    assert [stored.post.attempts for stored in claim(records)] == [1]


def test_no_post_is_claimed_by_two(records: SqlRecords) -> None:
    count = 60
    add_posts(records, *(post(f"p{n:02}") for n in range(count)))
    claimed: list[list[str]] = []

    def worker() -> Callable[[], None]:
        own: list[str] = []
        claimed.append(own)

        def work() -> None:
            while found := claim(records, 3):
                own.extend(keys(found))

        return work

    at_once(*(worker() for _ in range(4)))
    everybodys = sorted(key for own in claimed for key in own)
    # A round that finds all that is left in others' hands ends early: nothing may be left behind.
    everybodys += keys(claim(records, count))
    assert sorted(everybodys) == [f"p{n:02}" for n in range(count)]


def test_who_claims_does_not_wait_for_others(postgres_records: SqlRecords) -> None:
    add_posts(postgres_records, *(post(f"p{n}") for n in range(4)))
    with postgres_records.writing() as writer:
        assert keys(writer.claim_posts("slack", NOW, 2)) == ["p0", "p1"]
        assert keys(claim(postgres_records)) == ["p2", "p3"]


def test_claims_of_the_dead_are_in_doubt(records: SqlRecords) -> None:
    add_posts(
        records,
        post("dead since", state=PostState.SENDING, claimed_at=at(7, 1), attempts=1),
        post("at work", state=PostState.SENDING, claimed_at=at(7, 2)),
        post("teams", state=PostState.SENDING, claimed_at=at(7, 1), platform="teams"),
        post("sent", state=PostState.SENT, claimed_at=at(7, 1)),
        post("waiting", claimed_at=at(7, 1)),
    )
    with records.writing() as writer:
        found = writer.doubt_posts("slack", at(7, 2))
        assert writer.doubt_posts("slack", at(7, 2)) == []
    assert keys(found) == ["dead since"]
    assert {stored.post.state for stored in found} == {PostState.IN_DOUBT}
    assert found[0].post.attempts == 1
    with records.reading() as reader:
        assert reader.posts("in_doubt") == found
        assert keys(reader.posts("sending")) == ["at work", "teams"]
    assert keys(claim(records)) == ["waiting"]


def test_a_post_that_is_being_settled_is_not_doubted(postgres_records: SqlRecords) -> None:
    claimed = post("p1", state=PostState.SENDING, claimed_at=at(7, 1))
    (post_id,) = add_posts(postgres_records, claimed)
    with postgres_records.writing() as writer:
        writer.update_post(post_id, claimed.model_copy(update={"state": PostState.SENT}))
        with postgres_records.writing() as other:
            assert other.doubt_posts("slack", at(7, 2)) == []
    with postgres_records.reading() as reader:
        assert keys(reader.posts("sent")) == ["p1"]


def test_a_post_is_settled(records: SqlRecords) -> None:
    post_id, other = add_posts(records, post("p1"), post("p2"))
    sent = post("p1", state=PostState.SENT, sent_at=NOW, message="m1", attempts=1)
    with records.writing() as writer:
        writer.update_post(post_id, sent)
        with pytest.raises(NotFound, match="no longer there"):
            writer.update_post(other + 99, sent)
    with records.reading() as reader:
        assert reader.posts("sent") == [StoredPost(post_id, sent)]
        assert reader.posts("waiting") == [StoredPost(other, post("p2"))]


def test_what_no_database_can_hold_is_replaced(records: SqlRecords) -> None:
    add_posts(records, post(card={"text": ["a\x00b", {"c\x00": 1}]}))
    with records.reading() as reader:
        (stored,) = reader.posts("waiting")
    assert stored.post.card == {"text": ["a\ufffdb", {"c\ufffd": 1}]}


def test_what_a_customer_reads_keeps_its_order_in_each_thread(records: SqlRecords) -> None:
    theirs = {"account_key": "a-1", "thread": "t1"}
    later = NOW + timedelta(minutes=1)
    ids = add_posts(
        records,
        post("first", **theirs, not_before=later),
        post("second", **theirs),
        post("other thread", account_key="a-1", thread="t2"),
        post("other channel", account_key="a-1", thread="t1", channel="C2"),
        post("staff", thread="t1"),
    )
    assert keys(claim(records)) == ["other thread", "other channel", "staff"]
    with records.writing() as writer:
        assert keys(writer.claim_posts("slack", later, 10)) == ["first"]
        assert writer.claim_posts("slack", later, 10) == []
        sent = post("first", **theirs, state=PostState.SENT)
        writer.update_post(ids[0], sent)
    assert keys(claim(records)) == ["second"]


def test_due_is_what_waits_or_was_lost_on_that_platform(records: SqlRecords) -> None:
    def is_due(platform: str = "slack") -> bool:
        with records.reading() as reader:
            return reader.is_post_due(platform, NOW, NOW - timedelta(minutes=10))

    lost = {"state": PostState.SENDING, "claimed_at": NOW - timedelta(minutes=11)}
    add_posts(
        records,
        post("elsewhere", platform="console"),
        post("tomorrow", not_before=NOW + timedelta(days=1)),
        post("at work", state=PostState.SENDING, claimed_at=NOW),
        post("sent", state=PostState.SENT),
    )
    assert not is_due()
    assert is_due("console")
    add_posts(records, post("lost", **lost))
    assert is_due()
    with records.writing() as writer:
        writer.doubt_posts("slack", NOW)
    assert not is_due()
    add_posts(records, post("now", not_before=NOW))
    assert is_due()


def test_a_post_is_found_by_its_key(records: SqlRecords) -> None:
    (post_id,) = add_posts(records, post("p1"))
    with records.writing() as writer:
        assert writer.post_by_key("p1") == StoredPost(post_id, post("p1"))
        assert writer.post_by_key("p2") is None


def test_settled_posts_are_forgotten_and_open_ones_kept(records: SqlRecords) -> None:
    old = at(6, 1)
    for when, age in ((old, "old"), (NOW, "new")):
        add_posts(
            records, *(post(f"{age} {s}", state=PostState(s), created_at=when) for s in PostState)
        )
    with records.writing() as writer:
        assert writer.sweep(Kept.POSTS, at(6, 2), 0).count == 3
        assert writer.sweep(Kept.POSTS, at(6, 2), 0).count == 0
        left = [key for s in PostState if s for key in keys(writer.posts(s))]
    old_ones = sorted(key for key in left if key.startswith("old"))
    assert old_ones == ["old cleared", "old sending", "old waiting"]
    assert len([key for key in left if key.startswith("new")]) == len(PostState)


def test_the_unsettled_are_found_by_an_index(sqlite_records: SqlRecords) -> None:
    with sqlite_plans() as plans:
        with sqlite_records.reading() as reader:
            reader.is_post_due("slack", NOW, NOW)
        claim(sqlite_records)
        with sqlite_records.writing() as writer:
            writer.doubt_posts("slack", NOW)
    due, claimed, doubted = plans
    for plan, indexes in (
        (
            due,
            {"ix_post_waiting", "ix_post_waiting_outreach", "ix_post_sending", "ix_post_cleared"},
        ),
        (claimed, {"ix_post_waiting", "ix_post_sending"}),
        (doubted, {"ix_post_sending"}),
    ):
        assert {name for name in indexes if name in plan} == indexes
        assert "SCAN post" not in plan
