"""The postman: a post is attempted once at a time, and what does not arrive is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from bot.attempt import MOST_ATTEMPTS
from bot.couriers import InDoubt, NotNow, Undeliverable
from bot.postman import Postman
from csm.card import Card, Text
from csm.errors import Busy
from csm.guard.verdict import Cleared
from csm.people import Principal, Role
from csm.post import Post, PostState
from storage.records import SqlRecords
from tests.bot.answer_settings import answers
from tests.bot.scripted import CASEY
from tests.bot.slack_records import FixedClock, MemoryRecords

MORGAN = Principal("morgan", "Morgan Field", Role.MANAGER, "morgan@digital.example")
ADA = Principal("ada", "Ada Lane", Role.ADMIN, "ada@digital.example")
CARD = Card(title="Acme asks", summary="How?", blocks=(Text(text="How do I reset it?"),))


class Courier:
    """Does what the test says, and remembers the posts."""

    parallel = 1

    def __init__(self, deliver: Callable[[Post], str] = lambda post: f"m-{post.key}") -> None:
        self._deliver = deliver
        self.posts: list[str] = []

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        assert cleared is None  # none of these is outreach
        self.posts.append(post.key)
        return self._deliver(post)

    def expected_id(self, _post: Post) -> str:
        return ""

    def find(self, _post: Post) -> str | None:
        return None


def failing(error: Exception) -> Courier:
    def deliver(_: Post) -> str:
        raise error

    return Courier(deliver)


class Office:
    """Records, a clock, a courier and a postman."""

    def __init__(self, courier: Courier, *people: Principal) -> None:
        self.records = MemoryRecords(*people)
        self.clock = FixedClock()
        self.courier = courier
        self.postman = Postman(self.records, self.clock, answers(), {"slack": courier})

    def add(self, key: str, **more: Any) -> int:
        given = {"platform": "slack", "channel": "C1", "created_at": self.clock.now(), **more}
        id_ = self.records.add_post(Post(key=key, card=CARD.model_dump(mode="json"), **given))
        assert id_ is not None
        return id_

    def state(self, id_: int) -> PostState:
        return self.records.kept_posts[id_].state

    def told(self) -> list[str]:
        kept = self.records.kept_posts.values()
        return [post.person_key for post in kept if post.key.startswith("undelivered:")]


def test_what_waits_is_delivered_in_order_and_once() -> None:
    office = Office(Courier())
    ids = [office.add(key) for key in ("a", "b", "c")]
    other = office.add("teams", platform="teams")
    settled = office.postman.deliver_waiting("slack")
    assert [one.post.message for one in settled] == ["m-a", "m-b", "m-c"]
    assert [office.state(id_) for id_ in ids] == [PostState.SENT] * 3
    assert office.records.kept_posts[ids[0]].sent_at == office.clock.now()
    assert office.state(other) is PostState.WAITING
    assert office.postman.deliver_waiting("slack") == []
    assert office.courier.posts == ["a", "b", "c"]


def test_one_that_fails_holds_nobody_up() -> None:
    def deliver(post: Post) -> str:
        if post.key == "a":
            raise NotNow("Slack is busy.")
        return "m"

    office = Office(Courier(deliver))
    first, second = office.add("a"), office.add("b")
    office.postman.deliver_waiting("slack")
    assert (office.state(first), office.state(second)) == (PostState.WAITING, PostState.SENT)


@pytest.mark.parametrize("error", [NotNow("Slack is busy."), Busy("The records are locked.")])
def test_it_is_tried_again_ever_later_and_then_given_up(error: Exception) -> None:
    office = Office(failing(error), CASEY, MORGAN)
    id_ = office.add("a")
    waits = []
    while office.state(id_) is PostState.WAITING:
        office.postman.deliver_waiting("slack")
        office.postman.deliver_waiting("slack")
        if again := office.records.kept_posts[id_].not_before:
            waits.append(again - office.clock.now())
            office.clock.at = again
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert max(waits) == timedelta(minutes=30)
    assert office.courier.posts.count("a") == MOST_ATTEMPTS
    assert str(error) in office.records.kept_posts[id_].problem
    assert office.told() == ["morgan"]


def test_as_long_as_the_platform_asks_for() -> None:
    office = Office(failing(NotNow("Slack is busy.", wait=3600)))
    id_ = office.add("a")
    office.postman.deliver_waiting("slack")
    assert office.records.kept_posts[id_].not_before == office.clock.now() + timedelta(hours=1)


def test_what_cannot_be_delivered_is_told_with_its_words() -> None:
    office = Office(failing(Undeliverable("That channel is archived.")), CASEY, MORGAN, ADA)
    id_ = office.add("a", account_key="acme")
    office.records.csms["acme"] = CASEY.email
    office.postman.deliver_waiting("slack")
    assert office.state(id_) is PostState.DEAD
    assert office.told() == ["casey"]
    notice = str(office.records.kept_posts[2].card)
    assert "That channel is archived." in notice
    assert "How do I reset it?" in notice


def test_a_notice_that_does_not_arrive_either_is_the_end() -> None:
    office = Office(failing(Undeliverable("Gone.")), MORGAN)
    office.add("a")
    for _ in range(3):
        office.postman.deliver_waiting("slack")
    assert [post.state for post in office.records.kept_posts.values()] == [PostState.DEAD] * 2


def test_somebody_else_is_told_of_what_did_not_reach_them() -> None:
    office = Office(failing(Undeliverable("Gone.")), MORGAN, ADA)
    office.add("a", channel="", person_key="morgan")
    office.postman.deliver_waiting("slack")
    assert office.told() == ["ada"]


def test_whatever_breaks_may_have_done_so_after_the_sending() -> None:
    office = Office(failing(RuntimeError("a secret detail")), MORGAN)
    id_ = office.add("a")
    for _ in range(3):
        office.postman.deliver_waiting("slack")
    assert office.state(id_) is PostState.IN_DOUBT
    assert office.courier.posts.count("a") == 1
    assert "a secret detail" not in str(office.records.kept_posts)


def test_what_a_dead_process_left_is_in_doubt_and_never_sent_again() -> None:
    office = Office(Courier(), MORGAN)
    id_ = office.add("a")
    office.records.claim_posts("slack", office.clock.now(), limit=1)
    office.postman.deliver_waiting("slack")
    assert office.state(id_) is PostState.SENDING
    office.clock.pass_by(minutes=11)
    office.postman.deliver_waiting("slack")
    assert office.state(id_) is PostState.IN_DOUBT
    assert office.told() == ["morgan"]
    assert "may or may not" in str(office.records.kept_posts[2].card)
    assert "a" not in office.courier.posts


def test_what_may_have_arrived_is_not_sent_again() -> None:
    office = Office(Courier(lambda post: doubting(post, "a")), MORGAN)
    id_ = office.add("a")
    for _ in range(3):
        office.clock.pass_by(hours=1)
        office.postman.deliver_waiting("slack")
    assert office.state(id_) is PostState.IN_DOUBT
    assert office.courier.posts == ["a", "undelivered:1:morgan"]
    assert "Slack did not say." in str(office.records.kept_posts[2].card)


def test_but_a_notice_rather_comes_twice_than_not_at_all() -> None:
    notice = "undelivered:1:morgan"
    office = Office(Courier(lambda post: doubting(post, "a", notice)), MORGAN)
    office.add("a")
    for _ in range(3):
        office.clock.pass_by(hours=1)
        office.postman.deliver_waiting("slack")
    assert office.courier.posts.count("a") == 1
    assert office.courier.posts.count(notice) == 3


def doubting(post: Post, *keys: str) -> str:
    if post.key in keys:
        raise InDoubt("Slack did not say.")
    return "m"


def test_what_waits_elsewhere_makes_nobody_write() -> None:
    office = Office(Courier())
    office.add("console", platform="console")
    office.add("later", not_before=office.clock.now() + timedelta(hours=1))
    office.records.only_reads = True
    assert office.postman.deliver_waiting("slack") == []


def test_a_process_that_dies_after_one_leaves_the_rest_waiting() -> None:
    def deliver(_: Post) -> str:
        raise KeyboardInterrupt

    office = Office(Courier(deliver))
    ids = [office.add(key) for key in ("a", "b")]
    with pytest.raises(KeyboardInterrupt):
        office.postman.deliver_waiting("slack")
    assert [office.state(id_) for id_ in ids] == [PostState.SENDING, PostState.WAITING]


def test_no_session_is_open_while_a_post_is_on_its_way() -> None:
    office = Office(Courier(lambda _: str(office.records.open_units)))
    office.add("a")
    (settled,) = office.postman.deliver_waiting("slack")
    assert settled.post.message == "0"


def test_on_the_real_records(records: SqlRecords) -> None:
    clock, courier = FixedClock(), Courier()
    postman = Postman(records, clock, answers(), {"slack": courier})

    def add(key: str) -> None:
        post = Post(
            key=key,
            platform="slack",
            channel="C1",
            card=CARD.model_dump(mode="json"),
            created_at=clock.now(),
        )
        with records.writing() as writer:
            writer.add_post(post)

    with records.writing() as writer:
        writer.save_person(MORGAN)
    for key in ("a", "b"):
        add(key)
    assert [one.post.message for one in postman.deliver_waiting("slack")] == ["m-a", "m-b"]
    add("c")
    with records.writing() as writer:
        writer.claim_posts("slack", clock.now(), limit=1)
    clock.pass_by(minutes=11)
    (notice,) = postman.deliver_waiting("slack")
    assert notice.post.person_key == "morgan"
    with records.reading() as reader:
        doubted = [stored.post.key for stored in reader.posts(PostState.IN_DOUBT)]
        sent = [stored.post.key for stored in reader.posts(PostState.SENT)]
    assert doubted == ["c"]
    assert sent[:2] == ["a", "b"]
    assert postman.deliver_waiting("slack") == []


def test_two_postmen_deliver_each_post_once(sqlite_records: SqlRecords) -> None:
    clock, courier = FixedClock(), Courier()
    with sqlite_records.writing() as writer:
        for number in range(20):
            writer.add_post(
                Post(
                    key=f"p{number}",
                    platform="slack",
                    channel="C1",
                    card=CARD.model_dump(mode="json"),
                    created_at=clock.now(),
                )
            )
    postmen = [Postman(sqlite_records, clock, answers(), {"slack": courier}) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda postman: postman.deliver_waiting("slack"), postmen))
    assert sorted(courier.posts) == sorted(f"p{number}" for number in range(20))
