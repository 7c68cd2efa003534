"""The three leads of the helix."""

from dataclasses import replace
from datetime import timedelta

import pytest

from csm.account import Survey
from csm.assess import Known, assess
from csm.cta_plan import CtaBook
from csm.health import CtaType, FindingKind
from csm.lead import LeadFamily
from csm.ports import Assessment
from tests.csm.builders import (
    TODAY,
    Customer,
    ago,
    healthy,
    inputs_of,
    invoice,
    nps,
    subscription,
)
from tests.csm.shipped import shipped_playbook


def concluded(customer: Customer) -> Assessment:
    return assess(inputs_of([customer]), Known({}, [], CtaBook([], [], {})), shipped_playbook())


def leads_of(customer: Customer) -> dict[str, str]:
    found = concluded(customer).findings
    return {f.rule: f.evidence for f in found if f.kind is FindingKind.LEAD}


def full_house(customer: Customer) -> Customer:
    """More people than seats."""
    rows = [entry.model_copy(update={"active_users": 11}) for entry in customer.usage]
    return replace(customer, usage=rows)


def test_renewal_lead() -> None:
    who = healthy()
    who.subscriptions = [subscription(renews_on=TODAY + timedelta(days=100))]
    assert leads_of(who)["renewal_lead"].startswith("Renews in 100 days in good health")
    assert "renewal_lead" not in leads_of(healthy())


def test_an_unhealthy_renewal_is_no_lead() -> None:
    who = replace(healthy(), usage=[])
    who.subscriptions = [subscription(renews_on=TODAY + timedelta(days=100))]
    assert "renewal_lead" not in leads_of(who)


def test_expansion_lead() -> None:
    evidence = leads_of(full_house(healthy()))["expansion_lead"]
    assert evidence.startswith("At least 11 of 10 seats are in use (110 %)")
    assert "expansion_lead" not in leads_of(healthy())


def test_nothing_is_sold_to_those_who_do_not_pay() -> None:
    who = full_house(healthy())
    who.invoices = [invoice(10)]
    assert "expansion_lead" not in leads_of(who)


def test_advocacy_lead() -> None:
    assert leads_of(healthy())["advocacy_lead"].startswith("NPS 9, given 30 days ago")


@pytest.mark.parametrize("answer", [nps(8, 5), nps(10, 181)])
def test_no_advocacy_without_a_fresh_promoter(answer: Survey) -> None:
    assert "advocacy_lead" not in leads_of(replace(healthy(), surveys=[answer]))


def test_a_promoter_without_outcomes_is_no_advocate() -> None:
    assert "advocacy_lead" not in leads_of(replace(healthy(), usage=[], started_on=ago(300)))


def test_leads_open_opportunities() -> None:
    assert {lead.family for lead in shipped_playbook().leads} == set(LeadFamily)
    opened = concluded(full_house(healthy())).opened_ctas
    by_reason = {cta.reason: cta.type for cta in opened}
    assert by_reason["expansion_lead"] is CtaType.OPPORTUNITY
    assert by_reason["advocacy_lead"] is CtaType.OPPORTUNITY
