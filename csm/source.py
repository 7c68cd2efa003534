"""Where the help library comes from, so that it can be read again."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from csm.knowledge import Shelf


class Source(BaseModel):
    """A place that was added to the library (a folder, a page, a site map), and how its last
    reading went: `problem` is empty where it went well."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(min_length=1, max_length=1000)
    shelf: Shelf
    product: str = Field(default="", max_length=120)
    base_url: str = Field(default="", max_length=500)
    added_at: datetime
    read_at: datetime | None = None
    problem: str = Field(default="", max_length=500)
