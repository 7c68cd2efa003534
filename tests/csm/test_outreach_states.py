"""No sequence of edits, clicks, stops, clock jumps, retries, crashes and races of two processes
sends anything that was not cleared, or anything twice."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.couriers import InDoubt, NotNow, Undeliverable, demand_cleared
from bot.outbox import DOUBTED_AFTER, Outbox
from bot.postman import Postman
from csm.errors import CsmError
from csm.guard.verdict import Cleared
from csm.letter import MAIL
from csm.outreach import Outreach, OutreachState
from csm.pause import Pause, PauseScope
from csm.people import STAFF_ONLY, Capability, Clearance, Principal, clear
from csm.post import Post, PostState
from csm.use_cases.approve_outreach import approve
from csm.use_cases.change_outreach import stop
from csm.use_cases.edit_outreach import edit
from csm.use_cases.settle_by_hand import settle_by_hand
from storage.records import SqlRecords
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import MO, PAT, MovingClock, draft
from tests.databases import copy_of, opened, sqlite_url

ACCOUNTS = ("acme", "globex")
WORDS = (scene.BODY, scene.OTHER_BODY, scene.BODY.replace("together", "soon"))
_FINAL = frozenset({OutreachState.SENT, OutreachState.IN_DOUBT, OutreachState.DEAD})


class DiedError(BaseException):
    """The process is gone in the middle of what it did."""


class Ether:
    """All that ever arrived, whoever sent it. `fate` is what becomes of the next deliveries."""

    def __init__(self) -> None:
        self.arrived: list[Post] = []
        self.fate: list[str] = []

    def take(self, post: Post) -> None:
        """Let it arrive, or not, and tell the sender, or not."""
        match self.fate.pop(0) if self.fate else "fine":
            case "not now":
                raise NotNow("Busy.", wait=5)
            case "never":
                raise Undeliverable("Gone.")
            case "died before":
                raise DiedError
            case "doubt":
                self.arrived.append(post)
                raise InDoubt("No answer.")
            case "broke":
                raise RuntimeError
            case "died after":
                self.arrived.append(post)
                raise DiedError
            case _:
                self.arrived.append(post)


FATES = ("fine", "not now", "never", "died before", "doubt", "broke", "died after")


class Courier:
    """Takes only what was cleared, and looks for itself whether it is what people approved."""

    parallel = 1

    def __init__(self, ether: Ether, machine: "Outreaches") -> None:
        self._ether = ether
        self._machine = machine

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        demand_cleared(post, cleared)
        assert cleared is not None
        self._machine.check(post, cleared)
        self._ether.take(post)
        return f"<{post.key}>"

    def expected_id(self, post: Post) -> str:
        return f"<{post.key}>"

    def find(self, _post: Post) -> str | None:
        return None


class Outreaches(RuleBasedStateMachine):
    """Two customers, some messages, two processes and one clock that nobody can trust."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        file = copy_of(self.template, Path(self._folder.name))
        self._open = opened(sqlite_url(file))
        self.records = SqlRecords(self._open.__enter__())
        self.clock = MovingClock()
        self.ether = Ether()
        self.desk = scene.desk(contact_most=3)
        self.ids: list[int] = []

    @initialize()
    def customers(self) -> None:
        scene.settle_in(self.records, ACCOUNTS)
        for number, account in enumerate(ACCOUNTS * 2):
            play = (scene.PLAY, scene.OTHER_PLAY)[number % 2]
            made = draft(account, f"first:{number}", play=play, body=WORDS[number % 2])
            self.ids.append(scene.keep(self.records, made))

    @rule(account=st.sampled_from(ACCOUNTS), words=st.sampled_from(WORDS))
    def another_draft(self, account: str, words: str) -> None:
        made = draft(account, f"more:{len(self.ids)}", body=words, drafted_at=self.clock.at)
        self.ids.append(scene.keep(self.records, made))

    @rule(data=st.data(), who=st.sampled_from((PAT, MO)), is_stale=st.booleans())
    def somebody_approves(self, data: st.DataObject, who: Principal, is_stale: bool) -> None:
        id_ = data.draw(st.sampled_from(self.ids))
        seen = scene.outreach_of(self.records, id_).fingerprint
        if is_stale:
            self.edit(id_, data.draw(st.sampled_from(WORDS)))
        for _ in range(2):  # people click twice
            with suppress(CsmError):
                approve(clearance(who), self.records, self.desk, self.clock, id_, seen)

    @rule(data=st.data(), words=st.sampled_from(WORDS))
    def somebody_edits(self, data: st.DataObject, words: str) -> None:
        self.edit(data.draw(st.sampled_from(self.ids)), words)

    def edit(self, id_: int, words: str) -> None:
        kept = scene.outreach_of(self.records, id_)
        given = (id_, kept.fingerprint, kept.subject, words)
        with suppress(CsmError):
            edit(clearance(PAT), self.records, self.desk, self.clock, *given)

    @rule(data=st.data())
    def somebody_stops(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self.ids))
        with suppress(CsmError):
            stop(clearance(PAT), self.records, self.desk, self.clock, id_)

    @rule(data=st.data())
    def somebody_looks(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self.ids))
        arrived = any(post.outreach_id == id_ for post in self.ether.arrived)
        with suppress(CsmError):
            found = clearance(PAT), self.records, self.desk, self.clock, id_
            settle_by_hand(*found, was_sent=arrived)

    @rule(scope=st.sampled_from(PauseScope))
    def pause(self, scope: PauseScope) -> None:
        target = {PauseScope.PLAY: scene.PLAY, PauseScope.ACCOUNT: "acme"}.get(scope, "")
        with self.records.writing() as writer:
            writer.add_pause(Pause(scope=scope, target=target, by=MO.key, at=self.clock.at))

    @rule()
    def lift(self) -> None:
        with self.records.writing() as writer:
            for stored in writer.pauses():
                one = stored.pause
                writer.lift_pauses(one.scope, one.target, MO.key, self.clock.at)
            writer.wake_held(self.clock.at)

    @rule(minutes=st.sampled_from((-1440, -180, -11, -1, 1, 3, 11, 61, 300, 1440, 4 * 1440)))
    def the_clock_jumps(self, minutes: int) -> None:
        self.clock.pass_by(minutes=minutes)

    @rule(fates=st.lists(st.sampled_from(FATES), max_size=4))
    def a_process_sends(self, fates: list[str]) -> None:
        self.ether.fate = list(fates)
        with suppress(DiedError):
            self.postman().deliver_waiting(MAIL)

    @rule(fates=st.lists(st.sampled_from(FATES), max_size=4), jump=st.sampled_from((0, 3, 11, -11)))
    def two_processes_send(self, fates: list[str], jump: int) -> None:
        """One of them works while the other has its messages in hand."""
        self.ether.fate = list(fates)
        outbox = Outbox(self.records, self.clock, self.desk)
        from_other = self.postman()
        courier = Meddled(self.ether, self, lambda: self.interrupt(from_other, jump))
        with suppress(DiedError):
            outbox.send_some(MAIL, courier)

    def interrupt(self, other: Postman, jump: int) -> None:
        self.clock.pass_by(minutes=jump)
        with suppress(DiedError):
            other.deliver_waiting(MAIL)

    def postman(self) -> Postman:
        outbox = Outbox(self.records, self.clock, self.desk)
        couriers = {MAIL: Courier(self.ether, self)}
        answers = self.desk.playbook.answers
        return Postman(self.records, self.clock, answers, couriers, outbox)

    def check(self, post: Post, cleared: Cleared) -> None:
        """Right before it arrives: it is the approved text, and nothing stops it."""
        assert post.outreach_id is not None
        kept = scene.outreach_of(self.records, post.outreach_id)
        cleared.demand_exactly(kept.outgoing)
        assert kept.state is OutreachState.APPROVED
        assert kept.approved_fingerprint == kept.fingerprint == cleared.fingerprint
        with self.records.reading() as reader:
            pauses = [stored.pause for stored in reader.pauses()]
        assert not any(pause.covers(kept.play, kept.account_key) for pause in pauses)

    @invariant()
    def nothing_arrives_twice(self) -> None:
        counts = Counter(post.outreach_id for post in self.ether.arrived)
        assert all(count == 1 for count in counts.values()), counts

    @invariant()
    def what_arrived_is_known(self) -> None:
        """Sent, in doubt, or still in the hands of somebody who died with it; never free to be
        sent again."""
        for post in self.ether.arrived:
            assert post.outreach_id is not None
            kept = scene.outreach_of(self.records, post.outreach_id)
            row = scene.post_in(self.records, post.outreach_id)
            is_in_hand = row is not None and row.post.state is PostState.SENDING
            assert kept.state in {OutreachState.SENT, OutreachState.IN_DOUBT} or is_in_hand

    @invariant()
    def what_is_called_sent_arrived(self) -> None:
        arrived = {post.outreach_id for post in self.ether.arrived}
        for id_ in self.ids:
            if scene.outreach_of(self.records, id_).state is OutreachState.SENT:
                assert id_ in arrived

    def teardown(self) -> None:
        """In the end everybody comes to rest, and the books agree with what arrived."""
        try:
            self.lift()
            self.ether.fate = []
            for _ in range(3):
                self.clock.at += DOUBTED_AFTER + timedelta(days=2)
                self.postman().deliver_waiting(MAIL)
            self.agree()
        finally:
            self._open.__exit__(None, None, None)
            self._folder.cleanup()

    def agree(self) -> None:
        arrived = {post.outreach_id for post in self.ether.arrived}
        by_state: dict[OutreachState, set[int]] = {}
        for id_ in self.ids:
            kept: Outreach = scene.outreach_of(self.records, id_)
            by_state.setdefault(kept.state, set()).add(id_)
        sent = by_state.get(OutreachState.SENT, set())
        doubted = by_state.get(OutreachState.IN_DOUBT, set())
        stated = f"arrived {arrived}, settled as sent {sent}, in doubt {doubted}"
        assert sent <= arrived <= sent | doubted, stated
        left = [row for id_ in self.ids if (row := scene.post_in(self.records, id_))]
        on_the_way = {PostState.SENDING, PostState.CLEARED}
        assert not [row for row in left if row.post.state in on_the_way], stated


class Meddled(Courier):
    """While it has the first message in hand, something else happens."""

    def __init__(self, ether: Ether, machine: Outreaches, meddle: Any) -> None:
        super().__init__(ether, machine)
        self._meddle = [meddle]

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        message = super().deliver(post, cleared)
        if self._meddle:
            self._meddle.pop()()
        return message


def clearance(who: Principal) -> Clearance:
    return clear(who, Capability.APPROVE_OUTREACH, STAFF_ONLY)


def test_no_sequence_sends_anything_uncleared_or_twice(sqlite_template: Path) -> None:
    machine = type("OnSqlite", (Outreaches,), {"template": sqlite_template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
