"""How an assessment looks on paper: one page of HTML with a place for signatures."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

from give_ld.model.processing import Allowed
from give_ld.report.dpia import Assessment, catalogue

_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #888;padding:.4rem .6rem;text-align:left;vertical-align:top}"
    ".sign{border:1px solid #888;min-height:6rem;margin:1rem 0;padding:.6rem}"
)
_KINDS = ("kind", "count", "retention")
_RISKS = ("task", "risk", "likelihood", "measure", "remains")


def dpia_page(said: Assessment) -> str:
    """Return an assessment as HTML, to be signed."""
    words = catalogue()["words"][said.language]
    kinds = ((each.description, each.count, each.kept) for each in said.kinds)
    risks = ((each.task, each.risk, words[each.likelihood], each.measure, each.remains) for each in said.risks)
    policies = (f"{each.partner}: {_allowed(each.allowed, words)}" for each in said.policies)
    parts = [
        f"<h1>{words['title']}</h1>",
        f"<p>{words['made']} {html.escape(said.instance)}, {said.time:%Y-%m-%d %H:%M} UTC</p>",
        f"<h2>{words['description']}</h2>",
        f"<h3>{words['purposes']}</h3>{_list(said.purposes, words)}",
        f"<h3>{words['kinds']}</h3>{_table(_KINDS, kinds, words)}",
        f"<h3>{words['sources']}</h3>{_list(said.sources, words)}",
        f"<h3>{words['recipients']}</h3>{_list(said.recipients, words)}",
        f"<h3>{words['policies']}</h3>{_list(policies, words)}",
        f"<p>{words['erasures']}: {said.erasures}</p>",
        f"<h2>{words['risks']}</h2>{_table(_RISKS, risks, words)}",
        *(f'<div class="sign">{words[name]}:</div>' for name in ("advice", "signature")),
    ]
    head = f'<meta charset="utf-8"><title>{words["title"]}</title><style>{_STYLE}</style>'
    body = "<main>\n" + "\n".join(parts) + "\n</main>"
    return f'<!doctype html>\n<html lang="{said.language}"><head>{head}</head><body>{body}</body></html>\n'


def _allowed(allowed: Allowed, words: Mapping[str, str]) -> str:
    stages = ", ".join(allowed.stages) or words["none"]
    persons = words["all"] if allowed.persons is None else str(len(allowed.persons))
    unknown = words["yes" if allowed.unknown_faces else "no"]
    where = allowed.collection or words["rest"]
    return f"{where}: {words['stages']}: {stages}; {words['persons']}: {persons}; {words['unknown']}: {unknown}"


def _list(lines: Iterable[str], words: Mapping[str, str]) -> str:
    found = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<ul>{found}</ul>" if found else f"<p>{words['none']}</p>"


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]], words: Mapping[str, str]) -> str:
    head = "".join(f'<th scope="col">{words[name]}</th>' for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
