"""The audit of both graphs: what is right has no findings, and each rule finds what it is for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from give_ld.audit import Audit, Audited, Checked
from give_ld.cli import create_cli
from give_ld.home import Home
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rdf.namespaces import DCT, EBUCORE, PROV, RDF, SCHEMA
from give_ld.rdf.terms import iri, quad, typed
from give_ld.review.decide import Decision
from give_ld.store.queries import query, query_names
from tests.conftest import Bringing, People
from tests.factories import (
    BASE,
    PARTNER,
    PID,
    a_face_match,
    a_mention,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    an_unknown_face,
)

GLD = f"{BASE}/ns#"
RULES = [name.removeprefix("audit-") for name in query_names() if name.startswith("audit-")]
LONG_AGO = typed("2001-01-01T00:00:00Z", "http://www.w3.org/2001/XMLSchema#dateTime")


@pytest.fixture
def audited(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> Audited:
    """An instance with a guess of every kind; what may be public is approved and public."""
    uncalibrated: dict[str, Any] = {"confidence": None, "calibrator": None}
    public = [
        a_face_match(),
        *(make(**uncalibrated) for make in (a_transcript, a_mention, a_tag, a_tag_without_concept)),
    ]
    private = [a_mention(text="Gand", **uncalibrated), an_unknown_face(**uncalibrated), a_speaker_segment()]
    assert bring(run, *public, *private).refused == []
    for guess in public:
        home.decide(people.ann, Decision(home.mint.annotation(run, guess), Verdict.APPROVE, "seen"))
    return Audited.of(home)


def broken(audited: Audited) -> dict[tuple[str, str], Checked]:
    return {(each.store, each.rule): each for each in Audit(audited) if each.count}


def errors(audited: Audited) -> set[tuple[str, str]]:
    return {key for key, each in broken(audited).items() if each.findings[0].violation.refuses}


def some(audited: Audited, store: str, kind: str) -> str:
    rows = audited.store(store).query_everything(f"SELECT ?node WHERE {{ ?node a <{kind}> }} ORDER BY ?node LIMIT 1")
    return str(next(iter(rows))["node"].value)


def plant(audited: Audited, rule: str, match: str) -> tuple[str, str]:
    """Break a rule; return the store in which it is found, and the node that is found."""
    item, user = f"{BASE}/id/item/{PARTNER}/{PID}", f"<{BASE}/id/user/somebody>"
    proposed = some(audited, "private", f"{GLD}UnknownFace")
    private, public = f"<{BASE}/graph/annotation/{PARTNER}>", f"<{BASE}/graph/public/{PARTNER}>"
    anywhere = some(audited, "public", "http://www.w3.org/ns/prov#Activity")
    store, node, added, removed = {
        "run-of-a-file": ("private", match, [], f"<{PROV}wasGeneratedBy>"),
        "decided-by-somebody": ("private", match, [], f"<{GLD}validatedIn>"),
        "stale": ("private", proposed, [(f"<{PROV}generatedAtTime>", LONG_AGO)], ""),
        "public-is-approved": ("public", proposed, [(f"<{RDF}type>", f"<{EBUCORE}Annotation>")], ""),
        "fact-has-support": ("public", item, [(f"<{SCHEMA}mentions>", "<urn:unsaid>")], ""),
        "public-licence": ("public", item, [], f"<{SCHEMA}license>"),
        "public-names-nobody": ("public", anywhere, [(f"<{PROV}wasAssociatedWith>", user)], ""),
        "public-classes": ("public", "urn:something", [(f"<{DCT}title>", '"a secret"')], ""),
        "public-is-described": ("public", anywhere, [(f"<{PROV}used>", f"<{BASE}/id/fingerprint/1>")], ""),
    }[rule]
    graph = private if store == "private" else public
    lines = [line for line in audited.store(store).lines() if removed and line.startswith(f"<{node}> {removed} ")]
    assert bool(lines) is bool(removed)
    audited.store(store).apply(lines, [quad(iri(node), predicate, value, graph) for predicate, value in added])
    return store, match if rule == "public-licence" else node


def test_what_came_in_and_was_decided_as_it_should_has_no_findings(audited: Audited) -> None:
    assert errors(audited) == set()


def test_what_a_mention_and_a_tag_both_name_is_no_finding(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    uncalibrated: dict[str, Any] = {"confidence": None, "calibrator": None}
    ghent = "http://www.wikidata.org/entity/Q1296"
    guesses = (a_mention(**uncalibrated), a_tag(concept=ghent, label="Gent", **uncalibrated))
    assert bring(run, *guesses).refused == []
    for guess in guesses:
        home.decide(people.ann, Decision(home.mint.annotation(run, guess), Verdict.APPROVE))
    assert errors(Audited.of(home)) == set()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_between_the_stores_finds_what_breaks_it(audited: Audited, home: Home, run: Run, rule: str) -> None:
    store, node = plant(audited, rule, home.mint.annotation(run, a_face_match()))
    found = broken(audited)[store, rule]
    assert node in {finding.violation.focus for finding in found.findings}
    assert set(found.findings[0].violation.messages) == {"en", "nl", "fr"}


def test_a_shape_that_is_broken_in_a_store_is_found_with_the_item(audited: Audited, home: Home, run: Run) -> None:
    node = home.mint.annotation(run, a_face_match())
    graph = f"<{BASE}/graph/annotation/{PARTNER}>"
    home.private.apply((), [quad(iri(node), f"<{GLD}status>", f"<{BASE}/id/status/superseded>", graph)])
    (finding,) = broken(audited)["private", "AnnotationStatus"].findings
    assert finding.violation.focus == node
    assert finding.item == home.mint.item(PARTNER, PID)


def test_a_reason_in_the_public_store_is_found(audited: Audited, home: Home, run: Run) -> None:
    node = home.mint.annotation(run, a_face_match())
    line = quad(
        iri(node), "<http://www.w3.org/2000/01/rdf-schema#comment>", '"seen"', f"<{BASE}/graph/public/{PARTNER}>"
    )
    home.public.apply((), [line])
    assert ("public", "PublicWithoutPrivate") in errors(audited)


def test_all_findings_are_counted_and_the_first_are_kept(audited: Audited, home: Home) -> None:
    fact = f"<{BASE}/id/item/{PARTNER}/{PID}> <{SCHEMA}mentions>"
    home.public.apply((), [f"{fact} <urn:unsaid:{n}> <{BASE}/graph/public/{PARTNER}> ." for n in range(7)])
    (found,) = [each for each in Audit(audited, most=3) if each.rule == "fact-has-support"]
    assert (found.count, len(found.findings)) == (7, 3)


@pytest.mark.parametrize("name", [*(f"audit-{rule}" for rule in RULES), "known-approved"])
def test_a_rule_between_the_stores_says_where_it_is_asked_and_asks_quickly(name: str) -> None:
    text = query(name)
    assert "\n# store: p" in text
    # Oxigraph is quadratic in FILTER NOT EXISTS over more than one pattern.
    assert all(part.split("}")[0].count("?") <= 3 for part in text.split("NOT EXISTS")[1:])


def audit_graph(home: Home, *arguments: str) -> Any:
    home.close()
    environment = {"GIVE_LD_HOME": str(home.settings.home), "TERM": "dumb", "COLUMNS": "200"}
    return CliRunner().invoke(create_cli(), ["audit", "graph", *arguments], env=environment)


def test_the_command_ends_well_where_nothing_is_wrong(audited: Audited, home: Home) -> None:
    done = audit_graph(home, "--json")
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["errors"] == 0
    assert result["rules"] > 200


def test_the_command_lists_what_is_wrong_in_the_language_asked_for(audited: Audited, home: Home, run: Run) -> None:
    node = home.mint.annotation(run, a_face_match())
    plant(audited, "decided-by-somebody", node)
    told = audit_graph(home, "--lang", "nl")
    assert told.exit_code == 1
    assert f"error: {node}, item {home.mint.item(PARTNER, PID)}: elke annotatie waarover beslist is" in told.output
    (row,) = [
        row
        for row in json.loads(audit_graph(home, "--json").stdout.splitlines()[-1])["findings"]
        if row["node"] == node
    ]
    assert row["rule"] == "decided-by-somebody"
    assert row["value"] == f"{BASE}/id/status/approved"
