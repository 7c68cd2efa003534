"""The weekly digest as a card, and the pages of the list behind it."""

from collections.abc import Iterator, Mapping
from datetime import date, tzinfo
from typing import Final

from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Heading, Note, Text, Tone
from csm.money import format_money
from csm.playbook import Playbook
from csm.use_cases.at_risk_list import AtRiskList, totals
from csm.use_cases.risk_facts import MOST_DRAFTS, Fate, Gone, RiskDigest
from csm.views.digest_lines import confidence_text, line_blocks, short_day
from csm.views.pages import PAGE, page_buttons, page_of, range_text
from csm.views.tones import SEVERITY_TONES, grade_text
from csm.wording import day_and_distance, day_text, days_away, listing, plural

_MOST: Final = 5  # of each of the smaller lists
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NO_ACCOUNTS: Final = "No account here yet. /digest set all has everybody's in it."
_FATES: Final = {Fate.CHURNED: "churned", Fate.ELSEWHERE: "is in another book now"}
_FATE_TONES: Final = {Fate.RECOVERED: Tone.GOOD, Fate.UNSEEN: Tone.WARN, Fate.CHURNED: Tone.BAD}


def digest_card(digest: RiskDigest, playbook: Playbook, zone: tzinfo) -> Card:
    """The digest for a reader in that time zone."""
    risks = digest.risks
    since = risks.then.at.astimezone(zone).date() if risks.then else None
    summary = _summary(digest, since)
    most = playbook.digests.most
    sent_since = digest.since.astimezone(zone).date()
    return Card(
        title=_title(risks),
        summary=summary,
        tone=Tone.NEUTRAL if risks.all_lines else Tone.GOOD,
        blocks=(
            *_stale(digest),
            Text(text=summary),
            *line_blocks(risks.lines[:most], risks, since, playbook),
            *_rest(risks, most),
            *_due(digest),
            *_sent(digest, playbook, sent_since),
            *_off_the_list(digest),
            *_snoozed(risks),
        ),
    )


def at_risk_card(risks: AtRiskList, playbook: Playbook, page: int) -> Card:
    """All that is at risk as it is now, a page at a time."""
    lines, page = page_of(risks.lines, page)
    title = _title(risks)
    if not lines:
        text = _nothing(risks) if risks.book else _NO_ACCOUNTS
        tone = Tone.NEUTRAL if risks.snoozed else Tone.GOOD
        return Card(
            title=title, summary=text, tone=tone, blocks=(Text(text=text), *_snoozed(risks))
        )
    summary = f"{_how_many(risks)}{_snoozed_too(risks)}."
    blocks: list[Block] = [Text(text=summary)]
    blocks += line_blocks(lines, risks, None, playbook, first=page * PAGE + 1)
    if buttons := page_buttons(f"digest.more:{risks.scope.word}", len(risks.lines), page):
        blocks += [Note(text=range_text(len(risks.lines), page)), Actions(buttons=buttons)]
    return Card(title=title, summary=summary, blocks=(*blocks, *_snoozed(risks)))


def _title(risks: AtRiskList) -> str:
    return f"{risks.scope.title} at risk"


def _summary(digest: RiskDigest, since: date | None) -> str:
    """The head: how many and how much, and what changed."""
    risks = digest.risks
    if not risks.book:
        return _NO_ACCOUNTS
    if not risks.lines:
        return _nothing(risks) if risks.snoozed else f"{_nothing(risks)} Well done."
    change = _money_change(risks, since)
    if risks.snoozed:
        text = (
            f"{_how_many(risks)}{_snoozed_too(risks)}{f'; with those {change}' if change else ''}"
        )
    else:
        text = f"{_how_many(risks)}{f' ({change})' if change else ''}"
    changes = []
    if since is not None:
        new = sum(one.before is None for one in risks.lines)
        recovered = sum(one.fate is Fate.RECOVERED for one in digest.gone)
        changes = [
            f"{count} {what}" for count, what in ((new, "new"), (recovered, "recovered")) if count
        ]
    return f"{text}. {listing(changes).capitalize()}." if changes else f"{text}."


def _nothing(risks: AtRiskList) -> str:
    if not risks.snoozed:
        return f"Nothing is at risk in {plural(len(risks.book), 'account')}."
    count = plural(len(risks.snoozed), "account")
    return f"Nothing but what you snoozed: {count}, {_money(totals(risks.snoozed_lines))}."


def _how_many(risks: AtRiskList) -> str:
    """Those that are shown, and their money."""
    count = f"{len(risks.lines)} of {plural(len(risks.book), 'account')}"
    return f"{count}, {_money(totals(risks.lines))} ARR at risk"


def _snoozed_too(risks: AtRiskList) -> str:
    if not risks.snoozed:
        return ""
    verb = "is" if len(risks.snoozed) == 1 else "are"
    return f". {len(risks.snoozed)} more {verb} snoozed, {_money(totals(risks.snoozed_lines))}"


def _stale(digest: RiskDigest) -> Iterator[Block]:
    if digest.usage_until is not None:
        age = plural((digest.risks.today - digest.usage_until).days, "day")
        text = f"The newest usage data is of {short_day(digest.usage_until)}, {age} old."
        yield Text(text=text, tone=Tone.WARN)


def _money(amounts: Mapping[str, int]) -> str:
    """`$1.2M + €300K`."""
    known = sorted(((amount, code) for code, amount in amounts.items() if amount), reverse=True)
    return " + ".join(format_money(amount, code, short=True) for amount, code in known) or "no"


def _money_change(risks: AtRiskList, since: date | None) -> str:
    """`+$200K since 16 Nov`, by currency, of all that is at risk, snoozed or not: else whoever
    snoozes something would read that it got better."""
    if risks.then is None or since is None:
        return ""
    now, then = totals(risks.all_lines), risks.then.figures.get("at_risk", {})
    changes = []
    for code in sorted(now.keys() | then.keys()):
        if change := now.get(code, 0) - then.get(code, 0):
            sign = "+" if change > 0 else "−"
            changes.append(f"{sign}{format_money(abs(change), code, short=True)}")
    day = short_day(since)
    return f"{', '.join(changes)} since {day}" if changes else f"as on {day}"


def _rest(risks: AtRiskList, most: int) -> Iterator[Block]:
    left = len(risks.lines) - most
    if left > 0:
        page = f"digest.more:{risks.scope.word}:{most // PAGE}"
        yield Actions(buttons=(Button(id=page, label=f"The other {left}"),))


def _due(digest: RiskDigest) -> Iterator[Block]:
    if not digest.due:
        return
    today, until = digest.risks.today, digest.due_until
    late = sum(stored.cta.due_on < today for stored in digest.due)
    count = f"{plural(len(digest.due), 'call')} to action" + (f", {late} overdue" if late else "")
    yield Heading(text=f"Due by {_DAYS[until.weekday()]}, {short_day(until)}: {count}")
    yield Bullets(
        items=tuple(
            Bullet(
                lead=f"#{stored.id} {stored.account_name}: {stored.cta.title}",
                text=f"due {day_and_distance(stored.cta.due_on, today)}",
                tone=SEVERITY_TONES[stored.cta.severity],
            )
            for stored in digest.due[:_MOST]
        )
    )
    scope = "mine" if digest.risks.scope.word == "mine" else "all"
    label = f"All {len(digest.due)}" if len(digest.due) > _MOST else "All calls to action"
    yield Actions(buttons=(Button(id=f"cta.list:{scope}", label=label),))


def _sent(digest: RiskDigest, playbook: Playbook, since: date) -> Iterator[Block]:
    drafts = digest.drafts
    if not (digest.sent or drafts):
        return
    yield Heading(text=f"Sent for you since {short_day(since)}")
    lines = [
        Bullet(
            lead=playbook.plays[play].name if play in playbook.plays else play,
            text=f"{plural(done.sent, 'message')}, {plural(done.replied, 'reply', 'replies')}",
        )
        for play, done in sorted(digest.sent.items(), key=lambda item: (-item[1].sent, item[0]))
    ]
    if more := lines[_MOST:]:
        lines[_MOST:] = [Bullet(text=f"and {plural(len(more), 'more play')}")]
    yield Bullets(items=tuple(lines)) if lines else Text(text="Nothing was sent.")
    if drafts:
        count = f"{MOST_DRAFTS}+" if drafts > MOST_DRAFTS else str(drafts)
        label = f"{count} {'draft waits' if drafts == 1 else 'drafts wait'} for approval"
        yield Actions(buttons=(Button(id="outreach.list", label=label),))


def _off_the_list(digest: RiskDigest) -> Iterator[Block]:
    if not digest.gone:
        return
    yield Heading(text=f"Off the list: {len(digest.gone)}")
    lines = [Bullet(lead=one.name, text=_fate(one), tone=_fate_tone(one)) for one in digest.gone]
    if more := len(lines) - _MOST:
        lines[_MOST:] = [Bullet(text=f"and {more} more")] if more > 0 else []
    yield Bullets(items=tuple(lines))


def _fate(one: Gone) -> str:
    if one.fate is Fate.UNSEEN:
        return f"not seen any more: {confidence_text(one.line)}, was {one.before.grade}"
    if one.fate is not Fate.RECOVERED:
        return _FATES[one.fate]
    now = grade_text(one.line.health if one.line else None)
    return f"{now}, was {one.before.grade}" + (": a save" if one.is_save else "")


def _fate_tone(one: Gone) -> Tone:
    return _FATE_TONES.get(one.fate, Tone.NEUTRAL)


def _snoozed(risks: AtRiskList) -> Iterator[Block]:
    if not risks.snoozed:
        return
    first = min(snooze.until for snooze, _ in risks.snoozed)
    when = f"{day_text(first)} ({days_away(first, risks.today)})"
    if len(risks.snoozed) == 1:
        text = f"Snoozed: 1 account, until {when}."
    else:
        text = f"Snoozed: {len(risks.snoozed)} accounts, the first one until {when}."
    yield Note(text=text)
    yield Actions(buttons=(Button(id="digest.snoozes", label="Show what is snoozed"),))
