"""How rows of faces become guesses: a match for each interval, an unknown face for each cluster without a match."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from give_ld.doors.origin import Reading
from give_ld.doors.views import FaceRow, FaceTask, entity_in
from give_ld.errors import BadInput, NotUsable
from give_ld.model.record import Piece
from give_ld.model.run import Run, Stage
from give_ld.rdf.namespaces import WIKIDATA

_START, _END = ("start", "start_time", "begin"), ("end", "end_time", "stop")


@dataclass(frozen=True)
class Match:
    """A row of face_matches or image_matches, with its number."""

    number: int
    raw: bytes
    row: FaceRow
    view: str


class Faces:
    """The matches of a page by cluster; `persons` are Wikidata ids by the ids of the page's own persons.

    `alone` says how a match is read whose cluster no task of the page has.
    """

    def __init__(self, persons: dict[str, str], alone: Callable[[Match], Reading]) -> None:
        self._persons = persons
        self._alone = alone
        self._matches: dict[str, list[Match]] = defaultdict(list)
        self._refused: set[str] = set()

    def add(self, match: Match) -> None:
        """Keep a match until its task is read."""
        self._matches[match.row.cluster_uuid].append(match)

    def refuse(self, cluster: str) -> None:
        """Keep that a row names somebody for a cluster, though it cannot be read: its face is not unknown."""
        self._refused.add(cluster)

    def of(self, reading: Reading, number: int, task: FaceTask) -> Iterator[Piece]:
        """Yield the run of a task, a match for each interval, and an unknown face for each cluster without any."""
        detected = reading.run(Stage.FACES)
        yield replace(reading.run_piece(detected), line=number)
        runs: set[UUID] = set()
        for cluster in task.cluster_uuids or ():
            matches = self._matches.pop(cluster, None)
            if matches is None and cluster not in self._refused:
                fields = {"kind": "face-unknown", "fragment": {"whole": True}, "cluster": cluster}
                yield reading.guess(number, detected, fields)
            for match in matches or ():
                yield from self._match(reading, match, runs)

    def left(self) -> Iterator[Piece]:
        """Yield the matches whose cluster no task had."""
        runs: set[UUID] = set()
        for match in [match for matches in self._matches.values() for match in matches]:
            try:
                reading = self._alone(match)
            except (BadInput, NotUsable) as error:
                yield _refused(match, BadInput(error.message, rule=error.rule, value=error.value))
                continue
            yield from self._match(reading, match, runs)

    def _match(self, reading: Reading, match: Match, runs: set[UUID]) -> Iterator[Piece]:
        """Yield the guesses of a match, before them the run that made it if that is not among `runs` yet."""
        try:
            run = _matched(reading, match)
            guesses = list(self._guesses(reading, match, run))
        except BadInput as error:
            yield _refused(match, error, reading.origin.item)
            return
        if run.id not in runs:
            runs.add(run.id)
            yield replace(reading.run_piece(run), line=match.number)
        yield from guesses

    def _guesses(self, reading: Reading, match: Match, run: Run) -> Iterator[Piece]:
        row = match.row
        entity = entity_in(row.refset_person_wiki_id) or self._persons.get(str(row.refset_person_id))
        if entity is None:
            message = "the row names nobody by a Wikidata id, and the page has no link to one for its person"
            raise BadInput(message, rule="person-unnamed", value=row.refset_person_name)
        for fragment in _fragments(row.time_intervals):
            fields = {
                "kind": "face-match",
                "fragment": fragment,
                "person": WIKIDATA + entity,
                "person_name": row.refset_person_name,
                "score": row.match_score,
            }
            yield reading.guess(match.number, run, fields)


def _refused(match: Match, error: BadInput, item: str = "") -> Piece:
    return Piece(match.number, match.raw, error, item)


def _matched(reading: Reading, match: Match) -> Run:
    """Return the run that matched: at its own time, which is not that at which the faces were found."""
    made = match.row.matched_time if match.row.matched_time and match.row.matched_time.tzinfo else None
    parameters = {name: value for name, value in reading.origin.parameters.items() if name == "task_id"}
    said: dict[str, object] = {"source_format": "meemoo", "view": match.view, **parameters}
    if made:
        said["times"] = "inferred from one instant"
    return reading.run(Stage.FACES, started=made, ended=made, parameters=said)


def _fragments(intervals: object) -> list[dict[str, object]]:
    if isinstance(intervals, str):
        try:
            intervals = json.loads(intervals)
        except (ValueError, RecursionError) as error:
            raise BadInput("time_intervals is no list of intervals", rule="intervals", value=str(intervals)) from error
    if not intervals:
        return [{"whole": True}]
    if not isinstance(intervals, list):
        raise BadInput("time_intervals is no list of intervals", rule="intervals", value=repr(intervals))
    if len(intervals) == 2 and all(isinstance(each, int | float) for each in intervals):
        intervals = [intervals]
    return [_interval(each) for each in intervals]


def _interval(interval: object) -> dict[str, object]:
    """Return a span in milliseconds; an instant is the millisecond that starts then."""
    bounds = list(interval) if isinstance(interval, list | tuple) else []
    if isinstance(interval, dict):
        bounds = [next((interval[name] for name in names if name in interval), None) for names in (_START, _END)]
    try:
        if any(isinstance(each, bool) for each in bounds):
            raise TypeError
        start, end = (round(float(each) * 1000) for each in bounds)
    except (TypeError, ValueError, OverflowError) as error:
        message = "an interval is a start and an end in seconds"
        raise BadInput(message, rule="intervals", value=repr(interval)) from error
    return {"start_ms": start, "end_ms": end + 1 if end == start else end}
