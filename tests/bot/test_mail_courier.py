"""The courier against a real mail server: what arrives, and what each failure means."""

import email
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import policy
from pathlib import Path

import pytest

from bot.couriers import AddressRefused, InDoubt, NotNow, Undeliverable
from bot.mail.courier import MailCourier
from bot.mail.server import Limits, MailServer, Security
from bot.mail.smtp import Connections, try_server
from csm.errors import InvalidInput
from tests.bot.certificates import certificate
from tests.bot.mail_scene import SENDER, UNSUBSCRIBE, cleared_post, courier
from tests.bot.smtp_server import DROP, SILENCE, SmtpDouble, smtp_server


@contextmanager
def working(server: MailServer) -> Iterator[MailCourier]:
    made = courier(server)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def double() -> Iterator[SmtpDouble]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def post_office(double: SmtpDouble) -> Iterator[MailCourier]:
    with working(double.server()) as made:
        yield made


def test_a_message_arrives_as_it_was_cleared(double: SmtpDouble, post_office: MailCourier) -> None:
    message_id = post_office.deliver(*cleared_post())
    (received,) = double.received
    assert (received.sender, received.recipients) == (SENDER.address, ["jo@acme.example"])
    message = email.message_from_bytes(received.content, policy=policy.default)
    assert message["Message-ID"] == message_id
    assert message["From"] == "Lanternboard <success@vendor.example>"
    assert message["To"] == "jo@acme.example"
    assert message["Reply-To"] == "kim@vendor.example"
    assert message["Subject"] == "Your dashboards"
    assert message["Date"].datetime.isoformat() == "2026-03-02T09:00:00+00:00"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = message.iter_parts()
    text = plain.get_content().replace("\r\n", "\n")
    assert text.startswith("Hello Jo,\n\nshall we look at https://help.vendor")
    assert text.endswith(f"1 Quay Lane\nNo such messages: {UNSUBSCRIBE}\n")
    assert '<html lang="en"' in html.get_content()
    assert f'<a href="{UNSUBSCRIBE}">' in html.get_content()
    assert '<a href="https://help.vendor.example/start">' in html.get_content()


def test_what_was_not_cleared_is_not_sent(double: SmtpDouble, post_office: MailCourier) -> None:
    post, cleared = cleared_post()
    _, another = cleared_post(body="Something else that somebody wrote here.")
    with pytest.raises(Undeliverable):
        post_office.deliver(post, None)
    with pytest.raises(Undeliverable):
        post_office.deliver(post, another)
    with pytest.raises(Undeliverable):
        post_office.deliver(post.model_copy(update={"channel": "eve@evil.example"}), cleared)
    with pytest.raises(Undeliverable):
        post_office.deliver(post.model_copy(update={"outreach_id": None}), None)
    assert double.connections == 0


def test_the_same_post_has_the_same_id_and_another_one_another(
    double: SmtpDouble, post_office: MailCourier
) -> None:
    first, again = post_office.deliver(*cleared_post(1)), post_office.deliver(*cleared_post(1))
    assert first == again == post_office.expected_id(cleared_post(1)[0])
    assert post_office.deliver(*cleared_post(2)) != first
    assert first.endswith("@vendor.example>")
    assert len(first) <= 120


def test_one_connection_serves_many_messages(double: SmtpDouble, post_office: MailCourier) -> None:
    for number in range(5):
        post_office.deliver(*cleared_post(number))
    assert (len(double.received), double.connections) == (5, 1)


def test_there_are_never_more_connections_than_allowed(double: SmtpDouble) -> None:
    with working(double.server(parallel=2)) as made, ThreadPoolExecutor(6) as pool:
        assert made.parallel == 2
        ids = list(pool.map(lambda number: made.deliver(*cleared_post(number)), range(30)))
    assert len(set(ids)) == len(double.received) == 30
    assert double.most_open <= 2


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(
    double: SmtpDouble, post_office: MailCourier
) -> None:
    post_office.deliver(*cleared_post(1))
    double.hang_up()
    post_office.deliver(*cleared_post(2))
    assert (len(double.received), double.connections) == (2, 2)


def test_a_server_that_is_tired_of_a_connection_gets_another(
    double: SmtpDouble, post_office: MailCourier
) -> None:
    post_office.deliver(*cleared_post(1))
    double.says["MAIL"] = ["421 4.7.0 too many messages on this connection"]
    post_office.deliver(*cleared_post(2))
    assert (len(double.received), double.connections) == (2, 2)


@pytest.mark.parametrize(
    ("says", "wait"),
    [
        ({"greeting": "421 4.3.2 closing"}, 60),
        ({"greeting": "554 5.3.2 go away"}, 60),
        ({"greeting": DROP}, 60),
        ({"MAIL": "421 4.3.2 closing"}, 60),
        ({"MAIL": "451 4.3.0 later"}, 330),
        ({"MAIL": "550 5.7.1 not from there"}, 900),
        ({"MAIL": DROP}, 60),
        ({"RCPT": "450 4.2.0 greylisted, come back later"}, 330),
        ({"RCPT": "452 4.5.3 too many"}, 330),
        ({"RCPT": "421 4.3.2 closing"}, 60),
        ({"RCPT": DROP}, 60),
        ({"RCPT": "nonsense"}, 330),
        ({"DATA": "451 4.3.0 later"}, 330),
        ({"DATA": DROP}, 60),
        ({"message": "451 4.7.1 scanning, later"}, 330),
        ({"message": "421 4.3.2 closing"}, 60),
    ],
    ids=str,
)
def test_what_did_not_arrive_is_tried_later(
    double: SmtpDouble, post_office: MailCourier, says: dict[str, str], wait: int
) -> None:
    double.says = {command: [answer] for command, answer in says.items()}
    post = cleared_post()
    with pytest.raises(NotNow) as raised:
        post_office.deliver(*post)
    assert raised.value.wait.total_seconds() == wait
    assert double.received == []
    post_office.deliver(*post)
    assert len(double.received) == 1


def test_a_message_that_never_came_to_its_end_did_not_arrive(double: SmtpDouble) -> None:
    double.says["354"] = [DROP]
    connections = Connections(double.server())
    # More than any buffer on the way holds.
    endless = b"A long story.\r\n" * 2_000_000
    with pytest.raises(NotNow, match="broke off"):
        connections.carry("success@vendor.example", "jo@acme.example", endless)
    assert double.received == []


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 no such user",
        "550 no such user",
        "553 mailbox name not allowed",
        "550 5.1.10 recipient not found",
        "550 5.2.1 disabled",
        "551 5.1.6 moved away",
        "550 5.4.1 recipient address rejected",
    ],
)
def test_an_address_that_takes_no_mail_has_bounced(
    double: SmtpDouble, post_office: MailCourier, answer: str
) -> None:
    double.says["RCPT"] = [answer]
    with pytest.raises(AddressRefused) as raised:
        post_office.deliver(*cleared_post())
    assert "such user" not in str(raised.value)
    assert "acme" not in str(raised.value)
    # The connection is good for the next one.
    post_office.deliver(*cleared_post(2))
    assert (len(double.received), double.connections) == (1, 1)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "550 5.7.1 blocked by policy"),
        ("RCPT", "552 5.2.2 mailbox full"),
        ("RCPT", "554 refused"),
        ("DATA", "554 5.5.1 no valid recipients"),
        ("message", "550 5.7.1 looks like spam"),
        ("message", "552 5.3.4 too large"),
    ],
)
def test_a_refusal_for_good_says_nothing_of_the_address(
    double: SmtpDouble, post_office: MailCourier, command: str, answer: str
) -> None:
    double.says[command] = [answer]
    with pytest.raises(Undeliverable) as raised:
        post_office.deliver(*cleared_post())
    assert not isinstance(raised.value, AddressRefused)
    assert answer[:9] in str(raised.value) or answer[:3] in str(raised.value)
    assert double.received == []


@pytest.mark.parametrize("answer", [DROP, SILENCE, "nonsense", "354 again"])
def test_a_message_without_a_clear_answer_is_in_doubt(double: SmtpDouble, answer: str) -> None:
    double.says["message"] = [answer]
    limits = Limits(connect=5, answer=5, verdict=0.3, whole=10, turn=5)
    with working(double.server(limits=limits)) as made:
        with pytest.raises(InDoubt):
            made.deliver(*cleared_post(1))
        made.deliver(*cleared_post(2))
    # The doubt is right: some of them were kept.
    assert len(double.received) == (2 if answer in {DROP, SILENCE} else 1)
    assert double.connections == 2


@pytest.mark.parametrize("command", ["greeting", "MAIL", "RCPT", "DATA"])
def test_a_silent_server_is_not_waited_for(double: SmtpDouble, command: str) -> None:
    double.says[command] = [SILENCE]
    limits = Limits(connect=0.3, answer=0.3, verdict=5, whole=10, turn=5)
    with working(double.server(limits=limits)) as made, pytest.raises(NotNow):
        made.deliver(*cleared_post())
    assert double.received == []


def test_one_message_has_an_end_however_slow_the_server_is(double: SmtpDouble) -> None:
    double.says["RCPT"] = [SILENCE]
    limits = Limits(connect=5, answer=60, verdict=60, whole=0.3, turn=5)
    with working(double.server(limits=limits)) as made, pytest.raises(NotNow):
        made.deliver(*cleared_post())


def test_without_a_free_connection_it_is_tried_later(double: SmtpDouble) -> None:
    limits = Limits(connect=5, answer=5, verdict=5, whole=10, turn=0.1)
    double.says["MAIL"] = [SILENCE]
    with working(double.server(parallel=1, limits=limits)) as made, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(made.deliver, *cleared_post(1))
        while not double.commands.count("MAIL"):
            pass
        with pytest.raises(NotNow, match="in use"):
            made.deliver(*cleared_post(2))
        double.hang_up()
        with pytest.raises(NotNow):
            waiting.result(10)


def test_nobody_listening_is_for_later(double: SmtpDouble) -> None:
    with smtp_server() as gone:
        server = gone.server()
    with working(server) as made, pytest.raises(NotNow, match="cannot be reached"):
        made.deliver(*cleared_post())


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
def test_it_speaks_in_private_and_logs_in(tmp_path: Path, implicit: bool) -> None:
    known = certificate(tmp_path)
    with smtp_server(known, implicit=implicit, login="us:top-secret") as double:
        security = Security.TLS if implicit else Security.STARTTLS
        server = double.server(
            security=security, trust=known.trusting, username="us", password="top-secret"
        )
        with working(server) as made:
            made.deliver(*cleared_post())
        assert len(double.received) == 1
        assert ("us", "top-secret") in double.logins
        assert implicit or double.heard_secure == [True]


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9"])
def test_a_certificate_that_is_not_theirs_gets_nothing(
    tmp_path: Path, implicit: bool, host: str
) -> None:
    shown, other = certificate(tmp_path, host), certificate(tmp_path, "127.0.0.7")
    # Once unknown to us, once known but of another host.
    trusted = other if host == "127.0.0.1" else shown
    with smtp_server(shown, implicit=implicit) as double:
        security = Security.TLS if implicit else Security.STARTTLS
        server = double.server(security=security, trust=trusted.trusting)
        with working(server) as made, pytest.raises(NotNow, match="certificate"):
            made.deliver(*cleared_post())
        assert double.received == []


def test_without_starttls_nothing_is_said(double: SmtpDouble) -> None:
    server = double.server(security=Security.STARTTLS, username="us", password="top-secret")
    with working(server) as made, pytest.raises(NotNow, match="STARTTLS"):
        made.deliver(*cleared_post())
    assert double.logins == []


def test_tls_with_a_server_that_speaks_none(double: SmtpDouble) -> None:
    server = double.server(security=Security.TLS)
    with working(server) as made, pytest.raises(NotNow, match="SMTP_PORT and SMTP_SECURITY"):
        made.deliver(*cleared_post())


def test_a_wrong_password_is_told_without_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    known = certificate(tmp_path)
    with smtp_server(known, login="us:right") as double:
        server = double.server(
            security=Security.STARTTLS, trust=known.trusting, username="us", password="so-wrong"
        )
        with pytest.raises(NotNow, match="SMTP_PASSWORD") as raised:
            try_server(server)
    assert raised.value.wait.total_seconds() == 900
    said = f"{raised.value!r} {raised.value.__cause__!r} {server!r}"
    assert "so-wrong" not in said
    assert "so-wrong" not in "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("mail")
    )


def test_a_server_that_lets_nobody_log_in(double: SmtpDouble) -> None:
    server = double.server(username="us", password="top-secret")
    with pytest.raises(NotNow, match="lets nobody log in"):
        try_server(server)


@pytest.mark.parametrize("host", ["mail.vendor.example", "192.0.2.1", "127.0.0.1.evil.example"])
def test_plain_is_for_this_machine_only(host: str) -> None:
    with pytest.raises(InvalidInput, match="SMTP_SECURITY"):
        MailServer(host, 25, Security.NONE, "vendor.example")


@pytest.mark.parametrize(
    "address",
    ["", "jo", "jo@", "jo@acme.example\r\nRCPT TO:<eve@evil.example>", "a b@acme.example"],
)
def test_an_address_that_is_none_is_never_tried(
    double: SmtpDouble, post_office: MailCourier, address: str
) -> None:
    with pytest.raises(AddressRefused):
        post_office.deliver(*cleared_post(address=address))
    assert double.connections == 0


def test_other_scripts_in_a_domain_are_written_as_servers_want_them(
    double: SmtpDouble, post_office: MailCourier
) -> None:
    post_office.deliver(*cleared_post(address="jo@bücher.example"))
    assert double.received[0].recipients == ["jo@xn--bcher-kva.example"]
    with pytest.raises(Undeliverable):
        post_office.deliver(*cleared_post(address="jö@acme.example"))


def test_a_mail_server_cannot_be_asked(post_office: MailCourier) -> None:
    assert post_office.find(cleared_post()[0]) is None
