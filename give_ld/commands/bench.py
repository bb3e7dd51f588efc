"""Commands that measure the service on made records; the last line is one JSON object with machine and versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from give_ld.bench.audit import bench_audit
from give_ld.bench.decide import bench_decide
from give_ld.bench.gate import bench_gate
from give_ld.bench.ingest import bench_ingest
from give_ld.bench.kills import Kills, bench_kills
from give_ld.bench.mapping import bench_mapping
from give_ld.bench.publish import bench_publish
from give_ld.bench.soak import Load, bench_soak
from give_ld.bench.sparql import bench_sparql
from give_ld.bench.store import bench_store
from give_ld.commands.options import JsonOption, finish
from give_ld.commands.publish import SECONDS
from give_ld.store.remote import Endpoints, RemoteStore

bench = typer.Typer(no_args_is_help=True, help="Measure the service on made records.")
Quads = Annotated[int, typer.Option("--quads", min=1_000, help="About how many quads a made graph has.")]
Guesses = Annotated[int, typer.Option("--guesses", "--count", min=1, help="How many guesses are made.")]


@bench.command("mapping")
def mapping(guesses: Guesses = 10_000, as_json: JsonOption = False) -> None:
    """Measure how many quads a CPU second the mapping makes."""
    finish(asdict(bench_mapping(guesses)), as_json=as_json)


@bench.command("gate")
def gate(
    repeats: Annotated[int, typer.Option(min=1, help="How often each is measured; the median counts.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Measure how much CPU time the SHACL gate takes."""
    finish(asdict(bench_gate(repeats)), as_json=as_json)


@bench.command("ingest")
def ingest(guesses: Guesses = 10_000, as_json: JsonOption = False) -> None:
    """Measure how many guesses a second an instance takes in, journal synced."""
    finish(asdict(bench_ingest(guesses)), as_json=as_json)


@bench.command("audit")
def audit(guesses: Guesses = 10_000, as_json: JsonOption = False) -> None:
    """Measure how long the audit of both graphs takes, and whether it finds every planted error."""
    finish(asdict(bench_audit(guesses)), as_json=as_json)


@bench.command("store")
def store(quads: Quads = 100_000, as_json: JsonOption = False) -> None:
    """Measure loading and asking a store, beside Oxigraph alone and, in the small, beside rdflib."""
    finish(asdict(bench_store(quads)), as_json=as_json)


@bench.command("sparql")
def sparql(
    quads: Quads = 100_000,
    pending: Annotated[int, typer.Option(min=0, help="How many guesses wait in the queue.")] = 1_000,
    decisions: Annotated[int, typer.Option(min=4, help="How many of them are decided.")] = 300,
    as_json: JsonOption = False,
) -> None:
    """Measure how long people wait for a running service, over HTTP."""
    finish(asdict(bench_sparql(quads, pending, decisions)), as_json=as_json)


@bench.command("publish")
def publish(
    to: Annotated[str, typer.Option(help="Address of an Oxigraph server that holds nothing yet.")],
    quads: Quads = 100_000,
    decisions: Annotated[int, typer.Option(min=1, help="How many guesses are approved between two pushes.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Measure pushing the public graph to an engine elsewhere: the whole, and what a few decisions changed."""
    address = to.rstrip("/")
    endpoints = Endpoints(f"{address}/query", f"{address}/update", f"{address}/store", seconds=SECONDS)
    store = RemoteStore(endpoints)
    try:
        finish(asdict(bench_publish(store, quads, decisions)), as_json=as_json)
    finally:
        store.close()


@bench.command("decide")
def decide(
    guesses: Guesses = 10_000,
    pending: Annotated[
        int, typer.Option(min=1, help="How many guesses wait in the queue that is looked at.")
    ] = 100_000,
    as_json: JsonOption = False,
) -> None:
    """Measure a bulk decision, single decisions, and pages of a long queue."""
    finish(asdict(bench_decide(guesses, pending)), as_json=as_json)


@bench.command("kills")
def kills(
    rounds: Annotated[int, typer.Option(min=1, help="How many writers are killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Says at which moments; the same seed, the same moments.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Kill writers at random moments, and compare what they acknowledged with what is kept."""

    def show(found: Kills) -> None:
        if not as_json:
            typer.echo(f"round {found.rounds}: {found.acknowledged} acknowledged, {found.lost} lost", err=True)

    finish(asdict(bench_kills(rounds, seed, show)), as_json=as_json)


@bench.command("soak")
def soak(
    seconds: Annotated[float, typer.Option(min=1, help="How long requests are offered.")] = 300.0,
    rate: Annotated[float, typer.Option(min=1, help="Requests a second, of all clients together.")] = 64.0,
    clients: Annotated[int, typer.Option(min=1, max=250, help="How many clients ask; each has its own address.")] = 64,
    files: Annotated[int, typer.Option(min=2, help="How many made files, of 50 guesses each.")] = 40,
    as_json: JsonOption = False,
) -> None:
    """Offer a real service more than it can do, and check every answer."""
    finish(asdict(bench_soak(Load(seconds, rate, clients, files), seed=1)), as_json=as_json)
