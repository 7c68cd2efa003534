"""Why a message is not answered by us."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a message is not answered by us, besides the ids of topics."""

    # Why nothing is said
    NOTHING_SAID = "nothing_said"
    SMALL_TALK = "small_talk"
    FOR_OTHERS = "for_others"
    PERSON_SPOKE_LAST = "person_spoke_last"
    SWITCHED_OFF = "switched_off"
    NO_QUESTION = "no_question"
    NOT_OUR_BUSINESS = "not_our_business"
    WITH_A_PERSON = "with_a_person"
    STAFF_SPOKE = "staff_spoke"
    STAFF_PLACE = "staff_place"
    UNKNOWN_PLACE = "unknown_place"
    HEARD_BEFORE = "heard_before"
    OVERTAKEN = "overtaken"
    SETTLED = "settled"
    # Why a person is asked
    TOO_LONG = "too_long"
    TOO_VAGUE = "too_vague"
    NOT_FOUND = "not_found"
    MODEL_ABSTAINED = "model_abstained"
    NOTHING_TO_SAY = "nothing_to_say"
    GUARD_REFUSED = "guard_refused"
    LIBRARY_DOWN = "library_down"
    NOBODY_TO_CHECK = "nobody_to_check"
    UNFINISHED = "unfinished"
