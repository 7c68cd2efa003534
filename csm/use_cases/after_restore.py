"""What must happen to records that were brought back, before anybody works with them.

They are as they were when the backup was made. What was on its way then may have arrived since, and
what was sent since then is not known to them. So nothing is sent twice: what waited is in doubt, to
be looked for where it went or settled by a person, and outreach is paused until an administrator
lets it go on.
"""

from datetime import datetime
from typing import Final

from csm.audit import AuditEntry
from csm.pause import Pause, PauseScope
from csm.ports import Writer
from csm.wording import instant_text

RESTORE: Final = "restore"
"""By whom the pause is."""


def hold_back(writer: Writer, made_at: datetime, now: datetime) -> int:
    """Doubt what waited, and pause outreach; how many messages are in doubt now. `made_at`: when
    the backup was made."""
    doubted = writer.doubt_all(now, made_at)
    why = (
        f"The records were restored from a backup of {instant_text(made_at)}: what was sent after "
        "that is not in them. Look through what waits, then /resume all."
    )
    pause_id = writer.add_pause(Pause(scope=PauseScope.ALL, by=RESTORE, why=why, at=now))
    writer.audit(
        AuditEntry(
            at=now,
            who=RESTORE,
            what="pause.added",
            subject=f"pause:{pause_id}",
            after={"scope": PauseScope.ALL.value, "why": why},
        )
    )
    return doubted
