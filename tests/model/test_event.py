"""What a proposal says of its guess for the list of guesses, whatever kind it is of."""

import pytest

from give_ld.model.annotation import Annotation
from give_ld.model.event import Proposal
from tests.factories import (
    MINT,
    PERSON,
    TEXT,
    TEXT_SHA256,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    an_unknown_face,
)


@pytest.mark.parametrize(
    ("guess", "subject", "label", "words"),
    [
        (a_face_match(), PERSON, "Marie Curie", ""),
        (an_unknown_face(), "", "", ""),
        (a_mention(label="Ghent"), "Q1296", "Ghent", "Gent"),
        (a_mention_without_entity(), "Gent", "Gent", "Gent"),
        (a_transcript(), TEXT_SHA256, "", TEXT),
        (a_speaker_segment(), str(a_speaker_segment().voice), "S1", ""),
        (a_speaker_segment(label=None), str(a_speaker_segment().voice), "", ""),
        (a_tag(label="streetcar"), "object http://www.wikidata.org/entity/Q3407658", "streetcar", "tram"),
        (a_tag_without_concept(), "ocr STAKING IN GENT", "STAKING IN GENT", "STAKING IN GENT"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_proposal_says_what_it_is_about(guess: Annotation, subject: str, label: str, words: str) -> None:
    proposal = Proposal(iri=MINT.annotation(a_run(), guess), annotation=guess)
    assert (proposal.subject, proposal.label, proposal.words) == (subject, label, words)
    assert proposal.also_known_as[0] == subject


def test_the_list_shows_the_beginning_of_a_long_text() -> None:
    for guess in (a_transcript(text="x" * 1000), a_tag(text="x" * 1000)):
        assert Proposal(iri="urn:a", annotation=guess).words == "x" * 600 + " …"
