import pytest

from give_ld.errors import BadInput
from give_ld.model.annotation import SpeakerSegment, UnknownFace
from give_ld.model.status import Status
from give_ld.rdf.namespaces import DCT, EBUCORE, HA_OBJECT, OA, PROV, SCHEMA, SKOS, WIKIDATA
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines, iri
from tests.factories import (
    BASE,
    MINT,
    PARTNER,
    PERSON,
    PID,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    a_validation,
    an_item,
    an_unknown_face,
    approved,
    known,
)
from tests.rdf.made import published, shared

GLD = f"{BASE}/ns#"
ITEM = f"<{BASE}/id/item/{PARTNER}/{PID}>"
GRAPH = f"<{BASE}/graph/public/{PARTNER}>"


def facts(owners: dict[str, Lines]) -> set[str]:
    """The plain facts among what a guess supports."""
    return {line for owner, lines in owners.items() if owner.startswith("fact:") for line in lines}


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.APPROVED])
def test_what_is_not_approved_supports_nothing(status: Status) -> None:
    assert public_owners(MINT, approved(a_face_match(), status=status), an_item()) == {}


def test_an_approval_without_a_decision_supports_nothing() -> None:
    assert public_owners(MINT, known(a_face_match(), status=Status.APPROVED), an_item()) == {}


@pytest.mark.parametrize("guess", [an_unknown_face(), a_speaker_segment()])
def test_an_unknown_face_or_voice_supports_nothing(guess: UnknownFace | SpeakerSegment) -> None:
    assert public_owners(MINT, approved(guess), an_item()) == {}


def test_a_tag_with_a_concept_says_what_an_item_is_about() -> None:
    owners = public_owners(MINT, approved(a_tag()), an_item())
    assert facts(owners) == {f"{ITEM} <{SCHEMA}about> <{WIKIDATA}Q3407658> {GRAPH} ."}
    assert f'<{WIKIDATA}Q3407658> <{SKOS}prefLabel> "tram"@nl {GRAPH} .' in owners[f"{WIKIDATA}Q3407658"]


@pytest.mark.parametrize(("language", "tag"), [("nl", "nl"), (None, "und")])
def test_a_tag_without_a_concept_is_a_keyword_of_its_item(language: str | None, tag: str) -> None:
    owners = public_owners(MINT, approved(a_tag_without_concept(language=language)), an_item())
    assert facts(owners) == {f'{ITEM} <{SCHEMA}keywords> "STAKING IN GENT"@{tag} {GRAPH} .'}


def test_two_tags_with_the_same_words_support_one_keyword() -> None:
    one, other = (public_owners(MINT, approved(a_tag_without_concept(tag_type=kind)), an_item()) for kind in "ab")
    assert facts(one) == facts(other)
    assert len({owner for owner in one if owner.startswith("fact:")} & set(other)) == 1


@pytest.mark.parametrize("item", [an_item(pid="other"), an_item(partner="OR-zzz9999")])
def test_a_guess_is_not_published_under_another_item(item) -> None:  # noqa: ANN001
    with pytest.raises(BadInput, match="is about"):
        public_owners(MINT, approved(a_face_match()), item)


def test_a_face_and_a_mention_of_one_person_support_one_fact() -> None:
    face = public_owners(MINT, approved(a_face_match()), an_item())
    mention = public_owners(MINT, approved(a_mention(), person=PERSON), an_item())
    assert facts(face) == facts(mention) == {f"{ITEM} <{SCHEMA}mentions> {iri(PERSON)} {GRAPH} ."}
    assert {owner for owner in face if owner.startswith("fact:")} <= set(mention)


def test_a_mention_of_wikidata_supports_a_fact_with_a_label() -> None:
    owners = public_owners(MINT, approved(a_mention()), an_item())
    assert facts(owners) == {f"{ITEM} <{SCHEMA}mentions> <{WIKIDATA}Q1296> {GRAPH} ."}
    assert f'<{WIKIDATA}Q1296> <{SCHEMA}name> "Gent"@nl {GRAPH} .' in owners[f"{WIKIDATA}Q1296"]


def test_a_mention_of_nothing_known_supports_no_fact() -> None:
    owners = public_owners(MINT, approved(a_mention_without_entity()), an_item())
    assert facts(owners) == set()
    assert MINT.candidate(PARTNER, "Gent") in owners


def test_a_transcript_supports_a_transcription_and_captions() -> None:
    found = facts(public_owners(MINT, approved(a_transcript()), an_item()))
    predicates = {line.split(" ")[1] for line in found}
    assert predicates == {f"<{HA_OBJECT}hasTranscriptionCopy>", f"<{EBUCORE}hasCaptioning>"}


def test_a_mention_and_its_transcript_describe_the_same_text() -> None:
    mention = public_owners(MINT, approved(a_mention()), an_item())
    transcript = public_owners(MINT, approved(a_transcript()), an_item())
    shared_owners = {owner for owner in mention if "/id/representation/" in owner} & set(transcript)
    assert len(shared_owners) == 1
    assert all(mention[owner] == transcript[owner] for owner in shared_owners)
    assert not any("schema.org/transcript>" in line for lines in mention.values() for line in lines)


@pytest.mark.parametrize("name", sorted(published()))
def test_everything_public_stands_in_one_graph(name: str) -> None:
    assert all(line.endswith(f" {GRAPH} .") for line in published()[name])


@pytest.mark.parametrize("name", sorted(published()))
def test_nobody_who_decided_and_no_reason_is_public(name: str) -> None:
    text = "\n".join(published()[name])
    assert MINT.user("archivist-1") not in text
    assert a_validation().reason not in text
    assert str(a_validation().id) not in text
    assert "news.mp4" not in text
    assert "f" * 64 not in text
    assert "match_threshold" not in text


@pytest.mark.parametrize("name", sorted(published()))
def test_nothing_public_points_to_a_thing_of_ours_that_is_not_described(name: str) -> None:
    lines = published()[name] | shared()
    described = {line.split(" ")[0] for line in lines}
    objects = {line.split(" ", 2)[2].rpartition(" <")[0] for line in published()[name]}
    ours = {term for term in objects if term.startswith(f"<{BASE}/id/")}
    concepts = ("status", "annotation-type", "score-kind", "calibrator/uncalibrated", "calibrator/human")
    missing = {
        term for term in ours - described if not term.startswith(tuple(f"<{BASE}/id/{kind}" for kind in concepts))
    }
    assert missing == set()


def test_a_public_guess_answers_why() -> None:
    made = approved(a_face_match())
    lines = public_owners(MINT, made, an_item())[made.iri]
    predicates = {line.split(" ")[1][1:-1] for line in lines}
    assert {
        f"{EBUCORE}annotationConfidence",
        f"{GLD}rawScore",
        f"{GLD}scoreKind",
        f"{GLD}calibrator",
        f"{GLD}validatedBy",
        f"{EBUCORE}annotationCurationDateTime",
        f"{EBUCORE}isAnnotatedMediaResource",
        f"{PROV}wasGeneratedBy",
        f"{PROV}wasAttributedTo",
        f"{DCT}modified",
        f"{OA}hasBody",
    } <= predicates


def test_the_public_run_names_software_reference_set_and_times() -> None:
    owners = public_owners(MINT, approved(a_face_match()), an_item())
    text = "\n".join(owners[MINT.run(a_run().id)])
    assert MINT.agent(a_run().agent) in text
    assert MINT.refset_version("2026-02-28") in text
    assert "startedAtTime" in text
    assert "endedAtTime" in text


def test_an_item_is_public_with_its_names_elsewhere_but_without_what_is_the_archives_own() -> None:
    lines = public_owners(MINT, approved(a_face_match()), an_item())[MINT.item(PARTNER, PID)]
    text = "\n".join(lines)
    assert f"<{SCHEMA}sameAs> <https://hdl.handle.net/20.500.99999/made>" in text
    for private in ("Band 7", "series0001", "LocalIdentifier", '"news"'):
        assert private not in text


def test_an_owner_describes_only_itself() -> None:
    for guess in (a_face_match(), a_mention()):
        for owner, lines in public_owners(MINT, approved(guess), an_item()).items():
            subjects = {line.split(" ")[0] for line in lines}
            own = {f"<{owner}>", f"<{MINT.source(PARTNER, PID)}>"}
            assert owner.startswith("fact:") or subjects <= own
