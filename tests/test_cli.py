"""The command line: what it prints, with which exit code, for people and for machines."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from give_ld import __version__
from give_ld.cli import create_cli
from give_ld.home import Home
from give_ld.model.run import Run
from tests.conftest import Bringing, People
from tests.factories import PARTNER, PID, a_face_match, a_mention_without_entity


@pytest.fixture
def run_cli(home: Home, people: People) -> Any:
    """Run a command on the instance, which is closed first: a command is the one writer."""

    def run(*arguments: str | Path) -> Result:
        home.close()
        environment = {"GIVE_LD_HOME": str(home.settings.home), "TERM": "dumb", "COLUMNS": "200"}
        return CliRunner().invoke(create_cli(), [str(each) for each in arguments], env=environment)

    return run


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


def test_help_lists_every_command_and_version_is_the_packages() -> None:
    listed = CliRunner().invoke(create_cli(), ["--help"]).output
    commands = {"demo", "ingest", "serve", "review", "refset", "user", "why", "audit", "rebuild", "dump", "kb"}
    for command in commands | {"backup", "restore", "publish"}:
        assert f" {command} " in listed
    assert CliRunner().invoke(create_cli(), ["--version"]).output == f"give-ld {__version__}\n"


def test_an_unknown_command_is_wrong_use(run_cli: Any) -> None:
    assert run_cli("bless").exit_code == 2


def test_users_and_partners_are_listed(run_cli: Any) -> None:
    assert f"Ann: archivist of {PARTNER}" in run_cli("user", "roles").output
    assert {user["name"] for user in answer(run_cli("user", "roles", "--json"))["users"]} >= {"Ann", "Bob", "Rita"}


def test_roles_change_and_who_left_acts_no_more(run_cli: Any) -> None:
    changed = answer(run_cli("user", "roles", "Ann", "--role", "auditor", "--json"))
    assert (changed["roles"], changed["partner"]) == (["auditor"], PARTNER)
    assert run_cli("user", "deactivate", "Ann").exit_code == 0
    assert f"Ann: auditor of {PARTNER} (deactivated)" in run_cli("user", "list").output
    refused = run_cli("user", "token", "Ann")
    assert (refused.exit_code, "deactivated" in refused.stderr) == (1, True)
    assert run_cli("user", "activate", "Ann").exit_code == 0
    assert run_cli("user", "token", "Ann").exit_code == 0
    assert answer(run_cli("rebuild", "--check", "--json"))["tables"]["missing"] == 0


def test_a_token_has_scopes_and_is_listed_and_revoked_by_name(run_cli: Any) -> None:
    made = answer(run_cli("user", "token", "Ann", "--scope", "read", "--scope", "review", "--days", "3", "--json"))
    (listed,) = answer(run_cli("user", "tokens", "Ann", "--json"))["tokens"]
    assert (listed["scopes"], listed["used"]) == (["read", "review"], "")
    assert made["token"] not in str(listed)
    assert run_cli("user", "revoke", "Ann", listed["id"]).exit_code == 0
    assert answer(run_cli("user", "tokens", "Ann", "--json"))["tokens"] == []
    assert run_cli("user", "revoke", "Ann", listed["id"]).exit_code == 1


def test_a_password_is_set_at_a_link_that_is_printed_or_asked_for(run_cli: Any, home: Home) -> None:
    link = answer(run_cli("user", "password", "Ann", "--json"))["link"]
    assert link.startswith(f"{home.settings.base}/auth/password?code=")
    environment = {"GIVE_LD_HOME": str(home.settings.home)}
    typed = "vier paarden op de kade\n" * 2
    done = CliRunner().invoke(create_cli(), ["user", "password", "Ann", "--ask"], input=typed, env=environment)
    assert done.exit_code == 0, done.output
    weak = CliRunner().invoke(
        create_cli(), ["user", "password", "Ann", "--ask"], input="short\nshort\n", env=environment
    )
    assert (weak.exit_code, "short" in weak.stderr) == (1, False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "roles", "Ann", "--role", "archivist", "--partner", "OR-0000000"),
        ("user", "roles", "Ann", "--role", "archivist", "--role", "pipeline"),
        ("user", "partner", "OR-1", "--name", "X"),
        ("user", "partner", "OR-abc1234", "--name", ""),
        ("user", "add", "New", "--role", "archivist"),
        ("user", "add", "New", "--role", "archivist", "--partner", "OR-0000000"),
        ("user", "add", "New", "--role", "pipeline", "--role", "archivist", "--partner", PARTNER),
        ("why", "one two"),
        ("review", "list"),
        ("ingest", __file__),
        ("ingest", __file__, "--format", "items", "--as", "Ann"),
    ],
)
def test_wrong_use_is_exit_code_2_and_a_sentence(run_cli: Any, arguments: tuple[str, ...]) -> None:
    result = run_cli(*arguments)
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "add", "Ann", "--role", "auditor"),
        ("user", "token", "Nobody"),
        ("refset", "snapshot", "--out", "/nowhere/refset.jsonl", "--as", "Rita"),
        ("review", "show", "https://x.example/a", "--as", "Ann"),
        ("review", "decide", "https://x.example/a", "approve", "--as", "Ann"),
        ("why", "https://x.example/a"),
        ("review", "list", "--url", "http://127.0.0.1:9", "--token", "x"),
    ],
)
def test_what_cannot_be_done_is_exit_code_1(run_cli: Any, arguments: tuple[str, ...]) -> None:
    result = run_cli(*arguments)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_from_records_to_a_told_decision(
    run_cli: Any, home: Home, bring: Bringing, run: Run, open_item: str, tmp_path: Path
) -> None:
    records = bring.write([run, a_face_match()])
    iri = home.mint.annotation(run, a_face_match())
    assert "proposed: 1 face-match" in run_cli("ingest", records, "--as", "pipeline").output
    assert "Marie Curie  p=0.940" in run_cli("review", "list", "--as", "Ann").output
    assert answer(run_cli("review", "decide", iri, "approve", "--as", "Ann", "--json"))["status"] == "approved"
    told = run_cli("why", iri).output
    assert "probability 0.94 by face-match-2026-02" in told
    assert "left out " in told
    assert "the person who decided" in told
    fact = (home.mint.item(PARTNER, PID), "https://schema.org/mentions", a_face_match().person)
    for asked in (fact, (" ".join(fact),), (" ".join(f"<{term}>" for term in fact) + " .",)):
        assert answer(run_cli("why", *asked, "--json"))["annotations"][0]["id"] == iri
    assert "Ann <" in run_cli("why", iri, "--as", "Ann").output
    assert "Ann <" not in run_cli("why", iri, "--as", "Bob").output
    assert "@prefix gld:" in run_cli("why", iri, "--format", "ttl").output
    assert json.loads(run_cli("why", iri, "--format", "jsonld").output)["annotations"][0]["id"] == iri
    assert "entries, all whole" in run_cli("audit", "verify").output
    assert "annotation.decided" in run_cli("audit", "log").output
    assert run_cli("rebuild", "--check").exit_code == 0
    dumped = answer(run_cli("dump", "--out", tmp_path / "dump", "--json"))
    assert iri in gzip.decompress(Path(dumped["nquads"]["data"]).read_bytes()).decode()
    assert json.loads(Path(dumped["checkpoint"]).read_text())["statement"]["seq"] > 0
    assert "Marie Curie: public-figure" in run_cli("refset", "list").output


def test_rebuild_mends_what_check_finds(run_cli: Any, home: Home, bring: Bringing, run: Run) -> None:
    bring(run, a_face_match())
    # Of what is not written anew each time that an instance is opened.
    lost = min(line for line in home.private.lines() if "/graph/vocabulary>" not in line)
    home.private.apply([lost], [])
    found = run_cli("rebuild", "--check")
    assert (found.exit_code, "1 quads missing" in found.output, lost in found.output) == (1, True, True)
    assert run_cli("rebuild").exit_code == 0
    assert run_cli("rebuild", "--check").exit_code == 0


def test_the_knowledge_base_says_where_it_comes_from(tmp_path: Path) -> None:
    made = CliRunner().invoke(create_cli(), ["kb", "build", "--out", str(tmp_path / "kb.sqlite")])
    assert made.exit_code == 0
    told = CliRunner().invoke(create_cli(), ["kb", "info", str(tmp_path / "kb.sqlite"), "--json"])
    assert answer(told)["licence"] == "CC0-1.0"


def test_an_instance_keeps_its_base(run_cli: Any, home: Home) -> None:
    home.close()
    environment = {"GIVE_LD_HOME": str(home.settings.home), "GIVE_LD_BASE": "https://elsewhere.example.org"}
    refused = CliRunner().invoke(create_cli(), ["user", "roles"], env=environment)
    assert refused.exit_code == 1
    assert home.settings.base in refused.stderr


def test_a_correction_is_told_and_taken_back(
    run_cli: Any, home: Home, bring: Bringing, run: Run, open_item: str
) -> None:
    nil = a_mention_without_entity(confidence=None, calibrator=None)
    bring(run, nil)
    iri = home.mint.annotation(run, nil)
    correct = ("review", "decide", iri, "correct", "--as", "Ann", "--entity", "Q1296", "--label", "Gent")
    done = answer(run_cli(*correct, "--type", "place", "--ground", "wrong-entity", "--reason", "Gent", "--json"))
    assert done["status"] == "rejected"
    told = run_cli("why", done["made"], "--as", "Ann").output
    assert f"in the place of {iri}" in told
    assert "(wrong entity): Gent" in told
    assert answer(run_cli("review", "undo", iri, "--as", "Ann", "--json"))["status"] == "proposed"
    assert run_cli("why", done["made"]).exit_code == 1


@pytest.mark.parametrize(
    ("said", "exit_code"),
    [
        (("--entity", "Ghent", "--label", "Gent"), 2),
        (("--fragment", "t=2,1"), 1),
        (("--fragment", "noon"), 1),
        ((), 1),
    ],
)
def test_a_correction_in_a_wrong_form_is_refused(
    run_cli: Any, home: Home, bring: Bringing, run: Run, said: tuple[str, ...], exit_code: int
) -> None:
    bring(run, a_face_match())
    result = run_cli("review", "decide", home.mint.annotation(run, a_face_match()), "correct", "--as", "Ann", *said)
    assert (result.exit_code, "Traceback" in result.output) == (exit_code, False)


def test_entries_that_were_cut_off_on_the_server_are_found_by_an_earlier_checkpoint(
    run_cli: Any, home: Home, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    signed = answer(run_cli("audit", "checkpoint", "--out", kept, "--json"))
    assert answer(run_cli("audit", "verify", "--against", kept, "--json"))["fault"] is None
    with sqlite3.connect(home.settings.home / "journal.sqlite") as db:
        db.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
        db.execute("DELETE FROM payload WHERE seq = (SELECT max(seq) FROM payload)")
    db.close()
    # Who can cut the journal can also take away the mark of the graphs.
    (home.settings.home / "projected.json").unlink()
    assert answer(run_cli("audit", "verify", "--json"))["fault"] is None
    found = run_cli("audit", "verify", "--against", kept)
    assert (found.exit_code, f"entry {signed['seq']} was there" in found.output) == (1, True)


def test_a_dump_does_not_take_the_place_of_what_attests_a_lost_entry(run_cli: Any, home: Home, tmp_path: Path) -> None:
    dumped = answer(run_cli("dump", "--out", tmp_path / "dump", "--json"))
    assert answer(run_cli("dump", "--out", tmp_path / "dump", "--json"))["checkpoint"] == dumped["checkpoint"]
    kept = Path(dumped["checkpoint"]).read_bytes()
    with sqlite3.connect(home.settings.home / "journal.sqlite") as db:
        db.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
        db.execute("DELETE FROM payload WHERE seq = (SELECT max(seq) FROM payload)")
    db.close()
    (home.settings.home / "projected.json").unlink()
    refused = run_cli("dump", "--out", tmp_path / "dump")
    assert (refused.exit_code, "and is gone or was replaced" in refused.output) == (1, True)
    assert Path(dumped["checkpoint"]).read_bytes() == kept


def test_a_backup_is_made_and_restored(run_cli: Any, tmp_path: Path) -> None:
    made = answer(run_cli("backup", "--out", tmp_path / "copy", "--json"))
    back = answer(run_cli("restore", tmp_path / "copy", "--nobody-erased", "--home", tmp_path / "back", "--json"))
    assert back["entries"] == made["seq"] > 0


def test_the_log_is_searched_and_exported_as_who_may_see_it(
    run_cli: Any, bring: Bringing, run: Run, open_item: str, tmp_path: Path
) -> None:
    assert bring(run, a_face_match()).refused == []
    (row,) = answer(run_cli("review", "list", "--as", "Ann", "--json"))["rows"]
    run_cli("review", "decide", row["iri"], "approve", "--as", "Ann", "--reason", "=her portrait")
    search = ("audit", "log", "--annotation", row["iri"], "--json")
    proposed, decided = answer(run_cli(*search))["entries"]
    assert (proposed["action"], decided["verdict"]) == ("annotation.proposed", "approve")
    assert (decided["name"], decided["reason"]) == (None, None)
    assert "=her portrait" in run_cli("audit", "log", "--person", "Ann", "--as", "Rita").output
    assert run_cli("audit", "log", "--as", "pipeline").exit_code == 1
    assert run_cli("audit", "log", "--action", "nothing").exit_code == 1
    out = tmp_path / "journal.csv"
    first = answer(run_cli("audit", "export", "--out", out, "--format", "csv", "--limit", "3", "--json"))
    assert first["next"] == 3
    rest = ("--after", "3", "--as", "Rita", "--json")
    assert answer(run_cli("audit", "export", "--out", out, "--format", "csv", *rest))["next"] is None
    assert "'=her portrait" in out.read_text()
