"""The guard: each rule has something that only it minds, and nothing gets round the review."""

import copy
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.customer_names import CustomerNames, ForeignNames
from csm.fact_line import FactLine
from csm.guard import (
    Cleared,
    GuardFacts,
    Held,
    Outcome,
    Outgoing,
    Refused,
    RuleResult,
    Verdict,
    review,
)
from csm.guard.patterns import secrets
from csm.guard.rules import RULES
from csm.guard.verdict import issue
from csm.web_addresses import addresses, foreign_addresses, is_akin, is_deceptive, is_web
from tests.csm.shipped import shipped_playbook

SETTINGS = shipped_playbook().answers.guard
PAGE = "https://help.vendor.example/reset"
FACTS = GuardFacts(
    facts=[
        FactLine("Reset", "Open Settings and choose Reset. The link expires after 24 hours."),
        FactLine(
            "Interface", "Call GET /views/{id} with your key. See https://api.vendor.example/v1."
        ),
        FactLine("Files", "Open report.csv or user.firstName. See https://partner.example/x."),
        FactLine("Metrics", "A forecast may show churn. Atlas is a colour scheme."),
        FactLine("Service", "We guarantee that exports keep their order."),
    ],
    allowed_links=[PAGE],
    allowed_names=["Choose", "Lanternboard"],
    foreign_names=ForeignNames(
        CustomerNames(
            [("globex", "globex"), ("globex", "globex.example"), ("a-7", "atlas"), ("a-8", "io")]
        ),
        own="acme",
    ),
)


def minded(text: str, links: tuple[str, ...] = (), *, by_human: bool = False) -> list[str]:
    """The ids of the rules that object."""
    result = review(Outgoing(text, "acme", links, by_human), FACTS, SETTINGS)
    if isinstance(result, Cleared):
        return []
    return [objection.rule for objection in result.verdict.objections]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Open Settings and choose Reset.", ()),
        ("The link expires after 24 hours.", (PAGE,)),
        ("Choose Reset in Lanternboard.", ()),
        ("Call GET /views/{id} with your key.", ()),
        ("A forecast may show churn.", ()),
        ("Atlas is a colour scheme.", ()),
        ("We guarantee that exports keep their order.", ()),
        ("See https://api.vendor.example/v1.", ()),
        (f"See {PAGE}.", ()),
        ("Your password is safe with the link.", ()),
        ("Open report.csv or user.firstName.", ()),
    ],
)
def test_what_the_sources_say_may_be_sent(text: str, links: tuple[str, ...]) -> None:
    assert minded(text, links) == []


ONLY = {
    "empty": "\u200b \n",
    "too_long": "Open it. " * 400,
    "placeholder": "Open {section} and choose Reset.",
    "ungrounded": "The link expires after 25 hours.",
    "internal_term": "Your account is at risk.",
    "foreign_name": "It works like it does for globex.",
    "commitment": "We guarantee that exports keep their promise.",
    "mention": "Open it, @channel.",
    "secret": "The password: hunter2hunter",
    "shouting": "OPEN SETTINGS AND CHOOSE RESET AND CHOOSE RESET",
}


@pytest.mark.parametrize(("rule", "text"), ONLY.items())
def test_each_rule_minds_something_that_no_other_does(rule: str, text: str) -> None:
    # A secret has digits, which a machine would have to have from somewhere.
    assert minded(text, by_human=rule == "secret") == [rule]


def test_the_link_rule_alone_minds_a_source_that_leads_elsewhere() -> None:
    assert minded("Choose Reset.", ("https://evil.example/reset",)) == ["link"]


def test_every_rule_has_such_a_case() -> None:
    assert {rule.id for rule in RULES} == {*ONLY, "link"}
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Dear {{first_name}}, choose Reset.", "placeholder"),
        ("Dear [NAME], choose Reset.", "placeholder"),
        ("Dear [your name], choose Reset.", "placeholder"),
        ("Dear ${name}, choose Reset.", "placeholder"),
        ("Dear <<name>>, choose Reset.", "placeholder"),
        ("TODO choose Reset.", "placeholder"),
        ("Open it at https://evil.example.", "link"),
        (f"Open it at {PAGE}?next=evil.", "link"),
        ("Open it at evil.example/reset.", "link"),
        ("See https://partner.example/x.", "link"),
        ("Open another.csv.", "link"),
        ("Ask Bob Miller.", "ungrounded"),
        ("It costs $5.", "ungrounded"),
        ("The HEALTH-SCORE is low.", "internal_term"),
        ("It's the ch\u00adurn risk.", "internal_term"),
        ("Globex.example does it, too.", "foreign_name"),
        ("GLOBEX does it, too.", "foreign_name"),
        ("There is a discount.", "commitment"),
        ("We guarantee it.", "commitment"),
        ("Open it, <!here>.", "mention"),
        ("Open it, <@U0123456>.", "mention"),
        ("Open it, <#C0123456>.", "mention"),
        ("Open it, <at>Jo</at>.", "mention"),
        ("Open it, ＠channel.", "mention"),
        ("Open it, @\u200bchannel.", "mention"),
        (f"Open <{PAGE}|this>.", "mention"),
        (f"Open [this]({PAGE}).", "mention"),
        ("The card is 4111 1111 1111 1111.", "secret"),
        ("The card is 4111-1111-1111-1111.", "secret"),
        ("The key is sk-abcdefghijklmnop1234.", "secret"),
        ("The key is AKIAABCDEFGHIJKLMNOP.", "secret"),
        ("The key is xoxb-1234567890-abc.", "secret"),
        ("-----BEGIN RSA PRIVATE KEY-----", "secret"),
        ("The number is 078-05-1120.", "secret"),
        ("api_key = 'a1b2c3d4e5'", "secret"),
        ("Choose Reset now!!!!", "shouting"),
    ],
)
def test_each_rule_minds_what_it_is_for(text: str, rule: str) -> None:
    assert rule in minded(text)


@pytest.mark.parametrize(
    "text",
    [
        "The card is 4111 1111 1111 1112.",  # fails Luhn's check
        "Call 0000 0000 0000 0000.",
        "password: your-password1",
        "token = <token123>",
        "Set a password with 8 characters.",
        "The secret: patience",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_what_only_looks_like_a_secret_is_none(text: str) -> None:
    assert list(secrets(text)) == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://help.vendor.example/x",
        "http://127.0.0.1/x",
        "http://[::1]/x",
        "http://2130706433/x",
        "http://0x7f.1/x",
        "https://help.vendor.example@evil.example/x",
        "https://user:pass@help.vendor.example/x",
        "https://xn--hlp-5qa.example/x",
        "https://hеlp.vendor.example/x",
        "https://help.vendor.example\\@evil.example",
        "https://help.vendor.example:99999/x",
        "https:///x",
        "https://[x",
    ],
)
def test_an_address_that_hides_where_it_leads_is_never_sent(address: str) -> None:
    assert is_deceptive(address)
    facts = replace(FACTS, allowed_links=[address])
    for by_human in (True, False):
        result = review(Outgoing("Choose Reset.", "acme", (address,), by_human), facts, SETTINGS)
        assert isinstance(result, Refused)
        assert [one.rule for one in result.verdict.objections] == ["link"]


@pytest.mark.parametrize(
    "address", [PAGE, "http://a.example", "https://a.example:8443/x?y=1#z", "a.example/x"]
)
def test_a_plain_address_hides_nothing(address: str) -> None:
    assert not is_deceptive(address)
    assert list(addresses(f"See {address}, now.")) == [address]


@pytest.mark.parametrize(
    ("address", "akin"),
    [
        ("https://api.vendor.example/v1", True),
        ("http://vendor.example", True),
        ("status.vendor.example/x", True),
        ("https://vendor.example.evil.example/x", False),
        ("https://evilvendor.example/x", False),
        ("https://help.vendor.example@evil.example/", False),
    ],
)
def test_an_address_of_the_same_house_is_recognised(address: str, akin: bool) -> None:
    assert is_akin(address, [PAGE]) is akin
    assert bool(foreign_addresses(address, [PAGE])) is not akin
    assert foreign_addresses(address, []) == []


def test_houses_of_a_country_are_told_apart() -> None:
    assert is_akin("https://a.vendor.co.uk", ["https://b.vendor.co.uk"])
    assert not is_akin("https://evil.co.uk", ["https://vendor.co.uk"])


@pytest.mark.parametrize(
    ("text", "web"),
    [
        ("https://a.example", True),
        ("www.a.example", True),
        ("a.example", True),
        ("a.b/c", True),
        ("10.0.0.1", True),
        ("javascript:x", True),
        ("report.csv", False),
        ("user.firstName", False),
    ],
)
def test_a_file_is_no_address(text: str, web: bool) -> None:
    assert is_web(text) is web


def test_a_colleague_may_promise_and_link_but_not_leak() -> None:
    assert minded("I promise it for 5 May: https://status.vendor.example/x", by_human=True) == []
    assert minded("OK WILL DO THAT RIGHT AWAY FOR YOU", by_human=True) == []
    assert minded("We did the same for Globex.", by_human=True) == ["foreign_name"]
    assert minded("Your renewal risk is high.", by_human=True) == ["internal_term"]
    assert minded("Hi {name}", by_human=True) == ["placeholder"]
    assert minded("GET /views/{id}", by_human=True) == ["placeholder"]
    assert minded("See http://127.0.0.1/x", by_human=True) == ["link"]
    assert minded(" ", by_human=True) == ["empty"]


def test_a_promise_in_published_words_but_another_order_is_new() -> None:
    assert minded("Exports keep their order, we guarantee that.") == ["commitment"]


def test_what_is_allowed_by_its_exact_length() -> None:
    text = ("open it. " * 500)[: SETTINGS.longest]
    assert minded(text) == []
    assert minded(f"{text}.") == ["too_long"]


def test_the_verdict_tells_every_rule_and_no_secret() -> None:
    text = "Ask globex for 4111 1111 1111 1111"
    result = review(Outgoing(text, "acme"), FACTS, SETTINGS)
    assert isinstance(result, Refused)
    assert [one.rule for one in result.verdict.results] == [rule.id for rule in RULES]
    told = {one.rule: one for one in result.verdict.objections}
    assert told["secret"].inputs == ("a card number",)
    assert told["foreign_name"].inputs == ("another customer",)
    assert result.verdict.outcome is Outcome.REFUSE


def test_a_promise_or_a_shout_is_held_and_the_worst_counts() -> None:
    held = review(Outgoing("We guarantee it", "acme"), FACTS, SETTINGS)
    assert isinstance(held, Held)
    assert held.verdict.reasons == "It makes a promise."
    assert held.verdict.outcome is Outcome.HOLD
    both = review(Outgoing("We guarantee {it}", "acme"), FACTS, SETTINGS)
    assert isinstance(both, Refused)
    assert both.verdict.outcome is Outcome.REFUSE


def cleared(*, by_human: bool = False) -> Cleared:
    result = review(Outgoing("Choose Reset.", "acme", (PAGE,), by_human), FACTS, SETTINGS)
    assert isinstance(result, Cleared)
    return result


def test_leave_is_for_exactly_this_text_recipient_and_links() -> None:
    proof = cleared()
    proof.demand("Choose Reset.", "acme", (PAGE,))
    assert proof.text == "Choose Reset."
    for other in (
        ("Choose Reset!", "acme", (PAGE,)),
        ("Choose Reset.", "globex", (PAGE,)),
        ("Choose Reset.", None, (PAGE,)),
        ("Choose Reset.", "acme", ()),
    ):
        with pytest.raises(ValueError, match="not the one that was cleared"):
            proof.demand(*other)


def test_leave_for_a_colleague_s_words_is_none_for_a_machine_s() -> None:
    sent = ("Choose Reset.", "acme", (PAGE,))
    cleared(by_human=True).demand(*sent, by_human=True)
    with pytest.raises(ValueError, match="not the one that was cleared"):
        cleared(by_human=True).demand(*sent)
    with pytest.raises(ValueError, match="not the one that was cleared"):
        cleared().demand(*sent, by_human=True)


def test_leave_cannot_be_made_changed_kept_or_inherited() -> None:
    proof = cleared()
    outgoing, verdict = Outgoing("Anything", "acme"), proof.verdict
    with pytest.raises(TypeError, match="never made by hand"):
        Cleared(outgoing, verdict)
    with pytest.raises(TypeError, match="never made by hand"):
        Cleared(outgoing, verdict, object())
    with pytest.raises(AttributeError, match="cannot be changed"):
        proof._outgoing = outgoing
    with pytest.raises(AttributeError, match="cannot be changed"):
        del proof._outgoing
    with pytest.raises(TypeError):
        replace(proof, text="Anything")  # type: ignore[type-var]
    with pytest.raises(TypeError, match="review the text again"):
        pickle.dumps(proof)
    with pytest.raises(TypeError, match="one kind"):
        type("Mine", (Cleared,), {})
    assert copy.copy(proof) is proof
    assert copy.deepcopy([proof])[0] is proof
    with pytest.raises((TypeError, AttributeError)):
        object.__new__(Cleared).demand("", "acme")
    assert "Choose" not in repr(proof)


def test_a_verdict_that_objects_issues_nothing() -> None:
    verdict = Verdict((RuleResult("x", Outcome.HOLD, "why"),))
    with pytest.raises(ValueError, match="does not let"):
        issue(Outgoing("Choose Reset.", "acme"), verdict)


@given(st.text(max_size=300), st.booleans())
def test_no_text_breaks_the_guard(text: str, by_human: bool) -> None:
    result = review(Outgoing(text, "acme", (), by_human), FACTS, SETTINGS)
    assert isinstance(result, Cleared | Held | Refused)
    assert isinstance(result, Cleared) is (result.verdict.outcome is Outcome.PASS)


_HARMLESS = st.lists(
    st.sampled_from(["open", "settings", "and", "choose", "reset", "the", "link", ",", "\n"]),
    min_size=1,
    max_size=40,
).map(" ".join)


@given(_HARMLESS.filter(lambda text: any(map(str.isalpha, text))), st.booleans())
def test_what_is_harmless_is_cleared_as_it_is(text: str, by_human: bool) -> None:
    result = review(Outgoing(text, "acme", (), by_human), FACTS, SETTINGS)
    assert isinstance(result, Cleared), text
    result.demand(text, "acme", by_human=by_human)


@given(
    st.sampled_from(["Choose Reset.", "Open Settings."]),
    st.sampled_from(
        ["globex", "https://evil.example", "<!channel>", "{name}", "4111111111111111", "at risk"]
    ),
    st.sampled_from(["Choose Reset.", ""]),
    st.sampled_from([" ", "\n", "\t"]),
)
def test_what_is_minded_is_found_wherever_it_stands(
    before: str, bad: str, after: str, blank: str
) -> None:
    assert minded(f"{before}{blank}{bad}{blank}{after}") != []
