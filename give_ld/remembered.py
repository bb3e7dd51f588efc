"""What a pass over a source remembers of the runs in it: of few at a time, since the journal has them all."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

from sqlalchemy import Connection

from give_ld.biometrics.sidecar import read_sidecar
from give_ld.biometrics.vault import Fingerprint
from give_ld.errors import BadInput, GiveLdError
from give_ld.home import Home
from give_ld.journal.erasing import all_erasures
from give_ld.journal.lookups import find_run
from give_ld.journal.refuted import has_refuted, refuter, sayings
from give_ld.journal.sought import Sought
from give_ld.model.event import Proposal
from give_ld.model.run import Run
from give_ld.proposal import References, check_run
from give_ld.rdf import mapping
from give_ld.source import Source

RUNS = 200
# Each with the crops of its faces, which are most of what a file brings.
SIDECARS = 8


def erased_before(home: Home) -> Sought:
    """Return by what everybody is known who was erased: nothing about them comes in again."""
    with home.journal.reading() as db:
        return Sought.again(home.mint.secret, all_erasures(db))


class Remembered:
    """Runs by id, with what their guesses share. What was let go is read again when it is asked for."""

    def __init__(self, home: Home, source: Source) -> None:
        self._home = home
        self._source = source
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._origins: dict[str, mapping.Origin] = {}
        self._prints: OrderedDict[str, dict[str, Fingerprint] | GiveLdError] = OrderedDict()
        self._rejections: dict[tuple[str, str], bool] = {}

    def begin_batch(self) -> None:
        """Let go of what is too much or may have changed; the journal has every run of the batches before."""
        self._rejections.clear()
        while len(self._runs) > RUNS:
            self._origins.pop(self._runs.popitem(last=False)[0], None)

    def add(self, run: Run) -> None:
        """Remember a run that passed its own checks."""
        self._runs[str(run.id)] = run
        self._runs.move_to_end(str(run.id))

    def forget(self, run_id: str) -> None:
        """Forget a run that was refused after all."""
        del self._runs[run_id]
        self._origins.pop(run_id, None)

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._runs

    def __getitem__(self, run_id: str) -> Run:
        return self._runs[run_id]

    def get(self, run_id: str) -> Run | None:
        """Return a run that is remembered, or None."""
        return self._runs.get(run_id)

    def find(self, references: References, run_id: str) -> Run:
        """Return the run of a guess.

        Raises:
            BadInput: it was refused or is unknown, or the user may not add to it.
        """
        if run_id not in self._runs:
            run = find_run(references.db, run_id)
            if run is None:
                raise BadInput(f"run {run_id} was refused or stands nowhere before this line", rule="run-unknown")
            check_run(references, self._source.user, run, None)
            self._runs[run_id] = run
        self._runs.move_to_end(run_id)
        return self._runs[run_id]

    def origin(self, run: Run) -> mapping.Origin:
        """Return what the guesses of a run share."""
        key = str(run.id)
        if key not in self._origins or self._origins[key].run is not run:
            self._origins[key] = mapping.origin_of(self._home.mint, run)
        return self._origins[key]

    def refuter(self, db: Connection, run: Run, proposal: Proposal) -> str | None:
        """Return the guess that the partner rejected and that says the same as this one, or None."""
        file = (run.partner, run.file.key)
        if file not in self._rejections:
            self._rejections[file] = has_refuted(db, *file)
        if not self._rejections[file]:
            return None
        return refuter(sayings(db, run.partner, run.file.key, [proposal]), proposal)

    def fingerprint(self, run: Run, named: UUID) -> Fingerprint:
        """Return the fingerprint that a face of a run names, from the sidecar of the run.

        Raises:
            BadSidecar: the sidecar is missing or damaged.
            BadInput: the fingerprint is not in it.
        """
        prints = self._sidecar(run)
        if isinstance(prints, GiveLdError):
            raise prints
        if str(named) not in prints:
            message = f"fingerprint {named} is not in the sidecar of run {run.id}"
            raise BadInput(message, rule="sidecar-fingerprint")
        return prints[str(named)]

    def _sidecar(self, run: Run) -> dict[str, Fingerprint] | GiveLdError:
        key = str(run.id)
        if key not in self._prints:
            while len(self._prints) >= SIDECARS:
                self._prints.popitem(last=False)
            self._prints[key] = self._read(run)
        self._prints.move_to_end(key)
        return self._prints[key]

    def _read(self, run: Run) -> dict[str, Fingerprint] | GiveLdError:
        path = self._source.sidecars / (run.sidecar.name if run.sidecar else "")
        try:
            return {each.id: each for each in read_sidecar(path, run, self._home.settings.sidecar_key)}
        except GiveLdError as error:
            return error
