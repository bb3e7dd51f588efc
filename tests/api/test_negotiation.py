import pytest

from give_ld.api.negotiation import best, choose, language
from give_ld.errors import NotAcceptable

OFFERED = ("text/turtle", "application/ld+json", "text/html")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/*", "text/turtle"),
        ("TEXT/HTML", "text/html"),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("text/turtle; q=0.5, application/ld+json;q=0.50", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*, text/turtle;q=0", "application/ld+json"),
        ("text/*;q=0.2, text/html;q=0.1, application/*;q=0.15", "text/turtle"),
        ('application/ld+json;profile="a;q=0,b"', "application/ld+json"),
        ('application/ld+json;profile="x";q=0.3, text/html;q=0.2', "application/ld+json"),
        ("text/turtle;q=0.001", "text/turtle"),
    ],
)
def test_the_best_type_is_chosen(accept: str | None, chosen: str) -> None:
    assert choose(accept, OFFERED) == chosen


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/turtle;q=0, image/*", "text/turtle;q=0.000"])
def test_nothing_acceptable_is_said(accept: str) -> None:
    assert best(accept, OFFERED) is None
    with pytest.raises(NotAcceptable, match="text/turtle, application/ld"):
        choose(accept, OFFERED)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "en"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("fr", "en"),
        ("fr, nl;q=0.1", "nl"),
        ("*", "en"),
        ("nl;q=0", "en"),
    ],
)
def test_the_best_language_is_chosen(accept: str | None, chosen: str) -> None:
    assert language(accept, ("en", "nl")) == chosen
