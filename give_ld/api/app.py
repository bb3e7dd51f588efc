"""Which application is served: every route over one open instance, or SPARQL and pages over a dump."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import lru_cache, partial

from fastapi import FastAPI, Request
from starlette.staticfiles import StaticFiles

from give_ld import __version__
from give_ld.access.provider import Provider
from give_ld.access.signin import SignIn
from give_ld.api import problems
from give_ld.api.access import asker
from give_ld.api.guard import Guard
from give_ld.api.pages import STATIC
from give_ld.api.routes import (
    admin,
    allowed,
    bulk,
    claims,
    desk,
    erase,
    erasure_desk,
    find,
    ingest,
    login,
    oversight,
    overview,
    provider,
    queue,
    refset,
    review,
    start,
    together,
)
from give_ld.api.routes.audit import audit_routes
from give_ld.api.routes.reconcile import reconcile_routes
from give_ld.api.routes.resources import Journalled, resource_routes
from give_ld.api.routes.restricted import restricted_routes
from give_ld.api.routes.sparql import sparql_routes
from give_ld.api.routes.void import void_routes
from give_ld.api.routes.why import why_routes
from give_ld.config import Settings
from give_ld.home import Home
from give_ld.journal.lookups import admissions, last_change_of_persons
from give_ld.kb.base import KnowledgeBase
from give_ld.rdf.webvtt import webvtt
from give_ld.reconcile.service import NameIndex
from give_ld.review.publication import is_gone, published_transcript
from give_ld.review.why.inside import PrivateGraphs
from give_ld.store.pool import OnDemand, QueryPool
from give_ld.trail.proof import Prover


def create_app(home: Home, pool: QueryPool, kb: KnowledgeBase) -> FastAPI:
    """Return the whole service over an open instance; it closes pool and instance when it ends.

    `Service` serves it so that an instance can be worked on meanwhile.
    """

    @lru_cache(maxsize=1)
    def names_at(_: int) -> NameIndex:
        with home.journal.reading() as db:
            return NameIndex(kb, [(each.iri, each.person) for each in admissions(db)])

    def names() -> NameIndex:
        with home.journal.reading() as db:
            last = last_change_of_persons(db)
        return names_at(last)

    @contextmanager
    def insider(request: Request) -> Iterator[PrivateGraphs | None]:
        user = asker(home, request)
        if user is None:
            yield None
            return
        with home.journal.reading() as db:
            yield PrivateGraphs(home.private, db, home.mint, user)

    # Few ask the private graphs: the workers for them start with the first question.
    recent = partial(home.private_snapshots.recent, home.settings.sparql_lag_seconds)
    private_pool = OnDemand(lambda: QueryPool(home.settings, recent))

    prover = Prover(home)

    def close() -> None:
        pool.close()
        private_pool.close()
        prover.close()
        home.close()

    journalled = _journalled(home)
    app = _app(home.settings, pool, journalled, close)
    app.include_router(why_routes(pool, home.settings, journalled.is_gone, insider))
    app.state.home, app.state.close = home, close
    app.state.names = names
    app.state.doors = SignIn(home)
    app.state.provider = Provider(home.settings, home.mint.secret) if home.settings.oidc_issuer else None
    # What has a name of its own under /review stands before the route that takes any name.
    pages = (claims.router, desk.router, find.router, together.router, overview.router)
    named = (queue.router, bulk.router, oversight.router, *pages)
    others = (start.router, ingest.router, login.router, admin.router, provider.router, refset.router, allowed.router)
    # Routes are tried in their order: what is asked most often stands first.
    for routes in (*named, review.router, *others, erasure_desk.router, erase.router):
        app.include_router(routes)
    app.include_router(reconcile_routes(names, home.settings))
    app.include_router(restricted_routes(private_pool))
    app.include_router(audit_routes(prover))
    return app


def _journalled(home: Home) -> Journalled:
    def gone(iri: str) -> bool:
        with home.journal.reading() as db:
            return is_gone(db, home.mint, iri)

    def captions(iri: str) -> str | None:
        with home.journal.reading() as db:
            transcript = published_transcript(db, home.mint, iri)
        return webvtt(transcript) if transcript else None

    return Journalled(gone, captions)


def create_dump_app(settings: Settings, pool: QueryPool) -> FastAPI:
    """Return SPARQL and pages over one snapshot, read-only; it closes the pool when it ends."""
    app = _app(settings, pool, Journalled(), pool.close)
    app.include_router(why_routes(pool, settings, lambda _: False, lambda _: nullcontext()))
    return app


def _app(settings: Settings, pool: QueryPool, journalled: Journalled, close: Callable[[], None]) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        close()

    # The interactive API pages would load scripts from another host.
    app = FastAPI(title="give-ld", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_middleware(Guard, settings=settings)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(sparql_routes(pool, settings))
    app.include_router(void_routes(pool, settings))
    app.include_router(resource_routes(pool, settings, journalled))
    return app
