"""What is said of outages: each once when it begins, and once when it is over."""

from structlog.testing import capture_logs

from csm.errors import Unavailable
from jobs.outages import Outages

DATABASE = Unavailable("The database is away.")
MAILBOX = Unavailable("The mailbox is away.")


def test_each_outage_is_said_although_something_else_fails_for_good() -> None:
    outages = Outages()
    with capture_logs() as logs:
        outages.failed("mailbox", MAILBOX)
        for _ in range(2):
            outages.failed("plan", DATABASE)
            outages.failed("plan", DATABASE)
            outages.worked("plan")
    said = [(line["event"], line["reason"]) for line in logs]
    outage = [("work fails", str(DATABASE)), ("works again", str(DATABASE))]
    assert said == [("work fails", str(MAILBOX)), *outage, *outage]


def test_also_where_the_other_part_was_touched_by_the_outage() -> None:
    outages = Outages()
    with capture_logs() as logs:
        outages.failed("mailbox", MAILBOX)
        for _ in range(2):
            outages.failed("plan", DATABASE)
            outages.failed("mailbox", DATABASE)
            outages.failed("mailbox", MAILBOX)
            outages.worked("plan")
    said = [line["reason"] for line in logs if line["event"] == "work fails"]
    assert said == [str(MAILBOX), str(DATABASE), str(DATABASE)]


def test_an_outage_of_many_parts_is_one_and_over_with_the_last() -> None:
    outages = Outages()
    with capture_logs() as logs:
        outages.failed("plan", DATABASE)
        outages.failed("offer", DATABASE)
        outages.worked("plan")
        assert [line["event"] for line in logs] == ["work fails"]
        outages.worked("offer")
    assert [line["event"] for line in logs] == ["work fails", "works again"]


def test_faults_that_take_turns_are_each_said_once() -> None:
    outages = Outages()
    with capture_logs() as logs:
        for _ in range(3):
            outages.failed("plan", DATABASE)
            outages.failed("plan", RuntimeError("of somebody"))
        outages.worked("plan")
    assert [line["event"] for line in logs] == ["work fails", "work fails", "works again"]
