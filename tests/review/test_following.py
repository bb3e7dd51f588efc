"""The graphs follow a decision after it was acknowledged, and nobody reads behind it."""

from __future__ import annotations

import logging
import threading
import time
from unittest.mock import patch

import pytest

from give_ld.home import Home, open_home
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.rebuild import check
from give_ld.review.decide import Decision, Ruling
from give_ld.review.following import Following
from give_ld.review.projection import Projection
from tests.conftest import Bringing, People
from tests.factories import a_face_match, a_mention

UNCALIBRATED = {"confidence": None, "calibrator": None}


def _acknowledged(home: Home, people: People, iri: str) -> Ruling:
    """Return an approval that was acknowledged; the graphs follow only when somebody asks for them."""
    with patch("give_ld.review.following.PAUSE", 3600):
        return home.decide(people.ann, Decision(iri, Verdict.APPROVE), wait=False)


def test_a_change_begins_when_somebody_waits_for_it() -> None:
    following, done = Following(), threading.Event()
    following.begin(done.set, pause=3600)
    assert not done.is_set()
    following.settle()
    assert done.is_set()
    following.close()


def test_a_change_begins_by_itself_after_its_pause() -> None:
    following, done = Following(), threading.Event()
    following.begin(done.set, pause=0.001)
    assert done.wait(10)
    following.close()


def test_a_change_waits_for_the_one_before_it() -> None:
    following, order = Following(), list[int]()
    following.begin(lambda: order.append(1), pause=3600)
    following.begin(lambda: order.append(2))
    following.settle()
    assert order == [1, 2]
    following.close()


def test_a_change_that_failed_does_not_stop_the_next() -> None:
    following, done = Following(), threading.Event()

    def fail() -> None:
        raise OSError

    begun = following.begin(fail)
    following.begin(done.set).result()
    assert isinstance(begun.exception(), OSError)
    assert done.is_set()
    following.close()


def test_a_change_that_nobody_waits_for_begins_again_until_it_succeeds(caplog: pytest.LogCaptureFixture) -> None:
    following, tries, done = Following(), list[int](), threading.Event()

    def succeed_at_last() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("no room")
        done.set()

    with caplog.at_level(logging.WARNING), patch("give_ld.review.following.AGAIN_SECONDS", 0.01):
        following.begin_alone(succeed_at_last)
        assert done.wait(10)
        following.close()
    assert len(tries) == 3
    assert [record.message for record in caplog.records] == [
        "the graphs do not follow the journal; tried again every 0.01 s, with each change, and at the start",
        "the graphs follow the journal again",
    ]


def test_a_change_that_begins_again_holds_up_neither_another_nor_the_end() -> None:
    following, done = Following(), threading.Event()

    def fail() -> None:
        raise OSError

    with patch("give_ld.review.following.AGAIN_SECONDS", 3600):
        following.begin_alone(fail)
        following.begin(done.set).result(timeout=10)
        following.close()
    assert done.is_set()


def test_who_asks_for_a_store_sees_what_was_acknowledged(
    home: Home, bring: Bringing, people: People, run: Run, open_item: str
) -> None:
    bring(run, a_face_match())
    iri = home.mint.annotation(run, a_face_match())
    assert _acknowledged(home, people, iri).validation.status is Status.APPROVED
    assert any(line.startswith(f"<{iri}> ") for line in home.public.lines())


def test_decisions_that_follow_each_other_leave_what_waiting_for_each_would(
    home: Home, bring: Bringing, people: People, run: Run, open_item: str
) -> None:
    bring(run, a_face_match(), a_mention(**UNCALIBRATED))
    face, name = home.mint.annotation(run, a_face_match()), home.mint.annotation(run, a_mention(**UNCALIBRATED))
    for iri, verdict in ((face, Verdict.APPROVE), (name, Verdict.REJECT), (face, Verdict.WITHDRAW)):
        home.decide(people.ann, Decision(iri, verdict, "a reason"), wait=False)
    assert not any(line.startswith(f"<{face}> ") for line in home.public.lines())
    assert all(found.is_none for found in check(home).values())


def test_a_graph_that_cannot_follow_is_told_in_the_log_and_does_later(
    home: Home, bring: Bringing, people: People, run: Run, open_item: str, caplog: pytest.LogCaptureFixture
) -> None:
    bring(run, a_face_match(), a_mention(**UNCALIBRATED))
    face, name = home.mint.annotation(run, a_face_match()), home.mint.annotation(run, a_mention(**UNCALIBRATED))
    with caplog.at_level(logging.ERROR), patch.object(Projection, "apply", side_effect=OSError("no room")):
        home.decide(people.ann, Decision(face, Verdict.APPROVE), wait=False)
        assert not any(line.startswith(f"<{face}> ") for line in home.public.lines())
    home.decide(people.ann, Decision(name, Verdict.REJECT, "a reason"), wait=False)
    assert any(line.startswith(f"<{face}> ") for line in home.public.lines())
    # The thread that tells is the one that changed the graphs since.
    assert "do not follow the journal" in caplog.text


def test_a_graph_that_could_not_follow_does_so_by_itself_when_it_can(
    home: Home, bring: Bringing, people: People, run: Run, open_item: str
) -> None:
    bring(run, a_face_match())
    iri, until = home.mint.annotation(run, a_face_match()), time.monotonic() + 10
    with patch("give_ld.review.following.AGAIN_SECONDS", 0.01):
        with patch.object(Projection, "apply", side_effect=OSError("no room")):
            home.decide(people.ann, Decision(iri, Verdict.APPROVE), wait=False)
            home._following.settle()
        while not any(line.startswith(f"<{iri}> ") for line in home._public.lines()):
            assert time.monotonic() < until
            time.sleep(0.01)


def test_an_instance_that_closes_brings_the_graphs_along(
    home: Home, bring: Bringing, people: People, run: Run, open_item: str
) -> None:
    bring(run, a_face_match())
    iri = home.mint.annotation(run, a_face_match())
    _acknowledged(home, people, iri)
    home.close()
    again = open_home(home.settings)
    assert any(line.startswith(f"<{iri}> ") for line in again.public.lines())
    again.close()
