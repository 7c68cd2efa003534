"""The onboarding digest: milestones late, due and done, and the time to the first value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from csm.account import Milestone
from csm.at_risk import at_stake
from csm.onboarding import Onboarding, OnboardingNews, is_onboarding, onboarding, worst_first
from csm.people import Capability
from csm.playbook import Playbook
from csm.ports import BookLine, Records, StoredCta
from csm.told import Told
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.views.next_steps import by_pressure
from csm.views.onboarding_digest import empty_onboarding_card, onboarding_card
from csm.wording import plural

# Some milestones are recorded days after they were done: what was told once is not told again.
RECORDED_LATE: Final = timedelta(days=7)
FIRST_LOOK_BACK: Final = timedelta(days=7)
# Ids of the playbook that we ship. Where CS Ops took one out, no call to action has it.
REASONS: Final = frozenset(
    {
        "onboarding_late",
        "no_initial_value_90",
        "no_initial_value_120",
        "onboarding_overrun",
        "first_value_nudge",
        "training_invitation",
        "welcome",
    }
)

Keys = frozenset[tuple[int, str]]
"""(account id, key) of milestones."""


def compose_onboarding(records: Records, playbook: Playbook) -> Compose:
    """The job `onboarding`."""

    def compose(addressee: Addressee) -> Composed:
        addressee.clearance.demand(Capability.READ_ACCOUNTS)
        found = _read(records, addressee)
        news = _news(found, playbook, addressee)
        figures = _figures(news, found)
        if not news.told:
            card = empty_onboarding_card(news)
            return Composed(card, "no onboarding to tell of", is_empty=True, figures=figures)
        ctas = {
            one.line.account_id: _ctas_of(one.line, found.ctas)
            for one in news.told[: playbook.digests.most]
        }
        card = onboarding_card(news, ctas, addressee.scope.word, playbook)
        outcome = f"{plural(len(news.told), 'onboarding')}, {news.in_trouble:,} in trouble"
        return Composed(card, outcome, figures=figures)

    return compose


@dataclass(frozen=True, slots=True)
class _Found:
    """Accounts that are being onboarded, or have a milestone that is open or was just done."""

    lines: Sequence[BookLine]
    milestones: Mapping[int, Sequence[Milestone]]
    signals: Mapping[int, Mapping[str, float]]
    ctas: Sequence[StoredCta]


def _read(records: Records, addressee: Addressee) -> _Found:
    today, email = addressee.today, addressee.scope.email
    previous = addressee.previous
    since = previous.at.date() - RECORDED_LATE if previous else today - FIRST_LOOK_BACK
    with records.reading() as reader:
        book = reader.book(email, addressee.as_of)
        milestones = reader.milestones(email, since)
        lines = [line for line in book if is_onboarding(line) or line.account_id in milestones]
        ids = [line.account_id for line in lines]
        snapshots = reader.accounts_with_snapshots(ids)
        ctas = reader.open_ctas_of(ids)
    signals = {id_: snapshot.signals for id_, _, snapshot in snapshots if snapshot}
    return _Found(lines, milestones, signals, [one for one in ctas if one.cta.reason in REASONS])


def _news(found: _Found, playbook: Playbook, addressee: Addressee) -> OnboardingNews:
    settings, today, previous = playbook.digests, addressee.today, addressee.previous
    before = previous.figures if previous else {}
    told_done = _keys_in(before.get("done", {}))
    waiting = frozenset(before.get("waiting", ()))
    every = [
        onboarding(
            line,
            _besides(found.milestones.get(line.account_id, ()), line.account_id, told_done),
            found.signals.get(line.account_id, {}),
            sorted(settings.value_by),
            today,
            settings.milestone_days,
            line.account_id in waiting,
        )
        for line in found.lines
    ]
    stakes = {line.account_id: at_stake(line, settings.at_risk, today) for line in found.lines}
    told = worst_first((one for one in every if one.is_worth_telling), stakes, today)
    return OnboardingNews(
        today=today,
        told=told,
        on_course=sum(is_onboarding(one.line) and not one.is_worth_telling for one in every),
        newly_late=_newly_late(told, previous),
        was_in_trouble=before.get("in_trouble"),
    )


def _besides(milestones: Sequence[Milestone], account_id: int, told: Keys) -> list[Milestone]:
    """Without those that were told to be done."""
    return [step for step in milestones if not (step.done_on and (account_id, step.key) in told)]


def _newly_late(told: Sequence[Onboarding], previous: Told | None) -> Keys:
    """Those that were not late the last time; none where there was none."""
    if previous is None:
        return frozenset()
    now = {(one.line.account_id, step.key) for one in told for step in one.late}
    return frozenset(now - _keys_in(previous.figures.get("late", {})))


def _keys_in(figures: Mapping[str, Sequence[str]]) -> Keys:
    return frozenset((int(id_), key) for id_, keys in figures.items() for key in keys)


def _ctas_of(line: BookLine, ctas: Iterable[StoredCta]) -> list[StoredCta]:
    return by_pressure(one for one in ctas if one.cta.account_id == line.account_id)


def _figures(news: OnboardingNews, found: _Found) -> dict[str, Any]:
    """What the next one compares with: milestones late and done, by account; who waits for the
    first value."""
    return {
        "late": _by_account({one.line.account_id: one.late for one in news.told}),
        "done": _by_account(
            {
                id_: [step for step in steps if _is_done(step, news.today)]
                for id_, steps in found.milestones.items()
            }
        ),
        "waiting": [id_ for id_, one in found.signals.items() if one.get("ivm_reached") == 0],
        "in_trouble": news.in_trouble,
    }


def _is_done(step: Milestone, today: date) -> bool:
    return step.done_on is not None and step.done_on <= today


def _by_account(steps: Mapping[int, Sequence[Milestone]]) -> dict[str, list[str]]:
    return {str(id_): [step.key for step in some] for id_, some in steps.items() if some}
