"""Which names on record can be written to."""

import pytest

from csm.written_names import is_company_name, is_person_name


@pytest.mark.parametrize(
    "name",
    ["Jo Marlowe", "Dr. Jo Marlowe", "J.R. Marlowe", "Marlowe, Jo", "Zoë O'Brien-Núñez", "Bo",
     "李雷", "Jo Marlowe (she)", "Contact 12", "Renée", "Иван Петров"],
)  # fmt: skip
def test_people_have_such_names(name: str) -> None:
    assert is_person_name(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "evil.page", "evil.gg Park", "jo@acme.example", "{csm_name}", "<b>Jo</b>", "Jo *x*",
     "Jo https://x", "5550100 Jo 55501", "@channel", "Jo\nMarlowe", "Jo" * 60, "x。com"],
)  # fmt: skip
def test_nobody_has_such_a_name(name: str) -> None:
    assert not is_person_name(name)


@pytest.mark.parametrize(
    "name", ["Acme", "Acme Inc.", "Müller & Söhne GmbH", "3M", "Yahoo!", "Bücher.de", "S.p.A. Uno"]
)
def test_companies_have_such_names(name: str) -> None:
    assert is_company_name(name, "bücher.de")


@pytest.mark.parametrize(
    "name", ["evil.page", "Acme evil.zip", "{product}", "<b>Acme</b>", "[Acme](x)", "@here", "...",
             "https://acme.example", "Acme\nWorks"],
)  # fmt: skip
def test_no_company_has_such_a_name(name: str) -> None:
    assert not is_company_name(name, "acme.example")
