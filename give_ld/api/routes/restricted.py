"""Who may ask what is not public: SPARQL over the private graphs, each asker limited to the graphs of the role."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from give_ld.api.access import OpenHome, known_asker
from give_ld.api.routes.sparql import answer_query
from give_ld.errors import NotAllowed
from give_ld.home import Home
from give_ld.model.decision import Role
from give_ld.model.user import Scope, User
from give_ld.store.pool import Answer, OnDemand, QuerySpec

_OF_A_PARTNER = ("metadata", "annotation", "run", "validation")
_SHARED = ("refset", "agent", "vocabulary")
_METHODS = ["GET", "HEAD", "POST"]


def restricted_routes(pool: OnDemand) -> APIRouter:
    """Return /audit/sparql and /partner/{id}/sparql over what a pool of the private graphs answers."""
    router = APIRouter(tags=["sparql"])

    @router.api_route("/audit/sparql", methods=_METHODS, summary="Ask all private graphs, as an auditor")
    async def audit(home: OpenHome, request: Request) -> Response:
        user = known_asker(home, request, Role.AUDITOR, scope=Scope.READ)
        return await _answer(home, request, pool, graphs_of(home, user.partner) if user.partner else None)

    @router.api_route("/partner/{partner}/sparql", methods=_METHODS, summary="Ask the private graphs of a partner")
    async def partner(home: OpenHome, request: Request, partner: str) -> Response:
        user = known_asker(home, request, Role.ARCHIVIST, Role.AUDITOR, scope=Scope.READ)
        _check_partner(user, partner)
        return await _answer(home, request, pool, graphs_of(home, partner))

    return router


def graphs_of(home: Home, partner: str) -> list[str]:
    """Return the IRIs of the private graphs that an archivist or an auditor of a partner may read."""
    names = home.mint.names
    return [*(names.graph(concern, partner) for concern in _OF_A_PARTNER), *(names.graph(each) for each in _SHARED)]


def _check_partner(user: User, partner: str) -> None:
    # The same answer for a partner that is unknown and for one that is another's.
    if not (user.has_role_for(Role.AUDITOR, partner) or user.has_role_for(Role.ARCHIVIST, partner)):
        raise NotAllowed(f"you may not read the graphs of {partner}; an archivist of it or an auditor may")


async def _answer(home: Home, request: Request, pool: OnDemand, graphs: list[str] | None) -> Response:
    def ask(spec: QuerySpec) -> Answer:
        return pool.ask(spec.everywhere() if graphs is None else spec.within(graphs))

    response = await answer_query(request, ask, home.settings)
    response.headers["Cache-Control"] = "private, no-store"
    return response
