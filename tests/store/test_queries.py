import pyoxigraph
import pytest

from give_ld.store.queries import example_queries, query, query_names


@pytest.mark.parametrize("name", query_names())
def test_every_query_parses_and_says_what_it_asks(name: str) -> None:
    text = query(name)
    pyoxigraph.Store().query(text, base_iri="http://ex.org/thing")
    assert text.startswith("# ")


def test_the_examples_are_twenty_for_three_kinds_of_user_in_three_languages() -> None:
    examples = example_queries()
    assert len(examples) == 20
    assert {each.who for each in examples} == {"search", "harvest", "audit"}
    assert {each.endpoint for each in examples} == {"public", "audit", "partner"}
    for lang in ("en", "nl", "fr"):
        assert len({each.titles[lang] for each in examples}) == 20
    assert not any(line.startswith("#") for each in examples for line in each.authored.splitlines())
    ours = next(each for each in examples if "gld:" in each.authored)
    assert "PREFIX gld: <https://other.example/ns#>" in ours.text("https://other.example")
