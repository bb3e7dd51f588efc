"""What the demonstration works on."""

from __future__ import annotations

import csv
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("espeakng_loader", reason="needs the extra [ai]")
pytest.importorskip("faster_whisper", reason="needs the extra [ai]")
pytest.importorskip("insightface", reason="needs the extra [ai]")
pytest.importorskip("skimage", reason="needs the extra [ai]")

from give_ld.errors import MissingWeights, NotUsable
from give_ld.model.annotation import EntityMention
from give_ld.model.item import Item
from give_ld.model.person import ReferencePerson
from pipeline.isolation import Decoder
from pipeline.lineup import Lineup, load_stages, parse_stages
from pipeline.media import probe, read_source
from pipeline.run import Order, process
from pipeline.sample import SampleMedia, make_samples
from pipeline.voice import speak
from pipeline.weights import directories

pytestmark = pytest.mark.ai
NAMES = {
    *("London", "Winston Churchill", "Belgium", "NATO", "Charles Dickens", "Paris", "Albert Einstein", "Marie Curie"),
    *("Brussels", "Neil Armstrong", "NASA", "Barack Obama"),
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleMedia:
    return make_samples(tmp_path_factory.mktemp("sample media"))


def test_every_file_is_media_that_the_decoder_takes(sample: SampleMedia) -> None:
    found = {file.path.name: probe(read_source(file.path), Decoder()) for file in sample.files}
    assert {name: file.mime_type for name, file in found.items()} == {
        "demo-speech.wav": "audio/wav",
        "demo-portrait.mp4": "video/mp4",
        "demo-group.jpg": "image/jpeg",
        "demo-closed.jpg": "image/jpeg",
    }
    assert 20_000 <= (found["demo-speech.wav"].duration_ms or 0) <= 30_000
    assert (found["demo-portrait.mp4"].duration_ms, found["demo-portrait.mp4"].width) == (6000, 640)


def test_every_file_belongs_to_an_item_of_its_partner(sample: SampleMedia) -> None:
    listed = {}
    for partner, path in sample.items.items():
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                licences = tuple(filter(None, row["licences"].split("|")))
                fields = {key: value for key, value in row.items() if value} | {"licences": licences}
                listed[row["pid"]] = Item.model_validate(fields | {"partner": partner})
    assert {(file.partner, file.pid) for file in sample.files} == {(item.partner, item.pid) for item in listed.values()}
    assert [pid for pid, item in listed.items() if not item.licences] == ["demo-closed"]
    assert {item.partner for item in listed.values()} == {partner.id for partner in sample.partners}


def test_the_reference_set_admits_one_person_with_a_photo_that_is_there(sample: SampleMedia) -> None:
    with sample.refset.open(encoding="utf-8", newline="") as stream:
        [row] = csv.DictReader(stream)
    photo = (sample.refset.parent / row["photo"]).read_bytes()
    assert photo.startswith(b"\xff\xd8")
    fields = {name: value for name, value in row.items() if value and not name.startswith("photo")}
    made = {"sha256": hashlib.sha256(photo).hexdigest(), "licence": row["photo_licence"], "source": row["photo_source"]}
    assert ReferencePerson.model_validate(fields | {"photos": [made]}).name == "Eileen Collins"
    assert sample.same_source


def test_an_unknown_voice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="no voice 'klingon-xx'"):
        speak("Hello.", tmp_path / "out.wav", voice="klingon-xx")
    assert not (tmp_path / "out.wav").exists()


def test_all_twelve_names_are_heard_and_linked(sample: SampleMedia, tmp_path: Path) -> None:
    lineup = Lineup(directories(os.environ))
    try:
        stages = load_stages(parse_stages("speech,entities"), lineup, [])
    except MissingWeights as error:
        pytest.skip(error.message)
    speech = next(file for file in sample.files if file.path.suffix == ".wav")
    order = Order(stages, speech.partner, tmp_path / "records.jsonl", speech.pid)
    [result] = process([speech.path], order, lambda: datetime(2026, 3, 1, tzinfo=UTC))
    guesses = [guess for execution in result.executions for guess in execution.output.annotations]
    mentions = [guess for guess in guesses if isinstance(guess, EntityMention)]
    assert {mention.text for mention in mentions if mention.entity} >= NAMES
    times = [mention.fragment.start_ms for mention in mentions]
    assert times == sorted(times, key=lambda time: time or 0)
