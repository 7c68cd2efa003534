"""How long a firing may take, for those who know it by its id only."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from csm.job import JobTable
from csm.ports import Records

# Of a job that this version does not know: long enough to say so and settle it.
_UNKNOWN: Final = timedelta(minutes=1)


class Limits:
    """The limit of each firing's job."""

    def __init__(self, records: Records, table: JobTable) -> None:
        self._records = records
        self._table = table

    def __call__(self, firing_ids: Sequence[int]) -> list[timedelta]:
        with self._records.reading() as reader:
            names = reader.jobs_of(firing_ids)
        jobs = [self._table.known(names.get(firing_id, "")) for firing_id in firing_ids]
        return [job.limit if job else _UNKNOWN for job in jobs]
