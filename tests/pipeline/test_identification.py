"""Whether the whole path, photographs in and records out, names the right persons and nobody else."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the extra [ai]")
pytest.importorskip("cv2", reason="needs the extra [ai]")
pytest.importorskip("insightface", reason="needs the extra [ai]")
pytest.importorskip("onnxruntime", reason="needs the extra [ai]")

from give_ld.model.annotation import FaceMatch, UnknownFace
from give_ld.model.record import parse_record
from give_ld.model.run import Run
from pipeline.embedding import FacePack
from pipeline.faces import FacesStage
from pipeline.gallery import build_gallery
from pipeline.isolation import Decoder
from pipeline.lineup import load_calibrator
from pipeline.run import Order, process
from pipeline.snapshot import read_snapshot
from pipeline.weights import WeightsOnDisk

Face = FaceMatch | UnknownFace


@pytest.mark.ai
@pytest.mark.evaluation
def test_known_persons_are_named_rightly_and_strangers_never(
    lfw: Path,
    decoder: Decoder,
    face_weights: WeightsOnDisk,
    tmp_path: Path,
    write_refset: Callable[[Path, Mapping[str, Sequence[bytes]]], Path],
) -> None:
    with (lfw / "identify-dev.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    photos: dict[str, list[bytes]] = {}
    for row in (row for row in rows if row["role"] == "gallery"):
        photos.setdefault(row["person"], []).append((lfw / "lfw" / row["person"] / row["file"]).read_bytes())
    snapshot = read_snapshot(write_refset(tmp_path / "refset.jsonl", photos))
    pack = FacePack(face_weights)
    gallery = build_gallery(snapshot, pack, decoder)
    stage = FacesStage(pack, gallery, load_calibrator("faceplugin"))
    probes = {row["file"]: row for row in rows if row["role"] != "gallery"}
    media = [lfw / "lfw" / row["person"] / name for name, row in probes.items()]
    order = Order((stage,), "OR-abcdef0", tmp_path / "records.jsonl", decoder=decoder)
    for result in process(media, order, lambda: datetime.now(UTC)):
        assert not result.failed

    runs, faces = _read(order.records)
    right, wrong, false_alarms = 0, 0, 0
    for name, row in probes.items():
        central = min(faces[name], key=_from_middle)
        named = central.person_name if isinstance(central, FaceMatch) else None
        right += row["role"] == "probe" and named == row["person"]
        wrong += row["role"] == "probe" and named not in (None, row["person"])
        false_alarms += row["role"] == "unknown" and any(isinstance(face, FaceMatch) for face in faces[name])
    print(f"{right} of 200 known named rightly, {wrong} wrongly; {false_alarms} of 159 strangers named")
    assert len(probes) == 359
    assert right >= 190
    assert wrong == 0
    assert false_alarms == 0
    _check_provenance(runs, faces, snapshot.header.version, pack.sha256)


def _read(records: Path) -> tuple[dict[str, Run], dict[str, list[Face]]]:
    runs: dict[str, Run] = {}
    faces: dict[str, list[Face]] = {}
    for line in records.read_bytes().splitlines():
        record = parse_record(line)
        if isinstance(record, Run):
            current = record.file.name
            runs[current] = record
        elif isinstance(record, FaceMatch | UnknownFace):
            assert record.run == runs[current].id
            faces.setdefault(current, []).append(record)
    return runs, faces


def _from_middle(face: Face) -> float:
    box = face.fragment.box
    assert box is not None
    away = (box.x + box.width / 2 - 125) ** 2 + (box.y + box.height / 2 - 125) ** 2
    return away - box.width * box.height / 2


def _check_provenance(
    runs: Mapping[str, Run], faces: Mapping[str, list[Face]], version: str, model_sha256: str
) -> None:
    for name, run in runs.items():
        assert run.reference_set == version
        assert run.agent.models[0].sha256 == model_sha256
        for face in faces[name]:
            assert 0 < face.score <= 1
            assert isinstance(face, UnknownFace) == (face.confidence is None)
            assert face.calibrator in (None, *(each.id for each in run.calibrators))
