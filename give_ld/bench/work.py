"""Which requests the soak offers: simple questions, pages and decisions with known answers, and runaways."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from dataclasses import dataclass, replace

import httpx

from give_ld.bench.asking import Asking, Check, Order, Seen
from give_ld.bench.instance import Filled
from give_ld.model.status import Status, Verdict

SIMPLE = ("fact", "items", "ask")
# A join of everything with everything: no engine ends it in time.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# So soon the public sees what was decided, or the answer is wrong.
PUBLIC_SECONDS = 2.0
# Of so many requests so many are of each kind.
_MIX = {"fact": 45, "items": 15, "ask": 20, "page": 15, "decision": 5}
_JSON = {"Accept": "application/sparql-results+json"}
_MENTIONS = "<https://schema.org/mentions>"
# Clients with numbers from here on ask once and are not seen again.
_STRANGERS = 1_000


@dataclass
class _Open:
    """A guess that the soak decides again and again, and whether it is approved now."""

    iri: str
    approved: bool = False

    @property
    def local(self) -> str:
        return self.iri.rpartition("/")[2]


class Work:
    """Requests to one service over made guesses. Half of the items are left alone: their facts stay as they were."""

    def __init__(self, asking: Asking, filled: Filled, chance: random.Random) -> None:
        self._asking, self._filled, self._chance = asking, filled, chance
        self._items = sorted({guess.item for guess in filled.guesses})
        self._settled = self._items[: max(1, len(self._items) // 2)]
        self._facts: dict[str, set[str]] = {item: set() for item in self._settled}
        for guess in filled.guesses:
            if guess.approved and guess.means and guess.item in self._facts:
                self._facts[guess.item].add(guess.means)
        others = (guess for guess in filled.guesses if guess.item not in self._facts)
        self._open = deque(_Open(guess.iri) for guess in others if not guess.approved)
        self._strangers = _STRANGERS

    def kind(self) -> str:
        """Return of which kind the next request is, by chance."""
        return self._chance.choices(list(_MIX), list(_MIX.values()))[0]

    async def do(self, order: Order) -> list[Seen]:
        """Send a request of a kind and return what came of it; a decision is followed until the public can see it."""
        match order.kind:
            case "decision" if self._open:
                return await self._decide(order)
            # All that may be decided is being decided: a service far behind is asked something else.
            case "decision" | "page":
                return [await self._page(replace(order, kind="page"))]
            case "items":
                query = f"SELECT DISTINCT ?it {{ ?it {_MENTIONS} <{self._filled.person}> }}"
                return [await self._query(order, query, lambda answer: self._are_items(_its(answer)))]
            case "ask":
                item, present = self._chance.choice(self._settled), self._chance.random() < 0.5
                whom = self._filled.person if present else f"{self._filled.person}0"
                return [await self._ask(order, f"<{item}> {_MENTIONS} <{whom}>", present)]
        item = self._chance.choice(self._settled)
        query = f"SELECT ?it {{ <{item}> {_MENTIONS} ?it }}"
        return [await self._query(order, query, lambda answer: _its(answer) == self._facts[item])]

    async def run_away(self) -> Seen:
        """Ask what no service can answer in time, as a client that never asked before."""
        self._strangers += 1
        order = Order(self._strangers, "runaway", time.monotonic())
        return await self._query(order, RUNAWAY, lambda _: False)

    def _are_items(self, found: set[str]) -> bool:
        return found >= set(self._settled) and found <= set(self._items)

    async def _query(self, order: Order, query: str, check: Check) -> Seen:
        return await self._asking.ask(order, check, "GET", "/sparql", params={"query": query}, headers=_JSON)

    async def _ask(self, order: Order, triple: str, expected: bool) -> Seen:
        return await self._query(order, f"ASK {{ {triple} }}", lambda answer: answer.json()["boolean"] is expected)

    async def _page(self, order: Order) -> Seen:
        item = self._chance.choice(self._settled)
        path, title = item.partition("/id/")[2], f"Bestand {int(item[-6:])}"
        headers = {"Accept": "text/html"}
        return await self._asking.ask(order, lambda page: title in page.text, "GET", f"/doc/{path}", headers=headers)

    async def _decide(self, order: Order) -> list[Seen]:
        guess = self._open.popleft()
        verdict, status = (Verdict.APPROVE, Status.APPROVED)
        if guess.approved:
            verdict, status = (Verdict.WITHDRAW, Status.WITHDRAWN)
        decided = await self._asking.ask(
            order,
            lambda answer: answer.json()["status"] == status,
            "POST",
            f"/review/{guess.local}:{verdict}",
            json={"reason": "seen again"},
            headers={"Authorization": f"Bearer {self._filled.archivist}"},
        )
        if decided.is_right:
            guess.approved = not guess.approved
        since_then = Order(order.client, "public", time.monotonic())
        seen = await self._ask(since_then, f"<{guess.iri}> ?p ?o", guess.approved)
        while not seen.is_right and time.monotonic() < since_then.due + PUBLIC_SECONDS:
            await asyncio.sleep(0.1)
            seen = await self._ask(since_then, f"<{guess.iri}> ?p ?o", guess.approved)
        self._open.append(guess)
        return [decided, seen]


def _its(answer: httpx.Response) -> set[str]:
    return {row["it"]["value"] for row in answer.json()["results"]["bindings"]}
