"""A picture as data: what it shows, drawn only where it is shown."""

from datetime import date

from csm.card import Part


class Series(Part):
    """One line or layer of a chart: a value a day, None where unknown."""

    name: str
    values: tuple[float | None, ...]
    colour: str = ""  # a grade's name, or empty for the drawer's own


class Chart(Part):
    """Layers that add up (`stacked`), each day, and lines in per cent over them (`shares`, 0 to 1
    and beyond). `alt` says in words what it shows, `subtitle` of what it is only a part."""

    title: str
    subtitle: str = ""
    alt: str
    days: tuple[date, ...]
    unit: str = ""  # of what is stacked, e.g. USD
    stacked: tuple[Series, ...] = ()
    shares: tuple[Series, ...] = ()
