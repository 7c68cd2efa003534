"""The playbook: everything that CS Ops edits, loaded from TOML files and checked as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import Field

from csm.answer_settings import AnswerFile, AnswerSettings
from csm.benchmark import BenchmarkSettings
from csm.condition import Condition
from csm.condition import faults as condition_faults
from csm.cta_plan import CtaSettings
from csm.digest_settings import DigestSettings
from csm.errors import BadPlaybook
from csm.evidence import template_faults
from csm.guard_settings import GuardSettings
from csm.health import Stage
from csm.keep_settings import KeepSettings
from csm.lead import Lead
from csm.lifecycle import STAGE_SIGNALS, Lifecycle
from csm.play import Play
from csm.play_check import RELEASES, check_play, check_reasons, check_releases
from csm.playbook_part import Part, nearest
from csm.release import Release, ReleaseFile
from csm.risk import Risk
from csm.rule import Rule
from csm.scorecard import Scorecard
from csm.signal_settings import SignalSettings
from csm.signal_table import Signal
from csm.signals import CAP_SIGNALS, MEASURED, SIGNALS
from csm.toml_files import Faults, read_file


@dataclass(frozen=True, slots=True)
class Playbook:
    """What the product knows of customer success as settings. Plays are by id."""

    signals: SignalSettings
    scorecard: Scorecard
    risks: tuple[Risk, ...]
    leads: tuple[Lead, ...]
    lifecycle: Lifecycle
    ctas: CtaSettings
    benchmark: BenchmarkSettings
    plays: Mapping[str, Play]
    answers: AnswerSettings
    guard: GuardSettings
    releases: tuple[Release, ...]
    digests: DigestSettings
    keep: KeepSettings

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that can open a CTA: risks, leads and lifecycle moments."""
        return (*self.risks, *self.leads, *self.lifecycle.rules)

    def rule(self, rule_id: str) -> Rule | None:
        """A rule by its id, which is also the reason of its CTA; None when it was taken out."""
        return next((rule for rule in self.rules() if rule.id == rule_id), None)

    def rule_name(self, rule_id: str) -> str:
        """What people call it; for a rule that was taken out, its id in plain words."""
        rule = self.rule(rule_id)
        return rule.name if rule else rule_id.replace("_", " ").capitalize()

    def stage_name(self, stage: Stage) -> str:
        """What people call a stage: the lifecycle's own name for it. Churned, which is a status
        rather than a stage of the lifecycle, and a stage that was taken out go by their id."""
        names = {one.id: one.name for one in self.lifecycle.stages}
        return names.get(stage, stage.value.capitalize())


class _RiskFile(Part):
    risks: tuple[Risk, ...] = Field(alias="risk")


class _LeadFile(Part):
    leads: tuple[Lead, ...] = Field(alias="lead")


_PLAYS: Final = "plays"


def load_playbook(directory: Path) -> Playbook:
    """Read and check every file of the playbook.

    Raises BadPlaybook with everything that is wrong in all files: file, key, value, and the
    nearest thing that would have been right.
    """
    faults = Faults()
    signals = read_file(directory / "signals.toml", "signals.toml", SignalSettings, faults)
    scorecard = read_file(directory / "scorecard.toml", "scorecard.toml", Scorecard, faults)
    risks = read_file(directory / "risks.toml", "risks.toml", _RiskFile, faults)
    leads = read_file(directory / "leads.toml", "leads.toml", _LeadFile, faults)
    lifecycle = read_file(directory / "lifecycle.toml", "lifecycle.toml", Lifecycle, faults)
    ctas = read_file(directory / "ctas.toml", "ctas.toml", CtaSettings, faults)
    benchmark = read_file(directory / "benchmark.toml", "benchmark.toml", BenchmarkSettings, faults)
    answers = read_file(directory / "answers.toml", "answers.toml", AnswerFile, faults)
    guard = read_file(directory / "guard.toml", "guard.toml", GuardSettings, faults)
    releases = read_file(directory / RELEASES, RELEASES, ReleaseFile, faults)
    digests = read_file(directory / "digests.toml", "digests.toml", DigestSettings, faults)
    keep = read_file(directory / "retention.toml", "retention.toml", KeepSettings, faults)
    plays = _read_plays(directory / _PLAYS, faults)
    # By file, so that a rule is not blamed for a play whose own file is wrong.
    play_names = [path.stem for path in sorted((directory / _PLAYS).glob("*.toml"))]

    if scorecard:
        _check_scorecard(scorecard, faults)
    files: dict[str, Sequence[tuple[str, Rule]]] = {
        "risks.toml": [("risk", risk) for risk in risks.risks] if risks else [],
        "leads.toml": [("lead", lead) for lead in leads.leads] if leads else [],
        "lifecycle.toml": _lifecycle_rules(lifecycle) if lifecycle else [],
    }
    _check_rules(files, play_names, faults)
    if lifecycle:
        _check_stages(lifecycle, faults)
    if risks and leads and lifecycle:
        rules = (*risks.risks, *leads.leads, *lifecycle.rules)
        # A rule that misspells its play is one slip, not two.
        if all(rule.play in {None, *play_names} for rule in rules):
            check_reasons(plays.values(), rules, faults)
    if answers:
        _check_unique("answers.toml", "topic", [topic.id for topic in answers.topics], faults)
    for line in benchmark.lines if benchmark else ():
        where = f'line "{line.label}"'
        _check_signal("benchmark.toml", where, line.signal, STAGE_SIGNALS, faults)
    if releases and guard:
        check_releases(releases.releases, guard.letter.link_hosts, faults)
    if not faults.lines and (
        signals
        and scorecard
        and risks
        and leads
        and lifecycle
        and ctas
        and benchmark
        and answers
        and guard
        and releases
        and digests
        and keep
    ):
        return Playbook(
            signals,
            scorecard,
            risks.risks,
            leads.leads,
            lifecycle,
            ctas,
            benchmark,
            plays,
            AnswerSettings.of(answers, guard.text, keep.threads),
            guard,
            releases.releases,
            digests,
            keep,
        )
    raise BadPlaybook(_all_of(directory, faults))


def _all_of(directory: Path, faults: Faults) -> str:
    found = len(faults.lines)
    things = "one thing" if found == 1 else f"{found} things"
    return "\n".join([f"The playbook in {directory} has {things} to mend:", *faults.lines])


def _read_plays(directory: Path, faults: Faults) -> dict[str, Play]:
    plays: dict[str, Play] = {}
    for path in sorted(directory.glob("*.toml")):
        name = f"{_PLAYS}/{path.name}"
        play = read_file(path, name, Play, faults)
        if play and play.id != path.stem:
            faults.add(name, "id", f'it must be the name of the file, "{path.stem}"')
        elif play:
            check_play(name, play, faults)
            plays[play.id] = play
    return plays


def _check_scorecard(scorecard: Scorecard, faults: Faults) -> None:
    file = "scorecard.toml"
    _check_unique(file, "measure", [measure.id for measure in scorecard.measures], faults)
    _check_unique(file, "cap", [cap.id for cap in scorecard.caps], faults)
    for measure in scorecard.measures:
        where = f'measure "{measure.id}"'
        for signal in measure.signals():
            _check_signal(file, where, signal, MEASURED, faults)
        _check_condition(file, where, measure.applies_when, MEASURED, faults)
    for cap in scorecard.caps:
        _check_condition(file, f'cap "{cap.id}"', cap.when, CAP_SIGNALS, faults)


def _check_signal(
    file: str, where: str, signal: str, known: Mapping[str, Signal], faults: Faults
) -> None:
    if signal not in known:
        what = f'unknown signal "{signal}"{nearest(signal, list(known))}'
        faults.add(file, where, what)


def _check_condition(
    file: str,
    where: str,
    condition: Condition | None,
    known: Mapping[str, Signal],
    faults: Faults,
) -> None:
    for fault in condition_faults(condition, known):
        faults.add(file, where, fault)


def _check_unique(file: str, what: str, ids: Sequence[str], faults: Faults) -> None:
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        faults.add(file, f'{what} "{name}"', "the id is used twice")


def _check_stages(lifecycle: Lifecycle, faults: Faults) -> None:
    for stage in lifecycle.stages:
        for key, condition in (("enter", stage.enter), ("exit", stage.exit)):
            where = f'stage "{stage.id}" > {key}'
            _check_condition("lifecycle.toml", where, condition, STAGE_SIGNALS, faults)


def _lifecycle_rules(lifecycle: Lifecycle) -> list[tuple[str, Rule]]:
    moments: list[tuple[str, Rule]] = [("moment", moment) for moment in lifecycle.moments]
    return moments + [(f'stage "{stage}" > limit', limit) for stage, limit in lifecycle.limits]


def _check_rules(
    files: Mapping[str, Sequence[tuple[str, Rule]]], plays: Sequence[str], faults: Faults
) -> None:
    first_file: dict[str, str] = {}
    for file, rules in files.items():
        for kind, rule in rules:
            where = f'{kind} "{rule.id}"'
            if rule.id in first_file:
                faults.add(file, where, f"the id is used already in {first_file[rule.id]}")
            first_file.setdefault(rule.id, file)
            for what in _rule_faults(rule, plays):
                faults.add(file, where, what)


def _rule_faults(rule: Rule, plays: Sequence[str]) -> Iterator[str]:
    for condition in rule.conditions:
        yield from condition_faults(condition, SIGNALS)
    for template in rule.templates:
        yield from (f"evidence: {fault}" for fault in template_faults(template, SIGNALS))
    if rule.play is not None and rule.play not in plays:
        yield f'unknown play "{rule.play}"{nearest(rule.play, list(plays))}'
