"""Where the places of a result lie on a plain map: a grid of degrees and a dot each; nothing is fetched for it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from give_ld.api.pages.columns import Column, number
from give_ld.api.pages.scale import Scale

WIDTH, MARGIN, MOST_LABELS = 720, 44, 12
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_POINT = re.compile(r"(?:<(?P<crs>[^>]*)>\s*)?POINT\s*Z?\s*\(\s*(?P<x>\S+)\s+(?P<y>[^\s)]+)[^)]*\)", re.IGNORECASE)
# Here, latitude comes first.
_LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
_LATITUDES, _LONGITUDES = {"lat", "latitude"}, {"lon", "long", "lng", "longitude"}
_LEAST_SPAN = 0.02  # degrees: some two kilometres


@dataclass(frozen=True)
class Place:
    """A place in degrees, and what it is called."""

    longitude: float
    latitude: float
    label: str


@dataclass(frozen=True)
class Dot:
    """A place in pixels."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Grid:
    """A line of equal longitude or latitude: where it lies in pixels, and how many degrees it stands for."""

    at: float
    label: str


@dataclass(frozen=True)
class Map:
    """What the template `map.svg` draws; `left` are rows whose place is no point on Earth, and is not drawn."""

    dots: tuple[Dot, ...]
    meridians: tuple[Grid, ...]
    parallels: tuple[Grid, ...]
    size: tuple[int, int]
    left: int
    bounds: tuple[str, str, str, str]

    @property
    def is_labelled(self) -> bool:
        """Return whether names stand beside the dots: with many they would cover each other."""
        return len(self.dots) <= MOST_LABELS


def map_of(columns: Sequence[Column]) -> Map | None:
    """Return the map of a result with coordinates, as WKT or as columns for latitude and longitude; or else None."""
    found = _wkt_places(columns) or _pair_places(columns)
    places = [place for place in found or () if place is not None]
    return _drawn(places, len(found or ()) - len(places)) if places else None


def _wkt_places(columns: Sequence[Column]) -> list[Place | None] | None:
    for column in columns:
        if any(cell and cell.get("datatype") == _WKT for cell in column.cells):
            labels = _labels(columns, {column.name})
            return [_wkt_place(text, label) for text, label in zip(column.texts(), labels, strict=True)]
    return None


def _wkt_place(text: str, label: str) -> Place | None:
    point = _POINT.fullmatch(text.strip())
    if point is None:
        return None
    first, second = number(point["x"]), number(point["y"])
    return _place(second, first, label) if point["crs"] == _LATITUDE_FIRST else _place(first, second, label)


def _pair_places(columns: Sequence[Column]) -> list[Place | None] | None:
    latitudes = next((column for column in columns if column.name.lower() in _LATITUDES), None)
    longitudes = next((column for column in columns if column.name.lower() in _LONGITUDES), None)
    if latitudes is None or longitudes is None:
        return None
    labels = _labels(columns, {latitudes.name, longitudes.name})
    triples = zip(longitudes.numbers(), latitudes.numbers(), labels, strict=True)
    return [_place(longitude, latitude, label) for longitude, latitude, label in triples]


def _place(longitude: float | None, latitude: float | None, label: str) -> Place | None:
    if longitude is None or latitude is None or abs(longitude) > 180 or abs(latitude) > 90:
        return None
    return Place(longitude, latitude, label)


def _labels(columns: Sequence[Column], places: set[str]) -> list[str]:
    """Return what the rows are called: the first column of literals beside the places, or else the first column."""
    others = [column for column in columns if column.name not in places]
    named = [column for column in others if any(cell and cell["type"] == "literal" for cell in column.cells)]
    chosen = (named or others)[:1]
    return chosen[0].texts() if chosen else ["" for _ in columns[0].cells]


def _drawn(places: Sequence[Place], left: int) -> Map:
    west, east = _ends([place.longitude for place in places], 180)
    south, north = _ends([place.latitude for place in places], 90)
    # A degree of longitude is shorter the farther it is from the equator.
    stretch = max(0.2, math.cos(math.radians((south + north) / 2)))
    inner = WIDTH - 2 * MARGIN
    height = min(max(inner * (north - south) / ((east - west) * stretch), 160), 520)
    across, up = Scale(west, east, MARGIN, MARGIN + inner), Scale(south, north, MARGIN + height, MARGIN)
    return Map(
        dots=tuple(Dot(across.at(place.longitude), up.at(place.latitude), place.label) for place in places),
        meridians=tuple(Grid(across.at(degrees), f"{degrees:g}°") for degrees in across.marks(5)),
        parallels=tuple(Grid(up.at(degrees), f"{degrees:g}°") for degrees in up.marks(5)),
        size=(WIDTH, round(height + 2 * MARGIN)),
        left=left,
        bounds=(f"{west:.2f}", f"{east:.2f}", f"{south:.2f}", f"{north:.2f}"),
    )


def _ends(values: Sequence[float], most: float) -> tuple[float, float]:
    padding = max((max(values) - min(values)) * 0.08, _LEAST_SPAN / 2)
    return max(min(values) - padding, -most), min(max(values) + padding, most)
