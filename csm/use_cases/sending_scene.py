"""What the records say of all that some messages have to do with: read once, with the same few
questions however many messages there are."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from csm.customer_names import CustomerNames
from csm.desk import Desk
from csm.guard_settings import Breaker
from csm.outreach import Outreach
from csm.pause import Pause
from csm.people import Place, Principal
from csm.play import OutreachPlan, Tier
from csm.play_trigger import reason_holds
from csm.ports import Reader
from csm.ports_outreach import Dealings, PlayTier, SuccessRecords
from csm.use_cases.drafting_subject import features_used

# The fact that names a key feature which they do not use yet.
UNUSED_FEATURE: Final = "unused_feature"
# Those that tell of what is still to be done, and may be done by now.
SUCCESS_FACTS: Final = frozenset({"training_course", "objective_title"})
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """Accounts, places and people at one instant. Dealings are by the account's key, people by
    theirs, places by platform, workspace and channel. `feature_keys` are by what customers are
    told that a feature is called. They, `features_used` (in the last four weeks) and `success`,
    both by the account's id, are there only for accounts whose messages tell of such things."""

    desk: Desk
    now: datetime
    dealings: Mapping[str, Dealings]
    pauses: Sequence[Pause]
    tiers: Mapping[str, PlayTier]
    people: Mapping[str, Principal]
    places: Mapping[tuple[str, str, str], Place]
    customers: CustomerNames
    contacts: CustomerNames
    sent_last_hour: int
    normal_hour: float
    feature_keys: Mapping[str, frozenset[str]]
    features_used: Mapping[int, frozenset[str]]
    success: Mapping[int, SuccessRecords]
    _reasons: dict[tuple[str, str, bool], bool | None] = field(default_factory=dict)

    def plan(self, play_id: str) -> OutreachPlan | None:
        """What the play sends; None where it was taken out, or sends nothing any more."""
        play = self.desk.playbook.plays.get(play_id)
        return play.outreach if play else None

    def tier(self, play_id: str) -> Tier:
        """What the play may do by itself now: never more than its file allows."""
        plan, granted = self.plan(play_id), self.tiers.get(play_id)
        if plan is None or granted is None:
            return Tier.MANUAL
        return min(granted.tier, plan.highest_tier, key=lambda tier: tier.rank)

    def has_reason(self, play_id: str, dealings: Dealings, *, asked: bool) -> bool | None:
        """Whether something still asks for the play there, or a person `asked` for what is still
        true, see `csm.play_trigger`; worked out once for all messages of the play to the
        account."""
        key = (play_id, dealings.account.key, asked)
        if key not in self._reasons:
            playbook = self.desk.playbook
            self._reasons[key] = reason_holds(
                playbook.plays[play_id],
                playbook.rules(),
                dealings.open_reasons,
                dealings.snapshot,
                asked=asked,
            )
        return self._reasons[key]


def scene_of(reader: Reader, desk: Desk, now: datetime, about: Iterable[Outreach]) -> Scene:
    """What is known now (aware) of all that these messages are about."""
    breaker = desk.playbook.guard.send.breaker
    sent = reader.sends_by_hour(now - timedelta(days=breaker.days + 1))
    messages = list(about)
    dealings = reader.dealings({one.account_key for one in messages}, now, now - _memory(desk))
    of_features = _ids(dealings, messages, {UNUSED_FEATURE})
    of_success = _ids(dealings, messages, SUCCESS_FACTS)
    return Scene(
        desk=desk,
        now=now,
        dealings=dealings,
        pauses=[stored.pause for stored in reader.pauses()],
        tiers=reader.play_tiers(),
        people={person.key: person for person in reader.people()},
        places={(one.platform, one.workspace, one.channel): one for one in reader.places()},
        customers=reader.customer_names(),
        contacts=reader.contact_names(),
        sent_last_hour=_volume(reader, sent, now),
        normal_hour=normal_hour(sent, breaker, now),
        feature_keys=_feature_keys(reader) if of_features else {},
        features_used=_features_used(reader, of_features, now) if of_features else {},
        success=reader.success_records(of_success, now) if of_success else {},
    )


def _ids(
    dealings: Mapping[str, Dealings], messages: Iterable[Outreach], facts: Collection[str]
) -> list[int]:
    """Of the accounts that are told one of these facts."""
    told = {one.account_key for one in messages if not set(facts).isdisjoint(one.used)}
    return [dealings[key].account_id for key in sorted(told & dealings.keys())]


def _feature_keys(reader: Reader) -> dict[str, frozenset[str]]:
    keys: dict[str, frozenset[str]] = {}
    for feature in reader.features():
        name = feature.name or feature.key
        keys[name] = keys.get(name, frozenset()) | {feature.key}
    return keys


def _features_used(
    reader: Reader, account_ids: Sequence[int], now: datetime
) -> dict[int, frozenset[str]]:
    return features_used(reader, account_ids, now.astimezone(UTC).date()) or {}


def _volume(reader: Reader, sent: Mapping[datetime, int], now: datetime) -> int:
    """What the volume breaker counts: the last hour's messages, or those since a person let the
    line go on that it had stopped: what they have looked at does not stop it again."""
    since = reader.sent_since_breaker(now - _HOUR)
    return sent_within_hour(sent, now) if since is None else since


def sent_within_hour(sent: Mapping[datetime, int], now: datetime) -> int:
    """About how many were sent in the sixty minutes before `now`, from counts by the clock's hour:
    all of this hour's, and of the last hour's the part that is not longer ago, rounded up (the
    sliding window counter of rate limiters)."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    part = 1 - (now - hour) / _HOUR
    return sent.get(hour, 0) + math.ceil(sent.get(hour - _HOUR, 0) * part)


def normal_hour(sent: Mapping[datetime, int], breaker: Breaker, now: datetime) -> float:
    """The mean of the busiest hours of the days before today (UTC) on which anything was sent; 0
    where nothing was. Today does not count, or a flood would soon be normal."""
    today = now.astimezone(UTC).date()
    busiest: dict[date, int] = {}
    for hour, count in sent.items():
        day = hour.astimezone(UTC).date()
        if today - timedelta(days=breaker.days) <= day < today:
            busiest[day] = max(count, busiest.get(day, 0))
    return sum(busiest.values()) / len(busiest) if busiest else 0.0


def _memory(desk: Desk) -> timedelta:
    """How far back anything counts."""
    send = desk.playbook.guard.send
    plans = (play.outreach for play in desk.playbook.plays.values() if play.outreach)
    cooldowns = (plan.cooldown_days for plan in plans)
    return timedelta(days=max(send.frequency.longest_days, send.same_text_days, *cooldowns))
