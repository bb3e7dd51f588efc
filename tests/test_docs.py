"""The docs say what the code does."""

import json
import re
from pathlib import Path

from give_ld.commands.data import Format
from give_ld.config import Settings
from give_ld.doors.entrance import FORMATS
from give_ld.doors.origin import Statement
from give_ld.doors.views import VIEWS
from give_ld.model.record import record_schema
from give_ld.store.queries import query_names
from tests import sparql_doc
from tests.api.who_may import TABLE
from tests.rdf.tables import MEANINGS, written

# The file is stated by three options, owners by one each; a version is that of the software.
_NOT_OPTIONS = {"file", "owners", "version"}
DOCS = Path(__file__).parent.parent / "docs"


def test_every_setting_stands_in_the_docs() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `GIVE_LD_{name.upper()}` | `{field.default}` | {field.description} |" in text


def test_every_format_that_comes_in_stands_in_the_docs_with_an_example() -> None:
    text = (DOCS / "import.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `([a-z-]+)` \|.*\|.*\| (?:a pipeline|an archivist)", text, re.MULTILINE)) == FORMATS
    examples = set(re.findall(r"--format ([a-z-]+)", text))
    assert examples == set(FORMATS) - {"give"}
    assert [str(each) for each in Format] == list(FORMATS)
    assert all(f"`{view}`" in text for view in VIEWS)
    assert all(f"--{name.replace('_', '-')}" in text for name in Statement.model_fields if name not in _NOT_OPTIONS)


def test_the_schema_of_records_is_that_of_the_models() -> None:
    written = json.loads((DOCS / "records.schema.json").read_text(encoding="utf-8"))
    assert written == record_schema(), "run: make schema"


def test_every_file_of_shapes_and_every_rule_of_the_audit_stands_in_the_docs() -> None:
    text = (DOCS / "shapes.md").read_text(encoding="utf-8")
    for file in sorted((DOCS.parent / "shapes").glob("*.ttl")):
        first = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"| `{file.name}` | {first} |" in text
    for name in query_names():
        if name.startswith("audit-"):
            assert f"| `{name.removeprefix('audit-')}` | " in text


def test_every_shape_that_the_docs_name_is_one() -> None:
    shapes = "".join(file.read_text(encoding="utf-8") for file in (DOCS.parent / "shapes").glob("*.ttl"))
    for name in re.findall(r"`(Public\w+|FactObject|\w+Stated|PersonLinked)`", (DOCS / "shapes.md").read_text("utf-8")):
        assert f"gsh:{name} a " in shapes, name


def test_every_decision_has_its_four_parts() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert decisions
    for file in decisions:
        text = file.read_text(encoding="utf-8")
        for part in ("**Context.**", "**Choice.**", "**Rejected.**", "**Consequence.**"):
            assert part in text, f"{file.name} lacks {part}"


def test_the_examples_of_sparql_are_those_of_the_query_pages() -> None:
    text = (DOCS / "sparql.md").read_text(encoding="utf-8")
    assert text == sparql_doc.written(text), "run: make sparql"


def test_every_deviation_of_an_engine_that_the_docs_name_has_its_test() -> None:
    tests = (DOCS.parent / "tests" / "contract" / "test_virtuoso.py").read_text(encoding="utf-8")
    named = re.findall(r"\| `([a-z_]+)` \|$", (DOCS / "engines.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) == 5
    assert all(f"def test_{name}(" in tests for name in named)


def test_the_tables_of_the_model_are_those_of_the_ontology() -> None:
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    assert text == written(text), "run: make model"
    assert all(f"| `{name}` |" in text for name in MEANINGS)


def test_every_route_where_people_decide_stands_in_the_docs_and_no_other() -> None:
    areas = ("/review", "/audit", "/partner", "/processing", "/refset", "/erase", "/admin")
    known = {(method, path) for method, path in TABLE if path.startswith(areas)}
    text = (DOCS / "people.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`(?:GET|POST) .*?) \|", text, re.MULTILINE)
    named, method = set[tuple[str, str]](), ""
    for row in rows:
        for each in re.findall(r"`([^`]+)`", row):
            *said, path = each.split(" ")
            method = said[0] if said else method
            named.add((method, path))
    assert named == known
