"""Which model a graph describes: the way back from quads, and what of a record no graph holds."""

from give_ld.rdf.reading.annotations import read_annotation, read_known
from give_ld.rdf.reading.items import read_item, read_partner
from give_ld.rdf.reading.kept import KEPT_ELSEWHERE, Kept
from give_ld.rdf.reading.nodes import Graph, Node
from give_ld.rdf.reading.people import read_admission, read_refset_version, read_validation
from give_ld.rdf.reading.runs import read_agent, read_calibrator, read_run

__all__ = [
    "KEPT_ELSEWHERE",
    "Graph",
    "Kept",
    "Node",
    "read_admission",
    "read_agent",
    "read_annotation",
    "read_calibrator",
    "read_item",
    "read_known",
    "read_partner",
    "read_refset_version",
    "read_run",
    "read_validation",
]
