"""The demo's help centre and places, put where the product looks for them."""

from csm.knowledge import Shelf
from csm.ports import Clock, Writer
from csm.question import Mode, PlaceMode
from sources.demo_catalogue import demo_places

# In Acme's channel questions are answered at once; in Globex's, their CSM sees a draft first.
_MODES = {"acme-shared": Mode.ANSWER, "globex-shared": Mode.DRAFT, "cs-team": Mode.CASES}


def set_demo_modes(writer: Writer, clock: Clock) -> None:
    """What is done with questions in the demo's channels, unless somebody has said otherwise."""
    for place in demo_places():
        if writer.place_mode(place.platform, place.workspace, place.channel) is None:
            writer.set_place_mode(
                PlaceMode(
                    platform=place.platform,
                    workspace=place.workspace,
                    channel=place.channel,
                    mode=_MODES[place.name],
                    set_by="ada",
                    set_at=clock.now(),
                )
            )


def help_address(shelf: Shelf) -> str:
    """Where readers find that shelf's pages: those for our own people are on no web site."""
    from sources.demo_help import BASE_ADDRESS

    return BASE_ADDRESS if shelf is Shelf.CUSTOMER else ""
