"""Risks: what may cost us the customer, as playbook/risks.toml defines it."""

from enum import StrEnum

from csm.rule import Rule


class RiskFamily(StrEnum):
    """Where a risk comes from: the customer's circumstances, their use of the product, their
    feelings, or support and the product's own health."""

    CONTEXT = "context"
    HABITS = "habits"
    SENTIMENT = "sentiment"
    SUPPORT = "support"


class Risk(Rule):
    family: RiskFamily
