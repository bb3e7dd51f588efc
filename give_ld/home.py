"""What an instance keeps on disk, opened together: one process at a time writes, and it holds the lock."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from give_ld.biometrics.vault import Vault
from give_ld.config import Settings
from give_ld.errors import Conflict, Damaged, NotFound, NotUsable
from give_ld.journal.journal import Clock, Journal, Writing, open_journal, utc_now
from give_ld.journal.ledger import check_ledger, ledger_path
from give_ld.journal.lookups import find_user
from give_ld.model.event import Payload
from give_ld.model.user import User
from give_ld.rdf.iris import Mint
from give_ld.review.anew import forget_graphs
from give_ld.review.decide import Bench, Decision, Ruling, judge
from give_ld.review.following import Ahead, Following
from give_ld.review.projection import Graphs, Projection
from give_ld.store.embedded import EmbeddedStore, open_store
from give_ld.store.snapshots import Snapshots

if TYPE_CHECKING:
    from give_ld.rdf.shacl import Gate
    from give_ld.rdf.violation import Violation
    from give_ld.review.gate_process import GateProcess


@dataclass
class Home:
    """An open instance. Write through `writing`: it is exclusive, and both graphs follow before it returns."""

    settings: Settings
    journal: Journal
    private: EmbeddedStore
    public: EmbeddedStore
    snapshots: Snapshots
    private_snapshots: Snapshots
    vault: Vault
    mint: Mint
    projection: Projection
    _lock_file: IO[str]
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _following: Following = field(default_factory=Following)
    _second_gate: GateProcess | None = None

    @cached_property
    def gate(self) -> Gate:
        """Return the shapes, read when they are first needed: most commands check nothing."""
        from give_ld.rdf.shacl import Gate  # half a second, most of it rdflib

        return Gate(self.settings.base)

    def expect_batches(self) -> GateProcess:
        """Start a second process for the gate, if there is none: many batches are to come."""
        from give_ld.review.gate_process import GateProcess

        if self._second_gate is None or self._second_gate.pid is None:
            self._second_gate = GateProcess(self.settings.base)
        return self._second_gate

    def check_batch(self, lines: Collection[str], context: Collection[str]) -> list[Violation]:
        """Return what `gate.check` does, from the second process where there is one."""
        found = self._second_gate.check(lines, context) if self._second_gate else None
        return self.gate.check(lines, context) if found is None else found

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Yield a transaction of the journal; when it has committed, both graphs are brought to its state."""
        with self._lock:
            self._following.settle()
            with self._journalled() as writing:
                yield writing
            self._follow(writing.appended)

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
        self.projection.check_journal()
        with self.journal.writing() as writing:
            yield writing
            self.projection.rehearse(writing.appended)

    def _follow(self, events: list[tuple[int, Payload]], mapped: list[str] | None = None) -> None:
        try:
            self.projection.apply(events, mapped)
        finally:
            if events:
                self.snapshots.mark_dirty()
                self.private_snapshots.mark_dirty()

    def user(self, name: str) -> User:
        """Return the user with this name.

        Raises:
            NotUsable: no name is given.
            NotFound: there is none.
        """
        if not name:
            raise NotUsable("say who acts: --as USER (or go through a server: --url and --token)")
        with self.journal.reading() as db:
            user = find_user(db, name)
        if user is None:
            raise NotFound(f"there is no user '{name}'; see: give-ld user roles")
        return user

    def decide(self, user: User, decision: Decision) -> Ruling:
        """Record a person's decision and let both graphs follow; see `judge` for what may be wrong with it."""
        bench = Bench(self.settings, self.gate, self.mint)
        with self.writing() as writing:
            ruling = judge(writing.db, bench, user, decision, self.journal.clock())
            writing.append_all(((event, user.partner or "") for event in ruling.events), user.id)
        return ruling

    def announce(self, url: str) -> None:
        """Say in the lock file where this process serves, so that others can tell people."""
        _write_lock(self._lock_file, url)

    def close(self) -> None:
        """Close everything and let go of the lock; twice is the same as once."""
        if self._lock_file.closed:
            return
        self._following.settle()
        self.projection.flush()
        self.let_go()

    def let_go(self) -> None:
        """Close everything as it is, without a word about how far the graphs got."""
        self._following.close()
        if self._second_gate is not None:
            self._second_gate.close()
        self.private.close()
        self.public.close()
        self.journal.close()
        self._lock_file.close()


def open_home(settings: Settings, clock: Clock = utc_now, *, erasures_follow: bool = False) -> Home:
    """Open the instance under `settings.home`, made where it is missing, and catch up after a crash or an erasure.

    `erasures_follow` says that what the ledger of erasures holds is about to be done again.

    Raises:
        Conflict: another process has it open; or it was made under another base; or it lacks an erasure that was made.
        Damaged: the journal or a store does not open.
    """
    directory = settings.home
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock_file = _take_lock(directory / "lock")
    try:
        return _open(settings, clock, lock_file, check=not erasures_follow)
    except BaseException:
        lock_file.close()
        raise


def _open(settings: Settings, clock: Clock, lock_file: IO[str], *, check: bool) -> Home:
    directory = settings.home
    settings, secret = _instance(directory / "instance.json", settings)
    mint = Mint(settings.base, secret)
    journal = open_journal(directory / "journal.sqlite", clock)
    if check:
        check_ledger(ledger_path(directory), secret, journal)
    forget_graphs(directory, journal)
    private = open_store(directory / "private")
    public = open_store(directory / "public", union=True)
    projection = Projection(Graphs(private, public, mint, settings), journal, directory / "projected.json")
    home = Home(
        settings=settings,
        journal=journal,
        private=private,
        public=public,
        snapshots=Snapshots(public, directory / "snapshots"),
        private_snapshots=Snapshots(private, directory / "private-snapshots"),
        vault=Vault(directory / "biometrics.sqlite"),
        mint=mint,
        projection=projection,
        _lock_file=lock_file,
    )
    try:
        projection.start()
    except BaseException:
        home.let_go()
        raise
    return home


def _take_lock(path: Path) -> IO[str]:
    lock_file = path.open("a+")
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock_file.seek(0)
        holder = lock_file.read().strip() or "another process"
        lock_file.close()
        message = (
            f"{path.parent} is in use by {holder}; stop it, or give the command --url and a token to go through it"
        )
        raise Conflict(message, rule="one-writer") from error
    _write_lock(lock_file, "")
    return lock_file


def _write_lock(lock_file: IO[str], url: str) -> None:
    lock_file.truncate(0)
    lock_file.write(f"process {os.getpid()}{' serving ' + url if url else ''}")
    lock_file.flush()


def _instance(path: Path, settings: Settings) -> tuple[Settings, bytes]:
    """Return the settings under the base that this home was made under, and the secret that keys its IRIs.

    With another base or another secret every IRI would change, so both are kept with the home.
    """
    if not path.exists():
        temporary = path.with_suffix(".new")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"base": settings.base, "secret": secrets.token_hex(32)}, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    try:
        content = json.loads(path.read_text())
        base, secret = str(content["base"]), bytes.fromhex(content["secret"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{path} does not hold base and secret; restore it from a backup") from error
    if "base" in settings.model_fields_set and settings.base != base:
        message = f"this home mints IRIs under {base}, the settings say {settings.base}; set GIVE_LD_BASE={base}"
        raise Conflict(message, rule="base")
    return settings.model_copy(update={"base": base}), secret
