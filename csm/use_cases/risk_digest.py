"""The digest of accounts at risk, composed."""

from csm.playbook import Playbook
from csm.ports import Clock, Records
from csm.use_cases.at_risk_list import AtRiskList, totals
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.use_cases.risk_facts import read_digest
from csm.views.digest import digest_card
from csm.wording import plural


def compose_digest(records: Records, playbook: Playbook, clock: Clock) -> Compose:
    """What writes the digest of the job `digest`."""

    def compose(addressee: Addressee) -> Composed:
        digest = read_digest(records, clock, playbook.digests, addressee)
        risks = digest.risks
        return Composed(
            card=digest_card(digest, playbook, addressee.person.zone),
            outcome=_outcome(risks),
            is_empty=digest.is_empty,
            lines={str(one.line.account_id): one.told for one in risks.all_lines},
            figures={
                "scope": risks.scope.word,
                "accounts": len(risks.book),
                "at_risk": totals(risks.all_lines),
            },
        )

    return compose


def _outcome(risks: AtRiskList) -> str:
    found = f"{plural(len(risks.lines), 'account')} at risk"
    if risks.then is None:
        return found
    new = sum(one.before is None for one in risks.lines)
    return f"{found}, {new} new" if new else found
