"""What customers say to a message of ours: replies, emoji, opt-outs, bounces, complaints.

"Please stop" is honoured at once, in the unit of work that keeps it. What may mean that is
honoured, too, until a colleague has read it. Whoever looks after the account is told what was said;
nothing is answered here. See also `csm.use_cases.opt_outs`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from csm.audit import AuditEntry
from csm.card import Card
from csm.letter import MAIL
from csm.outreach import REACHED, Reaction
from csm.people import Place, PlaceKind, Principal, Role
from csm.play import ChannelKind
from csm.playbook import Playbook
from csm.ports import Reader, Records, Writer
from csm.ports_outreach import StoredOutreach
from csm.reactions import Understood, reaction_of, stronger, understood
from csm.suppression import SuppressionKind
from csm.use_cases.colleagues import owner_of, tell_person
from csm.use_cases.opt_outs import addresses_at, keep_opt_out, suppress_reader
from csm.views.outreach_news import bounced_card, reaction_card

# How long after a direct message what its reader says there may be a reply to it.
REPLY_WITHIN: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class HeardReply:
    """A reply to a message of ours, and how it was understood."""

    outreach_id: int
    reaction: Reaction
    owner_name: str  # who was told


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said, by whom; `key` is one of its kind, `leaving` as `_leaving` gives it."""

    meant: Understood
    text: str
    key: str
    name: str
    leaving: Mapping[str, str]


def note_chat_reply(
    records: Records,
    playbook: Playbook,
    now: datetime,
    place: Place,
    thread: str,
    message: str,
    who: Principal,
    text: str,
) -> HeardReply | None:
    """Keep what a customer's person says in the thread of a message of ours, or in their direct
    messages soon after one; None where it is no such reply. `message` is its own id."""
    if who.role is not Role.CONTACT or who.account_key is None or not text.strip():
        return None
    with records.reading() as reader:
        found = _answered(reader, place, thread, who, now)
        leaving = _leaving(reader, found, who.email, now) if found else {}
    if found is None:
        return None
    meant = understood(text, playbook.guard.replies)
    said = _Said(meant, text, message, who.name, leaving)
    with records.writing() as writer:
        return _noted(writer, playbook, now, found.id, said)


def note_emoji(
    records: Records,
    playbook: Playbook,
    now: datetime,
    place: Place,
    message: str,
    who: Principal,
    emoji: str,
) -> bool:
    """Keep a customer's emoji on a message of ours; False where it is none, or says nothing."""
    reaction = reaction_of(emoji, playbook.guard.replies)
    if reaction is None or who.role is not Role.CONTACT:
        return False
    with records.writing() as writer:
        found = writer.outreach_by_message(place.platform, place.workspace, place.channel, message)
        if found is None or found.outreach.account_key != who.account_key:
            return False
        _keep_reaction(writer, found, reaction, now)
        return True


def note_mail_reply(
    records: Records,
    playbook: Playbook,
    now: datetime,
    message_id: str,
    from_address: str,
    text: str,
) -> HeardReply | None:
    """Keep a reply by e-mail to the message with that Message-ID; None where there is none. Only
    whoever it was sent to can opt out by it: an address is easily forged."""
    with records.reading() as reader:
        found = reader.outreach_by_message(MAIL, "", "", message_id)
    if found is None:
        return None
    outreach = found.outreach
    is_theirs = from_address.strip().lower() == outreach.address.lower()
    meant = understood(text, playbook.guard.replies)
    if not is_theirs and (meant.is_unclear or meant.reaction is Reaction.OPTED_OUT):
        meant = Understood(Reaction.REPLIED)
    name = outreach.contact_name if is_theirs else from_address
    # Keys stand in logs, where no address belongs.
    who = hashlib.sha256(from_address.encode("utf-8", "replace")).hexdigest()[:16]
    key = f"{who}:{now.isoformat()}"
    said = _Said(meant, text, key, name, {outreach.contact_key: outreach.address})
    with records.writing() as writer:
        return _noted(writer, playbook, now, found.id, said)


def note_bounce(
    records: Records,
    playbook: Playbook,
    now: datetime,
    message_id: str,
    addresses: Iterable[str],
    *,
    hard: bool,
) -> bool:
    """Keep that the message with that Message-ID came back. A hard bounce of the address that it
    was sent to ends all mail to it. False where we sent no such message."""
    with records.writing() as writer:
        found = writer.outreach_by_message(MAIL, "", "", message_id)
        if found is None:
            return False
        ours = found.outreach.address.lower()
        if not hard or ours not in {address.strip().lower() for address in addresses}:
            return False
        if suppress_reader(writer, found, SuppressionKind.BOUNCED, now, f"bounce of {found.id}"):
            _tell(writer, playbook, found, f"bounce:{found.id}", bounced_card(found), now)
        return True


def note_complaint(records: Records, playbook: Playbook, now: datetime, message_id: str) -> bool:
    """Keep that they reported the message with that Message-ID as spam: they get no other. False
    where we sent no such message."""
    with records.writing() as writer:
        found = writer.outreach_by_message(MAIL, "", "", message_id)
        if found is None:
            return False
        suppress_reader(writer, found, SuppressionKind.COMPLAINT, now, f"complaint of {found.id}")
        _keep_reaction(writer, found, Reaction.OPTED_OUT, now)
        said = "This message was reported as spam."
        card = reaction_card(found, found.outreach.contact_name, Reaction.OPTED_OUT, said)
        _tell(writer, playbook, found, f"complaint:{found.id}", card, now)
        return True


def _answered(
    reader: Reader, place: Place, thread: str, who: Principal, now: datetime
) -> StoredOutreach | None:
    """The message of ours that is replied to, if there is one to their account."""
    found = (
        reader.outreach_by_message(place.platform, place.workspace, place.channel, thread)
        if thread
        else None
    )
    if found is None and place.kind is PlaceKind.DM:
        found = _last_direct(reader, place.platform, who, now)
    return found if found and found.outreach.account_key == who.account_key else None


def _last_direct(
    reader: Reader, platform: str, who: Principal, now: datetime
) -> StoredOutreach | None:
    sent = reader.outreach_list(REACHED, account_key=who.account_key)
    theirs = (
        one
        for one in sent
        if one.outreach.channel is ChannelKind.DM
        and (one.outreach.platform, one.outreach.person_key) == (platform, who.key)
        and one.outreach.sent_at is not None
        and one.outreach.sent_at >= now - REPLY_WITHIN
    )
    return max(theirs, key=lambda one: one.outreach.sent_at or now, default=None)


def _noted(
    writer: Writer, playbook: Playbook, now: datetime, outreach_id: int, said: _Said
) -> HeardReply | None:
    found = writer.outreach(outreach_id)
    if found is None:
        return None
    meant, source = said.meant, f"reply to outreach {found.id}"
    if kind := _kind_of(meant):
        account_key = found.outreach.account_key
        for contact_key, address in sorted(said.leaving.items()):
            keep_opt_out(writer, account_key, contact_key, address, None, source, now, kind)
    _keep_reaction(writer, found, meant.reaction, now)
    card = reaction_card(found, said.name, meant.reaction, said.text, is_unclear=meant.is_unclear)
    owner = _tell(writer, playbook, found, f"reply:{found.id}:{said.key}", card, now)
    return HeardReply(found.id, meant.reaction, owner)


def _kind_of(meant: Understood) -> SuppressionKind | None:
    """What is kept of it: what is not clear, a colleague can take back."""
    if meant.reaction is Reaction.OPTED_OUT:
        return SuppressionKind.OPT_OUT
    return SuppressionKind.DO_NOT_CONTACT if meant.is_unclear else None


def _leaving(
    reader: Reader, found: StoredOutreach, spoken_from: str, now: datetime
) -> dict[str, str]:
    """Who gets no more if that is asked for, with their addresses: whoever spoke, or, where that is
    no contact we know, whom we wrote to. Also whom we wrote to in a channel, since the next message
    to them would be read there again."""
    outreach = found.outreach
    known = addresses_at(reader, outreach.account_key, now)
    wanted = spoken_from.strip().lower()
    leaving = {
        key: address for key, address in known.items() if wanted and address.lower() == wanted
    }
    if not leaving or outreach.channel is ChannelKind.CHANNEL:
        leaving[outreach.contact_key] = known.get(outreach.contact_key, outreach.address)
    return leaving


def _keep_reaction(
    writer: Writer, found: StoredOutreach, reaction: Reaction, now: datetime
) -> None:
    stored = writer.outreach(found.id)
    if stored is None:
        return
    before = stored.outreach
    after = stronger(before.reaction, reaction)
    if after is before.reaction:
        return
    changes = {"reaction": after, "reacted_at": before.reacted_at or now}
    writer.update_outreach(found.id, before.model_copy(update=changes))
    writer.audit(
        AuditEntry(
            at=now,
            who="customer",
            what="outreach.reaction",
            subject=f"outreach:{found.id}",
            account_key=before.account_key,
            play=before.play,
            fingerprint=before.fingerprint,
            before={"reaction": before.reaction},
            after={"reaction": after},
        )
    )


def _tell(
    writer: Writer, playbook: Playbook, found: StoredOutreach, key: str, card: Card, now: datetime
) -> str:
    """Tell whoever looks after the account; their name."""
    on_call = playbook.answers.hand_over.on_call
    owner = owner_of(writer, found.outreach.account_key, on_call)
    if owner is None:
        return ""
    tell_person(writer, key, found.outreach.platform or MAIL, owner, card, now)
    return owner.name
