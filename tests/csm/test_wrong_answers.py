"""Wrong claims in a help page's own words, held against the demo's pages: none of them passes.

The pages are read as plain text and whole, which gives a wrong claim more to hide in than the
passages that a search finds. How many honest answers are refused as well is counted here, too.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csm.answer_check import faults_of, tidied
from csm.knowledge import Passage, Shelf
from csm.ports_answers import Sentence
from csm.sentences import BlockKind, blocks, sentences
from tests.csm.answering_scene import passage

FOLDER = Path(__file__).parents[2] / "sources" / "demo_help" / "customer"


def page(path: Path) -> Passage:
    _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    [title] = [line[7:].strip('"') for line in front.splitlines() if line.startswith("title: ")]
    return Passage(path.stem, Shelf.CUSTOMER, title, (title,), text, "", "Lanternboard")


PAGES = {path.stem: page(path) for path in sorted(FOLDER.rglob("*.md"))}


def faults(name: str, *texts: str) -> tuple[str, ...]:
    return faults_of(tidied([Sentence(text, (name,)) for text in texts]), [PAGES[name]])


WRONG = {
    "data-retention": """
The audit log is kept for 3 years.
Backups are kept for 365 days.
Deleted dashboards are kept for 180 days in the trash.
Alert history is kept for 35 days.
After 30 days, anybody can get anything back from the trash.
The data is erased after the workspace is closed.
The data is kept for 60 days and is never erased.
After 30 days the trash is emptied, and an owner can get everything back from it.
The data is kept forever after the workspace is closed.
You can bring back what you delete for 60 days.
Open Trash and choose Restore to get back old rows.
Audit log decisions are kept for 90 days.
Rows older than 60 days are removed every night.
An owner can export everything after the workspace is closed, for 180 days.
An owner can export everything after the workspace is closed.
Dashboards are kept for 30 days.
Decisions on approvals are kept for 3 days.
Decisions on approvals are kept for 3.
The audit log is kept.
Kept for 3 years.
It is kept for 3 years.
3 years.
You can choose 2 years.
Choose 10 seconds.
After 30 days the trash is not emptied.
The trash is emptied.
Before 30 days the trash is emptied.
Imported data is kept until its source is connected.
The data is kept for at least 60 days after the workspace is closed.
Yes.
No.
You can.
Of course.
""",
    "roles": """
A viewer can do everything.
Viewers can build dashboards, reports and forecasts.
A viewer can build dashboards.
Admins can set up single sign-on.
An admin can set up single sign-on.
An editor can change security settings.
Only an admin can make another owner.
A workspace has at least five owners.
A workspace has five owners.
A workspace has at most one owner.
Viewers can close the workspace: yes.
An owner can do all that a viewer can, and an admin can do everything.
Editors can invite people and change roles.
An editor can invite people.
Admins can make anybody an owner.
A viewer can do all that an editor can.
An editor looks after people and settings.
An owner cannot close the workspace.
Nobody can make another owner.
An owner can make another owner only with an admin.
Admins can be made by anybody.
""",
    "limits": """
An imported file may have at most 500 MB.
Each token may make 2,000,000 requests a minute.
A workspace may have 40 dashboards.
A workspace may have 500 owners.
When a limit is reached, everything stops.
When a limit is reached, data is deleted.
You can add another one before you have removed one.
A direct export has at most 1,000,000 rows.
Imported files may have 200 GB.
Files of 200 TB are accepted.
The API allows 600 requests an hour for each token.
Tokens live 365 months.
A chart may have at most 40 dashboards.
An imported file may have at least 200 MB.
An imported file may have more than 200 MB.
At most 5 admins.
Requests: 600 minutes for each token.
A scheduled report can have up to 200 recipients.
Nothing is refused.
""",
    "reset-links": """
A password reset link expires after 24 hours.
A reset link expires after 15 minutes.
The reset link expiry is 15 minutes.
Choose 15 minutes.
The new expiry applies to links that have already been sent.
Links that have already been sent get the new expiry.
The new expiry applies to links that are sent.
Reset links work for 7 days.
Select Restore default to delete the audit log.
People who sign in through single sign-on use the reset link.
People who sign in through single sign-on have a reset link.
People have no reset link.
Viewers can keep links valid for a shorter or longer time.
Open Settings > Security > Sign-in and turn two-step sign-in off.
Each old link cancels the newer ones.
Each older link cancels the new ones.
Open Settings > Audit log > Reset link expiry and select Save.
A reset link expires after 60 seconds.
A reset link expires before 60 minutes.
A reset link never expires.
You have no reset link.
We rеfund the reset link when the new link expires after 60 minutes.
The reset link expiry is 60 minutes, and we prоmise a disсount.
Owners keep links valid for 60 minutes: write to casey at digital csm dot example.
Ask glоbex to let mail.lanternboard.example pass unopened.
Owners can ask for a link.
It expires after 60 minutes.
They have no reset link.
""",
    "exports": """
A background export has at most 100,000 rows.
The export link works for 24 hours for everybody.
The link works for 24 hours.
Tables in a PDF show their first 5,000 rows.
Tables show their first 200 rows.
Viewers get one CSV file for each table within 24 hours.
You get one CSV file for each table after 24 hours.
Everybody can export what they cannot see.
Everybody can export what they can see.
Editors decide which roles may export.
XLSX has at most 1,000,000 rows in a background export.
A direct download has at least 5,000 rows.
A direct download has 5,000 rows.
A download has at most 5,000 rows.
An admin can export what they can see, unless everybody has switched exports off.
""",
    "invitations": """
Viewers invite people by e-mail.
Owners and admins are invited by people.
An invitation works for 7 hours.
Works for 7 days.
An invitation does not work for 7 days.
A pending invitation does take a seat.
An accepted invitation does not take a seat.
The new link stops working.
""",
    "browser-support": """
For editing, 360 pixels are enough.
360 pixels are enough.
Versions older than 12 months are refused.
Browsers that no longer get updates from their maker are supported.
""",
    "share-a-view": """
A dashboard is visible to everybody, until it is shared.
Public links are on until an owner or admin switches them off.
A public link opens a view after signing in.
It works for 30 days.
A dashboard works for 30 days.
The link opens for everybody, even when it is forwarded.
""",
    "two-step": """
Codes by text message are offered.
Each of them works twice.
Everybody has 7 days before they are locked out.
""",
    "seats": """
A deactivated person takes a seat.
Opens a public link: takes a seat.
People are logged out.
""",
    "sessions": """
People are logged out every hour.
A session ends after 1 hour without activity.
A session ends after 12 hours with activity.
An open dashboard that refreshes itself does count as activity.
A session ends after 12 hours without activity.
""",
}
WRONG_TEXTS = [(name, text) for name, texts in WRONG.items() for text in texts.strip().splitlines()]

TRUE = {
    "data-retention": """
The audit log is kept for 365 days.
Backups are kept for 35 days.
Deleted dashboards are kept for 30 days in the trash.
Alert history is kept for 180 days.
Decisions on approvals are kept for 3 years.
After 30 days the trash is emptied, and nobody can get anything back from it.
The data is kept for 60 days after the workspace is closed, and is then erased.
Rows older than that are removed every night.
What you delete goes to the trash first and can be brought back for 30 days.
Open Trash.
""",
    "roles": """
An owner can do everything.
An owner can set up single sign-on.
An editor cannot change security settings.
A viewer cannot close the workspace.
Only an owner can make another owner.
A workspace has at least one and at most five owners.
Admins can make anybody an admin, editor or viewer.
""",
    "limits": """
An imported file may have at most 200 MB.
A workspace may have at most 500 dashboards.
A dashboard may have up to 40 charts.
Nothing is deleted and nothing stops.
When a limit is reached, nothing is deleted and nothing stops.
You cannot add another one until you have removed one.
A direct export has at most 5,000 rows.
At most 5 owners.
""",
    "api-requests": """
Each token may send 600 requests a minute.
""",
    "reset-links": """
A password reset link expires after 60 minutes.
A reset link is valid for 60 minutes.
The new expiry applies to links that are sent from then on.
Links that have already been sent keep the time that they were sent with.
Select Restore default.
Each new link cancels the older ones.
Open Settings > Security > Sign-in.
People who sign in through single sign-on have no reset link.
Choose 15 minutes, 30 minutes, 60 minutes, 4 hours or 24 hours under Reset link expiry.
""",
    "exports": """
A background export has at most 1,000,000 rows.
The link works for 24 hours, and only for you.
Tables in a PDF show their first 200 rows.
Everybody can export what they can see, unless an admin has switched exports off.
A direct download has not more than 5,000 rows.
""",
    "invitations": """
Owners and admins invite people by e-mail.
An invitation works for 7 days.
The old link stops working.
""",
}
TRUE_TEXTS = [(name, text) for name, texts in TRUE.items() for text in texts.strip().splitlines()]

# As a model would put it that was told to keep to the passages; each is right.
HONEST = {
    "data-retention": """
The audit log is kept for 365 days.
Backups are kept for 35 days.
Deleted dashboards are kept in the trash for 30 days.
Deleted dashboards are kept for 30 days in the trash.
To restore a deleted dashboard, open Trash, choose the dashboard and select Restore.
The data is kept for 60 days after the workspace is closed, and is then erased.
After 30 days, the trash is emptied and nobody can get anything back from it.
""",
    "roles": """
Only owners can set up single sign-on.
Viewers cannot build dashboards.
Owners and admins can invite people.
A workspace can have at most five owners.
To change somebody's role, open People, choose the person, choose the new role and select Save.
""",
    "limits": """
An imported file can have up to 2,000,000 rows.
A workspace can have up to 500 dashboards.
Each token may make up to 600 requests a minute.
""",
    "api-requests": """
Each token can send 600 requests per minute.
""",
    "reset-links": """
A password reset link is valid for 60 minutes by default.
A password reset link expires after 60 minutes.
Owners and admins can change the reset link expiry under Settings > Security > Sign-in.
To change the expiry, open Settings > Security > Sign-in and choose a time under Reset link expiry.
Under Reset link expiry, choose 15 minutes, 30 minutes, 60 minutes, 4 hours or 24 hours, then Save.
Links that have already been sent keep their original expiry.
To go back to the default of 60 minutes, click Restore default next to Reset link expiry.
""",
    "exports": """
A direct download is limited to 5,000 rows.
A direct download can have up to 5,000 rows.
For more than 5,000 rows, choose Background export in the same dialogue.
You will get an e-mail with a link when the export is ready.
The download link works for 24 hours, and only for you.
""",
    "sso": """
Owners get an e-mail 30 days before the certificate expires.
Lanternboard supports SAML 2.0 and OpenID Connect.
Single sign-on can only be set up by owners.
""",
    "two-step": """
Each recovery code works once.
""",
    "sessions": """
By default, a session ends after 12 hours without activity.
""",
    "reset-password": """
You can ask for at most five reset links in an hour.
Passwords must have at least 12 characters.
After ten wrong passwords, your account is locked for 15 minutes.
""",
    "invitations": """
An invitation is valid for 7 days.
To resend an invitation, open People > Pending and select Resend.
A pending invitation does not take a seat.
""",
    "remove-people": """
To deactivate someone, go to People, choose the person and click Deactivate.
""",
    "seats": """
A deactivated person does not take a seat.
People on parental or sick leave still take a seat as long as their account is active.
""",
    "create-alert": """
Urgent alerts ignore quiet hours.
To mute an alert, open Alerts, select the alert and choose Mute.
""",
    "mobile-app": """
The app stays signed in for 30 days.
You stay signed in on the mobile app for 30 days.
""",
    "schedule-report": """
You can add up to 50 recipients, and a group counts as one.
Files up to 20 MB are attached; larger files are replaced by a link that works for 90 days.
""",
    "import-files": """
You can import CSV and XLSX files up to 200 MB and 2,000,000 rows.
Open the source, select History, then click Undo beside the import.
""",
    "create-forecast": """
Forecasts are computed every night at 02:00 in the time zone of the workspace.
""",
    "deputies": """
A deputy cannot pass approvals on to another deputy.
Approvers are reminded after 2 working days.
""",
    "set-up-approvals": """
An approval that nobody decides runs out after 14 days.
""",
    "share-a-view": """
Sharing a dashboard does not share the data behind it.
Public links are off until an owner or admin switches them on under Settings > Sharing.
""",
    "browser-support": """
Browser versions older than 24 months are refused.
""",
    "audit-log": """
The audit log can be read by owners and admins; nobody can change it.
Audit log entries are kept for 365 days and then deleted.
Looking at a dashboard is not logged.
""",
    "groups": """
A workspace can have up to 100 groups.
A deleted group cannot be restored.
Only owners and admins can make groups.
""",
    "api-tokens": """
A token can last at most 365 days.
You can have up to 20 tokens.
To create a token, open Profile > API tokens and select New token.
""",
    "filters": """
To set a filter, open the dashboard and press F.
""",
    "webhooks": """
Requests come from 192.0.2.10 and 192.0.2.11.
""",
    "notifications": """
Messages about sign-in and security cannot be switched off.
""",
    "time-zones": """
To choose your time zone, open Profile > Time zone, choose a city and select Save.
""",
    "data-sources": """
A workspace can have up to 25 data sources.
To replace a source's password, go to Options > Credentials.
""",
    "import-errors": """
Error I-105 means two rows have the same key.
""",
    "trouble-signing-in": """
If your account is locked, wait 15 minutes or use a reset link.
""",
    "forecast-trouble": """
A forecast needs at least 24 points without a gap.
""",
}
HONEST_TEXTS = [
    (name, text) for name, texts in HONEST.items() for text in texts.strip().splitlines()
]


@pytest.mark.parametrize(("name", "text"), WRONG_TEXTS)
def test_a_wrong_claim_passes_on_no_page(name: str, text: str) -> None:
    assert faults(name, text)


@pytest.mark.parametrize(("name", "text"), TRUE_TEXTS)
def test_what_the_page_says_passes(name: str, text: str) -> None:
    assert faults(name, text) == ()


def test_at_least_half_of_honest_answers_in_other_words_pass(
    record_property: Callable[[str, object], None],
) -> None:
    passed = [text for name, text in HONEST_TEXTS if not faults(name, text)]
    record_property("counted", f"{len(passed)} of {len(HONEST_TEXTS)} honest answers pass")
    assert len(HONEST_TEXTS) == 75
    assert len(passed) * 2 >= len(HONEST_TEXTS)


SAID = [
    (name, sentence)
    for name, one in PAGES.items()
    for block in blocks(one.text)
    if block.kind is BlockKind.PARAGRAPH
    for part in block.parts
    for sentence in sentences(part)
    if not sentence.endswith(("?", ":")) and "“" not in sentence
]
POINTS_BACK = re.compile(r"\b(?:its?|they|th[ai][st]|these|those|their|he|she)\b", re.IGNORECASE)
DENIAL = re.compile(
    r"\b(?:not|no|nobody|nothing|never|only|cannot|without|unless)\b ?", re.IGNORECASE
)


def spoiled(text: str, data: st.DataObject) -> str:
    """The sentence with a denial less, a "not" more, or another number."""
    if DENIAL.search(text) and data.draw(st.booleans()):
        return DENIAL.sub("", text, count=1)
    if numbers := re.findall(r"(?<![\w.,-])\d+(?![\w.,:-])", text):
        number = data.draw(st.sampled_from(numbers))
        return re.sub(rf"(?<![\w.,-]){number}\b", f"{int(number) + 1}", text, count=1)
    spaces = [found.start() for found in re.finditer(" ", text)]
    place = data.draw(st.sampled_from(spaces))
    return f"{text[:place]} not{text[place:]}"


@given(st.sampled_from(SAID), st.data())
def test_a_sentence_of_a_page_passes_and_no_longer_when_it_is_spoiled(
    said: tuple[str, str], data: st.DataObject
) -> None:
    name, text = said
    assume(" " in text)
    assert POINTS_BACK.search(text) or faults(name, text) == ()
    assert faults(name, spoiled(text, data))


def test_two_pages_together_say_no_more_than_each() -> None:
    both = [PAGES["reset-links"], PAGES["invitations"]]
    text = "A reset link works for 7 days, an invitation for 60 minutes."
    assert faults_of([Sentence(text, ("reset-links", "invitations"))], both)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            "data-retention",
            ["The audit log is kept for 365 days.", "It comes back with its sharing."],
        ),
        ("data-retention", ["To delete the audit log:\n1. Open Trash."]),
        ("exports", ["To switch exports off:\n1. Select Download."]),
        ("exports", ["To switch exports off:", "Select Download."]),
        ("limits", ["| What | At most |\n| Dashboards in a workspace | 500 |\n| Groups | 5 |"]),
        ("data-retention", ["You can delete everything:\n1. Open Trash."]),
        ("share-a-view", ["Public links are off.", "It works for 30 days."]),
    ],
)
def test_what_is_right_by_itself_can_be_wrong_side_by_side(name: str, texts: list[str]) -> None:
    assert faults(name, *texts)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("exports", ["The link works for 24 hours, and only for you."]),
        (
            "exports",
            ["For more, choose Background export in the same dialogue.", "It runs by itself."],
        ),
        ("data-retention", ["Here is how:\n1. Open Trash.\n2. Select Restore."]),
        ("exports", ["To export a table:\n1. Choose CSV or XLSX.\n2. Select Download."]),
        ("limits", ["| What | At most |\n| Groups | 100 |\n| Owners | 5 |"]),
        ("two-step", ["Save the ten recovery codes somewhere safe.", "Each of them works once."]),
    ],
)
def test_sentences_may_lean_on_the_one_before(name: str, texts: list[str]) -> None:
    assert faults(name, *texts) == ()


LISTED = passage(
    "You cannot do any of these:\n\n- Delete a backup\n- Rename a group\n\n"
    "| Role | Not allowed |\n|---|---|\n| Viewer | Import files |\n\n"
    "Has the source been refreshed?\n\n"
    "Admins remove editors. An alert is sent at 9 am, for $5.\n\n"
    "## What is not supported\n\n- Internet Explorer\n\n"
    "| Browser | Since |\n|---|---|\n| Opera | 2020 |",
    "Limits of roles",
)


@pytest.mark.parametrize(
    "text",
    [
        "Delete a backup.",
        "You can delete a backup.",
        "A viewer can import files.",
        "The source has been refreshed.",
        "Admins are removed by editors.",
        "Editors remove admins.",
        "An alert is sent at 9 pm, for $5.",
        "An alert is sent at 9, for $5.",
        "Internet Explorer is supported.",
        "Opera is supported since 2020.",
    ],
)
def test_what_stands_under_a_denial_or_in_a_question_is_not_said(text: str) -> None:
    assert faults_of([Sentence(text, (LISTED.id,))], [LISTED])


@pytest.mark.parametrize("text", ["Admins remove editors.", "An alert is sent at 9 am, for $5."])
def test_what_stands_beside_it_is(text: str) -> None:
    assert faults_of([Sentence(text, (LISTED.id,))], [LISTED]) == ()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a b. " * 20_000, "a b. " * 39),
        ("a, " * 30_000, "a, " * 1_500),
        ("1. Open a and b. \n" * 2_000, "Open a and b. " * 39),
        ("| a | b |\n|---|---|\n" + "| no 5 a | yes |\n" * 3_000, "no 5 a is yes b. " * 39),
        ("up to " * 15_000, "up to " * 800),
        ("is sent " * 10_000, "is sent " * 600),
        ("after 5 a " * 400, "after 5 a " * 400),
    ],
)
def test_long_and_adverse_texts_are_read_to_their_end(text: str, answer: str) -> None:
    one = passage(f"{text}\n\nNothing is lost.", "Long")
    assert faults_of([Sentence(answer, (one.id,)), Sentence("All is lost.", (one.id,))], [one])
