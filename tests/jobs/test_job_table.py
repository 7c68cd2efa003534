"""What holds for every job of the table."""

from datetime import time

from jobs.schedule import LONGEST, job_table


def test_no_job_runs_for_longer_than_rabbitmq_waits_for_its_worker() -> None:
    """What is added to a limit on the way to RabbitMQ is looked at there (test_worker)."""
    jobs = job_table(time(3)).jobs
    assert jobs
    assert [job.name for job in jobs if job.limit > LONGEST] == []
