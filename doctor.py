"""Looks over an installation, and says how to mend what is wrong."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from app import House
from bot.couriers import NotNow
from bot.mail.mailbox import opened
from bot.mail.smtp import try_server
from csm.errors import CsmError
from csm.knowledge import Shelf
from csm.people import Role
from csm.ports import activity
from csm.question import Mode
from csm.use_cases.colleagues import managers
from csm.wording import day_text, days_away, listing, plural
from parts import diagnosis
from parts.diagnosis import Diagnosis, State
from parts.mail import mail_server, mailbox_account
from parts.unknown_settings import unknown_settings

# A token check that takes longer than this is as bad as one that fails.
SLACK_SECONDS = 10
# Data that ends longer ago than this deserves a word.
OLD_DATA_DAYS = 7
_PROBE = "Is anybody there?"
_FOR = {Shelf.CUSTOMER: "for customers", Shelf.INTERNAL: "for colleagues"}


def examine(house: House) -> Iterator[Diagnosis]:
    """Look at everything; one thing's fault does not keep the rest from being looked at."""
    looks: tuple[tuple[str, Callable[[House], Diagnosis]], ...] = (
        ("Settings", _settings),
        ("Playbook", _playbook),
        ("Database", _database),
        ("Disk", lambda house: diagnosis.disk(house.settings.home)),
        ("Backup", _backups),
        ("Broker", lambda house: diagnosis.broker(house.settings)),
        (
            "Jobs",
            lambda house: diagnosis.jobs(house.records, house.jobs, house.machine_clock.now()),
        ),
        ("People", _people),
        ("Data", _data),
        ("Library", _library),
        ("Cases", _cases),
        ("Slack", _slack),
        ("E-mail", _mail),
        ("Mailbox", _mailbox),
        ("Model", _model),
    )
    for subject, look in looks:
        try:
            yield look(house)
        except CsmError as error:
            yield Diagnosis(subject, State.BROKEN, str(error))


def _settings(_house: House) -> Diagnosis:
    unknown = unknown_settings(os.environ)
    if unknown:
        return Diagnosis("Settings", State.WORTH_KNOWING, " ".join(unknown))
    return Diagnosis("Settings", State.FINE, "every name is known")


def _playbook(house: House) -> Diagnosis:
    playbook = house.playbook
    counts = listing(
        [
            plural(len(playbook.scorecard.measures), "measure"),
            plural(len(playbook.risks), "risk"),
            plural(len(playbook.plays), "play"),
        ]
    )
    return Diagnosis("Playbook", State.FINE, f"{counts} in {house.settings.playbook}")


def _database(house: House) -> Diagnosis:
    with house.records.reading() as reader:
        accounts = len(reader.account_ids())
    return Diagnosis(
        "Database", State.FINE, f"{plural(accounts, 'account')} in {house.database.place}"
    )


def _backups(house: House) -> Diagnosis:
    return diagnosis.backups(house.settings.backup_folder, datetime.now(UTC))


def _people(house: House) -> Diagnosis:
    with house.records.reading() as reader:
        people = reader.people()
    staff = sum(person.is_staff for person in people)
    if not staff:
        mend = "Nobody may ask yet. Add somebody: digital-csm people add EMAIL --role csm"
        return Diagnosis("People", State.WORTH_KNOWING, mend)
    managers = sum(person.role in (Role.MANAGER, Role.ADMIN) for person in people)
    note = "" if managers else "; no manager or admin among them"
    return Diagnosis("People", State.FINE, f"{staff} of the team{note}")


def _data(house: House) -> Diagnosis:
    with house.records.reading() as reader:
        feeds = reader.feeds()
    if not feeds:
        mend = "No customer data yet. Bring some: digital-csm import DIR (docs/import.md)"
        return Diagnosis("Data", State.WORTH_KNOWING, mend)
    today = house.clock.today()
    newest = max(activity(feeds).values(), default=max(feeds.values()))
    text = f"reaches to {day_text(newest)} ({days_away(newest, today)})"
    if (today - newest).days > OLD_DATA_DAYS:
        mend = f"{text}: import newer data, or look as of then with DIGITAL_CSM_AS_OF={newest}"
        return Diagnosis("Data", State.WORTH_KNOWING, mend)
    return Diagnosis("Data", State.FINE, text)


def _library(house: House) -> Diagnosis:
    with house.records.reading() as reader:
        counts = {shelf: len(reader.documents(shelf)) for shelf in Shelf}
    if not any(counts.values()):
        mend = (
            "nothing in it: every question goes to people. "
            "Add pages: digital-csm knowledge add --help"
        )
        return Diagnosis("Library", State.WORTH_KNOWING, mend)
    embedder = house.language.embedder
    embedder.embed([_PROBE])
    waiting = sum(house.library.waiting(shelf) for shelf in Shelf)
    held = listing(
        [f"{plural(count, 'document')} {_FOR[shelf]}" for shelf, count in counts.items()]
    )
    text = f"{held}; searched with {embedder.name}"
    if waiting:
        mend = (
            f"{text}; {plural(waiting, 'chunk')} not found by meaning yet: add any page once "
            "more (digital-csm knowledge add), and what is missing is embedded"
        )
        return Diagnosis("Library", State.WORTH_KNOWING, mend)
    return Diagnosis("Library", State.FINE, text)


def _cases(house: House) -> Diagnosis:
    on_call = house.playbook.answers.hand_over.on_call
    with house.records.reading() as reader:
        places = [place for place in reader.place_modes() if place.mode is Mode.CASES]
        backup = reader.person(on_call) if on_call else None
        responsible = managers(reader)
    wrong = []
    if on_call and not (backup and backup.is_staff):
        wrong.append(f"on_call in answers.toml is “{on_call}”, who is none of the team")
    if not places:
        wrong.append("no place hears of them: say /mode cases in a channel of your team")
    if not backup and not responsible:
        wrong.append(
            "nobody takes those of accounts without a CSM: set on_call in answers.toml, or add a "
            "manager with digital-csm people add"
        )
    if wrong:
        return Diagnosis("Cases", State.WORTH_KNOWING, "; ".join(wrong))
    return Diagnosis("Cases", State.FINE, f"told in {plural(len(places), 'place')}")


def _slack(house: House) -> Diagnosis:
    settings = house.settings
    if settings.slack_bot_token is None:
        mend = "not set up. SLACK_BOT_TOKEN is missing; the README's Slack part says how to get it"
        return Diagnosis("Slack", State.WORTH_KNOWING, mend)
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        mend = (
            "has a bot token, but no way in: set SLACK_APP_TOKEN (Socket Mode) "
            "or SLACK_SIGNING_SECRET (HTTP)"
        )
        return Diagnosis("Slack", State.BROKEN, mend)
    return _slack_token(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)


def _slack_token(token: str, api_url: str) -> Diagnosis:
    try:
        answer = WebClient(token, base_url=api_url, timeout=SLACK_SECONDS).auth_test()
    except SlackApiError as error:
        mend = f"refuses SLACK_BOT_TOKEN ({error.response['error']}): install the app again"
        return Diagnosis("Slack", State.BROKEN, mend)
    except (SlackClientError, OSError) as error:
        mend = f"cannot be reached at {api_url} ({type(error).__name__}): check the network"
        return Diagnosis("Slack", State.BROKEN, mend)
    return Diagnosis(
        "Slack", State.FINE, f"token good, workspace {answer['team']} ({answer['team_id']})"
    )


def _mail(house: House) -> Diagnosis:
    missing = house.settings.missing_for_mail
    server = mail_server(house.settings)
    if server is None:
        is_begun = house.settings.smtp_host is not None or house.settings.mail_from is not None
        state = State.BROKEN if is_begun else State.WORTH_KNOWING
        verb = "is" if len(missing) == 1 else "are"
        mend = f"not set up: {listing(missing)} {verb} missing; docs/mail.md says how to get there"
        return Diagnosis("E-mail", state, mend)
    where = f"{server.host}:{server.port}"
    try:
        try_server(server)
    except NotNow as trouble:
        return Diagnosis("E-mail", State.BROKEN, f"{where}: {trouble}")
    text = f"sent from {house.settings.mail_from} through {where}"
    return Diagnosis("E-mail", State.FINE, text)


def _mailbox(house: House) -> Diagnosis:
    account = mailbox_account(house.settings)
    if account is not None:
        with opened(account):
            text = f"{account.folder} at {account.host} is read for replies and bounces"
            return Diagnosis("Mailbox", State.FINE, text)
    if house.settings.mail_inbound_secret is not None:
        return Diagnosis("Mailbox", State.FINE, "replies and bounces come to /mail/inbound")
    note = (
        "none set: replies and bounces of e-mail are not seen. IMAP_HOST or MAIL_INBOUND_SECRET "
        "changes that (docs/mail.md)"
    )
    return Diagnosis("Mailbox", State.WORTH_KNOWING, note)


def _model(house: House) -> Diagnosis:
    if house.language.narrator is None:
        note = (
            "none set: accounts are told in plain words, and questions answered in the documents' "
            "own. OPENAI_API_KEY or OPENAI_BASE_URL adds one"
        )
        return Diagnosis("Model", State.WORTH_KNOWING, note)
    where = urlsplit(house.settings.openai_base_url or "").hostname or "OpenAI"
    text = f"{house.settings.openai_model} at {where} tells accounts and answers questions"
    return Diagnosis("Model", State.FINE, text)
