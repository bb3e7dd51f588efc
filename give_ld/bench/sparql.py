"""How long people wait for the running service: for persons and guesses, for the queue, for a decision."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from give_ld.bench.prepared import Instance, prepare
from give_ld.bench.result import Result
from give_ld.bench.server import Server, Timed, bearer, serving
from give_ld.bench.store import person_items
from give_ld.errors import BadInput
from give_ld.model.status import Status
from give_ld.rdf.namespaces import Namespaces
from give_ld.store.answers import CSV, GRAPH_TYPES, JSON_LD, N_TRIPLES, RESULTS_JSON, RESULTS_XML, TSV
from give_ld.store.queries import query

_REPEATS = 2
_ROWS = 100_000
_LONG = 200  # guesses on the longest page
_PUBLIC_SECONDS = 10.0
_PACE_SECONDS = 0.1  # nobody decides sooner after having decided
_SHORT = {"application/sparql-results+json": "json", "application/sparql-results+xml": "xml"}


def bench_sparql(quads: int, pending: int, decisions: int) -> Result:
    """Return milliseconds over HTTP from a service with so many quads in each graph and guesses in the queue.

    Raises:
        BadInput: an answer is an error or does not say what it must.
    """
    with TemporaryDirectory(prefix="give-ld-bench-") as scratch:
        made = prepare(Path(scratch), quads, pending, decisions)
        metrics = {
            "private_quads": float(made.private_quads),
            "public_quads": float(made.public_quads),
            "pending_guesses": float(made.pending),
        }
        began = time.monotonic()
        with serving(made.home) as server:
            metrics["start_seconds"] = round(time.monotonic() - began, 2)
            metrics["idle_rss_mib"] = round(server.memory_mib(), 1)
            metrics |= _persons(server, made)
            metrics |= _queue(server, made)
            metrics |= _decisions(server, made)
            metrics |= _trails(server, made)
            metrics |= _rows(server, min(made.public_quads, _ROWS))
            metrics["busy_rss_mib"] = round(server.memory_mib(), 1)
    return Result("sparql", metrics)


def _persons(server: Server, made: Instance) -> dict[str, float]:
    answers = (server.query(person_items(each), RESULTS_JSON) for each in _again(made.persons))
    return _measured(server, "person_items", answers)


def _again(each: Iterable[str]) -> list[str]:
    return [*each] * _REPEATS


def _measured(server: Server, name: str, answers: Iterable[Timed]) -> dict[str, float]:
    """Return how long the answers took, and the CPU time that each cost the service, which depends less on others."""
    before = server.cpu_seconds()
    taken = [answer.seconds for answer in answers]
    cpu = (server.cpu_seconds() - before) / len(taken)
    return {**_spread(name, taken), f"{name}_cpu_ms": round(1000 * cpu, 2)}


def _spread(name: str, seconds: Iterable[float]) -> dict[str, float]:
    taken = sorted(seconds)
    p99 = taken[min(len(taken) - 1, int(0.99 * len(taken)))]
    return {f"{name}_p50_ms": round(1000 * median(taken), 2), f"{name}_p99_ms": round(1000 * p99, 2)}


def _queue(server: Server, made: Instance) -> dict[str, float]:
    def page(accept: str, offset: int = 0, size: int = 50) -> Timed:
        path = f"/review/queue?{urlencode({'status': Status.PROPOSED, 'offset': offset, 'size': size})}"
        return server.ask("GET", path, {"Accept": accept, **bearer(made.archivist)})

    first = json.loads(page("application/json").body)
    known = sum(numbers.get(Status.PROPOSED, 0) for numbers in first["counts"].values())
    if known < made.pending or len(first["rows"]) != min(50, known):
        raise BadInput(f"the queue shows {len(first['rows'])} of {known} guesses", rule="bench")
    deep = min(1_000, made.pending)
    times = range(30)
    return {
        **_measured(server, "queue_json", (page("application/json") for _ in times)),
        **_measured(server, f"queue_json_from_{deep}", (page("application/json", deep) for _ in times)),
        **_measured(server, "queue_html", (page("text/html") for _ in times)),
        **_measured(server, f"queue_html_{_LONG}", (page("text/html", size=_LONG) for _ in times)),
    }


def _decisions(server: Server, made: Instance) -> dict[str, float]:
    """Approve guesses and reject them in turn; of an approval wait until everybody sees it."""
    decided, public = list[float](), list[float]()
    for number, guess in enumerate(made.guesses):
        verdict = ("approve", "reject")[number % 2]
        path = f"/review/{guess.rpartition('/')[2]}:{verdict}"
        headers = {"Content-Type": "application/json", **bearer(made.archivist)}
        time.sleep(_PACE_SECONDS)
        began = time.perf_counter()
        decided.append(server.ask("POST", path, headers, b'{"reason": "a made reason"}').seconds)
        if verdict == "approve":
            _until(lambda guess=guess: b"true" in server.query(f"ASK {{ <{guess}> ?p ?o }}", RESULTS_JSON).body)  # type: ignore[misc]
            public.append(time.perf_counter() - began)
    return {**_spread("decision", decided), **_spread("decision_to_public", public)}


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _PUBLIC_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise BadInput(f"an approval is not public after {_PUBLIC_SECONDS:g} s", rule="bench")


def _trails(server: Server, made: Instance) -> dict[str, float]:
    """Ask who decided what and when about guesses that were decided: everybody, an auditor, and by SPARQL."""
    approved = list(made.guesses[::2])[:50]

    def why(guess: str, token: str) -> Timed:
        return server.ask("GET", f"/why?{urlencode({'annotation': guess})}", {"Accept": JSON_LD, **bearer(token)})

    def audit(guess: str) -> Timed:
        gld = Namespaces(guess.partition("/id/")[0]).gld
        text = query("who-decided").replace("asked:annotation", guess).replace("asked:ontology", gld)
        answer = server.query(text, CSV, "/audit/sparql", made.auditor)
        if b"approve" not in answer.body:
            raise BadInput(f"the trail of {guess} does not say that it was approved", rule="bench")
        return answer

    audit(approved[0])  # the workers for private graphs start with the first question
    return {
        **_measured(server, "why_public", (why(each, "") for each in _again(approved))),
        **_measured(server, "why_auditor", (why(each, made.auditor) for each in _again(approved))),
        **_measured(server, "audit_sparql", (audit(each) for each in _again(approved))),
    }


def _rows(server: Server, rows: int) -> dict[str, float]:
    """Ask for many rows or triples in each format; these are whole answers, so their size counts too."""
    select = f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {rows}"
    construct = f"CONSTRUCT WHERE {{ ?s ?p ?o }} LIMIT {rows}"
    found = {}
    for media_type in (RESULTS_JSON, RESULTS_XML, CSV, TSV):
        found[f"select_{_short(media_type)}"] = server.query(select, media_type)
    for media_type in GRAPH_TYPES:
        found[f"construct_{_short(media_type)}"] = server.query(construct, media_type)
    if (
        found["select_csv"].body.count(b"\n") < rows
        or found[f"construct_{_short(N_TRIPLES)}"].body.count(b"\n") != rows
    ):
        raise BadInput(f"fewer than {rows} rows came", rule="bench")
    return {f"rows_{rows}_{name}_seconds": round(answer.seconds, 3) for name, answer in found.items()}


def _short(media_type: str) -> str:
    return _SHORT.get(media_type, media_type.rpartition("/")[2].replace("-", "_").replace("+", "_"))
