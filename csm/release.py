"""What is new in our product and told to customers, as playbook/releases.toml has it."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from csm.playbook_part import Identifier, Line, Part

# For so long after its day a release is news.
NEWS_DAYS = 14


class Release(Part):
    """One thing that is there now. `feature` is the key of the feature that it belongs to, `text`
    one sentence on what it does for people, `link` its page in the help centre."""

    id: Identifier
    name: Line
    feature: Line
    on: date
    link: Annotated[str, Field(pattern=r"^https://\S+$", max_length=200)]
    text: Annotated[str, Field(min_length=10, max_length=200)]


class ReleaseFile(Part):
    releases: tuple[Release, ...] = Field(default=(), alias="release")


def news_for(
    releases: Iterable[Release], features_used: Collection[str], today: date
) -> Release | None:
    """The newest release of the last days in a feature that they use; never one to come."""
    fresh = [
        release
        for release in releases
        if release.feature in features_used
        and today - timedelta(days=NEWS_DAYS) <= release.on <= today
    ]
    return max(fresh, key=lambda release: (release.on, release.id), default=None)
