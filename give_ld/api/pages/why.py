"""How an answer to "why is this here?" looks on a page: the fact as a sentence, then a card for each annotation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from give_ld.api.pages import page
from give_ld.api.pages.audit_words import word
from give_ld.api.pages.resource import link
from give_ld.api.pages.why_words import FACTS, HAPPENS, LANGUAGES, WORDS
from give_ld.api.pages.words import short_name
from give_ld.errors import GiveLdError, NotAuthenticated
from give_ld.review.why.words import label, local
from give_ld.store.answers import JSON_LD, TURTLE

__all__ = ["LANGUAGES", "error_page", "form_page", "why_page"]

# A page of more cards helps nobody; the data behind it has them all, and the page says so.
SHOWN_CARDS = 50

Node = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A piece of a line: text, and where it leads; `full` is what is shown short."""

    text: str
    href: str | None = None
    full: str = ""


Line = tuple[str, tuple[Part, ...]]


@dataclass(frozen=True)
class Step:
    """One link of the chain: when, what happened, and the details."""

    title: str
    time: str = ""
    lines: tuple[Line, ...] = ()
    confidence: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Card:
    """One annotation: what kind, its status, the chain, and links."""

    title: str
    status: str
    status_label: str
    steps: tuple[Step, ...]
    links: tuple[Part, ...]


def why_page(document: Node, lang: str) -> HTMLResponse:
    """Return the page of an answer."""
    words, asked = WORDS[lang], document["asked"]
    found = sorted(document["annotations"], key=lambda each: -each.get("confidence", 0))
    values = {
        "sentence": _sentence(document, lang),
        "cards": [_Cards(lang, words).card(each) for each in found[:SHOWN_CARDS]],
        "count": words["rests"].format(len(found)) if len(found) > 1 else words["rests_on_one"],
        "more": words["more"].format(SHOWN_CARDS) if len(found) > SHOWN_CARDS else "",
        "left_out": document.get("left_out", {}).get(lang, []),
        "data": [
            (name, "/why?" + urlencode(asked | {"_mediatype": kind}), kind)
            for name, kind in (("JSON-LD", JSON_LD), ("Turtle", TURTLE))
        ],
    }
    return page("why.html", _values(lang, asked) | values, lang=lang)


def form_page(asked: dict[str, str], lang: str) -> HTMLResponse:
    """Return the page on which to ask."""
    return page("why.html", _values(lang, asked), lang=lang)


def error_page(asked: dict[str, str], error: GiveLdError, lang: str) -> HTMLResponse:
    """Return the page with a question and why it has no answer."""
    words = WORDS[lang]
    said = words.get(f"error-{error.status}", "")
    values = {"error": said or error.message, "sign_in": isinstance(error, NotAuthenticated)}
    detail = {"detail": error.message if said and lang == "en" and error.status == 400 else ""}
    return page("why.html", _values(lang, asked) | values | detail, error.status, lang)


def _values(lang: str, asked: dict[str, str]) -> dict[str, object]:
    empty: dict[str, object] = {
        "sentence": None,
        "cards": [],
        "count": "",
        "more": "",
        "left_out": [],
        "data": [],
        "error": None,
    }
    return {"w": WORDS[lang], "asked": asked, "sign_in": False, "detail": "", **empty}


def _sentence(document: Node, lang: str) -> list[Part]:
    asked = document["asked"]
    labels = {node["id"]: label(node, lang) for node in _nodes(document) if len(node) > 1}
    if "annotation" not in asked:
        word = FACTS[lang].get(asked["p"]) or short_name(asked["p"])
        obj = asked["o"]
        shown = Part(labels.get(obj) or local(obj), link(obj)) if link(obj) else Part(obj)
        return [Part(labels.get(asked["s"], local(asked["s"])), link(asked["s"])), Part(word), shown]
    guess = document["annotations"][0]
    kind = local(guess["kind"]["id"])
    word = next((word for start, word in HAPPENS[lang].items() if kind.startswith(start)), label(guess["kind"], lang))
    subject = Part(_what(guess, lang), link(guess["subject"]["id"]))
    doubt = [] if local(guess["status"]["id"]) == "approved" else [Part(WORDS[lang]["only_a_guess"])]
    return [*doubt, Part(label(guess["item"], lang), link(guess["item"]["id"])), Part(word), subject]


def _what(guess: Node, lang: str) -> str:
    subject = guess["subject"]
    named = len(subject) > 1 or "text" not in guess
    return label(subject, lang) if named else str(guess["text"])


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, dict):
        if "id" in value:
            yield value
        for each in value.values():
            yield from _nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from _nodes(each)


@dataclass(frozen=True)
class _Cards:
    lang: str
    words: dict[str, str]

    def card(self, guess: Node) -> Card:
        """Return the card of one annotation."""
        status = local(guess["status"]["id"])
        title = f"{label(guess['kind'], self.lang)}: {_what(guess, self.lang)}"
        steps = (self._made(guess), self._score(guess), self._sure(guess), *self._decided(guess), *self._public(guess))
        return Card(title, status, label(guess["status"], self.lang), steps, tuple(self._links(guess)))

    def _made(self, guess: Node) -> Step:
        made = guess.get("made", {})
        where = (self.words["where"], (Part(self._place(guess["fragment"]), link(guess["fragment"]["id"])),))
        text = [(self.words["words"], (Part(guess["text"]),))] if "text" in guess else []
        if "software" not in made:
            lines = (*self._stated(guess), *text, where)
            return Step(self.words["made_by_person"], _clock(guess.get("generated", "")), lines)
        time = _clock(made["ended"]) if "ended" in made else self.words["unstated_time"]
        return Step(self.words["made"], time, (*self._software(made["software"]), *text, where, *self._run(made)))

    def _stated(self, guess: Node) -> Iterator[Line]:
        if who := guess.get("attributed_to"):
            yield self.words["by"], (Part(label(who, self.lang), link(who["id"])),)
        if wrong := guess.get("corrects"):
            yield self.words["corrects"], (Part(local(wrong), link(wrong)),)

    def _run(self, made: Node) -> Iterator[Line]:
        yield self.words["run"], (Part(local(made["id"]), link(made["id"])),)
        if "reference_set" in made:
            version = made["reference_set"]["id"]
            yield self.words["reference_set"], (Part(local(version), link(version)),)

    def _software(self, software: Node) -> Iterator[Line]:
        version = software.get("version") or self.words["unstated_version"]
        model = f" · {software['model']}" if "model" in software else ""
        yield self.words["software"], (Part(f"{label(software)} {version}{model}", link(software["id"])),)
        weights = tuple(Part(digest.removeprefix("sha256:")) for digest in software.get("weights", ()))
        yield self.words["weights"], weights or (Part(self.words["unstated"]),)

    def _place(self, fragment: Node) -> str:
        span = f"{fragment['start']} → {fragment['end']}" if "start" in fragment else ""
        box = "x {x}, y {y}, {width} × {height} px".format_map(fragment) if "x" in fragment else ""  # noqa: RUF001 - the sign for times
        return "; ".join(part for part in (span, box) if part) or local(fragment["id"])

    def _score(self, guess: Node) -> Step:
        if "score" not in guess:
            return Step(self.words["no_score"])
        return Step(self.words["score"].format(f"{guess['score']:g}", label(guess["score_kind"], self.lang)))

    def _sure(self, guess: Node) -> Step:
        calibrator = guess.get("calibrator", {})
        if "confidence" in guess and local(calibrator.get("id", "")) == "human":
            return Step(self.words["by_definition"])
        if "confidence" not in guess or "fitted_on" not in calibrator:
            return Step(self.words["uncalibrated"], note=self.words["uncalibrated_note"])
        fitted = next(iter(calibrator["fitted_on"].values()))
        lines = (
            (self.words["calibrator"], (Part(label(calibrator), link(calibrator["id"])),)),
            (self.words["fitted"], (Part(self.words["examples"].format(calibrator["fitted_count"], fitted)),)),
        )
        sure = float(guess["confidence"])
        # Nothing is certain: no rounding says 100 %.
        percent = "> 99" if sure > 0.99 else f"{100 * sure:.0f}"
        note = self.words["of_hundred"].format(percent)
        return Step(self.words["calibrated"].format(percent), calibrator["created"], lines, sure, note)

    def _decided(self, guess: Node) -> Iterator[Step]:
        status = label(guess["status"], self.lang)
        if "decisions" in guess:
            for decision in sorted(guess["decisions"], key=lambda each: int(each["rank"])):
                yield self._decision(decision)
            if "disputed" in guess:
                yield Step(self.words["disputed"])
        elif "validated_by" in guess:
            who = guess["validated_by"]
            parts = (Part(label(who, self.lang), link(who["id"])),)
            yield Step(
                f"{self.words['decided']}: {status}", _clock(guess.get("decided", "")), ((self.words["by"], parts),)
            )
        else:
            yield Step(self.words["undecided"])

    def _decision(self, decision: Node) -> Step:
        organisation, person = decision["organisation"], decision["association"]["person"]
        name = Part(person.get("user_name") or local(person["id"]), full=person["id"])
        lines: list[Line] = [(self.words["by"], (name, Part(label(organisation, self.lang), link(organisation["id"]))))]
        if "verdict" in decision:
            said = word(f"verdict.{decision['verdict']}", self.lang)
            lines.append((self.words["verdict"], (Part(said),)))
        if "ground" in decision:
            lines.append((self.words["ground"], (Part(label(decision["ground"], self.lang)),)))
        if "reason" in decision:
            lines.append((self.words["reason"], (Part(decision["reason"]),)))
        title = f"{self.words['decided']}: {label(decision['decision'], self.lang)}"
        return Step(title, _clock(decision["ended"]), tuple(lines))

    def _public(self, guess: Node) -> Iterator[Step]:
        if "validated_by" in guess:
            yield Step(self.words["public"])

    def _links(self, guess: Node) -> Iterable[Part]:
        query = f"SELECT ?property ?value WHERE {{ <{guess['id']}> ?property ?value }}"
        yield Part(self.words["annotation"], link(guess["id"]))
        yield Part(self.words["item"], link(guess["item"]["id"]))
        yield Part("SPARQL", "/sparql?" + urlencode({"query": query}))


def _clock(time: str) -> str:
    """Return an instant for people: to the second, in UTC."""
    return f"{time[:19].replace('T', ' ')} UTC" if "T" in time else time
