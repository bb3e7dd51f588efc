"""What all tests share: an instance with people in it, records files, and skips that a full machine does not accept."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Report, Source
from give_ld.items import ingest_items
from give_ld.kb.base import open_kb
from give_ld.model.annotation import Annotation, FaceMatch, UnknownFace
from give_ld.model.decision import Role
from give_ld.model.item import Partner
from give_ld.model.processing import Allowed
from give_ld.model.run import Run, Sidecar, Stage
from give_ld.model.user import User
from give_ld.people import add_partner, add_user, issue_token
from give_ld.processing import allow
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.snapshot import write_snapshot
from give_ld.store.pool import QueryPool
from tests.factories import BASE, MODEL, PARTNER, PID, a_run

pytest_plugins = ["tests.databases"]
Bearer = Callable[[User], dict[str, str]]
OTHER = "OR-zzz9999"
ROOT = Path(__file__).parent.parent
EVALUATION = Path(os.environ.get("GIVE_LD_EVAL", str(ROOT.parent / "shared")))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fail what would be skipped on a machine that is said to have everything."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("GIVE_LD_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr}"


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Fail a whole file that would be skipped, as each test is above."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("GIVE_LD_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped where nothing may be: {report.longrepr}"


@pytest.fixture(scope="session")
def evaluation() -> Path:
    """The evaluation material."""
    if not (EVALUATION / "data").is_dir():
        pytest.skip(f"no evaluation material in {EVALUATION}; say where it is with GIVE_LD_EVAL")
    return EVALUATION


class Ticking:
    """A clock that moves a second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class People:
    """Who is there: an archivist, a pipeline and an auditor of one partner, an archivist of another, an admin."""

    ann: User
    bob: User
    rita: User
    pipeline: User
    other_pipeline: User
    admin: User


@pytest.fixture
def settings(tmp_path: Path, journal_url: str | None) -> Settings:
    home = tmp_path / "home"
    return Settings(home=home, base=BASE, sparql_workers=1, sparql_lag_seconds=0, journal_url=journal_url)


@pytest.fixture
def home(settings: Settings) -> Iterator[Home]:
    opened = open_home(settings, Ticking())
    yield opened
    opened.close()


@pytest.fixture
def people(home: Home) -> People:
    return add_people(home)


def add_people(home: Home) -> People:
    """Add two partners and who acts for them."""
    for partner, name in ((PARTNER, "Voorbeeldarchief"), (OTHER, "Ander archief")):
        add_partner(home, Partner(id=partner, name=name))
    return _allowing(
        home,
        People(
            ann=add_user(home, "Ann", [Role.ARCHIVIST], PARTNER),
            bob=add_user(home, "Bob", [Role.ARCHIVIST], OTHER),
            rita=add_user(home, "Rita", [Role.REFERENCE_SET_MANAGER, Role.AUDITOR], None),
            pipeline=add_user(home, "pipeline", [Role.PIPELINE], PARTNER),
            other_pipeline=add_user(home, "other pipeline", [Role.PIPELINE], OTHER),
            admin=add_user(home, "admin", [Role.ADMIN], None),
        ),
    )


def _allowing(home: Home, people: People) -> People:
    """Let both partners have everything run and unknown faces kept."""
    for partner in (PARTNER, OTHER):
        allow(home, partner, Allowed(stages=tuple(Stage), unknown_faces=True), people.admin, "for tests")
    return people


@pytest.fixture
def token(home: Home, people: People) -> Callable[[User], str]:
    return lambda user: issue_token(home, user.name, days=1)


@pytest.fixture
def bearer(token: Callable[[User], str]) -> Bearer:
    return lambda user: {"Authorization": f"Bearer {token(user)}"}


@pytest.fixture
def service(home: Home) -> Iterator[TestClient]:
    """The whole service over the instance, with real query workers."""
    from give_ld.api.app import create_app

    pool = QueryPool(home.settings, home.snapshots.current)
    with TestClient(create_app(home, pool, open_kb(None)), base_url=home.settings.base) as client:
        yield client


def write_curie(directory: Path) -> Path:
    """Write a reference set with Marie Curie in it."""
    (directory / "curie.jpg").write_bytes(b"a made photo")
    columns = "id,name,given_name,family_name,language,aliases,wikidata,birth_date,death_date,ground,ground_note"
    row = "0001,Marie Curie,Marie,Curie,nl,Maria Skłodowska,Q7186,1867-11-07,1934-07-04,public-figure,Nobel Prizes"
    csv = f"{columns},photo,photo_licence,photo_source\n{row},curie.jpg,CC0-1.0,made\n"
    (directory / "refset.csv").write_text(csv, encoding="utf-8")
    return directory / "refset.csv"


def admit_curie(home: Home, people: People, directory: Path) -> None:
    """Admit Marie Curie to the reference set."""
    admit_from_csv(home, write_curie(directory), people.rita, PARTNER)


@pytest.fixture
def refset(home: Home, people: People, tmp_path: Path) -> str:
    """The version of a reference set with Marie Curie in it."""
    admit_curie(home, people, tmp_path)
    return write_snapshot(home, tmp_path / "refset.jsonl", people.rita).version


@pytest.fixture
def open_item(home: Home, people: People) -> str:
    """An item with an open licence."""
    licences = "VIAA-PUBLIEK-CONTENT|VIAA-PUBLIEK-METADATA-ALL"
    rows = ["pid,title,kind,licences,created\n", f"{PID},Avondjournaal,video,{licences},1986-05\n"]
    ingest_items(home, rows, "items.csv", PARTNER, people.ann)
    return PID


def _made_blob(face: FaceMatch | UnknownFace) -> str:
    return base64.b64encode(hashlib.shake_128(str(face.fingerprint).encode()).digest(2048)).decode()


@pytest.fixture
def closed_item(home: Home, people: People) -> str:
    """An item with a date and no licence."""
    rows = ["pid,title,kind,created\n", f"{PID},Avondjournaal,video,1986\n"]
    ingest_items(home, rows, "items.csv", PARTNER, people.ann)
    return PID


@dataclass(frozen=True)
class Bringing:
    """Writes records as a pipeline does, sidecar included, and ingests them."""

    home: Home
    directory: Path
    user: User

    def write(self, records: Sequence[Run | Annotation | str], name: str = "records.jsonl") -> Path:
        """Write records (or raw lines); a run with faces gets a sidecar with their fingerprints."""
        lines = []
        faces = [each for each in records if isinstance(each, FaceMatch | UnknownFace)]
        for record in records:
            if isinstance(record, Run) and record.sidecar is None and faces:
                record = record.model_copy(update={"sidecar": self.sidecar(record, faces)})
            lines.append(record if isinstance(record, str) else record.model_dump_json(by_alias=True))
        path = self.directory / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def sidecar(self, run: Run, faces: Sequence[FaceMatch | UnknownFace]) -> Sidecar:
        """Write the fingerprints of faces and return the sidecar's name and digest."""
        rows = [
            {"id": str(face.fingerprint), "model_sha256": MODEL.sha256, "vector": blob, "crop": blob}
            for face, blob in ((each, _made_blob(each)) for each in faces)
            if face.run == run.id
        ]
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        name = f"{run.id}.faces"
        (self.directory / name).write_bytes(content)
        return Sidecar(name=name, sha256=hashlib.sha256(content).hexdigest())

    def __call__(self, *records: Run | Annotation | str, user: User | None = None) -> Report:
        """Write and ingest."""
        path = self.write(records)
        with path.open("rb") as lines:
            return Ingest(self.home, Source(path.name, self.directory, user or self.user)).read(lines)


@pytest.fixture
def bring(home: Home, people: People, tmp_path: Path) -> Bringing:
    directory = tmp_path / "records"
    directory.mkdir()
    return Bringing(home, directory, people.pipeline)


@pytest.fixture
def run(refset: str) -> Run:
    """A run that names the reference set that the instance has."""
    return a_run(reference_set=refset)
