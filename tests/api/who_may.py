"""What each route answers to whom: the table that a test goes through cell by cell, and that every route stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute, Mount

# Who asks; `own` and `other` is the partner of the guess, the item and the user that the requests are about.
ASKERS = (
    "nobody",
    "forged",
    "harvester",
    "other pipeline",
    "own pipeline",
    "other auditor",
    "other admin",
    "other archivist",
    "auditor",
    "admin",
    "own archivist",
)
OUTSIDE = ("nobody", "forged")


@dataclass(frozen=True)
class Row:
    """One route: how it is asked, with `{names}` to be filled, and the status that each asker gets.

    Who is not named in `may` gets `others`, who does not say who it is `outside`.
    """

    may: Mapping[str, int] = field(default_factory=dict)
    others: int = 403
    outside: int = 401
    query: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)

    def status(self, asker: str) -> int:
        """Return the status that an asker gets."""
        return self.may.get(asker, self.outside if asker in OUTSIDE else self.others)


def public(status: int = 200, query: str = "", **sent: Any) -> Row:
    """Return the row of a route that says the same to everybody."""
    return Row(others=status, outside=status, query=query, sent=sent)


_ALL = dict.fromkeys(ASKERS[2:], 200)
_QUERY = {"data": {"query": "ASK {}"}}
_INSIDE = {"own archivist": 200, "auditor": 200}
_DECIDE = {"own archivist": 200, "other archivist": 404}
_ARCHIVISTS = {"own archivist": 200, "other archivist": 200}
_OWN = {"own archivist": 200, "other archivist": 404}
_NONE = {"own archivist": 404, "other archivist": 404}
_OVERSEERS = dict.fromkeys((*_ARCHIVISTS, "auditor", "other auditor", "admin", "other admin"), 200)
_PROVERS = dict.fromkeys(("auditor", "other auditor", "admin", "other admin"), 200)
_PICKED = {"by": "pick", "annotations": ["{iri}"]}
_BAND = {"by": "band", "kind": "face-match", "low": 0.5}
_POLICY = {"partner": "{partner}", "kind": "face-match", "show_from": 0.1, "reason": "so it was decided"}
_MANAGED = {"admin": 200, "other admin": 404}
_NOBODYS = {"data": {"code": "made", "password": "vier paarden op de kade"}}
_BRINGS = {"own archivist": 207, "other archivist": 207, "other pipeline": 207, "own pipeline": 200, "admin": 200}
_EVERYWHERE = {"auditor": 200, "admin": 200}
_ERASE = {"kind": "subject", "name": ["Nobody Known"], "reason": "they asked"}
_ALLOW = {"stages": ["faces"], "reason": "so it was decided"}
_SPARQL = {"GET": "?query=ASK{{}}", "HEAD": "?query=ASK{{}}", "POST": ""}

TABLE: dict[tuple[str, str], Row] = {
    ("GET", "/"): public(),
    ("GET", "/healthz"): public(),
    ("GET", "/.well-known/void"): public(),
    ("GET", "/openapi.json"): public(),
    ("GET", "/static"): public(307),
    ("GET", "/ns"): public(),
    ("GET", "/ns/{version}"): public(404),
    ("GET", "/ns/changelog"): public(),
    ("GET", "/ns/example"): public(),
    ("GET", "/context.jsonld"): public(),
    ("GET", "/shapes"): public(),
    ("GET", "/id/{scheme}"): public(303),
    ("GET", "/reconcile"): public(),
    ("POST", "/reconcile"): public(data={"queries": "{}"}),
    ("GET", "/reconcile/view/{identifier}"): public(303),
    # Not approved: for the public it is as if it were not there.
    ("GET", "/id/{kind}/{local:path}"): public(404),
    ("GET", "/doc/{kind}/{local:path}"): public(404),
    ("GET", "/why"): Row({"forged": 401, **_INSIDE}, others=404, outside=404, query="?annotation={iri}"),
    ("GET", "/sparql"): public(query="?query=ASK{{}}"),
    ("POST", "/sparql"): public(**_QUERY),
    # Coming in and going out.
    ("GET", "/auth/login"): public(),
    ("POST", "/auth/login"): public(401, data={"name": "nobody", "password": "wrong"}),
    ("POST", "/auth/logout"): public(303),
    ("GET", "/auth/password"): public(),
    ("POST", "/auth/password"): public(401, **_NOBODYS),
    ("GET", "/auth/provider"): public(404),
    ("GET", "/auth/callback"): public(404),
    ("GET", "/auth/provider/logout"): public(404),
    ("GET", "/me"): Row(_ALL),
    # What is not public.
    ("GET", "/audit/sparql"): Row({"auditor": 200, "other auditor": 200}, query=_SPARQL["GET"]),
    ("POST", "/audit/sparql"): Row({"auditor": 200, "other auditor": 200}, sent=_QUERY),
    ("GET", "/audit/log"): Row(_OVERSEERS),
    ("GET", "/audit/export"): Row(_OVERSEERS, query="?format=csv"),
    ("GET", "/audit/verify"): Row(_PROVERS),
    ("POST", "/audit/verify"): Row(dict.fromkeys(_PROVERS, 422)),
    ("GET", "/audit/checkpoint"): Row(_PROVERS),
    ("GET", "/partner/{partner}/sparql"): Row(_INSIDE, query=_SPARQL["GET"]),
    ("POST", "/partner/{partner}/sparql"): Row(_INSIDE, sent=_QUERY),
    ("GET", "/review/queue"): Row({"own archivist": 200, "other archivist": 200}),
    ("GET", "/review/{local}"): Row(_INSIDE | {"other archivist": 404, "other auditor": 404}),
    ("GET", "/review/{local}/crop"): Row({"own archivist": 200, "other archivist": 404}),
    ("POST", "/review/{local}:{verdict}"): Row(_DECIDE, sent={"json": {}}),
    ("POST", "/review/undo"): Row(_DECIDE, sent={"json": {"annotation": "{iri}"}}),
    ("POST", "/review/{local}"): Row(
        _DECIDE | {"own archivist": 303}, sent={"data": {"verdict": "approve", "token": "none", "version": "3"}}
    ),
    # What archivists do with many guesses; who is of another partner finds an empty desk.
    ("GET", "/review/desk"): Row(_ARCHIVISTS | {"nobody": 303}),
    # The one guess that there was is decided by now.
    ("GET", "/review/desk/card"): Row(dict.fromkeys(_ARCHIVISTS, 204)),
    ("POST", "/review/desk/{local}"): Row(
        _DECIDE | {"own archivist": 303},
        sent={"data": {"verdict": "withdraw", "reason": "so", "token": "none", "version": "4"}},
    ),
    ("POST", "/review/desk/{local}/find"): Row(_DECIDE, sent={"data": {"name": "Curie", "token": "none"}}),
    ("GET", "/review/search"): Row(_ARCHIVISTS | {"nobody": 303}),
    ("POST", "/review/search"): Row(_ARCHIVISTS, sent={"data": {"text": "somebody", "token": "none"}}),
    ("GET", "/review/item/{pid}"): Row(_OWN),
    ("GET", "/review/run/{run_id}"): Row(_OWN),
    ("GET", "/review/{local}/alike"): Row(_OWN),
    ("GET", "/review/{local}/person"): Row(_OWN),
    ("GET", "/review/{local}/photo/{number}"): Row(_OWN),
    ("GET", "/review/groups"): Row(_ARCHIVISTS),
    ("GET", "/review/claims"): Row(_ARCHIVISTS),
    ("POST", "/review/claims"): Row({"own archivist": 201, "other archivist": 409}, sent={"json": {"select": _PICKED}}),
    ("POST", "/review/{local}/claim"): Row(_NONE | {"own archivist": 303}, sent={"data": {"token": "none"}}),
    ("POST", "/review/{local}/release"): Row(_NONE, sent={"data": {"token": "none", "claim": "none"}}),
    ("DELETE", "/review/claims/{claim_id}"): Row(_NONE),
    ("POST", "/review/bulk"): Row(
        _ARCHIVISTS, sent={"json": {"verdict": "reject", "select": _PICKED, "dry_run": True}}
    ),
    ("GET", "/review/bulk/{bulk}"): Row(_NONE),
    ("POST", "/review/bulk/{bulk}:undo"): Row(_NONE),
    # Nothing was picked.
    ("POST", "/review/together"): Row(
        dict.fromkeys(_ARCHIVISTS, 422), sent={"data": {"verdict": "reject", "token": "none"}}
    ),
    ("GET", "/review/together/{bulk}"): Row(_NONE),
    ("POST", "/review/together/{bulk}/undo"): Row(_NONE, sent={"data": {"token": "none"}}),
    ("POST", "/review/samples"): Row(dict.fromkeys(_ARCHIVISTS, 409), sent={"json": {"band": _BAND}}),
    ("GET", "/review/samples/{sample}"): Row(_NONE),
    ("GET", "/review/agreement"): Row(_OVERSEERS),
    ("GET", "/review/policy"): Row(_OVERSEERS),
    ("POST", "/review/policy"): Row({"admin": 201, "other admin": 404}, sent={"json": _POLICY}),
    ("POST", "/ingest"): Row(_BRINGS | {"other admin": 207}, sent={"content": "{record}"}),
    ("PUT", "/ingest/sidecars/{name}"): Row(
        dict.fromkeys(("own pipeline", "other pipeline", "admin", "other admin"), 204), sent={"content": "made"}
    ),
    # What may be run, and who disappears. A write that does not say what was seen changes nothing.
    ("GET", "/processing"): Row(_OVERSEERS),
    ("GET", "/processing/{partner}"): Row(dict.fromkeys(_OVERSEERS, 404) | {"own archivist": 200} | _EVERYWHERE),
    ("POST", "/processing/{partner}"): Row(
        {"own archivist": 428, "other archivist": 404, "admin": 428, "other admin": 404}, sent={"json": _ALLOW}
    ),
    ("GET", "/refset/exempt"): Row(_PROVERS),
    ("POST", "/refset/exempt"): Row(
        {"auditor": 404}, sent={"json": {"person": "https://example.org/nobody", "reason": "so it was decided"}}
    ),
    ("GET", "/erase"): Row(_EVERYWHERE),
    ("GET", "/erase/{erasure}"): Row(dict.fromkeys(_EVERYWHERE, 404)),
    ("POST", "/erase"): Row({"admin": 200}, sent={"json": _ERASE | {"dry_run": True}}),
    ("POST", "/erase/plan"): Row(
        {"admin": 200, "auditor": 403}, sent={"data": {"known": "Nobody Known", "reason": "asked", "token": "none"}}
    ),
    ("POST", "/erase/carry-out"): Row(
        {"admin": 422},
        sent={"data": {"known": "Nobody Known", "reason": "asked", "token": "none", "digest": "none"}},
    ),
    # The auditor who asks here manages the reference set too.
    ("GET", "/refset"): Row({"auditor": 200, "nobody": 303}),
    ("POST", "/refset/persons"): Row({"auditor": 422}, sent={"data": {"token": "none"}}),
    ("POST", "/refset/exemptions"): Row({"auditor": 422}, sent={"data": {"token": "none", "person": "urn:none"}}),
    ("POST", "/refset/snapshots"): Row({"auditor": 200}, sent={"data": {"token": "none"}}),
    # Who may come in.
    ("GET", "/admin/users"): Row({"admin": 200, "other admin": 200}),
    ("POST", "/admin/users"): Row(
        {"admin": 201}, sent={"json": {"name": "Somebody new", "roles": ["archivist"], "partner": "{partner}"}}
    ),
    ("POST", "/admin/users/{user_id}"): Row(_MANAGED, sent={"json": {"active": True}}),
    ("POST", "/admin/users/{user_id}/invitation"): Row(_MANAGED | {"admin": 201}),
    ("POST", "/admin/users/{user_id}/sign-out"): Row(_MANAGED | {"admin": 204}),
    ("POST", "/admin/users/{user_id}/tokens"): Row(_MANAGED | {"admin": 201}, sent={"json": {"scopes": ["read"]}}),
    ("DELETE", "/admin/users/{user_id}/tokens/{token_id}"): Row(_MANAGED | {"admin": 204}),
}


def routes_of(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route; HEAD goes with GET, and OPTIONS tells nothing but the methods."""
    for route in routes:
        if inner := getattr(route, "original_router", None):
            yield from routes_of(inner.routes)
        elif isinstance(route, Mount):
            yield "GET", route.path
        else:
            methods = set(getattr(route, "methods", ())) - {"HEAD", "OPTIONS"}
            yield from ((method, getattr(route, "path", "")) for method in sorted(methods))
