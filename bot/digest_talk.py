"""Turns about digests: when they come, what is at risk now, and which accounts are snoozed."""

from collections.abc import Iterator, Mapping
from datetime import date

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.card import Picture
from csm.digest_words import Typed, read_digest_words, slip_in
from csm.errors import InvalidInput
from csm.own_day import own_day
from csm.use_cases.at_risk_list import list_at_risk
from csm.use_cases.review_book import scope_of
from csm.use_cases.set_digest import (
    Choice,
    change_digest,
    digest_job,
    preview_digest,
    reset_digest,
    see_digest,
    see_digests,
    switch_digest,
)
from csm.use_cases.snooze_account import (
    account_to_snooze,
    end_snooze,
    snooze_account,
    snoozed_accounts,
)
from csm.views.digest import at_risk_card
from csm.views.digest_choices import (
    digest_changed_card,
    digest_form,
    digests_card,
    preview_card,
    usage_card,
)
from csm.views.snoozes import awake_card, snooze_form, snoozed_card, snoozes_card

USAGE = (
    "Try /digest, /digest set mon 8:00, /digest now, /digest off or /digest snoozed. /digest help "
    "has them all."
)
VERBS = [
    *("list", "set", "change", "on", "off", "pause", "stop", "usual", "reset", "now", "show"),
    *("snoozed", "snoozes", "help"),
]


class DigestTalk:
    """Everything about `/digest`, and the buttons of digests that are not other cards'."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.playbook.digests

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here. They carry a kind of digest, a scope or an account."""
        return {
            "digest.show": self._show_pressed,
            "digest.change": self._ask_what,
            "digest.changed": self._change_submitted,
            "digest.switch": self._switch_pressed,
            "digest.usual": self._reset_pressed,
            "digest.now": self._now_pressed,
            "digest.more": self._more,
            "digest.snooze": self._ask_until,
            "digest.snoozed": self._snooze,
            "digest.wake": self._wake,
            "digest.snoozes": self._snoozes_pressed,
        }

    def command(self, asked: Asked) -> Iterator[Answer]:
        """`/digest [set … | now | on | off | usual | snoozed | help]`; what can only be a choice is
        taken for one without its `set`."""
        verb, _, rest = asked.argument.partition(" ")
        match verb.lower():
            case "" | "list":
                yield self._all(asked)
            case "set" | "change":
                yield self._changed(self._change(asked, rest), asked)
            case "on" | "off" | "pause" | "stop":
                yield self._changed(self._switch(asked, rest, on=verb.lower() == "on"), asked)
            case "usual" | "reset":
                yield self._changed(self._reset(asked, rest), asked)
            case "now" | "show":
                yield self._preview(asked, rest)
            case "snoozed" | "snoozes":
                yield self._snoozes(asked)
            case "help" | "?":
                yield Answer(card=usage_card())
            case _:
                yield self._changed(self._choose(asked, self._choice_in(asked)), asked)

    def _choice_in(self, asked: Asked) -> Typed:
        """Of a command whose first word is none that we know. Raises InvalidInput."""
        typed = read_digest_words(asked.argument, self._kinds())
        if typed.is_clear:
            return typed
        verb = asked.argument.split()[0]
        slip = slip_in(verb, [*VERBS, *self._kinds()]) or "."
        raise InvalidInput(f"I do not know what to do with “{verb[:40]}”{slip} {USAGE}")

    def _kinds(self) -> list[str]:
        """Also those that the person may not have, which are to be named when they are refused."""
        return [job.name for job in self._services.jobs.jobs if job.is_for_readers]

    def _all(self, asked: Asked, *, replaces: bool = False) -> Answer:
        services = self._services
        choices = see_digests(asked.clearance, services.records, services.clock, services.jobs)
        return Answer(card=digests_card(choices, asked.turn.who), replaces=replaces)

    def _show_pressed(self, asked: Asked) -> Iterator[Answer]:
        yield self._all(asked, replaces=True)

    def _change(self, asked: Asked, text: str) -> Choice:
        return self._choose(asked, read_digest_words(text, self._kinds()))

    def _choose(self, asked: Asked, typed: Typed) -> Choice:
        services = self._services
        return change_digest(
            asked.clearance,
            services.records,
            services.clock,
            services.jobs,
            typed,
            asked.turn.place,
        )

    def _switch(self, asked: Asked, kind: str, *, on: bool) -> Choice:
        services = self._services
        return switch_digest(
            asked.clearance, services.records, services.clock, services.jobs, kind, on=on
        )

    def _reset(self, asked: Asked, kind: str) -> Choice:
        services = self._services
        return reset_digest(asked.clearance, services.records, services.clock, services.jobs, kind)

    def _ask_what(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        job = digest_job(asked.turn.who, services.jobs, asked.argument)
        choice = see_digest(asked.clearance, services.records, services.clock, job)
        yield Answer(form=digest_form(choice, asked.turn.place))

    def _change_submitted(self, asked: Asked) -> Iterator[Answer]:
        values = asked.turn.values
        said = " ".join(values.get(name, "") for name in ("when", "where", "empty"))
        kind = digest_job(asked.turn.who, self._services.jobs, asked.argument).name
        typed = read_digest_words(f"{kind} {said}", {kind})
        if typed.scope:
            raise InvalidInput(f"“{typed.scope[:40]}” is no day and no time. Try mon 8:00.")
        scope = values.get("scope", "").strip()
        whole = Typed(kind, typed.timetable, typed.where, scope, typed.wants_empty)
        yield self._changed(self._choose(asked, whole), asked)

    def _switch_pressed(self, asked: Asked) -> Iterator[Answer]:
        kind, _, state = asked.argument.partition(":")
        self._switch(asked, kind, on=state == "on")
        yield self._all(asked, replaces=True)

    def _reset_pressed(self, asked: Asked) -> Iterator[Answer]:
        self._reset(asked, asked.argument)
        yield self._all(asked, replaces=True)

    def _now_pressed(self, asked: Asked) -> Iterator[Answer]:
        yield self._preview(asked, asked.argument)

    def _preview(self, asked: Asked, kind: str) -> Answer:
        services = self._services
        job, composed = preview_digest(asked.clearance, services.jobs, services.digests, kind)
        picture = None
        if composed.chart is not None:
            png = services.pictures.chart(composed.chart)
            picture = Picture(name=f"{job.name}.png", alt=composed.chart.alt, png=png)
        return Answer(card=preview_card(composed), picture=picture)

    def _more(self, asked: Asked) -> Iterator[Answer]:
        word, _, page = asked.argument.rpartition(":")
        services = self._services
        scope = scope_of(asked.clearance, services.records, word)
        today, as_of = self._today(asked), services.clock.today()
        risks = list_at_risk(
            asked.clearance, services.records, self._settings, today, max(today, as_of), scope
        )
        yield Answer(card=at_risk_card(risks, services.playbook, number_in(page)))

    def _ask_until(self, asked: Asked) -> Iterator[Answer]:
        services, account_id = self._services, number_in(asked.argument)
        name = account_to_snooze(asked.clearance, services.records, account_id)
        days, today = self._settings.snooze_days, self._today(asked)
        yield Answer(form=snooze_form(account_id, name, days, today))

    def _snooze(self, asked: Asked) -> Iterator[Answer]:
        services, values = self._services, asked.turn.values
        until = values.get("until", "").strip() or values.get("days", "").strip()
        if not until:
            raise InvalidInput("Until when? Choose one, or type a day such as in 10 days.")
        account_id = number_in(asked.argument)
        snoozed = snooze_account(
            asked.clearance, services.records, services.clock, account_id, until
        )
        yield Answer(card=snoozed_card(snoozed, self._today(asked)))

    def _wake(self, asked: Asked) -> Iterator[Answer]:
        account_id = number_in(asked.argument)
        name = end_snooze(asked.clearance, self._services.records, account_id)
        yield Answer(card=awake_card(account_id, name), replaces=True)

    def _snoozes_pressed(self, asked: Asked) -> Iterator[Answer]:
        yield self._snoozes(asked)

    def _snoozes(self, asked: Asked) -> Answer:
        services = self._services
        found = snoozed_accounts(asked.clearance, services.records, services.clock)
        return Answer(card=snoozes_card(found, self._today(asked)))

    def _today(self, asked: Asked) -> date:
        return own_day(asked.turn.who, self._services.clock)

    def _changed(self, choice: Choice, asked: Asked) -> Answer:
        return Answer(card=digest_changed_card(choice, asked.turn.who))
