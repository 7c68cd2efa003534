"""Loading the playbook: what is right loads, what is wrong is named with its place."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from csm.errors import BadPlaybook
from csm.health import Stage
from csm.playbook import load_playbook
from tests.csm.shipped import DIRECTORY, shipped_playbook

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """A copy of the shipped playbook in which one text of one file is replaced."""
    copy = tmp_path / "playbook"
    shutil.copytree(DIRECTORY, copy)

    def replace(file: str, old: str, new: str) -> Path:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return copy

    return replace


def complaint(directory: Path) -> str:
    with pytest.raises(BadPlaybook) as caught:
        load_playbook(directory)
    return str(caught.value)


def test_the_shipped_playbook_is_whole() -> None:
    playbook = shipped_playbook()
    assert len(playbook.risks) == 19
    assert len(playbook.leads) == 3
    assert [stage.id.value for stage in playbook.lifecycle.stages] == [
        "onboarding",
        "adoption",
        "value",
        "renewal",
        "growth",
    ]
    assert {measure.id for measure in playbook.scorecard.measures} == {
        "deployment",
        "habits",
        "early_adoption",
        "objectives",
        "executive_adoption",
        "sentiment",
        "support",
        "relationship",
        "commercial",
        "onboarding",
    }


def test_every_rule_that_asks_for_work_says_how() -> None:
    playbook = shipped_playbook()
    for rule in playbook.rules():
        assert rule.cta is not None
        assert rule.play in playbook.plays


def test_rules_are_found_by_id_and_named() -> None:
    playbook = shipped_playbook()
    rule = playbook.rule("onboarding_overrun")
    assert rule is not None
    assert rule.name == "Onboarding past its limit"
    assert playbook.rule("gone_rule") is None
    assert playbook.rule_name("detractor") == "Detractor"
    assert playbook.rule_name("gone_rule") == "Gone rule"
    assert playbook.scorecard.measure_name("habits") == "Habits"
    assert playbook.scorecard.measure_name("gone") == "gone"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(
            "scorecard.toml",
            "outcomes = 55",
            "outcoms = 55",
            'scorecard.toml: axis_weights: unknown key "outcoms" (value 55);'
            ' did you mean "outcomes"?',
            id="wrong key",
        ),
        pytest.param(
            "risks.toml",
            'signal = "usage_change_baseline", at_most = -0.3',
            'signal = "usage_change_baseline", at_mots = -0.3',
            'risks.toml: risk "habits_decline" > when > all[2]: unknown key "at_mots"'
            ' (value -0.3); did you mean "at_most"?',
            id="wrong key inside a test",
        ),
        pytest.param(
            "scorecard.toml",
            "green = 75",
            'green = "75"',
            "scorecard.toml: grade_from > green: it should be a number, without quotes, not '75'",
            id="wrong type",
        ),
        pytest.param(
            "signals.toml",
            "usage = 14 ",
            "usage = 30 ",
            "signals.toml: fresh_for_days > usage: it should be less than or equal to 14, not 30",
            id="out of range",
        ),
        pytest.param(
            "ctas.toml",
            "critical = 1",
            "",
            "ctas.toml: escalate_after_days > critical: the key is missing",
            id="missing key",
        ),
        pytest.param(
            "risks.toml",
            'signal = "seats"',
            'signal = "seets"',
            'risks.toml: risk "low_deployment": unknown signal "seets"; did you mean "seats"?',
            id="unknown signal",
        ),
        pytest.param(
            "risks.toml",
            "{seat_use}",
            "{seats_use}",
            'risks.toml: risk "low_deployment": evidence: unknown signal "seats_use";'
            ' did you mean "seat_use"?',
            id="unknown signal in a sentence",
        ),
        pytest.param(
            "scorecard.toml",
            'signal = "seat_use"',
            'signal = "seat_usage"',
            'scorecard.toml: measure "deployment": unknown signal "seat_usage";'
            ' did you mean "seat_use"?',
            id="unknown signal of a curve",
        ),
        pytest.param(
            "benchmark.toml",
            'signal = "seat_use"',
            'signal = "seat_usage"',
            'benchmark.toml: line "Seats in use": unknown signal "seat_usage"',
            id="unknown signal of a benchmark",
        ),
        pytest.param(
            "lifecycle.toml",
            'exit = { signal = "days_to_renewal"',
            'exit = { signal = "stage"',
            'lifecycle.toml: stage "renewal" > exit: unknown signal "stage"',
            id="a stage cannot ask for the stage",
        ),
        pytest.param(
            "scorecard.toml",
            'when = { signal = "outcomes_score", below',
            'when = { signal = "score", below',
            'scorecard.toml: cap "poor_outcomes": unknown signal "score"',
            id="a cap cannot ask for the score",
        ),
        pytest.param(
            "risks.toml",
            'play = "adoption_tip"',
            'play = "adoption_tips"',
            'risks.toml: risk "low_deployment": unknown play "adoption_tips";'
            ' did you mean "adoption_tip"?',
            id="unknown play",
        ),
        pytest.param(
            "leads.toml",
            'id = "renewal_lead"',
            'id = "detractor"',
            'leads.toml: lead "detractor": the id is used already in risks.toml',
            id="duplicate id",
        ),
        pytest.param(
            "scorecard.toml",
            'id = "habits"',
            'id = "deployment"',
            'scorecard.toml: measure "deployment": the id is used twice',
            id="duplicate measure",
        ),
        pytest.param(
            "scorecard.toml",
            "[0.3, 25], [0.5, 50]",
            "[0.5, 25], [0.3, 50]",
            'scorecard.toml: measure "deployment" > curve[1]: the first numbers',
            id="points out of order",
        ),
        pytest.param(
            "risks.toml",
            'severity = "medium"',
            'severity = "bad"',
            'risks.toml: risk "habits_decline" > severity: it should be',
            id="unknown severity",
        ),
        pytest.param(
            "risks.toml",
            'id = "habits_decline"',
            "",
            "risks.toml: risk[1] > id: the key is missing",
            id="no id",
        ),
        pytest.param(
            "ctas.toml",
            "low = 14",
            "low = ",
            "ctas.toml: not valid TOML: Invalid value (at line 5",
            id="not TOML",
        ),
        pytest.param(
            "plays/adoption_tip.toml",
            'id = "adoption_tip"',
            'id = "adoption_tips"',
            'plays/adoption_tip.toml: id: it must be the name of the file, "adoption_tip"',
            id="play under another name",
        ),
        pytest.param(
            "lifecycle.toml",
            'id = "growth"',
            'id = "value"',
            "lifecycle.toml: a stage is defined twice",
            id="stage twice",
        ),
        pytest.param(
            "lifecycle.toml",
            'id = "growth"',
            'id = "churned"',
            "lifecycle.toml: churned is decided by the account's status",
            id="churned is no stage",
        ),
        pytest.param(
            "scorecard.toml",
            'at_most = "yellow"',
            'at_most = "green"',
            'scorecard.toml: cap "poor_outcomes": at_most must be red, yellow or lime',
            id="a cap that limits nothing",
        ),
        pytest.param(
            "scorecard.toml",
            "lime = 60",
            "lime = 80",
            "scorecard.toml: grade_from: green must be above lime",
            id="grades out of order",
        ),
        pytest.param(
            "scorecard.toml",
            "fresh_for_days = 7\n",
            "\n",
            'scorecard.toml: measure "deployment": age and fresh_for_days go together',
            id="half a freshness",
        ),
    ],
)
def test_what_is_wrong_is_named(edit: Edit, file: str, old: str, new: str, expected: str) -> None:
    assert expected in complaint(edit(file, old, new))


def test_stages_go_by_the_names_that_the_lifecycle_gives_them(edit: Edit) -> None:
    playbook = load_playbook(edit("lifecycle.toml", 'name = "Value"', 'name = "Proven value"'))
    assert playbook.stage_name(Stage.VALUE) == "Proven value"
    assert playbook.stage_name(Stage.GROWTH) == "Growth"
    assert playbook.stage_name(Stage.CHURNED) == "Churned"


def test_everything_wrong_is_told_at_once(edit: Edit) -> None:
    edit("ctas.toml", "low = 14", "low = 1.5")
    edit("leads.toml", 'play = "renewal_runway"', 'play = "renewal"')
    directory = edit("signals.toml", "half_life_days = 90", "halflife_days = 90")
    text = complaint(directory)
    assert text.startswith(f"The playbook in {directory} has 3 things to mend:\n")
    for file in ("ctas.toml", "leads.toml", "signals.toml"):
        assert re.search(rf"^{re.escape(file)}: ", text, re.MULTILINE)


def test_a_missing_file_is_named(edit: Edit) -> None:
    directory = edit("ctas.toml", "low", "low")
    (directory / "ctas.toml").unlink()
    assert complaint(directory).endswith("has one thing to mend:\nctas.toml: the file is missing")


def test_a_file_that_is_no_text_is_named(edit: Edit) -> None:
    directory = edit("ctas.toml", "low", "low")
    (directory / "ctas.toml").write_bytes(b"\xff\xfe\x00")
    assert "ctas.toml: the file is not UTF-8" in complaint(directory)


def test_a_directory_in_place_of_a_file_is_named(edit: Edit) -> None:
    directory = edit("ctas.toml", "low", "low")
    (directory / "ctas.toml").unlink()
    (directory / "ctas.toml").mkdir()
    assert "ctas.toml: the file cannot be read" in complaint(directory)


def test_a_byte_order_mark_does_no_harm(edit: Edit) -> None:
    directory = edit("ctas.toml", "low", "low")
    text = (directory / "ctas.toml").read_text(encoding="utf-8")
    (directory / "ctas.toml").write_text(text, encoding="utf-8-sig")
    assert load_playbook(directory).ctas == shipped_playbook().ctas


def test_a_rule_is_not_blamed_for_a_broken_play(edit: Edit) -> None:
    text = complaint(edit("plays/adoption_tip.toml", "steps", "stepps"))
    assert 'did you mean "steps"?' in text
    assert "unknown play" not in text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('evidence = "Usage is', 'evidenc = "Usage is', 'did you mean "evidence"?'),
        (
            'play = "habits_decline_check_in"\n',
            "",
            "a cta needs a play that says how to act on it",
        ),
        ('statuses = ["customer", "trial", "churned"]', "statuses = []", "it must not be empty"),
    ],
)
def test_rules_must_be_whole(edit: Edit, old: str, new: str, expected: str) -> None:
    assert expected in complaint(edit("risks.toml", old, new))


def test_a_rule_that_would_hold_for_everybody_is_refused(edit: Edit) -> None:
    directory = edit("ctas.toml", "low", "low")
    rule = 'id = "x"\nname = "X"\nfamily = "renewal"\nseverity = "low"\nevidence = "Always."'
    (directory / "leads.toml").write_text(f"[[lead]]\n{rule}\n", encoding="utf-8")
    assert 'leads.toml: lead "x": when is missing' in complaint(directory)


def test_a_moment_without_a_call_is_refused(edit: Edit) -> None:
    call = 'cta = { type = "lifecycle", title = "Welcome them and hold the kick-off", '
    text = complaint(edit("lifecycle.toml", call + "due_in_days = 5 }", ""))
    assert 'moment "welcome": cta is missing' in text
