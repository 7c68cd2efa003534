"""How each table, and each of its columns with text, is about people.

A test holds this against the tables: whoever adds one has to say here what it means for an export
and for an erasure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from csm.audit import contact_subject
from storage import tables
from storage.privacy_scope import Condition, Scope, none_of, paired

_LONGEST_SUBJECT: Final = 120

Which = Callable[[Scope], Condition | None]


@dataclass(frozen=True)
class About:
    """One table. `of_account` and `of_person` say which rows an export shows, and `untold` what of
    a row is not the person's to know (what it tells is of the account, or of colleagues).

    Columns with text or JSON, as words in a line: `words` hold what people wrote; `keys` are one of
    their kind, and may be made of an address; `people` hold a person's key; `named` hold the name,
    key or address of somebody who need not be the person, and `plain` ones are ours or a
    vocabulary's.
    """

    section: str
    meaning: str
    of_account: Which = none_of
    of_person: Which = none_of
    words: str = ""
    keys: str = ""
    people: str = ""
    named: str = ""
    plain: str = ""
    untold: str = ""
    shape: Callable[[dict[str, Any], Scope], dict[str, Any] | None] | None = field(default=None)

    @property
    def columns(self) -> list[str]:
        groups = (self.words, self.keys, self.people, self.named, self.plain)
        return [name for group in groups for name in group.split()]


def _by_account_id(table: sa.Table) -> Which:
    return lambda scope: scope.among(table.c.account_id, scope.account_ids)


def _by_account_key(table: sa.Table) -> Which:
    return lambda scope: scope.among(table.c.account_key, scope.account_keys)


def _by_address(table: sa.Table) -> Which:
    return lambda scope: scope.among(table.c.contact_email, scope.addresses)


def _by_ids(table: sa.Table, which: str, column: str = "id") -> Which:
    return lambda scope: scope.among(table.c[column], getattr(scope, which))


def _by_person(table: sa.Table, column: str) -> Which:
    return lambda scope: scope.among(table.c[column], scope.person_keys)


def _in_places(table: sa.Table) -> Which:
    return lambda scope: scope.in_places(table)


def _lines(scope: Scope) -> Condition:
    line = tables.thread_line
    return sa.or_(scope.among(line.c.person, scope.person_keys), scope.in_places(line))


def _suppressed(scope: Scope) -> Condition:
    suppression = tables.suppression
    by_address = scope.among(suppression.c.address, scope.addresses)
    return sa.or_(paired(suppression, scope.pairs), by_address)


def _paused(scope: Scope) -> Condition:
    pause = tables.pause.c
    return sa.and_(pause.scope == "account", scope.among(pause.target, scope.account_keys))


def audited(scope: Scope) -> Condition:
    """Entries that name the person by key: as what they are about, or as who did it."""
    audit = tables.audit
    subjects = {contact_subject(*pair) for pair in scope.pairs} | plain_subjects(scope.pairs)
    by_subject = scope.among(audit.c.subject, sorted(subjects))
    return sa.or_(by_subject, scope.among(audit.c.who, scope.person_keys))


def plain_subjects(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """How opt-outs name a contact in the audit."""
    return {f"contact:{account_key}/{key}"[:_LONGEST_SUBJECT] for account_key, key in pairs}


def _audited_for_them(scope: Scope) -> Condition:
    outreach = (f"outreach:{outreach_id}" for outreach_id in scope.outreach_ids)
    return sa.or_(audited(scope), scope.among(tables.audit.c.subject, outreach))


def _told_of(row: dict[str, Any], scope: Scope) -> dict[str, Any] | None:
    """Of a digest, the lines on the account."""
    lines = {key: line for key, line in row["lines"].items() if int(key) in scope.account_ids}
    return {**row, "lines": lines, "figures": {}} if lines else None


ABOUT: Final[dict[str, About]] = {
    "account": About(
        "account",
        "The customer itself, as imported.",
        of_account=_by_ids(tables.account, "account_ids"),
        named="key name aliases domain parent_key csm_email",
        words="segment tier industry region",
        plain="country time_zone currency",
    ),
    "account_name": About(
        "names of the account",
        "Ways in which people call the account.",
        of_account=_by_account_id(tables.account_name),
        named="folded name",
    ),
    "names_state": About("", "Counts changes of names."),
    "feature": About("", "Features of the product: about nobody.", keys="key", words="name"),
    "contact": About(
        "contacts",
        "People at the customer, as imported.",
        of_account=_by_account_id(tables.contact),
        of_person=_by_ids(tables.contact, "contact_ids"),
        named="key name email",
        words="title",
        plain="language time_zone",
    ),
    "subscription": About(
        "subscriptions",
        "What the account bought. Money is in minor units of its currency.",
        of_account=_by_account_id(tables.subscription),
        keys="key",
        words="product plan entitlements",
        plain="currency",
    ),
    "usage_day": About(
        "use of the product",
        "Events by day and feature, of the account as a whole.",
        of_account=_by_account_id(tables.usage_day),
    ),
    "ticket": About(
        "support tickets",
        "Tickets of the account, as imported.",
        of_account=_by_account_id(tables.ticket),
        keys="key",
        words="subject",
    ),
    "survey": About(
        "surveys",
        "Answers to surveys (NPS 0 to 10, CSAT 1 to 5).",
        of_account=_by_account_id(tables.survey),
        of_person=_by_address(tables.survey),
        keys="key",
        named="contact_email",
        words="comment",
    ),
    "invoice": About(
        "invoices",
        "Bills to the account. Money is in minor units of its currency.",
        of_account=_by_account_id(tables.invoice),
        keys="key",
        plain="currency",
    ),
    "objective": About(
        "objectives",
        "Goals of the success plan.",
        of_account=_by_account_id(tables.objective),
        keys="key",
        words="title target",
    ),
    "interaction": About(
        "interactions",
        "The timeline: calls, meetings, messages and notes.",
        of_account=_by_account_id(tables.interaction),
        of_person=_by_address(tables.interaction),
        keys="key",
        named="contact_email",
        words="author summary",
    ),
    "milestone": About(
        "milestones",
        "Steps of the onboarding project.",
        of_account=_by_account_id(tables.milestone),
        keys="key",
        words="title",
    ),
    "training": About(
        "trainings",
        "Courses that somebody was invited to.",
        of_account=_by_account_id(tables.training),
        of_person=_by_address(tables.training),
        keys="key",
        named="contact_email",
        words="course",
    ),
    "advocacy": About(
        "advocacy",
        "References, case studies and talks given.",
        of_account=_by_account_id(tables.KIND_TABLES["advocacy"]),
        keys="key",
        words="kind",
    ),
    "feed": About("", "The day that each kind of record reaches to: about nobody.", plain="kind"),
    "health": About(
        "health",
        "Scores of the account by day.",
        of_account=_by_account_id(tables.health),
        plain="measures",
    ),
    "snapshot": About(
        "signals",
        "The account's signals as last worked out.",
        of_account=_by_account_id(tables.snapshot),
        words="signals",
    ),
    "finding": About(
        "risks and leads",
        "What was concluded about the account.",
        of_account=_by_account_id(tables.finding),
        plain="rule",
        words="evidence",
    ),
    "cta": About(
        "calls to action",
        "Work on the account for our own people.",
        of_account=_by_account_id(tables.cta),
        plain="play",
        words="reason title evidence note",
        named="owner_email",
        people="claimed_by closed_by",
    ),
    "save": About(
        "saves",
        "Days on which the account came back from red.",
        of_account=_by_account_id(tables.save),
    ),
    "person": About(
        "people of the customer",
        "Customers' people who are known on a chat platform.",
        of_account=_by_account_key(tables.person),
        of_person=_by_ids(tables.person, "person_keys", "key"),
        named="key name email",
        plain="account_key time_zone",
    ),
    "person_link": About(
        "links to chat platforms",
        "Who somebody is on a chat platform.",
        of_account=_by_person(tables.person_link, "person_key"),
        of_person=_by_person(tables.person_link, "person_key"),
        plain="platform workspace",
        named="user person_key",
    ),
    "place": About(
        "places",
        "Channels and direct messages, and who listens there.",
        of_account=_by_account_key(tables.place),
        of_person=_in_places(tables.place),
        plain="platform workspace account_key",
        keys="channel",
        words="name",
    ),
    "place_mode": About(
        "modes of places",
        "What is done with questions in a place.",
        of_account=_in_places(tables.place_mode),
        of_person=_in_places(tables.place_mode),
        plain="platform workspace",
        keys="channel",
        people="set_by",
    ),
    "seen_event": About(
        "", "Events of platforms that were seen already.", plain="platform", keys="event_id"
    ),
    "appointment": About(
        "",
        "When our own people get their digests.",
        plain="job days at zone platform workspace scope",
        people="reader",
        keys="channel",
    ),
    "firing": About(
        "",
        "Runs of scheduled work.",
        plain="job period token reference",
        people="reader asked_by",
        words="outcome",
    ),
    "told": About(
        "digests",
        "How the account stood in the last digest that each of our people got.",
        of_account=lambda _scope: sa.true(),
        plain="job period",
        people="reader",
        words="lines figures",
        shape=_told_of,
    ),
    "snooze": About(
        "snoozes",
        "Who of our people put the account off until when.",
        of_account=_by_account_id(tables.snooze),
        people="reader",
    ),
    "source": About(
        "",
        "Where the help library is read from.",
        keys="place",
        words="product base_url problem",
    ),
    "document": About(
        "",
        "The help library: about nobody, though texts may name people.",
        keys="key",
        words="source title address product",
        plain="fingerprint",
    ),
    "chunk": About(
        "", "The texts of the help library.", words="anchor text title_path", plain="fingerprint"
    ),
    "shelf_state": About("", "Counts changes of the library."),
    "question": About(
        "questions",
        "What was asked, and what was answered.",
        of_account=_by_account_key(tables.question),
        of_person=_by_ids(tables.question, "question_ids"),
        plain="platform workspace account_key",
        keys="key channel thread",
        people="asked_by reviewed_by",
        words="asked_name text reason answer objections ticket_key sources",
        untold="reviewed_by objections confidence review",
    ),
    "support_case": About(
        "cases",
        "Questions that were handed over to a person of ours.",
        of_account=_by_ids(tables.support_case, "case_ids"),
        of_person=_by_ids(tables.support_case, "case_ids"),
        plain="account_key",
        people="owner_key claimed_by answered_by resolved_by",
        words="reason",
    ),
    "case_reply": About(
        "replies",
        "What our people answered in those cases.",
        of_account=_by_ids(tables.case_reply, "case_ids", "case_id"),
        of_person=_by_ids(tables.case_reply, "case_ids", "case_id"),
        people="by",
        words="text",
    ),
    "thread_line": About(
        "thread lines",
        "What was said in threads, kept for a while so that follow-ups are understood.",
        of_account=_in_places(tables.thread_line),
        of_person=_lines,
        plain="platform workspace by",
        keys="channel thread message",
        people="person",
        words="text",
    ),
    "post": About(
        "messages of the product",
        "Cards that were brought to a place or a person.",
        of_account=_by_ids(tables.post, "post_ids"),
        of_person=_by_person(tables.post, "person_key"),
        plain="platform workspace account_key reference",
        keys="key channel thread message",
        people="person_key",
        words="card chart problem",
        untold="chart",
    ),
    "outreach": About(
        "outreach",
        "Messages that were drafted for people of the customer, and what came of them.",
        of_account=_by_account_key(tables.outreach),
        of_person=_by_ids(tables.outreach, "outreach_ids"),
        plain="account_key play platform workspace language approved_fingerprint",
        keys="key place message",
        people="author person_key edited_by approved_by ended_by",
        named="contact_key contact_name address",
        words=(
            "evidence subject body footer links facts used drafted_subject drafted_body verdict "
            "ended_why"
        ),
        untold="evidence facts used cta_id",
    ),
    "pause": About(
        "pauses",
        "When outreach to the account was stopped.",
        of_account=_paused,
        plain="target",
        people="by lifted_by",
        words="why",
    ),
    "suppression": About(
        "suppressions",
        "Whom nobody writes to, and why.",
        of_account=_by_account_key(tables.suppression),
        of_person=_suppressed,
        plain="account_key",
        named="contact_key address",
        people="source lifted_by",
        words="why",
    ),
    "play_tier": About(
        "", "What plays may do by themselves.", plain="play", people="by", words="why"
    ),
    "audit": About(
        "audit",
        "What was done to outreach, by whom, in a chain that nobody can change unseen.",
        of_account=_by_account_key(tables.audit),
        of_person=_audited_for_them,
        plain="what account_key play fingerprint previous hash",
        people="who",
        words="subject before after verdict",
    ),
    "audit_head": About("", "The last hash of the audit.", plain="hash"),
    "erasure": About(
        "", "Erasures, without a word of whom.", plain="by subject counts certificate seal"
    ),
    "erased_mark": About("", "Keyed hashes of what was erased.", plain="mark"),
    "erasure_secret": About("", "The key of those hashes.", plain="secret"),
}
