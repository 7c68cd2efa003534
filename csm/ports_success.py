"""The part of the records that onboarding, renewals and reviews are looked after by."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from csm.account import Milestone, Subscription


class RunwayReader(Protocol):
    """What can be asked about the ways to the first value, to the renewal and to a review. No
    number of queries depends on how many accounts are asked for; accounts without any are
    absent."""

    def milestones(self, csm_email: str | None, done_since: date) -> dict[int, list[Milestone]]:
        """Those not done, and those done on that day or later, of the accounts that are not churned
        of one CSM or (None) of everybody: by account id, soonest due first."""
        ...

    def subscriptions_of(self, account_ids: Collection[int]) -> dict[int, list[Subscription]]:
        """By account id, in the order of their keys."""
        ...

    def last_reviews(self, account_ids: Collection[int], until: date) -> dict[int, datetime]:
        """When the last business review took place, that day included: by account id."""
        ...
