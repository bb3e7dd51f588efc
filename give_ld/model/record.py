"""What one line of a records file says: a run or a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from give_ld.errors import BadInput, BadRecord
from give_ld.model.annotation import Annotation
from give_ld.model.run import SCHEMA, Run

_RECORD: TypeAdapter[Run | Annotation] = TypeAdapter(Annotated[Run | Annotation, Field(discriminator="type")])
_BY_TYPE: dict[str, TypeAdapter[Any]] = {"run": TypeAdapter(Run), "annotation": TypeAdapter(Annotation)}
MAX_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Piece:
    """One piece of a source: its line, its bytes as they are kept if it is refused, its record or what is wrong.

    `item` is the item that it is about, where the piece alone says or someone states it.
    """

    line: int
    raw: bytes
    record: Run | Annotation | BadInput
    item: str = ""


def read_piece(line: int, raw: bytes, item: str = "") -> Piece:
    """Return the piece that a line of JSON is."""
    try:
        return Piece(line, raw, parse_record(raw.rstrip(b"\r\n")), item)
    except BadRecord as error:
        return Piece(line, raw, error, item)


def parse_record(line: bytes) -> Run | Annotation:
    """Return the record that a line of JSON holds.

    Raises:
        BadRecord: not JSON, too long, of another schema version or type, or it breaks a rule of its model.
    """
    if len(line) > MAX_LINE_BYTES:
        raise BadRecord(f"a record has at most {MAX_LINE_BYTES} bytes, this line has {len(line)}", rule="line-length")
    try:
        return _RECORD.validate_json(line, strict=True)
    except ValidationError:
        return _explain(line)


def _explain(line: bytes) -> Run | Annotation:
    """Read a bad record again step by step, so that the first broken rule is named."""
    try:
        data = from_json(line)
    except ValueError as error:
        raise BadRecord(f"not JSON: {error}", rule="json") from error
    if not isinstance(data, dict):
        raise BadRecord("a record is a JSON object", rule="json")
    if data.get("schema") != SCHEMA:
        raise BadRecord(f"schema is {data.get('schema')!r}, this version reads {SCHEMA!r}", rule="schema-version")
    adapter = _BY_TYPE.get(str(data.get("type")))
    if adapter is None:
        raise BadRecord(f"type is {data.get('type')!r}, it must be 'run' or 'annotation'", rule="type")
    try:
        record: Run | Annotation = adapter.validate_json(line, strict=True)
    except ValidationError as error:
        raise BadRecord(describe(error), rule=rule_of(error), value=value_of(error)) from error
    return record


def run_said(line: bytes) -> str:
    """Return the run that a line names, which may be no good record; '' where it names none."""
    try:
        data = from_json(line)
    except ValueError:
        return ""
    return str(data.get("run", "")) if isinstance(data, dict) else ""


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of a record, draft 2020-12."""
    return TypeAdapter[Run | Annotation](Run | Annotation).json_schema(by_alias=True)


def rule_of(error: ValidationError) -> str:
    """Return the rule that was broken first: the way to the field, and the kind of error."""
    first = error.errors(include_url=False, include_input=False)[0]
    return ".".join([*(str(part) for part in first["loc"]), first["type"]])


def value_of(error: ValidationError) -> str:
    """Return the value that broke the first rule, if it is one value; it may be personal."""
    value = error.errors(include_url=False)[0].get("input")
    return str(value) if isinstance(value, str | int | float) else ""


def describe(error: ValidationError) -> str:
    """Return what is wrong, field by field, without the input itself: it may be personal."""
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'record'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
