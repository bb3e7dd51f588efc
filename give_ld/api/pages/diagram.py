"""How the model looks as a picture: boxes on a grid and the properties between them."""

from __future__ import annotations

from dataclasses import dataclass

from give_ld.rdf.namespaces import EBUCORE, ORG, PREMIS, PROV, SCHEMA
from give_ld.rdf.ontology import Ontology

OWN = "gld:"
"""Stands for the namespace of the instance in `BOXES` and `ARROWS`."""
_WIDTH, _HEIGHT, _COLUMN, _ROW, _MARGIN = 190, 58, 345, 150, 12


@dataclass(frozen=True)
class Box:
    """A class: where it stands, and what it is called where the ontology does not say it, by language."""

    column: int
    row: int
    iri: str
    name: str
    labels: dict[str, str]
    private: bool = False

    @property
    def x(self) -> int:
        """Return the left edge, in pixels."""
        return _MARGIN + self.column * _COLUMN

    @property
    def y(self) -> int:
        """Return the upper edge, in pixels."""
        return _MARGIN + self.row * _ROW


@dataclass(frozen=True)
class Line:
    """A property from one box to another, cut at their edges; in pixels."""

    ends: tuple[float, float, float, float]
    name: str
    kind: str

    @property
    def middle(self) -> tuple[float, float]:
        """Return where its name stands."""
        x1, y1, x2, y2 = self.ends
        return (x1 + x2) / 2, (y1 + y2) / 2


def _said(en: str, nl: str, fr: str) -> dict[str, str]:
    return {"en": en, "nl": nl, "fr": fr}


BOXES = {
    "item": Box(0, 0, PREMIS + "IntellectualEntity", "premis:IntellectualEntity", _said("item", "item", "objet")),
    "organisation": Box(
        1, 0, ORG + "Organization", "org:Organization", _said("organisation", "organisatie", "organisation")
    ),
    "validation": Box(2, 0, OWN + "Validation", "gld:Validation", {}, private=True),
    "subject": Box(0, 1, SCHEMA + "Thing", "schema:Thing", _said("who or what", "wie of wat", "qui ou quoi")),
    "annotation": Box(
        1, 1, EBUCORE + "Annotation", "ebucore:Annotation", _said("annotation", "annotatie", "annotation")
    ),
    "calibrator": Box(2, 1, OWN + "Calibrator", "gld:Calibrator", {}),
    "fragment": Box(
        0, 2, EBUCORE + "MediaFragment", "ebucore:MediaFragment", _said("fragment", "fragment", "fragment")
    ),
    "run": Box(1, 2, PROV + "Activity", "prov:Activity", _said("run", "run", "traitement")),
    "agent": Box(2, 2, PREMIS + "SoftwareAgent", "premis:SoftwareAgent", _said("software", "software", "logiciel")),
    "file": Box(1, 3, PREMIS + "File", "premis:File", _said("media file", "mediabestand", "fichier média")),
}
ARROWS = (
    ("item", SCHEMA + "mentions", "schema:mentions", "subject", "fact"),
    ("item", SCHEMA + "maintainer", "schema:maintainer", "organisation", ""),
    ("annotation", OWN + "item", "gld:item", "item", ""),
    ("annotation", OWN + "validatedBy", "gld:validatedBy", "organisation", ""),
    ("annotation", OWN + "validatedIn", "gld:validatedIn", "validation", "private"),
    ("validation", PROV + "wasAssociatedWith", "…AssociatedWith", "organisation", "private"),
    ("annotation", EBUCORE + "hasAnnotationRelatedArtefact", "…RelatedArtefact", "subject", ""),
    ("annotation", OWN + "calibrator", "gld:calibrator", "calibrator", ""),
    ("annotation", EBUCORE + "isAnnotatedMediaResource", "…AnnotatedMediaResource", "fragment", ""),
    ("annotation", PROV + "wasGeneratedBy", "prov:wasGeneratedBy", "run", ""),
    ("annotation", PROV + "wasAttributedTo", "prov:wasAttributedTo", "agent", ""),
    ("calibrator", OWN + "calibrates", "gld:calibrates", "agent", ""),
    ("run", PROV + "wasAssociatedWith", "…AssociatedWith", "agent", ""),
    ("run", PROV + "used", "prov:used", "file", ""),
    ("fragment", EBUCORE + "isMediaFragmentOf", "ebucore:isMediaFragmentOf", "file", ""),
)


def diagram(ontology: Ontology, lang: str) -> dict[str, object]:
    """Return what the template `diagram.svg` draws: labelled boxes, lines, and the size, in pixels."""
    boxes = [(box, box.labels.get(lang) or ontology.label(_own(box.iri, ontology), lang)) for box in BOXES.values()]
    return {
        "boxes": boxes,
        "lines": [Line(_ends(BOXES[start], BOXES[end]), name, kind) for start, _, name, end, kind in ARROWS],
        "box": (_WIDTH, _HEIGHT),
        "size": (2 * _MARGIN + 2 * _COLUMN + _WIDTH, 2 * _MARGIN + 3 * _ROW + _HEIGHT),
    }


def _own(iri: str, ontology: Ontology) -> str:
    return iri.replace(OWN, f"{ontology.base}/ns#")


def _ends(start: Box, end: Box) -> tuple[float, float, float, float]:
    from_x, from_y = start.x + _WIDTH / 2, start.y + _HEIGHT / 2
    to_x, to_y = end.x + _WIDTH / 2, end.y + _HEIGHT / 2
    across, down = to_x - from_x, to_y - from_y
    # The part of the way that lies inside a box: until the first of its edges.
    inside = min(
        _WIDTH / 2 / abs(across) if across else 1,
        _HEIGHT / 2 / abs(down) if down else 1,
    )
    return (
        from_x + across * inside,
        from_y + down * inside,
        to_x - across * inside,
        to_y - down * inside,
    )
