"""Which terms all guesses of one run share: made and checked once, used for each guess."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from give_ld.model.decision import Known
from give_ld.model.fragment import Fragment
from give_ld.model.run import Run
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import EBUCORE, PROV, RDF
from give_ld.rdf.terms import instant, iri, minted


@dataclass(frozen=True)
class Origin:
    """A run with what its guesses say of it, as N-Quads terms; `file_iri` is a plain IRI.

    `pairs` are the predicates and objects that every guess of the run has, `calibrators` the terms by id (None: the
    uncalibrated). `activity` and `agent` made them; `stated`: a person of the archive did. `alike` is what guesses of a
    sort were found to say alike, without their names.
    """

    mint: Mint
    run: Run
    file_iri: str
    item: str
    file: str
    activity: str
    agent: str
    pairs: tuple[tuple[str, str], ...]
    calibrators: dict[str | None, str]
    stated: bool = False
    alike: dict[tuple[str | None, ...], tuple[str, ...]] = field(default_factory=dict)
    _representations: dict[str, str] = field(default_factory=dict)

    def fragment(self, fragment: Fragment) -> str:
        """Return a part of the file, as a term."""
        return minted(self.mint.fragment(self.file_iri, fragment))

    def representation(self, transcript: str) -> str:
        """Return the transcript of the file whose text has this digest, as a term; mentions share a few of them."""
        if transcript not in self._representations:
            found = self.mint.representation(self.run.partner, self.run.file.key, transcript)
            self._representations[transcript] = iri(found)
        return self._representations[transcript]


def origin_of(mint: Mint, run: Run) -> Origin:
    """Return what the guesses of a run share.

    Raises:
        BadInput: a string of the run, or the base of the instance, cannot stand in the graph as an IRI.
    """
    file_iri = mint.file(run.file.key, run.partner)
    item, file = iri(mint.item(run.partner, run.item)), iri(file_iri)
    activity, agent = iri(mint.run(run.id)), iri(mint.agent(run.agent))
    pairs = (
        (f"<{mint.names.gld}item>", item),
        (f"<{EBUCORE}hasAnnotationTarget>", file),
        (f"<{PROV}wasGeneratedBy>", activity),
        (f"<{PROV}wasAttributedTo>", agent),
        *([(f"<{PROV}generatedAtTime>", instant(run.ended))] if run.ended else []),
    )
    calibrators: dict[str | None, str] = {None: iri(mint.calibrator(None))}
    calibrators |= {each.id: iri(mint.calibrator(each)) for each in run.calibrators}
    return Origin(mint, run, file_iri, item, file, activity, agent, pairs, calibrators)


def origin_of_known(mint: Mint, known: Known, *, public: bool = False) -> Origin:
    """Return the same for one guess: where a person said it, the decision and the organisation are its origin.

    Raises:
        BadInput: a string of the run, or the base of the instance, cannot stand in the graph as an IRI.
    """
    origin = origin_of(mint, known.run)
    if known.corrects is None:
        return origin
    decision = known.validations[0]
    activity, agent = iri(mint.validation(decision.id)), iri(mint.organisation(decision.partner))
    # The decision and what it replaced are for the archive to see.
    private = ((f"<{PROV}wasGeneratedBy>", activity), (f"<{PROV}wasDerivedFrom>", iri(known.corrects)))
    pairs = (
        (f"<{RDF}type>", f"<{mint.names.gld}HumanAnnotation>"),
        (f"<{mint.names.gld}item>", origin.item),
        (f"<{EBUCORE}hasAnnotationTarget>", origin.file),
        (f"<{PROV}wasAttributedTo>", agent),
        (f"<{PROV}generatedAtTime>", instant(decision.ended)),
        *(() if public else private),
    )
    human: dict[str | None, str] = {None: iri(mint.human_calibrator)}
    return replace(origin, activity=activity, agent=agent, pairs=pairs, calibrators=human, stated=True, alike={})
