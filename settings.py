"""Every setting: its type, default, meaning and unit. Read by app.py alone.

Settings come from the environment or from a `.env` file. Names are the ecosystem's usual ones
where there is one (`DATABASE_URL`, `SLACK_BOT_TOKEN`), else they begin with `DIGITAL_CSM_`.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from csm.web_addresses import is_deceptive

PROJECT: Final = Path(__file__).resolve().parent
SHORTEST_SECRET: Final = 32


class Settings(BaseSettings):
    """All that can be set from outside."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # a secret with a fault is one still
    )

    home: Path = Field(
        default=Path(".digital-csm"),
        validation_alias="DIGITAL_CSM_HOME",
        description="folder for the database, pictures and rejects",
    )
    playbook: Path = Field(
        default=PROJECT / "playbook",
        validation_alias="DIGITAL_CSM_PLAYBOOK",
        description="folder of the playbook's TOML files",
    )
    as_of: date | None = Field(
        default=None,
        validation_alias="DIGITAL_CSM_AS_OF",
        description="pin the product's day (YYYY-MM-DD), to look at an older data set",
    )
    log_level: str = Field(
        default="warning",
        validation_alias="LOG_LEVEL",
        description="debug, info, warning or error",
    )
    database_url: str | None = Field(
        default=None,
        repr=False,
        validation_alias="DATABASE_URL",
        description="postgresql://… or sqlite:///…; without it, SQLite in the home folder",
    )
    database_pool: int = Field(
        default=10,
        ge=1,
        le=200,
        validation_alias="DIGITAL_CSM_DATABASE_POOL",
        description="most connections held to the database",
    )
    database_patience: float = Field(
        default=5,
        gt=0,
        le=60,
        validation_alias="DIGITAL_CSM_DATABASE_PATIENCE",
        description="seconds to wait for a locked or unreachable database",
    )
    broker_url: SecretStr | None = Field(
        default=None,
        validation_alias="BROKER_URL",
        description="amqp://… of RabbitMQ, for `worker` processes; without it, `serve` does it all",
    )
    job_threads: int = Field(
        default=4,
        ge=1,
        le=64,
        validation_alias="DIGITAL_CSM_JOB_THREADS",
        description="scheduled jobs that `serve` runs at once, where there is no broker",
    )
    lease_seconds: float = Field(
        default=60,
        ge=2,
        le=3600,
        validation_alias="DIGITAL_CSM_LEASE_SECONDS",
        description="seconds without a sign of life after which a job is given to another process",
    )
    drain_seconds: float = Field(
        default=25,
        ge=0,
        le=600,
        validation_alias="DIGITAL_CSM_DRAIN_SECONDS",
        description="seconds that running jobs get to end when the process is told to stop",
    )
    backups: Path | None = Field(
        default=None,
        validation_alias="DIGITAL_CSM_BACKUPS",
        description="folder of the nightly backups; without it, `backups` in the home folder",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        validation_alias="DIGITAL_CSM_METRICS_TOKEN",
        description="what /metrics asks for as a bearer token; without it, /metrics is open",
    )
    slack_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_BOT_TOKEN",
        description="xoxb-…, from OAuth & Permissions",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="from Basic Information; needed for HTTP",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_APP_TOKEN",
        description="xapp-…, with connections:write; needed for Socket Mode",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="address of Slack's Web API",
    )
    audience_minutes: int = Field(
        default=10,
        ge=1,
        le=1440,
        validation_alias="DIGITAL_CSM_AUDIENCE_MINUTES",
        description="minutes for which a place's audience is believed before it is looked up again",
    )
    slack_own_teams: str = Field(
        default="",
        validation_alias="DIGITAL_CSM_SLACK_OWN_TEAMS",
        description="ids of further workspaces of your own company, separated by commas",
    )
    slack_most_members: int = Field(
        default=200,
        ge=1,
        le=10_000,
        validation_alias="DIGITAL_CSM_SLACK_MOST_MEMBERS",
        description="a channel with more members than this counts as having outsiders in it",
    )
    host: str = Field(
        default="127.0.0.1",
        validation_alias="HOST",
        description="address that `serve` listens on",
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        validation_alias="PORT",
        description="port that `serve` listens on",
    )
    workers: int = Field(
        default=8,
        ge=1,
        le=128,
        validation_alias="DIGITAL_CSM_WORKERS",
        description="threads that work on turns in `serve`",
    )
    refresh_at: str = Field(
        default="03:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        validation_alias="DIGITAL_CSM_REFRESH_AT",
        description="time of the nightly refresh of all accounts, HH:MM in UTC",
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias="OPENAI_API_KEY",
        description="key of the language model's server",
    )
    openai_base_url: str | None = Field(
        default=None,
        repr=False,
        validation_alias="OPENAI_BASE_URL",
        description="address of any OpenAI-compatible server",
    )
    openai_model: str = Field(
        default="gpt-4o-mini",
        validation_alias="OPENAI_MODEL",
        description="name of the model to ask",
    )
    price_in: float | None = Field(
        default=None,
        ge=0,
        validation_alias="OPENAI_PRICE_IN",
        description="US dollars for a million tokens sent to the model, for the metrics",
    )
    price_out: float | None = Field(
        default=None,
        ge=0,
        validation_alias="OPENAI_PRICE_OUT",
        description="US dollars for a million tokens of its answers; both or no cost is counted",
    )
    model_seconds: float = Field(
        default=20,
        gt=0,
        le=300,
        validation_alias="DIGITAL_CSM_MODEL_SECONDS",
        description="seconds to wait for a model's answer",
    )

    openai_embedding_model: str | None = Field(
        default=None,
        validation_alias="OPENAI_EMBEDDING_MODEL",
        description="name of the server's embedding model; without it, the one that comes along",
    )
    chroma_url: str | None = Field(
        default=None,
        repr=False,
        validation_alias="DIGITAL_CSM_CHROMA_URL",
        description="http(s)://… of a Chroma server; without it, Chroma runs in the home folder",
    )
    knowledge_hosts: str = Field(
        default="",
        validation_alias="DIGITAL_CSM_KNOWLEDGE_HOSTS",
        description="hosts of your own network that `knowledge add` may read, separated by commas",
    )

    smtp_host: str | None = Field(
        default=None,
        validation_alias="SMTP_HOST",
        description="mail server that outreach is handed to; e-mail: see docs/mail.md",
    )
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        validation_alias="SMTP_PORT",
        description="its port; without it 587 (starttls), 465 (tls) or 25 (none)",
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        validation_alias="SMTP_SECURITY",
        description="starttls, tls, or none (for a mail server on this machine only)",
    )
    smtp_username: str = Field(
        default="",
        validation_alias="SMTP_USERNAME",
        description="user that the mail server knows; empty: it asks for none",
    )
    smtp_password: SecretStr | None = Field(
        default=None,
        validation_alias="SMTP_PASSWORD",
        description="that user's password",
    )
    smtp_connections: int = Field(
        default=4,
        ge=1,
        le=50,
        validation_alias="DIGITAL_CSM_SMTP_CONNECTIONS",
        description="most connections to the mail server at once",
    )
    mail_from: str | None = Field(
        default=None,
        validation_alias="MAIL_FROM",
        description="e-mail address that messages come from",
    )
    mail_from_name: str = Field(
        default="",
        max_length=100,
        validation_alias="MAIL_FROM_NAME",
        description="name shown with it",
    )
    mail_reply_to: str | None = Field(
        default=None,
        validation_alias="MAIL_REPLY_TO",
        description="e-mail address that replies go to; without it, MAIL_FROM",
    )
    public_url: str | None = Field(
        default=None,
        max_length=200,
        validation_alias="PUBLIC_URL",
        description="https://… under which customers reach `serve`, to unsubscribe",
    )
    secret: SecretStr | None = Field(
        default=None,
        validation_alias="DIGITAL_CSM_SECRET",
        description="at least 32 characters that nobody can guess; unsubscribe links depend on it",
    )
    imap_host: str | None = Field(
        default=None,
        validation_alias="IMAP_HOST",
        description="server of the mailbox that replies and bounces come to",
    )
    imap_port: int = Field(
        default=993,
        ge=1,
        le=65535,
        validation_alias="IMAP_PORT",
        description="its port, with TLS from the beginning",
    )
    imap_username: str = Field(
        default="",
        validation_alias="IMAP_USERNAME",
        description="user of that mailbox",
    )
    imap_password: SecretStr | None = Field(
        default=None,
        validation_alias="IMAP_PASSWORD",
        description="that user's password",
    )
    imap_folder: str = Field(
        default="INBOX",
        validation_alias="IMAP_FOLDER",
        description="folder that is read; what was read is marked as seen",
    )
    mail_inbound_secret: SecretStr | None = Field(
        default=None,
        validation_alias="MAIL_INBOUND_SECRET",
        description="at least 32 characters that sign what is posted to /mail/inbound",
    )

    @field_validator("mail_from", "mail_reply_to")
    @classmethod
    def _plain_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            checked = validate_email(value, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise ValueError(f"is no e-mail address: {error}") from error
        if checked.ascii_email is None:
            raise ValueError("must have plain letters before the @: not every server takes others")
        return checked.ascii_email

    @field_validator("public_url")
    @classmethod
    def _public_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if is_deceptive(value) or not value.startswith("https://") or "?" in value or "#" in value:
            raise ValueError("must be like https://csm.yourcompany.com")
        return value.rstrip("/")

    @field_validator("secret", "mail_inbound_secret")
    @classmethod
    def _long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"must have at least {SHORTEST_SECRET} characters; "
                "`openssl rand -hex 32` makes a good one"
            )
        return value

    @field_validator("broker_url")
    @classmethod
    def _is_amqp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _names_a_broker(value.get_secret_value()):
            raise ValueError("must be like amqp://user:password@host:5672/vhost")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        levels = ("debug", "info", "warning", "error")
        if value.lower() not in levels:
            raise ValueError(f"must be one of {', '.join(levels)}")
        return value.lower()

    @property
    def database(self) -> str:
        """Where the records are: the database given, or SQLite in the home folder."""
        return self.database_url or f"sqlite:///{(self.home / 'digital-csm.db').absolute()}"

    @property
    def backup_folder(self) -> Path:
        return self.backups or self.home / "backups"

    @property
    def audience_max_age(self) -> timedelta:
        return timedelta(minutes=self.audience_minutes)

    @property
    def own_team_ids(self) -> frozenset[str]:
        return frozenset(team.strip() for team in self.slack_own_teams.split(",") if team.strip())

    @property
    def trusted_hosts(self) -> frozenset[str]:
        return frozenset(
            host.strip().lower() for host in self.knowledge_hosts.split(",") if host.strip()
        )

    @property
    def missing_for_mail(self) -> tuple[str, ...]:
        """Settings without which nothing is sent by e-mail, and that are not set."""
        needed = {
            "SMTP_HOST": self.smtp_host,
            "MAIL_FROM": self.mail_from,
            "PUBLIC_URL": self.public_url,
            "DIGITAL_CSM_SECRET": self.secret,
        }
        return tuple(name for name, value in needed.items() if value is None)

    @property
    def has_model(self) -> bool:
        return self.openai_api_key is not None or self.openai_base_url is not None


def _names_a_broker(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # whose words may be the password's
        return False
    return parts.scheme in {"amqp", "amqps"} and bool(parts.hostname) and port != 0


def settings_markdown() -> str:
    """The table of docs/settings.md: every setting with its meaning and default."""
    lines = ["| setting | meaning | default |", "|---|---|---|"]
    for field in Settings.model_fields.values():
        default = "" if field.default is None else f"`{_shown(field.default)}`"
        lines.append(f"| `{field.validation_alias}` | {field.description} | {default} |")
    return "\n".join(lines)


def _shown(default: object) -> str:
    if isinstance(default, Path) and default.is_relative_to(PROJECT):
        return str(default.relative_to(PROJECT))
    return str(default)
