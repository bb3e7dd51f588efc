"""What a report of refusals looks like: a page, a table for a spreadsheet, or JSON."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from give_ld.doors.wording import catalogue, tell, warned
from give_ld.errors import NotUsable
from give_ld.ingest import Report
from give_ld.items import ItemReport

COLUMNS = ("source", "line", "item", "name", "value", "message", "advice", "rule")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #ccc;padding:.4rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "caption{text-align:left;font-size:1.4rem;padding-bottom:.6rem}"
)


def told_of(report: Report | ItemReport, base: str, language: str) -> dict[str, Any]:
    """Return what became of a source, with its refusals and warnings in the words of a language."""
    told: dict[str, Any] = {
        **asdict(report),
        "refused": [asdict(each) for each in tell(report.refused, base, language)],
    }
    return {**told, "warnings": warned(report.warnings, base, language)} if isinstance(report, Report) else told


def write_report(file: Path, report: Mapping[str, Any], language: str) -> None:
    """Write what was refused, the rows under `refused`, in the form that the ending of the name says.

    Raises:
        NotUsable: the name ends in nothing that is known.
    """
    written = {".html": _page, ".csv": _table, ".json": _json}.get(file.suffix.lower())
    if written is None:
        raise NotUsable(f"a report is written as .html, .csv or .json, not as {file.suffix or file.name}")
    file.write_text(written(report, language), encoding="utf-8", newline="")


def _json(report: Mapping[str, Any], language: str) -> str:
    return json.dumps({"language": language, **report}, ensure_ascii=False, indent=1, default=str) + "\n"


def _table(report: Mapping[str, Any], language: str) -> str:
    """Return a CSV as the spreadsheets of a language open it: with a mark of UTF-8, and their own separator."""
    words = catalogue()["words"][language]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if language == "en" else ";")
    writer.writerow([words[name] for name in COLUMNS])
    for row in report["refused"]:
        writer.writerow([_harmless(str(row[name])) for name in COLUMNS])
    return "\ufeff" + out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _page(report: Mapping[str, Any], language: str) -> str:
    words, rows = catalogue()["words"][language], report["refused"]
    counts = html.escape(counts_in_words(report, language))
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{words["title"]}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{words['title']}</h1><p>{counts}</p>"
        f"{_rows(rows, words) if rows else '<p>' + words['none'] + '</p>'}</main></body></html>\n"
    )


def counts_in_words(report: Mapping[str, Any], language: str) -> str:
    """Return what became of the rest, in a language: how many of what, and of which kinds."""
    words = catalogue()["words"][language]
    counted = [(name, value) for name, value in report.items() if isinstance(value, int | dict)]
    return ", ".join(f"{words[name]}: {_count(value)}" for name, value in counted)


def _count(value: int | Mapping[str, int]) -> str:
    if isinstance(value, int):
        return str(value)
    return ", ".join(f"{count} {of}" for of, count in value.items()) or "0"


def _rows(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> str:
    head = "".join(f'<th scope="col">{words[name]}</th>' for name in COLUMNS)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(str(row[name]))}</td>" for name in COLUMNS) + "</tr>" for row in rows
    )
    caption = f"<caption>{words['waiting']}: {len(rows)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
