"""Which instance the benches that need people work on: a partner, a reference set, items, and who acts in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from give_ld.bench import made, reference
from give_ld.bench.made import PARTNER, MadeFile
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Source
from give_ld.model.annotation import EntityMention, FaceMatch
from give_ld.model.decision import Role
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.people import add_user, issue_token
from give_ld.rdf.iris import wikidata
from give_ld.review.decide import Decision

ARCHIVIST, PIPELINE = "archivist", "pipeline"


@dataclass(frozen=True)
class Guess:
    """A made guess that may be decided: its IRI, the item, whom or what that mentions if it is right, and if it is."""

    iri: str
    item: str
    means: str
    approved: bool


@dataclass(frozen=True)
class Filled:
    """What stands in an instance with made guesses: them, and tokens of who decides and who brings more."""

    guesses: tuple[Guess, ...]
    archivist: str
    pipeline: str
    person: str


@contextmanager
def opened(settings: Settings) -> Iterator[Home]:
    """Yield an instance, closed on leaving."""
    home = open_home(settings)
    try:
        yield home
    finally:
        home.close()


def prepare(settings: Settings, items: int) -> None:
    """Make an instance with a partner, an admitted person, an archivist, a pipeline and so many items."""
    with opened(settings) as home:
        reference.add_people(home)
        reference.describe(home, add_user(home, ARCHIVIST, [Role.ARCHIVIST], PARTNER), items)


def made_file(home: Home, number: int) -> MadeFile:
    """Return the made file of this number, with references that the instance knows."""
    return made.made_file(number, home.mint.person("0001"), reference.VERSION)


def bring(home: Home, directory: Path, file: MadeFile) -> None:
    """Ingest the records of a made file, with its sidecar in a directory."""
    (directory / file.sidecar_name).write_bytes(file.sidecar)
    lines = [record.model_dump_json(by_alias=True).encode() + b"\n" for record in file.records]
    Ingest(home, Source("made.jsonl", directory, home.user(PIPELINE))).read(lines)


def fill(settings: Settings, directory: Path, files: int) -> Filled:
    """Bring so many made files into a prepared instance, approve every second face and mention, and return all that."""
    with opened(settings) as home:
        archivist, guesses = home.user(ARCHIVIST), list[Guess]()
        for number in range(files):
            file = made_file(home, number)
            bring(home, directory, file)
            for place, guess in enumerate(_decidable(home, file)):
                if place % 2 == 0:
                    home.decide(archivist, Decision(guess.iri, Verdict.APPROVE))
                guesses.append(replace(guess, approved=place % 2 == 0))
        tokens = [issue_token(home, name, days=1) for name in (ARCHIVIST, PIPELINE)]
        return Filled(tuple(guesses), tokens[0], tokens[1], home.mint.person("0001"))


def _decidable(home: Home, file: MadeFile) -> Iterator[Guess]:
    runs = {record.id: record for record in file.records if isinstance(record, Run)}
    for record in file.records:
        if isinstance(record, FaceMatch | EntityMention):
            run = runs[record.run]
            yield Guess(home.mint.annotation(run, record), home.mint.item(PARTNER, run.item), _means(record), False)


def _means(guess: FaceMatch | EntityMention) -> str:
    """Return the IRI of whom or what an item mentions if a made guess is right; '' for a name that means nobody."""
    if isinstance(guess, FaceMatch):
        return guess.person
    return wikidata(guess.entity) if guess.entity else ""
