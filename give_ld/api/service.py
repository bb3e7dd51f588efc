"""How an instance is served without a pause but one: while somebody is erased from it, nobody else has it open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from give_ld.api.app import create_app
from give_ld.api.guard import Guard
from give_ld.api.problems import problem
from give_ld.errors import Busy
from give_ld.home import Home, open_home
from give_ld.kb.base import KnowledgeBase
from give_ld.store.pool import QueryPool

PATIENCE = 30.0
"""Seconds that work on the closed instance waits for the requests that are under way."""
_Done = TypeVar("_Done")


class Service:
    """An application over an instance, which can be closed, worked on and opened again between two requests."""

    def __init__(self, home: Home, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._under_way = 0
        self._is_taken, self._is_open = False, True
        self._one_left = asyncio.Event()
        self._shut = Guard(_refuse, home.settings)
        self.app = self._over(home)

    @property
    def home(self) -> Home:
        """Return the instance that is open now."""
        home: Home = self.app.state.home
        return home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live as long as the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._is_taken or not self._is_open:
            await self._shut(scope, receive, send)
        else:
            self._under_way += 1
            try:
                await self.app(scope, receive, send)
            finally:
                self._under_way -= 1
                self._one_left.set()

    async def closed(self, check: Callable[[], None], work: Callable[[], _Done]) -> _Done:
        """Return what work on the closed instance comes to. The request that asks for it is the only one meanwhile.

        `check` looks at the open instance first, when nobody else does; where it fails nothing is closed.

        Raises:
            Busy: other requests do not end, or another one has the instance to itself.
        """
        if self._is_taken:
            raise Busy("somebody else has the instance to themselves; try again in a moment")
        self._is_taken = True
        try:
            await self._until_alone()
            return await run_in_threadpool(self._work, check, work)
        finally:
            self._is_taken = False

    async def _until_alone(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while self._under_way > 1:
                    self._one_left.clear()
                    await self._one_left.wait()
        except TimeoutError as error:
            raise Busy("other requests do not end; nothing was changed, try again later") from error

    def _work(self, check: Callable[[], None], work: Callable[[], _Done]) -> _Done:
        check()
        settings, clock = self.home.settings, self.home.journal.clock
        self._is_open = False
        try:
            self.app.state.close()
            return work()
        finally:
            # Where it does not open again nobody gets past the door: it could show what is to be gone.
            self.app = self._over(open_home(settings, clock))
            self._is_open = True

    def _over(self, home: Home) -> FastAPI:
        home.announce(f"http://{home.settings.host}:{home.settings.port}/")
        home.gate.check_approved(())  # read now, and not while the first person who decides waits for it
        pool = QueryPool(home.settings, partial(home.snapshots.recent, home.settings.sparql_lag_seconds))
        home.snapshots.before_reading(pool.prepare)
        app = create_app(home, pool, self._kb)
        app.state.service = self
        return app

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await run_in_threadpool(self.app.state.close)
        await send({"type": "lifespan.shutdown.complete"})


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    error = Busy("the service is closed for work on its data; try again in a moment")
    await problem(Request(scope), error)(scope, receive, send)
