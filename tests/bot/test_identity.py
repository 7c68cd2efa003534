"""Trust is earned by facts: one outside sign is enough to lose it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.identity import (
    ConversationFacts,
    ConversationKind,
    UserFacts,
    audience_of,
    is_bound,
    may_match_by_email,
    place_of,
    principal_of,
)
from csm.people import (
    STAFF_ONLY,
    STRANGER,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Capability,
    Place,
    PlaceKind,
    Principal,
    Role,
    may,
)

CASEY = Principal("casey", "Casey", Role.CSM, "casey@ours.example")
JO = Principal("jo", "Jo", Role.CONTACT, "jo@acme.example", account_key="acme")
ACME = Audience(AudienceKind.CUSTOMER, "acme")
GLOBEX = Audience(AudienceKind.CUSTOMER, "globex")
COLLEAGUE = UserFacts("U1", "T1", "casey@ours.example", "Casey")
GUEST = UserFacts("U2", is_guest=True)
FOREIGNER = UserFacts("U3", is_foreign=True)

colleagues = st.builds(
    UserFacts, user=st.text(max_size=5), is_bot=st.booleans(), is_deleted=st.booleans()
)
outsiders = st.builds(
    UserFacts, user=st.text(max_size=5), is_guest=st.booleans(), is_foreign=st.booleans()
).filter(lambda facts: facts.is_outsider)
groups = st.sampled_from([ConversationKind.GROUP, ConversationKind.CHANNEL])
kinds = st.sampled_from(ConversationKind)


def who(
    facts: UserFacts, known: Principal | None, where: Place, *, linked: bool = False
) -> Principal:
    return principal_of(facts, known, where, linked=linked)


def place(audience: Audience, kind: PlaceKind = PlaceKind.CHANNEL) -> Place:
    return Place("slack", "T1", "C1", kind, audience)


@given(groups, st.lists(colleagues, min_size=1))
def test_a_room_full_of_colleagues_is_staff_only(
    kind: ConversationKind, members: list[UserFacts]
) -> None:
    assert audience_of(ConversationFacts(kind, members=tuple(members))) == STAFF_ONLY


@given(kinds, st.lists(colleagues), outsiders, st.lists(colleagues))
def test_one_outsider_anywhere_is_never_staff(
    kind: ConversationKind, before: list[UserFacts], outsider: UserFacts, after: list[UserFacts]
) -> None:
    facts = ConversationFacts(kind, members=(*before, outsider, *after), counterpart=CASEY)
    assert audience_of(facts) == UNKNOWN_AUDIENCE


@given(kinds, st.lists(colleagues))
def test_a_share_is_never_staff(kind: ConversationKind, members: list[UserFacts]) -> None:
    facts = ConversationFacts(kind, True, tuple(members), counterpart=CASEY)
    assert audience_of(facts) == UNKNOWN_AUDIENCE


@given(kinds)
def test_members_that_cannot_be_listed_are_never_staff(kind: ConversationKind) -> None:
    assert audience_of(ConversationFacts(kind, counterpart=CASEY)) == UNKNOWN_AUDIENCE
    assert audience_of(ConversationFacts(kind, members=())) == UNKNOWN_AUDIENCE


@pytest.mark.parametrize(
    ("counterpart", "members", "expected"),
    [
        (CASEY, (COLLEAGUE,), STAFF_ONLY),
        (CASEY, (GUEST,), UNKNOWN_AUDIENCE),
        (CASEY, (FOREIGNER,), UNKNOWN_AUDIENCE),
        (CASEY, (COLLEAGUE, COLLEAGUE), UNKNOWN_AUDIENCE),
        (JO, (COLLEAGUE,), UNKNOWN_AUDIENCE),
        (STRANGER, (COLLEAGUE,), UNKNOWN_AUDIENCE),
        (None, (COLLEAGUE,), UNKNOWN_AUDIENCE),
    ],
)
def test_direct_messages_are_staff_only_with_staff(
    counterpart: Principal | None, members: tuple[UserFacts, ...], expected: Audience
) -> None:
    facts = ConversationFacts(ConversationKind.DIRECT, members=members, counterpart=counterpart)
    assert audience_of(facts) == expected


def test_who_is_switched_off_does_not_listen() -> None:
    members = (COLLEAGUE, replace(GUEST, is_deleted=True))
    facts = ConversationFacts(ConversationKind.CHANNEL, members=members)
    assert audience_of(facts) == STAFF_ONLY


def test_a_binding_outlives_what_the_facts_say() -> None:
    assert place_of(place(ACME), place(STAFF_ONLY)).audience == ACME
    assert place_of(place(ACME), place(UNKNOWN_AUDIENCE)).audience == ACME
    assert place_of(place(STAFF_ONLY), place(UNKNOWN_AUDIENCE)).audience == UNKNOWN_AUDIENCE
    assert place_of(None, place(STAFF_ONLY)).audience == STAFF_ONLY
    assert not is_bound(place(Audience(AudienceKind.CUSTOMER)))


@pytest.mark.parametrize(
    "facts",
    [
        replace(COLLEAGUE, is_foreign=True),
        replace(COLLEAGUE, is_guest=True),
        replace(COLLEAGUE, is_bot=True),
        replace(COLLEAGUE, is_deleted=True),
    ],
)
@pytest.mark.parametrize("audience", [STAFF_ONLY, ACME, UNKNOWN_AUDIENCE])
def test_only_full_members_of_our_own_are_staff(facts: UserFacts, audience: Audience) -> None:
    assert who(facts, CASEY, place(audience)) == STRANGER


def test_staff_are_staff_wherever_they_ask() -> None:
    for audience in (STAFF_ONLY, ACME, UNKNOWN_AUDIENCE):
        assert who(COLLEAGUE, CASEY, place(audience)) == CASEY
        assert who(COLLEAGUE, CASEY, place(audience), linked=True) == CASEY


@pytest.mark.parametrize("facts", [GUEST, FOREIGNER, COLLEAGUE])
def test_contacts_are_known_in_their_own_accounts_place_alone(facts: UserFacts) -> None:
    assert who(facts, JO, place(ACME)) == JO
    for audience in (GLOBEX, STAFF_ONLY, UNKNOWN_AUDIENCE):
        assert who(facts, JO, place(audience)) == STRANGER


def test_nobody_known_is_a_stranger() -> None:
    assert who(COLLEAGUE, None, place(STAFF_ONLY)) == STRANGER
    assert who(FOREIGNER, replace(JO, account_key=None), place(STAFF_ONLY)) == STRANGER


@pytest.mark.parametrize("facts", [GUEST, FOREIGNER])
def test_an_outsider_nobody_knows_is_a_contact_of_the_customer_whose_channel_it_is(
    facts: UserFacts,
) -> None:
    person = who(facts, None, place(ACME))
    assert (person.role, person.account_key) == (Role.CONTACT, "acme")
    assert person.key == f"slack:{facts.user}"
    assert who(facts, None, place(ACME, PlaceKind.DM)) == STRANGER
    for audience in (STAFF_ONLY, UNKNOWN_AUDIENCE, Audience(AudienceKind.CUSTOMER)):
        assert who(facts, None, place(audience)) == STRANGER


@pytest.mark.parametrize(
    "facts", [replace(FOREIGNER, is_bot=True), replace(GUEST, is_deleted=True)]
)
def test_machines_and_those_who_left_are_nobodys_contact(facts: UserFacts) -> None:
    assert who(facts, None, place(ACME)) == STRANGER


def test_a_colleague_nobody_has_added_may_nothing_but_is_known_for_one_of_ours() -> None:
    person = who(COLLEAGUE, None, place(ACME))
    assert (person.role, person.of_ours, person.is_staff) == (Role.STRANGER, True, False)
    assert not any(may(person, capability) for capability in Capability)
    assert who(COLLEAGUE, None, place(ACME, PlaceKind.DM)) == STRANGER


@pytest.mark.parametrize("facts", [GUEST, FOREIGNER])
def test_whom_we_know_as_somebody_else_is_not_taken_for_a_customer(facts: UserFacts) -> None:
    assert who(facts, CASEY, place(ACME)) == STRANGER
    assert who(facts, JO, place(GLOBEX)) == STRANGER


def test_addresses_count_only_where_somebody_is_behind_them() -> None:
    assert may_match_by_email(COLLEAGUE)
    assert not may_match_by_email(replace(COLLEAGUE, email=""))
    assert not may_match_by_email(replace(COLLEAGUE, is_bot=True))
    assert not may_match_by_email(replace(COLLEAGUE, is_deleted=True))


def test_linked_contacts_are_known_in_their_direct_messages_too() -> None:
    direct = place(UNKNOWN_AUDIENCE, PlaceKind.DM)
    assert who(FOREIGNER, JO, direct, linked=True) == JO
    assert who(FOREIGNER, JO, direct) == STRANGER
    assert who(FOREIGNER, JO, place(GLOBEX), linked=True) == STRANGER
