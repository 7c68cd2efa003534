"""Leads: what a successful customer yields, as playbook/leads.toml defines it."""

from enum import StrEnum

from csm.rule import Rule


class LeadFamily(StrEnum):
    """The three leads of the helix: renewal, expansion (CSQL) and advocacy (CSQA)."""

    RENEWAL = "renewal"
    EXPANSION = "expansion"
    ADVOCACY = "advocacy"


class Lead(Rule):
    family: LeadFamily
