"""What the face stage makes of pictures: which faces, which fingerprints, and what it hands over."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the extra [ai]")
pytest.importorskip("cv2", reason="needs the extra [ai]")
pytest.importorskip("insightface", reason="needs the extra [ai]")
pytest.importorskip("onnxruntime", reason="needs the extra [ai]")
pytest.importorskip("skimage", reason="needs the extra [ai]")

import cv2
import insightface
import numpy as np
import onnxruntime as ort
import skimage.data
from cryptography.fernet import Fernet

from give_ld.errors import BadInput, NotUsable
from give_ld.model.annotation import FaceMatch, UnknownFace
from give_ld.model.run import Outcome, Run
from pipeline.embedding import CROP_SIDE, TEMPLATE, FacePack, Image, align
from pipeline.faces import FacesStage, one_person
from pipeline.gallery import Gallery, build_gallery, central
from pipeline.isolation import Decoder
from pipeline.lineup import load_calibrator
from pipeline.media import probe, read_source
from pipeline.sidecar import open_cipher
from pipeline.snapshot import read_snapshot
from pipeline.stage import Execution, Work, execute
from pipeline.weights import WeightsOnDisk

pytestmark = pytest.mark.ai
Refset = Callable[[Path, Mapping[str, Sequence[bytes]]], Path]
GROUP = Path(insightface.__file__).parent / "data" / "images" / "t1.jpg"


@pytest.fixture(scope="module")
def pack(face_weights: WeightsOnDisk) -> FacePack:
    return FacePack(face_weights)


@pytest.fixture(scope="module")
def portrait() -> bytes:
    """A NASA photograph of Eileen Collins, as JPEG."""
    image = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2BGR)  # type: ignore[no-untyped-call]
    return cv2.imencode(".jpg", image)[1].tobytes()


def _image(data: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(image, dtype=np.uint8)


@pytest.fixture
def gallery(pack: FacePack, portrait: bytes, tmp_path: Path, write_refset: Refset) -> Gallery:
    return build_gallery(read_snapshot(write_refset(tmp_path / "r.jsonl", {"Eileen": [portrait]})), pack, Decoder())


def _work(path: Path) -> Work:
    source, decoder = read_source(path), Decoder()
    return Work(source, probe(source, decoder), "OR-abcdef0", "item1", path.with_name("out.jsonl"), decoder)


def _run(stage: FacesStage, path: Path) -> Execution:
    work = _work(path)
    return execute(stage, work, lambda: datetime.now(UTC))


def test_insightface_and_the_model_itself_give_the_same_fingerprint(
    pack: FacePack, face_weights: WeightsOnDisk, portrait: bytes
) -> None:
    image = _image(portrait)
    crop = pack.align(image, pack.detect(image)[0])
    session = ort.InferenceSession(face_weights.path("fr_feature.onnx"), providers=["CPUExecutionProvider"])
    scaled = (crop[..., ::-1].astype(np.float32) - 127.5) / 127.5
    (direct,) = session.run(None, {"input": np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])})[0]
    assert pack.embed(crop) == pytest.approx(direct / np.linalg.norm(direct), abs=1e-5)
    assert np.linalg.norm(pack.embed(crop)) == pytest.approx(1)


def test_a_face_whose_points_lie_on_the_template_is_cut_out_unchanged() -> None:
    image = np.random.default_rng(0).integers(0, 255, (CROP_SIDE, CROP_SIDE, 3), dtype=np.uint8)
    assert np.abs(align(image, TEMPLATE).astype(int) - image).max() <= 1


def test_a_turned_and_enlarged_face_is_put_upright() -> None:
    angle = np.deg2rad(30)
    turn = 2 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = TEMPLATE @ turn.T + [150, 40]
    image = np.zeros((400, 400, 3), np.uint8)
    for x, y in points.astype(int):
        cv2.circle(image, (int(x), int(y)), 6, (255, 255, 255), -1)
    upright = align(image, points)
    assert all(upright[int(y), int(x), 0] > 200 for x, y in TEMPLATE)


def test_the_face_nearest_the_middle_is_the_one_of_a_reference_photo(pack: FacePack) -> None:
    image = _image(GROUP.read_bytes())
    faces = pack.detect(image)
    chosen = central(faces, image)
    assert len(faces) == 6
    assert chosen is not None
    assert abs((chosen.box[0] + chosen.box[2]) / 2 - image.shape[1] / 2) < 200
    assert central([], image) is None


def test_the_person_of_the_reference_set_is_named_with_all_that_a_guess_needs(
    pack: FacePack, gallery: Gallery, portrait: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "portrait.jpg"
    path.write_bytes(portrait)
    stage = FacesStage(pack, gallery, load_calibrator("faceplugin"))
    execution = _run(stage, path)
    matches = [guess for guess in execution.output.annotations if isinstance(guess, FaceMatch)]
    (match,) = matches
    assert match.person == "https://example.org/id/person/Eileen"
    assert match.score > 0.95
    assert match.margin is None
    assert (match.confidence or 0) > 0.95
    assert match.calibrator in {each.id for each in execution.run.calibrators}
    assert match.fragment.start_ms is None
    assert match.fragment.box is not None
    assert execution.run.reference_set == gallery.version
    assert execution.run.agent.models[0].sha256 == pack.sha256


def test_without_a_reference_set_every_face_of_a_group_is_a_stranger_of_its_own(pack: FacePack, tmp_path: Path) -> None:
    path = tmp_path / "group.jpg"
    path.write_bytes(GROUP.read_bytes())
    execution = _run(FacesStage(pack, None), path)
    faces = [guess for guess in execution.output.annotations if isinstance(guess, UnknownFace)]
    again = _run(FacesStage(pack, None), path)
    assert len(faces) == 6
    assert len({face.cluster for face in faces}) == 6
    assert {face.cluster for face in faces} == {getattr(guess, "cluster", None) for guess in again.output.annotations}
    assert all(face.confidence is None for face in faces)
    assert execution.run.reference_set is None


def test_fingerprints_lie_in_a_sidecar_that_the_run_names_and_nobody_else_may_read(
    pack: FacePack, tmp_path: Path
) -> None:
    path = tmp_path / "group.jpg"
    path.write_bytes(GROUP.read_bytes())
    execution = _run(FacesStage(pack, None), path)
    named = execution.run.sidecar
    assert named is not None
    sidecar = tmp_path / named.name
    lines = [json.loads(line) for line in sidecar.read_bytes().splitlines()]
    assert stat.S_IMODE(sidecar.stat().st_mode) == 0o600
    assert hashlib.sha256(sidecar.read_bytes()).hexdigest() == named.sha256
    assert {line["id"] for line in lines} == {str(getattr(g, "fingerprint", "")) for g in execution.output.annotations}
    vector = np.frombuffer(base64.b64decode(lines[0]["vector"]), "<f4")
    assert vector.shape == (512,)
    assert base64.b64decode(lines[0]["crop"]).startswith(b"\xff\xd8")
    assert lines[0]["vector"] not in "".join(each.model_dump_json() for each in execution.records())


def test_with_a_key_the_sidecar_can_be_read_with_that_key_only(pack: FacePack, tmp_path: Path) -> None:
    path = tmp_path / "group.jpg"
    path.write_bytes(GROUP.read_bytes())
    key = Fernet.generate_key().decode()
    execution = _run(FacesStage(pack, None, None, open_cipher(key)), path)
    assert execution.run.sidecar is not None
    content = (tmp_path / execution.run.sidecar.name).read_bytes()
    assert b"vector" not in content
    assert len(Fernet(key).decrypt(content).splitlines()) == 6
    with pytest.raises(NotUsable, match="Fernet"):
        open_cipher("not a key")


def test_a_film_of_one_face_is_one_track_with_a_time(pack: FacePack, gallery: Gallery, tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "film.mp4"
    image = np.ascontiguousarray(skimage.data.astronaut()[:320, 80:400])  # type: ignore[no-untyped-call]
    with path.open("wb") as file, av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.bit_rate = 320, 320, 2_000_000
        for _ in range(10):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        out.mux(stream.encode())
    (match,) = _run(FacesStage(pack, gallery), path).output.annotations
    assert isinstance(match, FaceMatch)
    assert (match.fragment.start_ms, match.fragment.end_ms) == (0, 2000)
    assert 1 < match.samples <= 5


def test_no_picture_and_no_face_are_a_success_that_says_so(
    pack: FacePack, sound: Callable[..., Path], picture: Callable[..., Path]
) -> None:
    for path, note in ((sound(), "no picture"), (picture(), "no face")):
        run = _run(FacesStage(pack, None), path).run
        assert run.outcome is Outcome.SUCCESS
        assert note in (run.note or "")
        assert run.sidecar is None


def test_a_file_that_changed_after_it_was_digested_is_a_failure_on_record(
    pack: FacePack, picture: Callable[..., Path]
) -> None:
    path = picture()
    work = _work(path)
    path.write_bytes(b"no longer the picture")
    run = execute(FacesStage(pack, None), work, lambda: datetime.now(UTC)).run
    assert run.outcome is Outcome.FAILURE
    assert "changed" in (run.note or "")
    assert Run.model_validate_json(run.model_dump_json(by_alias=True)) == run


def test_samples_of_two_persons_in_one_track_are_told_apart() -> None:
    a, b = np.eye(2, dtype=np.float32)
    assert one_person([a, a])
    assert not one_person([a, a, b])


def test_a_reference_photo_without_a_face_is_told_of_and_the_others_are_used(
    pack: FacePack, portrait: bytes, picture: Callable[..., Path], tmp_path: Path, write_refset: Refset
) -> None:
    photos = {"Eileen": [portrait, picture().read_bytes()], "Nobody": [b"no picture"]}
    gallery = build_gallery(read_snapshot(write_refset(tmp_path / "r.jsonl", photos)), pack, Decoder())
    assert [person.name for person in gallery.persons] == ["Eileen"]
    assert gallery.means.shape == (1, 512)
    assert len(gallery.problems) == 2
    assert any("shows no face" in problem for problem in gallery.problems)


def test_reference_fingerprints_are_kept_privately_and_used_again(
    pack: FacePack, portrait: bytes, tmp_path: Path, write_refset: Refset
) -> None:
    snapshot = read_snapshot(write_refset(tmp_path / "r.jsonl", {"Eileen": [portrait]}))
    first = build_gallery(snapshot, pack, Decoder())
    cache = tmp_path / f"r.jsonl.{pack.sha256[:8]}.npz"
    written = cache.stat().st_mtime_ns
    second = build_gallery(snapshot, pack, Decoder())
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    assert cache.stat().st_mtime_ns == written
    assert second.means == pytest.approx(first.means)
    cache.write_bytes(b"damaged")
    assert build_gallery(snapshot, pack, Decoder()).means == pytest.approx(first.means)


def test_a_reference_set_that_was_altered_is_refused(tmp_path: Path, write_refset: Refset) -> None:
    path = write_refset(tmp_path / "r.jsonl", {"Eileen": [b"x"], "Marie": [b"y"]})
    whole = path.read_text()
    for altered in (whole.replace("Marie", "Maria"), whole[: whole.rindex('{"id"')], "", whole.replace("-1", "-x-")):
        path.write_text(altered)
        with pytest.raises(BadInput, match="reference set"):
            read_snapshot(path)
