"""The layout follows the models of the record."""

from pathlib import Path

import pytest

from csm.ports import RECORD_KINDS
from sources.layout import MODELS, MONEY_COLUMNS, ValueType, columns_of
from sources.layout_docs import layout_markdown

DOCS = Path(__file__).parents[2] / "docs" / "import.md"


def test_every_kind_has_a_model_and_columns_in_the_model_s_order() -> None:
    assert tuple(MODELS) == RECORD_KINDS
    for kind in RECORD_KINDS:
        names = [column.name for column in columns_of(kind)]
        own = names if kind in {"accounts", "features"} else names[1:]
        assert own == list(MODELS[kind].model_fields)
        assert names == own or names[0] == "account_key"


def test_bounds_and_choices_come_from_the_models() -> None:
    seats = next(c for c in columns_of("subscriptions") if c.name == "seats")
    assert (seats.type, seats.low, seats.high, seats.default) == (
        ValueType.WHOLE,
        0,
        10_000_000,
        0,
    )
    priority = next(c for c in columns_of("tickets") if c.name == "priority")
    assert priority.choices == ("low", "normal", "high", "urgent")
    assert priority.default == "normal"
    score = next(c for c in columns_of("surveys") if c.name == "score")
    assert score.required


def test_every_column_in_minor_units_is_read_as_money() -> None:
    in_minor_units = {
        (kind, name)
        for kind, model in MODELS.items()
        for name, field in model.model_fields.items()
        if "minor units" in (field.description or "")
    }
    assert in_minor_units == MONEY_COLUMNS


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_every_column_is_explained(kind: str) -> None:
    text = layout_markdown()
    for column in columns_of(kind):
        row = next(
            line
            for line in text.split(f"### {kind}.csv")[1].splitlines()
            if line.startswith(f"| {column.name} |")
        )
        assert row.rstrip(" |").rpartition("|")[2].strip(), column.name


def test_the_manual_has_the_layout_as_it_is() -> None:
    assert layout_markdown() in DOCS.read_text(encoding="utf-8"), (
        "docs/import.md has fallen behind: replace its tables by what "
        "sources.layout_docs.layout_markdown() gives"
    )
