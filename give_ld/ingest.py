"""How records become proposals: checked one by one, gated by SHACL, kept in one transaction, or put in quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from give_ld.biometrics.sidecar import read_sidecar
from give_ld.biometrics.vault import Fingerprint
from give_ld.errors import BadInput, BadRecord, GiveLdError
from give_ld.home import Home
from give_ld.journal.lookups import find_partner, find_person, find_run, rejected_alike, which_exist
from give_ld.journal.quarantine import Refused, keep
from give_ld.model.annotation import Annotation, EntityMention, FaceMatch, UnknownFace
from give_ld.model.decision import Known, Role
from give_ld.model.event import Proposal
from give_ld.model.record import parse_record
from give_ld.model.run import Run
from give_ld.model.user import User
from give_ld.rdf import mapping
from give_ld.rdf.terms import Lines
from give_ld.review.context import context_of

BATCH = 500


@dataclass(frozen=True)
class Source:
    """Where records come from, and who brings them; sidecars lie in `sidecars`."""

    name: str
    sidecars: Path
    user: User


@dataclass
class Report:
    """What became of each line: counts, and every refusal with its line, item and rule."""

    runs: int = 0
    proposed: dict[str, int] = field(default_factory=dict)
    known: int = 0
    rejected_before: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    number: int
    raw: bytes
    record: Run | Annotation


@dataclass
class _Batch:
    """The lines of one transaction, with the runs that they may name."""

    lines: list[_Line]
    runs: dict[str, Run]


class Ingest:
    """One pass over one source."""

    def __init__(self, home: Home, source: Source) -> None:
        self._home = home
        self._source = source
        self._runs: dict[str, Run] = {}
        self._prints: dict[str, dict[str, Fingerprint] | GiveLdError] = {}
        self._report = Report()
        self._to_keep: list[tuple[Refused, bytes]] = []

    def read(self, lines: Iterable[bytes]) -> Report:
        """Ingest lines of JSON and return what became of them; a bad line stops nothing else."""
        numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        while batch := list(islice(numbered, BATCH)):
            self._ingest([parsed for number, raw in batch if (parsed := self._parse(number, raw))])
            keep(self._home.journal, self._source.user.partner or "", self._to_keep)
            self._to_keep.clear()
        return self._report

    def _refuse(self, number: int, raw: bytes, error: GiveLdError, item: str = "") -> None:
        refused = Refused(self._source.name, number, item, error.rule, error.message)
        self._report.refused.append(refused)
        self._to_keep.append((refused, raw))

    def _parse(self, number: int, raw: bytes) -> _Line | None:
        try:
            return _Line(number, raw, parse_record(raw.rstrip(b"\r\n")))
        except BadRecord as error:
            self._refuse(number, raw, error)
            return None

    def _ingest(self, lines: list[_Line]) -> None:
        with self._home.writing() as writing:
            checked = [line for line in lines if self._check(writing.db, line)]
            proposals = [(line, self._proposal(writing.db, line)) for line in checked]
            kept = self._gate(writing.db, proposals)
            prints: list[Fingerprint] = []
            known = which_exist(writing.db, [proposal.iri for _, proposal in kept if isinstance(proposal, Proposal)])
            for _, payload in kept:
                if isinstance(payload, Proposal):
                    if not self._is_new(writing.db, payload, known):
                        continue
                    known.add(payload.iri)
                    prints += self._prints_of(payload)
                    kind = payload.annotation.kind
                    self._report.proposed[kind] = self._report.proposed.get(kind, 0) + 1
                elif find_run(writing.db, str(payload.id)):
                    self._report.known += 1
                    continue
                else:
                    self._report.runs += 1
                writing.append(payload, self._source.user.id, self._runs_partner(payload))
            self._home.vault.add_fingerprints(prints)

    def _runs_partner(self, payload: Run | Proposal) -> str:
        return payload.partner if isinstance(payload, Run) else self._runs[str(payload.annotation.run)].partner

    def _check(self, db: Connection, line: _Line) -> bool:
        try:
            if isinstance(line.record, Run):
                self._check_run(db, line.record)
            else:
                self._check_annotation(db, line.record)
        except GiveLdError as error:
            run = self._runs.get(str(getattr(line.record, "run", "")))
            item = line.record.item if isinstance(line.record, Run) else (run.item if run else "")
            self._refuse(line.number, line.raw, error, item)
            return False
        return True

    def _check_run(self, db: Connection, run: Run) -> None:
        user = self._source.user
        if Role.ADMIN not in user.roles and (Role.PIPELINE not in user.roles or user.partner != run.partner):
            message = f"{user.name} may not bring records of {run.partner}; use a pipeline token of that partner"
            raise BadInput(message, rule="partner")
        if find_partner(db, run.partner) is None:
            raise BadInput(f"partner {run.partner} is unknown; add it first", rule="partner-unknown")
        if (earlier := find_run(db, str(run.id)) or self._runs.get(str(run.id))) and earlier != run:
            raise BadInput(f"another run has the id {run.id} already", rule="run-id")
        self._runs[str(run.id)] = run

    def _check_annotation(self, db: Connection, guess: Annotation) -> None:
        run = self._run_of(db, guess)
        if guess.calibrator is not None:
            calibrator = next((c for c in run.calibrators if c.id == guess.calibrator), None)
            models = {model.sha256 for model in run.agent.models}
            fits = calibrator and calibrator.from_score is guess.score_kind and calibrator.model_sha256 in models
            if not fits:
                message = f"calibrator {guess.calibrator} is not of its run, or is for another score or other weights"
                raise BadInput(message, rule="calibrator")
        if isinstance(guess, FaceMatch):
            if run.reference_set is None:
                raise BadInput("a face match needs a run that names its reference set", rule="reference-set")
            if find_person(db, iri=guess.person) is None:
                raise BadInput(f"{guess.person} is no active reference person", rule="person-unknown")
        if isinstance(guess, FaceMatch | UnknownFace):
            self._fingerprint(run, guess)

    def _run_of(self, db: Connection, guess: Annotation) -> Run:
        run_id = str(guess.run)
        if run_id not in self._runs:
            run = find_run(db, run_id)
            if run is None:
                message = f"run {run_id} was refused or stands nowhere before this line"
                raise BadInput(message, rule="run-unknown")
            self._check_run(db, run)
        return self._runs[run_id]

    def _fingerprint(self, run: Run, guess: FaceMatch | UnknownFace) -> Fingerprint:
        prints = self._sidecar(run)
        if isinstance(prints, GiveLdError):
            raise prints
        if str(guess.fingerprint) not in prints:
            message = f"fingerprint {guess.fingerprint} is not in the sidecar of run {run.id}"
            raise BadInput(message, rule="sidecar-fingerprint")
        return prints[str(guess.fingerprint)]

    def _sidecar(self, run: Run) -> dict[str, Fingerprint] | GiveLdError:
        if str(run.id) not in self._prints:
            try:
                path = self._source.sidecars / (run.sidecar.name if run.sidecar else "")
                prints = read_sidecar(path, run, self._home.settings.sidecar_key)
                self._prints[str(run.id)] = {each.id: each for each in prints}
            except GiveLdError as error:
                self._prints[str(run.id)] = error
        return self._prints[str(run.id)]

    def _prints_of(self, proposal: Proposal) -> Iterator[Fingerprint]:
        guess = proposal.annotation
        if isinstance(guess, FaceMatch | UnknownFace):
            yield self._fingerprint(self._runs[str(guess.run)], guess)

    def _proposal(self, db: Connection, line: _Line) -> Run | Proposal:
        if isinstance(line.record, Run):
            return line.record
        guess = line.record
        person = guess.person if isinstance(guess, FaceMatch | EntityMention) else None
        if isinstance(guess, EntityMention):
            admitted = find_person(db, iri=person) if person else None
            admitted = admitted or (find_person(db, wikidata=guess.entity) if guess.entity else None)
            person = admitted.iri if admitted else None
        iri = self._home.mint.annotation(self._runs[str(guess.run)], guess)
        return Proposal(iri=iri, annotation=guess, person=person)

    def _is_new(self, db: Connection, proposal: Proposal, known: set[str]) -> bool:
        if proposal.iri in known:
            self._report.known += 1
            return False
        guess = proposal.annotation
        file = self._runs[str(guess.run)].file.sha256
        if any(
            guess.fragment.overlaps(other.annotation.fragment)
            for other in rejected_alike(db, file, guess.kind, proposal.subject)
        ):
            self._report.rejected_before += 1
            return False
        return True

    def _known(self, proposal: Proposal) -> Known:
        run = self._runs[str(proposal.annotation.run)]
        return Known(iri=proposal.iri, annotation=proposal.annotation, run=run, person=proposal.person)

    def _lines(self, payload: Run | Proposal) -> Lines:
        if isinstance(payload, Run):
            return mapping.run_quads(self._home.mint, payload)
        return mapping.annotation_quads(self._home.mint, self._known(payload))

    def _gate(
        self, db: Connection, proposals: list[tuple[_Line, Run | Proposal]]
    ) -> list[tuple[_Line, Run | Proposal]]:
        lines = [self._lines(payload) for _, payload in proposals]
        violations = self._home.gate.check(
            frozenset[str]().union(*lines), self._context(db, (payload for _, payload in proposals))
        )
        if not violations:
            return proposals
        kept = []
        refused_runs = set()
        for (line, payload), own in zip(proposals, lines, strict=True):
            found = next((v for v in violations if any(quad.startswith(f"<{v.focus}> ") for quad in own)), None)
            if found is not None:
                self._refuse(line.number, line.raw, BadInput(str(found), rule=found.shape))
                refused_runs |= {str(payload.id)} if isinstance(payload, Run) else set()
            elif isinstance(payload, Proposal) and str(payload.annotation.run) in refused_runs:
                self._refuse(line.number, line.raw, BadInput("its run was refused", rule="run-unknown"))
            else:
                kept.append((line, payload))
        for run in refused_runs:
            del self._runs[run]
        return kept

    def _context(self, db: Connection, payloads: Iterable[Run | Proposal]) -> Lines:
        proposals = [payload for payload in payloads if isinstance(payload, Proposal)]
        # One of each kind of reference is enough: the batch has few runs and persons, and many guesses.
        distinct = {(proposal.annotation.run, proposal.person): proposal for proposal in proposals}
        known = [self._known(proposal) for proposal in distinct.values()]
        references = [context_of(db, self._home.mint, each) for each in known]
        return frozenset[str]().union(*references, *(mapping.run_quads(self._home.mint, each.run) for each in known))
