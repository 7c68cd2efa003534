"""Names and addresses are found however they are written, and nothing else is."""

import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.naming import fold
from csm.needles import ERASED, WRITTEN_OTHERWISE, Needles

JO = Needles(names=("Jo Quill",), addresses=("jo.q@acme.example",), ids=("U0QUILL77",))
JOSE = Needles(names=("José O'Neil García",))


@pytest.mark.parametrize(
    "text",
    [
        "Jo Quill",
        "JO QUILL",
        "jo-quill",
        "jo_quill",
        "Jo\u00a0Quill",
        "Jo\n  Quill",
        "Quill, Jo",
        "jo.q@acme.example",
        "Jo.Q@Acme.Example",
        "jo.q%40acme.example",
        "jo.q&#64;acme.example",
        "U0QUILL77",
    ],
)
@pytest.mark.parametrize("around", ["{}", "({})", "x {}, y", "to={}&b=1", "{}.", "<mailto:{}>"])
def test_found_in_every_writing(text: str, around: str) -> None:
    assert JO.clean(around.format(text)) == around.format(ERASED)


@pytest.mark.parametrize(
    "text",
    [
        "Jo Quillfeather",
        "Mojo Quill",
        "Jo and Quill",
        "mjo.q@acme.example",
        "jo.q@acme.examples",
        "joxq@acme.example",
        "XU0QUILL77",
        "",
    ],
)
def test_others_stay(text: str) -> None:
    assert JO.clean(text) == text
    assert not JO.are_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "José O'Neil García",
        "Jose\u0301 O\u2019Neil Garci\u0301a",
        "jose o'neil garcia",
        "JOSÉ O'NEIL GARCÍA",
        "García, José O'Neil",
    ],
)
def test_accents_and_apostrophes_do_not_hide_a_name(text: str) -> None:
    assert JOSE.clean(f"({text})") == f"({ERASED})"


def test_first_names_are_found_in_what_is_surely_theirs() -> None:
    near = JO.near(("Jo Quill",))
    assert near.clean("Jo said: no. Quill agreed. Joe did not.") == (
        f"{ERASED} said: no. {ERASED} agreed. Joe did not."
    )


def test_json_is_cleaned_in_keys_and_values() -> None:
    given = {"Jo Quill": [{"a": "x Jo Quill", "b": 1.5, "c": None}], "n": True}
    assert JO.clean_json(given) == {ERASED: [{"a": f"x {ERASED}", "b": 1.5, "c": None}], "n": True}


def test_nothing_looked_for_is_nothing_found() -> None:
    assert Needles().clean("Jo Quill") == "Jo Quill"
    assert Needles().hints == []


def test_a_name_without_plain_letters_gives_no_hint() -> None:
    needles = Needles(names=("李 小龙",))
    assert needles.hints == []
    assert needles.may_be_written_otherwise
    assert Needles(names=("李 小龙",)).clean("问 李 小龙。") == f"问 {ERASED}。"


def _like(text: str, runs: tuple[str, ...]) -> bool:
    at = 0
    for run in runs:
        at = text.find(run.lower(), at) + 1
        if not at:
            return False
        at += len(run) - 1
    return True


@given(
    st.text("abcdéíñü'-", min_size=1, max_size=8),
    st.text("ABxyzÖ", min_size=1, max_size=8),
    st.sampled_from([str, fold, str.upper, json.dumps, quote, html.escape]),
)
def test_what_is_cleaned_was_hinted_at(first: str, last: str, write: Callable[[str], str]) -> None:
    """The database's first look misses nothing that the close one would find."""
    needles = Needles(names=(f"{first} {last}",), addresses=("jo+x@acme.example",))
    orders = (f"{first} {last}", f"{last}, {first}", f"{first} M. {last}")
    for one in (*orders, "jo+x@acme.example"):
        text = write(one)
        if needles.are_in(text) and not re.search(WRITTEN_OTHERWISE, text):
            assert any(_like(text.lower(), runs) for runs in needles.hints), needles.hints


OTHERS = Needles(
    names=("Jose Garcia", "Sinéad O'Brien", "Anne-Marie d’Été", "Müller Özil"),
    addresses=("jo+x@acme.example", "o'brien@acme.example", "jose.garcia@acme.example"),
)


@pytest.mark.parametrize("around", ["{}", "x {} y", "<{}>", "é{{{}}}é"])
@pytest.mark.parametrize(
    "text",
    [
        "José García",
        "JOSÉ GARCÍA",
        "JosÉ garcIa",
        "Jose\u0301 Garci\u0301a",
        "Garcia Jose",
        "Garcia\nJose",
        "García, José",
        "José M. García",
        "Jose M Garcia",
        "Jose&nbsp;Garcia",
        "Jose* *Garcia",
        "Jose</b> <b>Garcia",
        "Sinéad O&#39;Brien",
        "Sinéad O&#x27;Brien",
        "Sinead O%27Brien",
        "Sinéad OʼBrien",
        "Sinéad O`Brien",
        "Sinead OBrien",
        "Sin%C3%A9ad O%27Brien",
        "sin%c3%a9ad%20o%27brien",
        "Sin&eacute;ad O'Brien",
        "Anne\u2011Marie d'Été",
        "Anne Marie d'Ete",
        "M%C3%BCller %C3%96zil",
        "Mu%CC%88ller O%CC%88zil",
        "jo%2Bx%40acme.example",
        "jo%2Bx@acme.example",
        "jo+x&#x40;acme.example",
        "o&#39;brien@acme.example",
        "o%27brien%40acme.example",
        "o&apos;brien@acme.example",
        "jo+x [at] acme.example",
        "jose\u200b.garcia@acme.example",
    ],
)
def test_no_accent_and_no_code_hides_anybody(text: str, around: str) -> None:
    assert OTHERS.clean(around.format(text)) == around.format(ERASED)


@pytest.mark.parametrize(
    "text",
    [
        "We met Anna Garcia. Jose Moss was late.",
        "Jose y Garcia",
        "Jose and Garcia",
        "JoseGarcia",  # nor, with other names, Markdown or Willpower
        "Josefa García",
        "Jose Garciatorres",
        "xjo+x@acme.example",
        "a.jo%2Bx@acme.example",
    ],
)
def test_what_only_looks_like_them_stays(text: str) -> None:
    assert OTHERS.clean(text) == text


@given(st.text("aé\u0301ßﬁİ%&;#x4C3A9 \u200b", max_size=30), st.text(max_size=10))
def test_all_but_what_was_found_stays_as_it_was(before: str, after: str) -> None:
    clean = JO.clean(f"{before} Jo Quill {after}")
    assert clean.startswith(before)
    assert clean.endswith(after)


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = JO.clean(text)
    assert JO.clean(once) == once
    assert not JO.are_in(once)
