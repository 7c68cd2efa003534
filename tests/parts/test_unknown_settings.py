"""A slip in the name of a setting is told; what is others' is left alone."""

from pathlib import Path

import pytest

from parts.unknown_settings import unknown_settings
from settings import Settings

_OTHERS = """
    _ BASH_ENV BROWSER CELERY_BROKER_URL CI COLORTERM COLUMNS COMP_WORDBREAKS CONDA_PREFIX
    container CURL_CA_BUNDLE DATABASE_HOST DATABASE_PORT DB_HOST DB_URL DBUS_SESSION_BUS_ADDRESS
    DEBIAN_FRONTEND DEBUG DISPLAY DOCKER_HOST DYNO EDITOR ENV FLASK_APP FORCE_COLOR
    GITHUB_ACTIONS GPG_KEY GUNICORN_CMD_ARGS HISTFILE HISTSIZE HOME HOST HOSTNAME HOSTS HOSTTYPE
    HTTP_PROXY http_proxy HTTPS_PROXY INVOCATION_ID JOURNAL_STREAM KUBERNETES_PORT
    KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT LANG LANGUAGE LC_ALL LC_CTYPE LD_LIBRARY_PATH
    LESSOPEN LINES LOGNAME LS_COLORS MACHTYPE MAIL MAILCHECK MAILTO MALLOC_ARENA_MAX
    MANPATH MPLCONFIGDIR NO_COLOR NO_PROXY NODE_ENV NOTIFY_SOCKET OLDPWD OMP_NUM_THREADS
    OPENAI_API_TYPE OPENAI_API_VERSION OPENAI_ORG_ID OPENAI_PROJECT_ID OSTYPE PAGER PATH
    PGDATABASE PGHOST PGPASSWORD PGPORT PGUSER PIP_NO_CACHE_DIR POD_IP PORT PORTS POSTGRES_DB
    POSTGRES_PASSWORD POSTGRES_USER PROMPT_COMMAND PS1 PWD PYTHONDONTWRITEBYTECODE PYTHONHASHSEED
    PYTHONPATH PYTHONUNBUFFERED PYTHON_VERSION RABBITMQ_DEFAULT_PASS RABBITMQ_DEFAULT_USER
    RABBITMQ_URL RAILS_ENV REDIS_URL REQUESTS_CA_BUNDLE SECRET SECRET_KEY SENTRY_DSN SHELL SHLVL
    SLACK_APP_ID SLACK_CLIENT_ID SLACK_CLIENT_SECRET SLACK_WEBHOOK_URL SSH_AUTH_SOCK
    SSL_CERT_FILE SUDO_USER SYSTEMD_EXEC_PID TEMP TERM TEST_DATABASE_URL TMP TMPDIR TZ UID URL
    USER USERNAME UV_CACHE_DIR VIRTUAL_ENV VISUAL WEB_CONCURRENCY WORKERS XDG_CONFIG_HOME
    XDG_RUNTIME_DIR XDG_SESSION_ID
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Without a .env file of somebody's."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*names: str) -> list[str]:
    return unknown_settings(dict.fromkeys(names, "x"))


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("BROKER_ULR", "BROKER_URL"),
        ("DATABASE_ULR", "DATABASE_URL"),
        ("DATABASEURL", "DATABASE_URL"),
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
        ("openai_api_keys", "OPENAI_API_KEY"),
        ("DIGITAL_CSM_BACKUP", "DIGITAL_CSM_BACKUPS"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(slip: str, meant: str) -> None:
    assert told("PATH", slip) == [f"{slip.upper()} is no setting; did you mean {meant}?"]


def test_what_begins_as_ours_do_is_told_though_it_is_near_nothing() -> None:
    (sentence,) = told("DIGITAL_CSM_FAVOURITE_COLOUR")
    assert sentence.startswith("DIGITAL_CSM_FAVOURITE_COLOUR is no setting: docs/settings.md")


def test_settings_of_ours_are_left_alone_however_they_are_written() -> None:
    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    assert told(*names, *map(str.lower, names)) == []


def test_what_is_others_is_left_alone() -> None:
    assert told(*_OTHERS.split()) == []


def test_the_file_of_settings_is_looked_at_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    (folder / ".env").write_text("BROKER_ULR=amqp://x\nPATHS=1\nHOST=127.0.0.1\n")
    assert told("DIGITAL_CSM_HOMES") == [
        "BROKER_ULR is no setting; did you mean BROKER_URL?",
        "DIGITAL_CSM_HOMES is no setting; did you mean DIGITAL_CSM_HOME?",
    ]
