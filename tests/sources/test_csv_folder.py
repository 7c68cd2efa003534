"""A folder in the documented layout: what is read, what is refused, and what is said."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from csm.errors import InvalidInput
from csm.privacy import Erased, address_mark, contact_mark
from sources.csv_folder import CsvFolder
from sources.problems import BadRows
from tests.sources.helpers import ACCOUNTS, day, folder, problems, rows, tables


def test_tables_come_in_order_with_typed_values_and_defaults(tmp_path: Path) -> None:
    folder(
        tmp_path,
        tickets="account_key,key,opened_at,priority\nacme,t1,2024-05-31T10:00:00+02:00,Urgent\n",
        usage="account_key,day,feature,events,active_users\nacme,2024-05-31,search,7,\n",
        features="key,is_key\nsearch,no\n",
    )
    source = CsvFolder(tmp_path)
    assert list(tables(source)) == ["accounts", "features", "usage", "tickets"]
    assert rows(source, "accounts")[0] == {"key": "acme", "name": "Acme", "currency": "USD"}
    assert rows(source, "usage") == [
        {
            "account_key": "acme",
            "day": date(2024, 5, 31),
            "feature": "search",
            "events": 7,
            "active_users": None,
        }
    ]
    (ticket,) = rows(source, "tickets")
    assert ticket["opened_at"] == datetime(2024, 5, 31, 8, tzinfo=UTC)
    assert ticket["priority"] == "urgent"
    assert rows(source, "features") == [{"key": "search", "is_key": False}]
    assert source.warnings == ()
    assert source.rejected == 0


def test_blank_cells_of_given_columns_are_defaults_or_nothing(tmp_path: Path) -> None:
    folder(
        tmp_path,
        tickets="account_key,key,opened_at,priority,closed_at,sla_breached,reopened,subject\n"
        "acme,t1,2024-05-31,,,,,\n",
    )
    (ticket,) = rows(CsvFolder(tmp_path), "tickets")
    assert ticket["priority"] == "normal"
    assert ticket["closed_at"] is None
    assert ticket["sla_breached"] is None
    assert ticket["reopened"] == 0
    assert ticket["subject"] == ""


def test_an_account_file_without_currencies_does_not_guess_those_of_known_accounts(
    tmp_path: Path,
) -> None:
    bill = "account_key,key,amount,currency,issued_on,due_on\n{},i1,5,EUR,2024-05-02,2024-06-02\n"
    folder(tmp_path, accounts="key,name\nacme,Acme\n", invoices=bill.format("acme"))
    assert rows(CsvFolder(tmp_path), "invoices", {"acme"})[0]["currency"] == "EUR"
    (problem,) = problems(tmp_path)
    assert problem[4] == "differs from the account's currency, USD"


def test_rows_can_be_gone_through_twice(tmp_path: Path) -> None:
    table = tables(CsvFolder(folder(tmp_path)))["accounts"]
    assert list(table.rows) == list(table.rows)
    assert table.count == 2


@pytest.mark.parametrize(
    ("amount", "account", "minor"),
    [
        ("12000.50", "acme", 1_200_050),
        ("0.29", "acme", 29),
        ("1.10", "acme", 110),
        ("12000", "globex", 12_000),
        ("12000.00", "globex", 12_000),
        ("9999999999999.99", "acme", 999_999_999_999_999),
    ],
)
def test_money_is_exact_in_minor_units(
    tmp_path: Path, amount: str, account: str, minor: int
) -> None:
    text = f"account_key,key,arr,started_on\n{account},s1,{amount},2024-01-01\n"
    (row,) = rows(CsvFolder(folder(tmp_path, subscriptions=text)), "subscriptions")
    assert row["arr"] == minor
    assert row["currency"] == ("JPY" if account == "globex" else "USD")


def test_known_accounts_need_no_accounts_file_but_their_currency(tmp_path: Path) -> None:
    path = tmp_path / "usage.csv"
    path.write_text("account_key,day,feature,events\nold,2024-05-02,search,1\n")
    assert rows(CsvFolder(tmp_path), "usage", {"old"})[0]["account_key"] == "old"
    bills = tmp_path / "invoices.csv"
    bills.write_text("account_key,key,amount,issued_on,due_on\nold,i1,5,2024-05-02,2024-06-02\n")
    ((_, _, column, _, reason),) = problems(tmp_path, {"old"})
    assert column == "currency"
    assert "not in this import" in reason
    bills.write_text(
        "account_key,key,amount,currency,issued_on,due_on\nold,i1,5,jpy,2024-05-02,2024-06-02\n"
    )
    assert rows(CsvFolder(tmp_path), "invoices", {"old"})[0]["amount"] == 5


def test_the_message_shows_twenty_problems_and_counts_them_all(tmp_path: Path) -> None:
    text = "account_key,day,feature,events\n" + "acme,yesterday,search,1\n" * 25
    with pytest.raises(BadRows) as caught:
        CsvFolder(folder(tmp_path, usage=text)).read(set())
    message = str(caught.value)
    assert "25 problems" in message
    assert message.count("usage.csv, line ") == 20
    assert "and 5 more" in message
    assert '"yesterday"' in message
    assert "--skip-bad" in message


def test_hostile_values_stay_on_their_line(tmp_path: Path) -> None:
    value = "\x1b[31m" + "x" * 300
    with pytest.raises(BadRows) as caught:
        CsvFolder(folder(tmp_path, accounts=f"key,name,country\nacme,Acme,{value}\n")).read(set())
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_skipping_keeps_the_good_rows_and_writes_the_rest(tmp_path: Path) -> None:
    rejects = tmp_path / "out" / "rejects.csv"
    rejects.parent.mkdir()
    folder(
        tmp_path,
        accounts="key,name,parent_key,country\n"
        "acme,Acme,,US\nbad,Bad,,USA\nchild,Child,bad,US\nlone,Lone,,US\n",
        usage="account_key,day,feature,events\n"
        "acme,2024-05-02,search,1\nbad,2024-05-02,search,1\nchild,2024-05-02,search,1\n"
        "acme,2024-05-03,search,-1\nacme,short\n",
    )
    source = CsvFolder(tmp_path, rejects=rejects)
    assert [row["key"] for row in rows(source, "accounts")] == ["acme", "lone"]
    assert [row["day"] for row in rows(source, "usage")] == [day("2024-05-02")]
    assert source.rejected == 6
    assert "6 rows were left out" in source.warnings[-1]
    with rejects.open(newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [(r["file"], r["line"], r["column"]) for r in written] == [
        ("accounts.csv", "3", "country"),
        ("accounts.csv", "4", "parent_key"),
        ("usage.csv", "3", "account_key"),
        ("usage.csv", "4", "account_key"),
        ("usage.csv", "5", "events"),
        ("usage.csv", "6", ""),
    ]
    assert "its own row was rejected (accounts.csv, line 3)" in written[2]["reason"]
    assert written[0]["row"] == "bad,Bad,,USA"


def test_whoever_was_erased_is_in_no_rejects_file(tmp_path: Path) -> None:
    secret, rejects = "s" * 64, tmp_path / "rejects.csv.out"
    marks = {address_mark(secret, "jo@acme.example"), contact_mark(secret, "acme", "c-7")}
    folder(
        tmp_path,
        contacts="account_key,key,name,email,role\n"
        "acme,c1,Jo Park,Jo Park <jo@acme.example>,user\n"
        "acme,c2,Jo Park,Jo+work@Acme.example,emperor\n"
        "acme,c-7,Jo Park,,emperor\n"
        "acme,c3,Pat Moss,pat@acme.example,emperor\n",
    )
    source = CsvFolder(tmp_path, rejects=rejects, erased=Erased((secret,), frozenset(marks)))
    list(source.read({"acme"}))
    text = rejects.read_text()
    assert "Pat Moss" in text
    assert "Jo" not in text
    assert source.rejected == 4
    assert source.warnings[-1] == "3 of them are not in that file: these people were erased."


def test_no_rejects_file_is_written_when_all_is_well(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv.out"
    CsvFolder(folder(tmp_path), rejects=rejects).read(set())
    assert not rejects.exists()


def test_a_rejects_file_that_cannot_be_written(tmp_path: Path) -> None:
    folder(tmp_path, accounts="key,name\n,x\n")
    with pytest.raises(InvalidInput, match="cannot be written"):
        CsvFolder(tmp_path, rejects=tmp_path / "no" / "such" / "place.csv").read(set())


def test_missing_columns_are_named_with_the_nearest_there_is(tmp_path: Path) -> None:
    folder(tmp_path, accounts="key,nmae\na,b\n", usage="account,day,feature,events\na,b,c,d\n")
    with pytest.raises(InvalidInput) as caught:
        CsvFolder(tmp_path).read(set())
    assert 'accounts.csv: "name"; did you mean "nmae"?' in str(caught.value)
    assert 'usage.csv: "account_key"; did you mean "account"?' in str(caught.value)


def test_unknown_columns_and_files_are_told_and_ignored(tmp_path: Path) -> None:
    folder(tmp_path, accounts="key,name,Colour\na,b,red\n", ticket="x\n1\n")
    source = CsvFolder(tmp_path)
    assert len(rows(source, "accounts")) == 1
    assert any('column "Colour"' in warning for warning in source.warnings)
    assert any(
        'ticket.csv is not among the files to read: ignored; did you mean "tickets.csv"?' in w
        for w in source.warnings
    )


def test_header_and_file_names_may_differ_in_case_and_blanks(tmp_path: Path) -> None:
    (tmp_path / "Accounts.CSV").write_text("Key, NAME ,Started On\na,b,2024-05-31\n")
    (row,) = rows(CsvFolder(tmp_path), "accounts")
    assert row["started_on"] == day("2024-05-31")


def test_two_spellings_of_one_column(tmp_path: Path) -> None:
    folder(tmp_path, accounts="key,name,Name\na,b,c\n")
    with pytest.raises(InvalidInput, match='"name" and "Name" are the same column'):
        CsvFolder(tmp_path).read(set())


def test_empty_files(tmp_path: Path) -> None:
    folder(tmp_path, usage="account_key,day,feature,events\n", tickets=b"")
    source = CsvFolder(tmp_path)
    found = tables(source)
    assert found["usage"].count == 0
    assert list(found["usage"].rows) == []
    assert "tickets" not in found
    assert "tickets.csv is empty" in source.warnings[0]


@pytest.mark.parametrize("data", [ACCOUNTS.encode("utf-16"), ACCOUNTS.replace(",", ";").encode()])
def test_other_encodings_and_separators_reach_the_rows(tmp_path: Path, data: bytes) -> None:
    assert [r["name"] for r in rows(CsvFolder(folder(tmp_path, accounts=data)), "accounts")] == [
        "Acme",
        "Globex",
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="There is no folder"):
        CsvFolder(tmp_path / "nowhere").read(set())


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    with pytest.raises(InvalidInput, match="is a file"):
        CsvFolder(tmp_path / "accounts.csv").read(set())


def test_a_folder_without_any_known_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(InvalidInput, match=r"none of the files .*accounts\.csv"):
        CsvFolder(tmp_path).read(set())


def test_the_newest_day_of_each_kind(tmp_path: Path) -> None:
    folder(
        tmp_path,
        usage="account_key,day,feature,events\nacme,2024-05-02,a,1\nacme,2024-05-09,a,1\n",
        tickets="account_key,key,opened_at,closed_at\n"
        "acme,t1,2024-05-01,2024-05-20\nacme,t2,2024-05-10,\n",
        objectives="account_key,key,title,due_on\nacme,o1,Win,2030-01-01\n",
    )
    found = tables(CsvFolder(tmp_path))
    assert found["usage"].newest == day("2024-05-09")
    assert found["tickets"].newest == day("2024-05-20")
    assert found["objectives"].newest is None
