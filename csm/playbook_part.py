"""The base of everything that is written in the playbook's files."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

# A number in quotes, or true for 1, is a slip of the pen: it is reported, not guessed at.
Number = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Phrase = Annotated[str, Field(min_length=2, max_length=80)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def nearest(word: str, known: "list[str] | tuple[str, ...]") -> str:
    """`; did you mean "x"?`, or nothing when no known word is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else ""


class Part(BaseModel):
    """One table of a file. Unknown keys are refused, with the nearest known one suggested."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, validate_by_alias=True
    )

    @classmethod
    def keys(cls) -> list[str]:
        return [field.alias or name for name, field in cls.model_fields.items()]

    @model_validator(mode="before")
    @classmethod
    def _keys_are_known(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = cls.keys()
        unknown = [key for key in data if key not in known]
        if unknown:
            slips = " and ".join(
                f'unknown key "{key}" (value {data[key]!r}){nearest(key, known)}' for key in unknown
            )
            raise PydanticCustomError("unknown_key", "{slips}", {"slips": slips})
        return data
