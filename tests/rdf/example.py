"""Which TriG file shows the whole model: an invented archive and item, a long-dead person and a real place.

`make example` writes it to ontology/example.trig; a test holds the file against what is made here.
"""

import sys
from dataclasses import replace
from uuid import UUID

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from give_ld.model.annotation import Annotation, LinkCandidate, Segment
from give_ld.model.calibration import ScoreKind
from give_ld.model.decision import DecisionReason, Known, Validation
from give_ld.model.event import Correction
from give_ld.model.fragment import Fragment
from give_ld.model.person import Ground
from give_ld.model.run import Agent, MediaFile, ModelFile, Run, Stage
from give_ld.model.status import Status, Verdict
from give_ld.rdf import mapping
from give_ld.rdf.iris import text_digest
from give_ld.rdf.namespaces import RDF
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines
from give_ld.resources import AUTHORED_BASE
from give_ld.store.answers import used_prefixes
from tests.factories import (
    BASE,
    MINT,
    a_calibrator,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_partner,
    a_person,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    a_validation,
    an_admission,
    an_item,
    an_unknown_face,
)
from tests.rdf.made import ELSEWHERE, HEADER, UNSEEN, UNSTATED

HEADING = """\
# A worked example of the model: first the private graphs of one archive, then what the public sees.
# The person and the place are real, and she died long ago; archive, item, scores, times and decisions are invented.
# Written by `make example`; change what makes it, not this file.
"""
CONCERNS = {
    "metadata": "private: items and files as the archive has them",
    "run": "private: one stage on one file by one software agent",
    "annotation": "private: every guess, whatever its status",
    "validation": "private: who decided, as opaque users; the only graph with natural persons",
    "agent": "private and public: organisations, software with its weights, calibrators",
    "refset": "private and public: who may be recognised, and why; photos and fingerprints are in no graph",
    "public": "public: facts, and the approved annotations that support them",
}
KINDS = (
    *("agent", "annotation", "annotation-type", "association", "calibrator", "file", "representation", "run"),
    *("refset-person", "score-kind", "status", "user", "validation"),
)
PREFIXES = {
    **{kind: f"{AUTHORED_BASE}/id/{kind}/" for kind in KINDS},
    "gld": f"{AUTHORED_BASE}/ns#",
}
TEXT = "Welkom. In Brugge opende vandaag een tentoonstelling over Ada Lovelace. De Lovelacekring was erbij."
ITEM = an_item(pid="ex4mp1e000", title="Stadsnieuws", licences=("VIAA-PUBLIEK-CONTENT", "VIAA-PUBLIEK-METADATA-ALL"))
PERSON = f"{BASE}/id/refset-person/lovelace"
LOVELACE = an_admission(
    iri=PERSON,
    person=a_person(
        id="lovelace",
        name="Ada Lovelace",
        given_name="Ada",
        family_name="Lovelace",
        aliases=("Ada Byron",),
        wikidata="Q7259",
        birth_date="1815-12-10",
        death_date="1852-11-27",
        ground=Ground.HISTORICAL_FIGURE,
        ground_note="mathematician, wrote the first program",
    ),
)
FILE = MediaFile(sha256="5" * 64, name="stadsnieuws.mp4", mime_type="video/mp4", duration_ms=95_000)


def _run(number: int, stage: Stage, model: str, calibrated: ScoreKind, **changes: object) -> Run:
    """A run of one stage, with software and a calibrator of its own."""
    weights = ModelFile(name=model, sha256=str(number) * 64, licence="MIT")
    calibrator = a_calibrator(
        id=f"{stage}-2026-02",
        label=f"{stage}: probability that the answer is right",
        from_score=calibrated,
        model_sha256=weights.sha256,
        fitted_on=f"archivists' decisions on {stage}, half of them held out",
    )
    agent = Agent(name=f"example-{stage}", version=f"{number}.0.0", models=(weights,))
    fields = {
        "id": UUID(int=number),
        "item": ITEM.pid,
        "stage": stage,
        "agent": agent,
        "file": FILE,
        "calibrators": (calibrator,),
    }
    return a_run(**fields | changes)


FACES = _run(5, Stage.FACES, "faces.onnx", ScoreKind.COSINE_SIMILARITY, policy="f" * 64)
SPEECH = _run(6, Stage.SPEECH, "speech.bin", ScoreKind.MEAN_TOKEN_LOG_PROBABILITY, reference_set=None, energy_wh=6.5)
LINKS = _run(7, Stage.ENTITIES, "linker.json", ScoreKind.LINKER_SCORE, energy_wh=0.1, note="one segment was skipped")
TAGS = _run(8, Stage.OTHER, "pictures.onnx", ScoreKind.DETECTOR_SCORE, reference_set=None, energy_wh=0.9)
BROUGHT = ELSEWHERE.model_copy(update={"file": FILE, "item": ITEM.pid})
UNHASHED = UNSEEN.model_copy(update={"item": ITEM.pid})


def _known(number: int, run: Run, guess: Annotation, status: Status = Status.PROPOSED) -> Known:
    """A guess of a run, with the decision that gave it its status where there is one."""
    calibrator = run.calibrators[0].id if guess.confidence is not None else None
    guess = guess.model_copy(update={"run": run.id, "calibrator": calibrator})
    iri = MINT.annotation(run, guess)
    decisions = () if status is Status.PROPOSED else (_validation(number, iri, status),)
    return Known(iri=iri, annotation=guess, run=run, status=status, validations=decisions)


def _validation(number: int, iri: str, status: Status) -> Validation:
    if status is Status.APPROVED:
        return a_validation(id=UUID(int=number), annotation=iri, reason="")
    said = {
        "verdict": Verdict.REJECT,
        "status": status,
        "ground": DecisionReason.WRONG_PERSON,
        "reason": "her sister, who looks like her",
    }
    return a_validation(id=UUID(int=number), annotation=iri, **said)


def _disputed(known: Known) -> Known:
    """The same guess after one colleague disagreed with the approval, and another agreed and took that back."""
    same = {"annotation": known.iri, "before": Status.APPROVED, "reason": ""}
    agreed = a_validation(id=UUID(int=22), user="archivist-3", verdict=Verdict.AGREE, **same)
    doubt = {"verdict": Verdict.DISAGREE, "ground": DecisionReason.UNCLEAR}
    opinions = (
        a_validation(id=UUID(int=21), user="archivist-2", **same | doubt),
        agreed,
        a_validation(id=UUID(int=23), user="archivist-3", verdict=Verdict.UNDO, undoes=agreed.id, **same),
    )
    return replace(known, validations=(*known.validations, *opinions))


def _corrected(number: int, known: Known, said: Annotation) -> tuple[Known, Known]:
    """A guess that an archivist found wrong, and what was said in its place."""
    wrong = {"verdict": Verdict.CORRECT, "status": Status.REJECTED, "ground": DecisionReason.WRONG_ENTITY, "reason": ""}
    decision = a_validation(id=UUID(int=number), annotation=known.iri, **wrong)
    iri = MINT.correction(known.run, said, decision.id)
    said = said.model_copy(update={"run": known.run.id})
    approval = Correction(validation=decision, iri=iri, annotation=said).approval
    fields = {"status": Status.APPROVED, "corrects": known.iri, "validations": (approval,)}
    rejected = replace(known, status=Status.REJECTED, validations=(decision,))
    return rejected, Known(iri=iri, annotation=said, run=known.run, **fields)


def _named(name: str, start_ms: int) -> dict[str, object]:
    """Where a name stands in the text, and when it is said."""
    begin, spoken = TEXT.index(name), Fragment(start_ms=start_ms, end_ms=start_ms + 500)
    place = {"begin": begin, "end": begin + len(name), "transcript": text_digest(TEXT), "fragment": spoken}
    return {"text": name, "candidates": (), **place}


def guesses() -> tuple[Known, ...]:
    """One guess of each kind and of a few statuses, one that is disputed, and one that was corrected."""
    sister = {"fragment": Fragment(start_ms=75_040, end_ms=76_960), "score": 0.436, "confidence": 0.41}
    who = {"person": PERSON, "person_name": "Ada Lovelace"}
    segments = (Segment(start_ms=0, end_ms=95_000, text=TEXT, avg_logprob=-0.31, no_speech_prob=0.02),)
    hello = (Segment(start_ms=0, end_ms=2_000, text="Welkom."),)
    caption = {"text": "Welkom.", "segments": hello, "fragment": Fragment(start_ms=0, end_ms=2_000)}
    fell_short = (LinkCandidate(entity="Q239", label="Brussel", score=0.04),)
    her = {"person": PERSON, "entity_type": "person", "entity": "Q7259", "label": "Ada Lovelace"}
    language = {"entity_type": "other", "entity": "Q154755", "label": "Ada"}
    somewhere = {"fragment": Fragment(whole=True), "margin": None, "samples": None, "fingerprint": None}
    bruges = {"entity": "Q12994", "label": "Brugge", "candidates": fell_short}
    ada = _named("Ada", 5_300)
    return (
        _disputed(_known(1, FACES, a_face_match(**who), Status.APPROVED)),
        _known(2, FACES, a_face_match(**sister | who), Status.REJECTED),
        _known(3, FACES, an_unknown_face()),
        _known(4, SPEECH, a_transcript(text=TEXT, segments=segments), Status.APPROVED),
        _known(5, LINKS, a_mention(**_named("Brugge", 2_100) | bruges), Status.APPROVED),
        _known(6, LINKS, a_mention(**_named("Ada Lovelace", 5_300) | her), Status.APPROVED),
        _known(7, LINKS, a_mention_without_entity(**_named("Lovelacekring", 7_000)), Status.APPROVED),
        _known(8, BROUGHT, a_transcript(**caption, **UNSTATED, language_probability=None), Status.APPROVED),
        _known(9, SPEECH, a_speaker_segment()),
        _known(10, TAGS, a_tag(), Status.APPROVED),
        _known(11, TAGS, a_tag_without_concept(text="TENTOONSTELLING BRUGGE"), Status.APPROVED),
        _known(12, UNHASHED, a_face_match(**UNSTATED | somewhere | who), Status.APPROVED),
        *_corrected(13, _known(13, LINKS, a_mention(**ada | language)), a_mention(**UNSTATED | ada | her)),
    )


def private_lines() -> Lines:
    """All private graphs, and the two that both stores have."""
    return frozenset().union(
        mapping.item_quads(MINT, ITEM),
        mapping.partner_quads(MINT, a_partner()),
        mapping.person_quads(MINT, LOVELACE),
        mapping.admission_quads(MINT, LOVELACE),
        mapping.refset_version_quads(MINT, HEADER, [PERSON]),
        *(mapping.run_quads(MINT, run) for run in (FACES, SPEECH, LINKS, TAGS, BROUGHT, UNHASHED)),
        *(mapping.annotation_quads(MINT, known) for known in guesses()),
        *(
            mapping.validation_quads(MINT, each)
            for known in guesses()
            for each in known.validations
            if not known.corrects
        ),
    )


def public_lines() -> Lines:
    """The public graph."""
    return frozenset().union(*(owned for known in guesses() for owned in public_owners(MINT, known, ITEM).values()))


def example() -> str:
    """The example as TriG, a graph after the other."""
    text = "\n".join(private_lines() | public_lines()).replace(BASE, AUTHORED_BASE)
    quads = sorted(pyoxigraph.parse(text, RdfFormat.N_QUADS), key=_place)
    prefixes = used_prefixes([quad.triple for quad in quads]) | PREFIXES
    written = (pyoxigraph.serialize(quads, None, RdfFormat.TRIG, prefixes=prefixes) or b"").decode()
    # The order of the prefixes is not that in which they were given.
    lines = written.splitlines(keepends=True)
    written = "".join(sorted(lines[: len(prefixes)]) + lines[len(prefixes) :])
    for graph in dict.fromkeys(str(quad.graph_name) for quad in quads):
        written = written.replace(f"{graph} {{", f"\n# {CONCERNS[_concern(graph)]}\n{graph} {{", 1)
    return HEADING + written


def _concern(graph: str) -> str:
    return graph.removeprefix(f"<{AUTHORED_BASE}/graph/").rstrip(">").partition("/")[0]


def _place(quad: Quad) -> tuple[int, str, bool, str, str]:
    """Where a statement stands in the file: by graph, by subject, its types first."""
    concern = list(CONCERNS).index(_concern(str(quad.graph_name)))
    untyped = quad.predicate != NamedNode(f"{RDF}type")
    return concern, str(quad.subject), untyped, str(quad.predicate), str(quad.object)


if __name__ == "__main__":
    sys.stdout.write(example())
