"""What the weekly digest tells: a reader's accounts at risk, what changed about them, what is due
and what was sent for her."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from csm.account import AccountStatus
from csm.digest_settings import DigestSettings
from csm.health import Grade
from csm.ports import BookLine, Clock, Reader, Records, StoredCta
from csm.ports_outreach import Sent
from csm.seen_less import is_seen_less
from csm.told import ToldLine
from csm.use_cases.at_risk_list import AtRiskList, at_risk_in, of_same_book
from csm.use_cases.digest_frame import Addressee

_WEEK: Final = timedelta(days=7)
MOST_DRAFTS: Final = 50
"""More drafts than these are not counted."""
# Usage comes once a day, and none need come at a weekend.
_FRESH: Final = timedelta(days=3)


class Fate(StrEnum):
    RECOVERED = "recovered"
    UNSEEN = "unseen"  # it looks better, but only less of it is seen
    CHURNED = "churned"
    ELSEWHERE = "elsewhere"  # it is in another book now


@dataclass(frozen=True, slots=True)
class Gone:
    """An account that the last digest had, and that is at risk no more, or not this reader's."""

    account_id: int
    name: str
    fate: Fate
    before: ToldLine
    line: BookLine | None = None

    @property
    def is_save(self) -> bool:
        """From red to yellow or better."""
        return self.before.grade is Grade.RED and self.fate is Fate.RECOVERED


@dataclass(frozen=True, slots=True)
class RiskDigest:
    """All that the weekly digest tells. `due` are calls to action until `due_until`, soonest
    first; `sent` is by play, since `since`; `drafts` wait for somebody's decision, at most
    MOST_DRAFTS + 1 of them. `usage_until` is the day of the newest usage data, where that is
    stale."""

    risks: AtRiskList
    gone: Sequence[Gone]
    due: Sequence[StoredCta]
    due_until: date
    sent: Mapping[str, Sent]
    since: datetime
    drafts: int
    usage_until: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.risks.lines or self.gone or self.due or self.sent or self.drafts)


def read_digest(
    records: Records, clock: Clock, settings: DigestSettings, addressee: Addressee
) -> RiskDigest:
    """What is to be told to that reader."""
    now, today, scope = clock.now(), addressee.today, addressee.scope
    then = of_same_book(addressee.previous, scope)
    since = then.at if then else now - _WEEK
    until = today + timedelta(days=settings.due_days)
    with records.reading() as reader:
        ctas = reader.open_ctas(scope.email)
        risks = at_risk_in(
            reader, settings, addressee.person, today, addressee.as_of, scope, ctas, then
        )
        return RiskDigest(
            risks=risks,
            gone=_gone(reader, risks),
            due=[stored for stored in ctas if stored.cta.due_on <= until],
            due_until=until,
            sent=reader.sent_by_play(since, scope.email),
            since=since,
            drafts=len(reader.drafts_awake(now, scope.email, MOST_DRAFTS + 1)),
            usage_until=_stale_since(reader.feeds(), today),
        )


def _stale_since(feeds: Mapping[str, date], today: date) -> date | None:
    newest = feeds.get("usage")
    return newest if newest is not None and today - newest > _FRESH else None


def _fate(line: BookLine, before: ToldLine) -> Fate:
    confidence = line.health.confidence if line.health else None
    return Fate.UNSEEN if is_seen_less(confidence, before.confidence) else Fate.RECOVERED


def _gone(reader: Reader, risks: AtRiskList) -> list[Gone]:
    """Of what the reader was told last, what is not at risk any more; saves first, then by name."""
    if risks.then is None:
        return []
    still = {str(one.line.account_id) for one in risks.all_lines}
    left = {int(id_): told for id_, told in risks.then.lines.items() if id_ not in still}
    here = {line.account_id: line for line in risks.book if line.account_id in left}
    gone = [
        Gone(id_, line.name, _fate(line, left[id_]), left[id_], line) for id_, line in here.items()
    ]
    for id_, account, _ in reader.accounts_with_snapshots([id_ for id_ in left if id_ not in here]):
        churned = account.status is AccountStatus.CHURNED
        gone.append(Gone(id_, account.name, Fate.CHURNED if churned else Fate.ELSEWHERE, left[id_]))
    return sorted(gone, key=lambda one: (not one.is_save, list(Fate).index(one.fate), one.name))
