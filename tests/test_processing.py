"""What a partner allows is obeyed: by what comes in, and by the file that the pipeline checks before any stage."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from give_ld.cli import create_cli
from give_ld.errors import BadInput, Conflict, NotAllowed
from give_ld.home import Home
from give_ld.items import ingest_items
from give_ld.journal import tables as t
from give_ld.model.bulk import Picked
from give_ld.model.correction import Right
from give_ld.model.person import SnapshotHeader, SnapshotPerson
from give_ld.model.processing import Allowed
from give_ld.model.run import Run, Stage
from give_ld.model.status import Verdict
from give_ld.processing import allow, policy_of
from give_ld.rebuild import check
from give_ld.reference.exempt import exempt
from give_ld.review.decide import Decision
from give_ld.review.many import ManyAsk
from pipeline.limits import Limits, read_limits
from pipeline.snapshot import Snapshot
from tests.conftest import OTHER, Bringing, People
from tests.factories import PARTNER, PERSON, PID, a_face_match, a_run, an_unknown_face

SPEECH = Allowed(stages=(Stage.SPEECH, Stage.ENTITIES))


def describe(home: Home, people: People, more: str) -> None:
    rows = ["pid,title,kind,licences,collection,created\n", f"{PID},Avondjournaal,video,VIAA-PUBLIEK-CONTENT,{more}\n"]
    ingest_items(home, rows, "items.csv", PARTNER, people.ann)


def test_a_run_of_a_forbidden_stage_is_kept_aside_with_all_that_it_says(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    allow(home, PARTNER, SPEECH, people.ann, "no faces here")
    report = bring(run, a_face_match())
    assert [each.rule for each in report.refused] == ["policy", "run-unknown"]
    assert "does not allow the stage faces here; it allows: entities, speech" in report.refused[0].message
    with home.journal.reading() as db:
        assert db.execute(select(t.run)).all() == []


def test_a_collection_has_a_policy_of_its_own(home: Home, people: People, bring: Bringing, run: Run) -> None:
    describe(home, people, "private,1986")
    allow(home, PARTNER, Allowed(collection="private", stages=()), people.ann, "not looked at yet")
    assert bring(run, a_face_match()).refused[0].rule == "policy"
    describe(home, people, "news,1986")
    assert bring(run, a_face_match()).refused == []


def test_a_person_who_may_not_be_looked_for_is_not_matched(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    allow(home, PARTNER, Allowed(stages=tuple(Stage), persons=()), people.ann, "nobody")
    assert [each.rule for each in bring(run, a_face_match()).refused] == ["policy"]


def test_unknown_faces_are_kept_only_where_the_partner_said_so(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    allow(home, PARTNER, Allowed(stages=tuple(Stage)), people.ann, "named faces only")
    face = an_unknown_face()
    report = bring(run, face)
    assert (report.not_allowed, report.proposed, report.refused) == (1, {}, [])
    assert home.vault.crop(str(face.fingerprint), PARTNER) is None
    with home.journal.writing() as writing:
        writing.db.execute(t.processing.delete())
    assert bring(run, face).not_allowed == 1


def test_what_is_allowed_is_said_by_people_of_the_partner_and_recorded(home: Home, people: People) -> None:
    with pytest.raises(NotAllowed):
        allow(home, OTHER, SPEECH, people.ann, "not hers to say")
    with pytest.raises(NotAllowed):
        allow(home, PARTNER, SPEECH, people.pipeline, "a program does not decide")
    with pytest.raises(BadInput, match="no active reference person"):
        allow(home, PARTNER, Allowed(stages=(), persons=(PERSON,)), people.ann, "nobody of that name")
    with pytest.raises(BadInput, match="say why"):
        allow(home, PARTNER, SPEECH, people.ann, " ")
    allow(home, PARTNER, SPEECH, people.ann, "no faces here")
    assert policy_of(home, PARTNER).rules == (SPEECH,)
    assert all(found.is_none for found in check(home).values())


def test_the_pipeline_refuses_by_name_what_the_exported_policy_does_not_allow(
    home: Home, people: People, tmp_path: Path
) -> None:
    allow(home, PARTNER, SPEECH, people.ann, "no faces here")
    policy = policy_of(home, PARTNER)
    home.close()
    file = tmp_path / "policy.json"
    done = CliRunner().invoke(
        create_cli(), ["processing", "export", PARTNER, "--out", str(file), "--home", str(home.settings.home)]
    )
    assert done.exit_code == 0, done.output
    command = ["pipeline", "run", str(tmp_path / "none.mp4"), "--partner", PARTNER, "--policy", str(file)]
    out = tmp_path / "out.jsonl"
    done = CliRunner().invoke(create_cli(), [*command, "--out", str(out)])
    assert done.exit_code == 1
    assert f"the policy {policy.digest[:12]} of {PARTNER} does not allow the stage faces" in done.output
    assert not out.exists()
    limits = read_limits(file, PARTNER, (None, None), [Stage.SPEECH])
    assert (limits.policy, limits.keeps_unknown) == (policy.digest, False)
    with pytest.raises(NotAllowed, match=f"not of {OTHER}"):
        read_limits(file, OTHER, (None, None), [Stage.SPEECH])


def test_the_pipeline_looks_for_those_alone_who_are_allowed_and_were_of_age() -> None:
    header = SnapshotHeader(schema_version="give-ld-refset/1", version="v", created=a_run().started, persons=3,
                            digest="0" * 64)  # fmt: skip
    photo = {"sha256": "0" * 64, "image": ""}
    born = {"urn:old": "1900", "urn:young": "1980", "urn:unknown": None}
    persons = [
        SnapshotPerson(id=iri, name=iri, language="nl", birth_date=date, photos=[photo]) for iri, date in born.items()
    ]
    snapshot = Snapshot(Path("refset.jsonl"), header, tuple(persons))

    def looked_for(limits: Limits) -> list[str]:
        return [each.id for each in limits.within(snapshot).persons]

    assert looked_for(Limits()) == list(born)
    assert looked_for(Limits(made="1990")) == ["urn:old"]
    assert looked_for(Limits(allowed=Allowed(stages=(), persons=("urn:young",)))) == ["urn:young"]
    assert looked_for(Limits(allowed=Allowed(stages=(), persons=()))) == []


@pytest.mark.parametrize("more", ["news,1880", "news,"])
def test_nobody_is_recognised_who_was_not_surely_of_age(
    home: Home, people: People, bring: Bringing, run: Run, more: str
) -> None:
    describe(home, people, more)
    match, unknown = a_face_match(), an_unknown_face()
    assert bring(run, match, unknown).refused == []
    iri, face = (home.mint.annotation(run, each) for each in (match, unknown))
    with pytest.raises(Conflict, match="before their 18th birthday"):
        home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    with pytest.raises(Conflict, match="before their 18th birthday"):
        home.decide(people.ann, Decision(face, Verdict.CORRECT, right=Right(person=PERSON)))
    many = home.decide_many(people.ann, ManyAsk(Verdict.APPROVE, Picked(annotations=(iri,))))
    assert {each: error.rule for each, error in many.refused.items()} == {iri: "age"}
    with pytest.raises(NotAllowed):
        exempt(home, PERSON, (PARTNER, PID), people.ann, "she agrees")
    with pytest.raises(BadInput):
        exempt(home, PERSON, (PARTNER, PID), people.rita, " ")
    exempt(home, PERSON, (PARTNER, "another"), people.rita, "another item")
    with pytest.raises(Conflict, match="before their 18th birthday"):
        home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    exempt(home, PERSON, (PARTNER, PID), people.rita, "an award for children, which she still speaks of")
    assert home.decide(people.ann, Decision(iri, Verdict.APPROVE)).validation.status == "approved"
    assert all(found.is_none for found in check(home).values())


def test_a_run_says_which_policy_it_obeyed(home: Home, bring: Bringing, run: Run) -> None:
    obeyed = run.model_copy(update={"id": UUID(int=9, version=4), "policy": "f" * 64})
    assert bring(obeyed).refused == []
    assert [line for line in home.private.lines() if "processingPolicy" in line and "sha256:" + "f" * 64 in line]
