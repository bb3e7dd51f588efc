"""What claims make of a person: roles and partner by rows of the settings, a name, and an id that tells nobody who."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.access.claims import granted, name_in, opaque_id, user_of, values_at
from give_ld.config import Settings
from give_ld.errors import NotAllowed, NotUsable
from give_ld.home import Home
from give_ld.journal.lookups import find_user_by_id
from give_ld.model.decision import Role
from give_ld.model.user import ClaimRow, User, UserChanged
from give_ld.people import change_user
from give_ld.rebuild import check
from tests.conftest import OTHER, People
from tests.factories import PARTNER

ROWS = (
    ClaimRow(claim="give_rol_3d", value="Archivaris:OVO000001", roles=(Role.ARCHIVIST,), partner=PARTNER),
    ClaimRow(claim="give_rol_3d", value="Archivaris:OVO000002", roles=(Role.ARCHIVIST,), partner=OTHER),
    ClaimRow(claim="give_rol_3d", value="Beheerder:OVO000001", roles=(Role.ADMIN,), partner=PARTNER),
    ClaimRow(claim="realm_access.roles", value="auditor", roles=(Role.AUDITOR,)),
)
ANN = {"iss": "https://id.example.org", "sub": "ann@archive", "name": "Ann De Smet"}
TEXT = st.text("Aa:,.\u0000\u202e ", max_size=8)
JSON = st.recursive(
    st.none() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("roles") | TEXT, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"oidc_roles": ROWS})


@pytest.mark.parametrize(
    ("claims", "roles", "partner"),
    [
        ({"give_rol_3d": "Archivaris:OVO000001"}, (Role.ARCHIVIST,), PARTNER),
        ({"give_rol_3d": ["Lezer:OVO9", "Archivaris:OVO000003,OVO000002"]}, (Role.ARCHIVIST,), OTHER),
        ({"give_rol_3d": ["Beheerder:OVO000001", "Archivaris:OVO000001"]}, (Role.ARCHIVIST, Role.ADMIN), PARTNER),
        ({"give_rol_3d": ["Archivaris:OVO000001,OVO000002"]}, (Role.ARCHIVIST,), PARTNER),
        ({"realm_access": {"roles": ["auditor"]}}, (Role.AUDITOR,), None),
        ({"realm_access.roles": ["auditor"]}, (Role.AUDITOR,), None),
    ],
    ids=str,
)
def test_a_row_gives_roles_of_one_partner(claims: dict[str, Any], roles: tuple[Role, ...], partner: str | None) -> None:
    assert granted(claims, ROWS) == (roles, partner)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"give_rol_3d": []},
        {"give_rol_3d": "archivaris:OVO000001"},
        {"give_rol_3d": "Archivaris:OVO0000011"},
        {"give_rol_3d": {"Archivaris:OVO000001": True}},
        {"roles": ["auditor"]},
        {"realm_access": "roles"},
    ],
    ids=str,
)
def test_without_a_row_that_matches_nobody_comes_in(claims: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed) as caught:
        granted(claims, ROWS)
    assert caught.value.rule == "no-role"


@given(st.dictionaries(st.sampled_from(["give_rol_3d", "realm_access", "name", "given_name"]), JSON))
def test_whatever_a_provider_says_is_no_crash(claims: dict[str, Any]) -> None:
    for row in ROWS:
        assert all(isinstance(value, str) for value in values_at(claims, row.claim))
    assert len(name_in(claims)) <= 200


@given(st.text("Role: ,", min_size=1), st.lists(st.text("abc1", min_size=1), min_size=2))
def test_a_role_for_many_organisations_is_one_for_each(role: str, organisations: list[str]) -> None:
    role = role.replace(":", "").replace(",", "")
    found = set(values_at({"role": f"{role}:{','.join(organisations)}"}, "role"))
    assert found >= {f"{role}:{each}" for each in organisations}


def test_the_first_sign_in_adds_a_user_and_a_later_one_brings_the_roles(home: Home, people: People) -> None:
    user = user_of(home, ANN | {"give_rol_3d": "Archivaris:OVO000001"})
    assert (user.name, user.partner) == ("Ann De Smet", PARTNER)
    assert "ann" not in user.id
    head = home.journal.head().seq
    assert user_of(home, ANN | {"give_rol_3d": "Archivaris:OVO000001"}) == user
    assert home.journal.head().seq == head
    moved = user_of(home, ANN | {"give_rol_3d": "Archivaris:OVO000002"})
    assert (moved.id, moved.partner) == (user.id, OTHER)
    (event,) = [event for _, event in home.journal.events(after=head)]
    assert event == UserChanged(user=user.id, roles=(Role.ARCHIVIST,), partner=OTHER)
    with home.journal.reading() as db:
        assert find_user_by_id(db, user.id) == moved
    assert all(found.is_none for found in check(home).values())


def test_a_name_that_somebody_has_stays_theirs(home: Home, people: People) -> None:
    user = user_of(home, ANN | {"name": "Ann", "give_rol_3d": "Archivaris:OVO000001"})
    assert (user.name, user.id == people.ann.id) == (f"Ann ({user.id[:6]})", False)


def test_who_was_deactivated_here_does_not_come_in_by_the_provider(home: Home, people: People) -> None:
    claims = ANN | {"give_rol_3d": "Archivaris:OVO000001"}
    change_user(home, user_of(home, claims), active=False)
    with pytest.raises(NotAllowed):
        user_of(home, claims)


def test_a_row_of_an_unknown_partner_lets_nobody_in(home: Home) -> None:
    with pytest.raises(NotUsable):
        user_of(home, ANN | {"give_rol_3d": "Archivaris:OVO000001"})


def test_the_same_subject_of_another_issuer_is_somebody_else() -> None:
    ids = {opaque_id(secret, issuer, sub) for secret in (b"a", b"b") for issuer, sub in (("x", "yz"), ("xy", "z"))}
    assert len(ids) == 4
    assert all(User(id=each, name="made", roles=(Role.AUDITOR,)) for each in ids)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"given_name": "Ann", "family_name": "De Smet"}, "Ann De Smet"),
        ({"preferred_username": "ann"}, "ann"),
        ({"name": " Ann\u202e\n De\u0000  Smet "}, "Ann De Smet"),
        ({"name": ["Ann"]}, ""),
    ],
    ids=str,
)
def test_a_name_is_what_people_can_read(claims: dict[str, Any], name: str) -> None:
    assert name_in(claims) == name
