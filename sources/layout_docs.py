"""The import layout as tables for people: printed by the command line, and part of the manual."""

from collections.abc import Iterator
from typing import Final

from csm.ports import RECORD_KINDS
from csm.wording import listing
from sources.layout import ACCOUNT_KEY, MODELS, Column, ValueType, columns_of, file_name

# What the names of columns leave open, where the models say no more.
_MEANINGS: Final = {
    "key": "your own id, unique in the file",
    ACCOUNT_KEY: "`key` of the account",
    "name": "proper name",
    "title": "as people call it",
    "parent_key": "`key` of the parent account",
    "status": "where it stands",
    "touch": "served by a named CSM (high) or digitally (tech)",
    "industry": "line of business",
    "region": "sales or service region",
    "time_zone": "e.g. Europe/Berlin",
    "currency": "ISO 4217 code",
    "csm_email": "e-mail of the CSM who looks after it",
    "email": "e-mail",
    "contact_email": "e-mail of the contact",
    "role": "part they play",
    "language": "language to write in, e.g. en",
    "consent": "may be written to without having asked",
    "left_on": "day on which they left the customer",
    "product": "what was bought",
    "plan": "plan of the product",
    "seats": "seats bought",
    "started_on": "first day",
    "renews_on": "day of the next renewal; without it the term is counted from the start",
    "term_months": "months from one renewal to the next",
    "auto_renew": "renews unless somebody stops it",
    "trial": "not paid for; counts for no ARR",
    "entitlements": "what the plan includes, in words",
    "is_key": "counts for habits and early adoption",
    "day": "calendar day",
    "feature": "`key` of the feature; one that features.csv does not have is a key feature",
    "events": "how often it was used that day",
    "active_users": "people who used it that day; blank where it is not known",
    "subject": "what it is about",
    "priority": "how pressing it is",
    "opened_at": "when it came in",
    "first_response_minutes": "minutes to the first answer of a person",
    "closed_at": "when it was closed; blank while it is open",
    "escalated": "somebody senior was called in",
    "reopened": "how often it was opened again",
    "kind": "what kind it is",
    "score": "NPS 0 to 10, CSAT 1 to 5",
    "answered_on": "day of the answer",
    "comment": "in the customer's words",
    "issued_on": "day of the bill",
    "due_on": "day by which it is due",
    "paid_on": "day on which it was paid",
    "failed_on": "day on which a payment failed",
    "target": "what will have been reached",
    "at": "when it happened",
    "channel": "how it happened",
    "direction": "who spoke: they (inbound), we (outbound), both, or nobody (internal)",
    "topic": "what it means",
    "author": "who wrote the entry",
    "summary": "what was said",
    "answered_at": "when a question was answered; blank while it is open",
    "done_on": "day on which it was done",
    "planned_hours": "hours that were sold",
    "actual_hours": "hours that it took",
    "course": "name of the course",
    "completed_on": "day on which it was completed",
    "given_on": "day on which it happened",
}

# Where a name means something else in one file; amounts are written differently in files.
_MEANINGS_BY_KIND: Final = {
    ("contacts", "title"): "job title",
    ("contacts", "name"): "full name",
    ("surveys", "kind"): "which question was asked",
    ("advocacy", "kind"): "reference, case study, testimonial, talk, event ...",
    ("subscriptions", "arr"): "annual recurring revenue, e.g. 12000.50",
    ("invoices", "amount"): "what is to be paid, e.g. 12000.50",
    ("objectives", "title"): "the goal, in the customer's words",
    ("milestones", "title"): "the step of the onboarding project",
}


def layout_markdown() -> str:
    """A section with a table for each file of the layout, in Markdown."""
    return "\n\n".join("\n".join(_section(kind)) for kind in RECORD_KINDS)


def _section(kind: str) -> Iterator[str]:
    yield f"### {file_name(kind)}"
    yield ""
    yield (MODELS[kind].__doc__ or "").strip().partition("\n\n")[0].replace("\n", " ")
    yield ""
    yield "| column | type | if blank or absent | meaning |"
    yield "|---|---|---|---|"
    for column in columns_of(kind):
        meaning = _meaning(kind, column)
        yield f"| {column.name} | {_type(column)} | {_blank(kind, column)} | {_cell(meaning)} |"


def _meaning(kind: str, column: Column) -> str:
    own = _MEANINGS_BY_KIND.get((kind, column.name))
    return own or column.meaning or _MEANINGS[column.name]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _type(column: Column) -> str:
    if column.type is ValueType.CHOICE:
        return listing(column.choices, "or")
    if column.type is ValueType.MONEY:
        return "amount"
    if column.type is ValueType.TEXT:
        if column.shortest and column.shortest == column.longest:
            return f"{column.longest} letters"
        return f"text, at most {column.longest:,}" if column.longest else "text"
    if column.low is not None and column.high is not None:
        return f"{column.type}, {column.low:,.0f} to {column.high:,.0f}"
    return str(column.type)


def _blank(kind: str, column: Column) -> str:
    if column.required:
        return "**required**"
    if column.name == "currency" and kind != "accounts":
        return "the account's"
    if column.default is None or column.default == "":
        return ""
    return str(column.default).lower() if isinstance(column.default, bool) else str(column.default)
