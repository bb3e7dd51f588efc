"""What becomes of many files, good and bad, in one run, and what the commands say."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

pytest.importorskip("av", reason="needs the extra [ai]")

from give_ld.errors import GiveLdError, NotUsable
from give_ld.model.annotation import UnknownFace
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.fragment import Box, Fragment
from give_ld.model.record import parse_record
from give_ld.model.run import SCHEMA, Agent, ModelFile, Outcome, Run
from give_ld.model.run import Stage as StageName
from pipeline.cli import models, pipeline
from pipeline.lineup import parse_stages
from pipeline.records import records_file, sidecar_path
from pipeline.run import Order, Result, process, summary, take_shard
from pipeline.stage import Parameters, StageOutput, Work

Make = Callable[..., Path]
PARTNER = "OR-abcdef0"


class OneFace:
    """A stage that sees one face in everything; it stands for any library that may raise."""

    calibrators: tuple[Calibrator, ...] = ()
    reference_set: str | None = None

    def __init__(self, name: StageName = StageName.FACES, error: Exception | None = None) -> None:
        self.name, self._error = name, error
        model = ModelFile(name="m", sha256="c" * 64, licence="MIT")
        self.agent = Agent(name="one-face", version="1", models=(model,))
        self.parameters: Parameters = {"threshold": 0.5}
        self.earlier: list[Mapping[StageName, StageOutput]] = []

    def run(self, work: Work, run: UUID) -> StageOutput:
        self.earlier.append(work.earlier)
        if self._error is not None:
            raise self._error
        face = UnknownFace(
            schema_version=SCHEMA,
            run=run,
            fragment=Fragment(box=Box(x=1, y=2, width=3, height=4)),
            score=0.9,
            score_kind=ScoreKind.DETECTOR_SCORE,
            cluster=run,
            samples=1,
            fingerprint=run,
        )
        return StageOutput((face,))


def _clock() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)


def _process(media: list[Path], out: Path, *stages: OneFace, resume: bool = False) -> list[Result]:
    return list(process(media, Order(stages or (OneFace(),), PARTNER, out), _clock, resume))


def _records(out: Path) -> list[object]:
    return [parse_record(line) for line in out.read_bytes().splitlines()]


def test_a_run_stands_before_its_annotations_and_every_line_is_a_record(picture: Make, tmp_path: Path) -> None:
    _process([picture()], tmp_path / "out.jsonl")
    run, face = _records(tmp_path / "out.jsonl")
    assert isinstance(run, Run)
    assert isinstance(face, UnknownFace)
    assert face.run == run.id
    assert (run.stage, run.partner, run.item) == (StageName.FACES, PARTNER, run.file.sha256[:10])
    assert run.parameters == {"threshold": 0.5}


def test_a_bad_file_becomes_the_record_of_a_failure_and_the_rest_goes_on(picture: Make, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    (tmp_path / "empty.mp4").touch()
    media = [tmp_path / "text.mp4", tmp_path / "missing.mp4", tmp_path / "empty.mp4", picture()]
    results = _process(media, tmp_path / "out.jsonl")
    runs = [record for record in _records(tmp_path / "out.jsonl") if isinstance(record, Run)]
    assert [result.failed for result in results] == [True, True, True, False]
    assert [run.file.name for run in runs] == ["text.mp4", "empty.mp4", "picture.png"]
    assert [run.outcome for run in runs] == [Outcome.FAILURE, Outcome.FAILURE, Outcome.SUCCESS]
    assert "text.mp4" in (runs[0].note or "")


def test_an_error_of_one_stage_is_recorded_and_the_other_stages_go_on(picture: Make, tmp_path: Path) -> None:
    broken = OneFace(StageName.SPEECH, RuntimeError("the library fell over"))
    results = _process([picture()], tmp_path / "out.jsonl", broken, OneFace())
    failure, success, _ = _records(tmp_path / "out.jsonl")
    assert isinstance(failure, Run)
    assert isinstance(success, Run)
    assert (failure.outcome, failure.note) == (Outcome.FAILURE, "RuntimeError: the library fell over")
    assert success.outcome is Outcome.SUCCESS
    assert results[0].failed


def test_a_stage_sees_what_the_stages_before_it_found(picture: Make, tmp_path: Path) -> None:
    first, second = OneFace(StageName.SPEECH), OneFace(StageName.ENTITIES)
    _process([picture()], tmp_path / "out.jsonl", first, second)
    assert first.earlier == [{}]
    assert [list(earlier) for earlier in second.earlier] == [[StageName.SPEECH]]


def test_resuming_does_only_what_is_not_done(picture: Make, tmp_path: Path) -> None:
    out, media = tmp_path / "out.jsonl", [picture("a.png"), picture("b.png", size=(32, 32))]
    _process(media[:1], out)
    whole = out.read_bytes()
    results = _process(media, out, resume=True)
    assert [result.skipped for result in results] == [True, False]
    assert out.read_bytes().startswith(whole)
    assert len(_records(out)) == 4


def test_resuming_does_the_file_again_of_which_half_a_line_is_left(picture: Make, tmp_path: Path) -> None:
    out, media = tmp_path / "out.jsonl", [picture("a.png"), picture("b.png", size=(32, 32))]
    _process(media, out)
    whole, stray = out.read_bytes(), sidecar_path(out, uuid4())
    others = [sidecar_path(tmp_path / "other.jsonl", uuid4()), tmp_path / "out.jsonl.mine.faces"]
    for sidecar in (stray, *others):
        sidecar.write_bytes(b"fingerprints")
    out.write_bytes(whole[:-20])
    results = _process(media, out, resume=True)
    assert [result.skipped for result in results] == [True, False]
    assert [record.file.name for record in _records(out) if isinstance(record, Run)] == ["a.png", "b.png"]
    assert len(_records(out)) == 4
    assert not stray.exists()
    assert all(sidecar.exists() for sidecar in others)


def test_a_file_that_comes_twice_is_worked_on_once(picture: Make, tmp_path: Path) -> None:
    first, again = picture("a.png"), picture("copy.png")
    results = _process([first, first, again], tmp_path / "out.jsonl")
    assert [result.skipped for result in results] == [False, True, True]
    assert len(_records(tmp_path / "out.jsonl")) == 2


def test_what_was_done_for_one_partner_or_item_is_not_done_for_another(picture: Make, tmp_path: Path) -> None:
    path, out = picture(), tmp_path / "out.jsonl"
    orders = [Order((OneFace(),), partner, out, item) for partner in (PARTNER, "OR-abcdef1") for item in (None, "x")]
    for order in orders:
        (result,) = process([path], order, _clock, resume=True)
        assert not result.skipped
    assert len({(run.partner, run.item) for run in _records(out) if isinstance(run, Run)}) == 4


@pytest.mark.parametrize("content", [b"my letter\n", b"my letter", b'{"a": 1}\n', bytes(100)])
def test_what_is_no_records_file_is_not_resumed_and_not_touched(picture: Make, tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "letter.txt"
    out.write_bytes(content)
    with pytest.raises(NotUsable, match="line 1, is no record"):
        _process([picture()], out, resume=True)
    assert out.read_bytes() == content


def test_two_processes_cannot_write_one_records_file(tmp_path: Path) -> None:
    with records_file(tmp_path / "out.jsonl", resume=False), pytest.raises(NotUsable, match="another process"):
        _process([], tmp_path / "out.jsonl", resume=True)
    _process([], tmp_path / "out.jsonl", resume=True)


def test_where_records_cannot_be_written_nothing_is_half_written(picture: Make, tmp_path: Path) -> None:
    out, media = tmp_path / "out.jsonl", [picture("a.png"), picture("b.png", size=(32, 32))]
    _process(media[:1], out)
    whole = out.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 100, hard))
    try:
        with pytest.raises(GiveLdError, match="cannot be written: File too large"):
            _process(media, out, resume=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert out.read_bytes() == whole


@pytest.mark.parametrize("name", ["directory", "missing/out.jsonl", "pipe", os.fsdecode(b"caf\xe9.jsonl"), "x" * 201])
def test_a_records_file_that_cannot_be_is_wrong_use(tmp_path: Path, name: str) -> None:
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotUsable):
        _process([], tmp_path / name)


def test_resuming_tries_a_failed_file_again(picture: Make, tmp_path: Path) -> None:
    out, path = tmp_path / "out.jsonl", picture()
    _process([path], out, OneFace(error=ValueError("once")))
    assert [result.skipped for result in _process([path], out, resume=True)] == [False]


def test_a_records_file_is_never_overwritten(picture: Make, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    _process([picture()], out)
    before = out.read_bytes()
    with pytest.raises(NotUsable, match="--resume"):
        _process([picture()], out)
    assert out.read_bytes() == before


def test_the_summary_counts_files_guesses_and_weights(picture: Make, tmp_path: Path) -> None:
    order = Order((OneFace(),), PARTNER, tmp_path / "out.jsonl")
    results = list(process([picture(), tmp_path / "missing.png"], order, _clock))
    counts = summary(results, order)
    assert (counts["files"], counts["failed"], counts["annotations"]) == (2, 1, {"face-unknown": 1})
    assert counts["weights"] == {"m": "c" * 64}
    assert json.loads(json.dumps(counts)) == counts


def test_shards_cover_every_file_once() -> None:
    media = [Path(str(number)) for number in range(7)]
    shards = [take_shard(media, f"{k}/3") for k in (1, 2, 3)]
    assert sorted(path for shard in shards for path in shard) == media
    for wrong in ("0/3", "4/3", "1", "a/b", "1/0"):
        with pytest.raises(NotUsable, match="--shard"):
            take_shard(media, wrong)


def test_stages_run_in_the_order_of_the_pipeline() -> None:
    assert parse_stages("faces, speech") == (StageName.SPEECH, StageName.FACES)
    for wrong in ("", "faces,smell", "entities", "other"):
        with pytest.raises(NotUsable, match="--stages"):
            parse_stages(wrong)


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.wav", "--partner", "somebody"],
        ["a.wav", "--partner", PARTNER, "--item", "no spaces"],
        ["a.wav", "b.wav", "--partner", PARTNER, "--item", "one"],
        ["a.wav", "--partner", PARTNER, "--stages", "none"],
        ["a.wav", "--partner", PARTNER, "--shard", "9/3"],
        ["a.wav"],
        ["--partner", PARTNER],
    ],
)
def test_wrong_use_of_the_command_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(pipeline, ["run", *arguments, "--out", str(tmp_path / "out.jsonl")])
    assert done.exit_code == 2
    assert not (tmp_path / "out.jsonl").exists()


def test_missing_weights_end_the_command_with_1_and_the_way_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("GIVE_LD_WEIGHTS", raising=False)
    arguments = ["run", "a.wav", "--partner", PARTNER, "--stages", "faces", "--out", str(tmp_path / "out.jsonl")]
    done = CliRunner().invoke(pipeline, arguments)
    assert done.exit_code == 1
    assert "give-ld models pull faceplugin" in done.stderr


@pytest.mark.ai
@pytest.mark.usefixtures("face_weights")
def test_the_command_ends_with_3_where_some_files_failed_and_with_1_where_all_did(
    picture: Make, tmp_path: Path
) -> None:
    bad = tmp_path / os.fsdecode(b"-bad\n\xe9 name.mp4")
    bad.write_text("no film")
    common = ["--partner", PARTNER, "--stages", "faces", "--json"]
    some = CliRunner().invoke(pipeline, ["run", *common, "--out", str(tmp_path / "1.jsonl"), str(picture()), str(bad)])
    every = CliRunner().invoke(pipeline, ["run", *common, "--out", str(tmp_path / "2.jsonl"), "--", str(bad)])
    answer = json.loads(some.stdout.splitlines()[-1])
    assert (some.exit_code, every.exit_code) == (3, 1)
    assert "-bad\\n\ufffd name.mp4: no audio" in some.stderr
    assert set(answer) >= {"files", "failed", "annotations", "seconds", "weights", "out"}
    assert (answer["files"], answer["failed"]) == (2, 1)
    again = CliRunner().invoke(
        pipeline, ["run", *common, "--resume", "--out", str(tmp_path / "1.jsonl"), str(tmp_path / "picture.png")]
    )
    assert (again.exit_code, json.loads(again.stdout.splitlines()[-1])["skipped"]) == (0, 1)


def test_the_list_of_models_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("GIVE_LD_WEIGHTS", raising=False)
    done = CliRunner().invoke(models, ["list", "--json"])
    rows = {row["name"]: row for row in json.loads(done.stdout)["models"]}
    assert rows["whisper-base"]["present"] == "no"
    assert rows["buffalo_l"]["licence"] == "non-commercial research only"


def test_the_commands_load_no_ai_library_until_it_is_needed() -> None:
    heavy = "{'numpy', 'av', 'cv2', 'onnxruntime', 'insightface', 'spacy', 'faster_whisper', 'scipy'}"
    script = f"import sys, pipeline.cli; print(sorted({heavy} & set(sys.modules)))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
