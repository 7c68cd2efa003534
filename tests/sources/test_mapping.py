"""Mapping files: what they can say, and what is said about a wrong one."""

from pathlib import Path

import pytest

from csm.errors import InvalidInput
from sources.csv_folder import CsvFolder
from sources.mapping import BadMapping, load_mapping
from sources.problems import BadRows
from tests.sources.helpers import day, rows, tables

GOOD = """
name = "Other"

[[accounts]]
file = "customers.csv"
date_formats = ["%d.%m.%Y", "%d/%m/%y"]
constants = { currency = "EUR", touch = "high" }
skip = [{ column = "Kind", equals = "test" }, { column = "Id", empty = true }]
[accounts.columns]
key = "Id"
name = "Customer name"
country = "Land"
started_on = "Since"
[accounts.values.country]
UK = "GB"
"" = "DE"

[[subscriptions]]
file = "contracts.csv"
date_formats = ["%d.%m.%Y"]
scale = { arr = 0.12 }
[subscriptions.columns]
key = "No"
account_key = "Customer"
arr = "Cents a month"
started_on = "From"
[subscriptions.templates]
product = "{Plan} ({Term})"

[[usage]]
file = "logins.csv"
duplicates = "sum"
[usage.columns]
day = "Day"
events = "Count"
active_users = "People"
[usage.constants]
feature = "login"
[usage.lookups.account_key]
column = "Contract"
file = "contracts.csv"
match = "No"
take = "Customer"
"""

CUSTOMERS = (
    "Id,Customer name,Land,Since,Kind\n"
    "1,One,UK,31.05.2024,real\n2,Two,,01/06/24,real\n3,Three,FR,,test\n,Nobody,,,\n"
)
CONTRACTS = (
    "No;Customer;Cents a month;From;Plan;Term\n"
    "c1;1;10050;01.06.2024;Pro;yearly\nc2;1;1;02.06.2024;Basic;monthly\n"
)
LOGINS = (
    "Contract,Day,Count,People\nc1,2024-06-05,3,\nc2,2024-06-05,4,2\nc1,2024-06-06,1,\n"
    "c2,2024-06-06,1,\n"
)


def source(path: Path, mapping: str = GOOD, **files: str) -> CsvFolder:
    files = {"customers": CUSTOMERS, "contracts": CONTRACTS, "logins": LOGINS} | files
    for name, text in files.items():
        if text:
            (path / f"{name}.csv").write_text(text, encoding="utf-8")
    toml = path / "other.toml"
    toml.write_text(mapping, encoding="utf-8")
    return CsvFolder(path, load_mapping(toml))


def test_columns_values_constants_skips_and_formats(tmp_path: Path) -> None:
    first, second = rows(source(tmp_path), "accounts")
    assert first == {
        "key": "1",
        "name": "One",
        "touch": "high",
        "country": "GB",
        "currency": "EUR",
        "started_on": day("2024-05-31"),
    }
    assert (second["country"], second["started_on"]) == ("DE", day("2024-06-01"))


def test_scale_and_templates(tmp_path: Path) -> None:
    first, second = rows(source(tmp_path), "subscriptions")
    assert (first["arr"], first["product"], first["currency"]) == (120_600, "Pro (yearly)", "EUR")
    assert second["arr"] == 12


def test_lookups_and_sums(tmp_path: Path) -> None:
    assert [tuple(row.values()) for row in rows(source(tmp_path), "usage")] == [
        ("1", day("2024-06-05"), "login", 7, 2),
        ("1", day("2024-06-06"), "login", 2, None),
    ]


def test_the_last_of_several_rows(tmp_path: Path) -> None:
    mapping = GOOD.replace('duplicates = "sum"', 'duplicates = "last"')
    assert [row["events"] for row in rows(source(tmp_path, mapping), "usage")] == [4, 1]


def test_repeated_rows_are_an_error_unless_something_else_is_said(tmp_path: Path) -> None:
    mapping = GOOD.replace('duplicates = "sum"', "")
    with pytest.raises(BadRows) as caught:
        source(tmp_path, mapping).read(set())
    bad = caught.value.rows[0]
    assert (bad.line, bad.column) == (3, "Contract + Day + feature")
    assert bad.reason == "is there already: see line 2"


def test_problems_are_told_in_the_words_of_the_file(tmp_path: Path) -> None:
    customers = CUSTOMERS.replace("UK", "United Kingdom").replace("31.05.2024", "2024-05-31")
    logins = LOGINS + "c9,2024-06-06,1,\n"
    with pytest.raises(BadRows) as caught:
        source(tmp_path, customers=customers, logins=logins).read(set())
    found = [(b.file, b.line, b.column, b.value) for b in caught.value.rows]
    assert ("customers.csv", 2, "Land", "United Kingdom") in found
    assert ("customers.csv", 2, "Since", "2024-05-31") in found
    assert ("logins.csv", 6, "Contract", "c9") in found
    assert "fits none of the date formats %d.%m.%Y, %d/%m/%y" in str(caught.value)
    assert "is not among No in contracts.csv" in str(caught.value)


def test_two_entries_feed_one_kind(tmp_path: Path) -> None:
    mapping = GOOD + (
        '[[accounts]]\nfile = "leads.csv"\nconstants = { status = "trial" }\n'
        '[accounts.columns]\nkey = "Mail"\nname = "Mail"\n'
    )
    both = rows(source(tmp_path, mapping, leads="Mail\nx\n"), "accounts")
    assert [(row["key"], row["status"], row["touch"]) for row in both] == [
        ("1", "customer", "high"),
        ("2", "customer", "high"),
        ("x", "trial", "tech"),
    ]
    with pytest.raises(BadRows, match=r"leads\.csv, line 2, column Mail: .*customers\.csv, line 3"):
        source(tmp_path, mapping, leads="Mail\n2\n").read(set())


def test_files_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    other = source(tmp_path, logins="")
    assert list(tables(other)) == ["accounts", "subscriptions"]
    assert other.warnings == (
        "logins.csv is not there; what the mapping takes from it was not imported.",
    )


def test_a_lookup_needs_its_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"without contracts\.csv"):
        source(tmp_path, contracts="").read(set())


def test_an_ambiguous_lookup(tmp_path: Path) -> None:
    contracts = CONTRACTS + "c1;2;5;01.06.2024;Pro;yearly\n"
    with pytest.raises(InvalidInput, match='No "c1" stands there with different values'):
        source(tmp_path, contracts=contracts).read(set())


def test_columns_that_the_file_does_not_have(tmp_path: Path) -> None:
    customers = CUSTOMERS.replace("Customer name", "Customer Name")
    with pytest.raises(InvalidInput) as caught:
        source(tmp_path, customers=customers).read(set())
    assert 'customers.csv: no column "Customer name"; did you mean "Customer Name"?' in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('name = "Other"', "", "name: Field required"),
        ("[[accounts]]", "[[acounts]]", 'acounts: unknown kind of record; did you mean "accounts"'),
        ('file = "customers.csv"', 'fil = "x"', "unknown key \"fil\" (value 'x')"),
        ('country = "Land"', 'contry = "Land"', 'accounts have no such column; did you mean "coun'),
        ('name = "Customer name"', "", "accounts[1].columns.name: required, and nothing fills it"),
        ('name = "Customer name"', 'name = ""', "accounts[1].columns.name: String should have"),
        ("[accounts.values.country]", "[accounts.values.region]", "not filled by this entry"),
        ('"%d/%m/%y"', '"%m.%Y"', "does not give day, month and year"),
        ('"%d/%m/%y"', '"%d.%m.%Y %Q"', "does not give day, month and year"),
        ('duplicates = "sum"', 'duplicates = "add"', "usage[1].duplicates: Input should be"),
        ("{ arr = 0.12 }", "{ product = 2 }", "scale.product: only numbers can be scaled"),
        ('"{Plan} ({Term})"', '"{Plan"', "templates.product"),
        ('"{Plan} ({Term})"', '"Plan"', "must name its columns, like {this}"),
        ('product = "{Plan} ({Term})"', 'arr = "{Plan}"', "arr: filled twice"),
        ('column = "Kind", equals = "test"', 'column = "Kind"', "give either empty = true or"),
        ('duplicates = "sum"', 'duplicates = "sum', "is not valid TOML"),
        ("scale = { arr", 'duplicates = "sum"\nscale = { arr', '"sum" makes sense for usage only'),
    ],
)
def test_a_wrong_mapping_names_file_key_and_value(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    assert before in GOOD
    with pytest.raises(BadMapping) as caught:
        source(tmp_path, GOOD.replace(before, after, 1))
    assert "other.toml" in str(caught.value)
    assert message in str(caught.value)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")


def _fenced(section: str) -> str:
    return section.split("```", 2)[1].partition("\n")[2]


def test_the_manual_s_example_works(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    cases = _fenced(manual.split("exports `cases.csv`")[1])
    companies = _fenced(manual.split("exports `companies.csv`")[1])
    mapping = manual.split("This mapping imports both:")[1].split("```")[1].removeprefix("toml")
    (tmp_path / "cases.csv").write_text(cases)
    (tmp_path / "companies.csv").write_text(companies)
    (tmp_path / "helpdesk.toml").write_text(mapping)
    helpdesk = CsvFolder(tmp_path, load_mapping(tmp_path / "helpdesk.toml"))
    first, second = rows(helpdesk, "tickets")
    assert (first["account_key"], first["priority"], first["first_response_minutes"]) == (
        "17",
        "urgent",
        30,
    )
    assert second["first_response_minutes"] is None
    assert rows(helpdesk, "accounts")[0]["country"] == "GB"
    assert [row["key"] for row in rows(helpdesk, "surveys")] == ["csat-4711"]
