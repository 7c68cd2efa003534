"""What is wrong with plays and releases beyond their form: facts that letters name, signals that
tests name, languages, addresses. Everything with the nearest thing that would have been right."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from csm.condition import faults as condition_faults
from csm.evidence import template_faults
from csm.outreach_facts import ALWAYS, KNOWN, names_in
from csm.outreach_plan import ENGLISH
from csm.play import Letter, OutreachPlan, Play
from csm.playbook_part import nearest
from csm.release import Release
from csm.rule import Rule
from csm.signals import SIGNALS
from csm.toml_files import Faults

RELEASES: Final = "releases.toml"


def check_play(file: str, play: Play, faults: Faults) -> None:
    """Note what is wrong with the play in this file."""
    if play.outreach:
        for where, what in _plan_faults(play.outreach):
            faults.add(file, f"outreach > {where}", what)


def _plan_faults(plan: OutreachPlan) -> Iterator[tuple[str, str]]:
    tests = (("when", plan.when), ("premise", plan.premise), ("goal > when", plan.goal.when))
    for where, condition in tests:
        yield from ((where, fault) for fault in condition_faults(condition, SIGNALS))
    yield from (("evidence", fault) for fault in template_faults(plan.evidence or "", SIGNALS))
    yield from (("facts", fault) for fault in _fact_faults(plan.facts))
    if ENGLISH not in {letter.language for letter in plan.letters}:
        yield "letter", f'there is none with language = "{ENGLISH}"'
    for letter in plan.letters:
        for key, what in _letter_faults(letter, plan):
            yield f'letter "{letter.language}" > {key}', what


def check_reasons(plays: Iterable[Play], rules: Sequence[Rule], faults: Faults) -> None:
    """Note reasons that no rule with that play has, and plays whose message nothing ever begins."""
    for play in plays:
        for where, what in _reason_faults(play, rules) if play.outreach else ():
            faults.add(f"plays/{play.id}.toml", where, what)


def _reason_faults(play: Play, rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    plan, asking = play.outreach, {rule.id: rule.play for rule in rules}
    assert plan is not None
    own = [rule for rule, named in asking.items() if named == play.id]
    for reason in plan.reasons or ():
        if reason not in asking:
            yield "outreach > reasons", f'unknown rule "{reason}"{nearest(reason, own)}'
        elif reason not in own:
            names = f'play "{asking[reason]}"' if asking[reason] else "no play"
            yield "outreach > reasons", f'"{reason}" names {names}, not this one'
    begins = plan.when or plan.on_request or any(map(plan.answers, own))
    if not begins:
        yield "outreach", "nothing begins it: no rule names it, and it has no when or on_request"


def _fact_faults(names: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if name not in KNOWN:
            yield _unknown(name)
        elif name in ALWAYS:
            yield f'"{name}" is always known: leave it out'
        elif names.count(name) > 1:
            yield f'"{name}" is named twice'


def _letter_faults(letter: Letter, plan: OutreachPlan) -> Iterator[tuple[str, str]]:
    told = {*plan.facts, *ALWAYS}
    # Where one is misspelt there, its right name is missing here: that is one slip, not two.
    is_listed_right = set(plan.facts) <= KNOWN.keys()
    for key, text in (("subject", letter.subject), ("body", letter.body)):
        for name in dict.fromkeys(names_in(text)):
            if name not in KNOWN:
                yield key, _unknown(name)
            elif name not in told and is_listed_right:
                yield key, f'"{name}" is not among the play\'s facts{nearest(name, list(told))}'
        if _has_stray_brace(text):
            yield key, "a brace is open or closed alone; a fact is written {name}"
    greeting = letter.body.split("\n", 1)[0]
    for name in names_in(greeting):
        if name in KNOWN and name not in ALWAYS:
            yield "body", f'the greeting names "{name}", which is not always known'


def _has_stray_brace(text: str) -> bool:
    rest = text
    for name in names_in(text):
        rest = rest.replace(f"{{{name}}}", "")
    return "{" in rest or "}" in rest


def _unknown(name: str) -> str:
    return f'unknown fact "{name}"{nearest(name, list(KNOWN))}'


def check_releases(releases: Iterable[Release], hosts: Collection[str], faults: Faults) -> None:
    """Note releases with the same id, and those whose link leads elsewhere than to our hosts."""
    seen: set[str] = set()
    for release in releases:
        where = f'release "{release.id}"'
        if release.id in seen:
            faults.add(RELEASES, where, "the id is used twice")
        seen.add(release.id)
        host = urlsplit(release.link).hostname or ""
        if host not in hosts:
            what = f'link: "{host}" is not among letter > link_hosts of guard.toml'
            faults.add(RELEASES, where, f"{what}{nearest(host, list(hosts))}")
