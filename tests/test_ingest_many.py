"""Many records: checked in a second process, the graph written behind, little remembered; the outcome is the same."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from give_ld import remembered
from give_ld.bench.made import GUESSES_A_FILE, made_files
from give_ld.home import Home
from give_ld.ingest import Ingest, Source
from give_ld.model.annotation import Annotation
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rebuild import check
from give_ld.review import gate_process
from give_ld.review.decide import Decision
from give_ld.store.embedded import EmbeddedStore
from tests.conftest import People

FILES = 4
GUESSES = FILES * GUESSES_A_FILE
BATCH = 40


@dataclass(frozen=True)
class Many:
    """Four files of made records with three mistakes among them, and a home to bring them to."""

    home: Home
    source: Source
    lines: list[bytes]

    def bring(self, lines: Iterable[bytes] | None = None) -> dict[str, Any]:
        return asdict(Ingest(self.home, self.source).read(self.lines if lines is None else lines))

    def guess(self) -> str:
        """Return the IRI of a guess in the first batch."""
        run, guess = (record for record in self.records() if record.type == "run" or record.kind == "transcript")
        return self.home.mint.annotation(run, guess)

    def records(self) -> Iterator[Any]:
        (file,) = made_files(1, "https://made.example.org/id/refset-person/0001", "v1")
        yield from (record for record in file.records if record.type == "annotation" or record.stage == "speech")


@pytest.fixture
def many(home: Home, people: People, refset: str, tmp_path: Path) -> Many:
    directory = tmp_path / "made"
    directory.mkdir()
    records: list[Run | Annotation] = []
    for file in made_files(GUESSES, home.mint.person("0001"), refset):
        (directory / file.sidecar_name).write_bytes(file.sidecar)
        records += file.records
    lines = [record.model_dump_json(by_alias=True).encode() for record in records]
    lines[60:60] = [b"{", changed(lines[0], {"id": str(UUID(int=1)), "file": {"mime_type": "audio/wav"}})]
    lines[-5:-5] = [changed(lines[-5], {"run": str(UUID(int=2))})]
    return Many(home, Source("made.jsonl", directory, people.pipeline, batch=BATCH), lines)


def changed(line: bytes, changes: dict[str, Any]) -> bytes:
    record = json.loads(line)
    for name, value in changes.items():
        record[name] = record[name] | value if isinstance(value, dict) else value
    return json.dumps(record).encode()


def same(home: Home) -> bool:
    return all(difference.is_none for difference in check(home).values())


def expected() -> dict[str, Any]:
    (file,) = made_files(GUESSES_A_FILE, "https://made.example.org/id/refset-person/0001", "v1")
    kinds = Counter(record.kind for record in file.records if not isinstance(record, Run))
    last = FILES * len(file.records) + 2 - 5 + 1
    return {
        "runs": FILES * sum(isinstance(record, Run) for record in file.records),
        "proposed": {kind: count * FILES for kind, count in kinds.items()},
        "refused": [(61, "json"), (62, "file"), (last, "run-unknown")],
    }


def summary(report: dict[str, Any]) -> dict[str, Any]:
    refused = [(each["line"], each["rule"]) for each in report["refused"]]
    return {"runs": report["runs"], "proposed": report["proposed"], "refused": refused}


def without_second(home: Home) -> None:
    pass


def ready(home: Home) -> None:
    home.expect_batches().wait()


def dead(home: Home) -> None:
    ready(home)
    os.kill(home.expect_batches().pid or 0, signal.SIGKILL)


@pytest.mark.parametrize("begin", [without_second, ready, dead])
def test_the_report_is_the_same_with_and_without_a_second_process(many: Many, begin: Callable[[Home], None]) -> None:
    begin(many.home)
    assert summary(many.bring()) == expected()
    assert same(many.home)


def test_a_small_input_starts_no_process(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_process, "_start", None)
    assert many.bring(many.lines[: BATCH - 1])["runs"] == expected()["runs"] // FILES


def test_a_process_that_cannot_be_started_is_done_without(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(gate_process, "_start", fail)
    assert summary(many.bring()) == expected()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGSTOP])
def test_a_second_process_that_ends_or_hangs_midway_loses_nothing(
    many: Many, ending: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(many.home)
    process = many.home.expect_batches()
    assert process.pid
    process._socket.settimeout(1.0)

    def ended(lines: list[bytes]) -> Iterator[bytes]:
        for number, line in enumerate(lines):
            if number == 2 * BATCH + 5 and process.pid:
                os.kill(process.pid, ending)
            yield line

    assert summary(many.bring(ended(many.lines))) == expected()
    assert process.pid is None
    assert same(many.home)


def test_the_second_process_finds_what_breaks_a_shape(many: Many) -> None:
    ready(many.home)
    otherwise = changed(many.lines[1], {"id": str(UUID(int=3)), "file": {"mime_type": "audio/wav"}})
    report = many.bring([*many.lines[:3], otherwise, *many.lines[3:30]])
    assert [(each["line"], "file" in each["rule"].lower()) for each in report["refused"]] == [(4, True)]


def test_runs_and_sidecars_that_were_let_go_are_read_again(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "RUNS", 2)
    monkeypatch.setattr(remembered, "SIDECARS", 1)
    runs = [line for line in many.lines if b'"type":"run"' in line]
    guesses = [line for line in many.lines if b'"type":"annotation"' in line]
    mixed = [line for start in range(20) for line in guesses[start::20]]
    taken = changed(runs[0], {"note": "another"})
    report = many.bring([*runs, *mixed, taken, runs[0]])
    proposed = dict(sorted(report["proposed"].items()))
    assert (report["runs"], proposed) == (expected()["runs"], dict(sorted(expected()["proposed"].items())))
    assert [each["rule"] for each in report["refused"]] == ["run-id"]
    assert same(many.home)


def failing(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Let the change of the private graph fail once, when so many have gone well."""
    left = at
    write = EmbeddedStore._add

    def fail(store: EmbeddedStore, new: list[Any]) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise OSError("no space left on device")
        write(store, new)

    monkeypatch.setattr(EmbeddedStore, "_add", fail)


@pytest.mark.parametrize("at", [0, 2, 5])
def test_a_graph_that_could_not_be_written_is_caught_up(
    many: Many, people: People, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    before = many.home.journal.head().seq
    failing(monkeypatch, at)
    with pytest.raises(OSError, match="no space"):
        many.bring()
    assert many.home.journal.head().seq > before
    report = many.bring()
    assert report["known"] == many.home.journal.head().seq - before - sum(report["proposed"].values()) - report["runs"]
    many.home.decide(people.ann, Decision(many.guess(), Verdict.REJECT))  # the next event, if there was none
    assert same(many.home)
    assert many.home.journal.verify(many.home.projection.reached()) is None


def test_a_decision_while_records_come_in_sees_what_the_journal_has(many: Many, people: People) -> None:
    def deciding() -> Iterator[bytes]:
        for number, line in enumerate(many.lines):
            if number == 3 * BATCH:
                many.home.decide(people.ann, Decision(many.guess(), Verdict.REJECT))
            yield line

    assert summary(many.bring(deciding())) == expected()
    assert same(many.home)


def test_an_input_that_cannot_be_read_on_keeps_what_came_before(many: Many) -> None:
    def breaking() -> Iterator[bytes]:
        yield from many.lines[: 2 * BATCH]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        many.bring(breaking())
    assert many.bring(many.lines[: 2 * BATCH])["known"] == 2 * BATCH - 2
    assert same(many.home)
