"""The benches run, small, and say what they measured on which machine; how fast is for docs/benchmarks.md."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from typer.testing import CliRunner

from give_ld.bench.gate import bench_gate
from give_ld.bench.graph import made_graph
from give_ld.bench.made import GUESSES_A_FILE, made_files
from give_ld.bench.publish import bench_publish
from give_ld.bench.sparql import bench_sparql
from give_ld.bench.store import bench_store
from give_ld.cli import create_cli
from give_ld.errors import Conflict
from give_ld.model.record import parse_record
from give_ld.model.run import Run
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import PREMIS
from give_ld.store.opening import open_store


@pytest.mark.parametrize(
    ("arguments", "metrics"),
    [
        (["mapping", "--guesses", "60"], {"guesses", "quads_per_cpu_second", "json_to_quads_per_cpu_second"}),
        (
            ["gate", "--repeats", "1"],
            {
                "guesses",
                "batch_500_cpu_seconds",
                "batch_500_pyshacl_cpu_seconds",
                "single_ms",
                "single_pyshacl_ms",
            },
        ),
        (
            ["ingest", "--guesses", "60"],
            {
                "guesses",
                "annotations_per_second",
                "cpu_ms_per_annotation",
                "peak_rss_mb_at_10k",
                "peak_rss_mb",
                "gate_peak_rss_mb",
            },
        ),
        (
            ["decide", "--guesses", "30", "--pending", "200"],
            {
                *("guesses", "pending", "bulk_30_s", "bulk_30_graphs_s", "bulk_entries", "decision_ms", "queue_ms"),
                *("bulk_undo_30_s", "bulk_undo_30_graphs_s"),
                *("queue_likely_ms", "queue_doubtful_ms", "queue_useful_ms", "queue_newest_ms", "queue_oldest_ms"),
                *("queue_subject_ms", "groups_ms"),
            },
        ),
    ],
    ids=["mapping", "gate", "ingest", "decide"],
)
def test_a_bench_ends_with_its_numbers_its_machine_and_its_versions(arguments: list[str], metrics: set[str]) -> None:
    done = CliRunner().invoke(create_cli(), ["bench", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["name"] == arguments[0]
    assert set(result["metrics"]) == metrics
    assert all(value > 0 for value in result["metrics"].values())
    assert result["machine"]["cores"] > 0
    assert {"python", "pyoxigraph", "pyshacl"} <= set(result["versions"])


def test_the_bench_of_publishing_pushes_the_whole_and_then_what_was_decided(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "engine")
    metrics = bench_publish(engine, 3_000, 4).metrics
    assert metrics["first_quads_pushed"] == metrics["quads"]
    assert metrics["compared_quads_pushed"] == 0
    assert 0 < metrics["decided_quads_pushed"] < metrics["quads"] / 4
    with pytest.raises(Conflict, match="give one that holds none"):
        bench_publish(engine, 3_000, 4)
    engine.close()


def test_the_bench_of_stores_loads_and_asks_beside_oxigraph_alone_and_rdflib() -> None:
    metrics = bench_store(3_000).metrics
    assert metrics["quads"] == pytest.approx(3_000, rel=0.5)
    assert {"bulk_load_ratio", "public_bulk_load_ratio", "person_items_p50_ratio"} <= set(metrics)
    assert {"snapshot_p50_ms", "disk_bytes_per_quad", "bulk_load_peak_rss_mib"} <= set(metrics)
    assert any(name.startswith("rdflib_at_3000_quads_") for name in metrics)
    assert all(value > 0 for value in metrics.values())


def test_the_bench_of_the_service_asks_and_decides_over_http() -> None:
    metrics = bench_sparql(3_000, pending=60, decisions=4).metrics
    assert metrics["pending_guesses"] == 60
    assert metrics["private_quads"] > 3_000 < metrics["public_quads"]
    waits = (
        "person_items",
        "queue_json",
        "queue_html",
        "decision",
        "decision_to_public",
        "why_auditor",
        "audit_sparql",
    )
    assert {f"{name}_p50_ms" for name in waits} <= set(metrics)
    assert all(metrics[name] > 0 for name in metrics if name.endswith("_seconds"))
    assert sum("_select_" in name for name in metrics) == 4
    assert sum("_construct_" in name for name in metrics) == 6


def test_a_made_graph_is_the_same_each_time_and_has_a_file_of_its_own_for_each_number() -> None:
    graph = made_graph(Mint("https://made.example.org", b"a secret of thirty-two made bytes"), public=True)
    text = "".join(graph.blocks(6_000))
    assert text == "".join(graph.blocks(6_000))
    quads = list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS))
    mentioned = {(quad.subject, quad.object) for quad in quads if quad.predicate.value.endswith("/mentions")}
    items = {quad.subject for quad in quads if quad.object == pyoxigraph.NamedNode(f"{PREMIS}IntellectualEntity")}
    assert len(items) == 5
    assert {subject for subject, _ in mentioned} == items
    assert len({who for _, who in mentioned}) > 20


def test_the_bench_of_the_audit_finds_every_planted_error() -> None:
    done = CliRunner().invoke(create_cli(), ["bench", "audit", "--guesses", "100", "--json"])
    assert done.exit_code == 0, done.output
    metrics = json.loads(done.stdout.splitlines()[-1])["metrics"]
    assert metrics["found_errors"] == metrics["planted_errors"] == 20
    assert {"quads", "rules", "seconds", "cpu_seconds", "peak_rss_mib"} <= set(metrics)


def test_made_records_are_of_every_kind_and_valid() -> None:
    (file,) = made_files(GUESSES_A_FILE, "https://made.example.org/id/refset-person/0001", "v1")
    guesses = [record for record in file.records if not isinstance(record, Run)]
    assert Counter(guess.kind for guess in guesses) == {
        "transcript": 1,
        "entity-mention": 22,
        "face-match": 11,
        "face-unknown": 6,
        "speaker": 5,
        "tag": 5,
    }
    assert [parse_record(record.model_dump_json(by_alias=True).encode()) for record in file.records] == list(
        file.records
    )


def test_made_records_hold_strings_that_look_like_syntax() -> None:
    (file,) = made_files(GUESSES_A_FILE, "https://made.example.org/id/refset-person/0001", "v1")
    text = "\n".join(record.model_dump_json() for record in file.records)
    assert all(part in text for part in ("<urn:a>", "\\u0000", "\\\\u0041", "\u202e"))


def test_a_bench_of_the_gate_takes_batches_of_any_size() -> None:
    assert bench_gate(1, batch=60).metrics["batch_60_cpu_seconds"] > 0
