"""Charts as pictures, ready to be shown."""

from csm.card import Picture
from csm.chart import Chart
from csm.ports import Pictures


def picture_of(chart: Chart, pictures: Pictures) -> Picture:
    """The chart, drawn, under the name of its newest day, with the words that stand for it."""
    day = f"-{chart.days[-1].isoformat()}" if chart.days else ""
    return Picture(name=f"chart{day}.png", alt=chart.alt, png=pictures.chart(chart))
