"""A unit of work that may change the records."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from csm.errors import NotFound
from csm.health import Cta
from csm.people import AudienceKind, Place, Principal
from csm.ports import Assessment, StoredCta, Table, Written
from storage import assessment as assessments
from storage import importing, tables
from storage.aging import KeepingWriter
from storage.bulk import Target, replace
from storage.privacy import PrivacyWriter
from storage.reading import SqlReader
from storage.reading_base import build_stored_cta
from storage.reading_books import CTA_BY_ID
from storage.reading_portfolio import OPEN_CTAS
from storage.writing_conversation import ConversationWriter
from storage.writing_jobs import JobsWriter
from storage.writing_library import LibraryWriter
from storage.writing_outreach import OutreachWriter

_PERSON = Target(
    tables.person, ("key", "name", "role", "email", "account_key", "time_zone"), ("key",)
)
_LINK = Target(
    tables.person_link,
    ("platform", "workspace", "user", "person_key"),
    ("platform", "workspace", "user"),
)
_PLACE = Target(
    tables.place,
    (
        "platform",
        "workspace",
        "channel",
        "kind",
        "audience",
        "account_key",
        "name",
        "checked_at",
    ),
    ("platform", "workspace", "channel"),
)

# Whoever reads a CTA to change it keeps others from doing the same until it is done. Several are
# locked in the order of the question, the same for all, or each could wait for the other. SQLite
# knows no such locks and needs none: it has one writer at a time.
_OWN_CTA = CTA_BY_ID.with_for_update(of=tables.cta)
_OWN_OPEN_CTAS = OPEN_CTAS.with_for_update(of=tables.cta)


class SqlWriter(
    PrivacyWriter,
    LibraryWriter,
    ConversationWriter,
    OutreachWriter,
    JobsWriter,
    KeepingWriter,
    SqlReader,
):
    """`csm.ports.Writer` on a connection in a transaction.

    A CTA that it reads by id, or as one of some accounts', is its own until the transaction ends;
    so is a question, a case or outreach, where it may be read to be changed.
    """

    def cta(self, cta_id: int) -> StoredCta | None:
        row = self._row(_OWN_CTA, id=cta_id)
        return build_stored_cta(row) if row else None

    def open_ctas_of(self, account_ids: Sequence[int]) -> list[StoredCta]:
        rows = self._rows(_OWN_OPEN_CTAS, ids=self._ids(account_ids))
        return [build_stored_cta(row) for row in rows]

    # Who reads a place here will change it by what it says, so nobody else may meanwhile.
    _one_place = SqlReader._one_place.with_for_update()

    def keep_assessment(self, assessment: Assessment) -> None:
        assessments.keep_assessment(self._connection, assessment)

    def update_cta(self, cta_id: int, cta: Cta) -> None:
        assessments.change_ctas(self._connection, [(cta_id, cta)])

    def write_table(
        self, table: Table, reaches_to: date | None, progress: Callable[[int], None]
    ) -> Written:
        return importing.write_table(self._connection, table, reaches_to, progress)

    def save_person(self, person: Principal) -> None:
        row = (
            person.key,
            person.name,
            person.role,
            person.email.strip().lower(),
            person.account_key,
            person.time_zone,
        )
        replace(self._connection, _PERSON, [row])

    def link_person(self, person_key: str, platform: str, workspace: str, user: str) -> None:
        if self.person(person_key) is None:
            raise NotFound(f"There is no person {person_key!r}. Add them first.")
        replace(self._connection, _LINK, [(platform, workspace, user, person_key)])

    def save_place(self, place: Place, checked_at: datetime) -> None:
        row = (
            place.platform,
            place.workspace,
            place.channel,
            place.kind,
            place.audience.kind,
            place.audience.account_key,
            place.name,
            checked_at,
        )
        replace(self._connection, _PLACE, [row])

    def forget_audiences(self, platform: str, workspace: str, channel: str) -> None:
        place = tables.place
        self._connection.execute(
            sa.update(place)
            .where(
                place.c.platform == platform,
                place.c.workspace == workspace,
                place.c.channel == channel,
            )
            .values(audience=AudienceKind.UNKNOWN, account_key=None, checked_at=None)
        )

    def claim_event(self, platform: str, event_id: str, at: datetime) -> bool:
        return self._is_first(tables.seen_event, platform=platform, event_id=event_id, at=at)

    def forget_conclusions(self) -> None:
        concluded = (tables.health, tables.snapshot, tables.finding, tables.cta, tables.save)
        for table in concluded:
            self._connection.execute(sa.delete(table))
