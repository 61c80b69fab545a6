"""The API documentation, served whole from the image: no page of it asks the internet for anything."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.http.asking import Asked
from shared.http.edge import Plain
from shared.http.problems import Answer

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Curbstop {service}: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "none",
  tagsSorter: "alpha",
  persistAuthorization: false
});
"""
_POLICY = (
    b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
_KEEP = (b"cache-control", b"public, max-age=86400")


def _assets() -> Path:
    """Where the package that ships Swagger UI keeps it. It is located, not imported."""
    spec = importlib.util.find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package fastapi-offline, which ships Swagger UI, is not installed")
    return Path(spec.origin).parent / "static"


def documents(service: str, openapi: Callable[[], dict[str, Any]]) -> list[Plain]:
    """The addresses of the documentation: the document itself, a page that shows it, and what that page loads."""
    page = _PAGE.format(service=service).encode()

    async def document(_asked: Asked) -> Answer:
        return Answer(200, json.dumps(openapi()).encode())

    async def shown(_asked: Asked) -> Answer:
        return Answer(200, page, b"text/html; charset=utf-8", [(b"content-security-policy", _POLICY)])

    async def start(_asked: Asked) -> Answer:
        return Answer(200, _START.encode(), b"text/javascript; charset=utf-8")

    return [
        Plain("/openapi.json", document),
        Plain("/docs", shown),
        Plain("/docs/start.js", start),
        _asset("swagger-ui.css", b"text/css; charset=utf-8"),
        _asset("swagger-ui-bundle.js", b"text/javascript; charset=utf-8"),
    ]


def _asset(name: str, media_type: bytes) -> Plain:
    async def asset(_asked: Asked) -> Answer:
        return Answer(200, (_assets() / name).read_bytes(), media_type, [_KEEP])

    return Plain(f"/docs/{name}", asset)
