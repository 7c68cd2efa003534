"""What becomes of a post that did not arrive, or of which nobody knows whether it did.

Colleagues get its words in their direct messages, and a question whose answer never reached the
customer goes to a person: nothing that happened goes untold because a channel was closed or has
outsiders in it now.
"""

from datetime import datetime
from typing import Final

from csm import case_rules as rules
from csm.answer_settings import AnswerSettings
from csm.ports import Reader, Writer
from csm.ports_answers import StoredPost
from csm.post import Post, PostState
from csm.question import Question, QuestionState
from csm.threads import colleague_since
from csm.use_cases.colleagues import owner_besides, tell_person
from csm.use_cases.hand_over import HandingOver, hand_over
from csm.use_cases.lost_digests import is_digest, note_digest
from csm.use_cases.outgoing import answer_key, question_of, to_customer, zone_of_asker
from csm.views.case_news import handed_over_card
from csm.views.undelivered import undelivered_card

NOTICE: Final = "undelivered:"
"""How the keys of notices begin that tell of what did not arrive."""

# What waits for the customer's next word, and so counts for nothing if they never saw ours.
_SAID: Final = frozenset({QuestionState.ANSWERED, QuestionState.CLARIFYING})


def is_notice(post: Post) -> bool:
    """Whether the post itself tells of one that did not arrive."""
    return post.key.startswith(NOTICE)


def note_undelivered(
    writer: Writer, stored: StoredPost, settings: AnswerSettings, now: datetime
) -> None:
    """See to it that a post's end is known, in the unit of work that keeps it: nothing while all
    is well, and nothing for a notice itself, so that telling never goes round in circles."""
    post = stored.post
    if post.state not in (PostState.DEAD, PostState.IN_DOUBT) or is_notice(post):
        return
    if is_digest(post):
        note_digest(writer, stored, NOTICE, now)
        return
    _tell(writer, stored, settings, now)
    answered = question_of(post)
    if post.state is PostState.DEAD and answered is not None:
        _drop_the_rest(writer, *answered)
        _take_back(writer, stored, answered[0], settings, now)


def _tell(writer: Writer, stored: StoredPost, settings: AnswerSettings, now: datetime) -> None:
    post, on_call = stored.post, settings.hand_over.on_call
    person = owner_besides(writer, post.account_key, on_call, post.person_key)
    if person is not None:
        card = undelivered_card(post, _where(writer, post))
        tell_person(writer, f"{NOTICE}{stored.id}", post.platform, person, card, now)


def _drop_the_rest(writer: Writer, question_id: int, number: int) -> None:
    """What would have followed makes no sense without its beginning."""
    while rest := writer.post_by_key(answer_key(question_id, number := number + 1)):
        if rest.post.state is PostState.WAITING:
            problem = "What comes before it could not be delivered."
            changes = {"state": PostState.DEAD, "problem": problem}
            writer.update_post(rest.id, rest.post.model_copy(update=changes))


def _take_back(
    writer: Writer, stored: StoredPost, question_id: int, settings: AnswerSettings, now: datetime
) -> None:
    """The question is a person's now, unless one has answered it meanwhile. The customer is told
    so, should they be within reach again; if not, colleagues know already."""
    found = writer.question(question_id)
    if found is None or found.question.state not in _SAID:
        return
    question = found.question
    where = (question.platform, question.workspace, question.channel, question.thread)
    if colleague_since(writer.thread(*where), question):
        writer.update_question(question_id, _as(question, QuestionState.OVERTAKEN, now))
        return
    question = _as(question, QuestionState.HANDED_OVER, now)
    writer.update_question(question_id, question)
    handing = HandingOver(question_id, question, rules.UNDELIVERED)
    handed = hand_over(writer, handing, settings, now)
    zone = zone_of_asker(writer, question)
    card = handed_over_card(handed.owner_name, handed.due_at, zone, now)
    writer.add_post(to_customer(question, f"{NOTICE}{stored.id}:told", card, now))


def _as(question: Question, state: QuestionState, now: datetime) -> Question:
    return question.model_copy(
        update={
            "state": state,
            "reason": rules.UNDELIVERED,
            "settled_at": now,
            "deflection": None,
            "judged_on": None,
        }
    )


def _where(reader: Reader, post: Post) -> str:
    if post.person_key:
        person = reader.person(post.person_key)
        return person.name if person else post.person_key
    place = reader.place(post.platform, post.workspace, post.channel)
    return (place.name if place else "") or post.channel
