import csv
import io
import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyoxigraph
import pytest

from give_ld.config import Settings
from give_ld.errors import BadQuery, Busy, NotAcceptable, NotAllowed, NotUsable, TimedOut, TooLarge
from give_ld.store.answers import CSV
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.pool import QueryPool, QuerySpec
from give_ld.store.process import FIRST_PRIORITY, LOWEST_PRIORITY, WorkerProcess
from give_ld.store.snapshots import Snapshots

ALL = "SELECT ?s ?o { ?s ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BOMB = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a ?l"
Open = Callable[..., QueryPool]


def rows(pool: QueryPool, text: str, **spec: object) -> list[dict[str, str]]:
    answer = pool.ask(QuerySpec(text, **spec))  # type: ignore[arg-type]
    found = json.loads(answer.body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def truth(pool: QueryPool, text: str, **spec: object) -> bool:
    return bool(json.loads(pool.ask(QuerySpec(text, **spec)).body)["boolean"])  # type: ignore[arg-type]


def test_a_runaway_query_is_killed_at_the_limit_and_the_next_is_answered(open_pool: Open) -> None:
    pool = open_pool(sparql_seconds=1.0)
    with pytest.raises(TimedOut, match="longer than 1 s"):
        pool.ask(QuerySpec(RUNAWAY))
    assert truth(pool, "ASK { ?s ?p ?o }")


def test_a_query_that_needs_too_much_memory_dies_alone(open_pool: Open) -> None:
    pool = open_pool(sparql_seconds=60.0, sparql_memory_bytes=600 * 1024 * 1024)
    with pytest.raises(TooLarge, match="memory") as caught:
        pool.ask(QuerySpec(BOMB))
    assert caught.value.status == 413
    assert truth(pool, "ASK { ?s ?p ?o }")


def test_a_worker_with_a_high_descriptor_answers_what_it_is_asked(open_pool: Open) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2_048, most[1]), most[1]))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    try:
        pool = open_pool()
        assert pool._workers[0]._socket.fileno() > 1_024
        assert [rows(pool, f'SELECT ("{word}" AS ?it) {{}}')[0]["it"] for word in ("one", "two")] == ["one", "two"]
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, most)


def test_a_worker_that_was_killed_from_outside_is_replaced(open_pool: Open) -> None:
    pool = open_pool()
    process = pool._workers[0]._process
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert truth(pool, "ASK { ?s ?p ?o }")


def test_idle_workers_open_a_new_version_before_they_are_asked(open_pool: Open, snapshots: Snapshots) -> None:
    pool = open_pool(sparql_workers=2)
    processes = [worker._process for worker in pool._workers]
    old, new = snapshots.current(), snapshots.publish()
    pool.prepare(new)
    opened = [os.readlink(file) for each in processes for file in Path(f"/proc/{each.pid}/fd").iterdir()]
    assert sum(str(new) in path for path in opened) >= len(processes)
    assert not any(f"{old}/" in path for path in opened)
    assert truth(pool, "ASK { ?s ?p ?o }")
    assert [worker._process for worker in pool._workers] == processes


def test_a_pool_that_was_closed_starts_no_worker_again(open_pool: Open, snapshots: Snapshots) -> None:
    pool = open_pool(sparql_workers=2)
    pool.close()
    pool.prepare(snapshots.current())
    with pytest.raises(Busy, match="closing"):
        pool.ask(QuerySpec("ASK {}"))
    assert all(worker._process.poll() is not None for worker in pool._workers)


def test_a_query_that_takes_long_gives_way_and_its_worker_is_as_before_or_another(open_pool: Open) -> None:
    pool = open_pool(sparql_seconds=60.0)
    worker = pool._workers[0]

    def ask() -> None:
        with suppress(Busy):  # it is killed below
            pool.ask(QuerySpec(RUNAWAY))

    asking, until = threading.Thread(target=ask), time.monotonic() + 50
    asking.start()
    while os.sched_getscheduler(worker._process.pid) != os.SCHED_IDLE and time.monotonic() < until:
        time.sleep(0.005)
    assert os.sched_getscheduler(worker._process.pid) == os.SCHED_IDLE
    assert os.getpriority(os.PRIO_PROCESS, worker._process.pid) == LOWEST_PRIORITY
    worker._process.kill()
    asking.join()
    worker.make_ready()
    worker._give_way(worked=60.0)
    worker.make_ready()
    assert os.getpriority(os.PRIO_PROCESS, worker._process.pid) == FIRST_PRIORITY
    assert os.sched_getscheduler(worker._process.pid) == os.SCHED_OTHER


def test_a_decision_is_visible_to_the_next_query(
    open_pool: Open, snapshots: Snapshots, public_store: EmbeddedStore
) -> None:
    pool = open_pool()
    ask = "ASK { <http://ex.org/new> ?p ?o }"
    assert not truth(pool, ask)
    public_store.apply([], ['<http://ex.org/new> <http://ex.org/p> "x" <http://ex.org/g0> .'])
    snapshots.mark_dirty()
    assert truth(pool, ask)
    public_store.remove_subject("http://ex.org/g0", "http://ex.org/new")
    snapshots.mark_dirty()
    assert not truth(pool, ask)


def test_what_was_not_published_is_not_there(open_pool: Open, public_store: EmbeddedStore) -> None:
    pool = open_pool()
    assert truth(pool, "ASK { <http://ex.org/s1> ?p ?o }")
    public_store.apply([], ['<http://ex.org/secret> <http://ex.org/p> "x" <http://ex.org/g0> .'])
    assert not truth(pool, "ASK { GRAPH ?g { <http://ex.org/secret> ?p ?o } }")


@pytest.mark.parametrize("limit", [299, 300])
@pytest.mark.parametrize(
    "media_type",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
def test_an_answer_over_the_row_limit_is_refused_whole(open_pool: Open, media_type: str, limit: int) -> None:
    pool = open_pool(sparql_rows=limit)
    if limit == 300:
        assert pool.ask(QuerySpec(ALL, solutions=media_type)).media_type == media_type
        return
    with pytest.raises(TooLarge, match="299 rows"):
        pool.ask(QuerySpec(ALL, solutions=media_type))


def test_line_ends_in_values_are_not_counted_as_rows(open_pool: Open, public_store: EmbeddedStore) -> None:
    public_store.apply([], ['<http://ex.org/lines> <http://ex.org/p> "a\\nb\\r\\n\\"c\\n" <http://ex.org/g0> .'])
    pool = open_pool(sparql_rows=1)
    answer = pool.ask(QuerySpec("SELECT ?o { <http://ex.org/lines> ?p ?o }", solutions="text/csv"))
    assert list(csv.reader(io.StringIO(answer.body.decode(), newline="")))[1] == ['a\nb\r\n"c\n']


def test_too_many_triples_and_too_many_bytes_are_refused(open_pool: Open) -> None:
    with pytest.raises(TooLarge, match="10 triples"):
        open_pool(sparql_rows=10).ask(QuerySpec("CONSTRUCT WHERE { ?s ?p ?o }"))
    small = open_pool(sparql_answer_bytes=2_000)
    for text in ("CONSTRUCT WHERE { ?s ?p ?o }", ALL):
        with pytest.raises(TooLarge, match="2000 bytes"):
            small.ask(QuerySpec(text))
    assert truth(small, "ASK {}")


@pytest.mark.parametrize(
    "media_type",
    [
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
        "application/trig",
        "application/n-quads",
    ],
)
def test_a_graph_comes_in_every_format(open_pool: Open, media_type: str) -> None:
    answer = open_pool().ask(QuerySpec("DESCRIBE <http://ex.org/s1>", graph=media_type))
    rdf_format = pyoxigraph.RdfFormat.from_media_type(media_type)
    assert answer.media_type == media_type
    assert [quad.object.value for quad in pyoxigraph.parse(answer.body, rdf_format)] == ["1"]


def test_a_form_without_an_acceptable_type_is_refused(open_pool: Open) -> None:
    with pytest.raises(NotAcceptable, match="solutions"):
        open_pool().ask(QuerySpec(ALL, solutions=None))


def test_a_query_that_does_not_parse_says_where(open_pool: Open) -> None:
    with pytest.raises(BadQuery, match=r"error at 2:\d+"):
        open_pool().ask(QuerySpec("SELECT * {\n ?s ?p }"))


def test_service_and_updates_do_not_reach_a_worker(open_pool: Open) -> None:
    pool = open_pool()
    with pytest.raises(BadQuery, match="SERVICE"):
        pool.ask(QuerySpec("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"))
    with pytest.raises(NotAllowed):
        pool.ask(QuerySpec("CLEAR ALL"))


def test_a_long_query_is_refused(open_pool: Open) -> None:
    with pytest.raises(TooLarge, match="100 bytes"):
        open_pool(sparql_query_bytes=100).ask(QuerySpec("ASK {}" + " " * 100))


def test_the_default_graph_is_the_union_and_shows_a_fact_once(open_pool: Open, public_store: EmbeddedStore) -> None:
    fact = '<http://ex.org/s0> <http://ex.org/p> "0"'
    public_store.apply([], [f"{fact} <http://ex.org/g1> .", f"{fact} <http://ex.org/g2> ."])
    pool = open_pool()
    assert rows(pool, "SELECT ?o { <http://ex.org/s0> ?p ?o }") == [{"o": "0"}]
    assert len(rows(pool, "SELECT ?g { GRAPH ?g { <http://ex.org/s0> ?p ?o } }")) == 3


def test_the_dataset_of_the_protocol_beats_the_dataset_of_the_query(open_pool: Open) -> None:
    pool, g0 = open_pool(), "http://ex.org/g0"
    count = "(COUNT(*) AS ?n)"
    assert rows(pool, f"SELECT {count} FROM <{g0}> {{ ?s ?p ?o }}") == [{"n": "100"}]
    assert rows(pool, f"SELECT {count} FROM <{g0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == [{"n": "0"}]
    assert rows(pool, f"SELECT {count} FROM <http://no> {{ ?s ?p ?o }}", default_graphs=(g0,)) == [{"n": "100"}]
    assert rows(pool, f"SELECT {count} {{ GRAPH ?g {{ ?s ?p ?o }} }}", default_graphs=(g0,)) == [{"n": "0"}]
    assert rows(pool, f"SELECT {count} {{ ?s ?p ?o }}", named_graphs=(g0,)) == [{"n": "0"}]
    with pytest.raises(BadQuery):
        pool.ask(QuerySpec("ASK {}", default_graphs=("no iri",)))


def test_a_question_about_everything_sees_each_named_graph_and_all_together_whatever_it_says(open_pool: Open) -> None:
    pool, each = open_pool(), "SELECT DISTINCT ?s FROM <http://no> FROM NAMED <http://no>"
    for text in (f"{each} {{ ?s ?p ?o }}", f"{each} {{ GRAPH ?g {{ ?s ?p ?o }} }}"):
        answer = pool.ask(QuerySpec(text, solutions=CSV).everywhere())
        assert answer.body.count(b"http://ex.org/s") == 300
    one = QuerySpec("SELECT ?s { ?s ?p ?o }", solutions=CSV, default_graphs=("http://ex.org/g0",))
    assert pool.ask(one.everywhere()).body.count(b"http://ex.org/s") == 100


def test_when_workers_and_queue_are_full_the_next_is_told_to_come_back(open_pool: Open) -> None:
    pool = open_pool(sparql_seconds=3.0, sparql_queue=1)
    begun, ends = threading.Barrier(3), []

    def ask() -> None:
        begun.wait()
        try:
            pool.ask(QuerySpec(RUNAWAY))
        except (TimedOut, Busy) as error:
            ends.append(type(error))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait()
    while pool._room._value > 0:
        threading.Event().wait(0.01)
    with pytest.raises(Busy, match="try again") as caught:
        pool.ask(QuerySpec("ASK {}"))
    for thread in threads:
        thread.join()
    assert caught.value.status == 503
    assert len(ends) == 2
    assert truth(pool, "ASK {}")


def test_an_answer_that_nobody_took_does_not_go_to_the_next_asker(
    open_pool: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = open_pool()
    worker = pool._workers[0]
    assert truth(pool, "ASK {}")

    receive, calls = worker._receive, iter([True])

    def fail_once(deadline: float) -> object:
        if next(calls, False):
            raise RuntimeError("nobody foresaw this")
        return receive(deadline)

    monkeypatch.setattr(worker, "_receive", fail_once)
    with pytest.raises(RuntimeError):
        pool.ask(QuerySpec("ASK { ?s ?p ?o }"))
    assert not truth(pool, "ASK { <http://ex.org/nobody> ?p ?o }")


def test_two_runaways_do_not_keep_short_queries_waiting(open_pool: Open) -> None:
    pool = open_pool(sparql_workers=2, sparql_queue=20, sparql_seconds=3.0, sparql_fast_seconds=0.2)
    ends: list[str] = []

    def run_away() -> None:
        try:
            pool.ask(QuerySpec(RUNAWAY))
        except (TimedOut, Busy) as error:
            ends.append(error.rule)

    threads = [threading.Thread(target=run_away) for _ in range(2)]
    for thread in threads:
        thread.start()
    served = 0
    while any(thread.is_alive() for thread in threads):
        assert truth(pool, "ASK { ?s ?p ?o }")
        served += 1
    assert sorted(ends) == ["lane", "timed-out"]
    assert served > 10
    assert truth(pool, "ASK { ?s ?p ?o }")


def test_many_threads_get_their_own_answers(open_pool: Open) -> None:
    pool = open_pool(sparql_workers=2, sparql_queue=20)
    found: dict[int, list[dict[str, str]]] = {}

    def ask(number: int) -> None:
        found[number] = rows(pool, f"SELECT ?o {{ <http://ex.org/s{number}> ?p ?o }}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [{"o": str(number)}] for number in range(20)}


def test_a_worker_has_a_network_of_its_own_and_no_secrets(open_pool: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIVE_LD_SIDECAR_KEY", "secret")
    worker = open_pool()._workers[0]
    place = Path(f"/proc/{worker._process.pid}")
    assert b"GIVE_LD" not in (place / "environ").read_bytes()
    assert re.search(r"NoNewPrivs:\s+1", (place / "status").read_text())
    assert re.search(r"Seccomp:\s+2", (place / "status").read_text())
    limits = (place / "limits").read_text()
    assert re.search(r"Max file size\s+16777216\s", limits)
    assert re.search(r"Max open files\s+1024\s", limits)
    if os.readlink(place / "ns/net") == os.readlink("/proc/self/ns/net"):
        pytest.skip("this machine does not let a process cut its network")
    assert [line.split(":")[0].strip() for line in (place / "net/dev").read_text().splitlines()[2:]] == ["lo"]


def test_a_process_that_may_not_cut_its_network_gets_no_socket() -> None:
    code = """
import socket
from give_ld.store.isolation import limit_process
from give_ld.store.seccomp import forbid_sockets
limit_process(2**31, 64, 0)
print(forbid_sockets())
ours, theirs = socket.socketpair()
ours.send(b"what is open stays open")
print(theirs.recv(64).decode())
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try:
        socket.socket(family)
        print("allowed")
    except PermissionError:
        print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True", "what is open stays open", *["refused"] * 4]


def test_an_ordinary_user_cuts_the_network_too() -> None:
    code = """
import os
from pathlib import Path
from give_ld.store.isolation import cut_network
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(cut_network(), [line.split(":")[0].strip() for line in Path("/proc/self/net/dev").read_text().splitlines()[2:]])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if done.stdout.startswith("False"):
        pytest.skip("this machine does not let an ordinary user cut its network")
    assert done.stdout.strip() == "True ['lo']"


def test_a_worker_with_a_network_is_refused_unless_the_settings_accept_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    worker = WorkerProcess(Settings(), tmp_path, threading.Lock())
    monkeypatch.setattr(worker, "_receive", lambda deadline: ({"network_cut": False, "files_hidden": True}, b""))
    with pytest.raises(NotUsable, match="GIVE_LD_SPARQL_ACCEPT_NETWORK"):
        worker.greet()
    accepting = WorkerProcess(Settings(sparql_accept_network=True), tmp_path, threading.Lock())
    monkeypatch.setattr(accepting, "_receive", lambda deadline: ({"network_cut": False, "files_hidden": True}, b""))
    accepting.greet()
    accepting.kill()


def test_a_worker_reads_the_snapshots_and_no_other_file_of_the_instance(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "public").write_text("public")
    (tmp_path / "journal.sqlite").write_text("secret")
    code = f"""
import os
from give_ld.store.isolation import hide_files
hidden = hide_files([{str(tmp_path / "snapshots")!r}])
print(hidden, open({str(tmp_path / "snapshots" / "public")!r}).read())
for attempt in (
    lambda: open({str(tmp_path / "journal.sqlite")!r}),
    lambda: open({str(tmp_path / "snapshots" / "public")!r}, "w"),
    lambda: os.listdir({str(tmp_path)!r}),
    lambda: os.mkdir({str(tmp_path / "snapshots" / "new")!r}),
):
    try:
        attempt()
        print("allowed")
    except PermissionError:
        print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, *rest = done.stdout.splitlines()
    if first.startswith("False"):
        pytest.skip("this kernel has no Landlock")
    assert (first, rest) == ("True public", ["refused"] * 4)
