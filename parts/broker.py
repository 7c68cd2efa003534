"""The broker that the settings name, and what it asks of the other settings."""

from csm.errors import InvalidInput
from settings import Settings


def broker_of(settings: Settings) -> str | None:
    """Its address, or None where `serve` does all work itself.

    Raises InvalidInput where workers could not see what they are to work on.
    """
    if settings.broker_url is None:
        return None
    if settings.database.startswith("sqlite"):
        raise InvalidInput(
            "BROKER_URL is set, but the records are in SQLite, which workers on other machines "
            "cannot see. Set DATABASE_URL to postgresql://…, or leave BROKER_URL out: `serve` then "
            "does the work itself."
        )
    return settings.broker_url.get_secret_value()
