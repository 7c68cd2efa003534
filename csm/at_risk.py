"""What is at stake with an account: how much of its ARR is at risk, and how urgent that is.

The shares and the urgency are the playbook's, digests.toml. This is the one notion by which lists
put first what asks for attention first.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from csm.digest_settings import AtRisk
from csm.health import Grade
from csm.money import minor_units
from csm.ports import BookLine

# Without a grade it is between yellow and red: nobody can see it.
_WORSE: Final = (Grade.GREEN, Grade.LIME, Grade.YELLOW, Grade.NONE, Grade.RED)


def is_worse(grade: Grade, than: Grade) -> bool:
    """Whether an account has come down from one grade to another."""
    return _WORSE.index(grade) > _WORSE.index(than)


def grade_of(line: BookLine) -> Grade:
    """NONE where it has no health at all."""
    return line.health.grade if line.health else Grade.NONE


def at_risk(line: BookLine, settings: AtRisk) -> int:
    """The ARR at risk, in minor units of the account's currency: the share of its grade or of its
    worst open risk, whichever is higher."""
    return round(line.arr * _share(line, settings))


def is_at_risk(line: BookLine, settings: AtRisk) -> bool:
    """Whether anything of it is at risk, even where there is no ARR yet: a red account on trial
    is one, too."""
    return _share(line, settings) > 0


def at_stake(line: BookLine, settings: AtRisk, today: date) -> float:
    """ARR at risk times urgency, by the rates of digests.toml.

    What is up for renewal counts so many times as digests.toml says for its day; the rest of the
    ARR counts once. The rates make amounts in several currencies comparable: rough, but only for
    the order.
    """
    counted = line.arr + line.renewing_arr * (_urgency(line, settings, today) - 1)
    return _share(line, settings) * _worth(counted, line.currency, settings)


def most_at_stake_first(lines: Iterable[BookLine], settings: AtRisk, today: date) -> list[BookLine]:
    """Where as much is at stake, the worse grade comes first, then more ARR, then by name."""
    return sorted(
        lines,
        key=lambda line: (
            -at_stake(line, settings, today),
            -settings.grades[grade_of(line)],
            -_worth(line.arr, line.currency, settings),
            line.name,
            line.account_id,
        ),
    )


def _share(line: BookLine, settings: AtRisk) -> float:
    of_risk = settings.severities[line.worst_risk.severity] if line.worst_risk else 0.0
    return max(settings.grades[grade_of(line)], of_risk)


def _urgency(line: BookLine, settings: AtRisk, today: date) -> float:
    if line.renews_on is None:
        return 1
    days = (line.renews_on - today).days
    return next((step.times for step in settings.urgency if days <= step.within_days), 1)


def _worth(minor: float, currency: str, settings: AtRisk) -> float:
    major = float(minor / 10 ** minor_units(currency))
    return major * settings.rates.get(currency, 1)
