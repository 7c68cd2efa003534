"""Modes of places: who may set them, where, and what they mean."""

import pytest

from csm.errors import Forbidden, InvalidInput, NotFound
from csm.people import Capability, Place
from csm.ports import Records
from csm.question import Mode
from csm.use_cases.place_modes import place_named, see_mode, set_mode
from tests.csm.answering_scene import (
    CASEY,
    JO_DM,
    LOBBY,
    SHARED,
    START,
    TEAM,
    Scene,
    clearance,
    staff_clearance,
)

SETTINGS_OF = Capability.ANSWER_CUSTOMERS


@pytest.fixture
def scene(records: Records) -> Scene:
    return Scene(records, mode=None)


def test_a_mode_is_set_seen_and_kept(scene: Scene) -> None:
    leave = staff_clearance(SETTINGS_OF)
    before = see_mode(leave, scene.records, scene.settings, SHARED)
    assert (before.mode, before.set_by, before.set_at) == (Mode.DRAFT, "", None)
    after = set_mode(leave, scene.records, scene.settings, START, SHARED, " Answer ")
    assert (after.mode, after.set_by, after.set_at) == (Mode.ANSWER, "Casey Rivers", START)
    assert see_mode(leave, scene.records, scene.settings, SHARED) == after
    assert "answered at once" in after.meaning


@pytest.mark.parametrize(
    ("place", "word", "mode"),
    [
        (SHARED, "off", Mode.OFF),
        (SHARED, "draft", Mode.DRAFT),
        (TEAM, "cases", Mode.CASES),
        (TEAM, "off", Mode.OFF),
    ],
)
def test_each_place_has_its_modes(scene: Scene, place: Place, word: str, mode: Mode) -> None:
    leave = staff_clearance(SETTINGS_OF)
    assert set_mode(leave, scene.records, scene.settings, START, place, word).mode is mode


@pytest.mark.parametrize(
    ("place", "word", "complaint"),
    [
        (SHARED, "cases", "does not fit this place. Choose one of: answer, draft, off"),
        (TEAM, "answer", "does not fit this place. Choose one of: cases, off"),
        (SHARED, "loud", "“loud” is no mode. Choose one of: answer, draft, off"),
        (SHARED, "", "“” is no mode"),
        (LOBBY, "answer", "do not know who reads"),
        (JO_DM, "off", "for a channel"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    scene: Scene, place: Place, word: str, complaint: str
) -> None:
    leave = staff_clearance(SETTINGS_OF)
    with pytest.raises(InvalidInput, match=complaint):
        set_mode(leave, scene.records, scene.settings, START, place, word)
    with scene.records.reading() as reader:
        assert reader.place_modes() == []


def test_a_staff_place_has_no_mode_until_it_is_given_one(scene: Scene) -> None:
    leave = staff_clearance(SETTINGS_OF)
    report = see_mode(leave, scene.records, scene.settings, TEAM)
    assert report.mode is None
    assert report.meaning == "Nothing is told here by itself."
    off = set_mode(leave, scene.records, scene.settings, START, TEAM, "off")
    assert off.meaning == report.meaning


def test_a_mode_that_no_longer_fits_its_place_does_not_hold(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.CASES)
    leave = staff_clearance(SETTINGS_OF)
    assert see_mode(leave, scene.records, scene.settings, SHARED).mode is Mode.DRAFT


def test_it_takes_leave_to_answer_customers(scene: Scene) -> None:
    wrong = clearance(CASEY, SHARED)
    with pytest.raises(Forbidden):
        set_mode(wrong, scene.records, scene.settings, START, SHARED, "off")
    with pytest.raises(Forbidden):
        see_mode(wrong, scene.records, scene.settings, SHARED)


def test_a_place_is_found_by_its_name_on_the_same_platform(scene: Scene) -> None:
    assert place_named(scene.records, " #Acme-Shared", TEAM) == SHARED
    with pytest.raises(NotFound, match="no channel called “dm-jo”"):
        place_named(scene.records, "dm-jo", TEAM)
    with pytest.raises(NotFound):
        place_named(
            scene.records, "acme-shared", Place("slack", "T1", "C1", TEAM.kind, TEAM.audience)
        )


def test_a_name_that_two_places_have_is_not_guessed_at(scene: Scene) -> None:
    twin = Place("console", "other", "acme-shared", SHARED.kind, SHARED.audience, "acme-shared")
    with scene.records.writing() as writer:
        writer.save_place(twin, START)
    with pytest.raises(InvalidInput, match="2 channels"):
        place_named(scene.records, "acme-shared", TEAM)
