"""Which graph the benches of stores are about: what made files say, one file mapped and written over and over."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from give_ld.bench import reference
from give_ld.bench.made import GUESSES_A_FILE, made_files
from give_ld.model.annotation import Annotation, FaceMatch
from give_ld.model.decision import Known, Role, Validation
from give_ld.model.item import Item, ItemKind
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines

PERSONS = 6_075
_EVERY = 4
"""In the private graph every so many guesses one is decided; in the public graph all are."""

_PID = "made000000"
# No line of N-Quads holds either.
_NUMBER, _PERSON = "\0", "\1"
_OWN = re.compile(
    r"(/id/(?:annotation|association|face-cluster|file|item|representation|run|source-record|usage|validation"
    r"|voice-cluster)/(?:OR-\w+/)?)([\w-]+)"
)
_LONG_TEXT = re.compile(r' "(?=[^"]{60})')
_SLOT = re.compile("\1([0-9]+)")


def person_number(chance: random.Random) -> int:
    """Return the number of a person, from 0 to PERSONS: of a few there is much, of most a little."""
    return int(PERSONS ** chance.random()) - 1


@dataclass(frozen=True)
class MadeGraph:
    """N-Quads: `shared` stands there once, `file` once for each file, with its number and its persons."""

    mint: Mint
    shared: str
    file: str

    def blocks(self, quads: int) -> Iterator[str]:
        """Yield so many quads or a few more, those of whole files, as lines with their ends; always the same."""
        yield self.shared
        left, size = quads - self.shared.count("\n"), self.file.count("\n")
        for number in range(-(-left // size)):
            chance = random.Random(number)  # noqa: S311 - no secret
            persons = [f"{person_number(chance):04}" for _ in range(GUESSES_A_FILE)]
            yield _SLOT.sub(lambda slot: persons[int(slot[1])], self.file).replace(_NUMBER, f"-{number}")  # noqa: B023

    def persons(self, number: int) -> list[str]:
        """Return the IRIs of so many persons to ask about, those more often of whom there is more."""
        chance = random.Random("asked")  # noqa: S311 - no secret
        return [self.mint.person(f"{person_number(chance):04}") for _ in range(number)]


def made_graph(mint: Mint, *, public: bool) -> MadeGraph:
    """Return the graph of one store, as the mapping writes it."""
    (file,) = made_files(GUESSES_A_FILE, mint.person("0000"), reference.VERSION)
    runs = {record.id: record for record in file.records if isinstance(record, Run)}
    guesses = [record for record in file.records if not isinstance(record, Run)]
    item = item_of(next(iter(runs.values())))
    known = [_known(mint, runs[guess.run], guess, place) for place, guess in enumerate(guesses)]
    lines = _public(mint, known, item) if public else _private(mint, known, item)
    marked = sorted(_marked(line) + "\n" for line in lines)
    own = [line for line in marked if _NUMBER in line or _PERSON in line]
    return MadeGraph(mint, "".join(sorted(set(marked) - set(own))), "".join(own))


def item_of(run: Run) -> Item:
    """Return the item of a made run, with an open licence."""
    return Item(pid=run.item, partner=run.partner, title=run.item, kind=ItemKind.VIDEO, licences=(reference.LICENCE,))


def _known(mint: Mint, run: Run, guess: Annotation, place: int) -> Known:
    if isinstance(guess, FaceMatch):
        guess = guess.model_copy(update={"person": mint.person(f"slot{place}")})
    known = Known(iri=mint.annotation(run, guess), annotation=guess, run=run)
    validation = approval(known)
    return replace(known, status=Status.APPROVED, validations=(validation,))


def approval(known: Known) -> Validation:
    """Return the approval of a made guess, a day after its run."""
    ended = known.run.ended
    assert ended is not None  # noqa: S101 - every made run has ended
    decided = ended + timedelta(days=1)
    return Validation(
        id=uuid5(NAMESPACE_URL, known.iri),
        annotation=known.iri,
        partner=known.run.partner,
        user="archivist-1",
        role=Role.ARCHIVIST,
        verdict=Verdict.APPROVE,
        status=Status.APPROVED,
        started=decided,
        ended=decided,
    )


def _public(mint: Mint, guesses: list[Known], item: Item) -> Lines:
    owners = (lines for known in guesses for lines in public_owners(mint, known, item).values())
    agents = (mapping.agent_quads(mint, known.run) for known in guesses)
    return reference.quads(mint).union(*owners, *agents)


def _private(mint: Mint, guesses: list[Known], item: Item) -> Lines:
    runs = {known.run.id: known.run for known in guesses}
    lines = [reference.quads(mint), mapping.item_quads(mint, item)]
    lines += [mapping.run_quads(mint, run) for run in runs.values()]
    for place, known in enumerate(guesses):
        if place % _EVERY == 0:
            lines.append(mapping.validation_quads(mint, known.validations[0]))
        else:
            known = replace(known, status=Status.PROPOSED, validations=())
        lines.append(mapping.annotation_quads(mint, known))
    return frozenset[str]().union(*lines)


def _marked(line: str) -> str:
    """Return a line with places for the number of the file and for persons."""
    line = _OWN.sub(rf"\1\2{_NUMBER}", line)
    if _NUMBER in line:
        line = _LONG_TEXT.sub(f' "{_NUMBER} ', line)
    line = line.replace(f'"{_PID}"', f'"{_PID}{_NUMBER}"')
    return line.replace("refset-person/slot", f"refset-person/{_PERSON}")
