"""The kill switch: stop everything, a play, or messages to an account; and let it go on."""

from dataclasses import dataclass

from csm.audit import AuditEntry
from csm.errors import Forbidden, InvalidInput, NotFound
from csm.outreach import Outreach
from csm.pause import Pause, PauseScope
from csm.people import Capability, Clearance, Principal, Role
from csm.playbook import Playbook
from csm.playbook_part import nearest
from csm.ports import Clock, Reader, Records, Writer
from csm.ports_outreach import StoredPause

_LONGEST_WHY = 500
_LEADS = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Paused:
    """What is paused now; not `is_new` where it was already, by whom the pause says."""

    stored: StoredPause
    is_new: bool


def pause(
    clearance: Clearance,
    records: Records,
    playbook: Playbook,
    clock: Clock,
    scope: PauseScope,
    target: str = "",
    why: str = "",
) -> Paused:
    """Let nothing more be sent: at all, by a play (`target` is its id), or to an account (its
    key). It counts before the next message. What is paused already stays so.

    Raises NotFound for an unknown target, InvalidInput for one with ALL or a reason that is too
    long, and Forbidden: a CSM may stop messages to accounts of their own.
    """
    clearance.demand(Capability.PAUSE_SENDING)
    who = clearance.principal
    if len(why) > _LONGEST_WHY:
        raise InvalidInput(f"Say why in {_LONGEST_WHY} characters at most, not {len(why):,}.")
    with records.writing() as writer:
        _demand_target(writer, playbook, scope, target)
        _demand_leave(writer, who, scope, target)
        for known in writer.pauses():
            if (known.pause.scope, known.pause.target) == (scope, target):
                return Paused(known, is_new=False)
        pulled = Pause(scope=scope, target=target, by=who.key, why=why, at=clock.now())
        stored = StoredPause(writer.add_pause(pulled), pulled)
        _note(writer, "pause.added", stored, pulled, who.key)
        return Paused(stored, is_new=True)


def lift(
    clearance: Clearance,
    records: Records,
    clock: Clock,
    scope: PauseScope,
    target: str = "",
) -> list[StoredPause]:
    """Let it go on: what was held is looked at again now. The pauses that were in force.

    Raises NotFound where nothing of the kind is paused, and Forbidden: what stops everything is
    lifted by an administrator, the rest by whoever may pause it.
    """
    clearance.demand(Capability.PAUSE_SENDING)
    who = clearance.principal
    with records.writing() as writer:
        now = clock.now()
        _demand_leave(writer, who, scope, target)
        if scope is PauseScope.ALL and who.role is not Role.ADMIN:
            raise Forbidden("Only an administrator lets everything go on. Ask one.")
        lifted = writer.lift_pauses(scope, target, who.key, now)
        if not lifted:
            raise NotFound(f"{_said(scope, target)} is not paused: there is nothing to let go on.")
        writer.wake_held(now)
        for stored in lifted:
            _note(writer, "pause.lifted", stored, stored.pause, who.key)
        return lifted


def list_pauses(clearance: Clearance, records: Records) -> list[StoredPause]:
    """Those in force, oldest first."""
    clearance.demand(Capability.PAUSE_SENDING)
    with records.reading() as reader:
        return reader.pauses()


def pauses_covering(reader: Reader, outreach: Outreach) -> list[Pause]:
    """Those in force that stop this message; oldest first."""
    pauses = (stored.pause for stored in reader.pauses())
    return [one for one in pauses if one.covers(outreach.play, outreach.account_key)]


def _demand_target(reader: Reader, playbook: Playbook, scope: PauseScope, target: str) -> None:
    match scope:
        case PauseScope.ALL if target:
            raise InvalidInput("To stop everything, name nothing besides.")
        case PauseScope.PLAY if target not in playbook.plays:
            hint = nearest(target, list(playbook.plays))
            raise NotFound(f"There is no play “{target}”{hint}. /plays shows those there are.")
        case PauseScope.ACCOUNT if reader.account_csm(target) is None:
            raise NotFound(f"There is no account with the key “{target}”.")


def _demand_leave(reader: Reader, who: Principal, scope: PauseScope, target: str) -> None:
    """Managers and administrators may stop anything: to stop is safe."""
    if who.role in _LEADS:
        return
    if scope is not PauseScope.ACCOUNT or not is_own_account(reader, who, target):
        raise Forbidden(
            f"{_said(scope, target)}: a manager decides on that. You may stop and let go on "
            "messages to accounts of your own."
        )


def is_own_account(reader: Reader, who: Principal, account_key: str) -> bool:
    """Whether the person is the account's CSM."""
    found = reader.account_csm(account_key)
    return found is not None and bool(who.email) and found[1].lower() == who.email.lower()


def _said(scope: PauseScope, target: str) -> str:
    return {
        PauseScope.ALL: "Everything",
        PauseScope.PLAY: f"The play “{target}”",
        PauseScope.ACCOUNT: f"The account “{target}”",
    }[scope]


def _note(writer: Writer, what: str, stored: StoredPause, pause: Pause, who: str) -> None:
    is_account, is_play = pause.scope is PauseScope.ACCOUNT, pause.scope is PauseScope.PLAY
    at = pause.lifted_at or pause.at
    writer.audit(
        AuditEntry(
            at=at,
            who=who,
            what=what,
            subject=f"pause:{stored.id}",
            account_key=pause.target if is_account else "",
            play=pause.target if is_play else "",
            after={"scope": pause.scope.value},
        )
    )
