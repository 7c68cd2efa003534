"""The facts that the guard judges outreach by, gathered in the unit of work that decides."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from csm.desk import Desk
from csm.guard import GuardFacts
from csm.guard.sending import Approval, Moment, Sending, Touch
from csm.outreach import BY_TIER, Outreach, OutreachState
from csm.people import Principal, Role
from csm.play import Tier
from csm.ports import Reader
from csm.ports_outreach import PastOutreach
from csm.use_cases.sending_message import Let, Message
from csm.use_cases.sending_scene import Scene, scene_of

Messages = Sequence[tuple[int | None, Outreach]]
ApprovalOf = Callable[[Outreach], Approval | None]


def guard_facts_for(
    reader: Reader,
    desk: Desk,
    now: datetime,
    messages: Messages,
    moment: Moment,
    approval_of: ApprovalOf,
) -> list[GuardFacts]:
    """What each message (its id, None before it is kept) is judged by at `now` (aware), in the
    same order and each as if none of the others were sent. The records are asked the same few
    questions however many there are."""
    batch = batch_for(reader, desk, now, messages, moment, approval_of)
    return [batch.facts_of(index) for index in range(len(messages))]


def batch_for(
    reader: Reader,
    desk: Desk,
    now: datetime,
    messages: Messages,
    moment: Moment,
    approval_of: ApprovalOf,
) -> "Batch":
    """The same, for messages that are let go one after the other."""
    scene = scene_of(reader, desk, now, (outreach for _, outreach in messages))
    return Batch(scene, messages, moment, approval_of)


def no_approval(_: Outreach) -> Approval | None:
    """Nobody has approved it yet."""
    return None


def recorded_approval(reader: Reader) -> ApprovalOf:
    """The approval that a message was given, with whoever gave it as they are now: somebody who
    has left the team is a stranger."""
    people = {person.key: person for person in reader.people()}
    return lambda outreach: _recorded(outreach, people)


def _recorded(outreach: Outreach, people: Mapping[str, Principal]) -> Approval | None:
    key, at, until = outreach.approved_by, outreach.approved_at, outreach.approval_until
    if not key or at is None or until is None:
        return None
    by_tier = key.startswith(BY_TIER)
    return Approval(
        by=None if by_tier else people.get(key, Principal(key, key, Role.STRANGER)),
        tier=Tier(key.removeprefix(BY_TIER)) if by_tier else Tier.MANUAL,
        at=at,
        until=until,
        fingerprint=outreach.approved_fingerprint,
    )


class Batch:
    """Messages that are judged and let go one after the other: one that was let go counts, for
    those after it, as a message that its account has had, and as one that left in this hour."""

    def __init__(
        self, scene: Scene, messages: Messages, moment: Moment, approval_of: ApprovalOf
    ) -> None:
        self._scene = scene
        self._messages = messages
        self._moment = moment
        self._approval_of = approval_of
        self._let: dict[str, Let] = {}
        self._left = 0

    def __len__(self) -> int:
        return len(self._messages)

    def facts_of(self, index: int) -> GuardFacts:
        """What the message at that position is judged by, were it to go now."""
        message = self._message(index)
        return message.guard_facts(self._sending(message))

    def sending_of(self, index: int) -> Sending:
        """The same but for its words."""
        return self._sending(self._message(index))

    def count(self, index: int) -> None:
        """The message at that position was let go."""
        outreach_id, outreach = self._messages[index]
        now = self._scene.now
        let = self._let.setdefault(outreach.account_key, Let())
        let.touches.append(Touch(now, outreach.contact_key, outreach.channel.value))
        let.written.append(
            PastOutreach(outreach_id or 0, outreach.play, outreach.body, now, OutreachState.SENT)
        )
        self._left += 1

    def _message(self, index: int) -> Message:
        outreach_id, outreach = self._messages[index]
        let = self._let.get(outreach.account_key, Let())
        return Message(self._scene, outreach_id, outreach, let)

    def _sending(self, message: Message) -> Sending:
        approval = self._approval_of(message.outreach)
        return message.sending(self._moment, approval, self._scene.sent_last_hour + self._left)
