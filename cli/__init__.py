"""The command line. It reads the settings, builds the house, and says what happened.

Exit codes: 0 done; 1 refused, with the reason and how to mend it; 2 wrong usage; 3 the database
or a service cannot be reached just now.
"""

import sys
from typing import NoReturn

import typer
from pydantic import ValidationError

from app import spare_the_collector
from cli import data, jobs, keeping, knowledge, operate, outreach, people, plays, privacy, talk
from cli.frame import REFUSED, UNREACHABLE, err, say
from csm.errors import Busy, CsmError, Unavailable

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Digital CSM: a digital customer success manager for Slack.",
)
for command in (talk.say, talk.press, talk.console, talk.demo):
    commands.command()(command)
commands.command(name="import")(data.import_)
for command in (data.refresh, operate.serve, operate.worker, operate.doctor):
    commands.command()(command)
commands.command()(keeping.backup)
commands.command()(keeping.restore)
commands.command()(outreach.pause)
commands.command()(outreach.resume)
commands.command(name="export")(privacy.export_)
commands.command(name="erase")(privacy.erase_)
commands.add_typer(people.people_cli, name="people")
commands.add_typer(people.places_cli, name="places")
commands.add_typer(knowledge.knowledge_cli, name="knowledge")
commands.add_typer(plays.plays_cli, name="plays")
commands.add_typer(outreach.audit_cli, name="audit")
commands.add_typer(jobs.jobs_cli, name="jobs")
commands.add_typer(operate.db_cli, name="db")
commands.add_typer(operate.manifest_cli, name="manifest")


def main() -> None:
    """Run the command line; turn every known error into a sentence and an exit code."""
    spare_the_collector()
    try:
        commands()
    except ValidationError as error:
        _fail(_settings_problem(error), REFUSED)
    except (Busy, Unavailable) as error:
        _fail(str(error), UNREACHABLE)
    except CsmError as error:
        _fail(str(error), REFUSED)
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        sys.stderr.close()


def _fail(sentence: str, code: int) -> NoReturn:
    say(sentence, err, style="red")
    sys.exit(code)


def _settings_problem(error: ValidationError) -> str:
    lines = [
        f"  {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_url=False)
    ]
    return "\n".join(["These settings are wrong (environment or .env):", *lines])
