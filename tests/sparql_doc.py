"""Which examples docs/sparql.md shows: those of the query pages. `make sparql` writes them there."""

from pathlib import Path

from give_ld.store.queries import example_queries

FILE = Path(__file__).parent.parent / "docs" / "sparql.md"
WHO = {"search": "For a search platform", "harvest": "For an institution that harvests", "audit": "For an auditor"}
WHERE = {"public": "`/sparql`", "audit": "`/audit/sparql`", "partner": "`/partner/OR-ID/sparql`"}
START, END = "<!-- queries -->\n", "<!-- /queries -->"


def written(text: str) -> str:
    """The text of the file with the examples as they should be."""
    before, _, rest = text.partition(START)
    _, found, after = rest.partition(END)
    assert found, "docs/sparql.md has no block of queries"
    parts, who = [], ""
    for number, each in enumerate(example_queries(), 1):
        if each.who != who:
            who = each.who
            parts.append(f"### {WHO[who]}\n")
        parts.append(f"{number}. {each.titles['en']} ({WHERE[each.endpoint]})\n\n```sparql\n{each.authored}```\n")
    return f"{before}{START}\n" + "\n".join(parts) + f"\n{END}{after}"


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
