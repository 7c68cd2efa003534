"""What becomes of a digest that did not reach the channel or the person that it was written for.

A digest for a channel goes to its reader alone, where outsiders can read that channel now, or it
is gone. Nobody else gets a copy of what was written for one person.
"""

from datetime import datetime

from csm.card import Card, Text, Tone
from csm.chart import Chart
from csm.ports import Writer
from csm.ports_answers import StoredPost
from csm.post import Post, PostState
from csm.use_cases.colleagues import managers_and_admins, tell_person
from csm.use_cases.digest_frame import KEY, with_note

_ALONE = (
    "This came to you alone, for it could not be delivered to the channel that you chose for it: "
    "{problem} /digest chooses another."
)


def is_digest(post: Post) -> bool:
    return post.key.startswith(f"{KEY}:")


def note_digest(writer: Writer, stored: StoredPost, notice: str, now: datetime) -> None:
    """See to it that its reader gets a digest that is DEAD, or knows of one that is IN_DOUBT, and
    that somebody knows of a reader who cannot be reached. `notice` begins the keys of posts whose
    own end is told to nobody, so that telling never goes round in circles."""
    post, key = stored.post, f"{notice}{stored.id}"
    job, reader = post.key.split(":")[1:3]
    person = writer.person(reader)
    if person is None or not person.is_staff:
        return
    if post.state is PostState.IN_DOUBT:
        tell_person(writer, key, post.platform, person, _in_doubt(job), now)
    elif post.channel:
        card = with_note(Card.model_validate(post.card), _ALONE.format(problem=post.problem))
        chart = Chart.model_validate(post.chart) if post.chart else None
        tell_person(writer, key, post.platform, person, card, now, chart)
    else:
        others = (one for one in managers_and_admins(writer) if one.key != reader)
        if (other := next(others, None)) is not None:
            card = _unreached(person.name, job, post.problem)
            tell_person(writer, key, post.platform, other, card, now)


def _in_doubt(job: str) -> Card:
    text = (
        f"Your {job} may or may not have arrived: I was stopped while I sent it, and do not send "
        f"it twice. /digest now {job} shows it."
    )
    return Card(
        title="A digest is in doubt", summary=text, tone=Tone.WARN, blocks=(Text(text=text),)
    )


def _unreached(name: str, job: str, problem: str) -> Card:
    text = f"{name} did not get the {job} that was due. {problem}"
    return Card(
        title="A digest did not arrive", summary=text, tone=Tone.WARN, blocks=(Text(text=text),)
    )
