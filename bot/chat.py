"""The one set of commands, buttons and free text. Every surface calls `Chat.handle`.

What a turn asks for is worked out first, then who would hear the answer, and only then is
anything read: see `bot.route` and `csm.people.clear`.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from time import monotonic
from typing import Final

import structlog

from bot.account_talk import AccountTalk
from bot.ask_talk import AskTalk
from bot.book_talk import BookTalk
from bot.case_talk import CaseTalk
from bot.commands import COMMANDS, Command
from bot.cta_talk import CtaTalk
from bot.decision_talk import DecisionTalk
from bot.digest_talk import DigestTalk
from bot.draft_talk import DraftTalk
from bot.effect_talk import EffectTalk
from bot.jobs_talk import JobsTalk
from bot.learn_talk import LearnTalk
from bot.mode_talk import ModeTalk
from bot.outreach_talk import OutreachTalk
from bot.question_talk import QuestionTalk
from bot.reply_talk import ReplyTalk
from bot.route import Route, refusal
from bot.sending_talk import SendingTalk
from bot.talk import Answer, Asked, Handler, Services
from bot.team_talk import TeamTalk
from bot.turn import UNASKED, Reply, Turn, TurnKind
from csm.card import Card
from csm.errors import CsmError, Forbidden, InvalidInput
from csm.meter import TURN_SECONDS, TURNS, count, observe
from csm.people import AudienceKind, Capability, PlaceKind, Role, may
from csm.reference import REFERENCE
from csm.views import notices

log = structlog.get_logger(__name__)


_SPOKEN: Final = frozenset({TurnKind.OVERHEARD, TurnKind.MESSAGE})


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a turn can ask for: what it takes to be allowed, and who answers it. Its
    name is for those who count."""

    name: str
    capability: Capability
    handler: Handler


class Chat:
    """Answers turns. Holds no state of a conversation, so a restart loses nothing."""

    def __init__(self, services: Services) -> None:
        questions = QuestionTalk(services)
        replies = ReplyTalk(services, questions.message, questions.overheard)
        asking = AskTalk(services, questions.message)
        account = AccountTalk(services, asking.free_text)
        book, ctas = BookTalk(services), CtaTalk(services)
        cases, modes, learning = CaseTalk(services), ModeTalk(services), LearnTalk(services)
        drafts = DraftTalk(services, cases)
        outreach, decisions = OutreachTalk(services), DecisionTalk(services)
        sending, effect = SendingTalk(services), EffectTalk(services)
        jobs = JobsTalk(services)
        digests = DigestTalk(services)
        self._commands: Final[Mapping[str, Handler]] = {
            "account": account.show,
            "benchmark": account.benchmark,
            "portfolio": book.portfolio,
            "risks": book.risks,
            "renewals": book.renewals,
            "team": TeamTalk(services).team,
            "cta": ctas.command,
            "draft": outreach.draft,
            "approvals": decisions.approvals,
            "outreach": outreach.outreach,
            "why": outreach.why,
            "pause": sending.pause,
            "resume": sending.resume,
            "suppress": sending.suppressions,
            "effect": effect.effect,
            "plays": effect.plays,
            "ask": asking.command,
            "status": questions.status,
            "cases": cases.command,
            "mode": modes.command,
            "questions": learning.log,
            "gaps": learning.gaps,
            "digest": digests.command,
            "jobs": jobs.command,
            "help": _help,
        }
        self._presses: Final[Mapping[str, Action]] = {
            **_needing(Capability.READ_ACCOUNTS, account.presses()),
            **_needing(Capability.READ_ACCOUNTS, book.presses()),
            **_needing(Capability.READ_ACCOUNTS, digests.presses()),
            **_needing(Capability.WORK_CTAS, ctas.presses()),
            **_needing(Capability.GET_HELP, questions.presses()),
            **_needing(Capability.ANSWER_CUSTOMERS, cases.presses()),
            **_needing(Capability.ANSWER_CUSTOMERS, drafts.presses()),
            **_needing(Capability.ANSWER_CUSTOMERS, modes.presses()),
            **_needing(Capability.ANSWER_CUSTOMERS, learning.presses()),
            **_needing(Capability.KEEP_LIBRARY, learning.library_presses()),
            **_needing(Capability.DRAFT_OUTREACH, outreach.presses()),
            **_needing(Capability.APPROVE_OUTREACH, decisions.presses()),
            **_needing(Capability.SUPPRESS, sending.presses()),
            **_needing(Capability.GRANT_TIERS, effect.presses()),
            **_needing(Capability.RUN_JOBS, jobs.presses()),
            "help.show": _HELP,
        }
        self._is_account_named: Final = account.is_named_in
        self._named_in_text: Final = Action(
            "free text", Capability.READ_ACCOUNTS, account.named_in_text
        )
        self._question: Final = Action("question", Capability.GET_HELP, replies.message)
        self._overheard: Final = Action("overheard", Capability.GET_HELP, replies.overheard)
        self._emoji: Final = Action("reaction", Capability.GET_HELP, replies.emoji)
        self._home: Final = Action("home", Capability.READ_ACCOUNTS, book.home)
        self._note_colleague: Final = questions.colleague_spoke

    def handle(self, turn: Turn) -> Iterator[Reply]:
        """Every reply to one turn, in order. Never raises: what goes wrong is said, too, unless
        nobody spoke to us.

        Surfaces take the replies in whichever thread is free, one after the other; everything in
        between is done under the turn's reference all the same.
        """
        context = copy_context()
        context.run(REFERENCE.set, turn.reference)
        replies = self._replies(turn)
        try:
            while (reply := context.run(next, replies, None)) is not None:
                yield reply
        finally:
            context.run(replies.close)

    def _replies(self, turn: Turn) -> Generator[Reply, None, None]:
        kind = turn.kind.value
        bound = log.bind(reference=turn.reference, kind=kind, platform=turn.place.platform)
        tell: Callable[[Card], Reply] = partial(refusal, turn)
        began, name, outcome = monotonic(), "none", "unheard"
        try:
            if turn.who.of_ours and turn.kind in _SPOKEN:
                self._note_colleague(turn)
            action, argument = self._asked(turn)
            name = action.name
            route = Route(turn, action.capability)
            tell = route.card
            asked = Asked(turn, argument, route.clear(), route.may_share)
            yield from route.announcement()
            for answer in action.handler(asked):
                yield route.reply(answer)
            outcome = "answered"
            bound.info("turn answered", action=name)
        except CsmError as error:
            outcome = "refused"
            bound.info("turn refused", action=name, reason=type(error).__name__)
            if turn.kind not in UNASKED:
                yield tell(notices.problem(error, turn.reference))
        except Exception:  # noqa: BLE001 - the person gets an answer whatever breaks
            outcome = "failed"
            bound.exception("turn failed", action=name)
            if turn.kind not in UNASKED:
                yield tell(notices.our_fault(turn.reference))
        finally:
            count(TURNS, kind, name, outcome)
            observe(TURN_SECONDS, monotonic() - began, kind)

    def _asked(self, turn: Turn) -> tuple[Action, str]:
        """What the turn asks for, and its argument. Raises InvalidInput or Forbidden."""
        if turn.who.role is Role.STRANGER:
            raise Forbidden(notices.STRANGER)
        match turn.kind:
            case TurnKind.HOME:
                return self._for_staff(turn, self._home), ""
            case TurnKind.PRESS:
                return self._pressed(turn.text)
            case TurnKind.COMMAND:
                word, _, argument = turn.text.strip().removeprefix("/").partition(" ")
                return self._action(_command(word)), argument.strip()
            case TurnKind.OVERHEARD:
                return self._overheard, turn.text
            case TurnKind.REACTION:
                return self._emoji, turn.text
            case TurnKind.MESSAGE:
                return self._said(turn)

    def _said(self, turn: Turn) -> tuple[Action, str]:
        """Free text: a command without its slash, else perhaps an account's name, else a
        question."""
        word, _, rest = turn.text.strip().partition(" ")
        named = next((command for command in COMMANDS if command.name == word.lower()), None)
        argument = rest.strip()
        if turn.who.is_staff:
            if named and (named.usage or not argument):
                return self._action(named), argument
            return self._said_by_staff(turn), turn.text
        # For customers these are ordinary words: "account settings are gone" is a question.
        if named and not argument and may(turn.who, named.capability):
            return self._action(named), ""
        is_theirs = not turn.place.audience.is_staff_only
        return self._question if is_theirs else _HELP, turn.text

    def _said_by_staff(self, turn: Turn) -> Action:
        """In a customer's channel, who calls us calls us for the customer to read, unless it is
        about an account."""
        place = turn.place
        is_open = place.kind is PlaceKind.CHANNEL and place.audience.kind is AudienceKind.CUSTOMER
        if is_open and not self._is_account_named(turn.who, turn.text):
            return self._question
        return self._named_in_text

    def _for_staff(self, turn: Turn, action: Action) -> Action:
        """The action for those who may; help for everybody else."""
        return action if may(turn.who, action.capability) else _HELP

    def _pressed(self, button: str) -> tuple[Action, str]:
        name, _, argument = button.partition(":")
        action = self._presses.get(name)
        if action is None:
            raise InvalidInput(
                "I do not know that button any more: it may come from an older card. "
                "Ask again to get a fresh one."
            )
        return action, argument

    def _action(self, command: Command) -> Action:
        return Action(command.name, command.capability, self._commands[command.name])


def _help(asked: Asked) -> Iterator[Answer]:
    who = asked.turn.who
    guide = [
        notices.Usage(f"/{command.name} {command.usage}".strip(), command.summary, command.examples)
        for command in COMMANDS
        if may(who, command.capability)
    ]
    yield Answer(card=notices.help_card(who, guide))


_HELP: Final = Action("help", Capability.GET_HELP, _help)


def _needing(capability: Capability, handlers: Mapping[str, Handler]) -> dict[str, Action]:
    return {name: Action(name, capability, handler) for name, handler in handlers.items()}


def _command(word: str) -> Command:
    for command in COMMANDS:
        if command.name == word.lower():
            return command
    near = get_close_matches(word.lower(), [command.name for command in COMMANDS], n=1, cutoff=0.5)
    hint = f"Did you mean /{near[0]}?" if near else "/help lists what I know."
    raise InvalidInput(f"I do not know the command “/{word[:40]}”. {hint}")
