"""docs/guard.md lists every rule and every setting of sending there is, and no other."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from csm.guard.letter_rules import LETTER_RULES
from csm.guard.rules import RULES
from csm.guard.send_rules import SEND_RULES
from csm.guard_settings import SendGuard
from settings import PROJECT

PAGE = (PROJECT / "docs" / "guard.md").read_text()


def listed(heading: str) -> list[str]:
    """The ids in the first column of a section's table."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)


def keys(part: type[BaseModel], before: str) -> Iterator[str]:
    for name, field in part.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def test_every_rule_is_documented_in_the_order_of_its_table() -> None:
    assert listed("Words of every message") == [rule.id for rule in RULES]
    assert listed("Words of outreach") == [rule.id for rule in LETTER_RULES]
    assert listed("Sending") == [rule.id for rule in SEND_RULES]


def test_no_two_rules_have_the_same_id() -> None:
    tables = (RULES, LETTER_RULES, SEND_RULES)
    ids = [rule.id for table in tables for rule in table]
    assert len(set(ids)) == len(ids)


def test_every_setting_of_sending_is_documented() -> None:
    assert set(re.findall(r"`(send\.[a-z_.]+)`", PAGE)) == set(keys(SendGuard, "send."))
