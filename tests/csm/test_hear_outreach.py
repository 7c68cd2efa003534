"""What customers say to a message of ours is kept, told to whoever is theirs, and honoured."""

from dataclasses import replace
from typing import Any

import pytest

from csm.audit import Chained
from csm.outreach import OutreachState, Reaction
from csm.people import Audience, AudienceKind, Capability, Place, PlaceKind, Principal, Role
from csm.play import Category, ChannelKind
from csm.ports import Records
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.hear_outreach import (
    HeardReply,
    note_bounce,
    note_chat_reply,
    note_complaint,
    note_emoji,
    note_mail_reply,
)
from csm.use_cases.opt_outs import opt_back_in, opt_out
from csm.use_cases.suppress import lift_suppression
from tests.csm.outreach_desk import ACME_SHARED, CASEY, JO, SAM, START, OutreachDesk, staff

KIM = Principal("kim", "Kim Nash", Role.CONTACT, "kim@acme.example", "acme")
GUEST = Principal("slack:U9", "Pat", Role.CONTACT, "", "acme")  # of whom no address is known
ACME = Audience(AudienceKind.CUSTOMER, "acme")
JO_DM = Place("slack", "T1", "D-JO", PlaceKind.DM, ACME)
KIM_DM = Place("slack", "T1", "D-KIM", PlaceKind.DM, ACME)
MAIL_ID = "<outreach-1@ours.example>"


@pytest.fixture
def house(records: Records) -> OutreachDesk:
    return OutreachDesk(records)


def sent(house: OutreachDesk, **changes: Any) -> int:
    """A direct message to Jo that was sent now."""
    done = {"state": OutreachState.SENT, "sent_at": house.now, "message": "m-1", **changes}
    return house.keep(house.draft(**done))


def in_channel(house: OutreachDesk) -> int:
    where = {"workspace": "T1", "place": "C-ACME", "person_key": ""}
    return sent(house, channel=ChannelKind.CHANNEL, **where)


def mailed(house: OutreachDesk) -> int:
    done = {"state": OutreachState.SENT, "sent_at": house.now, "message": MAIL_ID}
    return house.keep(house.mail(**done))


def heard(
    house: OutreachDesk,
    text: str,
    who: Principal = JO,
    place: Place = JO_DM,
    thread: str = "m-1",
    message: str = "m-2",
) -> HeardReply | None:
    playbook = house.desk.playbook
    return note_chat_reply(house.records, playbook, house.now, place, thread, message, who, text)


def by_mail(house: OutreachDesk, text: str, sender: str = "jo@acme.example") -> HeardReply | None:
    playbook = house.desk.playbook
    return note_mail_reply(house.records, playbook, house.now, MAIL_ID, sender, text)


def suppressed(house: OutreachDesk) -> list[Suppression]:
    with house.records.reading() as reader:
        return [stored.suppression for stored in reader.suppressions("acme")]


def left(house: OutreachDesk) -> list[str]:
    """Keys of the contacts who asked for no more of anything."""
    opted_out = (one for one in suppressed(house) if one.kind is SuppressionKind.OPT_OUT)
    return sorted(one.contact_key for one in opted_out if one.category is None)


def done(house: OutreachDesk, outreach_id: int) -> list[Chained]:
    return house.audit(f"outreach:{outreach_id}")


def told(house: OutreachDesk) -> list[str]:
    return [post.card["summary"] for post in house.posts_to(CASEY)]


def test_a_reply_is_kept_and_the_csm_is_told(house: OutreachDesk) -> None:
    outreach_id = sent(house)
    assert heard(house, "Sounds good!") == HeardReply(outreach_id, Reaction.POSITIVE, CASEY.name)
    kept = house.outreach(outreach_id)
    assert (kept.reaction, kept.reacted_at) == (Reaction.POSITIVE, START)
    (post,) = house.posts_to(CASEY)
    assert post.account_key is None
    assert post.card["summary"] == "Jo Park (Acme) replied, and sounds pleased."
    assert "“Sounds good!”" in str(post.card)
    (entry,) = (one.entry for one in done(house, outreach_id))
    assert (entry.who, entry.what) == ("customer", "outreach.reaction")
    assert "Sounds good" not in entry.model_dump_json()


def test_the_same_reply_heard_twice_is_one(house: OutreachDesk) -> None:
    outreach_id = sent(house)
    heard(house, "Great")
    heard(house, "Great")
    assert len(told(house)) == 1
    assert len(done(house, outreach_id)) == 1


def test_each_reply_is_told_and_the_strongest_reaction_stays(house: OutreachDesk) -> None:
    outreach_id = sent(house)
    heard(house, "Great", message="m-2")
    house.clock.pass_by(hours=1)
    heard(house, "I will ask Bo.", message="m-3")
    assert len(told(house)) == 2
    kept = house.outreach(outreach_id)
    assert (kept.reaction, kept.reacted_at) == (Reaction.POSITIVE, START)
    heard(house, "No thanks, not interested.", message="m-4")
    assert house.outreach(outreach_id).reaction is Reaction.NEGATIVE


@pytest.mark.parametrize("text", ["Please stop.", "STOP", "unsubscribe me"])
def test_stop_is_honoured_at_once(house: OutreachDesk, text: str) -> None:
    outreach_id = sent(house)
    reply = heard(house, text)
    assert reply is not None
    assert reply.reaction is Reaction.OPTED_OUT
    (kept,) = suppressed(house)
    assert (kept.contact_key, kept.address) == ("jo", "jo@acme.example")
    assert (kept.kind, kept.category) == (SuppressionKind.OPT_OUT, None)
    assert kept.source == f"reply to outreach {outreach_id}"
    assert "asked for no more such messages" in told(house)[0]
    assert [one.entry.what for one in house.audit("contact:acme/jo")] == ["suppression.opt_out"]


@pytest.mark.parametrize("way", [heard, by_mail])
def test_what_may_mean_stop_holds_until_a_colleague_has_read_it(
    house: OutreachDesk, way: Any
) -> None:
    outreach_id = sent(house) if way is heard else mailed(house)
    reply = way(house, "How do I unsubscribe?")
    assert reply.reaction is Reaction.NEGATIVE
    (kept,) = suppressed(house)
    assert (kept.contact_key, kept.kind) == ("jo", SuppressionKind.DO_NOT_CONTACT)
    assert kept.source == f"reply to outreach {outreach_id}"
    (post,) = house.posts_to(CASEY)
    assert "may want no more messages" in post.card["summary"]
    assert "/suppress Acme" in str(post.card)
    assert "How do I unsubscribe?" in str(post.card)
    with house.records.reading() as reader:
        (stored,) = reader.suppressions("acme")
    clearance = staff(CASEY, Capability.SUPPRESS)
    lift_suppression(clearance, house.records, house.clock, "acme", stored.id)
    assert suppressed(house) == []


def test_no_address_stands_in_a_key(house: OutreachDesk) -> None:
    mailed(house)
    by_mail(house, "Great")
    (post,) = house.posts_to(CASEY)
    assert post.key.startswith("reply:1:")
    assert "@" not in post.key


def test_a_forged_perhaps_holds_nothing(house: OutreachDesk) -> None:
    mailed(house)
    reply = by_mail(house, "How do I unsubscribe?", "eve@evil.example")
    assert reply is not None
    assert reply.reaction is Reaction.REPLIED
    assert suppressed(house) == []


def test_in_a_channel_whoever_spoke_is_heard_and_the_addressee_rests_too(
    house: OutreachDesk,
) -> None:
    in_channel(house)
    heard(house, "Please stop", KIM, ACME_SHARED)
    assert left(house) == ["jo", "kim"]


def test_somebody_without_a_known_address_ends_it_for_the_addressee(house: OutreachDesk) -> None:
    in_channel(house)
    heard(house, "Please stop", GUEST, ACME_SHARED)
    assert left(house) == ["jo"]


def test_opting_out_twice_is_one(house: OutreachDesk) -> None:
    sent(house)
    heard(house, "stop", message="m-2")
    heard(house, "stop", message="m-3")
    assert left(house) == ["jo"]
    assert len(house.audit("contact:acme/jo")) == 1


NO_REPLIES = [
    (CASEY, ACME_SHARED, "m-1"),  # one of ours
    (replace(JO, role=Role.STRANGER, account_key=None), JO_DM, "m-1"),
    (replace(JO, account_key=None), JO_DM, "m-1"),
    (SAM, ACME_SHARED, "m-1"),  # another customer's
    (KIM, ACME_SHARED, "m-0"),  # another thread
    (KIM, ACME_SHARED, ""),
    (KIM, replace(ACME_SHARED, channel="C-OTHER"), "m-1"),
    (KIM, replace(ACME_SHARED, workspace="T2"), "m-1"),
]


@pytest.mark.parametrize(("who", "place", "thread"), NO_REPLIES)
def test_what_is_no_reply_leaves_no_trace(
    house: OutreachDesk, who: Principal, place: Place, thread: str
) -> None:
    outreach_id = in_channel(house)
    assert heard(house, "Please stop", who, place, thread) is None
    assert heard(house, "   ", KIM, ACME_SHARED) is None
    assert house.outreach(outreach_id).reaction is None
    assert suppressed(house) == []
    assert told(house) == []
    assert house.audit() == []


@pytest.mark.parametrize("state", [OutreachState.DRAFTED, OutreachState.HOLDOUT])
def test_nobody_replies_to_what_was_never_sent(house: OutreachDesk, state: OutreachState) -> None:
    house.keep(house.draft(state=state))
    assert heard(house, "Great", thread="") is None


def test_what_may_have_arrived_can_be_replied_to(house: OutreachDesk) -> None:
    outreach_id = sent(house, state=OutreachState.IN_DOUBT)
    reply = heard(house, "Great", thread="")
    assert reply is not None
    assert reply.outreach_id == outreach_id


@pytest.mark.parametrize(("days", "is_reply"), [(0, True), (14, True), (15, False)])
def test_in_direct_messages_a_reply_needs_no_thread_for_a_fortnight(
    house: OutreachDesk, days: int, *, is_reply: bool
) -> None:
    sent(house)
    house.clock.pass_by(days=days)
    assert (heard(house, "Great", thread="m-9") is not None) is is_reply


def test_the_last_of_several_direct_messages_is_meant(house: OutreachDesk) -> None:
    sent(house)
    house.clock.pass_by(days=1)
    second = sent(house, key="another", message="m-5")
    reply = heard(house, "Great", thread="")
    assert reply is not None
    assert reply.outreach_id == second
    first = heard(house, "Great", thread="m-1")
    assert first is not None
    assert first.outreach_id != second


def test_a_colleague_of_theirs_does_not_answer_a_direct_message(house: OutreachDesk) -> None:
    sent(house)
    assert heard(house, "Great", KIM, KIM_DM, thread="") is None


def test_without_a_csm_a_manager_is_told(house: OutreachDesk) -> None:
    house.put("accounts", ("key", "name", "csm_email"), ("acme", "Acme", ""))
    sent(house)
    reply = heard(house, "Great")
    assert reply is not None
    assert reply.owner_name == "Morgan Lee"


@pytest.mark.parametrize(
    ("emoji", "reaction"),
    [("+1", Reaction.POSITIVE), ("-1", Reaction.NEGATIVE), ("eyes", None)],
)
def test_emoji(house: OutreachDesk, emoji: str, reaction: Reaction | None) -> None:
    outreach_id = in_channel(house)
    playbook = house.desk.playbook
    kept = note_emoji(house.records, playbook, house.now, ACME_SHARED, "m-1", KIM, emoji)
    assert kept is (reaction is not None)
    assert house.outreach(outreach_id).reaction is reaction
    assert told(house) == []


@pytest.mark.parametrize(("who", "message"), [(CASEY, "m-1"), (SAM, "m-1"), (KIM, "m-0")])
def test_emoji_of_others_or_on_others(house: OutreachDesk, who: Principal, message: str) -> None:
    outreach_id = in_channel(house)
    playbook = house.desk.playbook
    assert not note_emoji(house.records, playbook, house.now, ACME_SHARED, message, who, "+1")
    assert house.outreach(outreach_id).reaction is None


def test_a_reply_by_mail(house: OutreachDesk) -> None:
    outreach_id = mailed(house)
    reply = by_mail(house, "Thank you, that works.", "JO@acme.example ")
    assert reply == HeardReply(outreach_id, Reaction.POSITIVE, CASEY.name)
    assert told(house) == ["Jo Park (Acme) replied, and sounds pleased."]


def test_stop_by_mail_from_the_reader(house: OutreachDesk) -> None:
    mailed(house)
    by_mail(house, "unsubscribe")
    (kept,) = suppressed(house)
    assert (kept.contact_key, kept.address) == ("jo", "jo@acme.example")


def test_nobody_opts_out_for_somebody_else_by_mail(house: OutreachDesk) -> None:
    outreach_id = mailed(house)
    reply = by_mail(house, "unsubscribe", "mallory@evil.example")
    assert reply == HeardReply(outreach_id, Reaction.REPLIED, CASEY.name)
    assert suppressed(house) == []
    assert "mallory@evil.example (Acme) replied." in told(house)


def test_mail_to_nothing_of_ours(house: OutreachDesk) -> None:
    assert by_mail(house, "unsubscribe") is None
    assert not note_complaint(house.records, house.desk.playbook, house.now, MAIL_ID)
    assert not bounced(house, "jo@acme.example")
    assert suppressed(house) == []


def bounced(house: OutreachDesk, *addresses: str, hard: bool = True) -> bool:
    playbook = house.desk.playbook
    return note_bounce(house.records, playbook, house.now, MAIL_ID, addresses, hard=hard)


def test_a_hard_bounce_ends_all_mail_there(house: OutreachDesk) -> None:
    mailed(house)
    assert bounced(house, "other@acme.example", "Jo@Acme.example")
    assert bounced(house, "jo@acme.example")
    (kept,) = suppressed(house)
    assert (kept.kind, kept.contact_key) == (SuppressionKind.BOUNCED, "jo")
    assert kept.address == "jo@acme.example"
    assert told(house) == ["Mail to Jo Park (Acme) came back: jo@acme.example."]


@pytest.mark.parametrize(
    ("addresses", "hard"),
    [(("jo@acme.example",), False), (("kim@acme.example",), True), ((), True)],
)
def test_a_soft_bounce_or_another_address_changes_nothing(
    house: OutreachDesk, addresses: tuple[str, ...], *, hard: bool
) -> None:
    mailed(house)
    assert not bounced(house, *addresses, hard=hard)
    assert suppressed(house) == []
    assert told(house) == []


def test_a_complaint_ends_all_messages(house: OutreachDesk) -> None:
    outreach_id = mailed(house)
    for _ in range(2):
        assert note_complaint(house.records, house.desk.playbook, house.now, MAIL_ID)
    (kept,) = suppressed(house)
    assert (kept.kind, kept.contact_key) == (SuppressionKind.COMPLAINT, "jo")
    assert house.outreach(outreach_id).reaction is Reaction.OPTED_OUT
    assert len(told(house)) == 1
    assert "reported as spam" in str(house.posts_to(CASEY)[0].card)


def leave(house: OutreachDesk, category: Category | None = None) -> int:
    return opt_out(house.records, house.now, "acme", "jo", category, "a link")


def come_back(house: OutreachDesk, left_as: int, category: Category | None = None) -> bool:
    who = ("acme", "jo", category)
    return opt_back_in(house.records, house.now, *who, "a link", left_as)


def test_out_and_back_in_by_a_link(house: OutreachDesk) -> None:
    left_as = leave(house)
    assert leave(house) == left_as
    assert suppressed(house)[0].address == "jo@acme.example"
    assert come_back(house, left_as)
    assert not come_back(house, left_as)
    assert suppressed(house) == []
    later = leave(house)
    assert later != left_as
    assert not come_back(house, left_as)
    assert len(suppressed(house)) == 1
    what = [one.entry.what for one in house.audit("contact:acme/jo")]
    assert what == ["suppression.opt_out", "suppression.lifted", "suppression.opt_out"]


def test_coming_back_takes_back_that_very_opt_out_alone(house: OutreachDesk) -> None:
    of_all, of_news = leave(house), leave(house, Category.PRODUCT)
    assert not come_back(house, of_all, Category.PRODUCT)
    assert come_back(house, of_news, Category.PRODUCT)
    assert [one.category for one in suppressed(house)] == [None]
    assert not come_back(house, of_all, Category.MARKETING)


def test_a_complaint_is_not_taken_back_by_a_link(house: OutreachDesk) -> None:
    mailed(house)
    note_complaint(house.records, house.desk.playbook, house.now, MAIL_ID)
    with house.records.reading() as reader:
        (stored,) = reader.suppressions("acme")
    assert not come_back(house, stored.id)
    assert len(suppressed(house)) == 1


def test_an_opt_out_of_somebody_unknown_is_kept_all_the_same(house: OutreachDesk) -> None:
    assert opt_out(house.records, house.now, "acme", "gone", None, "a link")
    (kept,) = suppressed(house)
    assert (kept.contact_key, kept.address) == ("gone", "")
