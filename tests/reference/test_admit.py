"""Who enters the reference set, by whose decision, and what the pipeline gets of it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from give_ld.errors import BadInput, NotAllowed, NotFound
from give_ld.home import Home, open_home
from give_ld.model.person import snapshot_digest
from give_ld.reference.admit import COLUMNS, admit_from_csv
from give_ld.reference.snapshot import write_snapshot
from tests.conftest import People
from tests.factories import PARTNER, PERSON

ROW = "0001,Marie Curie,Marie,Curie,nl,Maria|Madame Curie,Q7186,1867-11-07,1934-07-04,public-figure,Nobel Prizes"


def write(directory: Path, *rows: str) -> Path:
    for name in ("one.jpg", "two.jpg"):
        (directory / name).write_bytes(name.encode())
    file = directory / "persons.csv"
    file.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return file


def test_a_person_with_two_photos_is_admitted_once(home: Home, people: People, tmp_path: Path) -> None:
    file = write(tmp_path, f"{ROW},one.jpg,CC0-1.0,here", f"{ROW},two.jpg,CC0-1.0,there")
    assert admit_from_csv(home, file, people.rita, PARTNER) == [PERSON]
    head = home.journal.head()
    admit_from_csv(home, file, people.rita, PARTNER)
    assert home.journal.head() == head
    text = "\n".join(home.private.lines())
    assert "Madame Curie" in text
    assert home.mint.user(people.rita.id) in text
    public = "\n".join(home.public.lines())
    assert PERSON in public
    assert home.mint.user(people.rita.id) not in public


def test_only_a_reference_set_manager_admits(home: Home, people: People, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        admit_from_csv(home, write(tmp_path, f"{ROW},one.jpg,CC0-1.0,here"), people.ann, PARTNER)


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (f"{ROW},missing.jpg,CC0-1.0,here", "row 2: photo missing.jpg"),
        (f"{ROW},,CC0-1.0,here", "row 2"),
        (f"{ROW},one.jpg,,here", "licence"),
        (ROW.replace("Q7186", "7186") + ",one.jpg,CC0-1.0,here", "wikidata"),
        (ROW.replace("public-figure", "famous") + ",one.jpg,CC0-1.0,here", "ground"),
        (ROW.replace("1867-11-07", "long ago") + ",one.jpg,CC0-1.0,here", "birth_date"),
    ],
)
def test_a_bad_row_admits_nobody_and_says_which_row(
    home: Home, people: People, tmp_path: Path, row: str, names: str
) -> None:
    good = ROW.replace("0001", "0002") + ",one.jpg,CC0-1.0,here"
    with pytest.raises(BadInput, match=r"persons\.csv") as caught:
        admit_from_csv(home, write(tmp_path, row, good), people.rita, PARTNER)
    assert names in caught.value.message
    with pytest.raises(NotFound, match="empty"):
        write_snapshot(home, tmp_path / "refset.jsonl", people.rita)


def test_a_missing_column_is_named(home: Home, people: People, tmp_path: Path) -> None:
    (tmp_path / "persons.csv").write_text("id,name\n0001,Marie Curie\n")
    with pytest.raises(BadInput, match="ground_note"):
        admit_from_csv(home, tmp_path / "persons.csv", people.rita, PARTNER)


def test_a_snapshot_is_versioned_by_its_content_and_private(
    home: Home, people: People, refset: str, tmp_path: Path
) -> None:
    out = tmp_path / "refset.jsonl"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    header, *persons = out.read_text(encoding="utf-8").splitlines(keepends=True)
    assert json.loads(header)["digest"] == snapshot_digest(persons)
    head = home.journal.head()
    assert write_snapshot(home, out, people.rita).version == refset
    assert home.journal.head() == head
    assert "ground" not in persons[0]


@pytest.mark.parametrize("name", ["admission-x1y2", "snapshot-x1y2"])
def test_photos_that_a_killed_server_left_are_gone_after_the_next_start(home: Home, name: str) -> None:
    home.close()
    left = home.settings.home / name
    left.mkdir()
    (left / "one.jpg").write_bytes(b"a made photo")
    open_home(home.settings).close()
    assert not left.exists()
    assert (home.settings.home / "snapshots").is_dir()
