"""What was said in the demo: support cases, surveys, the timeline."""

from collections.abc import Iterator
from datetime import timedelta

from csm.account import Channel, ContactRole, Interaction, Survey, SurveyKind, Ticket, Topic
from sources.demo_catalogue import CALL_SUMMARIES, CSM_NAME, REVIEW_SUMMARY
from sources.demo_scene import TIMELINE_DAYS, Scene
from sources.demo_story import Answer, Talk


def tickets(scene: Scene) -> Iterator[Ticket]:
    for number, case in enumerate(scene.cases, 1):
        opened = scene.at(case.ago, 8)
        after = None if case.closed_after is None else timedelta(days=case.closed_after)
        yield Ticket(
            key=scene.key("t", number),
            subject=case.subject,
            priority=case.priority,
            opened_at=opened,
            first_response_minutes=case.first_response_minutes,
            closed_at=None if after is None else opened + after,
            escalated=case.escalated,
            reopened=case.reopened,
        )


def surveys(scene: Scene) -> Iterator[Survey]:
    for number, answer in enumerate(scene.story.answers, 1):
        if answer.ago < scene.age:
            yield _survey(scene, "nps", number, SurveyKind.NPS, answer)
    rated = [case for case in scene.cases if case.csat and case.closed_after is not None]
    for number, case in enumerate(rated, 1):
        ago = max(case.ago - int(case.closed_after or 0), 0)
        answer = Answer(ago, case.csat or 0, who=ContactRole.ADMIN)
        yield _survey(scene, "csat", number, SurveyKind.CSAT, answer)


def _survey(scene: Scene, name: str, number: int, kind: SurveyKind, answer: Answer) -> Survey:
    return Survey(
        key=scene.key(name, number),
        kind=kind,
        score=answer.score,
        answered_on=scene.on(answer.ago),
        contact_email=scene.email(answer.who),
        comment=answer.comment,
    )


def interactions(scene: Scene) -> Iterator[Interaction]:
    for number, talk in enumerate(_talks(scene), 1):
        at = scene.at(talk.ago)
        hours = talk.answered_after_hours
        yield Interaction(
            key=scene.key("talk", number),
            at=at,
            channel=talk.channel,
            direction=talk.direction,
            topic=talk.topic,
            contact_email=scene.email(talk.who),
            author=CSM_NAME[scene.story.csm],
            summary=talk.summary,
            answered_at=None if hours is None else at + timedelta(hours=hours),
        )


def _talks(scene: Scene) -> Iterator[Talk]:
    yield from scene.story.talks
    yield from (talk for talk in _ordinary_talks(scene) if not scene.story.is_in_gap(talk.ago))


def _ordinary_talks(scene: Scene) -> Iterator[Talk]:
    rhythm = scene.story.rhythm
    last = min(scene.age, TIMELINE_DAYS)
    for number, ago in enumerate(range(rhythm.quiet, last, rhythm.calls_every)):
        who = ContactRole.ADMIN if number % 4 == 3 else ContactRole.CHAMPION
        summary = CALL_SUMMARIES[(number + len(scene.story.name)) % len(CALL_SUMMARIES)]
        yield Talk(ago, summary, who, Channel.CALL)
    if rhythm.reviews_every is not None:
        for ago in range(rhythm.quiet + 15, last, rhythm.reviews_every):
            sponsor = ContactRole.SPONSOR
            yield Talk(ago, REVIEW_SUMMARY, sponsor, Channel.MEETING, topic=Topic.REVIEW)
