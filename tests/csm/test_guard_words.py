"""Sentences that outreach must not hold, and honest ones that it may, in English and in German:
each was once judged wrongly by somebody who tried to get round the rules, or who only wanted to
write a letter."""

from importlib import import_module
from typing import Final

import pytest

from tests.csm.letter_builder import BODY, letter, minded
from tests.csm.sending_builder import guard_settings

REVIEW: Final = import_module("csm.guard.review")
LINE: Final = "Would it help if I showed you on an example from Acme?"
GERMAN: Final = (
    "Guten Tag Bo Tester,\n\nmir ist aufgefallen, dass Ihr Team die Berichte zuletzt weniger "
    "genutzt hat. Vielleicht ist es eine ruhige Zeit, vielleicht steht Ihnen etwas im Weg."
)
GERMAN_END: Final = "Was hat sich für Sie geändert?\n\nMit freundlichen Grüßen\nPat Rivers"
# Who and what may be named: a contact of theirs, a colleague, and what the playbook lists.
NAMES: Final = ("Lanternboard", "Kim Nash", "Kim", "Ellis Grey", *guard_settings().letter.names)


@pytest.fixture(autouse=True)
def only_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of sending have nothing to say here."""
    monkeypatch.setattr(REVIEW, "SEND_RULES", ())


def in_english(line: str) -> list[str]:
    """The rules that mind an English letter with this line in it."""
    return minded(letter(BODY.replace(LINE, f"{line}\n\n{LINE}")), allowed_names=NAMES)


def in_german(line: str) -> list[str]:
    """The same of a German letter, the rest of which is the play's own."""
    body = f"{GERMAN}\n\n{line}\n\n{GERMAN_END}"
    own = f"{GERMAN}\n\n{GERMAN_END}"
    return minded(letter(body, "Sharing", language="de"), more=[own], allowed_names=NAMES)


PROMISES: Final = """
We will not charge you.
We won't charge you.
It won't cost you anything.
It is at no cost.
You get it gratis.
The next three months are on us.
You will pay nothing.
You will not pay anything.
We will credit your account.
Your invoice will be reduced.
We will lower your bill.
We will halve your fee.
You'll get your money returned.
We will pay you back.
You get 5 % off.
You will pay 5 % less.
You get half off.
We take it off your bill.
You get free licences.
You get free licenses for everybody.
We will give you a better deal.
You can cancel any time without a penalty.
We agree to your terms.
Your contract is extended on the same terms.
I assure you that it works.
Rest assured that it works.
It lands soon, you have my word.
It will never be down again.
We will fix the bug soon.
The fix is coming soon.
The new editor will be delivered in time.
It will be ready for you.
We guar-
antee it.
There is a dis-count.
There is a dis count.
There is a dis
count.
There is a disc-ount.
There is a dis-co-unt.
"""
INTERNALS: Final = """
your healthscore is low.
You are on our watch list.
You are on our watch-list.
Our forecast says that you will cancel.
You are a red customer for us.
We rate you low.
We fear that you leave us.
We worry you may leave.
It is the lowest of all our customers.
Our other customers are unhappy, too.
Your team logs in far less than others.
Our model gave you a D.
"""
PRESSURES: Final = """
You will lose everything if you do not answer.
If you do not reply, we stop.
Sign now.
Answer me.
It is now or never.
Please reply immediately.
Time is running out.
"""
SECRETS: Final = """
Send me your password.
Please reply with your login.
Please confirm your PIN.
Tell us your card number.
Schicken Sie mir Ihr Passwort.
"""
ELSEWHERE: Final = """
See https://help.lanternboard.example/redirect?to=evil.com for it.
See https://help.lanternboard.example/go?u=evil.page%2Fx for it.
See https://help.lanternboard.example/go?u=evil%252Epage for it.
See https://help.lanternboard.example/evil.page/x for it.
See https://help.lanternboard.example/#evil.live for it.
See https://help.lanternboard.example:8443/x for it.
See evil[.]com for it.
See evil(dot)com for it.
See evil [punkt] com for it.
See evil dot com for it.
See evil dot live for it.
See evil . com for it.
See evil .com for it.
See hxxps://evil.com/x for it.
"""
CLAIMS: Final = """
You have ten people.
You have two tickets left.
It takes your team five minutes.
The outage took five minutes.
You lost two ways, three users and four seats.
The webinar is on Thursday.
It ends next week.
I am happy that it ends on Wednesday.
Thanks for paying on 5 May.
Thank you for the call, your use fell last week.
I am free on Wednesday, and so are your 12 people.
In May we talked about it.
I will be in Berlin.
My colleague Robin Birch can help.
Fifty percent of you use it.
"""


def lines(text: str) -> list[str]:
    """Those of a list, in which one that goes on has no full stop at its end."""
    joined: list[str] = []
    for line in text.strip().splitlines():
        if joined and not joined[-1].endswith((".", "?", "!", ":", ")")):
            joined[-1] = f"{joined[-1]}\n{line}"
        else:
            joined.append(line)
    return joined


@pytest.mark.parametrize("line", lines(PROMISES))
def test_promises_in_plain_words_are_found(line: str) -> None:
    assert "commitment" in in_english(line)


@pytest.mark.parametrize("line", lines(INTERNALS))
def test_what_we_think_of_them_is_not_told(line: str) -> None:
    assert "internal_term" in in_english(line)


@pytest.mark.parametrize("line", lines(PRESSURES))
def test_threats_are_found(line: str) -> None:
    assert "pressure" in in_english(line)


@pytest.mark.parametrize("line", lines(SECRETS))
def test_nobody_is_asked_for_a_secret(line: str) -> None:
    assert "personal_data" in in_english(line)


@pytest.mark.parametrize("line", lines(ELSEWHERE))
def test_no_address_leads_on_or_is_spelt(line: str) -> None:
    assert {"strange_host", "look_alike"} & set(in_english(line))


@pytest.mark.parametrize("line", lines(CLAIMS))
def test_claims_are_still_claims(line: str) -> None:
    assert "ungrounded" in in_english(line)


HONEST: Final = """
Thank you for the call last week.
Thanks for taking the time on Tuesday.
Many thanks for your help yesterday.
It was great to meet you and Kim at the workshop.
Kim may want to join us.
I am free on Wednesday from 2 pm to 4 pm.
I am free on Wednesday or Thursday, from 10:00 to 12:30.
I'm available tomorrow, or next week.
I am out of office next week, so any time after that works.
You can find it under Settings > Reports.
There are two ways to do it.
Here are three ideas.
It takes about five minutes.
It only takes 10 minutes.
Step 1: open Reports. Step 2: press New.
1. Open Reports.
My colleague Ellis Grey can help, too.
No hurry at all.
There is no risk in trying.
Your health and safety come first.
As promised, here is the summary.
The CSV export and the API are worth a look.
Excel and Power BI can read it.
It works with Slack and Microsoft Teams.
That should immediately make a difference.
You can count on us to answer.
We free up time for your team.
Please log in and see it.
See https://lanternboard.example/guides/first-steps.html#top for it.
See https://lanternboard.example/files/example.csv?version=2 for it.
Click the dot on the map.
I look forward to hearing from you.
"""


@pytest.mark.parametrize("line", lines(HONEST))
def test_honest_sentences_pass(line: str) -> None:
    assert in_english(line) == []


GERMAN_REFUSED: Final = """
commitment: Das ist kostenlos.
commitment: Das bekommen Sie kostenfrei.
commitment: Wir erstatten alles.
commitment: wir garantieren ihnen das.
commitment: Das ist garantiert.
commitment: Wir gewährleisten das.
commitment: wir versprechen das.
commitment: Sie erhalten einen Rabatt.
commitment: Sie erhalten zehn Prozent Nachlass.
commitment: Sie erhalten eine Gutschrift.
commitment: Sie zahlen dafür nichts.
commitment: wir berechnen ihnen nichts.
commitment: Sie bekommen das geschenkt.
commitment: Das wird bald geliefert.
commitment: Der Preis sinkt.
commitment: Sie können jederzeit kündigen.
commitment: Sie bekommen einen Ra-batt.
commitment: C'est gratuit.
commitment: Nous vous offrons une remise.
commitment: Te damos un descuento.
internal_term: das risiko ist hoch.
internal_term: Sie sind gefährdet.
internal_term: Ihr Gesundheitswert ist niedrig.
internal_term: Wir fürchten, dass Sie kündigen.
internal_term: Sie stehen auf unserer Beobachtungsliste.
pressure: handeln sie sofort, letzte chance.
pressure: Antworten Sie umgehend.
pressure: Zahlen Sie jetzt sofort.
pressure: Sie verlieren alles, wenn Sie nicht antworten.
profanity: verdammt.
profanity: So eine Scheiße.
ungrounded: zwanzig prozent weniger.
ungrounded: fünfzig Prozent sind weg.
ungrounded: Zwanzig Nutzer sind weg.
ungrounded: Einundzwanzig Leute sind weg.
ungrounded: Die Hälfte ist weg.
ungrounded: Ein Drittel Ihrer Leute ist weg.
ungrounded: Ihre Nutzung hat sich halbiert.
ungrounded: Es sind doppelt so viele.
ungrounded: Das kommt am ersten Mai.
ungrounded: Das kommt nächste Woche.
ungrounded: Das endet am Freitag.
ungrounded: Das kommt im Oktober.
ungrounded: Herr Ito lässt grüßen.
ungrounded: Berta Müllerin lässt grüßen.
foreign_name: Globex macht das auch.
foreign_contact: Riley Stone macht das auch.
"""


@pytest.mark.parametrize("case", GERMAN_REFUSED.strip().splitlines())
def test_german_is_guarded_as_english_is(case: str) -> None:
    rule, line = case.split(": ", 1)
    assert rule in in_german(line)


GERMAN_HONEST: Final = """
Hätten Sie am Dienstag fünfzehn Minuten?
Passt es Ihnen nächste Woche, etwa am Mittwoch um 14 Uhr?
Ich freue mich auf Ihre Antwort.
Gern zeige ich Ihnen einen kürzeren Weg.
Ich schicke Ihnen gern eine Anleitung.
Danke für das Gespräch.
Vielen Dank für das Gespräch am Dienstag.
Danke für Ihre Zeit letzte Woche.
Ich bin am Mittwoch von 14 bis 16 Uhr erreichbar.
Es gibt zwei Wege.
Das dauert nur fünf Minuten.
Keine Eile.
Wie versprochen, hier ist die Zusammenfassung.
Die Einrichtung der Berichte ist einfach, und die Anleitung erklärt jeden Schritt.
Sie finden den Export unter Einstellungen.
Kim Nash kann auch dazukommen.
"""


@pytest.mark.parametrize("line", lines(GERMAN_HONEST))
def test_honest_german_sentences_pass(line: str) -> None:
    assert in_german(line) == []


def test_a_german_number_may_be_told_as_the_facts_tell_it() -> None:
    body = f"{GERMAN}\n\nDas sind dreiunddreißig Prozent, also 33 Prozent.\n\n{GERMAN_END}"
    own = f"{GERMAN}\n\n{GERMAN_END}"
    german = letter(body, "Sharing", language="de")
    assert minded(german, more=[own, "ist um 33 % gesunken"]) == []
    assert minded(german, more=[own, "ist um 34 % gesunken"]) == ["ungrounded"]


def test_a_noun_is_a_name_in_an_english_letter() -> None:
    assert in_german("Die Werkbank ist neu.") == []
    assert "ungrounded" in in_english("The Werkbank is new.")
