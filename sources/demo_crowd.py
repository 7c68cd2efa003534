"""The background of the demo: accounts on which nothing in particular happens."""

from random import Random
from typing import Final

from csm.account import ObjectiveStatus, Touch
from sources.demo_catalogue import CROWD
from sources.demo_story import Answer, Goal, Rhythm, Story, Usage

# Seats, and the price of one in major units, by segment.
_SEATS: Final = {"smb": (8, 24), "mid-market": (40, 120), "enterprise": (200, 600)}
_SEAT_PRICE: Final = {"smb": 540, "mid-market": 720, "enterprise": 660}
_TIERS: Final = {"smb": "Starter", "mid-market": "Professional", "enterprise": "Enterprise"}
_PLACES: Final = (
    ("North America", "US", "America/New_York", "USD"),
    ("North America", "US", "America/Los_Angeles", "USD"),
    ("North America", "CA", "America/Toronto", "USD"),
    ("Europe", "GB", "Europe/London", "GBP"),
    ("Europe", "DE", "Europe/Berlin", "EUR"),
)
# Most are well; every fourth is lukewarm.
_LUKEWARM_EVERY: Final = 4


def crowd() -> tuple[Story, ...]:
    """One account a name, each with its own even temper."""
    return tuple(_account(place, *each) for place, each in enumerate(CROWD))


def _account(place: int, name: str, industry: str, segment: str) -> Story:
    key = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
    chance = Random(name)  # noqa: S311 - made-up companies, no secrets
    seats = chance.randint(*_SEATS[segment])
    region, country, time_zone, currency = chance.choice(_PLACES)
    lukewarm = place % _LUKEWARM_EVERY == _LUKEWARM_EVERY - 1
    return Story(
        key=key,
        name=name,
        csm="casey" if chance.random() < 0.5 else "riley",
        renews_in=30 + place * 11,
        years=chance.randint(2, 4),
        segment=segment,
        tier=_TIERS[segment],
        touch=Touch.TECH if segment == "smb" else Touch.HIGH,
        industry=industry,
        region=region,
        country=country,
        time_zone=time_zone,
        currency=currency,
        seats=seats,
        arr=seats * _SEAT_PRICE[segment] // 100 * 100,
        auto_renew=chance.random() < 0.5,
        usage=_little_usage(chance) if lukewarm else _good_usage(chance),
        rhythm=_slow_rhythm(chance) if lukewarm else _good_rhythm(chance),
        answers=(
            Answer(20 + place, 7 if lukewarm else chance.choice((7, 8, 8, 9))),
            Answer(130 + place, chance.choice((6, 7)) if lukewarm else chance.choice((7, 8))),
        ),
        goals=_goals_at_risk() if lukewarm else None,
    )


def _good_usage(chance: Random) -> Usage:
    return Usage(people=chance.uniform(0.64, 0.86), features=chance.randint(4, 10))


def _little_usage(chance: Random) -> Usage:
    return Usage(
        people=chance.uniform(0.54, 0.6),
        features=chance.randint(1, 2),
        days_a_week=3,
    )


def _good_rhythm(chance: Random) -> Rhythm:
    return Rhythm(
        calls_every=chance.choice((10, 14, 21)),
        quiet=chance.randint(1, 18),
        cases_every=chance.choice((18, 24, 31)),
    )


def _slow_rhythm(chance: Random) -> Rhythm:
    return Rhythm(
        calls_every=35,
        reviews_every=None,
        quiet=chance.randint(20, 40),
        cases_every=chance.choice((31, 45, None)),
    )


def _goals_at_risk() -> tuple[Goal, ...]:
    return (
        Goal("Fewer lists kept by hand", "half of them", 40, 75),
        Goal("Monthly figures on time", "by the third", 20, 40, ObjectiveStatus.AT_RISK),
    )
