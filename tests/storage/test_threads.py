"""What is said in threads, and the modes of places."""

from csm.ports_keeping import Kept, Swept
from csm.question import Mode, PlaceMode
from storage.records import SqlRecords
from tests.storage.conversations import at_once, line
from tests.storage.portfolio import at


def mode(channel: str = "C1", wanted: Mode = Mode.ANSWER, set_by: str = "casey") -> PlaceMode:
    return PlaceMode(
        platform="slack",
        workspace="T1",
        channel=channel,
        mode=wanted,
        set_by=set_by,
        set_at=at(7, 1),
    )


def test_a_thread_comes_oldest_first(records: SqlRecords) -> None:
    late, early, as_late = line("m3", at=at(7, 2)), line("m2"), line("m1", at=at(7, 2))
    elsewhere = (
        line("m4", thread="t2"),
        line("m1", channel="C2"),
        line("m1", workspace="T2"),
        line("m1", platform="teams"),
    )
    with records.writing() as writer:
        for one in (late, early, as_late, *elsewhere):
            assert writer.add_line(one)
    with records.reading() as reader:
        assert reader.thread("slack", "T1", "C1", "t1") == [early, as_late, late]
        assert reader.thread("slack", "T1", "C2", "t1") == [elsewhere[1]]
        assert reader.thread("slack", "T1", "C1", "t9") == []


def test_a_line_is_kept_once(records: SqlRecords) -> None:
    with records.writing() as writer:
        assert writer.add_line(line("m1", text="a\x00b"))
        assert not writer.add_line(line("m1", text="edited"))
    with records.reading() as reader:
        (kept,) = reader.thread("slack", "T1", "C1", "t1")
    assert kept.text == "a\ufffdb"


def test_of_two_who_keep_a_line_one_is_first(records: SqlRecords) -> None:
    answers: list[bool] = []

    def keep() -> None:
        with records.writing() as writer:
            answers.append(writer.add_line(line()))

    at_once(keep, keep)
    assert sorted(answers) == [False, True]


def test_old_lines_are_forgotten(records: SqlRecords) -> None:
    with records.writing() as writer:
        for day in (1, 2, 3):
            writer.add_line(line(f"m{day}", at=at(7, day)))
        assert writer.sweep(Kept.THREADS, at(7, 3), 0) == Swept(2, None)
        assert writer.sweep(Kept.THREADS, at(7, 3), 0) == Swept(0, None)
    with records.reading() as reader:
        assert [one.message for one in reader.thread("slack", "T1", "C1", "t1")] == ["m3"]


def test_the_mode_of_a_place(records: SqlRecords) -> None:
    with records.writing() as writer:
        writer.set_place_mode(mode("C2", Mode.OFF))
        writer.set_place_mode(mode("C1", Mode.ANSWER))
        writer.set_place_mode(mode("C1", Mode.DRAFT, "riley"))
    with records.reading() as reader:
        assert reader.place_mode("slack", "T1", "C1") == mode("C1", Mode.DRAFT, "riley")
        assert reader.place_modes() == [mode("C1", Mode.DRAFT, "riley"), mode("C2", Mode.OFF)]
        assert reader.place_mode("slack", "T1", "C3") is None
        assert reader.place_mode("teams", "T1", "C1") is None


def test_of_two_who_set_a_mode_both_are_heard(records: SqlRecords) -> None:
    def set_mode(wanted: Mode) -> None:
        with records.writing() as writer:
            writer.set_place_mode(mode("C1", wanted))

    at_once(lambda: set_mode(Mode.DRAFT), lambda: set_mode(Mode.OFF))
    with records.reading() as reader:
        (kept,) = reader.place_modes()
    assert kept.mode in {Mode.DRAFT, Mode.OFF}
