"""What a writer does until it is killed: it takes guesses in, lets a person decide, and says what it has acknowledged.

Started as `python -m give_ld.bench.writer HOME DIRECTORY FIRST`: HOME is a prepared instance, DIRECTORY is for records,
FIRST is the number of the first made file. Each line of the output is a JSON object: an IRI and its status.
"""

from __future__ import annotations

import json
import sys
from itertools import count, islice
from pathlib import Path

from give_ld.bench import reference
from give_ld.bench.made import GUESSES_A_FILE, MadeFile, made_files
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Source
from give_ld.model.annotation import FaceMatch
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision

ARCHIVIST, PIPELINE = "archivist", "pipeline"
READY = "ready"


def write_for_ever(home: Home, directory: Path, first: int) -> None:
    """Ingest one made file after the other and decide about its faces; say what is done as soon as it is."""
    person = home.mint.person("0001")
    for number in count(first):
        (file,) = islice(made_files((number + 1) * GUESSES_A_FILE, person, reference.VERSION), number, None)
        _ingest(home, directory, file)
        runs = {record.id: record for record in file.records if isinstance(record, Run)}
        guesses = [record for record in file.records if not isinstance(record, Run)]
        iris = {home.mint.annotation(runs[guess.run], guess): guess for guess in guesses}
        for iri in iris:
            _acknowledge(iri, Status.PROPOSED)
        verdicts = {Verdict.APPROVE: Status.APPROVED, Verdict.REJECT: Status.REJECTED}
        for place, (iri, guess) in enumerate(iris.items()):
            if isinstance(guess, FaceMatch):
                verdict = list(verdicts)[place % 2]
                home.decide(home.user(ARCHIVIST), Decision(iri, verdict))
                _acknowledge(iri, verdicts[verdict])


def _ingest(home: Home, directory: Path, file: MadeFile) -> None:
    (directory / file.sidecar_name).write_bytes(file.sidecar)
    lines = [record.model_dump_json(by_alias=True).encode() + b"\n" for record in file.records]
    Ingest(home, Source("made.jsonl", directory, home.user(PIPELINE))).read(lines)


def _acknowledge(iri: str, status: Status) -> None:
    sys.stdout.write(json.dumps([iri, status]) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Open the instance, say that it is ready, and write."""
    home, directory, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    opened = open_home(Settings(home=home, journal_url=None))
    _ = opened.gate
    sys.stdout.write(json.dumps(READY) + "\n")
    sys.stdout.flush()
    write_for_ever(opened, directory, first)


if __name__ == "__main__":
    main()
