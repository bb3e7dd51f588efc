"""Which terms all guesses of one run share: made and checked once, used for each guess."""

from __future__ import annotations

from dataclasses import dataclass, field

from give_ld.model.fragment import Fragment
from give_ld.model.run import Run
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import EBUCORE, PROV
from give_ld.rdf.terms import instant, iri, minted


@dataclass(frozen=True)
class Origin:
    """A run with what its guesses say of it, as N-Quads terms; `file_iri` is a plain IRI.

    `pairs` are the predicates and objects that every guess of the run has, `calibrators` the terms by id (None: the
    uncalibrated).
    """

    mint: Mint
    run: Run
    file_iri: str
    item: str
    file: str
    pairs: tuple[tuple[str, str], ...]
    calibrators: dict[str | None, str]
    _representations: dict[str, str] = field(default_factory=dict)

    def fragment(self, fragment: Fragment) -> str:
        """Return a part of the file, as a term."""
        return minted(self.mint.fragment(self.file_iri, fragment))

    def representation(self, transcript: str) -> str:
        """Return the transcript of the file whose text has this digest, as a term; mentions share a few of them."""
        if transcript not in self._representations:
            found = self.mint.representation(self.run.partner, self.run.file.sha256, transcript)
            self._representations[transcript] = iri(found)
        return self._representations[transcript]


def origin_of(mint: Mint, run: Run) -> Origin:
    """Return what the guesses of a run share.

    Raises:
        BadInput: a string of the run, or the base of the instance, cannot stand in the graph as an IRI.
    """
    file_iri = mint.file(run.file.sha256, run.partner)
    item, file = iri(mint.item(run.partner, run.item)), iri(file_iri)
    pairs = (
        (f"<{mint.names.gld}item>", item),
        (f"<{EBUCORE}hasAnnotationTarget>", file),
        (f"<{PROV}wasGeneratedBy>", iri(mint.run(run.id))),
        (f"<{PROV}wasAttributedTo>", iri(mint.agent(run.agent))),
        *([(f"<{PROV}generatedAtTime>", instant(run.ended))] if run.ended else []),
    )
    calibrators: dict[str | None, str] = {None: iri(mint.calibrator(None))}
    calibrators |= {each.id: iri(mint.calibrator(each)) for each in run.calibrators}
    return Origin(mint, run, file_iri, item, file, pairs, calibrators)
