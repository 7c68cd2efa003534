"""Customers' names in texts."""

from hypothesis import given
from hypothesis import strategies as st

from csm.customer_names import CustomerNames, ForeignNames
from csm.guard import Cleared, GuardFacts, Outgoing, Refused, review
from csm.plain_words import bare, holds_phrase
from tests.csm.shipped import shipped_playbook

NAMES = CustomerNames(
    [
        ("a-1", "Acme"),
        ("a-1", "Acme Steel"),
        ("a-2", "acme steel works"),
        ("a-3", "Ünïted-Data"),
        ("a-4", "IO"),
        ("a-5", "shared.example"),
        ("a-6", "shared.example"),
    ]
)


def test_names_are_whole_words_in_any_spelling() -> None:
    foreign = ForeignNames(NAMES)
    assert foreign.said_in(bare("The ACME steel-works!")) == {
        "acme",
        "acme steel",
        "acme steel works",
    }
    assert foreign.said_in(bare("United Data, acmes, steel works, io")) == {"united data"}
    assert foreign.said_in("") == set()


def test_one_s_own_names_are_not_foreign_unless_another_has_them_too() -> None:
    assert ForeignNames(NAMES, "a-1").said_in("acme steel") == set()
    assert ForeignNames(NAMES, "a-1").said_in("acme steel works") == {"acme steel works"}
    assert ForeignNames(NAMES, "a-5").said_in(bare("shared.example")) == {"shared example"}


_WORDS = st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=4).map(" ".join)


@given(st.lists(_WORDS, max_size=8), st.lists(_WORDS, max_size=6).map(" ".join))
def test_it_finds_what_looking_for_each_name_would(names: list[str], text: str) -> None:
    prepared = CustomerNames([("x", name) for name in names])
    expected = {name for name in names if holds_phrase(text, name)}
    assert ForeignNames(prepared).said_in(text) == expected


def test_sixty_thousand_names_are_told_apart() -> None:
    settings = shipped_playbook().answers.guard
    many = CustomerNames([(f"a-{n}", f"customer {n} of the world") for n in range(60_000)])
    outgoing = Outgoing("the customer chose customer 7 " * 90, "a-7", by_human=True)
    facts = GuardFacts(foreign_names=ForeignNames(many, "a-7"))

    assert isinstance(review(outgoing, facts, settings), Cleared)
    named = Outgoing("as customer 8 of the world", "a-7", by_human=True)
    assert isinstance(review(named, facts, settings), Refused)
