"""docs/jobs.md and compose.yaml tell the truth."""

from datetime import time, timedelta
from typing import Any

import yaml
from typer.main import get_command

from cli import commands
from csm.job import EVERY_DAY, WORKDAYS, Job, Spread
from jobs.schedule import job_table
from settings import PROJECT, Settings

TABLE = job_table(time.fromisoformat(Settings.model_fields["refresh_at"].default))
_FOR = {
    Spread.ONCE: "the product",
    Spread.ACCOUNTS: "each 250 accounts",
    Spread.SOURCES: "each source",
}
# What the images of others are told.
_THEIRS = ("POSTGRES_", "RABBITMQ_")


def section(name: str) -> list[str]:
    text = (PROJECT / "docs" / "jobs.md").read_text()
    return text.split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->")[0].strip().splitlines()


def span(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def row_of(job: Job) -> str:
    days = {EVERY_DAY: "every day", WORKDAYS: "Monday to Friday"}.get(job.days, "Mondays")
    readers = " and ".join(sorted(f"{role}s" for role in job.roles))
    whom = f"each of the {readers}" if job.is_for_readers else _FOR[job.spread]
    late, limit = span(job.useful_for), span(job.limit)
    return f"| `{job.name}` | {job.text} | {whom} | {days}, {job.at:%H:%M} | {late} | {limit} |"


def test_the_table_of_jobs_is_that_of_the_code() -> None:
    assert section("jobs") == [row_of(job) for job in TABLE.jobs]


def test_the_table_of_looks_is_that_of_the_code() -> None:
    def every(length: timedelta) -> str:
        seconds = round(length.total_seconds())
        return f"{seconds} s" if seconds < 60 else span(length)

    rows = [f"| `{look.name}` | {look.text} | {every(look.every)} |" for look in TABLE.looks]
    assert section("looks") == rows


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text())
    return found


def test_compose_runs_two_of_each_on_the_three_servers() -> None:
    services = compose()["services"]
    assert set(services) == {"migrate", "bot", "worker", "postgres", "rabbitmq", "chroma"}
    assert services["bot"]["deploy"]["replicas"] == services["worker"]["deploy"]["replicas"] == 2


def test_compose_sets_settings_that_there_are() -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    for name, service in compose()["services"].items():
        ours = [key for key in service.get("environment", {}) if not key.startswith(_THEIRS)]
        assert set(ours) <= known, name


def test_compose_calls_commands_that_there_are() -> None:
    known = get_command(commands)
    for name in ("migrate", "bot", "worker"):
        program, command, *rest = compose()["services"][name]["command"]
        assert program == "digital-csm"
        found: Any = known.commands[command]  # type: ignore[attr-defined]
        options = {option for parameter in found.params for option in parameter.opts}
        subcommands = set(getattr(found, "commands", {}))
        assert {word for word in rest if word.startswith("--")} <= options, name
        assert not subcommands or rest[0] in subcommands, name


def test_a_bot_gets_longer_to_stop_than_its_jobs_to_end() -> None:
    grace = compose()["services"]["bot"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > Settings().drain_seconds
