"""Pauses, suppressions, and what plays may do by themselves."""

from dataclasses import replace

import pytest

from csm.pause import Pause, PauseScope
from csm.play import Category, Tier
from csm.ports_outreach import PlayTier, StoredPause, StoredSuppression
from csm.suppression import Suppression, SuppressionKind
from storage.records import SqlRecords
from tests.storage.conversations import at_once
from tests.storage.portfolio import at


def suppression(**fields: object) -> Suppression:
    given = {
        "account_key": "a-1",
        "contact_key": "jo",
        "address": "jo@acme.example",
        "kind": SuppressionKind.OPT_OUT,
        "at": at(7, 1),
        "source": "reply",
        **fields,
    }
    return Suppression.model_validate(given)


def add(records: SqlRecords, *given: Suppression) -> list[int | None]:
    with records.writing() as writer:
        return [writer.add_suppression(one) for one in given]


def test_pauses_are_in_force_until_they_are_lifted(records: SqlRecords) -> None:
    everything = Pause(scope=PauseScope.ALL, by="casey", why="A fire.", at=at(7, 2))
    play = Pause(scope=PauseScope.PLAY, target="check_in", by="breaker", at=at(7, 1))
    with records.writing() as writer:
        all_id, play_id = writer.add_pause(everything), writer.add_pause(play)
        again = writer.add_pause(everything)
    with records.reading() as reader:
        assert reader.pauses() == [
            StoredPause(play_id, play),
            StoredPause(all_id, everything),
            StoredPause(again, everything),
        ]
    lifted = everything.model_copy(update={"lifted_by": "riley", "lifted_at": at(7, 3)})
    with records.writing() as writer:
        assert writer.lift_pauses(PauseScope.PLAY, "other", "riley", at(7, 3)) == []
        assert writer.lift_pauses(PauseScope.ACCOUNT, "check_in", "riley", at(7, 3)) == []
        assert writer.lift_pauses(PauseScope.ALL, "", "riley", at(7, 3)) == [
            StoredPause(all_id, lifted),
            StoredPause(again, lifted),
        ]
        assert writer.lift_pauses(PauseScope.ALL, "", "riley", at(7, 4)) == []
        assert writer.pauses() == [StoredPause(play_id, play)]


def test_a_suppression_comes_back_as_it_was(records: SqlRecords) -> None:
    full = suppression(category=Category.PRODUCT, why="They said so.", at=at(7, 2))
    everybody = suppression(contact_key="", address="", kind=SuppressionKind.LEGAL)
    full_id, all_id, _ = add(records, full, everybody, suppression(account_key="a-2"))
    assert full_id
    assert all_id
    with records.reading() as reader:
        assert reader.suppressions("a-1") == [
            StoredSuppression(all_id, everybody),
            StoredSuppression(full_id, full),
        ]
        assert reader.suppressions("a-3") == []


def test_objections_at_accounts_and_of_addresses_are_told(records: SqlRecords) -> None:
    at_another = suppression(account_key="a-2", at=at(7, 5))
    lifted = suppression(account_key="a-3")
    elsewhere = suppression(account_key="a-4", contact_key="x", address="al@globex.example")
    here, there, _, far, lifted_id = add(
        records,
        suppression(at=at(7, 3)),
        elsewhere,
        suppression(account_key="a-4"),
        at_another,
        lifted,
    )
    assert lifted_id
    with records.writing() as writer:
        assert writer.lift_suppression(lifted_id, "riley", at(7, 6))
        asked = {"a-1", "a-2", "a-3", "a-9"}, {"al@globex.example", ""}
        assert {one[0] for one in writer.objections(*asked)} == {here, there, far}
        assert (there, "a-4", "al@globex.example") in writer.objections(*asked)
        assert writer.objections(set(), {""}) == set()


@pytest.mark.parametrize("category", [None, Category.PRODUCT])
def test_the_same_is_in_force_once(records: SqlRecords, category: Category | None) -> None:
    (number,) = add(records, suppression(category=category))
    assert number
    assert add(records, suppression(category=category, at=at(7, 2), source="link")) == [None]
    others = (
        suppression(category=Category.MARKETING),
        suppression(category=category, kind=SuppressionKind.BOUNCED),
        suppression(category=category, contact_key="al"),
        suppression(category=category, account_key="a-2"),
    )
    assert None not in add(records, *others)
    with records.writing() as writer:
        assert writer.lift_suppression(number, "riley", at(7, 3))
        assert not writer.lift_suppression(number, "casey", at(7, 4))
        assert number not in {one.id for one in writer.suppressions("a-1")}
    assert add(records, suppression(category=category)) != [None]


def test_two_who_hear_the_same_keep_it_once(records: SqlRecords) -> None:
    kept: list[int | None] = []
    at_once(*(lambda: kept.extend(add(records, suppression())) for _ in range(4)))
    assert sorted(number is None for number in kept) == [False, True, True, True]


def test_a_play_has_one_tier(records: SqlRecords) -> None:
    manual = PlayTier("check_in", Tier.MANUAL, at(7, 1), "nobody", proposed=Tier.DELAYED)
    delayed = replace(manual, tier=Tier.DELAYED, since=at(7, 2), why="granted", proposed=None)
    other = PlayTier("tip", Tier.AUTOMATIC, at(7, 1), "casey")
    with records.writing() as writer:
        assert writer.play_tiers() == {}
        writer.set_play_tier(manual)
        writer.set_play_tier(other)
        assert writer.play_tiers() == {"check_in": manual, "tip": other}
        writer.set_play_tier(delayed)
    with records.reading() as reader:
        assert reader.play_tiers() == {"check_in": delayed, "tip": other}
