"""E-mail as the settings ask for it: out by SMTP, in by mailbox or webhook.

Without the settings, there is none: then these are None.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from csm.play import Category
from csm.playbook import Playbook
from csm.ports import Clock, Records
from settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

    from bot.mail.courier import MailCourier
    from bot.mail.ear import Ear
    from bot.mail.links import MailLinks
    from bot.mail.mailbox import Mailbox, MailboxAccount
    from bot.mail.server import MailServer


class Mail:
    """Each part built when it is first needed."""

    def __init__(
        self, settings: Settings, records: Records, playbook: Playbook, clock: Clock
    ) -> None:
        self._settings = settings
        self._records = records
        self._playbook = playbook
        self._clock = clock

    @property
    def is_connected(self) -> bool:
        """Whether messages can be sent by e-mail."""
        return not self._settings.missing_for_mail

    @cached_property
    def courier(self) -> "MailCourier | None":
        """Raises InvalidInput for settings that cannot work together."""
        settings, server, links = self._settings, mail_server(self._settings), self._links
        if server is None or links is None or settings.mail_from is None:
            return None
        from bot.mail.courier import MailCourier
        from bot.mail.message import Sender

        secret = settings.secret.get_secret_value() if settings.secret else ""
        sender = Sender(
            settings.mail_from,
            settings.mail_from_name,
            settings.mail_reply_to or "",
            secret.encode(),
        )
        return MailCourier(server, sender, links, self._clock)

    def unsubscribe(self, account_key: str, contact_key: str, category: Category) -> str:
        """See `csm.desk.Desk`."""
        links = self._links
        return links.unsubscribe(account_key, contact_key, category) if links else ""

    @cached_property
    def mailbox(self) -> "Mailbox | None":
        account = mailbox_account(self._settings)
        if account is None:
            return None
        from bot.mail.mailbox import Mailbox

        return Mailbox(account, self._ear)

    @cached_property
    def routes(self) -> "APIRouter | None":
        """What listens on the web. Old messages' links work for as long as the secret is set."""
        if self._links is None:
            return None
        from bot.mail.web import MailWeb, mail_routes

        secret = self._settings.mail_inbound_secret
        web = MailWeb(
            self._records,
            self._clock,
            self._links,
            self._playbook.guard.mail.identity,
            self._ear,
            secret.get_secret_value() if secret else "",
        )
        return mail_routes(web)

    def close(self) -> None:
        """Close the connections to the mail server, if there ever were any."""
        courier = self.__dict__.get("courier")
        if courier is not None:
            courier.close()

    @cached_property
    def _links(self) -> "MailLinks | None":
        settings = self._settings
        if settings.secret is None or settings.public_url is None:
            return None
        from bot.mail.links import MailLinks

        return MailLinks(settings.secret.get_secret_value(), settings.public_url)

    @cached_property
    def _ear(self) -> "Ear":
        from bot.mail.ear import Ear

        return Ear(self._records, self._playbook, self._clock)


def mail_server(settings: Settings) -> "MailServer | None":
    """The mail server that messages are handed to; None while a setting is missing. Raises
    InvalidInput for settings that cannot work together."""
    if settings.missing_for_mail or settings.smtp_host is None or settings.mail_from is None:
        return None
    from bot.mail.server import MailServer, Security

    security, password = Security(settings.smtp_security), settings.smtp_password
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port or security.port,
        security=security,
        hello=settings.mail_from.rpartition("@")[2],
        username=settings.smtp_username,
        password=password.get_secret_value() if password else "",
        parallel=settings.smtp_connections,
    )


def mailbox_account(settings: Settings) -> "MailboxAccount | None":
    """The mailbox that is read; None where none is set."""
    if settings.imap_host is None:
        return None
    from bot.mail.mailbox import MailboxAccount

    password = settings.imap_password
    return MailboxAccount(
        settings.imap_host,
        settings.imap_port,
        settings.imap_username,
        password.get_secret_value() if password else "",
        settings.imap_folder,
    )
