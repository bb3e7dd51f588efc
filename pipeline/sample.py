"""What the demonstration works on: media, items and a reference set, made at run time from installed packages."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from give_ld.errors import NotUsable
from give_ld.model.base import PartnerId, Pid
from give_ld.model.item import Item, ItemKind, Partner
from pipeline.voice import speak

Picture = NDArray[np.uint8]

SPOKEN = (
    "This is a short tour of history. We begin in London, where Winston Churchill was prime minister. "
    "We go on to Belgium, the home of NATO. Charles Dickens wrote about London and about Paris. "
    "Albert Einstein and Marie Curie met in Brussels. Neil Armstrong walked on the moon for NASA. "
    "Eileen Collins commanded a space shuttle. Barack Obama was president of the United States."
)
WIDTH, HEIGHT, FRAMES_PER_SECOND, SECONDS = 640, 360, 25, 6
BROADCASTER = Partner(id="OR-a1b2c3d", name="Demo-omroep")
MUSEUM = Partner(id="OR-e4f5g6h", name="Demo-museum")
_OPEN = ("VIAA-PUBLIEK-METADATA-ALL", "VIAA-PUBLIEK-CONTENT")
_ITEM_COLUMNS = ("pid", "title", "language", "kind", "licences", "created", "collection")
# One reference person, one photo, of the package that brings the picture; the date of birth is NASA's biography's.
_REFERENCE = {
    "id": "eileen-collins",
    "name": "Eileen Collins",
    "given_name": "Eileen",
    "family_name": "Collins",
    "language": "en",
    "aliases": "",
    "wikidata": "",
    "birth_date": "1956-11-19",
    "death_date": "",
    "ground": "public-figure",
    "ground_note": "Astronaut who commanded a space shuttle; admitted for the demonstration",
    "photo": "eileen-collins.jpg",
    "photo_licence": "public domain (NASA)",
    "photo_source": "NASA Great Images, as skimage.data.astronaut() of scikit-image",
}


@dataclass(frozen=True)
class SampleFile:
    """A media file, and the item of a partner that it belongs to."""

    path: Path
    partner: PartnerId
    pid: Pid


@dataclass(frozen=True)
class SampleMedia:
    """What was made. `items` holds a CSV by partner id; `refset` is the CSV that `give-ld refset import` reads.

    `same_source` says that the reference photo and the portraits come from one photograph: recognising it shows
    that the parts are connected, not that faces are recognised.
    """

    partners: tuple[Partner, ...]
    items: dict[PartnerId, Path]
    files: tuple[SampleFile, ...]
    refset: Path
    spoken: str
    same_source: bool = True


def make_samples(out: Path) -> SampleMedia:
    """Make the sample media, items and reference set in the directory `out`.

    Raises:
        NotUsable: a package that the samples are made from is not installed, or cannot do its part.
    """
    out.mkdir(parents=True, exist_ok=True)
    portrait: Picture = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    speak(SPOKEN, out / "demo-speech.wav")
    _film(portrait, out / "demo-portrait.mp4")
    _save(portrait[:320, 80:400], out / "demo-closed.jpg")
    _save(portrait[20:260, 100:340], out / str(_REFERENCE["photo"]))
    (out / "demo-group.jpg").write_bytes(_group_photo().read_bytes())
    _write_csv(out / "refset.csv", tuple(_REFERENCE), [_REFERENCE])
    made = tuple(SampleFile(out / name, item.partner, item.pid) for name, item in _items().items())
    partners = (BROADCASTER, MUSEUM)
    items = {partner.id: _write_items(out, partner) for partner in partners}
    return SampleMedia(partners, items, made, out / "refset.csv", SPOKEN)


def _items() -> dict[str, Item]:
    film = Item(
        pid="demo-portrait",
        partner=BROADCASTER.id,
        title="Portret van een astronaute",
        kind=ItemKind.VIDEO,
        licences=_OPEN,
        created="1992~",  # she became an astronaut in that year
        collection="Demo",
    )
    return {
        "demo-speech.wav": film.model_copy(
            update={"pid": "demo-speech", "title": "A short tour of history", "language": "en", "kind": ItemKind.AUDIO}
        ),
        "demo-portrait.mp4": film,
        "demo-group.jpg": film.model_copy(
            update={"pid": "demo-group", "partner": MUSEUM.id, "title": "Groepsfoto", "kind": ItemKind.IMAGE}
        ),
        "demo-closed.jpg": film.model_copy(
            update={
                "pid": "demo-closed",
                "partner": MUSEUM.id,
                "title": "Portret zonder licentie",
                "kind": ItemKind.IMAGE,
                "licences": (),
            }
        ),
    }


def _write_items(out: Path, partner: Partner) -> Path:
    path = out / f"items-{partner.id}.csv"
    rows = [
        {column: cell if cell is not None else "" for column, cell in item.model_dump(include={*_ITEM_COLUMNS}).items()}
        | {"licences": "|".join(item.licences)}
        for item in _items().values()
        if item.partner == partner.id
    ]
    _write_csv(path, _ITEM_COLUMNS, rows)
    return path


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)


def _film(portrait: Picture, path: Path) -> None:
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, FRAMES_PER_SECOND)
        # One thread: the coder's output then does not depend on the machine.
        stream.options = {"crf": "20", "preset": "veryfast", "threads": "1"}
        for number in range(FRAMES_PER_SECOND * SECONDS):
            picture = _view(portrait, number / (FRAMES_PER_SECOND * SECONDS - 1))
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode())


def _view(portrait: Picture, progress: float) -> Picture:
    """Return what the camera sees: from the whole width of the portrait to the face, `progress` from 0 to 1."""
    wide, close = np.array([0.0, 0.0, 512.0]), np.array([60.0, 20.0, 330.0])  # left, top, width
    left, top, width = wide + (close - wide) * progress
    height = width * HEIGHT / WIDTH
    onto_frame = np.array([[WIDTH / width, 0, -left * WIDTH / width], [0, HEIGHT / height, -top * HEIGHT / height]])
    view: Picture = cv2.warpAffine(portrait, onto_frame, (WIDTH, HEIGHT)).astype(np.uint8)
    return view


def _save(picture: Picture, path: Path) -> None:
    done, code = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not done:
        raise NotUsable("OpenCV cannot write JPEG; install the extra [ai] again")
    path.write_bytes(code.tobytes())


def _group_photo() -> Path:
    package = importlib.util.find_spec("insightface")
    if package is None or package.origin is None:
        raise NotUsable("insightface is not installed; install give-ld with the extra [ai]")
    return Path(package.origin).parent / "data" / "images" / "t1.jpg"
