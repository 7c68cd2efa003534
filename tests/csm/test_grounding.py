"""Every claim of a text is found, and backed by facts or not."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csm.claims import Claim, ClaimKind, find_claims
from csm.fact_line import FactLine
from csm.grounding import check
from csm.number_words import number_of
from csm.units import currency_of, unit_after, unit_of_label
from csm.wording import day_text

FACTS = [
    FactLine("Account", "Acme Corporation", "crm"),
    FactLine("ARR", "$1,234,567", "subscriptions"),
    FactLine("Renewal", "12 May 2026 (in 40 days)", "subscriptions"),
    FactLine("Health", "32 of 100, down 12 %", "scorecard"),
    FactLine("Seats in use", "31 of 100 seats", "usage"),
    FactLine("Open tickets", "3, the oldest 9 days old", "tickets"),
    FactLine("Change over 28 days", "−21 points", "scorecard"),
    FactLine("Last contact", "2026-03-03", "timeline"),
    FactLine("CSM", "Casey Rivers", "crm"),
    FactLine("Help", "https://help.example/a?b=1#c or write to casey@digital.example", "crm"),
    FactLine("Plan", "roll-out in Q3, half of the team first, review next Tuesday", "success plan"),
]


def unbacked(text: str) -> list[str]:
    return [claim.text for claim in check(text, FACTS, ["Acme"]).unsupported]


@pytest.mark.parametrize(
    "text",
    [
        "Acme Corporation is at 32 of 100, down 12 %.",
        "Acme's health is down 12 percent, or 12 per cent.",
        "The $1,234,567 renewal is on 12 May 2026.",
        "About $1.2M, $1.23 million, 1,234,567 USD or US$1,234,567 of ARR is at stake.",
        "$1235k in dollars.",
        "It renews on 2026-05-12, May 12, 12th of May, in May 2026, and so in 2026.",
        "They renew in forty days.",
        "31 of 100 seats are in use: 31 of the seats, 31.",
        "Three open tickets, the oldest for nine days.",
        "It fell 21 points over the last 28 days.",
        "Nobody has spoken with them since March 3.",
        "Casey Rivers looks after Acme. Casey knows. The CSM is Rivers.",
        "Write to Casey@digital.example or see https://help.example/a?b=1#c.",
        "Half of the team comes first, in Q3, with a review next Tuesday.",
        "No one of them answered, and the one concern is that one.",
        "However, the NPS and CSAT scores are missing. We don't know why. I'd ask.",
        "",
    ],
)
def test_what_the_facts_say_is_backed(text: str) -> None:
    assert unbacked(text) == []


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Health is 33 of 100.", ["33"]),
        ("Down 12 tickets.", ["12"]),
        ("Only 32 % are active.", ["32 %"]),
        ("There are 3 days left.", ["3"]),
        ("There are 9 tickets open.", ["9"]),
        ("Worth $1.3M.", ["$1.3M"]),
        ("Worth €1,234,567.", ["€1,234,567"]),
        ("Worth 1,234,567 EUR.", ["1,234,567 EUR"]),
        ("Worth $40.", ["$40"]),
        ("1,234,567 users.", ["1,234,567"]),
        ("Up +21 points.", ["+21"]),
        ("Health is 32.4.", ["32.4"]),
        ("On 13 May 2026.", ["13 May 2026"]),
        ("On 12 May 2027.", ["12 May 2027"]),
        ("On 2026-03-04, or in 2025.", ["2026-03-04", "2025"]),
        ("Since April.", ["April"]),
        ("On 2026-02-31.", ["2026-02-31"]),
        ("On 3/3/2026.", ["3/3/2026"]),
        (
            "Call tomorrow, on Friday, last week or next month.",
            ["tomorrow", "Friday", "last week", "next month"],
        ),
        (
            "Two thirds left, usage doubled, dozens complain, ½ is idle.",
            ["Two thirds", "doubled", "dozens", "½"],
        ),
        ("In Q4, FY26, the 3rd time, at 1,23 or 1.2.3.", ["Q4", "FY26", "3rd", "1,23", "1.2.3"]),
        (
            "A dozen of twenty-five, one hundred and six.",
            ["dozen", "twenty-five", "one hundred and six"],
        ),
        ("Globex left. So did Riley Stone.", ["Globex", "Riley Stone"]),
        ("Acme Globex.", ["Globex"]),
        ("Ask 株式会社アクメ or Газпром.", ["株式会社アクメ", "Газпром"]),
        ("McDonald and eBay.", ["McDonald", "eBay"]),
        ("Write to riley@digital.example.", ["riley@digital.example"]),
        ("See https://help.example/a?b=1#d.", ["https://help.example/a?b=1#d"]),
        ("See https://help.example/a", ["https://help.example/a"]),
        ("See [here](http://evil.example/?q=1).", ["http://evil.example/?q=1"]),
        (
            "See evil.example/x, www.evil.example and 10.0.0.1:80/x",
            ["evil.example/x", "www.evil.example", "10.0.0.1:80/x"],
        ),
        (
            "javascript:alert(1) data:text/html,x mailto:x@evil.example",
            ["javascript:alert(1", "data:text/html,x", "mailto:x@evil.example"],
        ),
    ],
)
def test_what_they_do_not_say_is_not(text: str, claims: list[str]) -> None:
    found = unbacked(text)
    assert found == claims


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("60 seconds", "60 minutes"),
        ("10 seconds", "10 years"),
        ("600 a second", "600 a minute"),
        ("2 weeks", "2 clicks"),
        ("5 admins", "5 owners"),
        ("9 pm", "9 am"),
        ("200 GB", "200 MB"),
        ("500 columns", "500 rows"),
        ("3 pages", "3 months"),
    ],
)
def test_a_number_counts_what_the_fact_counts(said: str, known: str) -> None:
    facts = [FactLine("Note", f"It is {known}.")]
    assert not check(f"It is {said}.", facts).is_grounded
    assert check(f"It is {known}.", facts).is_grounded


def test_a_claim_tells_its_kind_and_its_place() -> None:
    text = "Globex pays $5 on 1 May 2026 to a@b.example for 7 seats via https://c.example"
    claims = check(text, []).unsupported
    assert [(claim.kind, claim.text) for claim in claims] == [
        (ClaimKind.NAME, "Globex"),
        (ClaimKind.MONEY, "$5"),
        (ClaimKind.DATE, "1 May 2026"),
        (ClaimKind.EMAIL, "a@b.example"),
        (ClaimKind.NUMBER, "7"),
        (ClaimKind.LINK, "https://c.example"),
    ]
    assert all(text[claim.start : claim.end] == claim.text for claim in claims)


def test_an_allowed_name_may_hold_digits_but_allows_no_others() -> None:
    assert check("Company_54 and Studio 12 are well.", [], ["Company_54", "Studio 12"]).is_grounded
    assert not check("Company_55 is well.", [], ["Company_54"]).is_grounded
    assert not check("It has 12.", [], ["Studio 12", "12"]).is_grounded


def test_without_facts_only_words_without_claims_are_backed() -> None:
    assert check("All is well, and this is good.", []).is_grounded
    assert not check("All is well at Acme.", []).is_grounded


AMOUNTS = st.one_of(
    st.integers(0, 10**9).map(lambda n: f"{n:,}"),
    st.integers(0, 10**6).map(lambda n: f"${n:,}"),
    st.decimals(0, 1000, places=1).map(lambda d: f"€{d}M"),
    st.decimals(0, 100, places=1).map(lambda d: f"{d} %"),
    st.integers(0, 9999).map(lambda n: f"{n} days"),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(day_text),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat),
)
OTHERS = st.sampled_from(
    [
        "Acme Corporation",
        "Casey Rivers",
        "casey@digital.example",
        "https://help.example/a?b=1",
        "株式会社アクメ",
        "O'Brien & Sons",
        "two thirds of the team",
        "roll-out in Q3",
    ]
)
LABELS = st.sampled_from(["ARR", "Open tickets", "Renewal", "Days to renewal", "Note"])
VALUES = st.one_of(AMOUNTS, OTHERS)


@given(st.lists(st.builds(FactLine, LABELS, VALUES), min_size=1, max_size=6))
def test_a_text_made_of_fact_values_alone_is_always_backed(facts: list[FactLine]) -> None:
    text = ". ".join(fact.value for fact in facts)
    assert check(text, facts).unsupported == ()


@given(AMOUNTS, st.data())
def test_a_changed_digit_is_always_caught(value: str, data: st.DataObject) -> None:
    digits = [place for place, letter in enumerate(value) if letter.isdigit()]
    place = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != value[place]]))
    changed = value[:place] + other + value[place + 1 :]
    assert not check(f"It is {changed}.", [FactLine("Note", value)]).is_grounded


@given(
    st.from_regex(
        r"(https?|ftp|slack)://[a-z]{1,10}\.[a-z]{2,5}(/[a-z0-9?=&%._-]{0,12})?", fullmatch=True
    ),
    st.text(st.characters(codec="ascii", categories=["Ll", "Zs", "Po"]), max_size=20),
)
def test_an_injected_link_is_always_caught(link: str, before: str) -> None:
    assume(not any(link.rstrip(".") in fact.value for fact in FACTS))
    claims = check(f"{before} {link} for more", FACTS).unsupported
    assert any(link.startswith(claim.text) or claim.text.endswith(link) for claim in claims)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_is_too_strange_and_no_digit_is_overlooked(text: str) -> None:
    claims = find_claims(text)
    covered = {place for claim in claims for place in range(claim.start, claim.end)}
    assert {place for place, letter in enumerate(text) if letter.isdecimal()} <= covered
    assert all(text[claim.start : claim.end] == claim.text for claim in claims)
    assert all(_apart(claims))


def _apart(claims: list[Claim]) -> list[bool]:
    return [a.end <= b.start for a, b in pairwise(claims)]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("zero", 0),
        ("twenty", 20),
        ("twenty-five", 25),
        ("hundred", 100),
        ("one hundred and six", 106),
        ("two thousand three hundred", 2300),
        ("three million", 3_000_000),
    ],
)
def test_number_words(words: str, number: int) -> None:
    assert number_of(words) == number


def test_units_are_read_from_what_follows_and_from_labels() -> None:
    assert unit_after("12 open urgent tickets", 2) == "ticket"
    assert unit_after("31 of 100 licences", 2) == "seat"
    assert unit_after("28-day window", 2) == "day"
    assert unit_after("3 in 28 days", 1) == ""
    assert unit_after("9 am", 1) == "am"
    assert unit_after("200 MB", 3) == "mb"
    assert unit_after("3, 28 days", 1) == ""
    assert unit_of_label("Open tickets") == "ticket"
    assert unit_of_label("Exports with many rows") == ""
    assert unit_of_label("Risk: low deployment") == ""


@pytest.mark.parametrize(
    ("mark", "code"),
    [("$", "USD"), ("US$", "USD"), ("CA$", "CA$"), ("chf", "CHF"), ("euros", "EUR"), ("€", "EUR")],
)
def test_currencies(mark: str, code: str) -> None:
    assert currency_of(mark) == code


_SAID = """
one two twenty-five hundred k half of a third quarter doubled zillion tenfold dozen in since March
may May mar. Sept 2026 1999 12 3,400 1.5 $5 € USD dollars % percent days week next last Tuesday
today ago from the few Jo Casey O'Brien & Sons eBay 株式会社 ½ Ⅻ Q3 24h 1.2.3 2026-03-04 3/4/2026
https://a.example/x a.b@c.example evil.example/x report.csv 10.0.0.1 +5 -21 – Acme Studio Mİnute
mınute thouſand ſeptember one's 💯 ١٢ ａ ５ , . ? : ( ) ’ - _
"""
_PIECES = st.sampled_from(_SAID.split())
_GLUE = st.sampled_from([" ", " ", " ", "", "-", "\u00a0", "  ", "\n"])
_TEXTS = st.lists(st.tuples(_PIECES, _GLUE).map("".join), max_size=20).map("".join)
_NAMES = st.lists(st.sampled_from(["Acme", "Studio 12", "jo casey", "MİNUTE", "Jo\nCasey", "12"]))


@given(_TEXTS, _NAMES)
def test_a_text_claims_what_its_lines_do_each_by_itself(text: str, names: list[str]) -> None:
    expected, start = [], 0
    for line in text.split("\n"):
        expected += [claim.moved(start) for claim in find_claims(line, names)]
        start += len(line) + 1
    assert find_claims(text, names) == expected
    assert [text[claim.start : claim.end] for claim in expected] == [one.text for one in expected]


@given(_TEXTS)
def test_no_sign_hides_what_every_pattern_would_find(text: str) -> None:
    """Tried are only patterns that can match: "İ" makes them all be tried."""
    alone = [(one.text, one.meaning) for one in find_claims(text)]
    odd = f"{text}\n".replace("\n", " ( İ\n")
    assert [(one.text, one.meaning) for one in find_claims(odd) if one.text != "İ"] == alone


@pytest.mark.parametrize("text", ["5 thouſand", "five mİllion", "12 ſeptember 2026", "ſept 2026"])
def test_letters_in_odd_cases_break_nothing(text: str) -> None:
    assert find_claims(text)


@given(st.lists(st.builds(FactLine, LABELS, VALUES), max_size=5), _TEXTS, _NAMES)
def test_facts_read_when_they_are_needed_back_what_each_of_them_does(
    facts: list[FactLine], text: str, names: list[str]
) -> None:
    unsupported = set(check(text, facts, names).unsupported)
    by_each = [set(check(text, some, names).unsupported) for some in ([], *([f] for f in facts))]
    assert unsupported == set.intersection(*by_each)
