"""What a message that comes in is taken for, honest or hostile."""

from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.inbound import (
    MOST_READ,
    POLICY,
    Answered,
    Bounced,
    Complained,
    Ignored,
    id_of,
    read_inbound,
)
from bot.mail.reply import new_words, words_of_html
from tests.bot.mail_inbox import ORIGINAL, OURS, bounce, complaint, reply, wire

JO = frozenset({"jo@acme.example"})


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        ("5.1.1", True), ("5.2.1", True), ("5.4.4", True), ("5.0.0", True),
        ("5.2.2", False), ("5.7.1", False), ("4.4.7", False), ("", False),
    ],
)  # fmt: skip
def test_a_report_of_a_failure_is_a_bounce(status: str, hard: bool) -> None:
    assert read_inbound(bounce(status)) == Bounced(JO, hard, OURS)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", ""])
def test_a_report_of_anything_else_is_none(action: str) -> None:
    assert isinstance(read_inbound(bounce(action=action)), Ignored)


def test_reports_on_what_we_never_sent_are_ignored() -> None:
    forged = ORIGINAL.replace(OURS, "<guessed@vendor.example>")
    assert isinstance(read_inbound(bounce(original=forged)), Ignored)
    assert isinstance(read_inbound(complaint(original=forged)), Ignored)


def test_headers_alone_tell_which_message_it_was() -> None:
    headers = bounce().replace(b"message/rfc822", b"text/rfc822-headers")
    assert read_inbound(headers) == Bounced(JO, hard=True, message_id=OURS)


def test_a_bounce_in_a_way_of_its_own() -> None:
    odd = wire(
        f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>
Message-ID: <odd@mx.acme.example>

This message was created automatically by mail delivery software (Exim).

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  jo@acme.example
    unrouteable address

------ This is a copy of the message, including all the headers. ------

{ORIGINAL}
"""
    )
    assert read_inbound(odd) == Bounced(JO, hard=True, message_id=OURS)
    assert isinstance(read_inbound(odd.replace(OURS.encode(), b"<x@y>")), Ignored)


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out"])
def test_a_report_of_spam_is_a_complaint(kind: str) -> None:
    assert read_inbound(complaint(kind)) == Complained(OURS)


def test_not_spam_is_no_complaint() -> None:
    assert isinstance(read_inbound(complaint("not-spam")), Ignored)


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-generated (vacation)\n",
        "Precedence: bulk\n",
        "Precedence: auto_reply\n",
        "X-Autoreply: yes\n",
        "Return-Path: <>\n",
        "List-Id: <all.acme.example>\n",
    ],
)
def test_what_a_machine_answers_is_no_reply(headers: str) -> None:
    assert isinstance(read_inbound(reply("I am away.", headers=headers)), Ignored)


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Your dashboards", "Out of Office: x", "Abwesenheitsnotiz: x"]
)
def test_an_out_of_office_is_known_by_its_subject(subject: str) -> None:
    raw = reply("I am away.").replace(
        b"Subject: Re: Your dashboards", f"Subject: {subject}".encode()
    )
    assert isinstance(read_inbound(raw), Ignored)


def test_a_reply_is_what_they_wrote() -> None:
    raw = reply(
        "Gladly, on Monday!\n\nOn Mon, 2 Mar 2026, Lanternboard wrote:\n> Hello Jo\n> stop\n"
    )
    assert read_inbound(raw) == Answered(OURS, "jo@acme.example", "Gladly, on Monday!")
    assert id_of(raw) == "<1@acme.example>"


def test_auto_submitted_no_is_a_person() -> None:
    assert isinstance(read_inbound(reply("Hi", headers="Auto-Submitted: no\n")), Answered)


def test_the_latest_message_of_ours_is_replied_to() -> None:
    newer = OURS.replace("0123", "9999")
    raw = reply("Hi").replace(
        f"In-Reply-To: {OURS}".encode(), b"In-Reply-To: <theirs@acme.example>"
    )
    raw = raw.replace(f"References: {OURS}".encode(), f"References: {OURS} {newer}".encode())
    found = read_inbound(raw)
    assert isinstance(found, Answered)
    assert found.message_id == newer


def test_mail_of_nobody_we_wrote_to_is_ignored() -> None:
    assert isinstance(read_inbound(reply("Hi").replace(OURS.encode(), b"<x@y.example>")), Ignored)


@pytest.mark.parametrize(
    "sender",
    [
        "Jo <jo@acme.example>, Eve <eve@evil.example>",
        "jo@acme.example\nFrom: eve@evil.example",
        "undisclosed",
        "",
    ],
)
def test_who_names_several_senders_or_none_is_nobody(sender: str) -> None:
    found = read_inbound(reply("stop", sender=sender))
    assert isinstance(found, Answered)
    assert found.from_address == ""


@pytest.mark.parametrize(
    "sender",
    ["=?utf-8?q?a?= " * 75_000, "a@b.example, " * 100_000, "jo@acme.example\nFrom: " * 20_000],
    ids=["encoded words", "addresses", "lines"],
)
def test_of_a_header_no_more_is_read_than_anybody_writes(sender: str) -> None:
    """Word by word, each of them takes minutes."""
    found = read_inbound(wire(f"In-Reply-To: {OURS}\nFrom: {sender}\n\nYes"))
    assert isinstance(found, (Answered, Ignored))
    lines = message_from_bytes(wire(f"From: {sender}\n\nYes"), policy=POLICY).get_all("from", [])
    assert max(map(len, lines)) <= 4_000
    if isinstance(found, Answered):
        assert found.from_address == ""


def test_of_what_it_replies_to_the_newest_is_read() -> None:
    older = "<older@acme.example> " * 10_000
    found = read_inbound(wire(f"From: jo@acme.example\nReferences: {older}{OURS}\n\nYes"))
    assert found == Answered(OURS, "jo@acme.example", "Yes")


def test_a_report_with_too_many_parts_is_read_in_part() -> None:
    honest = bounce()
    for rubbish in (b"\r\n" * 400_000, b"a: b\r\n\r\n" * 100_000):
        assert read_inbound(honest + rubbish) == Bounced(JO, hard=True, message_id=OURS)
        late = honest.replace(b"Reporting-MTA", rubbish + b"Reporting-MTA")
        assert read_inbound(late) in (
            Bounced(JO, hard=True, message_id=OURS),
            Ignored("It reports no failure."),
        )


@pytest.mark.parametrize(
    "piece", ["<a b=c ", "<!--", "</", "<a b='", '<a b="', "<![CDATA[", "&", "<script></", "<p>"]
)
def test_html_that_is_broken_everywhere_is_read_all_the_same(piece: str) -> None:
    assert words_of_html(f"<p>Yes</p>{piece * 20_000}").startswith("Yes")


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("a &lt;b&gt; c", "a <b> c"),
        ("<p title='it is > that'>Yes</p>", "Yes"),
        ("<p title=it's>Yes</p>", "Yes"),
        ("<!-- stop -->Yes<!-- stop", "Yes"),
        ("<!DOCTYPE html><?xml?><P>Yes</P>", "Yes"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<div class = "x gmail_quote">stop</div>Yes', "Yes"),
        ("<div class=gmail_quote>stop<div>x</div>stop</div>Yes", "Yes"),
        ("Yes<DIV ID=appendonsend></DIV>stop", "Yes"),
        ("<style>p > a {}</style>Yes", "Yes"),
        ("a<br/>b", "a\nb"),
    ],
)
def test_what_html_says(html: str, said: str) -> None:
    assert words_of_html(html) == said


def test_html_is_read_where_there_is_nothing_else() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><p>Gladly,<br>on <b>Monday</b> &amp; more</p>"
        '<div class="gmail_quote"><p>unsubscribe</div><script>stop()</script>'
        "<blockquote>stop<blockquote>x</blockquote></blockquote></body></html>"
    )
    found = read_inbound(reply(html, kind="text/html"))
    assert isinstance(found, Answered)
    assert found.text == "Gladly,\non Monday & more"
    outlook = '<p>Yes</p><div id="divRplyFwdMsg">From: us</div><p>unsubscribe</p>'
    assert words_of_html(outlook) == "Yes"


@pytest.mark.parametrize(
    ("text", "wrote"),
    [
        ("Yes.\n\n-- \nJo\nUnsubscribe", "Yes."),
        ("Ja gern.\n\nAm 02.03.2026 um 09:00 schrieb Lanternboard:\n> Hallo", "Ja gern."),
        ("Yes\n\nOn Mon, 2 Mar 2026 at 09:00,\nVendor <a@b.example>\nwrote:\n\n> Hello", "Yes"),
        ("Yes\nOn Mon, 2 Mar 2026 Lanternboard wrote:\nHello Jo, unsubscribe here", "Yes"),
        ("Yes\n-----Original Message-----\nFrom: us\nunsubscribe", "Yes"),
        ("Yes\n________________________________\nFrom: us\nunsubscribe", "Yes"),
        ("Ja\n\nVon: Lanternboard\nGesendet: Montag\nAn: Jo\nabmelden", "Ja"),
        ("On Mon Lanternboard wrote:\n> Shall we?\nYes!\n> When?\nMonday.", "Yes!\nMonday."),
        ("On Monday we wrote a plan.\nIt is good.", "On Monday we wrote a plan.\nIt is good."),
        ("From: here it looks fine", "From: here it looks fine"),
        ("> all of it", ""),
    ],
)  # fmt: skip
def test_only_new_words_are_kept(text: str, wrote: str) -> None:
    assert new_words(text) == wrote


def test_nested_without_end_is_ignored() -> None:
    deep = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode()
        for n in range(5_000)
    )
    assert isinstance(read_inbound(b"From: a@b.example\r\n" + deep), Ignored)
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 30_000
    assert isinstance(read_inbound(nested), Ignored)


def test_what_stands_beyond_the_limit_is_not_read() -> None:
    huge = reply("Hi\n").replace(f"In-Reply-To: {OURS}\r\nReferences: {OURS}\r\n".encode(), b"")
    assert isinstance(read_inbound(huge + b"x" * MOST_READ + OURS.encode()), Ignored)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 1000,
        reply("Hi").replace(b"charset=utf-8", b"charset=klingon"),
        reply("Hi").replace(b"Subject: Re:", b"Subject: =?klingon?q?x?= =?utf-8?b?!!!?="),
        bounce().replace(b"boundary", b"b0undary"),
        bounce().replace(b"message/delivery-status", b"message/partial"),
        reply("Hi", headers="Content-Transfer-Encoding: base64\n"),
    ],
)
def test_broken_messages_are_borne(raw: bytes) -> None:
    read_inbound(raw)
    id_of(raw)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([reply("Hi\n> x"), bounce(), complaint()]),
    st.integers(0, 900),
    st.integers(0, 60),
    st.binary(max_size=40),
)
def test_no_damage_makes_it_break_down(raw: bytes, at: int, length: int, junk: bytes) -> None:
    damaged = raw[:at] + junk + raw[at + length :]
    found = read_inbound(damaged)
    assert isinstance(found, Bounced | Complained | Answered | Ignored)
    id_of(damaged)
