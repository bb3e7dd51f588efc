"""Which guesses a newer run overtakes: it says otherwise about the same fragment, and nobody had decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection

from give_ld.journal.journal import Writing
from give_ld.journal.lookups import Said, find_known, find_run, runs_of_stage, said_of_file, stages_on
from give_ld.journal.refuted import refuter, sayings
from give_ld.model.event import Proposal, Supersession
from give_ld.model.run import Run

SYSTEM = "system"
"""Who supersedes, in the journal: no person, and no program of a partner."""

# To which question a kind answers. What has many answers at once (tags, speakers) never says otherwise.
_QUESTION = {"face-match": "face", "face-unknown": "face", "entity-mention": "mention", "transcript": "transcript"}
_STANDS = ("proposed", "approved")
_BUCKET_MS = 10_000


class Sayings:
    """What the runs of one ingest said, of those on whose file their stage ran before: all others contradict nobody."""

    def __init__(self) -> None:
        self._said: dict[str, set[str] | None] = {}

    @property
    def are_rivals(self) -> bool:
        """Return whether any of the runs said something about a file on which its stage ran before."""
        return any(self._said.values())

    def note(self, db: Connection, said: Iterable[tuple[Run, Run | Proposal]]) -> None:
        """Keep what was said by which run, new or not. What was noted before is in the journal, or was refused."""
        pairs = list(said)
        new = {str(run.id): run for run, _ in pairs if str(run.id) not in self._said}
        on_file: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for row in stages_on(db, {(run.partner, run.file.key) for run in new.values()}):
            on_file[row.partner, row.file, row.stage].add(row.id)
        for key, run in new.items():
            about = (run.partner, run.file.key, str(run.stage))
            self._said[key] = set() if on_file[about] - {key} else None
            on_file[about].add(key)
        for run, payload in pairs:
            found = self._said[str(run.id)]
            if found is not None and isinstance(payload, Proposal):
                found.add(payload.iri)

    def settle(self, writing: Writing) -> int:
        """Journal what follows from all of it; return how many guesses were superseded."""
        count = 0
        for key, said in self._said.items():
            run = find_run(writing.db, key) if said else None
            if run is None or not said:
                continue  # it contradicts nobody, or was refused
            events = overtaken(writing.db, run, said)
            writing.append_all(((event, run.partner) for event in events), SYSTEM)
            count += sum(event.by is not None for event in events)
        return count


def overtaken(db: Connection, run: Run, said: Collection[str]) -> list[Supersession]:
    """Return what follows from all that a run said (IRIs): guesses of older runs, or its own if it is older.

    A guess is superseded by a newer run of the same partner, file and stage that gives another answer to the same
    question about an overlapping fragment, and does not give the same answer there. What such a run says again is
    proposed again. What anybody decided about is left alone.
    """
    runs = {each.id: each for each in runs_of_stage(db, run)}
    mine: list[Said] = []
    others: dict[str, list[Said]] = defaultdict(list)
    for row in said_of_file(db, run.partner, run.file.key):
        # What is somewhere in a file has many answers too: a file shows more than one person.
        if row.kind in _QUESTION and row.said_by in runs and not row.fragment.whole:
            (mine if row.iri in said else others[row.said_by]).append(row)
    by_iri = {row.iri: row for row in (*mine, *(row for rows in others.values() for row in rows))}
    age = {run_id: _Age(each.ended, each.seq) for run_id, each in runs.items()}
    this = str(run.id)
    again = [row for row in mine if _is_said_again(row, by_iri, age[this], age) and not _was_rejected(db, run, row)]
    mine = [row.said_again(this) if row in again else row for row in mine]
    events = [Supersession(annotation=row.iri, run=run.id) for row in again]
    for other, theirs in sorted(others.items()):
        newer = age[this].newer_than(age[other])
        old, new, by = (theirs, mine, this) if newer else (mine, theirs, other)
        older = [row for row in old if age[by].newer_than(age[row.said_by])]
        events += [Supersession(annotation=a, run=UUID(by), by=b) for a, b in _contradicted(older, new)]
    return list({event.annotation: event for event in events}.values())


@dataclass(frozen=True)
class _Age:
    ended: str | None
    seq: int

    def newer_than(self, other: _Age) -> bool:
        """Return whether a run is newer: it ended later, or (where a source does not say when) came in later."""
        if self.ended is None or other.ended is None:
            return self.seq > other.seq
        return (self.ended, self.seq) > (other.ended, other.seq)


def _is_said_again(row: Said, by_iri: dict[str, Said], age: _Age, ages: dict[str, _Age]) -> bool:
    if row.status != "superseded" or row.decided or row.replaced_by is None or row.rejected_before:
        return False
    rival = by_iri.get(row.replaced_by)
    return rival is not None and age.newer_than(ages[rival.said_by])


def _was_rejected(db: Connection, run: Run, row: Said) -> bool:
    known = find_known(db, row.iri)
    if known is None:
        return False
    proposal = Proposal(iri=known.iri, annotation=known.annotation, person=known.person)
    return refuter(sayings(db, run.partner, run.file.key, [proposal]), proposal) is not None


def _contradicted(old: Iterable[Said], new: Iterable[Said]) -> Iterator[tuple[str, str]]:
    """Yield the undecided proposals among the old that the new say otherwise about, each with what they say."""
    answers = _Answers(tuple(new))
    for row in old:
        if row.status != "proposed" or row.decided:
            continue
        there = sorted(answers.about(row), key=lambda each: each.iri)
        if any(each.iri == row.iri or each.subject == row.subject for each in there):
            continue
        if otherwise := [each for each in there if each.status in _STANDS]:
            yield row.iri, otherwise[0].iri


@dataclass(frozen=True)
class _Answers:
    """What a run said, found by question and time."""

    rows: tuple[Said, ...]

    @cached_property
    def _by_time(self) -> dict[tuple[str, int | None], list[Said]]:
        found: dict[tuple[str, int | None], list[Said]] = defaultdict(list)
        for row in self.rows:
            for bucket in _buckets(row):
                found[_QUESTION[row.kind], bucket].append(row)
        return found

    def about(self, row: Said) -> set[Said]:
        """Return the answers to the same question about an overlapping fragment."""
        near = {each for bucket in _buckets(row) for each in self._by_time.get((_QUESTION[row.kind], bucket), ())}
        return {each for each in near if each.fragment.overlaps(row.fragment)}


def _buckets(row: Said) -> Iterable[int | None]:
    fragment = row.fragment
    if fragment.start_ms is None or fragment.end_ms is None:
        return (None,)
    return range(fragment.start_ms // _BUCKET_MS, fragment.end_ms // _BUCKET_MS + 1)
