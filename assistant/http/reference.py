"""The reference of the API as a plain page, made from its OpenAPI description; nothing is loaded from elsewhere."""

import json
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader


def reference_router(app: FastAPI) -> APIRouter:
    """GET /docs; the description itself is at /openapi.json."""
    router = APIRouter(include_in_schema=False)
    jinja = Environment(loader=PackageLoader("assistant.http"), autoescape=True, trim_blocks=True, lstrip_blocks=True)

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        description = app.openapi()
        page = jinja.get_template("reference.html")
        return HTMLResponse(page.render(api=description, operations=_operations(description), shown=_shown))

    return router


def _operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
