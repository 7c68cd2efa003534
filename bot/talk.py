"""What the handlers of turns are given, and what they answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.turn import Turn
from csm.card import Card, Form, Picture
from csm.desk import Desk
from csm.errors import InvalidInput
from csm.job import JobTable
from csm.knowledge import Chunk
from csm.people import Clearance
from csm.playbook import Playbook
from csm.ports import Clock, Narrator, Pictures, Records
from csm.ports_answers import Answerer, ArticleWriter, Library
from csm.ports_outreach import Penman
from csm.use_cases.digest_frame import Digest


@dataclass(frozen=True, slots=True)
class Services:
    """All that answering needs from outside.

    `narrator`, `answerer` and `article_writer` are language models: None where none is set.
    `penman` writes outreach, `desk` is what sending it takes.
    `chunk` cuts a document (title, markdown) into what is searched; `cluster` puts texts that mean
    the same together, by their positions. `jobs` are what the product does by itself; `digests`
    those of them that people read, by the job's name.
    """

    records: Records
    playbook: Playbook
    clock: Clock
    pictures: Pictures
    narrator: Narrator | None
    library: Library
    answerer: Answerer | None
    article_writer: ArticleWriter | None
    penman: Penman | None
    desk: Desk
    chunk: Callable[[str, str], list[Chunk]]
    cluster: Callable[[Sequence[str]], list[list[int]]]
    jobs: JobTable
    digests: Mapping[str, Digest]


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn that may be answered: the argument of its command or button, and the proof.

    `may_share` says whether the place itself may see what only the person sees now.
    """

    turn: Turn
    argument: str
    clearance: Clearance
    may_share: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing to say. Only the person sees it, unless it is `public`. `progress` says in a few
    words what we are at, while there is nothing else to say yet."""

    card: Card | None = None
    form: Form | None = None
    picture: Picture | None = None
    public: bool = False
    replaces: bool = False
    progress: str = ""


Handler = Callable[[Asked], Iterator[Answer]]


def number_in(argument: str) -> int:
    """The number that a button carries or a person typed. Raises InvalidInput."""
    digits = argument.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise InvalidInput(f"“{argument.strip()[:40]}” is not a number.")
    return int(digits)
