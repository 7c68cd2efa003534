"""Steps of the machine's clock are seen, and nothing ends the watching."""

import time

from structlog.testing import capture_logs

from jobs.wall_clock import WallClock
from tests.jobs.servers import until


def test_a_step_that_cannot_be_followed_is_told_of_again_and_so_is_the_next() -> None:
    told, ahead, asked = [0], [0.0], [0]

    def wall() -> float:
        found = time.monotonic() + ahead[0]
        asked[0] += 1
        return found

    def follow() -> None:
        told[0] += 1
        if told[0] == 1:
            raise RuntimeError("the scheduler is at odds")

    clock = WallClock(follow, wall, every=0.01)
    with capture_logs() as logs:
        clock.start()
        until(lambda: asked[0], "it knows the clock as it was before the step", 10)
        ahead[0] = 3600
        until(lambda: told[0] == 2, "it is told of again", 10)
        ahead[0] = 0
        until(lambda: told[0] == 3, "the step back is seen", 10)
        clock.stop()
    events = [line["event"] for line in logs]
    assert events.count("the clock's step could not be followed") == 1
    assert [line["seconds"] for line in logs if "seconds" in line] == [3600, 3600, -3600]
