"""What one message is judged by, worked out from what the records say of its account."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from csm.account import Contact
from csm.claims import ClaimKind, find_claims
from csm.customer_names import ForeignNames
from csm.fact_line import FactLine
from csm.guard import GuardFacts
from csm.guard.sending import Approval, FactNow, Moment, Sending, Touch
from csm.holdout import is_held_out
from csm.letter import MAIL
from csm.outreach import Fact, Outreach, OutreachState
from csm.outreach_facts import ALWAYS, Subject, facts_of, fill, first_name
from csm.outreach_plan import ENGLISH, zone_of
from csm.people import STAFF_ROLES
from csm.plain_words import bare
from csm.play import Approver, ChannelKind
from csm.ports_outreach import PastOutreach, SuccessRecords
from csm.shareable import SHAREABLE
from csm.use_cases.sending_scene import SUCCESS_FACTS, UNUSED_FEATURE, Scene
from csm.web_addresses import addresses, is_web
from csm.wording import day_text
from csm.written_names import is_person_name

# What can be told anew. Other facts are of the day on which they were told, and stay true of it.
_MAY_MOVE: Final = frozenset(ALWAYS) | {each.name for each in SHAREABLE} | SUCCESS_FACTS


@dataclass(slots=True)
class Let:
    """What was let go to one account since the records were read."""

    touches: list[Touch] = field(default_factory=list)
    written: list[PastOutreach] = field(default_factory=list)


class Message:
    """One message, in what the records say of its account. `id` is None before it is kept."""

    def __init__(self, scene: Scene, outreach_id: int | None, outreach: Outreach, let: Let) -> None:
        self.scene = scene
        self.id = outreach_id
        self.outreach = outreach
        self.let = let
        self.dealings = scene.dealings.get(outreach.account_key)
        self.account = self.dealings.account if self.dealings else None
        self.contact = self._contact()
        self.plan = scene.plan(outreach.play)
        self.settings = scene.desk.playbook.guard
        self.unsubscribe = scene.desk.unsubscribe(
            outreach.account_key, outreach.contact_key, outreach.category
        )

    def sending(self, moment: Moment, approval: Approval | None, sent_last_hour: int) -> Sending:
        """All but its words."""
        outreach, scene, dealings, plan = self.outreach, self.scene, self.dealings, self.plan
        is_mail = outreach.channel is ChannelKind.EMAIL
        despite = plan.despite if plan else ()
        return Sending(
            now=scene.now,
            moment=moment,
            fingerprint=outreach.fingerprint,
            body=outreach.text,
            play=outreach.play,
            category=outreach.category,
            channel=outreach.channel,
            account=self.account,
            contact=self.contact,
            address=outreach.address,
            person=scene.people.get(outreach.person_key),
            place=scene.places.get((outreach.platform, outreach.workspace, outreach.place)),
            has_courier=self._platform() in scene.desk.platforms,
            zone=zone_of(self.contact, self.account) if self.account else ZoneInfo("UTC"),
            country=self.account.country if self.account else "",
            pauses=tuple(
                pause for pause in scene.pauses if pause.covers(outreach.play, outreach.account_key)
            ),
            suppressions=tuple(dealings.suppressions) if dealings else (),
            touches=self._touches(),
            urgent_tickets=tuple(dealings.urgent_tickets) if dealings else (),
            escalated_tickets=tuple(dealings.escalated_tickets) if dealings else (),
            negotiation=self._negotiation(),
            is_about_renewal="negotiation" in despite,
            is_despite_tickets="ticket" in despite,
            last_talk=dealings.last_talk if dealings else None,
            play_sent_at=self._play_sent_at(),
            cooldown_days=plan.cooldown_days if plan else 0,
            text_sent_at=self._text_sent_at(),
            facts=self._facts_now(),
            reason_holds=self._reason(),
            is_holdout=self._is_holdout(),
            approval=approval,
            approver=plan.approver if plan else Approver.MANAGER,
            author=outreach.author,
            is_by_own_csm=self._is_by_own_csm(),
            play_tier=scene.tier(outreach.play),
            allowed_touch=tuple(touch.value for touch in plan.touch) if plan else (),
            identity=self.settings.mail.identity if is_mail else "",
            unsubscribe=self.unsubscribe if is_mail else "",
            sent_last_hour=sent_last_hour,
            normal_hour=scene.normal_hour,
        )

    def guard_facts(self, sending: Sending) -> GuardFacts:
        """What its words are held against, with the rest."""
        account_key = self.outreach.account_key
        return GuardFacts(
            facts=self._lines(sending),
            allowed_links=self._links(),
            allowed_names=self._names(),
            foreign_names=ForeignNames(self.scene.customers, account_key),
            foreign_contacts=ForeignNames(self.scene.contacts, account_key),
            sending=sending,
        )

    def _contact(self) -> Contact | None:
        contacts = self.dealings.contacts if self.dealings else ()
        return next((one for one in contacts if one.key == self.outreach.contact_key), None)

    def _platform(self) -> str:
        return MAIL if self.outreach.channel is ChannelKind.EMAIL else self.outreach.platform

    def _touches(self) -> tuple[Touch, ...]:
        since = self.scene.now - timedelta(days=self.settings.send.frequency.longest_days)
        known = self.dealings.touches if self.dealings else ()
        return (*(touch for touch in known if touch.at > since), *self.let.touches)

    def _negotiation(self) -> str:
        dealings = self.dealings
        if dealings is None:
            return ""
        asked, days = dealings.contract_change_at, self.settings.send.negotiation_days
        if asked is not None and asked > self.scene.now - timedelta(days=days):
            return f"They asked to change the contract on {day_text(asked.date())}."
        return "A colleague is at work on the renewal." if dealings.renewal_cta_claimed else ""

    def _written(self) -> Iterator[PastOutreach]:
        """What this account has had or will have before this one, newest first. Of two that are
        approved at once, the one that was drafted first comes first."""
        known = self.dealings.written if self.dealings else ()
        for past in (*reversed(self.let.written), *known):
            queued = past.state is OutreachState.APPROVED
            is_before = queued and (self.id is None or past.outreach_id < self.id)
            if past.outreach_id != self.id and (past.may_be_known or is_before):
                yield past

    def _play_sent_at(self) -> datetime | None:
        return next((past.at for past in self._written() if past.play == self.outreach.play), None)

    def _text_sent_at(self) -> datetime | None:
        written = list(self._written())
        own = _bare(self.outreach.body) if written else ""
        return next((past.at for past in written if _bare(past.body) == own), None)

    def _is_by_own_csm(self) -> bool:
        csm = self.dealings.csm if self.dealings else None
        return csm is not None and csm.key == self.outreach.author

    def _is_holdout(self) -> bool:
        outreach, plan = self.outreach, self.plan
        share = plan.holdout if plan else 0.0
        is_drawn = is_held_out(outreach.play, outreach.account_key, share)
        return is_drawn or outreach.state is OutreachState.HOLDOUT

    def _reason(self) -> bool | None:
        """Whether why it was written is still so; a play that writes no more has no reason."""
        if self.plan is None or self.dealings is None:
            return False
        asked = bool(self.outreach.author)
        return self.scene.has_reason(self.outreach.play, self.dealings, asked=asked)

    def _facts_now(self) -> tuple[FactNow, ...]:
        """Those that its text tells, as they were and as they are."""
        then = {fact.name: fact for fact in self.outreach.facts}
        told = [then[name] for name in self.outreach.used if name in then]
        now = self._known_now(then, {fact.name for fact in told}) if told else {}
        return tuple(_fact_now(fact, now.get(fact.name)) for fact in told)

    def _known_now(self, then: Mapping[str, Fact], told: Collection[str]) -> dict[str, Fact]:
        known = {name: fact for name, fact in then.items() if name not in _MAY_MOVE}
        if UNUSED_FEATURE in known and self._is_used(known[UNUSED_FEATURE].text):
            del known[UNUSED_FEATURE]
        if self.dealings is None or self.contact is None:
            return known
        success = self.scene.success.get(self.dealings.account_id, SuccessRecords())
        subject = Subject(
            account=self.dealings.account,
            contact=self.contact,
            csm=self.dealings.csm,
            product=self.settings.mail.product,
            today=self.scene.now.astimezone(UTC).date(),
            language=self.outreach.language,
            snapshot=self.dealings.snapshot,
            trainings=success.trainings,
            objectives=success.objectives,
        )
        return known | facts_of(subject, told)

    def _is_used(self, feature: str) -> bool:
        """Whether they use the feature of that name by now."""
        keys = self.scene.feature_keys.get(feature, frozenset())
        account_id = self.dealings.account_id if self.dealings else 0
        return bool(keys & self.scene.features_used.get(account_id, frozenset()))

    def _lines(self, sending: Sending) -> list[FactLine]:
        """What it was written from, the play's own letter, and what its footer must say."""
        lines = [
            FactLine(fact.label, fact.text, f"{fact.source} {_day(fact.as_of)}".strip())
            for fact in self.outreach.facts
        ]
        refuse = self.settings.mail.unsubscribe.replace("{unsubscribe}", sending.unsubscribe)
        footer = (sending.identity, refuse if sending.unsubscribe else "")
        return lines + [FactLine("", line) for line in (*self._own_letter(), *footer) if line]

    def _own_letter(self) -> tuple[str, ...]:
        """What the play itself says, with the facts in it: people wrote and reviewed it."""
        letters = {letter.language: letter for letter in self.plan.letters} if self.plan else {}
        letter = letters.get(self.outreach.language) or letters.get(ENGLISH)
        filled = fill(letter, {fact.name: fact for fact in self.outreach.facts}) if letter else ()
        return filled[:2] if isinstance(filled, tuple) else ()

    def _links(self) -> frozenset[str]:
        texts = (fact.text for fact in self.outreach.facts)
        links = {link for text in texts for link in addresses(text) if is_web(link)}
        return frozenset(links | {self.unsubscribe} - {""})

    def _names(self) -> tuple[str, ...]:
        """Who and what may be named: they, their people and their company, our own people, we,
        and what the playbook says may be. Of the last ones and of people only those whom the text
        names: each name that is allowed takes time to look at."""
        names = [self.settings.mail.identity, self.settings.mail.product]
        if self.contact:
            names.append(self.contact.name)
        if self.account:
            names += [self.account.name, *self.account.aliases.split("|")]
        if self.dealings and self.dealings.csm:
            names.append(self.dealings.csm.name)
        said = self.outreach.text.casefold()
        people = (*self._people_of_theirs(), *self._people_of_ours())
        names += [name for name in people if name.casefold() in said and _is_nothing_else(name)]
        names += [name for name in self.settings.letter.names if name.casefold() in said]
        return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))

    def _people_of_theirs(self) -> Iterator[str]:
        """The names and first names of the account's own contacts."""
        for contact in self.dealings.contacts if self.dealings else ():
            yield from (contact.name, first_name(contact.name))

    def _people_of_ours(self) -> Iterator[str]:
        """The full names of colleagues."""
        everybody = self.scene.people.values()
        return (person.name for person in everybody if person.role in STAFF_ROLES)


def _is_nothing_else(name: str) -> bool:
    """Whether a name is one, and no number or day besides ("May", "Ten")."""
    return is_person_name(name) and all(claim.kind is ClaimKind.NAME for claim in find_claims(name))


def _fact_now(then: Fact, now: Fact | None) -> FactNow:
    return FactNow(
        name=then.name,
        then=then.text,
        now=now.text if now else None,
        number_then=then.number,
        number_now=now.number if now else None,
    )


def _day(day: date | None) -> str:
    return day_text(day) if day else ""


@lru_cache(maxsize=4096)
def _bare(body: str) -> str:
    return bare(body)
