"""A scripted tour through the console surface: what the product does, in the order of a morning."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from bot.surfaces.console import ConsoleSurface, Delivered
from bot.surfaces.console_print import print_delivered
from csm.card import Button, buttons_of
from csm.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Scene:
    """One step: who says something where, or presses a button of the scene before. `follows`:
    what is said continues the thread of the scene before."""

    told: str
    who: str
    where: str
    says: str = ""
    presses: str = ""  # the beginning of the id of a button of the scene before
    follows: bool = False


SCENES: Final = (
    Scene("Casey, a CSM, asks how Acme is doing", "casey", "dm", says="/account acme"),
    Scene("She starts on what is most pressing", "casey", "dm", presses="cta.start:"),
    Scene(
        "She gives it back, so that the tour can be repeated", "casey", "dm", presses="cta.release:"
    ),
    Scene("She goes back to the account", "casey", "dm", presses="account.open:"),
    Scene("She wants to see how it came about", "casey", "dm", presses="account.trend:"),
    Scene("Where does Acme stand among accounts like it?", "casey", "dm", says="/benchmark acme"),
    Scene("Her whole book, those with most at stake first", "casey", "dm", says="/portfolio"),
    Scene("What renews in the next 90 days", "casey", "dm", says="/renewals 90"),
    Scene("A typo is forgiven", "casey", "dm", says="/account globx"),
    Scene("Jo of Acme, a customer, tries the same", "jo", "acme-shared", says="/account acme"),
    Scene(
        "Casey asks in the channel shared with Acme: the answer goes to her alone",
        "casey",
        "acme-shared",
        says="/account acme",
    ),
    Scene(
        "Jo asks how something is done, and gets steps with their source",
        "jo",
        "acme-shared",
        says="how do I reset the reset link's expiry?",
    ),
    Scene(
        "What was said before completes the next question",
        "jo",
        "acme-shared",
        says="and for SSO?",
        follows=True,
    ),
    Scene(
        "The library has nothing on this: Sam of Globex is told who answers, and by when",
        "sam",
        "globex-shared",
        says="can we have a sandbox to try changes before they go live?",
    ),
    Scene(
        "Riley, Globex's CSM, takes it on; everything found so far is on the card",
        "riley",
        "dm",
        presses="case.claim:",
    ),
    Scene(
        "Colleagues among themselves search the internal shelf, too",
        "riley",
        "dm",
        says="/ask when will there be sandbox workspaces?",
    ),
    Scene("What the library lacks, and who asked for it", "morgan", "dm", says="/gaps"),
    Scene(
        "Casey has a message to Acme drafted, with the proof that it may be sent, or may not yet",
        "casey",
        "dm",
        says="/draft acme habits",
    ),
    Scene("Morgan, her manager, sees what waits for approval", "morgan", "dm", says="/approvals"),
)

NEXT: Final = """\
digital-csm console                          talk to it yourself; /as morgan makes you the manager
digital-csm say "/account acme" --as casey   one question, answered
digital-csm import DIR                       your own customers (docs/import.md)
digital-csm knowledge add DIR                your own help pages (docs/knowledge.md)
digital-csm manifest slack                   put it into your Slack (README)"""


def run_tour(surface: ConsoleSurface, console: Console, pictures: Path) -> None:
    """Play every scene in order. Raises Unavailable when a button that one needs is not there."""
    last: list[Delivered] = []
    for number, scene in enumerate(SCENES, start=1):
        console.print(Rule(Text(f"{number}. {scene.told}", style="bold"), align="left"))
        last = _play(surface, console, scene, last)
        for delivered in last:
            print_delivered(delivered, console, pictures)
    console.print(Rule(Text("What next?", style="bold"), align="left"))
    console.print(Text(NEXT))


def _play(
    surface: ConsoleSurface, console: Console, scene: Scene, last: list[Delivered]
) -> list[Delivered]:
    person = surface.resolve_person(scene.who)
    place = surface.resolve_place(scene.where, person)
    button = _button(scene, last) if scene.presses else None
    does = f"presses [{button.label}]" if button else scene.says
    console.print(Text(f"{scene.who} in {scene.where}: {does}", style="cyan"))
    if button:
        return surface.press(button.id, {}, person, place)
    thread = next((one.thread for one in last if one.thread), "") if scene.follows else ""
    return surface.say(scene.says, person, place, thread)


def _button(scene: Scene, last: list[Delivered]) -> Button:
    for delivered in last:
        for button in buttons_of(delivered.reply.card) if delivered.reply.card else ():
            if button.id.startswith(scene.presses):
                return button
    raise Unavailable(
        f"The tour cannot go on: no button “{scene.presses}” was offered. "
        "If you changed the playbook, that may be why."
    )
