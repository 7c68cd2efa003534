"""Pictures as files, for a surface that cannot show them."""

import re
from pathlib import Path
from typing import Final

from csm.card import Picture
from csm.errors import Unavailable

MAX_STEM: Final = 60

_NOT_FOR_FILES: Final = re.compile(r"[^A-Za-z0-9_-]+")


def save_picture(picture: Picture, folder: Path, reference: str) -> Path:
    """Write the PNG into the folder (made where missing) and return its path.

    The name keeps only plain letters of the picture's own, so it cannot leave the folder; the
    turn's reference makes it one of its kind. Raises Unavailable when it cannot be written.
    """
    stem = _NOT_FOR_FILES.sub("-", Path(picture.name).stem).strip("-")[:MAX_STEM] or "picture"
    path = folder / f"{stem}-{_NOT_FOR_FILES.sub('-', reference)}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture.png)
    except OSError as error:
        raise Unavailable(
            f"The picture could not be written to {folder}: {error.strerror}."
        ) from error
    return path
