"""What people do with calls to action."""

from datetime import UTC, datetime, timedelta

import pytest

from csm import cta as ctas
from csm.cta import PERSONAL_OUTCOMES
from csm.errors import Conflict, InvalidInput
from csm.health import Cta, CtaOutcome, CtaStatus, CtaType, Severity
from csm.people import Principal, Role
from tests.csm.builders import TODAY

NOW = datetime(2027, 6, 30, 9, 15, tzinfo=UTC)
CASEY = Principal(key="casey", name="Casey", role=Role.CSM)
RILEY = Principal(key="riley", name="Riley", role=Role.CSM)
MORGAN = Principal(key="morgan", name="Morgan", role=Role.MANAGER)

OPEN = Cta(
    account_id=1,
    type=CtaType.RISK,
    reason="detractor",
    title="Close the loop",
    severity=Severity.HIGH,
    opened_on=TODAY,
    due_on=TODAY + timedelta(days=2),
)


def test_claim() -> None:
    claimed = ctas.claim(OPEN, CASEY, NOW)
    assert (claimed.status, claimed.claimed_by, claimed.claimed_at) == ("claimed", "casey", NOW)
    assert OPEN.status is CtaStatus.OPEN


def test_claiming_twice_changes_nothing() -> None:
    claimed = ctas.claim(OPEN, CASEY, NOW)
    assert ctas.claim(claimed, CASEY, NOW + timedelta(hours=1)) == claimed


def test_who_was_first_is_told() -> None:
    claimed = ctas.claim(OPEN, CASEY, NOW)
    with pytest.raises(Conflict, match="casey claimed this on 30 Jun 2027, 09:15 UTC"):
        ctas.claim(claimed, RILEY, NOW)
    with pytest.raises(Conflict, match="casey claimed this"):
        ctas.claim(claimed, MORGAN, NOW)


def test_unclaim() -> None:
    claimed = ctas.claim(OPEN, CASEY, NOW)
    assert ctas.unclaim(claimed, CASEY) == OPEN
    assert ctas.unclaim(claimed, MORGAN) == OPEN
    with pytest.raises(Conflict, match="casey claimed this"):
        ctas.unclaim(claimed, RILEY)
    with pytest.raises(Conflict, match="Nobody has claimed"):
        ctas.unclaim(OPEN, CASEY)


def test_close() -> None:
    closed = ctas.close(ctas.claim(OPEN, CASEY, NOW), CASEY, CtaOutcome.DONE, " All well. ", NOW)
    assert (closed.status, closed.outcome, closed.note) == ("closed", "done", "All well.")
    assert (closed.closed_by, closed.closed_at) == ("casey", NOW)


def test_somebody_elses_is_closed_by_a_manager_only() -> None:
    claimed = ctas.claim(OPEN, CASEY, NOW)
    with pytest.raises(Conflict, match="casey claimed this"):
        ctas.close(claimed, RILEY, CtaOutcome.DONE, "", NOW)
    assert ctas.close(claimed, MORGAN, CtaOutcome.LOST, "", NOW).closed_by == "morgan"


def test_an_unclaimed_one_may_be_closed() -> None:
    assert ctas.close(OPEN, RILEY, CtaOutcome.NO_ACTION_NEEDED, "", NOW).closed_by == "riley"


def test_closed_is_closed() -> None:
    closed = ctas.close(OPEN, CASEY, CtaOutcome.COULD_NOT_REACH, "", NOW)
    told = r"casey closed this on .* as could not reach"
    with pytest.raises(Conflict, match=told):
        ctas.claim(closed, RILEY, NOW)
    with pytest.raises(Conflict, match=told):
        ctas.unclaim(closed, CASEY)
    with pytest.raises(Conflict, match=told):
        ctas.close(closed, RILEY, CtaOutcome.DONE, "", NOW)


def test_one_that_closed_by_itself_says_so() -> None:
    gone = OPEN.model_copy(
        update={
            "status": CtaStatus.CLOSED,
            "outcome": CtaOutcome.EVIDENCE_GONE,
            "closed_at": NOW,
        }
    )
    with pytest.raises(Conflict, match="closed by itself on 30 Jun 2027"):
        ctas.claim(gone, CASEY, NOW)
    with pytest.raises(Conflict, match="closed by itself"):
        ctas.reopen(gone, MORGAN)


def test_only_the_machine_says_that_evidence_is_gone() -> None:
    assert CtaOutcome.EVIDENCE_GONE not in PERSONAL_OUTCOMES
    with pytest.raises(InvalidInput, match="no action needed"):
        ctas.close(OPEN, CASEY, CtaOutcome.EVIDENCE_GONE, "", NOW)


def test_a_note_has_its_limit() -> None:
    with pytest.raises(InvalidInput, match="2,001 characters long; 2,000"):
        ctas.close(OPEN, CASEY, CtaOutcome.DONE, "x" * 2001, NOW)


def test_reopen_undoes_a_close() -> None:
    claimed = ctas.claim(OPEN, CASEY, NOW)
    assert ctas.reopen(ctas.close(claimed, CASEY, CtaOutcome.DONE, "", NOW), CASEY) == claimed
    closed = ctas.close(OPEN, CASEY, CtaOutcome.DONE, "Oops.", NOW)
    assert ctas.reopen(closed, MORGAN) == OPEN
    with pytest.raises(Conflict, match="casey closed this"):
        ctas.reopen(closed, RILEY)
    with pytest.raises(Conflict, match="not closed"):
        ctas.reopen(OPEN, CASEY)
