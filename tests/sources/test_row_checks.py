"""Rows that make no sense: each is told with its file, line, column, value and reason."""

from pathlib import Path

import pytest

from sources.csv_folder import CsvFolder
from tests.sources.helpers import SUBSCRIPTION, day, folder, only_problem, problems, rows


@pytest.mark.parametrize(
    ("seats", "arr", "start", "column", "reason"),
    [
        ("-1", "1", "2024-01-01", "seats", "below 0"),
        (str(10**18), "1", "2024-01-01", "seats", "above 10,000,000"),
        (str(10**300), "1", "2024-01-01", "seats", "above 10,000,000"),
        ("1" * 5000, "1", "2024-01-01", "seats", "not a plain number"),
        ("1e308", "1", "2024-01-01", "seats", "not a plain number"),
        ("NaN", "1", "2024-01-01", "seats", "not a plain number"),
        ('"1,234"', "1", "2024-01-01", "seats", "not a plain number"),
        ("2.5", "1", "2024-01-01", "seats", "not a whole number"),
        ("1", "-0.01", "2024-01-01", "arr", "below 0"),
        ("1", "1e308", "2024-01-01", "arr", "not a plain number"),
        ("1", "inf", "2024-01-01", "arr", "not a plain number"),
        ("1", "0.001", "2024-01-01", "arr", "its currency has 2 decimals"),
        ("1", "10000000000001", "2024-01-01", "arr", "above 10,000,000,000,000"),
        ("1", "1", "31-05-2024", "started_on", "date_formats in a mapping file"),
        ("1", "1", "2024-02-30", "started_on", "not a date"),
        ("1", "1", "0024-05-31", "started_on", "outside the years"),
        ("1", "1", "", "started_on", "must be filled in"),
    ],
)
def test_values_that_make_no_sense(
    tmp_path: Path, seats: str, arr: str, start: str, column: str, reason: str
) -> None:
    found = only_problem(tmp_path, subscriptions=SUBSCRIPTION.format(seats, arr, start))
    assert found[:3] == ("subscriptions.csv", 2, column)
    assert reason in found[4]


def test_what_spreadsheets_make_of_whole_numbers_and_days_is_understood(tmp_path: Path) -> None:
    text = SUBSCRIPTION.format("12.0", "1", "2024-05-31 00:00:00")
    (row,) = rows(CsvFolder(folder(tmp_path, subscriptions=text)), "subscriptions")
    assert (row["seats"], row["started_on"]) == (12, day("2024-05-31"))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("status", "lost", "not one of customer, trial, churned"),
        ("touch", "low", "not one of high, tech"),
        ("currency", "EURO", "at most 3"),
        ("currency", "E1R", "three-letter currency code"),
        ("country", "1A", "two-letter country code"),
        ("time_zone", "Mars/Base", "not a time zone"),
        ("csm_email", "casey", "not an e-mail address"),
        ("name", "", "must be filled in"),
        ("name", "x" * 201, "201 characters; at most 200"),
        ("name", "a\x00b", "NUL"),
        ("parent_key", "acme", "is the account itself"),
        ("parent_key", "nobody", "unknown account"),
    ],
)
def test_account_values_that_make_no_sense(
    tmp_path: Path, column: str, value: str, reason: str
) -> None:
    values = {"key": "acme", "name": "Acme"} | {column: value}
    text = ",".join(values) + "\n" + ",".join(values.values()) + "\n"
    found = only_problem(tmp_path, accounts=text)
    assert found[:3] == ("accounts.csv", 2, column)
    assert reason in found[4]


@pytest.mark.parametrize(
    ("kind", "text", "column", "reason"),
    [
        (
            "subscriptions",
            "account_key,key,started_on,ends_on\nacme,s1,2024-05-01,2024-04-30\n",
            "ends_on",
            "is before started_on (2024-05-01)",
        ),
        (
            "subscriptions",
            "account_key,key,started_on,currency\nacme,s1,2024-05-01,EUR\n",
            "currency",
            "differs from the account's currency, USD",
        ),
        (
            "tickets",
            "account_key,key,opened_at,closed_at\nacme,t1,2024-05-02,2024-05-01T23:59:59Z\n",
            "closed_at",
            "is before opened_at",
        ),
        (
            "invoices",
            "account_key,key,amount,issued_on,due_on\nacme,i1,1,2024-05-02,2024-05-01\n",
            "due_on",
            "is before issued_on",
        ),
        (
            "surveys",
            "account_key,key,kind,score,answered_on\nacme,v1,csat,6,2024-05-02\n",
            "score",
            "between 1 and 5",
        ),
        (
            "surveys",
            "account_key,key,kind,score,answered_on\nacme,v1,csat,0,2024-05-02\n",
            "score",
            "between 1 and 5",
        ),
        (
            "surveys",
            "account_key,key,kind,score,answered_on\nacme,v1,nps,11,2024-05-02\n",
            "score",
            "above 10",
        ),
        (
            "interactions",
            "account_key,key,at,answered_at\nacme,n1,2024-05-02T10:00Z,2024-05-02T09:59Z\n",
            "answered_at",
            "is before at",
        ),
        (
            "usage",
            "account_key,day,feature,events\nacm,2024-05-02,search,1\n",
            "account_key",
            "unknown account",
        ),
    ],
)
def test_rows_that_contradict_themselves(
    tmp_path: Path, kind: str, text: str, column: str, reason: str
) -> None:
    found = only_problem(tmp_path, **{kind: text})
    assert found[:3] == (f"{kind}.csv", 2, column)
    assert reason in found[4]


def test_an_nps_of_zero_and_a_csat_of_five_are_fine(tmp_path: Path) -> None:
    text = (
        "account_key,key,kind,score,answered_on\n"
        "acme,v1,nps,0,2024-05-02\nacme,v2,csat,5,2024-05-02\n"
    )
    assert len(rows(CsvFolder(folder(tmp_path, surveys=text)), "surveys")) == 2


def test_repeated_keys_are_told_with_both_lines(tmp_path: Path) -> None:
    found = only_problem(tmp_path, accounts="key,name\nacme,Acme\nglobex,G\nacme,Acme 2\n")
    assert found == ("accounts.csv", 4, "key", "acme", "is there already: see line 2")


def test_repeated_usage_is_told_by_its_whole_key(tmp_path: Path) -> None:
    found = only_problem(
        tmp_path,
        usage="account_key,day,feature,events\n" + "acme,2024-05-02,search,1\n" * 2,
    )
    assert found[1:4] == (3, "account_key + day + feature", "acme, 2024-05-02, search")
    assert "see line 2" in found[4]


def test_lines_are_right_after_quoted_newlines(tmp_path: Path) -> None:
    text = 'account_key,key,opened_at,subject\nacme,t1,2024-05-02,"one\ntwo\nthree"\nacme,t2,x,y\n'
    assert only_problem(tmp_path, tickets=text)[1] == 5


def test_every_problem_of_a_row_is_told(tmp_path: Path) -> None:
    folder(tmp_path, subscriptions=SUBSCRIPTION.format("-1", "x", "y"))
    assert [(p[1], p[2]) for p in problems(tmp_path)] == [
        (2, "seats"),
        (2, "arr"),
        (2, "started_on"),
    ]
