"""How an answer reads in a terminal: each annotation with its chain, a line a link."""

from __future__ import annotations

from typing import Any


def told(document: dict[str, Any]) -> str:
    """Return an answer as a person would tell it, in English."""
    parts = [_annotation(each) for each in document["annotations"]]
    if left_out := document.get("left_out"):
        parts.append(f"left out {', '.join(left_out['en'])}")
    return "\n\n".join(parts)


def label(node: dict[str, Any], lang: str = "en") -> str:
    """Return what a node is called: in this language, in another, or else by the last part of its IRI."""
    for key in ("label", "name", "label_text"):
        if texts := node.get(key):
            text = texts.get(lang) or next(iter(texts.values()))
            return str(text if isinstance(text, str) else text[0])
    return local(node["id"])


def local(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]


def _annotation(each: dict[str, Any]) -> str:
    lines = [
        f"{each['id']}: {local(each['kind']['id'])}, {local(each['status']['id'])}",
        f"  says     {_named(each['item'])} has to do with {_named(each['subject'])}",
        f"  where    {each['fragment']['id']}",
        f"  score    {each.get('score', 'none')} ({local(each['score_kind']['id'])}), {_certainty(each)}",
        *(_made(each["made"]) if "software" in each.get("made", {}) else _stated(each)),
        *_decided(each),
        *_disputed(each),
    ]
    return "\n".join(lines)


def _made(made: dict[str, Any]) -> list[str]:
    software = made["software"]
    version = software.get("version") or "(version unstated)"
    return [
        f"  made     {_time(made.get('ended'))} by {label(software)} {version}, run {made['id']}",
        *(f"  weights  {digest}" for digest in software.get("weights", ())),
        *([f"  matched  against {made['reference_set']['id']}"] if "reference_set" in made else []),
    ]


def _stated(each: dict[str, Any]) -> list[str]:
    who = f" of {_named(each['attributed_to'])}" if "attributed_to" in each else ""
    wrong = f", in the place of {each['corrects']}" if "corrects" in each else ""
    return [f"  made     by a person{who}{wrong}"]


def _named(node: dict[str, Any]) -> str:
    return f"{label(node)} <{node['id']}>"


def _certainty(each: dict[str, Any]) -> str:
    calibrator = each.get("calibrator", {})
    if "confidence" in each and local(calibrator.get("id", "")) == "human":
        return "certain by definition"
    if "confidence" not in each or "fitted_on" not in calibrator:
        return "uncalibrated"
    fitted = next(iter(calibrator["fitted_on"].values()))
    on = f"fitted on {calibrator['fitted_count']} of {fitted}, {calibrator['created']}"
    return f"probability {each['confidence']} by {local(calibrator['id'])} ({on})"


def _decided(each: dict[str, Any]) -> list[str]:
    if "decisions" not in each:
        if "validated_by" not in each:
            return ["  decided  by nobody yet"]
        who = label(each["validated_by"])
        return [f"  decided  {local(each['status']['id'])} {_time(each.get('decided'))} by {who}"]
    return [
        f"  decided  {local(decision['decision']['id'])} {_time(decision['ended'])} by {_person(decision)}"
        + (f" ({label(decision['ground'])})" if "ground" in decision else "")
        + (f": {decision['reason']}" if "reason" in decision else "")
        for decision in sorted(each["decisions"], key=lambda decision: int(decision["rank"]))
    ]


def _disputed(each: dict[str, Any]) -> list[str]:
    return ["  disputed archivists disagree"] if "disputed" in each else []


def _person(decision: dict[str, Any]) -> str:
    person = decision["association"]["person"]
    return f"{person.get('user_name', 'somebody')} <{person['id']}> for {label(decision['organisation'])}"


def _time(text: str | None) -> str:
    return f"at {text.replace('T', ' ')}" if text else "at an unstated time"
