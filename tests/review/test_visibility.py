"""The table of licence, kind and status: each cell through a real decision and the real public graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from give_ld.config import load_settings
from give_ld.errors import NotUsable
from give_ld.home import Home, open_home
from give_ld.items import ingest_items
from give_ld.model.annotation import Annotation
from give_ld.model.decision import Role
from give_ld.model.fragment import Fragment
from give_ld.model.item import Partner
from give_ld.model.processing import Allowed
from give_ld.model.run import MediaFile, Run, Stage
from give_ld.model.status import Status, Verdict
from give_ld.model.user import User
from give_ld.model.visibility import DEFAULT_VISIBILITY, NEVER_PUBLIC, PUBLISHABLE, Visibility, VisibilityRow
from give_ld.people import add_partner, add_user
from give_ld.processing import allow
from give_ld.rebuild import check
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.snapshot import write_snapshot
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People, Ticking, write_curie
from tests.factories import (
    BASE,
    PARTNER,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_speaker_segment,
    a_tag,
    a_transcript,
    an_unknown_face,
)

UNCALIBRATED = {"confidence": None, "calibrator": None}
# The table as an archive would read it: licences of an item, and what is public under them once approved.
OPEN = frozenset({"face-match", "entity-mention", "transcript", "tag"})
ROWS = {
    "VIAA-PUBLIEK-CONTENT": OPEN,
    "CC0-CONTENT": OPEN,
    "CC_BY-NC-SA-CONTENT": OPEN,
    "VIAA-PUBLIEK-METADATA-ALL|VIAA-PUBLIEK-CONTENT": OPEN,
    "VIAA-PUBLIEK-METADATA-ALL": frozenset(),
    "VIAA-PUBLIEK-METADATA-LTD": frozenset(),
    "CC0-METADATA": frozenset(),
    "VIAA-INTRA_CP-CONTENT": frozenset(),
    "unheard-of": frozenset(),
    "": frozenset(),
}
MAKERS: dict[str, Callable[..., Annotation]] = {
    "face-match": a_face_match,
    "face-unknown": an_unknown_face,
    "entity-mention": a_mention,
    "transcript": a_transcript,
    "speaker": a_speaker_segment,
    "tag": a_tag,
}
# Voices and tags have many answers at once: nothing supersedes them.
OTHERWISE: dict[str, Callable[..., Annotation]] = {
    "face-match": an_unknown_face,
    "face-unknown": a_face_match,
    "entity-mention": a_mention_without_entity,
    "transcript": partial(a_transcript, text="Andere woorden."),
}
WAYS: dict[Status, list[Verdict]] = {
    Status.PROPOSED: [],
    Status.SUPERSEDED: [],
    Status.APPROVED: [Verdict.APPROVE],
    Status.REJECTED: [Verdict.REJECT],
    Status.UNSUITABLE: [Verdict.UNSUITABLE],
    Status.WITHDRAWN: [Verdict.APPROVE, Verdict.WITHDRAW],
}
CELLS = [
    pytest.param(row, kind, status, id=f"{licences or 'none'}-{kind}-{status}")
    for row, licences in enumerate(ROWS)
    for kind in MAKERS
    for status in WAYS
    if kind in OTHERWISE or status is not Status.SUPERSEDED
]


@dataclass(frozen=True)
class Archive:
    """An instance with an item for each row, and on it a guess of each kind in each status."""

    home: Home
    bring: Bringing
    ann: User
    refset: str

    def fill(self, row: int) -> None:
        run, guesses = a_run_of(row, self.refset), guesses_of(row)
        assert self.bring(run, *guesses.values()).refused == []
        newer = a_run_of(row, self.refset).model_copy(update={"id": UUID(int=1000 + row)})
        assert self.bring(newer, *otherwise(row, newer)).superseded == len(OTHERWISE)
        for (_, status), guess in guesses.items():
            for verdict in WAYS[status]:
                self.home.decide(self.ann, Decision(self.home.mint.annotation(run, guess), verdict, "so it seems"))

    def published(self) -> set[str]:
        return {line.split(" ")[0][1:-1] for line in self.home.public.lines() if "isAnnotatedMediaResource" in line}

    def describe(self, licences: list[str]) -> None:
        rows = [f"item{row},Avondjournaal,video,1986,{each}\n" for row, each in enumerate(licences)]
        ingest_items(self.home, ["pid,title,kind,created,licences\n", *rows], "items.csv", PARTNER, self.ann)


def a_run_of(row: int, refset: str = "2026-02-28") -> Run:
    file = MediaFile(sha256=f"{row:064x}", name="news.mp4", mime_type="video/mp4")
    return a_run(id=UUID(int=row + 1), item=f"item{row}", file=file, reference_set=refset)


def guesses_of(row: int) -> dict[tuple[str, Status], Annotation]:
    """One guess for each kind and status, each at a place of its own."""
    guesses: dict[tuple[str, Status], Annotation] = {}
    for number, (kind, status) in enumerate((kind, status) for kind in MAKERS for status in WAYS):
        place = MAKERS[kind]().fragment.model_copy(update={"start_ms": 1000 * number, "end_ms": 1000 * number + 900})
        own = {"fragment": Fragment.model_validate(place.model_dump()), "run": UUID(int=row + 1), **UNCALIBRATED}
        own |= {"fingerprint": UUID(int=1000 * row + number)} if kind.startswith("face") else {}
        guesses[kind, status] = MAKERS[kind](**own)
    return guesses


def otherwise(row: int, newer: Run) -> list[Annotation]:
    """What a newer run says about the same fragments as the guesses that it supersedes."""
    said: list[Annotation] = []
    for kind, maker in OTHERWISE.items():
        place = guesses_of(row)[kind, Status.SUPERSEDED].fragment
        said.append(maker(run=newer.id, fragment=place, **UNCALIBRATED))
    return said


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    directory = tmp_path_factory.mktemp("archive")
    home = open_home(load_settings(home=directory / "home", base=BASE), Ticking())
    add_partner(home, Partner(id=PARTNER, name="Voorbeeldarchief"))
    rita = add_user(home, "Rita", [Role.REFERENCE_SET_MANAGER], None)
    admit_from_csv(home, write_curie(directory), rita, PARTNER)
    refset = write_snapshot(home, directory / "refset.jsonl", rita).version
    pipeline = add_user(home, "pipeline", [Role.PIPELINE], PARTNER)
    ann = add_user(home, "Ann", [Role.ARCHIVIST], PARTNER)
    made = Archive(home, Bringing(home, directory, pipeline), ann, refset)
    allow(home, PARTNER, Allowed(stages=tuple(Stage), unknown_faces=True), ann, "for tests")
    made.describe(list(ROWS))
    for row in range(len(ROWS)):
        made.fill(row)
    yield made
    home.close()


@pytest.mark.parametrize(("row", "kind", "status"), CELLS)
def test_a_cell_of_the_table(archive: Archive, row: int, kind: str, status: Status) -> None:
    wanted = status is Status.APPROVED and kind in list(ROWS.values())[row]
    iri = archive.home.mint.annotation(a_run_of(row), guesses_of(row)[kind, status])
    assert (iri in archive.published()) is wanted


def test_a_change_of_licence_is_an_event_that_publishes_and_withdraws(archive: Archive) -> None:
    """The last test on this instance: it turns every row around, and back."""
    before = archive.published()
    turned = ["" if open_kinds else "CC0-CONTENT" for open_kinds in ROWS.values()]
    archive.describe(turned)
    after = archive.published()
    assert before
    assert after
    assert not before & after
    assert len(after) == len(OPEN) * sum(not kinds for kinds in ROWS.values())
    archive.describe(list(ROWS))
    assert archive.published() == before
    assert all(difference.is_none for difference in check(archive.home).values())


def test_another_table_publishes_and_withdraws_when_the_instance_is_opened_again(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    face, transcript = a_face_match(), a_transcript(**UNCALIBRATED)
    bring(run, face, transcript)
    for guess in (face, transcript):
        home.decide(people.ann, Decision(home.mint.annotation(run, guess), Verdict.APPROVE))
    home.close()
    words_only = Visibility((VisibilityRow(licences=("VIAA-*",), public=("transcript",)),))
    for table, kinds in ((words_only, {"Transcript"}), (DEFAULT_VISIBILITY, {"FaceMatch", "Transcript"})):
        again = open_home(home.settings.model_copy(update={"visibility": table}))
        public = [line for line in again.public.lines() if "/graph/public/" in line and "/ns#" in line]
        again.close()
        assert {kind for kind in ("FaceMatch", "Transcript") if any(f"/ns#{kind}>" in each for each in public)} == kinds


def test_the_first_row_that_matches_a_licence_counts_and_the_most_open_of_several_licences() -> None:
    table = Visibility(
        (
            VisibilityRow(licences=("CC0-X",)),
            VisibilityRow(licences=("CC0*",), public=("tag",)),
            VisibilityRow(licences=("CC*",), public=("tag", "transcript")),
        )
    )
    assert table.kinds(["CC0-X"]) == frozenset()
    assert table.kinds(["CC0-Y"]) == {"tag"}
    assert table.kinds(["CC0-X", "CC_BY", "CC0-Y"]) == {"tag", "transcript"}
    assert table.kinds(["other"]) == table.kinds([]) == frozenset()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[{"licences": ["*"], "public": ["face-unknown"]}]', "face-unknown can never be public"),
        ('[{"licences": ["*"], "public": ["tag", "speaker"]}]', "speaker can never be public"),
        ('[{"licences": ["*"], "public": ["gossip"]}]', "no kind of annotation is called gossip"),
        ('[{"licences": [], "public": ["tag"]}]', "visibility.0.licences"),
        ('[{"public": ["tag"]}]', "visibility.0.licences"),
        ("[{", "visibility"),
    ],
)
def test_a_table_that_would_publish_what_may_not_be_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, table: str, says: str
) -> None:
    monkeypatch.setenv("GIVE_LD_VISIBILITY", table)
    with pytest.raises(NotUsable, match=says):
        load_settings(home=tmp_path)


def test_every_kind_of_annotation_has_its_place_in_the_table() -> None:
    kinds = {model.model_fields["kind"].default for model in get_args(get_args(Annotation)[0])}
    assert kinds <= set(PUBLISHABLE) | set(NEVER_PUBLIC)
