"""Outreach, brought by e-mail."""

from email_validator import EmailNotValidError, validate_email

from bot.couriers import AddressRefused, Undeliverable, demand_cleared
from bot.mail.links import MailLinks
from bot.mail.message import Letter, Sender, bytes_of
from bot.mail.server import MailServer
from bot.mail.smtp import Connections
from bot.render.mail import mail_parts
from csm.card import Card
from csm.guard.verdict import Cleared
from csm.ports import Clock
from csm.post import Post
from csm.web_addresses import addresses, is_deceptive


class MailCourier:
    """Hands messages to a mail server. Safe for threads."""

    def __init__(self, server: MailServer, sender: Sender, links: MailLinks, clock: Clock) -> None:
        self._connections = Connections(server)
        self._sender = sender
        self._links = links
        self._clock = clock
        self.parallel = server.parallel

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        """See `bot.couriers.Courier`. Raises AddressRefused where the address takes no mail at
        all."""
        demand_cleared(post, cleared)
        addressed = cleared.outgoing.addressed if cleared else None
        if cleared is None or addressed is None or post.account_key is None:
            raise Undeliverable("Only messages to customers go by e-mail.")
        card, text = Card.model_validate(post.card), cleared.outgoing.text
        to = _ascii(post.channel)
        letter = Letter(
            message_id=self.expected_id(post),
            to=to,
            subject=card.title,
            parts=mail_parts(card, addressed.language, _web_pages(text)),
            unsubscribe=self._links.unsubscribe(
                post.account_key, addressed.contact_key, addressed.category
            ),
            date=self._clock.now(),
        )
        self._connections.carry(self._sender.address, to, bytes_of(letter, self._sender))
        return letter.message_id

    def find(self, post: Post) -> str | None:  # noqa: ARG002 - there is nobody to ask
        """None: a mail server cannot be asked what became of a message."""
        return None

    def expected_id(self, post: Post) -> str:
        """The Message-ID that the post has or would have, whether or not it was ever sent."""
        return self._sender.message_id(post)

    def close(self) -> None:
        """Close the connections that are idle."""
        self._connections.close()


def _ascii(address: str) -> str:
    """The address as every mail server takes it. Raises AddressRefused for one that is none."""
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise AddressRefused("Their e-mail address is none.") from error
    if checked.ascii_email is None:
        raise Undeliverable("Their e-mail address has letters that not every mail server takes.")
    return checked.ascii_email


def _web_pages(text: str) -> tuple[str, ...]:
    """The addresses in what the guard cleared that are made links."""
    return tuple(
        one
        for paragraph in text.split("\n")
        if "://" in paragraph
        for one in addresses(paragraph)
        if one.startswith(("https://", "http://")) and not is_deceptive(one)
    )
