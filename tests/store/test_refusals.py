import pyoxigraph
import pytest

from give_ld.errors import BadQuery, NotAllowed
from give_ld.store.refusals import refuse

IRI = "<http://127.0.0.1:1/>"
PREFIXES = f"PREFIX : {IRI} PREFIX x: {IRI} "
BEFORE = ["", "'", '"', "#", "<", ">", "\\'", "'''", "<a'", "<2#>", "1", "x:", "?x", "@en", "\r", "|"]
CALL = f"SERVICE {IRI} {{ ?s ?p ?o }}"


@pytest.mark.parametrize(
    "pattern",
    [
        CALL,
        f"service SILENT {IRI} {{ ?s ?p ?o }}",
        f"SeRvIcE{IRI}{{ ?s ?p ?o }}",
        f"SERVICE#comment\n{IRI} {{ ?s ?p ?o }}",
        f"SERVICE #'\n {IRI} {{ }} #'",
        f'?s ?p "a\\"b" . {CALL}',
        f"?s ?p '''a'b''' . {CALL}",
        f"?s ?p ?o FILTER EXISTS {{ {CALL} }}",
        "{ SELECT * { ?s ?p ?where . SERVICE ?where { ?a ?b ?c } } }",
        "?s ?p ?v. SERVICE?v { ?s ?p ?o }",
        "SERVICE x:sparql { ?s ?p ?o }",
        "SERVICE:foo { ?s ?p ?o }",
        "SERVICEx:foo { ?s ?p ?o }",
        f"?s ?p 1.{CALL}",
        f"?s ?p 1{CALL}",
        f"?s ?p 1e5{CALL}",
        "?s ?p 1.SERVICEx:foo { ?s ?p ?o }",
        f"?s ?p 'a'{CALL}",
        f"?s<http://p>?o.{CALL}",
        f"FILTER(1<2) {CALL} FILTER(2>1)",
        f"?s ?p ?o # c\r{CALL} \n",
        f"<http://x/\\u0041'> ?p ?o . {CALL} . <http://x/'> ?p ?o",
        f"FILTER(1<2&&'x>'='x>') {CALL} #'\n",
        f"FILTER(1<2#>'''\n) {CALL} #'''\n",
        f"?s x:\u3001\\' ?o . {CALL} . ?s x:\\' ?o",
    ],
)
def test_service_is_refused_in_every_disguise(pattern: str) -> None:
    text = f"{PREFIXES} SELECT * {{ {pattern} }}"
    with pytest.raises(BadQuery, match="SERVICE is refused"):
        refuse(text)


@pytest.mark.parametrize("text", [f"LOAD {IRI}", f"load silent {IRI} into graph <http://ex.org/g>", f"# x\nLoad{IRI}"])
def test_load_is_an_update_like_the_others(text: str) -> None:
    with pytest.raises(NotAllowed):
        refuse(text)


def test_an_update_that_calls_another_host_is_an_update() -> None:
    with pytest.raises(NotAllowed):
        refuse(f"INSERT {{ ?s ?p ?o }} WHERE {{ {CALL} }}")


def test_load_elsewhere_is_refused_too() -> None:
    with pytest.raises(BadQuery, match="LOAD is refused"):
        refuse(f"SELECT * {{ ?s ?p ?o }} ; LOAD {IRI}")


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("after", ["", "'", '"', "#'", "'''", ">", "\n'"])
@pytest.mark.parametrize("filter_text", ["", "FILTER(1<2&&'>'='>')", "FILTER(1<2#>\n)", "FILTER('''>'''>'<')"])
def test_whatever_the_engine_would_call_is_refused(filter_text: str, before: str, after: str) -> None:
    text = f"{PREFIXES} SELECT * {{ ?s ?p 1 . {filter_text} {before}{CALL} {after}\n }}"
    if _would_call(text):
        with pytest.raises(BadQuery):
            refuse(text)


def _would_call(text: str) -> bool:
    store = pyoxigraph.Store()
    one = pyoxigraph.Literal("1", datatype=pyoxigraph.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    store.add(pyoxigraph.Quad(pyoxigraph.NamedNode("http://x/s"), pyoxigraph.NamedNode("http://x/p"), one))
    try:
        list(store.query(text))  # type: ignore[arg-type]
    except SyntaxError:
        return False
    except OSError:
        return True
    return False


def test_the_check_above_knows_a_call_when_it_sees_one() -> None:
    assert _would_call(f"SELECT * {{ {CALL} }}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service ?load ?o }",
        "SELECT * { $SERVICE ?p ?o }",
        'SELECT * { ?s ?p "SERVICE <http://x>" }',
        "SELECT * { ?s ?p '''a ' SERVICE ' b''' }",
        'SELECT * { ?s ?p """ "SERVICE" """@en }',
        "SELECT * { ?s ?p 'SERVICE'@service }",
        "PREFIX ex: <http://ex.org/> SELECT * { ?s ex:service ?o ; ex:load ?x }",
        "PREFIX ex: <http://ex.org/> SELECT * { ex:service.x ex:a-load ex:\\'SERVICE }",
        "SELECT * { ?s <http://ex.org/SERVICE> ?o } # SERVICE <http://x>",
        "SELECT * { ?s ?p ?o FILTER(?o<3&&?o>1) ?s <http://ex.org/it's#service> 'x' }",
        "SELECT * { ?s ?p ?o } ORDER BY ?load",
        "SELECT * { ?s ?p <it's> , <#part> }",
        "PREFIX insert: <http://ex.org/> ASK { ?s insert:x 'DELETE' }",
        "BASE <http://ex.org/> PREFIX a: <b> ASK {}",
    ],
)
def test_the_words_are_fine_where_they_are_no_keywords(text: str) -> None:
    refuse(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "# hello\nPREFIX ex: <http://ex.org/> delete where { ?s ?p ?o }",
        "CLEAR ALL",
        "drop graph <http://ex.org/g>",
        "WITH <http://ex.org/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_an_update_is_not_allowed(text: str) -> None:
    with pytest.raises(NotAllowed, match="reads only"):
        refuse(text)
