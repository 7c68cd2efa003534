"""What we do with questions in a place: seen and set by colleagues."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.errors import InvalidInput, NotFound
from csm.people import AudienceKind, Capability, Clearance, Place, PlaceKind
from csm.ports import Reader, Records
from csm.question import Mode, PlaceMode
from csm.use_cases.colleagues import name_in

MEANINGS: Final = {
    Mode.ANSWER: "Customers' questions are answered at once, as far as the library goes; "
    "a person gets the others.",
    Mode.DRAFT: "Answers go to the account's CSM first, who sends, edits or discards them.",
    Mode.OFF: "Questions are left to people. Whoever calls us by name and asks for a person "
    "still gets one.",
    Mode.CASES: "What the machine does not answer, for any customer, is told here.",
}
_FOR_CUSTOMERS: Final = (Mode.ANSWER, Mode.DRAFT, Mode.OFF)


@dataclass(frozen=True, slots=True)
class ModeReport:
    """A place's mode; None for a staff-only place where nothing is told. `set_by` is a name,
    empty where the default holds."""

    place: Place
    mode: Mode | None
    choices: tuple[Mode, ...]
    set_by: str = ""
    set_at: datetime | None = None

    @property
    def meaning(self) -> str:
        if self.mode is None or (self.mode is Mode.OFF and self.place.audience.is_staff_only):
            return "Nothing is told here by itself."
        return MEANINGS[self.mode]


def see_mode(
    clearance: Clearance, records: Records, settings: AnswerSettings, place: Place
) -> ModeReport:
    """The mode of a place. Raises InvalidInput for a place that can have none."""
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    choices = _choices(place)
    with records.reading() as reader:
        return _report(reader, settings, place, choices)


def set_mode(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    place: Place,
    word: str,
) -> ModeReport:
    """Change the mode of a place to the one that was typed. Raises InvalidInput for a mode that
    does not exist or does not fit the place."""
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    choices = _choices(place)
    mode = _mode_of(word, choices)
    with records.writing() as writer:
        writer.set_place_mode(
            PlaceMode(
                platform=place.platform,
                workspace=place.workspace,
                channel=place.channel,
                mode=mode,
                set_by=clearance.principal.key,
                set_at=now,
            )
        )
        return _report(writer, settings, place, choices)


def place_named(records: Records, name: str, near: Place) -> Place:
    """The place that somebody names, on the platform where they stand: "#acme-shared". Raises
    NotFound, and InvalidInput where several have that name."""
    wanted = name.strip().lstrip("#").casefold()
    with records.reading() as reader:
        found = [
            place
            for place in reader.places()
            if place.platform == near.platform
            and place.kind is PlaceKind.CHANNEL
            and wanted in (place.name.casefold(), place.channel.casefold())
        ]
    if not found:
        raise NotFound(f"I know no channel called “{name.strip()[:60]}”.")
    if len(found) > 1:
        raise InvalidInput(f"There are {len(found)} channels called “{name.strip()[:60]}”.")
    return found[0]


def _report(
    reader: Reader, settings: AnswerSettings, place: Place, choices: tuple[Mode, ...]
) -> ModeReport:
    kept = reader.place_mode(place.platform, place.workspace, place.channel)
    if kept is None or kept.mode not in choices:
        default = settings.default_mode if choices == _FOR_CUSTOMERS else None
        return ModeReport(place, default, choices)
    return ModeReport(place, kept.mode, choices, name_in(reader, kept.set_by), kept.set_at)


def _choices(place: Place) -> tuple[Mode, ...]:
    if place.kind is PlaceKind.DM:
        raise InvalidInput(
            "A mode is for a channel. In direct messages I always answer: nobody else reads there."
        )
    match place.audience.kind:
        case AudienceKind.CUSTOMER:
            return _FOR_CUSTOMERS
        case AudienceKind.STAFF:
            return (Mode.CASES, Mode.OFF)
        case AudienceKind.UNKNOWN:
            raise InvalidInput(
                "I do not know who reads this place, so it can have no mode. Its audience must be "
                "one customer, or our own team."
            )


def _mode_of(word: str, choices: tuple[Mode, ...]) -> Mode:
    wanted = word.strip().casefold()
    for mode in choices:
        if mode == wanted:
            return mode
    known = ", ".join(choices)
    if wanted in set(Mode):
        raise InvalidInput(f"The mode “{wanted}” does not fit this place. Choose one of: {known}.")
    raise InvalidInput(f"“{word.strip()[:40]}” is no mode. Choose one of: {known}.")
