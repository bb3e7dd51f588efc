"""Records in, proposals out: what is kept, what goes to quarantine, and that the rest goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from give_ld.home import Home
from give_ld.journal.lookups import find_known
from give_ld.journal.pending import counts
from give_ld.journal.quarantine import quarantined
from give_ld.model.annotation import Annotation
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Agent, Outcome, Run
from give_ld.model.status import Verdict
from give_ld.review.decide import Decision
from tests.conftest import OTHER, Bringing, People, admit_curie
from tests.factories import a_face_match, a_mention, a_run, a_speaker_segment, a_tag, an_unknown_face
from tests.factories import a_transcript as a_calibrated_transcript

UNCALIBRATED: dict[str, Any] = {"confidence": None, "calibrator": None}
KINDS = dict.fromkeys(("face-match", "face-unknown", "entity-mention", "transcript", "speaker", "tag"), 1)


def a_transcript(**changes: Any) -> Annotation:
    return a_calibrated_transcript(**UNCALIBRATED | changes)


def everything(run: Run) -> list[Run | Annotation]:
    tag = a_tag(**UNCALIBRATED)
    return [run, a_face_match(), an_unknown_face(), a_transcript(), a_mention(**UNCALIBRATED), a_speaker_segment(), tag]


def proposed(home: Home) -> dict[str, dict[str, int]]:
    with home.journal.reading() as db:
        return counts(db)


def test_every_kind_becomes_a_proposal(home: Home, bring: Bringing, run: Run) -> None:
    report = bring(*everything(run))
    assert report.refused == []
    assert (report.runs, report.proposed) == (1, KINDS)
    assert proposed(home) == {kind: {"proposed": 1} for kind in KINDS}


def test_what_only_warns_is_kept_and_counted_in_the_report(bring: Bringing) -> None:
    run = a_run(reference_set=None, calibrators=(), agent=Agent(name="captions", models=()))
    report = bring(run, a_transcript())
    assert (report.refused, report.runs) == ([], 1)
    ((message, times),) = report.warnings.items()
    assert message.startswith("what software without a version made")
    assert times == 1


def test_the_same_records_twice_change_nothing(home: Home, bring: Bringing, run: Run) -> None:
    bring(*everything(run))
    before = sorted(home.private.lines())
    head = home.journal.head()
    report = bring(*everything(run))
    assert (report.proposed, report.known) == ({}, 7)
    assert home.journal.head() == head
    assert sorted(home.private.lines()) == before


def test_a_bad_line_is_told_with_the_item_of_the_run_that_it_names(home: Home, bring: Bringing, run: Run) -> None:
    bad = json.dumps(json.loads(a_face_match(run=run.id).model_dump_json(by_alias=True)) | {"score": "high"})
    report = bring(run, bad, "{}", '{"run": []}')
    assert [(each.line, each.item) for each in report.refused] == [(2, run.item), (3, ""), (4, "")]


def test_another_run_that_guesses_the_same_adds_no_guess(home: Home, bring: Bringing, run: Run) -> None:
    bring(*everything(run))
    again = uuid4()
    guesses = [each.model_copy(update={"run": again}) for each in everything(run)[1:]]
    report = bring(run.model_copy(update={"id": again}), *guesses)
    assert (report.runs, report.proposed, report.known) == (1, {}, 6)


def test_nothing_that_was_proposed_is_public(home: Home, bring: Bringing, run: Run, open_item: str) -> None:
    bring(*everything(run))
    assert not any("/graph/public/" in line for line in home.public.lines())
    assert not any("Gent" in line or "/id/annotation/" in line for line in home.public.lines())


BAD: list[tuple[str, dict[str, Any] | str, str]] = [
    ("unknown field", {"colour": "red"}, "colour"),
    ("smuggled approval", {"status": "approved"}, "status"),
    ("bad IRI", {"person": "https://example.org/a b"}, "person"),
    ("confidence over one", {"confidence": 1.2}, "confidence"),
    ("end before start", {"fragment": {"start_ms": 2000, "end_ms": 1000}}, "fragment"),
    ("another schema version", {"schema": "give-ld/9"}, "schema-version"),
    ("a person who was not admitted", {"person": "https://made.example.org/id/refset-person/9999"}, "person-unknown"),
    ("a calibrator that its run does not have", {"calibrator": "invented"}, "calibrator"),
    ("a run that stands nowhere", {"run": str(uuid4())}, "run-unknown"),
    ("a fingerprint that no sidecar has", {"fingerprint": str(uuid4())}, "sidecar-fingerprint"),
    ("a face that names no fingerprint, of a run that names its weights", {"fingerprint": None}, "fingerprint"),
    ("a person whom nobody admitted", {"person": "http://www.wikidata.org/entity/Q42"}, "person-not-admitted"),
    ("no JSON", '{"schema": "give-ld/1"', "json"),
]


@pytest.mark.parametrize(("changes", "rule"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_a_bad_record_is_quarantined_and_the_rest_goes_on(
    home: Home, bring: Bringing, run: Run, changes: dict[str, Any] | str, rule: str
) -> None:
    good = a_face_match()
    if isinstance(changes, str):
        bad = changes
    else:
        fragment = {"fragment": {"start_ms": 70_000, "end_ms": 71_000}}
        data = a_face_match().model_dump(mode="json", by_alias=True) | fragment | changes
        bad = json.dumps(data)
    report = bring(run, good, bad, a_transcript())
    assert report.proposed == {"face-match": 1, "transcript": 1}
    assert len(report.refused) == 1
    refused = report.refused[0]
    assert rule in refused.rule
    assert refused.line == 3
    assert refused.message
    assert quarantined(home.journal) == [refused]
    bring(run, good, bad, a_transcript())
    assert len(quarantined(home.journal)) == 1


def test_a_duplicate_in_one_file_is_kept_once(bring: Bringing, run: Run) -> None:
    report = bring(run, a_transcript(), a_transcript(), a_transcript())
    assert (report.proposed, report.known, report.refused) == ({"transcript": 1}, 2, [])


def test_a_missing_sidecar_keeps_faces_out_and_lets_the_rest_in(bring: Bringing, run: Run) -> None:
    path = bring.write([run, a_face_match(), a_transcript()])
    (bring.directory / f"{run.id}.faces").unlink()
    report = bring(*path.read_text().splitlines())
    assert report.proposed == {"transcript": 1}
    assert [refused.rule for refused in report.refused] == ["sidecar-missing"]


def test_an_altered_sidecar_is_refused(bring: Bringing, run: Run) -> None:
    path = bring.write([run, a_face_match()])
    with (bring.directory / f"{run.id}.faces").open("ab") as sidecar:
        sidecar.write(b"{}\n")
    report = bring(*path.read_text().splitlines())
    assert [refused.rule for refused in report.refused] == ["sidecar-digest"]


def test_a_pipeline_cannot_bring_records_of_another_partner(home: Home, people: People, bring: Bringing) -> None:
    run = a_run(partner=OTHER, reference_set=None)
    report = bring(run, a_transcript())
    assert [refused.rule for refused in report.refused] == ["partner", "run-unknown"]
    assert home.journal.head().seq == len(list(home.journal.events()))
    assert proposed(home) == {}


def test_a_pipeline_cannot_add_to_a_run_of_another_partner(bring: Bringing, people: People, run: Run) -> None:
    bring(run)
    report = bring(a_transcript(), user=people.other_pipeline)
    assert [refused.rule for refused in report.refused] == ["partner"]


def test_an_archivist_brings_no_records(bring: Bringing, people: People, run: Run) -> None:
    assert [refused.rule for refused in bring(run, user=people.ann).refused] == ["partner"]


def test_a_run_id_cannot_be_taken_over(bring: Bringing, run: Run) -> None:
    bring(run)
    assert [refused.rule for refused in bring(run.model_copy(update={"note": "other"})).refused] == ["run-id"]


def test_the_error_of_a_stage_is_a_record_too(home: Home, bring: Bringing, run: Run) -> None:
    failed = run.model_copy(update={"outcome": Outcome.FAILURE, "note": "the decoder ended"})
    assert bring(failed).runs == 1
    assert any("the decoder ended" in line for line in home.private.lines())


def test_a_rejected_guess_does_not_come_back_from_another_run(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    bring(run, a_face_match())
    iri = home.mint.annotation(run, a_face_match())
    home.decide(people.ann, Decision(iri, Verdict.REJECT))
    moved = Fragment(start_ms=12_600, end_ms=16_000, box=Box(x=165, y=118, width=100, height=130))
    elsewhere = Fragment(start_ms=50_000, end_ms=51_000, box=Box(x=165, y=118, width=100, height=130))
    again = run.model_copy(update={"id": UUID(int=7)})
    same = a_face_match(run=again.id, fragment=moved)
    other = a_face_match(run=again.id, fragment=elsewhere, fingerprint=uuid4())
    report = bring(again, same, other)
    assert (report.rejected_before, report.proposed) == (1, {"face-match": 1})
    with home.journal.reading() as db:
        rejected = find_known(db, iri)
    assert rejected is not None
    assert rejected.status == "rejected"


def test_fingerprints_lie_in_the_vault_and_nowhere_else(home: Home, bring: Bringing, run: Run) -> None:
    bring(run, a_face_match())
    assert home.vault.crop(str(a_face_match().fingerprint), run.partner) is not None
    assert home.vault.crop(str(a_face_match().fingerprint), OTHER) is None
    assert not any(str(a_face_match().fingerprint) in line for line in home.private.lines())


def test_two_runs_of_one_file_in_one_batch_propose_a_guess_once(home: Home, bring: Bringing, run: Run) -> None:
    again = run.model_copy(update={"id": uuid4()})
    report = bring(run, a_transcript(), again, a_transcript(run=again.id, score=-0.2))
    assert (report.runs, report.proposed, report.known, report.refused) == (2, {"transcript": 1}, 1, [])


def test_a_file_that_two_runs_describe_otherwise_is_refused_the_second_time(bring: Bringing, run: Run) -> None:
    other = run.model_copy(update={"id": uuid4(), "file": run.file.model_copy(update={"mime_type": "audio/wav"})})
    report = bring(run, a_transcript(), other, a_transcript(run=other.id, text="Iets anders."))
    assert (report.runs, report.proposed) == (1, {"transcript": 1})
    assert [refused.line for refused in report.refused] == [3, 4]
    later = other.model_copy(update={"id": uuid4()})
    assert [refused.rule for refused in bring(later).refused] == ["file"]


def test_a_rejection_of_another_partner_suppresses_nothing(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    theirs = run.model_copy(update={"id": uuid4(), "partner": OTHER})
    bring(theirs, a_mention(run=theirs.id, **UNCALIBRATED), user=people.other_pipeline)
    home.decide(people.bob, Decision(home.mint.annotation(theirs, a_mention()), Verdict.REJECT))
    report = bring(run, a_mention(**UNCALIBRATED))
    assert (report.proposed, report.rejected_before) == ({"entity-mention": 1}, 0)


def test_a_rejected_text_does_not_keep_a_better_one_out(home: Home, people: People, bring: Bringing, run: Run) -> None:
    bring(run, a_transcript())
    home.decide(people.ann, Decision(home.mint.annotation(run, a_transcript()), Verdict.REJECT))
    assert bring(run, a_transcript(text="Goedenavond.")).proposed == {"transcript": 1}


def test_a_rejection_outlives_the_admission_of_the_person(
    home: Home, people: People, bring: Bringing, tmp_path: Path
) -> None:
    run = a_run(reference_set=None)
    curie = {"text": "Marie Curie", "begin": 60, "end": 71, "entity": "Q7186", "label": "Marie Curie"}
    mention = a_mention(**curie, **UNCALIBRATED)
    bring(run, mention)
    home.decide(people.ann, Decision(home.mint.annotation(run, mention), Verdict.REJECT))
    admit_curie(home, people, tmp_path)
    again = run.model_copy(update={"id": uuid4()})
    moved = Fragment(start_ms=2_100, end_ms=2_600)
    report = bring(again, a_mention(run=again.id, fragment=moved, **curie, **UNCALIBRATED))
    assert (report.proposed, report.rejected_before) == ({}, 1)


def test_a_confidence_that_does_not_follow_from_its_score_is_refused(bring: Bringing, run: Run) -> None:
    report = bring(run, a_face_match(score=0.01, confidence=0.999))
    assert [refused.rule for refused in report.refused] == ["confidence"]


def test_a_version_of_the_reference_set_that_nobody_made_is_refused(bring: Bringing, people: People) -> None:
    assert [refused.rule for refused in bring(a_run(reference_set="invented")).refused] == ["reference-set"]


def test_nobody_can_redefine_the_software_of_another_partner(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    bring(run)
    model = run.agent.models[0].model_copy(update={"licence": "another", "sha256": "8" * 8 + "0" * 56})
    agent = run.agent.model_copy(update={"models": (model,)})
    bring(run.model_copy(update={"id": uuid4(), "partner": OTHER, "agent": agent}), user=people.other_pipeline)
    digests = [line for line in home.private.lines() if "modelDigest" in line and "/id/agent/" in line]
    # Of each of the two: the software, and its one set of weights.
    assert len({line.split()[0] for line in digests}) == len(digests) == 4


@pytest.mark.parametrize("started", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"])
def test_a_year_out_of_range_is_a_bad_record_like_any_other(bring: Bringing, run: Run, started: str) -> None:
    bad = json.dumps(json.loads(run.model_dump_json(by_alias=True)) | {"started": started})
    report = bring(bad, run, a_transcript())
    assert (report.runs, len(report.refused)) == (1, 1)


def test_a_guess_whose_first_run_is_refused_is_kept_by_its_second(bring: Bringing, run: Run) -> None:
    bring(run)
    otherwise = run.file.model_copy(update={"mime_type": "audio/wav"})
    bad, good = (
        run.model_copy(update={"id": uuid4(), "item": "elsewhere", "file": file}) for file in (otherwise, run.file)
    )
    report = bring(bad, a_transcript(run=bad.id), good, a_transcript(run=good.id))
    assert (report.runs, report.proposed, len(report.refused)) == (1, {"transcript": 1}, 2)


def test_captions_that_say_other_words_than_the_text_are_refused(bring: Bringing, run: Run) -> None:
    spoken = a_transcript().segments[0]
    other = spoken.model_copy(update={"text": "Somebody is a thief."})
    assert [each.rule for each in bring(run, a_transcript(segments=(other,))).refused] == ["segments"]
    parted = [spoken.model_copy(update={"text": part}) for part in a_transcript().text.split(". ")]
    assert bring(run, a_transcript(segments=tuple(parted), confidence=None, calibrator=None)).refused == []
