"""How a program talks to a running instance: over HTTP, with a token, and with the service's own errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from give_ld import errors
from give_ld.doors.entrance import Brought
from give_ld.errors import GiveLdError
from give_ld.model.record import parse_record
from give_ld.model.run import Run
from give_ld.model.status import Verdict


class Client:
    """One user of one instance. Use as a context manager."""

    def __init__(
        self, url: str, token: str = "", language: str = "", transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Accept-Language": language} if language else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=120, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def ingest(self, file: Path) -> dict[str, Any]:
        """Send a records file with the sidecars that it names; return the report."""
        for name in sidecars_of(file):
            sidecar = file.parent / name
            if sidecar.is_file():
                self._ask("PUT", f"/ingest/sidecars/{name}", content=sidecar.read_bytes())
        return dict(self._ask("POST", "/ingest", params={"name": file.name}, content=file.read_bytes()).json())

    def ingest_as(self, brought: Brought, stated: Mapping[str, str], owners: Sequence[str] = ()) -> dict[str, Any]:
        """Send what is of another format than records, with what is stated of its origin; return the report."""
        said: dict[str, Any] = {name: value for name, value in stated.items() if value}
        params = {**said, "name": brought.name, "format": brought.form, "owner": list(owners)}
        return dict(self._ask("POST", "/ingest", params=params, content=brought.content).json())

    def queue(self, status: str = "proposed", offset: int = 0) -> dict[str, Any]:
        """Return a page of guesses of the user's partner, with counts by kind and status."""
        return dict(self._ask("GET", "/review/queue", params={"status": status, "offset": offset}).json())

    def look(self, annotation: str) -> dict[str, Any]:
        """Return one guess, by its IRI, with all that the user may know of it."""
        return dict(self._ask("GET", f"/review/{annotation.rpartition('/')[2]}").json())

    def decide(
        self,
        annotation: str,
        verdict: Verdict,
        reason: str = "",
        version: int | None = None,
        said: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Decide about a guess, by its IRI; with `version` a stale decision is refused.

        `said` is the ground (`ground`) and what a correction says instead (`right`).
        """
        local = annotation.rpartition("/")[2]
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        body = {"reason": reason, **(said or {})}
        return dict(self._ask("POST", f"/review/{local}:{verdict}", json=body, headers=headers).json())

    def undo(self, annotation: str) -> dict[str, Any]:
        """Take back the user's own last decision about a guess, by its IRI."""
        return dict(self._ask("POST", "/review/undo", json={"annotation": annotation}).json())

    def decide_many(self, ask: Mapping[str, Any], digest: str | None = None) -> dict[str, Any]:
        """Decide about many guesses, or say what that would do; `ask` is the body, `digest` that of a dry run."""
        headers = {"If-Match": f'"{digest}"'} if digest else {}
        return dict(self._ask("POST", "/review/bulk", json=ask, headers=headers).json())

    def undo_many(self, bulk: str) -> dict[str, Any]:
        """Take back a decision about many guesses, by its id."""
        return dict(self._ask("POST", f"/review/bulk/{bulk}:undo").json())

    def select(self, query: str) -> list[dict[str, str]]:
        """Return the rows of a public SELECT query, values as strings."""
        accept = {"Accept": "application/sparql-results+json"}
        found = self._ask("POST", "/sparql", data={"query": query}, headers=accept).json()
        return [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]

    def why(self, **asked: str) -> dict[str, Any]:
        """Return why an annotation (`annotation=`) or a triple (`s=`, `p=`, `o=`) is here."""
        return dict(self._ask("GET", "/why", params=asked).json())

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        try:
            answer = self._http.request(method, path, **request)
        except httpx.TransportError as error:
            raise errors.Busy(
                f"{self._http.base_url} does not answer ({error}); is 'give-ld serve' running?"
            ) from error
        if answer.is_error:
            raise _error(answer)
        return answer


def sidecars_of(file: Path) -> list[str]:
    """Return the names of the sidecars that the runs of a records file name; lines that do not parse have none."""
    names = []
    with file.open("rb") as lines:
        for line in lines:
            try:
                record = parse_record(line)
            except GiveLdError:
                continue
            if isinstance(record, Run) and record.sidecar:
                names.append(record.sidecar.name)
    return sorted(set(names))


def _error(answer: httpx.Response) -> GiveLdError:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GiveLdError)]
    kind = next((kind for kind in kinds if kind.code == problem.get("code")), GiveLdError)
    return kind(str(problem.get("detail") or f"HTTP {answer.status_code}"), rule=problem.get("rule"))
