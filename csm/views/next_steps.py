"""What to do next about an account in a digest: open its 360, take up a call to action, write."""

from collections.abc import Iterable, Sequence
from typing import Final

from csm.card import Actions, Button
from csm.health import CtaStatus
from csm.playbook import Playbook
from csm.ports import StoredCta
from csm.wording import shorten

_TAKE_UP: Final = {
    CtaStatus.OPEN: ("cta.start", "Claim"),
    CtaStatus.CLAIMED: ("cta.open", "See"),
}


def next_steps(
    account_id: int, name: str, ctas: Sequence[StoredCta], playbook: Playbook
) -> Actions:
    """The 360, the first of these calls to action, and a draft: of the first play of theirs that
    writes to customers, else of one that can be chosen."""
    opens = Button(
        id=f"account.open:{account_id}",
        label="Open",
        describe=shorten(f"Open {name}", 75),
    )
    claim = _claim_button(ctas[0]) if ctas else ()
    return Actions(buttons=(opens, *claim, _draft_button(account_id, name, ctas, playbook)))


def by_pressure(ctas: Iterable[StoredCta]) -> list[StoredCta]:
    """Calls to action that are not closed: what nobody has taken up first, then the more severe,
    then what is due sooner."""
    return sorted(
        ctas,
        key=lambda one: (
            one.cta.status is not CtaStatus.OPEN,
            -one.cta.severity.rank,
            one.cta.due_on,
            one.id,
        ),
    )


def _claim_button(cta: StoredCta) -> tuple[Button, ...]:
    if cta.cta.status not in _TAKE_UP:
        return ()
    action, verb = _TAKE_UP[cta.cta.status]
    return (
        Button(
            id=f"{action}:{cta.id}",
            label=f"{verb} #{cta.id}",
            describe=shorten(f"{verb} #{cta.id} {cta.account_name}: {cta.cta.title}", 75),
        ),
    )


def _draft_button(
    account_id: int, name: str, ctas: Sequence[StoredCta], playbook: Playbook
) -> Button:
    for cta in ctas:
        play = playbook.plays.get(cta.cta.play)
        if play and play.outreach and play.outreach.answers(cta.cta.reason):
            return Button(
                id=f"outreach.draft_cta:{cta.id}",
                label="Draft outreach",
                describe=shorten(f"Draft “{play.name}” to {name}", 75),
            )
    return Button(
        id=f"outreach.plays:{account_id}",
        label="Draft outreach",
        describe=shorten(f"Choose what to write to {name}", 75),
    )
