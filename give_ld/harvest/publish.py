"""How the public graph is kept on an engine elsewhere: what changed since the last time is pushed, then compared.

What was pushed last is remembered: a snapshot, and up to which entry of the journal. The entries since say where to
look for what changed. A push that was cut short leaves a mark; the next one compares with all that the engine holds,
so that nothing that was withdrawn meanwhile stays there.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from give_ld.errors import Conflict, Damaged
from give_ld.harvest.copied import Copied, Place
from give_ld.harvest.touched import Changes, Reach
from give_ld.store.protocol import Store
from give_ld.store.sorted_lines import differences, sort_lines

# Quads of one update: engines read the text of an update at once.
BATCH = 1_000
_NODES, _LINES = 100, 5_000  # of one question


@dataclass(frozen=True)
class Pushed:
    """What one push did: quads taken away and added, and how many the engine holds now.

    If `whole`, all of them were compared one by one; else those about what changed, and the rest was counted.
    """

    removed: int
    added: int
    quads: int
    whole: bool


class Publisher:
    """Keeps one engine up to date; `directory` remembers what it holds.

    `progress` is told how many quads more were read from the engine ("read") or sent to it ("pushed").
    """

    def __init__(
        self, store: Store, directory: Path, progress: Callable[[str, int], None] = lambda _what, _quads: None
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._store, self._directory, self._progress = store, directory, progress
        self._held, self._mark, self._reached = directory / "held", directory / "pushing", directory / "reached.json"

    def push(self, snapshot: Path, changes: Changes, *, whole: bool = False) -> Pushed:
        """Bring the engine to what a snapshot of the public graph holds, and compare: what changed, or the whole.

        Raises:
            Conflict: another push to the same engine is under way.
            Unreachable: the engine does not answer; the next push goes on.
            Damaged: after the push the engine holds something else; the next push compares the whole and mends it.
        """
        with self._alone():
            now, before = Copied(snapshot), None if whole or self._mark.exists() else self._before()
            places = None if before is None else changes.since(before[1])
            self._mark.touch()
            with tempfile.TemporaryDirectory(dir=self._directory) as place:
                scratch = Path(place)
                if before is None or places is None:
                    sides = (sort_lines(lines, scratch) for lines in (self._remote_lines(), now.lines()))
                    removed, added = self._bring(differences(*sides), scratch)
                    quads = self._compare(now)
                else:
                    said = [each for each in places if before[0].about(each) or now.about(each)]
                    removed, added = self._bring(_differences_at(said, before[0], now), scratch)
                    quads = self._compare_at(said, now)
            self._remember(snapshot, changes.reach)
            return Pushed(removed, added, quads, before is None or places is None)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Conflict("another push to this engine is under way; wait for it", rule="one-push") from error
            yield

    def _before(self) -> tuple[Copied, Reach] | None:
        """Return what was pushed last, or None where that is not known any more."""
        with suppress(Damaged, FileNotFoundError, ValueError, TypeError):
            return Copied(self._held), Reach(**json.loads(self._reached.read_text()))
        return None

    def _bring(self, found: Iterable[tuple[bool, bytes]], scratch: Path) -> tuple[int, int]:
        """Push what the engine has too much and what it lacks; return how many quads that were."""
        drafts = scratch / "gone", scratch / "new"
        with drafts[0].open("wb") as gone, drafts[1].open("wb") as come:
            for is_gone, line in found:
                (gone if is_gone else come).write(line)
        # What was withdrawn goes first: it must not stay a moment longer than it has to.
        removed = self._apply(drafts[0], lambda lines: self._store.apply(lines, []))
        return removed, self._apply(drafts[1], lambda lines: self._store.apply([], lines))

    def _remote_lines(self) -> Iterator[bytes]:
        lines = self._store.lines()
        while some := list(islice(lines, BATCH)):
            self._progress("read", len(some))
            yield from (f"{line}\n".encode() for line in some)

    def _apply(self, draft: Path, change: Callable[[list[str]], None]) -> int:
        done = 0
        with draft.open(encoding="utf-8", newline="\n") as file:
            while batch := list(islice(file, BATCH)):
                change(batch)
                done += len(batch)
                self._progress("pushed", len(batch))
        return done

    def _compare(self, now: Copied) -> int:
        (want, quads), (have, found) = _sum(now.lines()), _sum(self._remote_lines())
        if want != have:
            raise _differs(found, quads)
        return quads

    def _compare_at(self, places: list[Place], now: Copied) -> int:
        """Compare what the engine says of these nodes, and how many quads it holds; return how many."""
        quads, found = now.count(), self._store.count()
        if quads != found or not all(self._says(some, now) for some in _questions(places, now)):
            raise _differs(found, quads)
        return quads

    def _says(self, places: list[Place], now: Copied) -> bool:
        want = set[bytes]().union(*map(now.about, places))
        have: set[bytes] = set()
        for graph in {graph for graph, _ in places}:
            nodes = " ".join(f"<{node}>" for other, node in places if other == graph)
            rows = self._store.query_graphs(f"SELECT ?s ?p ?o {{ VALUES ?s {{ {nodes} }} ?s ?p ?o }}", [graph])
            have.update(f"{row['s']} {row['p']} {row['o']} <{graph}> .\n".encode() for row in rows)
        return want == have

    def _remember(self, snapshot: Path, reach: Reach) -> None:
        draft = self._directory / "held.new"
        shutil.rmtree(draft, ignore_errors=True)
        # A snapshot never changes: links are enough.
        shutil.copytree(snapshot, draft, copy_function=_link)
        shutil.rmtree(self._held, ignore_errors=True)
        draft.rename(self._held)
        self._reached.write_text(json.dumps(asdict(reach)))
        self._mark.unlink()


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _differences_at(places: list[Place], before: Copied, after: Copied) -> Iterator[tuple[bool, bytes]]:
    """Yield the lines about these nodes that only one of two copies has, with whether it is the first."""
    for place in places:
        old, new = before.about(place), after.about(place)
        yield from ((True, line) for line in sorted(old - new))
        yield from ((False, line) for line in sorted(new - old))


def _questions(places: list[Place], now: Copied) -> Iterator[list[Place]]:
    """Yield nodes to ask for together: few, and with few lines in the answer, which an engine may cut short."""
    asked, lines = list[Place](), 0
    for place in places:
        asked.append(place)
        lines += len(now.about(place))
        if len(asked) == _NODES or lines >= _LINES:
            yield asked
            asked, lines = [], 0
    if asked:
        yield asked


def _differs(found: int, quads: int) -> Damaged:
    message = f"after the push the engine holds {found} quads that are not the {quads} of the public graph"
    return Damaged(f"{message}; push again, and let nobody else write there", rule="published-differs")


def _sum(lines: Iterable[bytes]) -> tuple[int, int]:
    """Return a digest of lines that does not depend on their order, and how many there are."""
    total = count = 0
    for line in lines:
        total = (total + int.from_bytes(hashlib.sha256(line).digest())) % (1 << 256)
        count += 1
    return total, count
