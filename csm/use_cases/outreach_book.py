"""What a unit of work concludes about outreach, written at its end: the rows, then the audit.

The audit's chain is locked last, so that two units of work never wait for each other.
"""

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from csm.audit import AuditEntry
from csm.card import Card
from csm.desk import Desk
from csm.guard.verdict import Verdict
from csm.letter import MAIL
from csm.outreach import Outreach
from csm.people import Principal
from csm.ports import Reader, Writer
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from csm.use_cases.colleagues import owner_of, tell_person
from csm.use_cases.outreach_audit import audited

CardFor = Callable[[Principal], Card]


@dataclass(slots=True)
class OutreachBook:
    """Of one instant (`now`, aware)."""

    desk: Desk
    now: datetime
    _posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    _forgotten: list[int] = field(default_factory=list)
    _outreaches: dict[int, dict[str, Any]] = field(default_factory=dict)
    _entries: list[AuditEntry] = field(default_factory=list)
    _more: list[Callable[[Writer], object]] = field(default_factory=list)

    def move(self, stored: StoredPost, **changes: Any) -> StoredPost:
        """Change its row in the outbox; how that is then."""
        self._posts.setdefault(stored.id, {}).update(changes)
        return StoredPost(stored.id, stored.post.model_copy(update=changes))

    def forget(self, stored: StoredPost) -> None:
        """Take it out of the outbox."""
        self._forgotten.append(stored.id)

    def change(self, stored: StoredOutreach, **changes: Any) -> StoredOutreach:
        """Change the outreach; how that is then."""
        self._outreaches.setdefault(stored.id, {}).update(changes)
        after = stored.outreach.model_copy(update=changes)
        return StoredOutreach(stored.id, stored.account_name, after)

    def note(
        self,
        what: str,
        who: str,
        before: StoredOutreach,
        after: Outreach,
        verdict: Verdict | None = None,
        **more: Any,
    ) -> None:
        """Have the audit say what was done to an outreach; `more` is about how it is then."""
        self._entries.append(entry_of(self.now, what, who, before, after, verdict, **more))

    def note_entry(self, entry: AuditEntry) -> None:
        self._entries.append(entry)

    def add(self, more: Callable[[Writer], object]) -> None:
        """Something else to be written, once every row is its own; under the present reference, not
        that of whoever writes the rest."""
        context = copy_context()
        self._more.append(lambda writer: context.run(more, writer))

    def tell(self, stored: StoredOutreach, key: str, card_for: CardFor) -> None:
        """Tell whoever approved it, or, where that was no person of ours as they are now, whoever
        looks after the account. `key` makes it one of its kind."""

        def tell(writer: Writer) -> None:
            person = _concerned(writer, self.desk, stored.outreach)
            if person is not None:
                platform = chat_platform(self.desk, stored.outreach.platform)
                tell_person(writer, key, platform, person, card_for(person), self.now)

        self.add(tell)

    def write(self, writer: Writer) -> None:
        """Everything, in the unit of work that it was concluded in."""
        for post_id in self._forgotten:
            writer.forget_post(post_id)
        writer.change_posts(self._posts)
        writer.change_outreaches(self._outreaches)
        for more in self._more:
            more(writer)
        writer.audit_all(self._entries)


def entry_of(
    now: datetime,
    what: str,
    who: str,
    before: StoredOutreach,
    after: Outreach,
    verdict: Verdict | None = None,
    **more: Any,
) -> AuditEntry:
    """The audit's entry on something that was done to an outreach."""
    outreach = before.outreach
    return AuditEntry(
        at=now,
        who=who,
        what=what,
        subject=f"outreach:{before.id}",
        account_key=outreach.account_key,
        play=outreach.play,
        fingerprint=outreach.fingerprint,
        before={"state": outreach.state.value},
        after={"state": after.state.value, **more},
        verdict=audited(verdict) if verdict else [],
    )


def chat_platform(desk: Desk, platform: str) -> str:
    """Where colleagues are told of what goes out on that platform: nobody reads cards by mail."""
    chats = sorted(desk.platforms - {MAIL})
    return platform if platform in chats else next(iter(chats), platform)


def _concerned(reader: Reader, desk: Desk, outreach: Outreach) -> Principal | None:
    approver = reader.person(outreach.approved_by)
    if approver is not None and approver.is_staff:
        return approver
    return owner_of(reader, outreach.account_key, desk.playbook.answers.hand_over.on_call)
