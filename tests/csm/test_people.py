"""Role x capability x audience: who may do what, in front of whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.errors import Forbidden
from csm.people import (
    INTERNAL,
    ROLE_CAPABILITIES,
    STAFF_ONLY,
    STRANGER,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Capability,
    Clearance,
    Principal,
    Role,
    clear,
    may,
)

CUSTOMER = Audience(AudienceKind.CUSTOMER, "acme")
AUDIENCES = st.sampled_from([STAFF_ONLY, UNKNOWN_AUDIENCE, CUSTOMER])


def person(role: Role) -> Principal:
    return Principal(key="kim", name="Kim", role=role, email="kim@vendor.example")


@given(st.sampled_from(Role), st.sampled_from(Capability), AUDIENCES)
def test_a_clearance_needs_the_role_and_the_audience(
    role: Role, capability: Capability, audience: Audience
) -> None:
    allowed = capability in ROLE_CAPABILITIES[role] and (
        capability not in INTERNAL or audience is STAFF_ONLY
    )
    if allowed:
        assert clear(person(role), capability, audience).capability is capability
    else:
        with pytest.raises(Forbidden):
            clear(person(role), capability, audience)


@pytest.mark.parametrize("capability", sorted(Capability))
def test_a_stranger_may_nothing(capability: Capability) -> None:
    with pytest.raises(Forbidden, match="do not know you"):
        clear(STRANGER, capability, STAFF_ONLY)


def test_a_contact_may_read_nothing_internal() -> None:
    assert not any(may(person(Role.CONTACT), capability) for capability in INTERNAL)


@pytest.mark.parametrize("role", [Role.CSM, Role.MANAGER, Role.ADMIN])
def test_each_role_may_all_that_the_one_below_it_may(role: Role) -> None:
    below = {Role.CSM: Role.CONTACT, Role.MANAGER: Role.CSM, Role.ADMIN: Role.MANAGER}[role]
    assert ROLE_CAPABILITIES[below] <= ROLE_CAPABILITIES[role]


OUTREACH = [
    (Capability.DRAFT_OUTREACH, {Role.CSM, Role.MANAGER, Role.ADMIN}),
    (Capability.APPROVE_OUTREACH, {Role.CSM, Role.MANAGER, Role.ADMIN}),
    (Capability.PAUSE_SENDING, {Role.CSM, Role.MANAGER, Role.ADMIN}),
    (Capability.SUPPRESS, {Role.CSM, Role.MANAGER, Role.ADMIN}),
    (Capability.READ_AUDIT, {Role.MANAGER, Role.ADMIN}),
    (Capability.GRANT_TIERS, {Role.ADMIN}),
]


@pytest.mark.parametrize(("capability", "roles"), OUTREACH)
def test_who_has_to_do_with_outreach(capability: Capability, roles: set[Role]) -> None:
    assert {role for role in Role if may(person(role), capability)} == roles
    with pytest.raises(Forbidden, match="outside the team"):
        clear(person(Role.ADMIN), capability, CUSTOMER)


def test_a_clearance_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError, match="never made by hand"):
        Clearance(person(Role.ADMIN), Capability.READ_ACCOUNTS, STAFF_ONLY)


def test_a_clearance_for_one_thing_is_none_for_another() -> None:
    clearance = clear(person(Role.CSM), Capability.READ_ACCOUNTS, STAFF_ONLY)
    with pytest.raises(Forbidden):
        clearance.demand(Capability.WORK_CTAS)


def test_a_clearance_will_do_for_one_of_several_things() -> None:
    clearance = clear(person(Role.CSM), Capability.READ_ACCOUNTS, STAFF_ONLY)
    clearance.demand(Capability.WORK_CTAS, Capability.READ_ACCOUNTS)
    with pytest.raises(Forbidden, match="work on calls to action or to draft outreach"):
        clearance.demand(Capability.WORK_CTAS, Capability.DRAFT_OUTREACH)
