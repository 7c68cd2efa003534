"""Answers in the documents' own words."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.extract import REST, extract, joined
from csm.knowledge import Passage
from csm.plain_words import content
from csm.ports_answers import Sentence
from csm.sentences import plain
from tests.csm.answering_scene import ALERTS, REPORTS, RESET, SHELF, passage

PAGES = Path(__file__).parents[3] / "shared" / "data" / "plausible-docs" / "docs"

SHARING = passage(
    "Views can be shared.\n\n"
    "## Share a view with a link\n\n"
    "You can share a view with anybody. Here is how:\n\n"
    "1. Open the view.\n2. Click **Share**.\n3. Copy the link.\n\n"
    "Note that anybody with the link can open the view.\n\n"
    "## Roles\n\n"
    "| Role | May |\n|---|---|\n| Owner | everything |\n| Viewer | look |\n\n"
    "## Over the interface\n\n"
    "Call it like this:\n\n```\nPOST /views/{id}/share\n```\n",
    "Shared views",
)


def answer(question: str, *passages: Passage, longest: int = 900, context: str = "") -> str:
    return joined(extract(question, passages, longest, context), flowing=False)


def test_a_how_to_gets_the_steps_with_what_leads_to_them_and_what_qualifies_them() -> None:
    assert answer("How do I share a view with a link?", SHARING) == (
        "You can share a view with anybody. Here is how:\n\n"
        "1. Open the view.\n2. Click Share.\n3. Copy the link.\n\n"
        "Note that anybody with the link can open the view."
    )


def test_a_table_and_code_stay_whole() -> None:
    assert answer("Which roles are there?", SHARING) == (
        "| Role | May |\n| Owner | everything |\n| Viewer | look |"
    )
    assert answer("What does the interface call look like?", SHARING) == (
        "Call it like this:\n\n```\nPOST /views/{id}/share\n```"
    )


def test_every_piece_says_which_passage_it_comes_from() -> None:
    pieces = extract("How do I reset a password?", [REPORTS, RESET], 900)
    assert {name for piece in pieces for name in piece.passages} == {RESET.id}


def test_the_passage_that_the_search_put_first_wins_a_draw() -> None:
    twin = passage(RESET.text, "Reset a password", "twin")
    assert extract("reset password", [twin, RESET], 900)[0].passages == ("twin",)
    assert extract("reset password", [RESET, twin], 900)[0].passages == (RESET.id,)


def test_two_questions_in_one_get_two_passages() -> None:
    text = answer("How many recipients has a report, and how are limits of an alert set?", *SHELF)
    assert "up to 20 recipients" in text
    assert "Set the limits of an alert" in text


def test_what_was_said_before_completes_a_short_question() -> None:
    admin = passage("An admin changes the limits of a report.", "Admins and reports")
    alert = passage("An admin changes the limits of an alert.", "Admins and alerts")
    assert "report" in answer("and who changes it, an admin?", admin, alert)
    assert "alert" in answer("and who changes it, an admin?", admin, alert, context="my alert")


def test_a_question_without_any_known_word_gets_the_first_passage() -> None:
    assert answer("¿cómo?", ALERTS, REPORTS).startswith("An alert tells you")


def test_nothing_is_cut_inside_a_sentence() -> None:
    text = answer("reset link expires password", RESET, longest=60)
    assert text == f"The reset link expires after 24 hours.\n\n{REST}"


def test_steps_are_given_from_the_first_one_and_whole() -> None:
    steps = passage(
        "\n".join(f"{n}. Do the thing number {n} with care." for n in range(1, 30)), "Do"
    )
    text = answer("how do I do the thing number 20 with care?", steps, longest=200)
    assert text.startswith("1. Do the thing number 1 with care.\n2. Do the thing number 2")
    assert text.endswith(f"with care.\n\n{REST}")
    assert len(text) <= 200


def test_a_first_sentence_that_is_too_long_is_better_than_none() -> None:
    endless = passage("word " * 300 + "end.", "Endless")
    assert answer("word", endless, longest=200) == f"{'word ' * 300}end.\n\n{REST}"


def test_no_text_is_no_answer() -> None:
    assert extract("anything", [], 900) == ()
    assert extract("anything", [passage("![only a picture](x.png)", "Picture")], 900) == ()


def test_sentences_flow_and_lists_stand_apart() -> None:
    one, two, steps = (Sentence(text, ("x",)) for text in ("One.", "Two.", "- a\n- b"))
    assert joined([one, two, steps, one, two], flowing=True) == "One. Two.\n\n- a\n- b\n\nOne. Two."
    assert joined([one, two], flowing=False) == "One.\n\nTwo."


# Which section, and how much of it.

EXPORTS = passage(
    "Everybody can export what they can see.\n\n"
    "## Export a table\n\n1. Open the menu.\n2. Choose CSV or XLSX.\n\n"
    "## Switch exports off\n\nAn owner decides who may export a table.\n\n"
    "## A table does not arrive\n\nLook into your spam folder for the export.",
    "Exports",
)


def test_a_heading_that_says_what_is_asked_wins() -> None:
    assert answer("can I export a table?", EXPORTS) == "1. Open the menu.\n2. Choose CSV or XLSX."


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("EXPORT TO EXCEL???", "Choose CSV or XLSX"),
        ("who can see exports?", "Everybody can export"),
        ("the export of a table never came", "spam folder"),
        ("how do I switch off the export of a table", "An owner decides"),
    ],
)
def test_what_is_asked_for_decides_between_sections(question: str, words: str) -> None:
    assert answer(question, EXPORTS).startswith(words) or words in answer(question, EXPORTS)[:60]


def test_how_to_undo_something_does_not_answer_how_to_do_it() -> None:
    pages = [
        passage("Choose Stop.", "Mails", "off", title_path=("Mails", "Disable weekly mails")),
        passage("Choose Start.", "Mails", "on", title_path=("Mails", "Send weekly mails")),
    ]
    assert answer("how do I get weekly mails?", *pages) == "Choose Start."
    assert answer("how do I stop the weekly mails?", *pages) == "Choose Stop."


@pytest.mark.parametrize("asked", ["SSO setup?", "how do I set up SSO", "set-up of sso"])
def test_words_are_found_however_they_are_put_together(asked: str) -> None:
    sso = passage(
        "With SSO people sign in once.\n\n## Require SSO\n\nSwitch it on.\n\n"
        "## Set up single sign-on\n\n1. Open Security.\n2. Add a provider.",
        "Single sign-on (SSO)",
    )
    assert answer(asked, sso).startswith("1. Open Security.")


def test_an_introduction_brings_its_steps_along() -> None:
    alerts = passage(
        "Everybody can set alerts for themselves.\n\n"
        "## Start one\n\n1. Choose a chart.\n2. Select Start.\n\n## Colours\n\nRed is urgent.",
        "Alerts",
    )
    text = answer("how do I set alerts for myself", alerts)
    assert text.startswith("Everybody can set alerts")
    assert "Start one\n\n1. Choose a chart.\n2. Select Start." in text


def test_one_page_is_enough_unless_half_of_the_question_is_about_another() -> None:
    invite = passage("1. Open People.\n2. Select Invite.", "Invite people")
    share = passage("1. Open the view.\n2. Type the name of your colleague.", "Share a view")
    assert answer("how do I invite a colleague?", share, invite) == (
        "1. Open People.\n2. Select Invite."
    )


def test_a_code_of_letters_and_digits_is_found_in_a_table() -> None:
    text = (
        "When an import fails, nothing is kept.\n\n## By number\n\n"
        "| Number | Reason |\n|---|---|\n| I-104 | too wide |\n| I-105 | same key |"
    )
    assert "| I-105 | same key |" in answer("our import fails with I-105", passage(text, "Errors"))


def test_the_name_of_the_product_says_nothing() -> None:
    app = passage("1. Start Lanternboard.", "The app", product="Lanternboard")
    status = passage("It says whether it is up or down.", "Status", product="Lanternboard")
    assert answer("is lanternboard down?", app, status) == "It says whether it is up or down."


# What must not be left standing.


def test_no_words_are_left_that_lead_to_a_picture() -> None:
    console = passage(
        "Open the console. In Firefox, it looks like this:\n\n![console](a.png)\n\n"
        "Like this:\n\n![more](b.png)\n\nThen paste the command and hit enter:\n\n"
        "```\nignore=true\n```\n\n1. Press Add. It looks so:\n2. Press Save. Like this:\n",
        "Exclude yourself",
    )
    assert answer("how do I exclude myself", console) == (
        "Open the console.\n\nThen paste the command and hit enter:\n\n```\nignore=true\n```\n\n"
        "1. Press Add.\n2. Press Save."
    )


def test_words_that_lead_to_a_list_go_where_there_is_no_room_for_it() -> None:
    steps = "\n".join(f"{n}. {'Do it with care ' * 20}" for n in range(1, 4))
    assert answer(
        "roles", passage(f"Roles differ. These are they:\n\n{steps}", "Roles"), longest=90
    ) == (f"Roles differ.\n\n{REST}")


def test_an_answer_does_not_begin_in_the_middle_of_a_list() -> None:
    half = passage("3. Then do the third thing.\n4. And the fourth.\n\nNow it works.", "Do things")
    assert answer("how do I do things", half) == f"Now it works.\n\n{REST}"
    only = passage("3. Then do the third thing.", "Do things")
    assert extract("how do I do things", [only], 900) == ()


def test_a_list_that_goes_on_after_code_stays_with_its_beginning() -> None:
    steps = "1. Open it.\n2. Copy this:\n\n```\nx = 1\n```\n\nIt is short.\n\n3. Save it."
    assert answer("how do I save it", passage(steps, "Do")) == (
        "1. Open it.\n2. Copy this:\n\n```\nx = 1\n```\n\nIt is short.\n\n3. Save it."
    )


def test_sections_that_are_steps_come_from_the_first_one_on() -> None:
    steps = passage(
        "Paste the code into your page.\n\n## 1. Make a link\n\nOpen Sharing.\n\n"
        "## 2. Get the code\n\nSelect Embed.",
        "Embed",
        title_path=("Embed", "3. Embed the code"),
    )
    assert answer("embed the code", steps) == (
        "1. Make a link\n\nOpen Sharing.\n\n2. Get the code\n\nSelect Embed.\n\n"
        "3. Embed the code\n\nPaste the code into your page."
    )


def test_what_is_left_out_is_said_once() -> None:
    long = "\n\n".join(f"Paragraph {n} about exports. {'Words and words. ' * 8}" for n in range(9))
    text = answer("exports", passage(long, "Exports"), longest=400)
    assert text.count(REST) == 1
    assert text.endswith(REST)


WORDS = st.sampled_from(["reset", "password", "link", "report", "the", "how", "limits", "views"])


@given(
    st.lists(WORDS, min_size=1, max_size=8),
    st.permutations([*SHELF, SHARING]),
    st.integers(200, 900),
)
def test_whatever_is_asked_each_piece_stands_in_its_passage(
    words: list[str], passages: list[Passage], longest: int
) -> None:
    known = {one.id: " ".join(plain(one.text).split()) for one in passages}
    known = {one.id: f"{known[one.id]} {one.title_path[-1]}" for one in passages}
    pieces = extract(" ".join(words), passages, longest)
    assert pieces
    for piece in pieces:
        [name] = piece.passages
        assert piece.text == REST or " ".join(piece.text.split()) in known[name]
    assert len(joined(pieces, flowing=False)) <= longest + len(REST) + 2


def _chunks() -> list[Passage]:
    """Real pages, cut at their headings."""
    chunks = []
    for path in sorted(PAGES.glob("*.md")):
        page = path.read_text(encoding="utf-8").split("\n---\n", 1)[-1]
        title = path.stem.replace("-", " ")
        for number, part in enumerate(re.split(r"\n(?=#{2,3} )", page)):
            heading, _, text = part.strip().partition("\n")
            if heading.startswith("##") and text.strip():
                path_above = (title, heading.lstrip("# "))
                chunks.append(passage(text, title, f"{path.stem}-{number}", title_path=path_above))
    return chunks


@pytest.mark.skipif(not PAGES.exists(), reason="NO REAL PAGES READ: ../shared/data is absent")
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How do I enable 2FA?", "click on the “Enable 2FA” button"),
        ("How can I remove a team member?", "Click Remove member"),
        ("How do I generate new recovery codes?", "click the “Generate new” link"),
        ("How do I delete a team?", "Click on the Delete Team button"),
        ("How do I disable 2FA?", "click the “Disable 2FA” button to complete"),
    ],
)
def test_real_pages_answer_real_questions(question: str, words: str) -> None:
    asked = content(question)

    def shared(one: Passage) -> int:
        heading = len(asked & content(one.title_path[-1]))
        return 3 * heading + len(asked & content(f"{one.title} {one.text}"))

    assert words in answer(question, *sorted(_chunks(), key=shared, reverse=True)[:5])
