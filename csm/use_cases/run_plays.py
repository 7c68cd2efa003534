"""The night's drafts: every play that is due, for every account, once.

One pass over all accounts tells what is due; what a draft is made from is read in batches. Each
account is written to by itself, so that one that fails keeps no other from its draft, and at most
one draft a day is made for it: none while another waits to be decided on. Nobody is given more to
approve in one night than `drafts_a_night` of guard.toml; what has most at stake comes first.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from csm.desk import Desk
from csm.errors import CsmError, Unavailable
from csm.health import Cta
from csm.open_reason import open_reasons, says_it_is_gone
from csm.play import Approver, Play
from csm.play_trigger import Due, Standing, due_plays
from csm.playbook import Playbook
from csm.ports import Clock, Reader, Records
from csm.ports_outreach import Brief, Penman, Words
from csm.use_cases.draft_outreach import is_control, write_and_keep
from csm.use_cases.drafting_keep import Drafted, HeldBack, keep_held_back
from csm.use_cases.drafting_plan import (
    Hindrance,
    NotDrafted,
    Reason,
    is_undecided,
    sketch,
    was_written_to,
)
from csm.use_cases.drafting_subject import (
    Ground,
    PeersOf,
    features_used,
    grounds_of,
    shared_peers,
)

_STANDINGS_BATCH: Final = 2000
_GROUNDS_BATCH: Final = 200
_GOALS_BATCH: Final = 1000
# After so many failures in a row, the model is not waited for any more that night.
_PATIENCE: Final = 3

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Failed:
    """A draft that broke off: the account's key, the play's id, and what was wrong."""

    account_key: str
    play: str
    problem: str


@dataclass(slots=True)
class PlaysRun:
    """What a night brought: messages drafted, accounts of control groups noted, and plays that were
    due and not drafted, by what hindered them."""

    drafted: int = 0
    held_out: int = 0
    skipped: Counter[Hindrance] = field(default_factory=Counter)
    failures: list[Failed] = field(default_factory=list)


def run_plays(
    records: Records,
    desk: Desk,
    clock: Clock,
    penman: Penman | None,
    progress: Progress | None = None,
) -> PlaysRun:
    """Draft what is due today, highest stakes first. Run again on the same day, it drafts nothing
    for accounts that were written to on it, and counts them. `progress` is told how many more
    accounts with something due are done."""
    run, patient = PlaysRun(), _Patient(penman) if penman else None
    with records.reading() as reader:
        standings = list(_standings(reader, clock))
        trials = _trials(reader, desk.playbook, clock.today())
    night = _Night(records, desk, clock, patient, run, trials)
    plays = desk.playbook.plays.values()
    due: dict[int, list[Due]] = {}
    for one in due_plays(plays, standings, desk.playbook.releases, clock.today()):
        due.setdefault(one.account_id, []).append(one)
    keys = {standing.account_id: standing.account.key for standing in standings}
    peers = shared_peers(desk.playbook, standings)
    for ids in _batches(list(due), _GROUNDS_BATCH):
        grounds = _grounds(records, desk, clock, [keys[id_] for id_ in ids], peers)
        for id_ in ids:
            if ground := grounds.get(keys[id_]):
                _Account(night, ground).draft_first_of(due[id_])
            if progress is not None:
                progress(1)
    return run


def _standings(reader: Reader, clock: Clock) -> Iterator[Standing]:
    for ids in _batches(reader.account_ids(), _STANDINGS_BATCH):
        used = features_used(reader, ids, clock.today()) or {}
        ctas: dict[int, dict[int, Cta]] = {}
        for stored in reader.open_ctas_of(ids):
            ctas.setdefault(stored.cta.account_id, {})[stored.id] = stored.cta
        found: defaultdict[int, list[tuple[str, date, date]]] = defaultdict(list)
        for one in reader.open_findings_of(ids):
            found[one.account_id].append((one.rule, one.opened_on, one.seen_on))
        for id_, account, snapshot in reader.accounts_with_snapshots(ids):
            own = ctas.get(id_, {})
            asked = [
                (cta.reason, cta.opened_on)
                for cta in own.values()
                if not says_it_is_gone(cta.evidence)
            ]
            reasons = open_reasons(found[id_], asked)
            yield Standing(id_, account, snapshot, own, used.get(id_, frozenset()), reasons)


def _trials(reader: Reader, playbook: Playbook, today: date) -> dict[str, list[Play]]:
    """By account key, the plays with a control group whose effect is being watched there: of those
    written to and of those left alone."""
    trials: defaultdict[str, list[Play]] = defaultdict(list)
    after = 0
    while batch := reader.goals_open(today, _GOALS_BATCH, after):
        for stored in batch:
            play = playbook.plays.get(stored.outreach.play)
            if play and play.outreach and play.outreach.holdout:
                trials[stored.outreach.account_key].append(play)
        after = batch[-1].id
    return trials


def _grounds(
    records: Records, desk: Desk, clock: Clock, keys: Sequence[str], peers: PeersOf
) -> dict[str, Ground]:
    with records.reading() as reader:
        return grounds_of(reader, desk, clock.now(), clock.today(), keys, peers)


def _batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


@dataclass(frozen=True, slots=True)
class _Night:
    """What all accounts' turns have in common. `drafts` are those of today by their approver."""

    records: Records
    desk: Desk
    clock: Clock
    penman: Penman | None
    run: PlaysRun
    trials: Mapping[str, Sequence[Play]]
    drafts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Account:
    """One account's turn."""

    night: _Night
    ground: Ground

    @property
    def run(self) -> PlaysRun:
        return self.night.run

    def draft_first_of(self, due: Sequence[Due]) -> None:
        """Draft the first that can be: an account is not written to twice on one day, nor where one
        is in a play's control group as of today, so that both groups are treated alike."""
        dealings = self.ground.dealings
        if was_written_to(dealings, self.night.clock.today()):
            self.night.drafts[self._approver(due[0].play)] += 1
            self._skip(due, Hindrance.ONE_A_DAY)
            return
        if is_undecided(dealings):
            self._skip(due, Hindrance.UNDECIDED)
            return
        for position, one in enumerate(due):
            if hindrance := self._hindrance(one.play):
                self.run.skipped[hindrance] += 1
                continue
            try:
                outcome = self._drafted(one)
            except CsmError as error:
                key = self.ground.dealings.account.key
                self.run.failures.append(Failed(key, one.play.id, str(error)))
                continue
            match outcome:
                case Drafted():
                    self.run.drafted += 1
                    self.night.drafts[self._approver(one.play)] += 1
                    self._skip(due[position + 1 :], Hindrance.ONE_A_DAY)
                    return
                case HeldBack():
                    self.run.held_out += 1
                    self._skip(due[position + 1 :], Hindrance.CONTROL_GROUP)
                    return
                case NotDrafted():
                    self.run.skipped[outcome.hindrance] += 1
                    if outcome.hindrance in (Hindrance.ONE_A_DAY, Hindrance.UNDECIDED):
                        self._skip(due[position + 1 :], outcome.hindrance)
                        return

    def _hindrance(self, play: Play) -> Hindrance | None:
        """What keeps the play from the account tonight, before anything is written or assigned."""
        most = self.night.desk.playbook.guard.send.drafts_a_night
        if self.night.drafts[self._approver(play)] >= most:
            return Hindrance.ENOUGH
        trials = self.night.trials.get(self.ground.dealings.account.key, ())
        if any(_have_one_goal(play, other) for other in trials):
            return Hindrance.TRIAL
        return None

    def _approver(self, play: Play) -> str:
        """The key of whose drafts it would count to; empty: the managers'."""
        csm, plan = self.ground.dealings.csm, play.outreach
        by_csm = plan is not None and plan.approver is Approver.CSM
        return csm.key if csm and csm.is_staff and by_csm else ""

    def _drafted(self, due: Due) -> Drafted | HeldBack | NotDrafted:
        night = self.night
        now, today = night.clock.now(), night.clock.today()
        reason = Reason(due.evidence, due.cta_id)
        has_model = night.penman is not None
        drawn = sketch(self.ground, due.play, reason, night.desk, now, has_model=has_model)
        if isinstance(drawn, NotDrafted):
            return drawn
        if is_control(drawn):
            return keep_held_back(night.records, night.desk, now, today, drawn)
        return write_and_keep(night.records, night.desk, night.clock, night.penman, drawn)

    def _skip(self, rest: Sequence[Due], why: Hindrance) -> None:
        self.run.skipped.update(why for _ in rest)


def _have_one_goal(play: Play, other: Play) -> bool:
    """Whether two plays want to move the same signals, so that each would blur what the other
    does."""
    return play.id != other.id and _goal_signals(play) == _goal_signals(other)


def _goal_signals(play: Play) -> frozenset[str | None]:
    plan = play.outreach
    return frozenset(leaf.signal for leaf in plan.goal.when.leaves()) if plan else frozenset()


class _Patient(Penman):
    """A penman that is not asked any more once it has failed to answer several times in a row."""

    def __init__(self, penman: Penman) -> None:
        self._penman = penman
        self._failures = 0

    def write(self, brief: Brief, objections: Sequence[str] = ()) -> Words:
        if self._failures >= _PATIENCE:
            raise Unavailable("The language model has not answered several times in a row.")
        try:
            words = self._penman.write(brief, objections)
        except Unavailable:
            self._failures += 1
            raise
        self._failures = 0
        return words
