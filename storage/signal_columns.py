"""Records into the numpy columns of `csm.signal_inputs`: one question a table, summed in SQL."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, Final, TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from csm.errors import NotFound
from csm.signal_inputs import (
    USAGE_WINDOW_DAYS,
    AccountColumns,
    Bools,
    ContactColumns,
    Floats,
    InteractionColumns,
    Ints,
    InvoiceColumns,
    MilestoneColumns,
    ObjectiveColumns,
    SignalInputs,
    SubscriptionColumns,
    SurveyColumns,
    Texts,
    TicketColumns,
    TrainingColumns,
    UsageDayColumns,
    UsageFeatureColumns,
    day_number,
)
from storage import signal_questions as questions
from storage.sql import AnySelect, end_of, id_list

# How an annotation tells its element type differs between versions of Python and numpy.
_ELEMENTS: Final[dict[Any, type[Any]]] = {
    Ints: np.int64,
    Floats: np.float64,
    Bools: np.bool_,
    Texts: np.str_,
}

Columns = TypeVar("Columns")
Arrays = dict[str, NDArray[Any]]
AnyQuestion = AnySelect | sa.CompoundSelect[*tuple[Any, ...]]

# Rows are turned into arrays by this many, which bounds the memory that they take in between.
_BATCH: Final = 20_000

_MINUTES_A_DAY: Final = 24 * 60


def read_signal_inputs(
    connection: sa.Connection, account_ids: Sequence[int], as_of: date
) -> SignalInputs:
    """Everything that signals are worked out from. Raises NotFound for an account that is gone."""
    return _Inquiry(connection, account_ids, as_of).answer()


class _Inquiry:
    """One set of accounts on one day."""

    def __init__(self, connection: sa.Connection, account_ids: Sequence[int], as_of: date) -> None:
        self._connection = connection
        self._as_of = as_of
        self._ids: Ints = np.array(account_ids, dtype=np.int64)
        self._order = np.argsort(self._ids)
        self._sorted_ids = self._ids[self._order]
        self._parameters = {
            "ids": id_list(connection, account_ids),
            "as_of": as_of,
            "end": end_of(as_of),
            "window_starts": as_of - timedelta(days=USAGE_WINDOW_DAYS - 1),
        }

    def answer(self) -> SignalInputs:
        feeds = self._connection.execute(questions.FEEDS)
        return SignalInputs(
            as_of=self._as_of,
            account_ids=self._ids,
            key_feature_count=self._connection.execute(questions.KEY_FEATURE_COUNT).scalar_one(),
            feeds={row.kind: row.reaches_to for row in feeds},
            accounts=self._accounts(),
            usage_days=self._table(UsageDayColumns, questions.USAGE_DAYS),
            usage_features=self._table(UsageFeatureColumns, questions.USAGE_FEATURES),
            subscriptions=self._table(SubscriptionColumns, questions.SUBSCRIPTIONS),
            tickets=self._tickets(),
            surveys=self._table(SurveyColumns, questions.SURVEYS),
            invoices=self._table(InvoiceColumns, questions.INVOICES),
            objectives=self._table(ObjectiveColumns, questions.OBJECTIVES),
            interactions=self._table(InteractionColumns, questions.INTERACTIONS),
            contacts=self._table(ContactColumns, questions.CONTACTS),
            milestones=self._table(MilestoneColumns, questions.MILESTONES),
            trainings=self._table(TrainingColumns, questions.TRAININGS),
        )

    def _accounts(self) -> AccountColumns:
        arrays = self._arrays(questions.ACCOUNTS, {"id": np.int64, **_dtypes(AccountColumns)})
        positions = self._positions(arrays.pop("id"))
        if len(positions) != len(self._ids):
            raise NotFound("An account that was asked for is no longer there.")
        rows = np.argsort(positions)
        return AccountColumns(**{name: array[rows] for name, array in arrays.items()})

    def _tickets(self) -> TicketColumns:
        tickets = self._table(TicketColumns, questions.TICKETS)
        answered_at = tickets.opened_at + tickets.first_response_minutes / _MINUTES_A_DAY
        answered = answered_at < day_number(self._as_of) + 1
        minutes = np.where(answered, tickets.first_response_minutes, np.nan)
        return replace(tickets, first_response_minutes=minutes)

    def _table(self, make: Callable[..., Columns], question: AnyQuestion) -> Columns:
        arrays = self._arrays(question, _dtypes(make))
        arrays["account"] = self._positions(arrays["account"])
        return make(**arrays)

    def _positions(self, ids: NDArray[Any]) -> Ints:
        """Where each of these ids stands in the list that was asked for."""
        return self._order[np.searchsorted(self._sorted_ids, ids)].astype(np.int64)

    def _arrays(self, question: AnyQuestion, dtypes: dict[str, type[Any]]) -> Arrays:
        result = self._connection.execute(question, self._parameters)
        names = list(result.keys())
        kinds = [dtypes[name] for name in names]
        parts: list[list[NDArray[Any]]] = [[np.array([], kind)] for kind in kinds]
        for batch in result.partitions(_BATCH):
            for part, kind, values in zip(parts, kinds, zip(*batch, strict=True), strict=True):
                part.append(np.array(values, kind))
        return {name: np.concatenate(part) for name, part in zip(result.keys(), parts, strict=True)}


def _dtypes(columns: Any) -> dict[str, type[Any]]:
    """The element type of each array of a class of columns, from its annotations."""
    return {field.name: _ELEMENTS[field.type] for field in fields(columns)}
