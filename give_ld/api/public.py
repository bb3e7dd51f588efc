"""Which headers every public answer has: any page on the web may read it, and no client reads it twice."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After, Content-Type",
}
HEADERS = CORS | {"Vary": "Accept"}


def preflight(*methods: str) -> Response:
    """Return the answer to OPTIONS on a path that takes these methods."""
    allowed = ", ".join((*methods, "OPTIONS"))
    headers = CORS | {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)


def conditional(request: Request, response: Response) -> Response:
    """Return a public answer with an ETag over its type and bytes, or 304 where the client has it already."""
    kind = response.headers.get("content-type", "")
    digest = hashlib.sha256(kind.encode("latin-1") + b"\0" + bytes(response.body)).hexdigest()
    tag = f'"{digest[:32]}"'
    headers = HEADERS | {"ETag": tag, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    held = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
