"""The first page, and whether the service is well."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from give_ld.api.access import OpenHome, spoken
from give_ld.api.pages import page

router = APIRouter(tags=["service"])


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
def start(home: OpenHome, request: Request) -> Response:
    """Return the page that leads to everything public."""
    return page("start.html", {"base": home.settings.base}, lang=spoken(request))


@router.get("/healthz")
def healthz(home: OpenHome) -> dict[str, str]:
    """Return ok while the journal answers."""
    home.journal.head()
    return {"status": "ok"}
