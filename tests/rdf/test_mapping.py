import pyoxigraph
import pytest

from give_ld.errors import BadInput
from give_ld.model.decision import Role
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Outcome, Stage
from give_ld.model.status import Status
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import EBUCORE, NIF, OA, PROV, RDFS, SCHEMA, SKOS, WIKIDATA
from give_ld.rdf.terms import Lines, decimal, iri, literal
from tests.factories import (
    BASE,
    MINT,
    PARTNER,
    PERSON,
    a_calibrator,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    a_validation,
    an_unknown_face,
    approved,
    known,
)
from tests.rdf.made import GUESSES, everything

GLD = f"{BASE}/ns#"


def objects(lines: Lines, subject: str, predicate: str) -> set[str]:
    """The objects of a subject and a predicate as N-Quads terms."""
    start = f"<{subject}> <{predicate}> "
    return {line[len(start) :].rpartition(" <")[0] for line in lines if line.startswith(start)}


@pytest.mark.parametrize("name", sorted(everything()))
def test_a_store_gives_back_exactly_the_lines_that_it_was_given(name: str) -> None:
    lines = everything()[name]
    store = pyoxigraph.Store()
    store.load(input="\n".join(lines).encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    dumped = pyoxigraph.serialize(store, format=pyoxigraph.RdfFormat.N_QUADS).decode()
    assert frozenset(dumped.splitlines()) == lines


@pytest.mark.parametrize("name", sorted(everything()))
def test_no_node_is_blank_and_no_biometric_id_is_written(name: str) -> None:
    lines = "\n".join(everything()[name])
    assert "_:" not in lines
    for guess in GUESSES.values():
        assert str(getattr(guess, "fingerprint", "no fingerprint")) not in lines


@pytest.mark.parametrize("name", GUESSES)
def test_guesses_of_one_run_say_together_what_each_says_alone(name: str) -> None:
    origin = mapping.origin_of(MINT, a_run())
    for made in (known(GUESSES[name]), approved(GUESSES[name])):
        lines = mapping.annotation_lines(origin, made)
        assert len(set(lines)) == len(lines)
        assert frozenset(lines) == mapping.annotation_quads(MINT, made)


def test_a_base_that_is_no_iri_is_refused() -> None:
    with pytest.raises(BadInput, match="IRI"):
        mapping.annotation_quads(Mint("http://a/<b", MINT.secret), known(an_unknown_face()))


@pytest.mark.parametrize("name", GUESSES)
def test_every_guess_stands_in_the_graph_of_its_partner(name: str) -> None:
    graph = f" <{BASE}/graph/annotation/{PARTNER}> ."
    assert all(line.endswith(graph) for line in mapping.annotation_quads(MINT, known(GUESSES[name])))


def test_a_calibrated_guess_has_one_confidence_and_names_its_calibrator() -> None:
    made = known(a_face_match())
    lines = mapping.annotation_quads(MINT, made)
    assert objects(lines, made.iri, f"{EBUCORE}annotationConfidence") == {decimal(0.94)}
    assert objects(lines, made.iri, f"{GLD}rawScore") == {decimal(0.613)}
    assert objects(lines, made.iri, f"{GLD}calibrator") == {iri(MINT.calibrator(a_calibrator()))}


def test_a_raw_score_is_never_a_confidence() -> None:
    made = known(a_face_match(confidence=None, calibrator=None))
    lines = mapping.annotation_quads(MINT, made)
    assert objects(lines, made.iri, f"{EBUCORE}annotationConfidence") == set()
    assert objects(lines, made.iri, f"{GLD}rawScore") == {decimal(0.613)}
    assert objects(lines, made.iri, f"{GLD}calibrator") == {iri(MINT.calibrator(None))}


def test_a_box_in_a_still_image_has_no_time() -> None:
    made = known(a_face_match(fragment=Fragment(box=Box(x=0, y=0, width=1, height=2))))
    lines = mapping.annotation_quads(MINT, made)
    fragment = MINT.fragment(MINT.file("f" * 64, PARTNER), made.annotation.fragment)
    assert fragment.endswith("#xywh=pixel:0,0,1,2")
    assert objects(lines, fragment, f"{EBUCORE}height") == {'"2"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    assert objects(lines, fragment, f"{SCHEMA}startTime") == set()


def test_a_span_of_sound_has_no_box() -> None:
    made = known(a_transcript())
    lines = mapping.annotation_quads(MINT, made)
    fragment = MINT.fragment(MINT.file("f" * 64, PARTNER), made.annotation.fragment)
    assert objects(lines, fragment, f"{SCHEMA}endTime") == {'"00:01:35"^^<http://www.w3.org/2001/XMLSchema#time>'}
    assert objects(lines, fragment, f"{EBUCORE}width") == set()


def test_a_mention_of_a_reference_person_meets_the_face_in_one_subject() -> None:
    face = mapping.annotation_quads(MINT, face_known := known(a_face_match()))
    mention = mapping.annotation_quads(MINT, mention_known := known(a_mention(), person=PERSON))
    artefact = f"{EBUCORE}hasAnnotationRelatedArtefact"
    assert objects(face, face_known.iri, artefact) == objects(mention, mention_known.iri, artefact) == {iri(PERSON)}
    assert objects(mention, f"{WIKIDATA}Q1296", f"{SCHEMA}name") == set()


def test_a_mention_of_wikidata_brings_label_and_offsets() -> None:
    made = known(a_mention())
    lines = mapping.annotation_quads(MINT, made)
    assert objects(lines, made.iri, f"{OA}hasBody") == {f"<{WIKIDATA}Q1296>"}
    assert objects(lines, f"{WIKIDATA}Q1296", f"{SCHEMA}name") == {literal("Gent", "nl")}
    assert objects(lines, made.iri, f"{NIF}anchorOf") == {literal("Gent")}
    assert objects(lines, f"{made.iri}-1", f"{SCHEMA}item") == {f"<{WIKIDATA}Q1297>"}


def test_a_mention_of_nothing_known_names_its_name() -> None:
    made = known(a_mention_without_entity())
    lines = mapping.annotation_quads(MINT, made)
    name = MINT.candidate(PARTNER, "Gent")
    assert objects(lines, made.iri, f"{OA}hasBody") == {iri(name)}
    assert objects(lines, name, f"{RDFS}label") == {literal("Gent", "nl")}


def test_an_unknown_face_is_a_member_of_its_cluster_and_nobody() -> None:
    made = known(an_unknown_face())
    lines = mapping.annotation_quads(MINT, made)
    assert objects(lines, MINT.cluster(made.annotation.cluster), f"{PROV}hadMember") == {iri(made.iri)}
    assert objects(lines, made.iri, f"{EBUCORE}hasAnnotationRelatedAgent") == set()
    assert not any("Person>" in line for line in lines)


def test_a_voice_is_a_group_of_stretches_and_nobody() -> None:
    made = known(a_speaker_segment())
    lines = mapping.annotation_quads(MINT, made)
    voice = MINT.voice(made.annotation.voice)
    assert objects(lines, made.iri, f"{OA}hasBody") == {iri(voice)}
    assert objects(lines, voice, f"{PROV}hadMember") == {iri(made.iri)}
    assert objects(lines, made.iri, f"{EBUCORE}hasAnnotationRelatedAgent") == set()
    assert not any("Person>" in line for line in lines)


def test_a_tag_names_its_concept_with_a_label() -> None:
    made = known(a_tag(label="streetcar", label_language="en"))
    lines = mapping.annotation_quads(MINT, made)
    concept = f"{WIKIDATA}Q3407658"
    assert objects(lines, made.iri, f"{OA}hasBody") == {f"<{concept}>"}
    assert objects(lines, made.iri, f"{GLD}tagType") == {literal("object")}
    assert objects(lines, made.iri, f"{SCHEMA}text") == {literal("tram", "nl")}
    assert objects(lines, concept, f"{SKOS}prefLabel") == {literal("streetcar", "en")}


def test_the_words_of_a_tag_without_concept_are_one_thing_at_a_partner() -> None:
    made = known(a_tag_without_concept(language=None))
    lines = mapping.annotation_quads(MINT, made)
    words = MINT.tag(PARTNER, made.annotation)
    assert objects(lines, made.iri, f"{OA}hasBody") == {iri(words)}
    assert objects(lines, made.iri, f"{SCHEMA}text") == {literal("STAKING IN GENT")}
    assert objects(lines, words, f"{SKOS}prefLabel") == {literal("STAKING IN GENT", "und")}


@pytest.mark.parametrize("concept", [PERSON, f"{BASE}/id/status/approved", f"{BASE}/ns#Validation"])
def test_a_tag_cannot_describe_what_this_instance_describes(concept: str) -> None:
    with pytest.raises(BadInput, match="concept of a tag") as caught:
        mapping.annotation_quads(MINT, known(a_tag(concept=concept)))
    assert caught.value.rule == "concept"


@pytest.mark.parametrize("status", Status)
def test_a_status_is_a_concept(status: Status) -> None:
    made = known(a_face_match(), status=status)
    found = objects(mapping.annotation_quads(MINT, made), made.iri, f"{GLD}status")
    assert found == {iri(f"{BASE}/id/status/{status}")}


def test_a_decided_guess_names_its_decisions_and_the_time_of_the_last() -> None:
    made = approved(a_face_match())
    lines = mapping.annotation_quads(MINT, made)
    assert objects(lines, made.iri, f"{GLD}validatedIn") == {iri(MINT.validation(a_validation().id))}
    assert len(objects(lines, made.iri, f"{EBUCORE}annotationCurationDateTime")) == 1


def test_a_natural_person_stands_in_the_validation_graph_only() -> None:
    user = MINT.user("archivist-1")
    for name, lines in everything().items():
        holding = {line.rpartition(" <")[2] for line in lines if user in line}
        assert holding <= {f"{BASE}/graph/validation/{PARTNER}> ."}, name
    assert user in "".join(everything()["validation"])


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_term(role: Role) -> None:
    assert mapping.validation_quads(MINT, a_validation(role=role))


def test_a_decision_without_a_reason_has_no_comment() -> None:
    validation = a_validation(reason="")
    assert (
        objects(mapping.validation_quads(MINT, validation), MINT.validation(validation.id), f"{RDFS}comment") == set()
    )


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_stage_and_outcome_maps(stage: Stage, outcome: Outcome) -> None:
    run = a_run(stage=stage, outcome=outcome, note="what happened")
    lines = mapping.run_quads(MINT, run)
    assert objects(lines, MINT.run(run.id), "http://www.loc.gov/premis/rdf/v3/outcomeNote") == {
        literal("what happened")
    }


def test_the_parameters_of_a_run_are_one_json_object_with_sorted_names() -> None:
    (found,) = objects(mapping.run_quads(MINT, a_run()), MINT.run(a_run().id), f"{GLD}parameters")
    assert found.startswith('"{\\"frames_per_second\\":5,\\"match_threshold\\":0.42}"^^<')


def test_a_person_iri_that_no_graph_takes_is_refused() -> None:
    with pytest.raises(BadInput, match="IRI"):
        mapping.annotation_quads(MINT, known(a_face_match(person="http://a/%zz")))


def test_the_vocabulary_stands_under_the_base_of_the_instance() -> None:
    lines = mapping.vocabulary_quads(MINT)
    assert any(line.startswith(f"<{GLD}FaceMatch> ") for line in lines)
    assert not any("give-ld.example.org" in line for line in lines)
