"""The command that serves an instance, or a dump, over HTTP."""

from __future__ import annotations

import gc
import logging
import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Never

import typer
import uvicorn
from starlette.types import ASGIApp

from give_ld.api.app import create_dump_app
from give_ld.api.service import Service
from give_ld.commands.options import HomeOption
from give_ld.config import Settings, load_settings
from give_ld.home import open_home
from give_ld.kb.base import open_kb
from give_ld.store.opening import open_store
from give_ld.store.pool import QueryPool
from give_ld.store.snapshots import Snapshots

# Longer than clients and proxies keep a connection: who closes first must not be the one who is about to be asked.
KEEP_ALIVE_SECONDS = 75


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (GIVE_LD_HOST).", show_default=False)] = None,
    port: Annotated[int | None, typer.Option(help="Port (GIVE_LD_PORT).", show_default=False)] = None,
    dump: Annotated[Path | None, typer.Option(help="Serve this N-Quads file read-only instead.", exists=True)] = None,
    home: HomeOption = None,
) -> None:
    """Serve SPARQL, pages, review and reconciliation. Ends at Ctrl-C."""
    settings = load_settings(home=home, host=host, port=port)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if dump is not None:
        with TemporaryDirectory(prefix="give-ld-dump-") as scratch:
            _serve_dump(settings, dump, Path(scratch))
        return
    _run(Service(open_home(settings), open_kb(None)), settings)


def _serve_dump(settings: Settings, dump: Path, scratch: Path) -> None:
    store = open_store(scratch / "public", union=True)
    store.load(dump)
    snapshots = Snapshots(store, scratch / "snapshots")
    _run(create_dump_app(settings, QueryPool(settings, snapshots.current)), settings)
    store.close()


def _run(app: ASGIApp, settings: Settings) -> None:
    gc.collect()
    # What was read so far stays: to look through it again for garbage would hold up a request by 80 ms now and then.
    gc.freeze()
    # uvicorn ends in good order, then sends itself the signal again: without this nothing behind it would be tidied up.
    signal.signal(signal.SIGTERM, _end)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
    )


def _end(_signal: int, _frame: object) -> Never:
    raise SystemExit(0)
