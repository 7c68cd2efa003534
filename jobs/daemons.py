"""Threads for APScheduler that do not keep the process alive, whatever they hang on."""

from datetime import datetime
from threading import Thread

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.job import Job


class Daemons(BaseExecutor):  # type: ignore[misc]  # it ships no types
    """Starts each run in a thread of its own. Those of `concurrent.futures`, which APScheduler
    would take, are waited for at the end of the process, for ever."""

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        Thread(target=self._run, args=(job, run_times), name=job.id, daemon=True).start()

    def _run(self, job: Job, run_times: list[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
        except BaseException as error:  # noqa: BLE001 - else it would count as running for ever
            self._run_job_error(job.id, error, error.__traceback__)
        else:
            self._run_job_success(job.id, events)
