"""Coming in by name and password, by token or by a one-time code, and how long a session lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from give_ld.access import sessions
from give_ld.access.attempts import FREE_FOR_AN_ACCOUNT
from give_ld.access.passwords import Passwords
from give_ld.access.signin import SignIn, invite, set_password
from give_ld.errors import BadInput, NotAuthenticated, Spent
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.credentials import Credential, end_sessions, failures
from give_ld.model.event import Payload
from give_ld.model.user import ALL_SCOPES, PasswordSet, User
from give_ld.people import change_user, issue_token, revoke_token
from tests.access.conftest import GOOD
from tests.conftest import People, Ticking


def last_event(home: Home) -> Payload:
    return list(home.journal.events())[-1][1]


def begin(home: Home, user: User, before: str = "") -> str:
    return sessions.begin(home, Credential(user, frozenset(ALL_SCOPES)), before)


def move(home: Home, seconds: float) -> None:
    assert isinstance(home.journal.clock, Ticking)
    home.journal.clock.now += timedelta(seconds=seconds)


def test_a_password_lets_in_and_is_kept_as_a_hash_only(
    home: Home, people: People, doors: SignIn, fast: Passwords
) -> None:
    set_password(home, people.ann, GOOD, "operator", fast)
    assert last_event(home) == PasswordSet(user=people.ann.id)
    assert doors.with_password("Ann", GOOD, "here").user == people.ann
    home.journal.close()
    everything = b"".join(file.read_bytes() for file in home.settings.home.glob("journal*"))
    assert GOOD.encode() not in everything


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    home: Home, people: People, doors: SignIn, fast: Passwords
) -> None:
    set_password(home, people.ann, GOOD, "operator", fast)
    set_password(home, people.bob, GOOD, "operator", fast)
    change_user(home, people.bob, active=False)
    said = []
    for name, password in (("Ann", "wrong"), ("Nobody", GOOD), ("Bob", GOOD), ("Rita", GOOD)):
        with pytest.raises(NotAuthenticated) as caught:
            doors.with_password(name, password, "here")
        said.append((caught.value.message, caught.value.rule))
    assert len(set(said)) == 1
    with home.journal.reading() as db:
        assert list(failures(db).values()) == [4]


def test_an_account_that_does_not_exist_is_locked_like_any_other(
    home: Home, people: People, doors: SignIn, fast: Passwords
) -> None:
    set_password(home, people.ann, GOOD, "operator", fast)
    for name in ("Ann", "Nobody"):
        for turn in range(FREE_FOR_AN_ACCOUNT):
            with pytest.raises(NotAuthenticated):
                doors.with_password(name, "wrong", f"{name} {turn}")
        with pytest.raises(Spent):
            doors.with_password(name, GOOD, "elsewhere")
    assert all(type(event) is not User for _, event in home.journal.events(after=home.journal.head().seq))


def test_a_password_is_hashed_anew_when_the_parameters_change(home: Home, people: People, fast: Passwords) -> None:
    set_password(home, people.ann, GOOD, "operator", fast)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    SignIn(home, stronger).with_password("Ann", GOOD, "here")
    with home.journal.reading() as db:
        assert "t=2" in str(db.scalar(select(t.password.c.hash)))
    assert SignIn(home, stronger).with_password("Ann", GOOD, "here").user == people.ann


def test_a_one_time_code_sets_a_password_once(home: Home, people: People, doors: SignIn) -> None:
    code = invite(home, people.ann, people.admin.id)
    with pytest.raises(BadInput):
        doors.accept(code, "short", "here")
    assert doors.invited(code, "here") == people.ann
    secret = begin(home, people.ann)
    doors.accept(code, GOOD, "here")
    assert sessions.session(home, secret) is None
    with pytest.raises(NotAuthenticated):
        doors.accept(code, GOOD, "here")
    assert doors.with_password("Ann", GOOD, "here").user == people.ann
    assert [entry.entry.actor for entry in home.journal.entries()][-1] == people.admin.id


def test_a_one_time_code_is_good_for_a_day_and_replaced_by_a_new_one(home: Home, people: People, doors: SignIn) -> None:
    first, second = invite(home, people.ann), invite(home, people.ann)
    with pytest.raises(NotAuthenticated):
        doors.invited(first, "here")
    move(home, 86_400)
    with pytest.raises(NotAuthenticated):
        doors.invited(second, "here")


def test_a_session_ends_when_it_is_not_used_and_at_the_latest_after_its_time(home: Home, people: People) -> None:
    idle, most = home.settings.session_idle_seconds, home.settings.session_seconds
    secret = begin(home, people.ann)
    for _ in range(int(most / (idle - 10))):
        move(home, idle - 15)
        assert sessions.session(home, secret) is not None
    move(home, idle - 15)
    assert sessions.session(home, secret) is None
    unused = begin(home, people.ann)
    move(home, idle)
    assert sessions.session(home, unused) is None


def test_a_new_session_ends_the_one_before_and_all_of_a_user_can_be_ended(home: Home, people: People) -> None:
    first = begin(home, people.ann)
    second, third, other = begin(home, people.ann, first), begin(home, people.ann), begin(home, people.bob)
    assert sessions.session(home, first) is None
    with home.journal.beside() as db:
        assert end_sessions(db, people.ann.id) == 2
    assert [sessions.session(home, each) for each in (second, third)] == [None, None]
    assert sessions.session(home, other) is not None


def test_only_the_digest_of_a_session_is_kept(home: Home, people: People) -> None:
    secret = begin(home, people.ann)
    with home.journal.reading() as db:
        assert secret not in str(db.execute(select(t.session)).all())


def test_who_left_has_no_session_token_or_code_any_more(home: Home, people: People, doors: SignIn) -> None:
    secret, token, code = begin(home, people.ann), issue_token(home, "Ann", 1), invite(home, people.ann)
    gone = change_user(home, people.ann, active=False)
    for active in (gone, change_user(home, gone, active=True)):
        assert active.id == people.ann.id
        assert sessions.session(home, secret) is None
        assert sessions.bearer(home, token) is None
        with pytest.raises(NotAuthenticated):
            doors.invited(code, "here")


def test_a_session_by_token_lasts_no_longer_than_the_token(home: Home, people: People, doors: SignIn) -> None:
    token = issue_token(home, "Ann", 1)
    move(home, 86_400 - 600)
    secret = sessions.begin(home, doors.with_token(token, "here"))
    assert sessions.session(home, secret) is not None
    move(home, 600)
    assert sessions.session(home, secret) is None


def test_a_session_by_token_ends_with_the_token(home: Home, people: People, doors: SignIn) -> None:
    credential = doors.with_token(issue_token(home, "Ann", 1), "here")
    secret = sessions.begin(home, credential)
    assert sessions.session(home, secret) is not None
    revoke_token(home, people.ann, credential.token)
    assert sessions.session(home, secret) is None
