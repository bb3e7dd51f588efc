"""The docs say what the code does."""

import json
from pathlib import Path

from give_ld.config import Settings
from give_ld.model.record import record_schema
from tests.rdf.tables import MEANINGS, written

DOCS = Path(__file__).parent.parent / "docs"


def test_every_setting_stands_in_the_docs() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `GIVE_LD_{name.upper()}` | `{field.default}` | {field.description} |" in text


def test_the_schema_of_records_is_that_of_the_models() -> None:
    written = json.loads((DOCS / "records.schema.json").read_text(encoding="utf-8"))
    assert written == record_schema(), "run: make schema"


def test_every_decision_has_its_four_parts() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert decisions
    for file in decisions:
        text = file.read_text(encoding="utf-8")
        for part in ("**Context.**", "**Choice.**", "**Rejected.**", "**Consequence.**"):
            assert part in text, f"{file.name} lacks {part}"


def test_the_tables_of_the_model_are_those_of_the_ontology() -> None:
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    assert text == written(text), "run: make model"
    assert all(f"| `{name}` |" in text for name in MEANINGS)
