"""How records become proposals: checked one by one, gated by SHACL, kept in one transaction, or put in quarantine."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from give_ld.candidate import Candidate, Line, as_set_aside, set_aside
from give_ld.errors import BadInput, GiveLdError
from give_ld.home import Home
from give_ld.journal.lookups import find_runs, which_exist
from give_ld.journal.quarantine import Kept, Refused, keep
from give_ld.model.annotation import Annotation, FaceMatch, UnknownFace
from give_ld.model.decision import Known
from give_ld.model.event import Proposal
from give_ld.model.record import Piece, read_piece, run_said
from give_ld.model.run import Run
from give_ld.proposal import References, check_guess, check_run, named_person, person_meant
from give_ld.rdf import mapping
from give_ld.rdf.terms import Lines
from give_ld.remembered import Remembered, erased_before
from give_ld.review.context import context_of
from give_ld.review.following import Ahead
from give_ld.review.supersede import SYSTEM, Sayings
from give_ld.source import Draft, Reader, Source

__all__ = ["Ingest", "Report", "Source"]


@dataclass
class Report:
    """What became of each line: counts, how often each warning was due, and every refusal with line, item and rule."""

    runs: int = 0
    proposed: dict[str, int] = field(default_factory=dict)
    known: int = 0
    rejected_before: int = 0
    superseded: int = 0
    erased: int = 0
    not_allowed: int = 0
    warnings: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    candidates: list[dict[str, str]] = field(default_factory=list)


class Ingest:
    """One pass over one source."""

    def __init__(self, home: Home, source: Source) -> None:
        self._home = home
        self._source = source
        self._runs = Remembered(home, source)
        self._report = Report()
        self._to_keep: list[Kept] = []
        self._sayings = Sayings()
        self._erased = erased_before(home)
        self._expects_more = False
        self.sidecars: set[str] = set()

    def read(self, lines: Iterable[bytes]) -> Report:
        """Ingest lines of JSON and return what became of them; a bad line stops nothing else."""
        return self.take(read_piece(number, line) for number, line in enumerate(lines, 1) if line.strip())

    def take(self, pieces: Iterable[Piece]) -> Report:
        """Ingest what a door read and return what became of it; what it refused goes to quarantine."""
        self._take(pieces)
        if self._sayings.are_rivals:
            with self._home.writing() as writing:
                self._report.superseded = self._sayings.settle(writing)
        return self._report

    def _take(self, pieces: Iterable[Piece]) -> None:
        before = Ahead()
        try:
            with Reader(self._home.mint, pieces, self._source.batch) as reader:
                while batch := reader.batch():
                    told = len(self._report.refused)
                    ahead = self._ingest(reader, [line for drafted in batch if (line := _line(*drafted))])
                    self._note_bad(piece for piece, _ in batch)
                    self._report.refused[told:] = sorted(self._report.refused[told:], key=lambda each: each.line)
                    self._quarantine()
                    before.wait()
                    before = ahead
                    if len(batch) == self._source.batch and not self._expects_more:
                        self._expects_more = True  # once a pass: what ended the process might end the next one
                        self._home.expect_batches()
        finally:
            before.wait()

    def _quarantine(self) -> None:
        self._to_keep.sort(key=lambda each: each.refused.line)
        keep(self._home.journal, self._source.partner or self._source.user.partner or "", self._to_keep)
        self._to_keep.clear()

    def _refuse(self, line: Line, error: GiveLdError) -> None:
        run = line.record if isinstance(line.record, Run) else self._runs.get(str(line.record.run))
        record = line.record.model_dump_json(by_alias=True, exclude_none=True).encode()
        self._note(Piece(line.number, line.raw, line.record, run.item if run else line.item), error, record)

    def _note(self, piece: Piece, error: GiveLdError, record: bytes | None = None) -> None:
        refused = Refused(self._source.name, piece.line, piece.item, error.rule, error.message, error.value)
        if self._erased and self._erased.finds(piece.raw.decode("utf-8", "replace")):
            self._report.erased += 1  # not even the quarantine may keep it
            return
        self._report.refused.append(refused)
        self._to_keep.append(Kept(refused, piece.raw, self._source.form, record))

    def _note_bad(self, pieces: Iterable[Piece]) -> None:
        """Note what is no record; the run that it names says which item it is about, if that came in."""
        for piece in pieces:
            if isinstance(piece.record, BadInput):
                run = None if piece.item else self._runs.get(run_said(piece.raw))
                self._note(replace(piece, item=run.item) if run else piece, piece.record)

    def _ingest(self, reader: Reader, lines: list[Line]) -> Ahead:
        self._runs.begin_batch()
        ahead = Ahead()
        with self._home.writing_ahead(ahead) as writing:
            first, repeated = self._candidates(writing.db, lines)
            reader.begin()
            kept = self._gate(writing.db, first)
            kept += self._second(writing.db, kept, repeated)
            self._home.vault.add_fingerprints(each.fingerprint for each in kept if each.fingerprint)
            payloads = [(each.payload, self._runs[each.run].partner) for each in kept]
            writing.append_all(payloads, self._source.user.id)
            writing.append_all(set_aside(kept), SYSTEM)
            for each in kept:
                self._count(each)
                ahead.lines += each.lines
        return ahead

    def _second(self, db: Connection, kept: list[Candidate], repeated: list[Candidate]) -> list[Candidate]:
        """Return what is kept of what a batch says again: only that whose first saying was refused."""
        more: list[Candidate] = []
        while repeated:
            have = {each.key for each in (*kept, *more)}
            unsettled = [each for each in repeated if each.key not in have]
            self._report.known += len(repeated) - len(unsettled)
            for orphan in (each for each in unsettled if each.run not in self._runs):
                self._refuse(orphan.line, BadInput("its run was refused", rule="run-unknown"))
            unsettled = [each for each in unsettled if each.run in self._runs]
            now = {each.key: each for each in reversed(unsettled)}
            more += self._gate(db, list(now.values()))
            repeated = [each for each in unsettled if each is not now[each.key]]
        return more

    def _count(self, candidate: Candidate) -> None:
        payload = candidate.payload
        if isinstance(payload, Run):
            self._report.runs += 1
        elif candidate.rejected:
            self._report.rejected_before += 1
        else:
            kind = payload.annotation.kind
            self._report.proposed[kind] = self._report.proposed.get(kind, 0) + 1

    def _candidates(self, db: Connection, lines: list[Line]) -> tuple[list[Candidate], list[Candidate]]:
        references = References(db)
        recorded = find_runs(db, [str(line.record.id) for line in lines if isinstance(line.record, Run)])
        found: dict[str, Candidate] = {}
        repeated: list[Candidate] = []
        for line in lines:
            try:
                if isinstance(line.record, Run):
                    candidate = self._run(references, line, line.record, recorded.get(str(line.record.id)))
                else:
                    candidate = self._guess(references, line)
            except GiveLdError as error:
                self._refuse(line, error)
                continue
            if candidate is None:
                continue
            if candidate.key in found:
                repeated.append(candidate)
            else:
                found[candidate.key] = candidate
        self._sayings.note(db, ((self._runs[each.run], each.payload) for each in found.values()))
        known = which_exist(db, found)
        self._report.known += len(known) + sum(each.key in known for each in repeated)
        return (
            [candidate for key, candidate in found.items() if key not in known],
            [candidate for candidate in repeated if candidate.key not in known],
        )

    def _run(self, references: References, line: Line, run: Run, kept: Run | None) -> Candidate | None:
        check_run(references, self._source.user, run, kept or self._runs.get(str(run.id)))
        self._runs.add(run)
        if run.sidecar:
            self.sidecars.add(run.sidecar.name)
        if kept:
            self._report.known += 1
            return None
        lines = line.draft.lines if line.draft else mapping.run_quads(self._home.mint, run)
        return Candidate(line, run, lines)

    def _guess(self, references: References, line: Line) -> Candidate | None:
        assert not isinstance(line.record, Run)  # noqa: S101 - the caller has looked
        run = self._runs.find(references, str(line.record.run))
        guess = named_person(references, line.record)
        check_guess(references, run, guess)
        if isinstance(guess, UnknownFace) and not references.keeps_unknown_faces(run):
            self._report.not_allowed += 1
            return None
        named = guess.fingerprint if isinstance(guess, FaceMatch | UnknownFace) else None
        fingerprint = self._runs.fingerprint(run, named) if named else None
        proposal, lines = self._proposal(line, run, guess, person_meant(references, guess))
        if self._erased and self._erased.names(proposal):
            self._report.erased += 1
            return None
        rejected = self._runs.refuter(references.db, run, proposal)
        if rejected == proposal.iri:
            self._report.rejected_before += 1
            return None
        if rejected:
            lines = mapping.annotation_lines(self._runs.origin(run), as_set_aside(proposal, run, rejected))
        return Candidate(line, proposal, lines, fingerprint, rejected, run.partner)

    def _proposal(
        self, line: Line, run: Run, guess: Annotation, person: str | None
    ) -> tuple[Proposal, Collection[str]]:
        draft = line.draft
        if draft and draft.run is run and isinstance(draft.payload, Proposal) and draft.payload.person == person:
            return draft.payload, draft.lines
        known = Known(iri=self._home.mint.annotation(run, guess), annotation=guess, run=run, person=person)
        lines = mapping.annotation_lines(self._runs.origin(run), known)
        return Proposal(iri=known.iri, annotation=guess, person=person), lines

    def _gate(self, db: Connection, candidates: list[Candidate]) -> list[Candidate]:
        if not candidates:
            return []
        context = self._context(db, candidates)
        found = self._home.check_batch([line for each in candidates for line in each.lines], context)
        self._warn(each.message() for each in found if not each.refuses)
        violations = [each for each in found if each.refuses]
        if not violations:
            return candidates
        wrong = {f"<{violation.focus}> " for violation in violations}
        kept: list[Candidate] = []
        refused_runs: set[str] = set()
        for candidate in candidates:
            suspect = any(line.startswith(tuple(wrong)) for line in candidate.lines)
            error = self._fault(candidate, kept, context) if suspect else None
            if candidate.run in refused_runs:
                error = BadInput("its run was refused", rule="run-unknown")
            if error is None:
                kept.append(candidate)
                continue
            self._refuse(candidate.line, error)
            if isinstance(candidate.payload, Run):
                refused_runs.add(candidate.run)
                self._runs.forget(candidate.run)
        return kept

    def _warn(self, messages: Iterable[str]) -> None:
        for message in messages:
            self._report.warnings[message] = self._report.warnings.get(message, 0) + 1

    def _fault(self, suspect: Candidate, kept: list[Candidate], context: Lines) -> BadInput | None:
        """Return what is wrong with one candidate beside those that were kept: one line is not blamed for another."""
        beside = context.union(*(each.lines for each in kept)) if isinstance(suspect.payload, Run) else context
        found = [each for each in self._home.gate.check(suspect.lines, beside) if each.refuses]
        return BadInput(str(found[0]), rule=found[0].shape) if found else None

    def _context(self, db: Connection, candidates: list[Candidate]) -> Lines:
        # One of each kind of reference is enough: a batch has few runs and persons, and many guesses.
        distinct = {
            (each.run, each.payload.person): each.payload for each in candidates if isinstance(each.payload, Proposal)
        }
        referring: dict[object, Known] = {}
        for (run_id, person), proposal in distinct.items():
            run = self._runs[run_id]
            known = Known(iri=proposal.iri, annotation=proposal.annotation, run=run, person=person)
            referring[run.partner, run.reference_set, run.agent, run.calibrators, person] = known
        new = {each.run for each in candidates if isinstance(each.payload, Run)}
        mint = self._home.mint
        references = [context_of(db, mint, known) for known in referring.values()]
        earlier = [mapping.run_quads(mint, self._runs[run]) for run in {run for run, _ in distinct} - new]
        return frozenset[str]().union(*references, *earlier)


def _line(piece: Piece, draft: Draft | None) -> Line | None:
    if isinstance(piece.record, BadInput):
        return None
    return Line(piece.line, piece.raw, piece.record, piece.item, draft)
