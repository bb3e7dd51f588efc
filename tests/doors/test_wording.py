"""Every rule that a piece may break on its way in has words, in every language of reports."""

from __future__ import annotations

import ast
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType

from give_ld.doors.report import COLUMNS, counts_in_words, told_of, write_report
from give_ld.doors.wording import LANGUAGES, catalogue, family_of, rule_words, tell
from give_ld.errors import NotUsable
from give_ld.ingest import Report
from give_ld.items import ItemReport
from give_ld.journal.quarantine import Refused
from tests.factories import BASE

PACKAGE = Path(__file__).parents[2] / "give_ld"
# What data passes on its way in; the others raise for addresses that are asked for, or for shapes, never for data.
ON_THE_WAY = sorted(
    {
        *(PACKAGE / "doors").glob("*.py"),
        *(PACKAGE / "rdf").glob("*.py"),
        *(PACKAGE / name for name in ("ingest.py", "items.py", "proposal.py", "remembered.py", "model/record.py")),
        PACKAGE / "biometrics" / "sidecar.py",
    }
    - {PACKAGE / "rdf" / name for name in ("iris.py", "compile.py", "constraints.py", "rules.py")}
)
# What ends a command or a request and puts nothing in quarantine: it goes by its own message.
WHOLE = {"import-url", "import-size", "import-time", "import-answer", "not-usable", "not-allowed", "too-large"}
CODES = {"BadInput": "bad-input", "BadRecord": "bad-record", "BadSidecar": "bad-sidecar"}
CODES |= {"NotUsable": "not-usable", "NotAllowed": "not-allowed", "TooLarge": "too-large", "TimedOut": "timed-out"}
REFUSED = Refused("names.csv", 3, "086348mc8s", "time", "start is no time", "=twee")


def raised(file: Path) -> Iterator[str]:
    """The rules of the errors that a file makes, where they stand there as a word."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODES):
            continue
        rules = [word.value for word in node.keywords if word.arg == "rule"]
        if not rules:
            yield CODES[node.func.id]
        yield from (rule.value for rule in rules if isinstance(rule, ast.Constant) and isinstance(rule.value, str))


def test_every_rule_on_the_way_in_has_words_and_no_words_are_left_over() -> None:
    rules = {rule for file in ON_THE_WAY for rule in raised(file)} - WHOLE
    assert set(catalogue()["rule"]) == rules


def test_words_say_what_is_wrong_and_what_to_do_in_every_language() -> None:
    for section in ("rule", "family"):
        for name, words in catalogue()[section].items():
            assert sorted(words) == sorted(LANGUAGES), name
            assert all(len(said) == 2 and all(said) for said in words.values()), name
            assert len({said[0] for said in words.values()}) == len(LANGUAGES), name
    names = [set(words) for words in catalogue()["words"].values()]
    assert sorted(catalogue()["words"]) == sorted(LANGUAGES)
    assert all(each == names[0] for each in names)


def test_every_error_of_a_field_is_of_a_family() -> None:
    families = {each: family_of(each) for each in get_args(ErrorType)}
    assert set(families.values()) <= set(catalogue()["family"])
    expected = {"missing": "missing", "int_parsing": "form", "string_pattern_mismatch": "form", "enum": "choice"}
    expected |= {"extra_forbidden": "extra", "greater_than_equal": "size", "string_type": "kind"}
    assert {name: families[name] for name in expected} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shape_and_a_field_are_told_in_the_language(language: str) -> None:
    name, advice = rule_words(f"{BASE}/shapes#ItemName", BASE, language)
    assert (
        name
        == {
            "en": "an item has a name, one a language",
            "nl": "een item heeft een naam, één per taal",
            "fr": "un objet a un nom, un par langue",
        }[language]
    )
    assert advice
    assert rule_words("title.missing", BASE, language)[0].startswith("title: ")
    assert rule_words("nothing-known", BASE, language)[0] == catalogue()["family"]["other"][language][0]


def test_a_value_that_is_wrong_alone_is_not_said_to_fit_no_other() -> None:
    alone, together = (Refused("a", 1, "", "tag.concept.value_error", "not an IRI", value) for value in ("no iri", ""))
    told = [each.message for each in tell([alone, together], BASE, "nl")]
    assert told == ["tag.concept: de waarde heeft een verkeerde vorm", "tag.concept: de waarden gaan niet samen"]


@pytest.mark.parametrize(("language", "word"), [("en", "version"), ("nl", "versie"), ("fr", "sans version")])
def test_a_warning_is_told_in_the_language_with_how_often_it_was_due(language: str, word: str) -> None:
    english = rule_words(f"{BASE}/shapes#SoftwareVersionStated", BASE, "en")[0]
    ((message, times),) = told_of(Report(warnings={english: 3}), BASE, language)["warnings"].items()
    assert (word in message, times) == (True, 3)
    assert (message == english) == (language == "en")


def test_english_keeps_the_message_that_says_most() -> None:
    assert [told.message for told in tell([REFUSED], BASE, "en")] == ["start is no time"]
    (dutch,) = tell([REFUSED], BASE, "nl")
    assert dutch.message == dutch.name == "Een tijd heeft een verkeerde vorm"
    assert (dutch.value, dutch.rule, dutch.line) == ("=twee", "time", 3)


def test_a_long_value_is_cut() -> None:
    assert len(Refused("a", 1, "", "time", "", "x" * 10_000).value) < 210


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_a_page_a_table_or_json(tmp_path: Path, language: str) -> None:
    nasty = Refused("a", 1, "<b>", "time", "m", '<script>alert("x")</script>')
    report = {"known": 1, "refused": [asdict(told) for told in tell([REFUSED, nasty], BASE, language)]}
    for ending in ("html", "csv", "json"):
        write_report(tmp_path / f"report.{ending}", report, language)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f'lang="{language}"' in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    text = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    table = list(csv.reader(io.StringIO(text), delimiter="," if language == "en" else ";"))
    assert len(table) == 3
    assert {len(row) for row in table} == {len(COLUMNS)}
    assert "'=twee" in table[1], "a spreadsheet would run it"
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["language"] == language
    write_report(tmp_path / "empty.html", {"refused": []}, language)
    with pytest.raises(NotUsable, match=r"\.html, \.csv or \.json"):
        write_report(tmp_path / "report.docx", report, language)


def test_the_counts_of_every_report_have_words() -> None:
    told = {**asdict(Report(proposed={"tag": 2, "transcript": 1})), **asdict(ItemReport(recorded=3))}
    for language in LANGUAGES:
        said = counts_in_words(told, language)
        assert "2 tag, 1 transcript" in said
        assert "{" not in said
    assert counts_in_words({"proposed": {"tag": 2}, "known": 0}, "nl") == "voorgesteld: 2 tag, al bekend: 0"
