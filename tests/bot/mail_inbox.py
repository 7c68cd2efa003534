"""Messages as they come in."""

OURS = "<csm.0123456789abcdef0123456789abcdef@vendor.example>"
ORIGINAL = f"""\
From: Lanternboard <success@vendor.example>
To: jo@acme.example
Subject: Your dashboards
Message-ID: {OURS}

Hello Jo
"""


def wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def reply(
    text: str,
    *,
    own_id: str = "<1@acme.example>",
    headers: str = "",
    sender: str = "Jo <jo@acme.example>",
    kind: str = "text/plain",
) -> bytes:
    """Somebody's reply to a message of ours; `headers` are lines with their ends."""
    return wire(
        f"From: {sender}\nTo: success@vendor.example\nSubject: Re: Your dashboards\n"
        f"Message-ID: {own_id}\nIn-Reply-To: {OURS}\nReferences: {OURS}\n{headers}"
        f"Content-Type: {kind}; charset=utf-8\n\n{text}"
    )


def bounce(
    status: str = "5.1.1",
    action: str = "failed",
    address: str = "jo@acme.example",
    original: str = ORIGINAL,
) -> bytes:
    """A report of RFC 3464."""
    return wire(
        f"""\
From: MAILER-DAEMON@mx.acme.example
To: success@vendor.example
Return-Path: <>
Message-ID: <dsn-{status}@mx.acme.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

It could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Original-Recipient: rfc822;{address}
Final-Recipient: rfc822; {address.upper()}
Action: {action}
Status: {status}

--b1
Content-Type: message/rfc822

{original}
--b1--
"""
    )


def complaint(kind: str = "abuse", original: str = ORIGINAL) -> bytes:
    """A report of RFC 5965."""
    return wire(
        f"""\
From: feedback@isp.example
To: success@vendor.example
Message-ID: <arf@isp.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

An abuse report.

--b1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Reporter/1
Version: 1

--b1
Content-Type: message/rfc822

{original}
--b1--
"""
    )
