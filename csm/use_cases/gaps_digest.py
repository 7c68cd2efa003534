"""The digest of knowledge gaps: what customers ask and the help library lacks, and what of it is
new."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from csm.gaps import Cluster, Gap
from csm.people import STAFF_ONLY, Capability, clear
from csm.playbook import Playbook
from csm.ports import Clock, Records
from csm.ports_answers import StoredCase
from csm.told import Told
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.use_cases.learn import find_gaps
from csm.views.gaps_digest import GapNews, GapStanding, empty_gaps_card, gaps_digest_card
from csm.wording import plural

MOST: Final = 5


def compose_gaps(records: Records, playbook: Playbook, cluster: Cluster, clock: Clock) -> Compose:
    """The job `gaps`. Gaps are those of all customers, whatever accounts its reader has."""
    most = min(MOST, playbook.digests.most)

    def compose(addressee: Addressee) -> Composed:
        """Raises Unavailable when questions cannot be compared in meaning."""
        clearance = clear(addressee.person, Capability.ANSWER_CUSTOMERS, STAFF_ONLY)
        gaps = find_gaps(clearance, records, cluster, clock.now(), addressee.as_of).gaps
        with records.reading() as reader:
            takers = _takers(reader.open_cases())
            names = {person.key: person.name for person in reader.people()}
        known = _known(addressee.previous)
        standings = [_standing(gap, known, takers, names) for gap in gaps]
        news = GapNews(standings, most, is_first=known is None)
        asked = sorted(stored.id for gap in gaps for stored in gap.questions)
        figures: dict[str, Any] = {"asked": asked}
        if not standings:
            return Composed(empty_gaps_card(), "no knowledge gap", is_empty=True, figures=figures)
        outcome = f"{plural(len(gaps), 'gap')}, {news.new:,} new, {news.unowned:,} unowned"
        return Composed(gaps_digest_card(news), outcome, figures=figures)

    return compose


def _known(previous: Told | None) -> frozenset[int] | None:
    """The questions behind the gaps of the last digest, by id; None where there was none."""
    return frozenset(previous.figures.get("asked", ())) if previous else None


def _takers(cases: Sequence[StoredCase]) -> dict[int, str]:
    """Who has taken up a question, by its id: the key of whoever claimed its case."""
    return {one.case.question_id: one.case.claimed_by for one in cases if one.case.claimed_by}


def _standing(
    gap: Gap,
    known: Collection[int] | None,
    takers: Mapping[int, str],
    names: Mapping[str, str],
) -> GapStanding:
    """A gap is new when none of its questions was in the last digest, and grows by those that were
    not: groups change with every question that joins them."""
    ids = [stored.id for stored in gap.questions]
    owners = sorted({names.get(takers[id_], takers[id_]) for id_ in ids if id_ in takers})
    if known is None:
        return GapStanding(gap, more=0, is_new=False, owners=tuple(owners))
    more = sum(id_ not in known for id_ in ids)
    return GapStanding(gap, more=more, is_new=more == len(ids), owners=tuple(owners))
