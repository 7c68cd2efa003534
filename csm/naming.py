"""How people write names, made comparable."""

import unicodedata


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def fold(text: str) -> str:
    """Lower case, no accents, single blanks: "  Crème  Brûlée GmbH" gives "creme brulee gmbh".

    Folding twice gives the same as folding once, so stored and typed names can be compared.
    """
    # Case folding can bring new marks and compatibility forms, hence the second pass.
    return " ".join(_without_marks(_without_marks(text).casefold()).casefold().split())
