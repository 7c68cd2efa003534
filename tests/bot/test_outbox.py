"""The outbox: each message is sent once, in order, with proof, and what became of it is known."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier

import pytest

from bot.attempt import MOST_ATTEMPTS
from bot.couriers import AddressRefused, InDoubt, NotNow, Undeliverable
from bot.outbox import DOUBTED_AFTER, Outbox
from bot.postman import Postman
from csm.errors import Busy
from csm.letter import MAIL
from csm.outreach import Outreach, OutreachState, Stand, stand_of
from csm.pause import Pause, PauseScope
from csm.people import STAFF_ONLY, Capability, clear
from csm.post import Post, PostState
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.release_outreach import LEASE, MOST_CLEARED
from csm.use_cases.settle_by_hand import settle_by_hand
from storage.records import SqlRecords
from tests.bot.answer_settings import answers
from tests.bot.courier_double import DoubleCourier
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import MO, PAT, START, MovingClock, approve, draft, in_channel


class Office:
    """Records with customers, a clock, a courier for mail, and the postman who calls it."""

    def __init__(self, records: SqlRecords, *accounts: str, parallel: int = 1) -> None:
        self.records = records
        self.clock = MovingClock()
        self.courier = DoubleCourier(parallel)
        self.accounts = accounts or ("acme",)
        scene.settle_in(records, self.accounts)

    def postman(self, platform: str = MAIL) -> Postman:
        outbox = Outbox(self.records, self.clock, scene.desk())
        couriers = {platform: self.courier}
        return Postman(self.records, self.clock, answers(), couriers, outbox)

    def approve_all(self) -> list[int]:
        return [approve(self.records, draft(key)) for key in self.accounts]

    def run(self) -> None:
        self.postman().deliver_waiting(MAIL)

    def outreach(self, id_: int) -> Outreach:
        return scene.outreach_of(self.records, id_)

    def post(self, id_: int) -> Post:
        stored = scene.post_in(self.records, id_)
        assert stored is not None
        return stored.post


def raising(error: BaseException) -> Callable[[Post], object]:
    def fail(_: Post) -> object:
        raise error

    return fail


def test_it_is_sent_once_and_kept_as_sent(records: SqlRecords) -> None:
    office = Office(records, "acme", "globex")
    ids = office.approve_all()
    settled = office.postman().deliver_waiting(MAIL)
    assert [one.post.state for one in settled] == [PostState.SENT] * 2
    assert office.courier.received == [f"outreach:{id_}" for id_ in ids]
    for id_ in ids:
        kept, post = office.outreach(id_), office.post(id_)
        assert (kept.state, kept.sent_at) == (OutreachState.SENT, START)
        assert kept.message == post.message == f"<outreach:{id_}>"
        assert {one["outcome"] for one in kept.verdict} == {"pass"}
        assert (post.state, post.attempts) == (PostState.SENT, 1)
        assert scene.audited(records, id_) == ["outreach.sent"]
    office.run()
    assert len(office.courier.received) == 2


def test_more_than_one_round_in_order(sqlite_records: SqlRecords) -> None:
    office = Office(sqlite_records, *(f"q{number}" for number in range(MOST_CLEARED + 5)))
    ids = office.approve_all()
    office.run()
    assert office.courier.received == [f"outreach:{id_}" for id_ in ids]


def test_who_sends_many_at_once_is_given_more(sqlite_records: SqlRecords) -> None:
    names = [f"q{number}" for number in range(2 * MOST_CLEARED + 5)]
    office = Office(sqlite_records, *names, parallel=2)
    office.approve_all()
    outbox = Outbox(sqlite_records, office.clock, scene.desk())
    assert len(outbox.send_some(MAIL, office.courier)) == 2 * MOST_CLEARED
    assert len(outbox.send_some(MAIL, office.courier)) == 5


def test_many_held_ones_stand_in_nobodys_way(sqlite_records: SqlRecords) -> None:
    names = [f"q{number}" for number in range(2 * MOST_CLEARED + 1)]
    office = Office(sqlite_records, *names)
    *held, free = office.approve_all()
    with sqlite_records.writing() as writer:
        for name in names[:-1]:
            paused = {"scope": PauseScope.ACCOUNT, "target": name, "by": MO.key, "at": START}
            writer.add_pause(Pause(**paused))
    office.run()
    assert office.courier.received == [f"outreach:{free}"]
    assert {office.post(id_).state for id_ in held} == {PostState.WAITING}


def test_several_at_once_but_an_accounts_one_after_the_other(sqlite_records: SqlRecords) -> None:
    office = Office(sqlite_records, "acme", "globex", parallel=3)
    first = approve(sqlite_records, draft("acme"))
    more = {"play": scene.OTHER_PLAY, "body": scene.OTHER_BODY}
    second = approve(sqlite_records, draft("acme", "second", **more))
    other = approve(sqlite_records, draft("globex"))
    together = Barrier(2, timeout=20)

    def meet(post: Post) -> object:
        return together.wait() if post.key != f"outreach:{second}" else None

    office.courier.before = meet
    office.run()
    received = [int(key.partition(":")[2]) for key in office.courier.received]
    assert sorted(received) == sorted([first, second, other])
    assert received[-1] == second


def test_nothing_of_the_records_is_open_meanwhile(sqlite_records: SqlRecords) -> None:
    office = Office(sqlite_records)

    def write(_: Post) -> None:
        with sqlite_records.writing() as writer:
            writer.save_person(MO)

    office.courier.before = write
    office.approve_all()
    office.run()
    assert len(office.courier.received) == 1


def test_what_could_not_be_sent_is_tried_again_ever_later(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.before = raising(NotNow("The server is busy."))
    office.run()
    post = office.post(id_)
    assert (post.state, post.not_before) == (PostState.WAITING, START + timedelta(seconds=30))
    assert stand_of(office.outreach(id_), post) is Stand.RETRYING
    assert scene.audited(records, id_) == ["outreach.retrying"]
    office.run()
    assert office.post(id_).attempts == 1
    office.courier.before = raising(NotNow("The server is busy.", wait=1200))
    office.clock.pass_by(seconds=31)
    office.run()
    again = office.post(id_).not_before
    assert again == office.clock.at + timedelta(minutes=20)
    office.courier.before = lambda _: None
    office.clock.at = again
    office.run()
    assert office.courier.received == [f"outreach:{id_}"]
    assert office.outreach(id_).state is OutreachState.SENT


def test_and_given_up_and_told_at_last(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.before = raising(NotNow("The server is busy."))
    for _ in range(MOST_ATTEMPTS):
        office.run()
        office.clock.pass_by(minutes=31)
    kept = office.outreach(id_)
    assert kept.state is OutreachState.DEAD
    assert f"I tried {MOST_ATTEMPTS} times" in kept.ended_why
    (told,) = scene.notices(records)
    assert "Could not be delivered" in told


def test_a_pause_between_two_messages_stops_the_second(records: SqlRecords) -> None:
    office = Office(records, "acme", "globex")
    first, second = office.approve_all()

    def pause(_: Post) -> None:
        with records.writing() as writer:
            writer.add_pause(Pause(scope=PauseScope.ALL, by=MO.key, at=START))

    office.courier.after = pause
    office.run()
    assert office.courier.received == [f"outreach:{first}"]
    assert office.post(second).state is PostState.WAITING
    office.run()
    assert office.post(second).attempts == 0
    assert office.outreach(second).held_until is not None


@pytest.mark.parametrize("minutes", [0, -90, 1], ids=["now", "clock behind", "clock before"])
@pytest.mark.parametrize("account", ["globex", "elsewhere"])
def test_please_stop_is_honoured_before_the_next_one(
    records: SqlRecords, account: str, minutes: int
) -> None:
    """Whatever time it bears, and at whichever account they said it."""
    office = Office(records, "acme", "globex")
    first, second = office.approve_all()

    def object_to(_: Post) -> None:
        kind = SuppressionKind.OPT_OUT
        said = Suppression(
            account_key=account,
            contact_key="kit",
            address=scene.address_of("globex"),
            kind=kind,
            at=START + timedelta(minutes=minutes),
            source="a reply",
        )
        with records.writing() as writer:
            writer.add_suppression(said)

    office.courier.after = object_to
    office.run()
    office.run()
    assert office.courier.received == [f"outreach:{first}"]
    assert office.outreach(second).state is OutreachState.WITHDRAWN


@pytest.mark.parametrize("minutes", [3, -60])
def test_proof_is_good_for_a_short_time_and_by_one_clock(records: SqlRecords, minutes: int) -> None:
    office = Office(records, "acme", "globex")
    first, second = office.approve_all()
    took_long = [True]

    def dawdle(_: Post) -> None:
        if took_long.pop() if took_long else False:
            office.clock.pass_by(minutes=minutes)

    office.courier.after = dawdle
    (sent,) = office.postman()._outbox.send_some(MAIL, office.courier)  # type: ignore[union-attr]
    assert sent.post.outreach_id == first
    assert office.post(second).state is PostState.WAITING
    office.run()
    assert office.outreach(second).state is (
        OutreachState.SENT if minutes > 0 else OutreachState.APPROVED  # before nine
    )


def test_what_cannot_be_delivered_is_told(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.before = raising(Undeliverable("There is no such server."))
    office.run()
    kept = office.outreach(id_)
    assert (kept.state, kept.ended_why) == (OutreachState.DEAD, "There is no such server.")
    assert scene.audited(records, id_) == ["outreach.dead"]
    (told,) = scene.notices(records)
    assert "There is no such server." in told
    office.run()
    assert office.post(id_).attempts == 1


def test_an_address_that_takes_no_mail_is_not_written_to_again(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.before = raising(AddressRefused("There is no such mailbox."))
    office.run()
    assert office.outreach(id_).state is OutreachState.DEAD
    with records.reading() as reader:
        (kept,) = reader.suppressions("acme")
    assert kept.suppression.kind is SuppressionKind.BOUNCED
    assert kept.suppression.address == scene.address_of("acme")


@pytest.mark.parametrize("error", [InDoubt("The answer was lost."), RuntimeError("a secret")])
def test_what_may_have_arrived_is_never_sent_again(records: SqlRecords, error: Exception) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.after = raising(error)
    for _ in range(3):
        office.run()
        office.clock.pass_by(hours=1)
    kept = office.outreach(id_)
    assert office.courier.received == [f"outreach:{id_}"]
    assert kept.state is OutreachState.IN_DOUBT
    assert kept.message == f"<outreach:{id_}>"  # a reply to it is known as one
    assert "a secret" not in kept.ended_why
    (told,) = scene.notices(records)
    assert "In doubt" in told


class DeadError(BaseException):
    """The process is gone."""


def test_a_process_that_died_before_the_sending_loses_nothing(records: SqlRecords) -> None:
    office = Office(records, "acme", "globex")
    first, second = office.approve_all()
    office.courier.before = raising(DeadError())
    with pytest.raises(DeadError):
        office.run()
    assert office.post(first).state is PostState.SENDING
    assert office.post(second).state is PostState.CLEARED
    office.courier.before = lambda _: None
    office.run()
    assert office.courier.received == []
    office.clock.at += max(DOUBTED_AFTER, LEASE) + timedelta(seconds=1)
    office.run()
    assert office.courier.received == [f"outreach:{second}"]
    assert office.outreach(first).state is OutreachState.IN_DOUBT
    assert office.outreach(second).state is OutreachState.SENT


def test_one_that_is_found_was_sent(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.after = raising(DeadError())
    with pytest.raises(DeadError):
        office.run()
    office.courier.found = "1700000000.000100"
    office.clock.pass_by(minutes=11)
    office.run()
    kept = office.outreach(id_)
    assert (kept.state, kept.message) == (OutreachState.SENT, "1700000000.000100")
    assert kept.sent_at == START
    assert scene.audited(records, id_) == ["outreach.sent"]
    assert scene.notices(records) == []


def test_a_platform_that_cannot_be_asked_is_asked_again_for_an_hour(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.after = raising(DeadError())
    with pytest.raises(DeadError):
        office.run()
    office.courier.found = NotNow("Slack is not connected.")
    office.clock.pass_by(minutes=11)
    office.run()
    assert office.post(id_).state is PostState.SENDING
    office.clock.pass_by(minutes=50)
    office.run()
    assert office.outreach(id_).state is OutreachState.IN_DOUBT


def test_whoever_was_taken_for_dead_and_was_not_has_the_last_word(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    other = Office.__new__(Office)
    other.records, other.clock, other.courier = records, office.clock, DoubleCourier()

    def take_too_long(_: Post) -> None:
        office.clock.pass_by(minutes=11)
        other.run()
        assert office.outreach(id_).state is OutreachState.IN_DOUBT

    office.courier.after = take_too_long
    office.run()
    assert office.outreach(id_).state is OutreachState.SENT
    assert office.post(id_).state is PostState.SENT
    assert (office.courier.received, other.courier.received) == ([f"outreach:{id_}"], [])


def test_but_what_was_doubted_is_not_tried_again(records: SqlRecords) -> None:
    """A person was asked to see to it."""
    office = Office(records)
    (id_,) = office.approve_all()
    other = Office.__new__(Office)
    other.records, other.clock, other.courier = records, office.clock, DoubleCourier()

    def fail_late(_: Post) -> None:
        office.clock.pass_by(minutes=11)
        other.run()
        raise NotNow("The server is busy.")

    office.courier.before = fail_late
    office.run()
    assert office.outreach(id_).state is OutreachState.IN_DOUBT
    assert office.post(id_).state is PostState.IN_DOUBT


def test_records_that_are_busy_for_a_moment_lose_no_settlement(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    busy = [Busy("locked"), Busy("locked")]
    writing = records.writing

    def sometimes() -> object:
        if office.courier.received and busy:
            raise busy.pop()
        return writing()

    monkeypatch.setattr(records, "writing", sometimes)
    office.run()
    assert office.outreach(id_).state is OutreachState.SENT
    assert busy == []


def test_a_claim_from_the_future_is_still_a_claim(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.before = raising(DeadError())
    office.clock.pass_by(hours=3)
    with pytest.raises(DeadError):
        office.run()
    office.clock.pass_by(hours=-2)
    office.run()
    assert office.post(id_).state is PostState.SENDING
    office.clock.pass_by(hours=3)
    office.run()
    assert office.outreach(id_).state is OutreachState.IN_DOUBT
    assert office.courier.received == []


def test_a_post_that_was_tampered_with_is_not_sent(records: SqlRecords) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    stored = scene.post_in(records, id_)
    assert stored is not None
    with records.writing() as writer:
        elsewhere = stored.post.model_copy(update={"channel": "eve@evil.example"})
        writer.update_post(stored.id, elsewhere)
    office.run()
    assert office.courier.received == []
    assert office.outreach(id_).state is OutreachState.DEAD
    assert "not what the guard cleared" in office.outreach(id_).ended_why


def test_colleagues_posts_and_outreach_share_a_platform(records: SqlRecords) -> None:
    office = Office(records)
    id_ = approve(records, in_channel("acme"))
    notice = {"key": "n", "platform": "slack", "person_key": PAT.key, "created_at": START}
    with records.writing() as writer:
        writer.add_post(Post(**notice, card={"title": "t", "summary": "s"}))
    settled = office.postman("slack").deliver_waiting("slack")
    assert [one.post.key for one in settled] == ["n", f"outreach:{id_}"]
    assert office.courier.received == ["n", f"outreach:{id_}"]


@pytest.mark.parametrize("was_sent", [True, False])
def test_a_person_settles_what_is_in_doubt(records: SqlRecords, was_sent: bool) -> None:
    office = Office(records)
    (id_,) = office.approve_all()
    office.courier.after = raising(InDoubt("The answer was lost."))
    office.run()
    clearance = clear(PAT, Capability.APPROVE_OUTREACH, STAFF_ONLY)
    office.clock.pass_by(hours=1)
    after = settle_by_hand(clearance, records, scene.desk(), office.clock, id_, was_sent=was_sent)
    kept, post = office.outreach(id_), office.post(id_)
    assert kept == after.outreach
    if was_sent:
        assert (kept.state, kept.sent_at, kept.ended_why) == (OutreachState.SENT, START, "")
        assert post.state is PostState.SENT
    else:
        assert (kept.state, kept.ended_by) == (OutreachState.DEAD, PAT.key)
        assert post.state is PostState.DEAD
    office.run()
    assert len(office.courier.received) == 1
    with records.reading() as reader:
        assert reader.audit_of(f"outreach:{id_}")[-1].entry.who == PAT.key
