"""The command line: exit codes, errors that say how to mend them, JSON that stays stable."""

import json
from pathlib import Path

import pytest

from tests.command_line import CommandLine


@pytest.fixture
def line(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(monkeypatch, capsys, demo_home)


@pytest.fixture
def empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(monkeypatch, capsys, tmp_path / "home")


def test_say_prints_a_card(line: CommandLine) -> None:
    ran = line.run("say", "/account acme", "--as", "casey")
    assert ran.code == 0
    assert "Acme" in ran.out
    assert "account.trend:" in ran.out


def test_say_prints_json_and_nothing_else(line: CommandLine) -> None:
    ran = line.run("say", "/account acme", "--as", "casey", "--in", "dm", "--json")
    (reply,) = json.loads(ran.out)
    assert (reply["to"], reply["place"], reply["audience"]) == ("casey", "dm", "staff")
    assert reply["card"]["title"] == "Acme"
    assert reply["reference"]
    assert "Acme" in reply["text"]
    assert any(button["id"].startswith("cta.start:") for button in reply["buttons"])


def test_press_submits_a_form(line: CommandLine) -> None:
    (reply,) = json.loads(line.run("say", "/account acme", "--as", "casey", "--json").out)
    number = next(
        button["id"].partition(":")[2]
        for button in reply["buttons"]
        if button["id"].startswith("cta.start:")
    )
    asked = line.run("press", f"cta.close:{number}", "--as", "casey", "--json")
    form = json.loads(asked.out)[0]["form"]
    values = json.dumps({"outcome": "done", "note": "All well."})
    ran = line.run("press", form["id"], "--value", values, "--as", "casey", "--json")
    assert "Closed by casey" in json.loads(ran.out)[0]["text"]


def test_a_picture_is_written_and_its_path_told(line: CommandLine) -> None:
    (reply,) = json.loads(line.run("say", "/account acme", "--as", "casey", "--json").out)
    trend = next(b["id"] for b in reply["buttons"] if b["id"].startswith("account.trend:"))
    (drawn,) = json.loads(line.run("press", trend, "--as", "casey", "--json").out)
    assert Path(drawn["picture"]["path"]).read_bytes().startswith(b"\x89PNG")


def test_an_unknown_name_is_a_stranger(line: CommandLine) -> None:
    (reply,) = json.loads(line.run("say", "/account acme", "--as", "mallory", "--json").out)
    assert reply["to"] == "stranger"
    assert "do not know you" in reply["text"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["press", "cta.claim:1", "--as", "casey", "--value", "{oops"], "not valid JSON"),
        (["refresh", "--as-of", "yesterday"], "is no date"),
        (["import", "no/such/folder"], "no/such/folder"),
        (["import"], "Which folder?"),
        (["people", "add", "nobody", "--role", "csm"], "is no e-mail address"),
        (["people", "add", "a@b.example", "--role", "contact"], "name its key with --account"),
        (
            ["people", "add", "a@b.example", "--role", "contact", "--account", "acmee"],
            'did you mean "acme"',
        ),
        (
            ["people", "add", "a@b.example", "--role", "csm", "--time-zone", "Europe/Berln"],
            "Berlin",
        ),
        (["people", "add", "x@b.example", "--role", "csm", "--key", "casey"], "Choose another"),
        (["places", "bind", "C1", "--account", "nope", "--workspace", "T1"], "no account"),
    ],
)
def test_slips_are_refused_with_a_way_to_mend_them(
    line: CommandLine, arguments: list[str], told: str
) -> None:
    ran = line.run(*arguments)
    assert ran.code == 1
    assert told in ran.err.replace("\n", " ")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("arguments", [["frobnicate"], ["say"], ["people", "add"]])
def test_wrong_usage_is_two(line: CommandLine, arguments: list[str]) -> None:
    assert line.run(*arguments).code == 2


@pytest.mark.parametrize(
    "command",
    [[], ["say"], ["press"], ["console"], ["demo"], ["serve"], ["import"], ["refresh"],
     ["people"], ["people", "add"], ["people", "list"], ["places"], ["places", "bind"],
     ["places", "list"], ["db"], ["db", "upgrade"], ["doctor"], ["manifest"],
     ["manifest", "slack"]],
)  # fmt: skip
def test_every_command_explains_itself(empty: CommandLine, command: list[str]) -> None:
    ran = empty.run(*command, "--help")
    assert ran.code == 0
    assert "Usage" in ran.out


def test_wrong_settings_are_named_without_their_values(empty: CommandLine) -> None:
    empty.set("PORT", "eighty")
    empty.set("LOG_LEVEL", "loud")
    ran = empty.run("people", "list")
    assert ran.code == 1
    assert "PORT" in ran.err
    assert "LOG_LEVEL" in ran.err
    assert "eighty" not in ran.err


def test_a_database_that_does_not_answer_is_three(empty: CommandLine) -> None:
    empty.set("DATABASE_URL", "postgresql://someone:hunter2@127.0.0.1:1/nothing")
    empty.set("DIGITAL_CSM_DATABASE_PATIENCE", "1")
    ran = empty.run("people", "list")
    assert ran.code == 3
    assert "hunter2" not in ran.err + ran.out


def test_a_playbook_that_is_wrong_names_file_key_and_value(
    empty: CommandLine, tmp_path: Path
) -> None:
    playbook = tmp_path / "playbook"
    playbook.mkdir()
    empty.set("DIGITAL_CSM_PLAYBOOK", str(playbook))
    ran = empty.run("refresh")
    assert ran.code == 1
    assert "scorecard.toml" in ran.err


def test_a_day_that_the_records_left_behind_is_refused(line: CommandLine) -> None:
    line.set("DIGITAL_CSM_AS_OF", "2026-01-05")
    ran = line.run("say", "/account acme", "--as", "casey")
    assert ran.code == 1
    assert "refresh --anew" in ran.err


def test_beginning_anew_forgets_and_concludes_again(line: CommandLine) -> None:
    line.set("DIGITAL_CSM_AS_OF", "2026-01-05")
    assert line.run("refresh").code == 1
    assert line.run("refresh", "--anew", typed="n\n").code == 1
    assert line.run("refresh", "--anew", "--yes").code == 0
    ran = line.run("say", "/account acme", "--as", "casey")
    assert ran.code == 0
    assert "Health as of 5 Jan 2026" in ran.out


def test_an_import_beside_the_demo_says_so(line: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "accounts.csv").write_text("key,name\nreal,A real customer\n")
    ran = line.run("import", str(folder))
    assert ran.code == 0
    assert "the made-up demo portfolio is in these records, too" in ran.out


def test_an_import_of_old_data_says_how_to_look_at_it(empty: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "accounts.csv").write_text("key,name\nold,An old customer\n")
    usage = "account_key,day,feature,events\nold,2024-12-31,reports,5\n"
    (folder / "usage.csv").write_text(usage)
    ran = empty.run("import", str(folder))
    assert "DIGITAL_CSM_AS_OF=2024-12-31 digital-csm refresh --anew" in ran.out


def test_a_home_that_cannot_be_made_is_told(empty: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    empty.set("DIGITAL_CSM_HOME", str(tmp_path / "file" / "home"))
    ran = empty.run("people", "list")
    assert ran.code == 3
    assert "DIGITAL_CSM_HOME" in ran.err


def test_nothing_of_somebody_elses_moves_the_cursor(line: CommandLine) -> None:
    ran = line.run("people", "add", "e@team.example", "--role", "csm", "--name", "E\x1b]0;x\x07")
    assert ran.code == 1
    assert "\x1b" not in ran.out + ran.err


def test_slack_is_given_only_addresses_that_it_reaches(empty: CommandLine) -> None:
    assert empty.run("manifest", "slack", "--url", "http://foo").code == 1


def test_people_and_places_are_listed(line: CommandLine) -> None:
    assert "casey@digital-csm.example" in line.run("people", "list").out
    bound = line.run(
        "places", "bind", "C042", "--account", "acme", "--workspace", "T1", "--name", "acme-help"
    )
    assert bound.code == 0
    listed = line.run("places", "list").out
    assert "acme-help" in listed
    assert "customer:acme" in listed


def test_a_person_is_changed_by_adding_them_again(line: CommandLine) -> None:
    line.run("people", "add", "kim@team.example", "--role", "csm", "--name", "Kim")
    line.run("people", "add", "kim@team.example", "--role", "manager", "--name", "Kim")
    assert line.run("people", "list").out.count("kim@team.example") == 1
    (reply,) = json.loads(line.run("say", "/portfolio", "--as", "kim", "--json").out)
    assert reply["card"]["title"] == "Everybody's accounts"


def test_doctor_says_what_to_do(empty: CommandLine) -> None:
    ran = empty.run("doctor")
    assert ran.code == 0
    for subject in (
        "Playbook",
        "Database",
        "People",
        "Data",
        "Library",
        "Cases",
        "Slack",
        "Model",
    ):
        assert subject in ran.out
    assert "digital-csm people add" in ran.out
    assert "digital-csm import" in ran.out
    assert "say /mode cases in a channel" in ran.out
    assert "nobody takes those of accounts without a CSM" in ran.out
    assert "questions answered in the documents' own" in ran.out


def test_doctor_knows_who_takes_cases_and_where(line: CommandLine) -> None:
    assert "told in 1 place" in line.run("doctor").out


def test_doctor_finds_a_slack_without_a_way_in(empty: CommandLine) -> None:
    empty.set("SLACK_BOT_TOKEN", "xoxb-secret")
    ran = empty.run("doctor")
    assert ran.code == 1
    assert "SLACK_APP_TOKEN" in ran.out
    assert "xoxb-secret" not in ran.out


def test_the_demo_stays_out_of_a_real_portfolio(empty: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "accounts.csv").write_text("key,name\nreal,A real customer\n")
    assert empty.run("import", str(folder)).code == 0
    ran = empty.run("demo")
    assert ran.code == 1
    assert "DIGITAL_CSM_HOME" in ran.err


def test_the_tour_plays_to_its_end(line: CommandLine) -> None:
    ran = line.run("demo")
    assert ran.code == 0, ran.err
    assert "What next?" in ran.out
    assert "I have answered you in a direct message." in ran.out


def test_the_console_takes_a_persona_and_a_place(line: CommandLine) -> None:
    ran = line.run("console", typed="/as jo\n/in acme-shared\n/account globex\n/quit\n")
    assert ran.code == 0
    assert "That is for the customer success team" in ran.out.replace("\n", " ")


def test_the_manifest_explains_its_scopes(empty: CommandLine) -> None:
    ran = empty.run("manifest", "slack")
    assert ran.code == 0
    assert "socket_mode_enabled: true" in ran.out
    assert "#" in ran.out


def test_the_layout_is_printed(empty: CommandLine) -> None:
    assert "accounts.csv" in empty.run("import", "--layout").out
