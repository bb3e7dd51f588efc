import pyoxigraph
import pytest

from give_ld.store.queries import example_queries, query, query_names


@pytest.mark.parametrize("name", query_names())
def test_every_query_parses_and_says_what_it_asks(name: str) -> None:
    text = query(name)
    pyoxigraph.Store().query(text, base_iri="http://ex.org/thing")
    assert text.startswith("# ")


def test_the_page_offers_examples() -> None:
    titles = [title for title, _ in example_queries()]
    assert len(titles) == len(set(titles)) >= 3
    assert not any(title.startswith("#") for title in titles)
