"""The way back: every model becomes quads, the quads go through a store, and the same model comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from give_ld.errors import BadInput
from give_ld.model.annotation import EntityMention, FaceMatch, Transcript, UnknownFace
from give_ld.model.base import Model
from give_ld.model.calibration import Calibrator
from give_ld.model.decision import Known
from give_ld.model.event import Admission, RefsetVersion
from give_ld.model.fragment import Fragment
from give_ld.model.item import Item, Partner
from give_ld.model.run import Agent, Run, Sidecar
from give_ld.model.status import Status
from give_ld.rdf import mapping
from give_ld.rdf.namespaces import EBUCORE, PROV, SCHEMA
from give_ld.rdf.reading import (
    KEPT_ELSEWHERE,
    Graph,
    Kept,
    read_admission,
    read_agent,
    read_calibrator,
    read_item,
    read_known,
    read_partner,
    read_refset_version,
    read_run,
    read_validation,
)
from give_ld.rdf.terms import duration
from tests.factories import (
    BASE,
    MINT,
    PARTNER,
    a_face_match,
    a_mention,
    a_run,
    a_tag,
    a_transcript,
    a_validation,
    an_admission,
    an_item,
    an_unknown_face,
    approved,
    known,
)
from tests.rdf import models


def stored(lines: Iterable[str]) -> Graph:
    """What a store gives back for N-Quads."""
    store = pyoxigraph.Store()
    store.load(input="\n".join(lines).encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    return Graph(store, MINT.names)


def graph_of(made: Known) -> Graph:
    decisions = made.validations
    lines = [*mapping.annotation_quads(MINT, made), *mapping.run_quads(MINT, made.run)]
    if made.corrects:
        wrong = known(an_unknown_face(run=made.run.id), made.run, iri=made.corrects)
        lines += mapping.annotation_quads(MINT, wrong)
        # The graph has the act once, as a decision about what was wrong.
        first = decisions[0].model_copy(update={"annotation": made.corrects, "status": Status.REJECTED})
        decisions = (first, *decisions[1:])
    return stored([*lines, *(line for each in decisions for line in mapping.validation_quads(MINT, each))])


def kept_of(made: Known) -> Kept:
    """The parts of a guess that no graph holds."""
    return Kept(
        fingerprint=getattr(made.annotation, "fingerprint", None),
        sidecar=made.run.sidecar,
        segments=getattr(made.annotation, "segments", ()),
        users={MINT.user(each.user): each.user for each in made.validations},
        before={each.id: each.before for each in made.validations},
    )


@pytest.mark.parametrize("kind", models.KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_guess_with_its_run_and_decisions_comes_back(kind: type[Model], data: st.DataObject) -> None:
    made = data.draw(models.knowns(kind))
    assert read_known(graph_of(made).node(made.iri), kept_of(made)) == made


@pytest.mark.parametrize("kind", [FaceMatch, EntityMention, Transcript], ids=lambda kind: kind.__name__)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_a_person_said_comes_back_as_a_correction(kind: type[Model], data: st.DataObject) -> None:
    made = data.draw(models.corrections(kind))
    assert read_known(graph_of(made).node(made.iri), kept_of(made)) == made


@settings(deadline=None)
@given(models.runs())
def test_a_run_comes_back(run: Run) -> None:
    graph = stored(mapping.run_quads(MINT, run))
    assert read_run(graph.node(MINT.run(run.id)), Kept(sidecar=run.sidecar)) == run
    assert read_agent(graph.node(MINT.agent(run.agent))) == run.agent


@settings(deadline=None)
@given(models.calibrators)
def test_a_calibrator_comes_back(calibrator: Calibrator) -> None:
    lines = mapping.agent_quads(MINT, a_run(calibrators=(calibrator,)))
    assert read_calibrator(stored(lines).node(MINT.calibrator(calibrator))) == calibrator


@settings(deadline=None)
@given(models.items)
def test_an_item_comes_back(item: Item) -> None:
    graph = stored(mapping.item_quads(MINT, item))
    assert read_item(graph.node(MINT.item(item.partner, item.pid))) == item


@settings(deadline=None)
@given(models.partner_models)
def test_a_partner_comes_back(partner: Partner) -> None:
    assert read_partner(stored(mapping.partner_quads(MINT, partner)).node(MINT.organisation(partner.id))) == partner


@settings(deadline=None)
@given(models.admissions())
def test_an_admission_comes_back(admission: Admission) -> None:
    graph = stored(mapping.person_quads(MINT, admission) | mapping.admission_quads(MINT, admission))
    kept = Kept(photos=admission.person.photos, users={MINT.user(admission.user): admission.user})
    assert read_admission(graph.node(MINT.refset_decision(admission.id)), kept) == admission


@settings(deadline=None)
@given(models.versions())
def test_a_version_of_the_reference_set_comes_back(version: RefsetVersion) -> None:
    graph = stored(mapping.refset_version_quads(MINT, version.header, version.persons))
    assert read_refset_version(graph.node(MINT.refset_version(version.header.version))) == version


def test_guesses_that_share_nodes_come_back_each_as_it_was() -> None:
    """One graph of all: labels, languages and file names that differ stay with whom they are of."""
    other_name = a_run().file.model_copy(update={"name": "copy.mp4", "duration_ms": 94_000})
    again = a_run(id=UUID(int=7), file=other_name)
    later = Fragment(start_ms=50, end_ms=60)
    guesses = [
        known(a_mention()),
        known(a_mention(label="Ghent", label_language="en", run=again.id, fragment=later), again),
        known(a_tag()),
        known(a_tag(label="streetcar", label_language="en", run=again.id, fragment=later), again),
        known(a_transcript()),
        known(a_transcript(language="fr", run=again.id, fragment=later), again),
        approved(a_face_match()),
    ]
    lines = frozenset[str]().union(
        *(mapping.annotation_quads(MINT, each) for each in guesses),
        *(mapping.run_quads(MINT, each.run) for each in guesses),
        mapping.validation_quads(MINT, a_validation()),
    )
    graph = stored(lines)
    read = [read_known(graph.node(each.iri), kept_of(each)) for each in guesses]
    assert [each.annotation for each in read] == [each.annotation for each in guesses]
    assert [each.run for each in read] == [each.run for each in guesses]


def test_a_name_of_a_megabyte_comes_back() -> None:
    item = an_item(title='é"\n\\' * 250_000)
    assert read_item(stored(mapping.item_quads(MINT, item)).node(MINT.item(PARTNER, item.pid))) == item


def test_decisions_of_one_instant_keep_their_order() -> None:
    ids = [UUID(int=number) for number in (9, 3, 7)]
    decisions = tuple(a_validation(id=each, annotation=known(a_face_match()).iri) for each in ids)
    made = approved(a_face_match(), validations=decisions, person=a_face_match().person)
    assert [each.id for each in read_known(graph_of(made).node(made.iri), kept_of(made)).validations] == ids


def other_parts() -> Kept:
    """What no graph holds, as somebody else would have it."""
    return Kept(
        fingerprint=UUID(int=0),
        sidecar=Sidecar(name="other.faces", sha256="0" * 64),
        photos=(an_admission().person.photos[0].model_copy(update={"sha256": "0" * 64}),),
        segments=(a_transcript().segments[0].model_copy(update={"text": "other"}),),
        users={MINT.user(name): "other" for name in ("archivist-1", "manager-1")},
        before={a_validation().id: Status.WITHDRAWN},
    )


def changed(made: Model | Known, read: Model | Known) -> set[str]:
    """The fields in which two models differ, under the names of the innermost models."""
    found = set()
    for name in type(made).model_fields if isinstance(made, Model) else vars(made):
        mine, theirs = getattr(made, name), getattr(read, name)
        field = f"{type(made).__name__}.{name}"
        if isinstance(mine, Model) and isinstance(theirs, Model) and field not in KEPT_ELSEWHERE:
            found |= changed(mine, theirs)
        elif isinstance(mine, tuple) and mine and isinstance(mine[0], Model) and len(mine) == len(theirs):
            inner = set().union(*(changed(*pair) for pair in zip(mine, theirs, strict=True)))
            found |= {field} if inner and field in KEPT_ELSEWHERE else inner
        elif mine != theirs:
            found.add(field)
    return found


def test_exactly_what_is_listed_is_kept_elsewhere() -> None:
    lost: set[str] = set()
    run = a_run(sidecar=Sidecar(name="made.faces", sha256="1" * 64))
    for guess in (a_face_match(), an_unknown_face(), a_transcript(), a_mention(), a_tag()):
        made = approved(guess, run, person=getattr(guess, "person", None))
        lost |= changed(made, read_known(graph_of(made).node(made.iri), other_parts()))
    admission = an_admission()
    graph = stored(mapping.person_quads(MINT, admission) | mapping.admission_quads(MINT, admission))
    lost |= changed(admission, read_admission(graph.node(MINT.refset_decision(admission.id)), other_parts()))
    assert lost == set(KEPT_ELSEWHERE)
    assert all(KEPT_ELSEWHERE.values())


@pytest.mark.parametrize("model", [FaceMatch, UnknownFace, Transcript, Agent, Run, Item, Admission])
def test_what_is_listed_exists(model: type[Model]) -> None:
    names = {key.partition(".")[2] for key in KEPT_ELSEWHERE if key.startswith(f"{model.__name__}.")}
    assert names <= set(model.model_fields)


def without(lines: Iterable[str], predicate: str) -> Graph:
    return stored(line for line in lines if f" <{predicate}> " not in line)


@pytest.mark.parametrize(
    "predicate",
    [
        f"{EBUCORE}hasAnnotationRelatedArtefact",
        f"{EBUCORE}isAnnotatedMediaResource",
        f"{BASE}/ns#scoreKind",
        f"{BASE}/ns#status",
        f"{PROV}wasGeneratedBy",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        f"{SCHEMA}endTime",
    ],
)
def test_a_graph_that_says_too_little_is_refused_by_name(predicate: str) -> None:
    made = known(a_face_match())
    lines = [*mapping.annotation_quads(MINT, made), *mapping.run_quads(MINT, made.run)]
    with pytest.raises(BadInput) as caught:
        read_known(without(lines, predicate).node(made.iri), kept_of(made))
    assert caught.value.rule == "reading"
    assert BASE in caught.value.message
    assert "Marie Curie" not in caught.value.message


def test_a_graph_that_says_two_things_is_refused_by_name() -> None:
    made = known(a_face_match())
    graph = f"<{BASE}/graph/annotation/{PARTNER}>"
    more = f'<{made.iri}> <{BASE}/ns#samples> "18"^^<http://www.w3.org/2001/XMLSchema#integer> {graph} .'
    lines = [*mapping.annotation_quads(MINT, made), *mapping.run_quads(MINT, made.run), more]
    with pytest.raises(BadInput, match=r"2 values of .*samples"):
        read_known(stored(lines).node(made.iri), kept_of(made))


def test_a_user_or_a_status_before_that_is_not_known_is_not_made_up() -> None:
    made = a_validation()
    node = stored(mapping.validation_quads(MINT, made)).node(MINT.validation(made.id))
    with pytest.raises(BadInput, match="not among the users"):
        read_validation(node, Kept(before={made.id: made.before}))
    with pytest.raises(BadInput, match="which status"):
        read_validation(node, Kept(users={MINT.user(made.user): made.user}))


def test_decisions_of_which_none_is_first_are_refused() -> None:
    made = approved(a_face_match())
    iri = MINT.validation(made.validations[0].id)
    lines = [*mapping.annotation_quads(MINT, made), *mapping.run_quads(MINT, made.run)]
    lines += [*mapping.validation_quads(MINT, made.validations[0]), f"<{iri}> <{PROV}wasInformedBy> <{iri}> <urn:g> ."]
    with pytest.raises(BadInput, match="in no order"):
        read_known(stored(lines).node(made.iri), kept_of(made))


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda bad: a_tag(text=bad), "text"),
        (lambda bad: a_face_match(person_name=bad), "person_name"),
        (lambda bad: a_mention(label=bad), "label"),
        (lambda bad: a_transcript(segments=({"start_ms": 0, "end_ms": 1, "text": bad},)), "segments.0.text"),
        (lambda bad: an_item(local_ids=(bad,)), "local_ids"),
        (lambda bad: a_run(note=bad), "note"),
        (lambda bad: a_run(parameters={"name": bad}), "parameters.name"),
        (lambda bad: a_validation(reason=bad), "reason"),
    ],
)
def test_half_a_character_is_refused_by_name(make: Callable[[str], Model], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make("a\ud800b")
    named = {".".join(map(str, problem["loc"])) for problem in caught.value.errors(include_input=False)}
    assert any(name.startswith(field) for name in named)


@pytest.mark.parametrize("score", [1.1e20, -1e300])
def test_a_number_that_no_graph_compares_is_refused_by_name(score: float) -> None:
    with pytest.raises(ValidationError, match="score"):
        a_tag(score=score)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "PT0S"), (95_000, "PT1M35S"), (3_600_000, "PT1H"), (86_399_999, "PT23H59M59.999S"), (120, "PT0.12S")],
)
def test_a_duration_is_written_as_the_store_writes_it(milliseconds: int, text: str) -> None:
    graph = stored([f"<urn:a> <urn:b> {duration(milliseconds)} <urn:g> ."])
    assert graph.node("urn:a").text("urn:b") == text
    assert graph.node("urn:a").duration("urn:b") == milliseconds
