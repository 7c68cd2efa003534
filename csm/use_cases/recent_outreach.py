"""What was written to customers of late, and where each message stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csm.outreach import OutreachState, Stand, stand_of
from csm.pause import Pause
from csm.people import Capability, Clearance
from csm.ports import Records
from csm.ports_outreach import StoredOutreach
from csm.use_cases.colleagues import name_in

_MOST = 100
_WRITTEN = frozenset(OutreachState) - {OutreachState.HOLDOUT}


@dataclass(frozen=True, slots=True)
class Recent:
    """Newest first, with where each stands; and what is paused now."""

    listed: Sequence[tuple[StoredOutreach, Stand]]
    pauses: Sequence[Pause]


def recent(clearance: Clearance, records: Records) -> Recent:
    """The newest messages to anybody's accounts, drafts among them."""
    clearance.demand(Capability.DRAFT_OUTREACH)
    with records.reading() as reader:
        listed = []
        for stored in reader.outreach_list(_WRITTEN, limit=_MOST):
            on_its_way = stored.outreach.state is OutreachState.APPROVED
            post = reader.outreach_post(stored.id) if on_its_way else None
            listed.append((stored, stand_of(stored.outreach, post.post if post else None)))
        return Recent(listed, [one.pause for one in reader.pauses()])


@dataclass(frozen=True, slots=True)
class PausesSeen:
    """What is paused now, oldest first, and the names of people and accounts by their keys."""

    pauses: Sequence[Pause]
    people: Mapping[str, str]
    accounts: Mapping[str, str]


def see_pauses(clearance: Clearance, records: Records) -> PausesSeen:
    """What is paused now, for whoever may change it."""
    clearance.demand(Capability.PAUSE_SENDING)
    with records.reading() as reader:
        pauses = [stored.pause for stored in reader.pauses()]
        people = {one.by: name_in(reader, one.by) for one in pauses}
        known = {one.target: reader.account_csm(one.target) for one in pauses if one.target}
    return PausesSeen(pauses, people, {key: found[0] for key, found in known.items() if found})


def pauses_in_force(clearance: Clearance, records: Records) -> list[Pause]:
    """What is paused now, for whoever looks at drafts."""
    clearance.demand(Capability.DRAFT_OUTREACH, Capability.APPROVE_OUTREACH)
    with records.reading() as reader:
        return [stored.pause for stored in reader.pauses()]
