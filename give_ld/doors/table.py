"""How a table of names becomes guesses: a CSV for people without programmers, a row for each time a name falls."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from give_ld.doors.origin import UNDETERMINED, Origin, Reading, decoded
from give_ld.errors import BadInput
from give_ld.model.record import Piece
from give_ld.model.run import Run, Stage

COLUMNS = frozenset({"start", "end", "name", "type", "entity", "language", "score"})
# What spreadsheets of Dutch speakers call them.
_DUTCH = {"begin": "start", "einde": "end", "naam": "name", "soort": "type", "entiteit": "entity", "taal": "language"}
_DUTCH_TYPES = {"persoon": "person", "plaats": "place", "organisatie": "organisation", "ander": "other"}
_REQUIRED = frozenset({"start", "end", "name", "type"})
_DELIMITERS = ",;\t"
_CLOCK = re.compile(r"(?:([0-9]{1,2}):)?([0-5]?[0-9]):([0-5]?[0-9](?:[.,][0-9]{1,3})?)")
_SECONDS = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,3})?")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,9})?")


def read_table(content: bytes, origin: Origin) -> Iterator[Piece]:
    """Yield a run and a mention for each good row, and what is wrong with each bad one.

    Columns: start, end (seconds, or h:mm:ss), name, type (person, place, organisation, other); and where they are known
    entity (a Wikidata id), language (of the name), score. Separated by comma, semicolon or tab; Dutch names do too.
    """
    reading = Reading("csv", content, origin)
    try:
        lines = list(io.StringIO(decoded(content), newline=""))
        columns, rows = _table(lines)
    except BadInput as error:
        yield reading.refusal(error)
        return
    run = reading.run(Stage.ENTITIES)
    begun = False
    for line, raw, row in rows:
        piece = _read(reading, run, (line, raw), (columns, row))
        if not begun and not isinstance(piece.record, BadInput):
            begun = True
            yield reading.run_piece(run)
        yield piece


Row = tuple[int, bytes, list[str] | BadInput]


def _table(lines: list[str]) -> tuple[list[str], Iterator[Row]]:
    header = lines[0] if lines else ""
    delimiter = max(_DELIMITERS, key=header.count)
    if header[:4].lower() == "sep=" and header[4:5] in set(_DELIMITERS):
        # A spreadsheet says its delimiter on a line of its own.
        delimiter, lines = header[4], ["\n", *lines[1:]]
    rows = _rows(lines, delimiter)
    _, _, first = next(rows, (1, b"", list[str]()))
    if isinstance(first, BadInput):
        raise first
    columns = [_DUTCH.get(name, name) for name in (cell.strip().lower() for cell in first)]
    named = [name for name in columns if name]
    if missing := _REQUIRED - set(columns):
        raise BadInput(f"columns are missing: {', '.join(sorted(missing))}", rule="columns")
    if unknown := set(named) - COLUMNS:
        raise BadInput(f"unknown columns: {', '.join(sorted(unknown))}", rule="columns")
    if len(set(named)) < len(named):
        raise BadInput("a column stands there twice", rule="columns")
    return columns, rows


def _rows(lines: list[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        try:
            row: list[str] | BadInput | None = next(reader, None)
        except csv.Error as error:
            row = BadInput(f"from here on no CSV ({error}); nothing after this row was read", rule="csv")
        if row is None:
            return
        if isinstance(row, BadInput) or any(cell.strip() for cell in row):
            # Nothing is lost: what cannot be told apart any more is kept together.
            end = len(lines) if isinstance(row, BadInput) else reader.line_num
            yield before + 1, "".join(lines[before:end]).encode(), row
        if isinstance(row, BadInput):
            return


def _read(reading: Reading, run: Run, at: tuple[int, bytes], row: tuple[list[str], list[str] | BadInput]) -> Piece:
    (line, raw), (columns, cells) = at, row
    try:
        if isinstance(cells, BadInput):
            raise cells
        if len(cells) != len(columns):
            raise BadInput("the row has more or fewer fields than the header", rule="fields")
        said = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if cell.strip()}
        if "" in said:
            raise BadInput("a cell stands in a column without a name", rule="fields", value=said[""])
        piece = reading.guess(line, run, _mention(said, reading.origin.language or UNDETERMINED))
    except BadInput as error:
        return reading.refusal(error, line, raw)
    return replace(piece, raw=raw)


def _mention(said: dict[str, str], language: str) -> dict[str, object]:
    name, language = said.get("name", ""), said.get("language", language)
    mention: dict[str, object] = {
        "kind": "entity-mention",
        "fragment": {"start_ms": _time(said, "start"), "end_ms": _time(said, "end")},
        "text": name,
        "language": language,
        "entity_type": _DUTCH_TYPES.get(kind := said.get("type", "").lower(), kind),
    }
    if entity := said.get("entity"):
        mention |= {"entity": entity, "label": name, "label_language": language}
    if score := said.get("score"):
        if not _NUMBER.fullmatch(score):
            raise BadInput("score is no number", rule="score", value=score)
        mention["score"] = float(score.replace(",", "."))
    return mention


def _time(said: dict[str, str], column: str) -> int:
    text = said.get(column, "")
    if _SECONDS.fullmatch(text):
        return round(float(text.replace(",", ".")) * 1000)
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise BadInput(f"{column} is no time; write seconds (12.5) or h:mm:ss (0:01:12.5)", rule="time", value=text)
    hours, minutes, seconds = match.groups()
    return (int(hours or 0) * 60 + int(minutes)) * 60_000 + round(float(seconds.replace(",", ".")) * 1000)
