"""A server over an archive with made guesses, drawn faces and a made film: what journeys at the desk look at."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import uvicorn
from PIL import Image, ImageDraw
from starlette.staticfiles import StaticFiles

from give_ld.api.service import Service
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Source
from give_ld.items import ingest_items
from give_ld.kb.base import open_kb
from give_ld.model.annotation import Annotation, FaceMatch, Segment
from give_ld.model.decision import Role
from give_ld.model.fragment import Box, Fragment
from give_ld.model.item import Partner
from give_ld.model.run import MediaFile, Run, Sidecar, Stage
from give_ld.people import add_partner, add_user, issue_token
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.snapshot import write_snapshot
from tests.factories import (
    MODEL,
    PARTNER,
    PID,
    UNCALIBRATED,
    a_face_match,
    a_mention,
    a_run,
    a_tag,
    a_transcript,
    an_unknown_face,
)

FILM = MediaFile(sha256="f" * 64, name="news.webm", mime_type="video/webm", duration_ms=95_000, width=320, height=180)
SPACE = UUID("6f7a1c9e-7a52-4a52-8d6a-3f1f9f6f2b11")
SPOKEN = (
    "Goedenavond. In Gent opende vandaag een tentoonstelling over Marie Curie. De burgemeester van Brugge was er ook. "
    "Daarna spraken we met bezoekers uit Oostende en Hasselt, die er een uur voor in de rij stonden."
)
PLACES = (("Gent", "Q1296"), ("Brugge", "Q12994"), ("Oostende", "Q12996"), ("Hasselt", "Q3086785"))


@dataclass(frozen=True)
class Desk:
    """The server, the tokens of who works there, and the instance itself as it is open now."""

    url: str
    service: Service
    tokens: dict[str, str]
    port: int

    @property
    def home(self) -> Home:
        return self.service.home


def face(size: int, hue: int) -> bytes:
    """Return a drawn face: nobody's."""
    image = Image.new("RGB", (size, size), f"hsl({hue}, 30%, 75%)")
    draw = ImageDraw.Draw(image)
    middle, unit = size / 2, size / 16
    draw.ellipse((4 * unit, 2 * unit, 12 * unit, 14 * unit), fill=f"hsl({hue}, 45%, 60%)")
    for x in (6.5, 9.5):
        draw.ellipse(((x - 0.6) * unit, 6 * unit, (x + 0.6) * unit, 7.2 * unit), fill="#222222")
    draw.arc((middle - 2 * unit, 8 * unit, middle + 2 * unit, 11.5 * unit), 20, 160, fill="#222222", width=size // 60)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()


def guesses(run: Run, person: str, count: int) -> list[Annotation]:
    """Return face matches, each at another moment and a little less sure than the one before."""
    found: list[Annotation] = []
    for place in range(count):
        start, score = 400 * place, 0.75 - 0.5 * place / count
        found.append(
            a_face_match(
                run=run.id,
                person=person,
                fragment=Fragment(start_ms=start, end_ms=start + 300, box=Box(x=120, y=40, width=80, height=100)),
                score=score,
                confidence=run.calibrators[0].probability(score, 0.31),
                fingerprint=uuid5(SPACE, f"{run.id} {place}"),
            )
        )
    return found


def film(path: Path) -> None:
    """Make a film of four seconds in which a face stands in a frame."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(40):
            picture = Image.new("RGB", (320, 180), f"hsl({6 * number}, 25%, 35%)")
            picture.paste(Image.open(io.BytesIO(face(100, 30))).resize((80, 100)), (120, 40))
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())


@contextmanager
def made_desk(directory: Path, faces: int, *, with_film: bool = False) -> Iterator[Desk]:
    """Yield a server over an archive with so many face matches, and a few guesses of the other kinds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    media = directory / "media"
    media.mkdir()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        home=directory / "home", base=url, sparql_workers=1, sparql_lag_seconds=0, sparql_accept_network=True,
        media_url=f"{url}/made/{{file}}" if with_film else "",
    )  # fmt: skip
    home = open_home(settings)
    tokens = _fill(home, directory, faces)
    service = Service(home, open_kb(None))
    if with_film:
        film(media / "news.webm")
        service.app.mount("/made", StaticFiles(directory=media))
    server = uvicorn.Server(uvicorn.Config(service, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield Desk(url, service, tokens, port)
    finally:
        server.should_exit = True
        thread.join()


def _fill(home: Home, directory: Path, faces: int) -> dict[str, str]:
    add_partner(home, Partner(id=PARTNER, name="Voorbeeldarchief"))
    rita = add_user(home, "Rita", [Role.REFERENCE_SET_MANAGER], None)
    ann = add_user(home, "Ann", [Role.ARCHIVIST], PARTNER)
    add_user(home, "Cleo", [Role.ARCHIVIST], PARTNER)
    machine = add_user(home, "machine", [Role.PIPELINE], PARTNER)
    rows = ["pid,title,kind,licences,created\n", f"{PID},Avondjournaal,video,VIAA-PUBLIEK-CONTENT,1998-03-01\n"]
    ingest_items(home, rows, "items.csv", PARTNER, ann)
    admit_from_csv(home, _people(directory), rita, PARTNER)
    version = write_snapshot(home, directory / "refset.jsonl", rita).version
    seen = a_run(reference_set=version, file=FILM)
    heard = a_run(
        id=uuid5(SPACE, "speech"), stage=Stage.SPEECH, file=FILM, reference_set=None, calibrators=(), parameters={}
    )
    named = heard.model_copy(update={"id": uuid5(SPACE, "entities"), "stage": Stage.ENTITIES})
    matches = guesses(seen, home.mint.person("0001"), faces)
    unknown = an_unknown_face(run=seen.id)
    crops = sidecar(directory, seen, [*matches, unknown])
    records = [seen.model_copy(update={"sidecar": crops}), *matches, unknown, heard, *_heard(heard), named]
    records += _named(named)
    lines = "\n".join(each.model_dump_json(by_alias=True) for each in records)
    report = Ingest(home, Source("made.jsonl", directory, machine)).read(io.BytesIO(lines.encode()))
    assert not report.refused, report.refused[:3]
    add_user(home, "Dora", [Role.ADMIN, Role.AUDITOR], None)
    return {name: issue_token(home, name, days=1) for name in ("Ann", "Cleo", "Dora", "Rita")}


def _heard(run: Run) -> list[Annotation]:
    segments = (
        Segment(start_ms=0, end_ms=6_000, text=SPOKEN[:114]),
        Segment(start_ms=6_000, end_ms=12_000, text=SPOKEN[114:]),
    )
    transcript = a_transcript(run=run.id, text=SPOKEN, segments=segments, **UNCALIBRATED)
    return [transcript, a_tag(run=run.id, **UNCALIBRATED)]


def _named(run: Run) -> list[Annotation]:
    digest = hashlib.sha256(SPOKEN.encode()).hexdigest()
    return [
        a_mention(
            run=run.id, text=name, label=name, entity=entity, begin=SPOKEN.index(name), candidates=(),
            end=SPOKEN.index(name) + len(name), transcript=digest, **UNCALIBRATED,
            fragment=Fragment(start_ms=1000 * place, end_ms=1000 * place + 600),
        )
        for place, (name, entity) in enumerate(PLACES, 1)
    ]  # fmt: skip


def _people(directory: Path) -> Path:
    (directory / "one.jpg").write_bytes(face(320, 30))
    (directory / "two.jpg").write_bytes(face(320, 20))
    columns = "id,name,given_name,family_name,language,aliases,wikidata,birth_date,death_date,ground,ground_note"
    row = "0001,Marie Curie,Marie,Curie,nl,Maria Skłodowska,Q7186,1867-11-07,1934-07-04,public-figure,Nobel Prizes"
    photos = "".join(f"{row},{name}.jpg,CC0-1.0,made\n" for name in ("one", "two"))
    (directory / "refset.csv").write_text(f"{columns},photo,photo_licence,photo_source\n{photos}", encoding="utf-8")
    return directory / "refset.csv"


def sidecar(directory: Path, run: Run, faces: list[Annotation]) -> Sidecar:
    """Write the drawn faces of a run beside its records, and return what names them."""
    vector = base64.b64encode(bytes(2048)).decode()
    rows = [
        {
            "id": str(getattr(each, "fingerprint", None)),
            "model_sha256": MODEL.sha256,
            "vector": vector,
            "crop": base64.b64encode(face(112, 30 if isinstance(each, FaceMatch) else 200)).decode(),
        }
        for each in faces
    ]
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (directory / "made.faces").write_bytes(content)
    return Sidecar(name="made.faces", sha256=hashlib.sha256(content).hexdigest())
