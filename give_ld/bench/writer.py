"""What a writer does until it is killed: it takes guesses in, lets a person decide, and says what it has acknowledged.

Started as `python -m give_ld.bench.writer HOME DIRECTORY FIRST`: HOME is a prepared instance, DIRECTORY is for records,
FIRST is the number of the first made file. Each line of the output is a JSON object: an IRI and its status.
"""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path

from give_ld.bench.instance import ARCHIVIST, bring, made_file
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.model.annotation import FaceMatch
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision

READY = "ready"


def write_for_ever(home: Home, directory: Path, first: int) -> None:
    """Ingest one made file after the other and decide about its faces; say what is done as soon as it is."""
    for number in count(first):
        file = made_file(home, number)
        bring(home, directory, file)
        runs = {record.id: record for record in file.records if isinstance(record, Run)}
        guesses = [record for record in file.records if not isinstance(record, Run)]
        iris = {home.mint.annotation(runs[guess.run], guess): guess for guess in guesses}
        for iri in iris:
            _acknowledge(iri, Status.PROPOSED)
        verdicts = {Verdict.APPROVE: Status.APPROVED, Verdict.REJECT: Status.REJECTED}
        for place, (iri, guess) in enumerate(iris.items()):
            if isinstance(guess, FaceMatch):
                verdict = list(verdicts)[place % 2]
                # As the server does: it is told before the graphs have followed.
                home.decide(home.user(ARCHIVIST), Decision(iri, verdict), wait=False)
                _acknowledge(iri, verdicts[verdict])


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
