"""What an instance keeps on disk, opened together: one process at a time writes, and it holds the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import IO, TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection

from give_ld.biometrics.vault import Vault
from give_ld.config import Settings
from give_ld.damage import check_journal, remove_damaged
from give_ld.errors import NotAllowed, NotFound, NotUsable
from give_ld.instance import LOCK, check_room, read_instance, remove_unfinished, take_lock
from give_ld.journal.checkpoint import public_key
from give_ld.journal.journal import Clock, Journal, Writing, open_journal, utc_now
from give_ld.journal.ledger import check_ledger, ledger_path
from give_ld.journal.lookups import find_user
from give_ld.model.event import Payload
from give_ld.model.user import User
from give_ld.rdf.iris import Mint
from give_ld.review.anew import forget_graphs
from give_ld.review.decide import Bench, Decision, Ruling, judge
from give_ld.review.following import Ahead, Following
from give_ld.review.graphs import Graphs
from give_ld.review.many import Many, ManyAsk, weigh
from give_ld.review.projection import Projection
from give_ld.review.rejections import settle_rejections
from give_ld.review.unmany import take_back
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from give_ld.store.snapshots import Snapshots

if TYPE_CHECKING:
    from give_ld.rdf.shacl import Gate
    from give_ld.rdf.violation import Violation
    from give_ld.review.gate_process import GateProcess


MARK = "projected.json"


@dataclass
class Home:
    """An open instance. Write through `writing`: it is exclusive, and what it wrote is kept when it returns."""

    settings: Settings
    journal: Journal
    _private: EmbeddedStore
    _public: EmbeddedStore
    snapshots: Snapshots
    private_snapshots: Snapshots
    vault: Vault
    mint: Mint
    projection: Projection
    _following: Following
    _lock_file: IO[str]
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _second_gate: GateProcess | None = None

    @property
    def private(self) -> EmbeddedStore:
        """Return the store of the private graphs, when it holds all that was written so far."""
        self._following.settle()
        return self._private

    @property
    def public(self) -> EmbeddedStore:
        """Return the store of the public graphs, when it holds all that was written so far."""
        self._following.settle()
        return self._public

    @cached_property
    def gate(self) -> Gate:
        """Return the shapes, read when they are first needed: most commands check nothing."""
        from give_ld.rdf.shacl import Gate  # half a second, most of it rdflib

        return Gate(self.settings.base)

    @property
    def bench(self) -> Bench:
        """Return what decisions are judged by."""
        return Bench(self.settings, self.gate, self.mint, self.public)

    def expect_batches(self) -> GateProcess:
        """Start a second process for the gate, if there is none: many batches are to come."""
        from give_ld.review.gate_process import GateProcess

        with self._lock:
            if self._second_gate is None or self._second_gate.pid is None:
                self._second_gate = GateProcess(self.settings.base)
            return self._second_gate

    def check_batch(self, lines: Collection[str], context: Collection[str]) -> list[Violation]:
        """Return what `gate.check` does, from the second process where there is one."""
        found = self._second_gate.check(lines, context) if self._second_gate else None
        return self.gate.check(lines, context) if found is None else found

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[Writing]:
        """Yield a transaction of the journal; when it has committed, both graphs are brought to its state.

        Unless it should `wait`, that goes on after it has returned; who asks for a store or writes next waits for it.

        Raises:
            NoSpace: the disk is nearly full, and nothing was kept; or it is full.
        """
        with self._lock:
            self._following.settle()
            with self._journalled() as writing:
                yield writing
            if wait:
                self._following.now(partial(self._follow, writing.appended))
            elif writing.appended:
                self._following.begin_alone(partial(self._follow, writing.appended))
                self.snapshots.mark_dirty()
                self.private_snapshots.mark_dirty()

    @contextmanager
    def writing_ahead(self, ahead: Ahead) -> Iterator[Writing]:
        """Yield a transaction for runs and proposals; the graphs follow after it has returned, see `Ahead.wait`.

        At most one such batch is under way, and every other writer waits for it first.
        """
        with self._lock:
            with self._journalled() as writing:
                yield writing
            if writing.appended:
                change = partial(self._follow, writing.appended, ahead.lines)
                ahead.follow(self._following.begin(change))

    @contextmanager
    def _journalled(self) -> Iterator[Writing]:
        check_room(self.settings)
        with self.journal.writing() as writing:
            self.projection.check_journal(writing.head)
            yield writing
            self.projection.rehearse(writing.appended)

    def _follow(self, events: list[tuple[int, Payload]], mapped: list[str] | None = None) -> None:
        if events and events[-1][0] <= self.projection.reached().seq:
            return  # a later change brought the graphs there
        changed = bool(events)
        try:
            changed = self.projection.apply(events, mapped)
        finally:
            if changed:
                self.snapshots.mark_dirty()
            if events:
                self.private_snapshots.mark_dirty()

    def user(self, name: str) -> User:
        """Return the user with this name.

        Raises:
            NotUsable: no name is given.
            NotFound: there is none.
            NotAllowed: the user left.
        """
        if not name:
            raise NotUsable("say who acts: --as USER (or go through a server: --url and --token)")
        with self.journal.reading() as db:
            user = find_user(db, name)
        if user is None:
            raise NotFound(f"there is no user '{name}'; see: give-ld user list")
        if not user.active:
            raise NotAllowed(f"the user '{name}' was deactivated; see: give-ld user list")
        return user

    def decide(self, user: User, decision: Decision, *, wait: bool = True) -> Ruling:
        """Record a person's decision and let both graphs follow; see `judge` for what may be wrong with it.

        Whether to `wait` for the graphs is as in `writing`.
        """
        bench = self.bench
        with self.writing(wait=wait) as writing:
            ruling = judge(writing.db, bench, user, decision, self.journal.clock())
            writing.append_all(((event, user.partner or "") for event in ruling.events), user.id)
            settle_rejections(writing, ruling.events)
        return ruling

    def decide_many(self, user: User, ask: ManyAsk, *, wait: bool = True) -> Many:
        """Record one decision about many guesses, each as an event, in one transaction; see `weigh` and `writing`."""
        return self._together(user, lambda db, bench, at: weigh(db, bench, user, ask, at), wait=wait)

    def undo_many(self, user: User, bulk: UUID, *, wait: bool = True) -> Many:
        """Take back a decision about many guesses; see `take_back`, and of `wait` see `writing`."""
        return self._together(user, lambda db, bench, at: take_back(db, bench, user, bulk, at), bulk, wait=wait)

    def _together(
        self,
        user: User,
        judge_all: Callable[[Connection, Bench, datetime], Many],
        undoes: UUID | None = None,
        *,
        wait: bool,
    ) -> Many:
        bench = self.bench
        with self.writing(wait=wait) as writing:
            at = self.journal.clock()
            many = judge_all(writing.db, bench, at)
            if many.events:
                record = many.record(user, at).model_copy(update={"undoes": undoes})
                events = [event for made in many.events.values() for event in made]
                writing.append_all(((event, record.partner) for event in (record, *events)), user.id)
                settle_rejections(writing, events)
        return many

    def announce(self, url: str) -> None:
        """Say in the lock file where this process serves, so that others can tell people."""
        self._lock_file.write(f" serving {url}")
        self._lock_file.flush()

    def close(self) -> None:
        """Close everything and let go of the lock; twice is the same as once."""
        if self._lock_file.closed:
            return
        self._following.settle()
        try:
            self.projection.flush()
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Close everything as it is, without a word about how far the graphs got."""
        with ExitStack() as closing:
            # From the last to the first, each even if another cannot be written out.
            closing.callback(self._lock_file.close)
            closing.callback(self.journal.close)
            closing.callback(self._public.close)
            closing.callback(self._private.close)
            if self._second_gate is not None:
                closing.callback(self._second_gate.close)
            closing.callback(self._following.close)


def open_home(settings: Settings, clock: Clock = utc_now, *, mend: bool = False, erasures_follow: bool = False) -> Home:
    """Open the instance under `settings.home`, made where it is missing, and catch up after a crash or an erasure.

    `erasures_follow` says that what the ledger of erasures holds is about to be done again.

    With `mend`, a damaged graph is made again from the journal; a damaged journal never is, by anything.

    Raises:
        Conflict: another process has it open; or it was made under another base, or the journal by another instance;
            or it lacks an erasure that was made.
        Damaged: the journal or a store does not open.
        NotUsable, Unreachable: the database that the settings name cannot hold the journal, or does not answer.
    """
    directory = settings.home
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock_file = take_lock(directory / LOCK)
    try:
        remove_unfinished(directory)
        if mend:
            check_journal(settings, clock)
            remove_damaged(directory, MARK)
        return _open(settings, clock, lock_file, check=not erasures_follow)
    except BaseException:
        lock_file.close()
        raise


def _open(settings: Settings, clock: Clock, lock_file: IO[str], *, check: bool) -> Home:
    directory = settings.home
    settings, secret = read_instance(directory / "instance.json", settings)
    mint = Mint(settings.base, secret)
    journal = open_journal(settings.journal, clock, public_key(secret))
    if check:
        check_ledger(ledger_path(directory), secret, journal)
    forget_graphs(directory, journal)
    private = open_store(directory / "private")
    public = open_store(directory / "public", union=True)
    projection = Projection(Graphs(private, public, mint, settings), journal, directory / MARK)
    following = Following()
    home = Home(
        settings=settings,
        journal=journal,
        _private=private,
        _public=public,
        snapshots=Snapshots(public, directory / "snapshots", settle=following.settle, note=projection.note),
        private_snapshots=Snapshots(private, directory / "private-snapshots", settle=following.settle),
        vault=Vault(directory / "biometrics.sqlite"),
        mint=mint,
        projection=projection,
        _following=following,
        _lock_file=lock_file,
    )
    try:
        projection.start()
    except BaseException:
        home.let_go()
        raise
    return home
