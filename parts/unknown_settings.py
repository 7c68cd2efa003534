"""Names in the environment that are meant for us, but are no setting of ours."""

from collections.abc import Mapping
from typing import Final

from pydantic_settings import DotEnvSettingsSource
from rapidfuzz import fuzz, process

from settings import Settings

_OURS: Final = "DIGITAL_CSM_"
# Of 100. A name of usual length is as near as that with two letters swapped, or one more or less.
_NEAR: Final = 85
# HOST and PORT are near too many names that are somebody else's.
_SHORTEST: Final = 8


def unknown_settings(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each name, there or in the `.env` file, that begins as ours do or is nearly
    one of them, and is none: with the one that was meant, where that is plain."""
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    # Whether letters are capital makes no difference to settings.
    names = {name.upper() for name in (*environ, *DotEnvSettingsSource(Settings).env_vars)}
    sentences = []
    for name in sorted(names - known):
        near = _nearest(name, known)
        if near:
            sentences.append(f"{name} is no setting; did you mean {near}?")
        elif name.startswith(_OURS):
            sentences.append(f"{name} is no setting: docs/settings.md has all that there are.")
    return sentences


def _nearest(name: str, known: set[str]) -> str:
    """Empty where none is near."""
    long_enough = sorted(one for one in known if len(one) >= _SHORTEST)
    found = process.extractOne(name, long_enough, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else ""
