"""An assessment says what this instance really holds and how it is really configured, in words that can be signed."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from give_ld.cli import create_cli
from give_ld.errors import NotUsable
from give_ld.home import Home
from give_ld.model.processing import Allowed
from give_ld.model.run import Run, Stage
from give_ld.model.status import Verdict
from give_ld.processing import allow
from give_ld.report.dpia import LANGUAGES, assess, catalogue
from give_ld.report.dpia_page import dpia_page
from give_ld.review.decide import Decision
from tests.conftest import OTHER, Bringing, People
from tests.factories import PARTNER, a_face_match, an_unknown_face


@pytest.fixture
def filled(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> Home:
    match = a_face_match()
    assert bring(run, match, an_unknown_face()).refused == []
    home.decide(people.ann, Decision(home.mint.annotation(run, match), Verdict.APPROVE))
    return home


def test_it_counts_what_is_there_and_names_where_it_comes_from(filled: Home) -> None:
    said = assess(filled, "en")
    counted = {each.kind: each.count for each in said.kinds}
    assert (counted["persons"], counted["photos"], counted["fingerprints"], counted["users"]) == (1, 1, 2, 6)
    assert (counted["face-match"], counted["face-unknown"], counted["transcript"]) == (1, 1, 0)
    assert f"Voorbeeldarchief ({PARTNER})" in said.sources
    assert [each.partner for each in said.policies] == [PARTNER, OTHER]
    assert next(each.kept for each in said.kinds if each.kind == "face-unknown").startswith("90 days")


def test_likelihood_and_measures_follow_from_data_and_settings(filled: Home, people: People) -> None:
    unknown = catalogue()["risks"]["unknown"]["en"]["risk"]
    risk = next(each for each in assess(filled, "en").risks if each.risk == unknown)
    assert (risk.likelihood, risk.remains) == ("medium", "1 unknown faces are kept at this moment")
    assert "(2 do)" in risk.measure
    allow(filled, OTHER, Allowed(stages=tuple(Stage)), people.bob, "no longer")
    assert "(1 do)" in next(each for each in assess(filled, "en").risks if each.risk == unknown).measure


def test_every_risk_and_word_is_said_in_every_language(filled: Home) -> None:
    words = catalogue()
    assert {*words["words"]} == {*LANGUAGES}
    assert words["words"]["en"].keys() == words["words"]["nl"].keys() == words["words"]["fr"].keys()
    for language in LANGUAGES:
        said = assess(filled, language)
        page = dpia_page(said)
        assert f'lang="{language}"' in page
        assert all(each.risk in page or "&#x27;" in page for each in said.risks)
        assert len(said.risks) == len(words["risks"]) == 8
        assert "Marie Curie" not in page
    with pytest.raises(NotUsable):
        assess(filled, "de")


def test_the_command_writes_it_as_page_and_as_json(filled: Home) -> None:
    filled.close()
    command = ["report", "dpia", "--home", str(filled.settings.home)]
    done = CliRunner().invoke(create_cli(), [*command, "--lang", "nl"])
    assert "Gegevensbeschermingseffectbeoordeling" in done.stdout
    done = CliRunner().invoke(create_cli(), [*command, "--format", "json"])
    assert json.loads(done.stdout.splitlines()[-1])["format"] == "give-ld-dpia/1"
