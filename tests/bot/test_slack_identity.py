"""Who is who, and who listens, from what Slack says; through the whole surface."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.surfaces.slack.facts import shares_outside, user_facts
from bot.surfaces.slack.suspicion import Suspicion
from bot.turn import Turn
from csm.people import (
    STAFF_ONLY,
    STRANGER,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Place,
    PlaceKind,
    Role,
)
from tests.bot.scripted import CASEY, JO
from tests.bot.slack_double import TEAM, Fault
from tests.bot.slack_records import MemoryRecords
from tests.bot.slack_stage import (
    DIRECT,
    FOREIGNER,
    GUEST,
    OTHER,
    ROOM,
    SHARED,
    STAFF,
    Stage,
    stage,
)

pytestmark = pytest.mark.anyio

ACME = Audience(AudienceKind.CUSTOMER, "acme")


async def ask(s: Stage, user: str = STAFF, channel: str = ROOM) -> Turn:
    await s.command("/account acme", user, channel)
    await s.settle()
    return s.turns[-1]


def bound(records: MemoryRecords, channel: str, audience: Audience = ACME) -> None:
    place = Place("slack", TEAM, channel, PlaceKind.CHANNEL, audience)
    records.save_place(place, datetime(2020, 1, 1, tzinfo=UTC))


async def test_a_colleague_is_found_by_mail_once_and_linked() -> None:
    records = MemoryRecords(CASEY)
    async with stage(records=records) as s:
        assert (await ask(s)).who == CASEY
        assert records.links == {("slack", TEAM, STAFF): "casey"}
        records.by_key["casey"] = replace(CASEY, email="married@digital.example")
        assert (await ask(s)).who.key == "casey"


@pytest.mark.parametrize(
    "facts",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"team_id": "T0ELSE"},
        {"is_bot": True},
        {"deleted": True},
        {"is_email_confirmed": False},
    ],
)
async def test_a_mail_address_alone_makes_nobody_staff(facts: dict[str, Any]) -> None:
    records = MemoryRecords(CASEY)
    async with stage(records=records) as s:
        s.double.users[STAFF] |= facts
        turn = await ask(s, channel=DIRECT)
        assert turn.who == STRANGER
        assert turn.place.audience == UNKNOWN_AUDIENCE
        assert not records.links


async def test_a_link_does_not_outlive_becoming_a_guest() -> None:
    records = MemoryRecords(CASEY)
    records.link_person("casey", "slack", TEAM, STAFF)
    async with stage(records=records) as s:
        s.double.users[STAFF]["is_restricted"] = True
        assert (await ask(s)).who == STRANGER


async def test_a_contact_is_known_in_the_place_of_their_account() -> None:
    records = MemoryRecords(CASEY, JO)
    async with stage(records=records) as s:
        assert (await ask(s, FOREIGNER, SHARED)).who == STRANGER
        bound(records, SHARED)
        turn = await ask(s, FOREIGNER, SHARED)
        assert turn.who.role is Role.CONTACT
        assert turn.place.audience == ACME
        assert records.links == {("slack", "T0ACME", FOREIGNER): "jo"}
        bound(records, SHARED, Audience(AudienceKind.CUSTOMER, "globex"))
        assert (await ask(s, FOREIGNER, SHARED)).who == STRANGER


async def test_nobody_is_guessed_when_slack_does_not_answer() -> None:
    async with stage() as s:
        s.double.fail("users.info", *[Fault(500)] * 3)
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        assert not s.turns
        (told,) = s.double.sent("response_url")
        assert "could not check with Slack who you are" in told["text"]


async def test_a_room_of_colleagues_is_staff_only() -> None:
    async with stage() as s:
        turn = await ask(s)
        assert turn.place == Place("slack", TEAM, ROOM, PlaceKind.CHANNEL, STAFF_ONLY, ROOM.lower())


@pytest.mark.parametrize(
    "facts",
    [
        {"is_ext_shared": True},
        {"is_pending_ext_shared": True},
        {"pending_shared": ["T0ELSE"]},
        {"pending_connected_team_ids": ["T0ELSE"]},
        {"connected_team_ids": [TEAM, "T0ELSE"]},
        {"shared_team_ids": ["T0ELSE"]},
        {"is_org_shared": True, "internal_team_ids": [TEAM, "T0ELSE"]},
        {"is_org_shared": True},
        {"is_shared": True},
        {"context_team_id": "T0ELSE"},
        {"conversation_host_id": "T0ELSE"},
    ],
)
async def test_any_sign_of_sharing_makes_the_audience_unknown(facts: dict[str, Any]) -> None:
    async with stage() as s:
        s.double.conversations[ROOM] |= facts
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


async def test_our_other_workspaces_are_ours() -> None:
    async with stage(own_team_ids=frozenset({"T0SISTER"})) as s:
        facts = {"is_org_shared": True, "connected_team_ids": [TEAM, "T0SISTER"]}
        s.double.conversations[ROOM] |= facts
        s.double.users[OTHER]["team_id"] = "T0SISTER"
        assert (await ask(s)).place.audience == STAFF_ONLY


@pytest.mark.parametrize("outsider", [GUEST, FOREIGNER])
@pytest.mark.parametrize("facts", [{}, {"is_mpim": True}])
async def test_one_outsider_on_the_last_page_of_members_is_enough(
    outsider: str, facts: dict[str, Any]
) -> None:
    async with stage() as s:
        s.double.add_channel(ROOM, STAFF, OTHER, STAFF, OTHER, outsider, **facts)
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


async def test_a_group_of_colleagues_is_staff_only() -> None:
    async with stage() as s:
        s.double.add_channel(ROOM, STAFF, OTHER, is_mpim=True)
        assert (await ask(s)).place.audience == STAFF_ONLY


@pytest.mark.parametrize("facts", [{}, {"num_members": 0}])
async def test_a_crowd_is_unknown(facts: dict[str, Any]) -> None:
    async with stage(max_members=3) as s:
        s.double.add_channel(ROOM, *[STAFF, OTHER] * 2, **facts)
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE
        assert len(s.double.sent("users.info")) == 1


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members"])
async def test_when_slack_does_not_say_who_listens_everybody_may(method: str) -> None:
    records = MemoryRecords(CASEY)
    async with stage(records=records) as s:
        s.double.fail(method, Fault(error="missing_scope"))
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE
        assert [place.audience for place in records.places()] == [UNKNOWN_AUDIENCE]
        assert (await ask(s)).place.audience == STAFF_ONLY


async def test_a_member_whom_slack_does_not_know_makes_the_audience_unknown() -> None:
    async with stage() as s:
        s.double.add_channel(ROOM, STAFF, "U0GHOST")
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


async def test_another_persons_direct_messages_are_no_place_of_ours() -> None:
    async with stage() as s:
        turn = await ask(s, channel="D0PRIVATE")
        assert (turn.place.kind, turn.place.audience) == (PlaceKind.CHANNEL, UNKNOWN_AUDIENCE)


async def test_direct_messages_with_a_strange_colleague_are_not_staff_only() -> None:
    async with stage() as s:
        s.double.add_direct("D0RILEY", OTHER)
        turn = await ask(s, OTHER, "D0RILEY")
        assert (turn.who, turn.place.audience) == (STRANGER, UNKNOWN_AUDIENCE)
        assert turn.place.kind is PlaceKind.DM


async def test_a_bound_place_stays_the_customers_whoever_is_in_it() -> None:
    records = MemoryRecords(CASEY)
    bound(records, ROOM)
    async with stage(records=records) as s:
        assert (await ask(s)).place.audience == ACME
        await s.event({"type": "member_left_channel", "user": "U1", "channel": ROOM})
        await s.settle()
        assert (await ask(s)).place.audience == ACME
        assert not s.double.sent("conversations.info")


async def test_an_audience_is_believed_for_a_while() -> None:
    async with stage() as s:
        await ask(s)
        s.double.add_channel(ROOM, STAFF, GUEST)
        assert (await ask(s)).place.audience == STAFF_ONLY
        assert len(s.double.sent("conversations.info")) == 1
        s.pass_by(minutes=10)
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


EVENTS = [
    {"type": "member_joined_channel", "user": GUEST, "channel": ROOM},
    {"type": "member_left_channel", "user": GUEST, "channel": ROOM},
    {"type": "channel_shared", "channel": ROOM},
    {"type": "channel_unshared", "channel": ROOM},
    {"type": "channel_rename", "channel": {"id": ROOM, "name": "new"}},
    {"type": "user_change", "user": {"id": GUEST, "team_id": TEAM, "is_restricted": True}},
    {"type": "team_join", "user": {"id": "U0NEW", "team_id": TEAM, "is_restricted": True}},
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event["type"]))
async def test_it_is_forgotten_when_somebody_may_have_come(event: dict[str, Any]) -> None:
    records = MemoryRecords(CASEY)
    async with stage(records=records) as s:
        await ask(s)
        assert (await s.event(event)).status_code == 200
        await s.settle()
        assert records.audience_checked_at("slack", TEAM, ROOM) is None
        s.double.add_channel(ROOM, STAFF, GUEST)
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


async def test_a_change_of_mood_is_no_change_of_audience() -> None:
    async with stage() as s:
        await ask(s)
        await s.event({"type": "user_change", "user": {**s.double.users[OTHER], "status": "x"}})
        await s.settle()
        await ask(s)
        assert len(s.double.sent("conversations.info")) == 1


async def test_a_colleague_who_becomes_a_guest_is_noticed_everywhere() -> None:
    async with stage() as s:
        await ask(s)
        s.double.users[OTHER]["is_restricted"] = True
        await s.event({"type": "user_change", "user": s.double.users[OTHER]})
        await s.settle()
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


async def test_a_change_counts_even_while_the_database_is_locked() -> None:
    records = MemoryRecords(CASEY)
    async with stage(records=records) as s:
        await ask(s)
        records.trouble = RuntimeError("locked")
        await s.event({"type": "member_joined_channel", "user": GUEST, "channel": ROOM})
        await s.settle()
        records.trouble = None
        s.double.add_channel(ROOM, STAFF, GUEST)
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


async def test_who_comes_while_we_look_is_not_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage() as s:
        surface = s.slack.surface
        look = surface.api.conversation

        async def join_meanwhile(channel: str) -> dict[str, Any]:
            found = await look(channel)
            surface.identity.suspect(channel)
            return found

        monkeypatch.setattr(surface.api, "conversation", join_meanwhile)
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE
        monkeypatch.undo()
        assert (await ask(s)).place.audience == STAFF_ONLY


async def test_what_an_event_says_is_newer_than_an_answer_on_its_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage() as s:
        surface = s.slack.surface
        look = surface.api.user

        async def become_guest_meanwhile(user: str) -> dict[str, Any]:
            found = await look(user)
            if user == OTHER:
                await surface.identity.user_changed({**found, "is_restricted": True})
            return found

        monkeypatch.setattr(surface.api, "user", become_guest_meanwhile)
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


async def test_a_flood_of_changes_is_not_overlooked() -> None:
    async with stage(workers=1, waiting=0) as s:
        await ask(s)
        surface = s.slack.surface
        for number in range(50):
            surface.accept_change(f"C{number}")
        surface.accept_change(ROOM)
        surface.accept_user_change({"id": GUEST, "team_id": TEAM, "is_restricted": True})
        s.double.add_channel(ROOM, STAFF, GUEST)
        await s.settle()
        assert (await ask(s)).place.audience == UNKNOWN_AUDIENCE


def test_missing_facts_never_speak_for_trust() -> None:
    own = frozenset({TEAM})
    assert user_facts({"id": "U1"}, own).is_outsider
    assert user_facts({"id": "U1", "team_id": ""}, own).is_outsider
    grid = {"id": "U1", "team_id": "T0ELSE", "enterprise_user": {"teams": [TEAM]}}
    assert not user_facts(grid, own).is_outsider
    assert not shares_outside({"id": "C1"}, own)
    assert shares_outside({"id": "C1", "is_shared": True}, own)


def test_suspicion_is_settled_by_a_later_look() -> None:
    suspicion = Suspicion()
    assert not suspicion.is_suspect("C1")
    suspicion.raise_for("C1")
    assert suspicion.is_suspect("C1")
    assert not suspicion.is_suspect("C2")
    mark = suspicion.mark()
    suspicion.settle("C1", mark)
    assert not suspicion.is_suspect("C1")
    suspicion.raise_for(None)
    assert suspicion.is_suspect("C1")
    assert suspicion.is_suspect("C2")
    assert suspicion.is_newer("C1", mark)
