"""Users and tokens: what changes is an event, and what is secret is kept as a digest only."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from give_ld.access import sessions
from give_ld.errors import Conflict, NotFound, NotUsable
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.credentials import tokens_of
from give_ld.journal.lookups import find_user
from give_ld.model.decision import Role
from give_ld.model.event import Payload
from give_ld.model.user import Scope, TokenIssued, TokenRevoked, UserChanged
from give_ld.people import add_user, change_user, issue_token, revoke_token
from give_ld.rebuild import check, rebuild
from tests.conftest import OTHER, People, Ticking


def events(home: Home, after: int) -> list[Payload]:
    return [event for _, event in home.journal.events(after)]


def test_who_left_stays_gone_when_somebody_changes_what_they_read_before(home: Home, people: People) -> None:
    change_user(home, people.bob, active=False)
    after = change_user(home, people.bob, roles=(Role.ADMIN,))
    assert (after.active, after.roles) == (False, (Role.ADMIN,))


def test_what_changes_about_a_user_is_an_event_from_which_the_user_is_made_again(home: Home, people: People) -> None:
    head = home.journal.head().seq
    ann = change_user(home, people.ann, people.admin.id, roles=(Role.AUDITOR,), partner=OTHER)
    assert change_user(home, ann, roles=(Role.AUDITOR,)) == ann
    assert events(home, head) == [UserChanged(user=ann.id, roles=(Role.AUDITOR,), partner=OTHER)]
    assert "Ann" not in events(home, head)[0].model_dump_json()
    rebuild(home)
    assert all(found.is_none for found in check(home).values())
    with home.journal.reading() as db:
        assert find_user(db, "Ann") == ann
    assert ann.name == "Ann"


@pytest.mark.parametrize(
    "changes",
    [{"roles": ()}, {"partner": None}, {"partner": "OR-0000000"}, {"roles": (Role.ARCHIVIST, Role.PIPELINE)}],
    ids=str,
)
def test_a_change_that_makes_no_user_is_refused(home: Home, people: People, changes: dict[str, object]) -> None:
    head = home.journal.head()
    with pytest.raises(NotUsable):
        change_user(home, people.ann, **changes)
    assert home.journal.head() == head


def test_a_name_is_taken_also_by_who_left(home: Home, people: People) -> None:
    change_user(home, people.ann, active=False)
    with pytest.raises(Conflict):
        add_user(home, "Ann", [Role.AUDITOR], None)


def test_a_token_is_kept_as_a_digest_with_its_scopes_and_the_day_of_its_use(home: Home, people: People) -> None:
    head = home.journal.head().seq
    token = issue_token(home, "Ann", 1, scopes=[Scope.REVIEW, Scope.READ])
    (issued,) = events(home, head)
    assert isinstance(issued, TokenIssued)
    assert issued.scopes == (Scope.READ, Scope.REVIEW)
    credential = sessions.bearer(home, token)
    assert credential is not None
    assert (credential.user, credential.scopes) == (people.ann, {Scope.READ, Scope.REVIEW})
    with home.journal.reading() as db:
        assert [listed.used for listed in tokens_of(db, people.ann.id)] == ["2026-03-02"]
        assert token not in str(db.execute(select(t.token)).all())
        assert token not in str(db.scalars(select(t.payload.c.body)).all())


def test_a_token_that_was_revoked_or_has_expired_is_of_no_use(home: Home, people: People) -> None:
    token, other = (issue_token(home, "Ann", 1) for _ in range(2))
    with home.journal.reading() as db:
        names = [listed.id for listed in tokens_of(db, people.ann.id)]
    head = home.journal.head().seq
    revoke_token(home, people.ann, names[0], people.admin.id)
    assert events(home, head) == [TokenRevoked(user=people.ann.id, token=names[0])]
    assert sessions.bearer(home, token) is None
    with pytest.raises(NotFound):
        revoke_token(home, people.bob, names[1])
    assert sessions.bearer(home, other) is not None
    assert isinstance(home.journal.clock, Ticking)
    home.journal.clock.now = home.journal.clock.now.replace(day=4)
    assert sessions.bearer(home, other) is None


def test_who_left_loses_each_token_as_an_event(home: Home, people: People) -> None:
    token = issue_token(home, "Ann", 1)
    head = home.journal.head().seq
    change_user(home, people.ann, people.admin.id, active=False)
    assert [type(event) for event in events(home, head)] == [UserChanged, TokenRevoked]
    assert sessions.bearer(home, token) is None
