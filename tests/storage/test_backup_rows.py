"""What a row of a backup may hold: whatever anybody writes there is taken, or refused in words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.backup import Column, ColumnKind, TableLayout
from storage.backup_rows import WrongRow, check_rows, decoded

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
# What a kind is written as, and what nearly is.
NEARLY = (
    st.dates().map(str)
    | st.datetimes().map(str)
    | st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
    | ANYTHING.map(json.dumps)
)
TYPES: dict[ColumnKind, type] = {
    ColumnKind.WHOLE: int,
    ColumnKind.NUMBER: float,
    ColumnKind.TRUTH: bool,
}


def layout(*columns: Column) -> TableLayout:
    return TableLayout(name="t", columns=columns, key=())


def of(kind: ColumnKind, *, nullable: bool = False, length: int | None = None) -> Column:
    return Column(name=kind.value, kind=kind, nullable=nullable, length=length)


def refusal(work: Callable[[], object]) -> str | None:
    try:
        work()
    except WrongRow as wrong:
        return str(wrong)
    return None


EVERY = layout(*(of(kind) for kind in ColumnKind))
GOOD = {
    ColumnKind.TEXT: "é",
    ColumnKind.WHOLE: -(2**63),
    ColumnKind.NUMBER: 5e-324,
    ColumnKind.TRUTH: False,
    ColumnKind.DAY: "2024-02-29",
    ColumnKind.INSTANT: "2026-03-29T01:02:03.000000+00:00",
    ColumnKind.JSON: '{"a": [1, null]}',
}


@given(st.sampled_from(list(ColumnKind)), ANYTHING | NEARLY)
def test_what_is_taken_is_of_its_kind(kind: ColumnKind, value: Any) -> None:
    rows = [list(GOOD.values()), [value if one is kind else GOOD[one] for one in ColumnKind]]
    said = refusal(lambda: check_rows(EVERY, rows, 40))
    if said is None:
        assert type(value) is TYPES.get(kind, str)
    else:
        assert said.startswith(f"line 42: {kind} ")


@given(st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_a_line_is_read_or_refused(line: bytes) -> None:
    said = refusal(lambda: decoded([line], 0))
    if said is None:
        assert repr(decoded([line], 0)) == repr([json.loads(line)])
    else:
        assert said.startswith("line 1 is no JSON")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_to_the_last_digit(number: float) -> None:
    assert decoded([json.dumps([number]).encode()], 0) == [[number]]


def test_nothing_is_a_value_where_it_may_be() -> None:
    check_rows(layout(of(ColumnKind.DAY, nullable=True)), [[None], ["2024-02-29"], [None]], 0)


@pytest.mark.parametrize(("length", "fits"), [(2, True), (1, False)])
def test_texts_are_as_long_as_their_column_takes(length: int, *, fits: bool) -> None:
    table = layout(of(ColumnKind.TEXT, length=length))
    if fits:
        check_rows(table, [["é\U0001f642"]], 0)
    else:
        with pytest.raises(WrongRow, match="has 2 characters, and 1 fit"):
            check_rows(table, [["é\U0001f642"]], 0)


def test_no_rows_are_well() -> None:
    check_rows(EVERY, [], 0)
