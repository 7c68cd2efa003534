"""What a draft would be: to whom, by which way, from which facts, and in the play's own words. Or
why there is none. Nothing is read or written here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from csm.desk import Desk
from csm.guard import Verdict
from csm.outreach import Fact, OutreachState
from csm.outreach_facts import ALWAYS, KNOWN, MissingFacts, facts_of, fill, first_name
from csm.outreach_plan import ENGLISH, Chosen, NoWay, plan
from csm.play import ChannelKind, OutreachPlan, Play
from csm.play import Letter as PlayLetter
from csm.ports_outreach import Brief, Dealings, PastOutreach, Words
from csm.tongue import tongue_of
from csm.use_cases.drafting_facts import misleading_name, tellable
from csm.use_cases.drafting_subject import Ground
from csm.use_cases.drafting_words import Letter
from csm.wording import day_text, listing

# Of what is always known, what a model may tell; names of people it gets by themselves.
_ALWAYS_TOLD: Final = ("account_name", "product")
_MEND_THE_RECORD: Final = "Correct it where it is kept, and import it anew."
_PENDING: Final = frozenset({OutreachState.DRAFTED, OutreachState.APPROVED})
_RESTING: Final = _PENDING | {
    OutreachState.SENT,
    OutreachState.IN_DOUBT,
    OutreachState.DEAD,
    OutreachState.HOLDOUT,
}


class Hindrance(StrEnum):
    """Why nothing was drafted."""

    NO_WAY = "nobody can be written to"
    RESTS = "the play rests"
    CONTROL_GROUP = "control group"
    MISSING_FACTS = "a fact is not known"
    REFUSED = "the guard refuses"
    ONE_A_DAY = "another draft was made for the account that day"
    NO_REASON = "nothing asks for it now"
    UNDECIDED = "a draft or an approved message for the account is open"
    ENOUGH = "whoever approves it has enough drafts for one night"
    TRIAL = "a trial of another play with the same goal is under way"


@dataclass(frozen=True, slots=True)
class NotDrafted:
    """Why there is no draft, and what to do, in words for colleagues. `verdict`: the guard's, where
    it was asked."""

    hindrance: Hindrance
    why: str
    remedy: str
    verdict: Verdict | None = None

    def __str__(self) -> str:
        return f"{self.why} {self.remedy}"


ONE_A_DAY: Final = NotDrafted(
    Hindrance.ONE_A_DAY,
    "The account was written to today.",
    "What is still due is drafted on another day; /draft does not wait.",
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why now, and who asked: `author` is a person's key, empty for the machine."""

    evidence: str
    cta_id: int | None = None
    author: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """All of a draft but its final words. `own` is the play's own letter, filled."""

    ground: Ground
    play: Play
    plan: OutreachPlan
    reason: Reason
    chosen: Chosen
    facts: tuple[Fact, ...]
    own: Letter
    footer: str

    @property
    def account_key(self) -> str:
        return self.ground.dealings.account.key

    def note_on(self, letter: Letter) -> str:
        """What is not as the contact would have it, for colleagues."""
        if letter.language == self.chosen.language:
            return self.chosen.note
        return (
            f"{self.chosen.contact.name}'s language is “{self.chosen.language}”, which no letter "
            f"is in: it is in “{letter.language}”."
        )

    def brief(self, longest: int) -> Brief:
        """What a model is told: nothing that the reader may not know. `longest` is in characters
        of all that is read, footer included."""
        known = {fact.name: fact for fact in self.facts}
        told = (name for name in (*_ALWAYS_TOLD, *self.plan.facts) if name in known)
        footer = len(self.footer) + 2 if self.footer else 0
        return Brief(
            purpose=self.own.words.subject,  # the play's own purpose is for colleagues
            tone=self.plan.tone,
            language=self.chosen.language,
            channel=self.chosen.channel.value,
            longest=longest - footer,
            facts=[(known[name].label, _with_day(known[name])) for name in told],
            recipient=first_name(self.chosen.contact.name),
            sender=known["csm_name"].text,
            example=self.own.words.body,
        )


def sketch(
    ground: Ground, play: Play, reason: Reason, desk: Desk, now: datetime, *, has_model: bool
) -> Sketch | NotDrafted:
    """What the play would write to that account now."""
    dealings, outreach = ground.dealings, play.outreach
    if outreach is None:
        return NotDrafted(
            Hindrance.NO_WAY,
            f"“{play.name}” is for people only: it has no message to customers.",
            "Follow its steps.",
        )
    if rest := resting(dealings.written, play, outreach, now):
        return rest
    suppressions = dealings.suppressions
    account, contacts = dealings.account, dealings.contacts
    chosen = plan(play, account, contacts, suppressions, ground.ways, now, has_model=has_model)
    if isinstance(chosen, NoWay):
        return NotDrafted(Hindrance.NO_WAY, chosen.why, chosen.remedy)
    letter = letter_in(outreach, chosen.language)
    subject = ground.subject(chosen.contact, letter.language)
    told = {*ALWAYS, *outreach.facts}
    facts = {name: fact for name, fact in facts_of(subject).items() if name in told}
    guard = desk.playbook.guard
    facts = tellable(facts, ground.foreign, ground.foreign_contacts, guard)
    if misleading := misleading_name(facts, account, guard):
        return NotDrafted(
            Hindrance.MISSING_FACTS,
            f"{misleading}: what is on record is no name that can stand in a letter.",
            _MEND_THE_RECORD,
        )
    filled = fill(letter, facts)
    if isinstance(filled, MissingFacts):
        return _missing(filled)
    title, body, used = filled
    return Sketch(
        ground=ground,
        play=play,
        plan=outreach,
        reason=reason,
        chosen=chosen,
        facts=tuple(facts.values()),
        own=Letter(Words(title, body), letter.language, used, by_model=False),
        footer=_footer(dealings, chosen, outreach, desk),
    )


def resting(
    written: Iterable[PastOutreach], play: Play, outreach: OutreachPlan, now: datetime
) -> NotDrafted | None:
    """Why the play must not write to the account yet: it has, or may still."""
    for past in written:
        if past.play != play.id or past.state not in _RESTING:
            continue
        again = past.at + timedelta(days=outreach.cooldown_days)
        if past.state in _PENDING:
            number = f"#{past.outreach_id}"
            return NotDrafted(
                Hindrance.RESTS,
                f"“{play.name}” was drafted on {day_text(past.at.date())} and is on its way.",
                f"Look at {number}: reject it before another one is drafted.",
            )
        if again > now:
            done = "was drafted" if past.state is OutreachState.DEAD else "was sent"
            if past.state is OutreachState.HOLDOUT:
                done = "was due, and held back for the control group,"
            return NotDrafted(
                Hindrance.RESTS,
                f"“{play.name}” {done} on {day_text(past.at.date())}.",
                f"It may be drafted again from {day_text(again.date())} on.",
            )
    return None


def was_written_to(dealings: Dealings, today: date) -> bool:
    """Whether anything was drafted for the account or sent to it on that day (UTC)."""
    return any(past.at.astimezone(UTC).date() == today for past in dealings.written)


UNDECIDED: Final = NotDrafted(
    Hindrance.UNDECIDED,
    "A draft or an approved message for the account is open.",
    "Decide on that first; /draft does not wait.",
)


def is_undecided(dealings: Dealings) -> bool:
    """Whether a message to the account waits for somebody, or for its time."""
    return any(past.state in _PENDING for past in dealings.written)


def letter_in(outreach: OutreachPlan, language: str) -> PlayLetter:
    """The play's letter in that language, else in English, which every play has one in."""
    letters = {letter.language: letter for letter in outreach.letters}
    return letters.get(language) or letters.get(ENGLISH) or outreach.letters[0]


def _missing(missing: MissingFacts) -> NotDrafted:
    labels = listing([KNOWN[name].label if name in KNOWN else name for name in missing.names])
    return NotDrafted(
        Hindrance.MISSING_FACTS,
        f"Its letter tells what is not known of them, or cannot be repeated: {labels}.",
        "Import that data, or write to them yourself.",
    )


def _footer(dealings: Dealings, chosen: Chosen, outreach: OutreachPlan, desk: Desk) -> str:
    """What a message to one person says of its sender, and how to have no more of them."""
    lines = desk.playbook.guard.mail
    if chosen.channel is ChannelKind.DM:
        tongue, csm = tongue_of(chosen.language), dealings.csm
        return tongue.direct.format(f"{csm.name}, {lines.product}" if csm else lines.product)
    if chosen.channel is ChannelKind.CHANNEL:
        return ""
    address = desk.unsubscribe(dealings.account.key, chosen.contact.key, outreach.category)
    refuse = lines.unsubscribe.replace("{unsubscribe}", address) if address else ""
    return "\n".join(line for line in (lines.identity, refuse) if line)


def _with_day(fact: Fact) -> str:
    return f"{fact.text} (as of {day_text(fact.as_of)})" if fact.as_of else fact.text
