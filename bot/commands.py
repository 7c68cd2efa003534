"""What can be typed. Every surface registers these, and help is written from them."""

from dataclasses import dataclass
from typing import Final

from csm.people import Capability


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command: `usage` is what follows the name, `summary` what it gives."""

    name: str
    usage: str
    summary: str
    capability: Capability
    examples: tuple[str, ...] = ()


ACCOUNT: Final = Command(
    "account",
    "NAME",
    "how one account does, why, what changed and what to do next",
    Capability.READ_ACCOUNTS,
    ("/account acme", "/account acme.example"),
)
PORTFOLIO: Final = Command(
    "portfolio",
    "[mine | all | COLLEAGUE]",
    "a book of business, those with most at stake first",
    Capability.READ_ACCOUNTS,
    ("/portfolio", "/portfolio riley"),
)
RISKS: Final = Command(
    "risks",
    "[mine | all | COLLEAGUE]",
    "every open risk with its evidence, worst first",
    Capability.READ_ACCOUNTS,
    ("/risks", "/risks all"),
)
RENEWALS: Final = Command(
    "renewals",
    "[DAYS] [mine | all | COLLEAGUE]",
    "what renews in the next days (90 if you do not say), and how it looks",
    Capability.READ_ACCOUNTS,
    ("/renewals", "/renewals 30 all"),
)
BENCHMARK: Final = Command(
    "benchmark",
    "NAME",
    "where an account stands among accounts like it",
    Capability.READ_ACCOUNTS,
    ("/benchmark acme",),
)
CTA: Final = Command(
    "cta",
    "[all | NUMBER | claim NUMBER | release NUMBER | close NUMBER OUTCOME [NOTE]]",
    "your calls to action: list, see, claim, give back, close with an outcome",
    Capability.WORK_CTAS,
    ("/cta", "/cta claim 12", "/cta close 12 done Spoke to Jo, all well"),
)
ASK: Final = Command(
    "ask",
    "QUESTION",
    "what the help library says; for the team, what is for colleagues only, too",
    Capability.GET_HELP,
    ("/ask how do I share a view?",),
)
STATUS: Final = Command(
    "status", "", "what became of your questions", Capability.GET_HELP, ("/status",)
)
CASES: Final = Command(
    "cases",
    "[mine | all | NUMBER]",
    "customers' questions that wait for a person: claim, reply, resolve",
    Capability.ANSWER_CUSTOMERS,
    ("/cases", "/cases all", "/cases 7"),
)
MODE: Final = Command(
    "mode",
    "[answer | draft | off | cases] [#CHANNEL]",
    "what I do with questions in a channel: see it, set it",
    Capability.ANSWER_CUSTOMERS,
    ("/mode", "/mode draft", "/mode answer #acme-shared"),
)
QUESTIONS: Final = Command(
    "questions",
    "[DAYS]",
    "what customers asked, what became of it, and how often we really helped",
    Capability.ANSWER_CUSTOMERS,
    ("/questions", "/questions 90"),
)
GAPS: Final = Command(
    "gaps",
    "",
    "what customers ask and the library lacks, those that touch most first",
    Capability.ANSWER_CUSTOMERS,
    ("/gaps",),
)
DRAFT: Final = Command(
    "draft",
    "ACCOUNT [PLAY]",
    "have a message to a customer drafted, with the proof that it may be sent",
    Capability.DRAFT_OUTREACH,
    ("/draft acme", "/draft acme renewal"),
)
APPROVALS: Final = Command(
    "approvals",
    "",
    "drafts that wait for you, each with its verdict: approve, edit, reject, snooze",
    Capability.APPROVE_OUTREACH,
    ("/approvals",),
)
OUTREACH: Final = Command(
    "outreach",
    "[NUMBER]",
    "what was written to customers, and where each message stands",
    Capability.DRAFT_OUTREACH,
    ("/outreach", "/outreach 12"),
)
WHY: Final = Command(
    "why",
    "NUMBER",
    "why a message may be sent or not: every rule, every fact, everything done to it",
    Capability.DRAFT_OUTREACH,
    ("/why 12",),
)
PAUSE: Final = Command(
    "pause",
    "[all | play NAME | account NAME][: WHY]",
    "stop outreach, before the next message; alone: what is paused",
    Capability.PAUSE_SENDING,
    ("/pause all: wrong prices on the web site", "/pause account acme: they merge"),
)
RESUME: Final = Command(
    "resume",
    "all | play NAME | account NAME",
    "let outreach go on",
    Capability.PAUSE_SENDING,
    ("/resume account acme",),
)
SUPPRESS: Final = Command(
    "suppress",
    "ACCOUNT",
    "whom at an account we do not write to, and why: see it, change it",
    Capability.SUPPRESS,
    ("/suppress acme",),
)
EFFECT: Final = Command(
    "effect",
    "[PLAY]",
    "what plays bring about, against accounts that they left alone",
    Capability.READ_ACCOUNTS,
    ("/effect", "/effect habits decline"),
)
PLAYS: Final = Command(
    "plays",
    "",
    "which plays write to customers, and what each may do by itself",
    Capability.READ_ACCOUNTS,
    ("/plays",),
)
JOBS: Final = Command(
    "jobs",
    "[history [NAME] | run NAME [as of DAY]]",
    "what the product does by itself: when it is due, how it went; have it done now",
    Capability.RUN_JOBS,
    ("/jobs", "/jobs history digest", "/jobs run refresh"),
)
DIGEST: Final = Command(
    "digest",
    "[set [KIND] WHEN [here | dm] [SCOPE] [quiet] | now [KIND] | on | off | usual | snoozed]",
    "your digests: when, where and about whose accounts they come; what is snoozed",
    Capability.READ_ACCOUNTS,
    ("/digest", "/digest set mon 8:00", "/digest set alert weekdays 7:30 here", "/digest now"),
)
TEAM: Final = Command(
    "team",
    "[quarter | year]",
    "the team's figures: retention, saves, what is at risk and what waits",
    Capability.READ_TEAM,
    ("/team", "/team quarter"),
)
HELP: Final = Command("help", "", "what you can ask me here", Capability.GET_HELP, ("/help",))

COMMANDS: Final = (
    ACCOUNT,
    PORTFOLIO,
    RISKS,
    RENEWALS,
    BENCHMARK,
    DIGEST,
    TEAM,
    CTA,
    DRAFT,
    APPROVALS,
    OUTREACH,
    WHY,
    PAUSE,
    RESUME,
    SUPPRESS,
    PLAYS,
    EFFECT,
    ASK,
    CASES,
    QUESTIONS,
    GAPS,
    MODE,
    STATUS,
    JOBS,
    HELP,
)
