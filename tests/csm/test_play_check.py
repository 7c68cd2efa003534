"""Plays and releases that are wrong are named, with the nearest thing that would be right."""

import pytest

from csm.outreach_facts import KNOWN
from csm.play import Goal, Letter, OutreachPlan, Play
from csm.playbook import load_playbook
from csm.release import Release
from tests.csm.shipped import DIRECTORY, shipped_playbook
from tests.csm.test_playbook import Edit, complaint, edit

__all__ = ["edit"]  # a fixture

TIP = "plays/adoption_tip.toml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            'signal = "days_since_usage", at_most = 14',
            'signal = "days_since_usgae", at_most = 14',
            f'{TIP}: outreach > when: unknown signal "days_since_usgae";'
            ' did you mean "days_since_usage"?',
            id="signal of the trigger",
        ),
        pytest.param(
            'signal = "usage_change_28d", at_least = 0.1',
            'signal = "usage_changed_28d", at_least = 0.1',
            f'{TIP}: outreach > goal > when: unknown signal "usage_changed_28d";'
            ' did you mean "usage_change_28d"?',
            id="signal of the goal",
        ),
        pytest.param(
            '"unused_feature_peers", "key_features_28d"',
            '"unused_feature_peers", "key_feature_28d"',
            f'{TIP}: outreach > facts: unknown fact "key_feature_28d";'
            ' did you mean "key_features_28d"?',
            id="fact",
        ),
        pytest.param(
            'facts = ["unused_feature",',
            'facts = ["score", "unused_feature",',
            f'{TIP}: outreach > facts: unknown fact "score"',
            id="internal fact",
        ),
        pytest.param(
            'facts = ["unused_feature",',
            'facts = ["product", "unused_feature",',
            f'{TIP}: outreach > facts: "product" is always known: leave it out',
            id="fact that is always known",
        ),
        pytest.param(
            'facts = ["unused_feature",',
            'facts = ["unused_feature", "unused_feature",',
            f'{TIP}: outreach > facts: "unused_feature" is named twice',
            id="fact twice",
        ),
        pytest.param(
            "Shall I show you?",
            "Shall {csm_nam} show you?",
            f'{TIP}: outreach > letter "en" > body: unknown fact "csm_nam";'
            ' did you mean "csm_name"?',
            id="unknown fact in a letter",
        ),
        pytest.param(
            'subject = "An idea',
            'subject = "{unpaid_amount}: an idea',
            f'{TIP}: outreach > letter "en" > subject: "unpaid_amount" is not among the play\'s'
            " facts",
            id="fact of another play in a letter",
        ),
        pytest.param(
            "Hi {contact_first_name},",
            "Hi {unused_feature},",
            f'{TIP}: outreach > letter "en" > body: the greeting names "unused_feature",'
            " which is not always known",
            id="greeting",
        ),
        pytest.param(
            "Shall I show you?",
            "Shall I show you {product?",
            f'{TIP}: outreach > letter "en" > body: a brace is open or closed alone',
            id="stray brace",
        ),
        pytest.param(
            "Shall I show you?",
            "Shall I show you {unused_feature:size}?",
            'body: unknown fact "unused_feature:size"; did you mean "unused_feature"?',
            id="a form",
        ),
        pytest.param(
            'language = "en"',
            'language = "fr"',
            f'{TIP}: outreach > letter: there is none with language = "en"',
            id="no English",
        ),
        pytest.param(
            'language = "de"',
            'language = "en"',
            f"{TIP}: outreach > letter: there are two letters in “en”",
            id="language twice",
        ),
        pytest.param(
            "holdout = 0.2",
            "holdout = 0.6",
            f"{TIP}: outreach > holdout: it should be less than or equal to 0.5, not 0.6",
            id="too large a control group",
        ),
        pytest.param(
            'to = ["champion", "admin"]',
            'to = ["champoin", "admin"]',
            f"{TIP}: outreach > to[1]: it should be 'sponsor', 'champion', 'admin', 'billing' or"
            " 'user', not 'champoin'",
            id="role",
        ),
        pytest.param(
            "cooldown_days = 45",
            "cooldown_day = 45",
            f'{TIP}: outreach: unknown key "cooldown_day" (value 45);'
            ' did you mean "cooldown_days"?',
            id="key",
        ),
        pytest.param(
            "reasons = []",
            'reasons = ["low_deploymnt"]',
            f'{TIP}: outreach > reasons: unknown rule "low_deploymnt";'
            ' did you mean "low_deployment"?',
            id="unknown reason",
        ),
        pytest.param(
            "reasons = []",
            'reasons = ["downsell"]',
            f'{TIP}: outreach > reasons: "downsell" names play "renewal_runway", not this one',
            id="reason of another play",
        ),
        pytest.param(
            "{key_feature_share_28d} of the key",
            "{key_feature_shares_28d} of the key",
            f'{TIP}: outreach > evidence: unknown signal "key_feature_shares_28d";'
            ' did you mean "key_feature_share_28d"?',
            id="evidence",
        ),
        pytest.param(
            'evidence = "They used',
            '# evidence = "They used',
            f"{TIP}: outreach: when and evidence go together",
            id="no evidence",
        ),
        pytest.param(
            'premise = { signal = "days_since_usage"',
            'premise = { signal = "days_since_usages"',
            f'{TIP}: outreach > premise: unknown signal "days_since_usages"',
            id="premise",
        ),
        pytest.param(
            'to = ["champion", "admin"]',
            "to = []",
            f"{TIP}: outreach > to: it must not be empty",
            id="empty list",
        ),
        pytest.param(
            'id = "adoption_tip"',
            'id = "Adoption-Tip"',
            f"{TIP}: id: it should be small letters, digits and _, a letter first, not",
            id="id",
        ),
        pytest.param(
            'language = "de"',
            'language = "deu"',
            f"{TIP}: outreach > letter[2] > language: a language is two small letters, such as de",
            id="language",
        ),
    ],
)
def test_what_is_wrong_with_a_play_is_named(edit: Edit, old: str, new: str, expected: str) -> None:
    assert expected in complaint(edit(TIP, old, new))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (TIP, '"unused_feature_peers", "key', '"unused_feature_pers", "key'),
        ("risks.toml", 'play = "dormant_account"', 'play = "dormant_acount"'),
        (TIP, "cooldown_days = 45", 'cooldown_days = "45"'),
    ],
)
def test_one_slip_is_told_once_and_in_our_words(edit: Edit, file: str, old: str, new: str) -> None:
    told = complaint(edit(file, old, new))
    assert "has one thing to mend" in told
    for foreign in ("String should", "Tuple should", "Input should", "valid integer"):
        assert foreign not in told


def test_a_message_that_nothing_begins_is_named(edit: Edit) -> None:
    file = "plays/habits_decline_check_in.toml"
    told = complaint(edit(file, "[outreach]", "[outreach]\nreasons = []"))
    assert f"{file}: outreach: nothing begins it" in told


RELEASES = "releases.toml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "https://help.lanternboard.example/",
            "https://help.lanternbord.example/",
            'link_hosts of guard.toml; did you mean "help.lanternboard.example"?',
        ),
        (
            "https://help",
            "http://help",
            'release "alerts_by_chat" > link: it should be an address that begins with https://',
        ),
        ("on = 2026-03-02", 'on = "soon"', 'releases.toml: release "alerts_by_chat" > on: '),
        ("feature =", "featur =", 'unknown key "featur"'),
    ],
)
def test_what_is_wrong_with_a_release_is_named(
    edit: Edit, old: str, new: str, expected: str
) -> None:
    assert expected in complaint(edit(RELEASES, old, new))


def test_a_release_twice_is_named(edit: Edit) -> None:
    directory = edit(RELEASES, "alerts_by_chat", "alerts_by_chat")
    text = (directory / RELEASES).read_text()
    (directory / RELEASES).write_text(text + text[text.index("[[release]]") :])
    assert 'release "alerts_by_chat": the id is used twice' in complaint(directory)


def test_releases_are_loaded() -> None:
    (release,) = shipped_playbook().releases
    assert isinstance(release, Release)
    assert release.feature == "alerts"


def test_no_release_is_no_fault(edit: Edit) -> None:
    directory = edit(RELEASES, "[[release]]", "# [[release]]")
    (directory / RELEASES).write_text("")
    assert load_playbook(directory).releases == ()


def test_the_plays_of_the_field_write_and_those_for_people_do_not() -> None:
    plays: dict[str, Play] = dict(shipped_playbook().plays)
    silent = {name for name, play in plays.items() if play.outreach is None}
    assert silent == {
        "answer_the_question",
        "company_event_review",
        "contract_change_response",
        "data_gap_repair",
        "onboarding_rescue",
        "success_plan_review",
        "support_escalation",
    }
    for play in plays.values():
        if play.outreach:
            assert {letter.language for letter in play.outreach.letters} == {"en", "de"}


def test_only_plays_that_may_wait_have_a_control_group() -> None:
    """Nobody is left without a word on a bill, a renewal or a complaint for a trial's sake."""
    owed = (
        "payment_failure_recovery",
        "renewal_runway",
        "detractor_follow_up",
        "welcome_and_kick_off",
        "post_ticket_follow_up",
    )
    for name in owed:
        plan = shipped_playbook().plays[name].outreach
        assert plan is not None
        assert plan.holdout == 0


PAGE = (DIRECTORY.parent / "docs" / "plays.md").read_text(encoding="utf-8")


def listed(heading: str) -> list[str]:
    """The lines of the table in that section of docs/plays.md, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def test_the_page_on_plays_has_every_fact() -> None:
    assert listed("Facts") == [
        f"| `{name}` | {kind.label} | {kind.example} |" for name, kind in KNOWN.items()
    ]


def test_the_page_on_plays_has_every_key() -> None:
    goal, letter, plan = (part.keys() for part in (Goal, Letter, OutreachPlan))
    own = [key for key in plan if key not in {"goal", "letter"}]
    every = [*own, *(f"goal.{key}" for key in goal), *(f"letter.{key}" for key in letter)]
    assert [line.split("`")[1] for line in listed("The message")] == every


def test_the_playbook_s_page_tells_of_every_file() -> None:
    page = (DIRECTORY / "README.md").read_text(encoding="utf-8")
    for path in DIRECTORY.glob("*.toml"):
        assert f"`{path.name}`" in page
