"""Built style sheets and scripts, under addresses that change with their content."""

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from assistant.http.problems import Problem

_FOR_EVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"


class Assets:
    """The files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def url(self, path: str) -> str:
        """The address of a file with the hash of its content, so that browsers may keep it for ever."""
        file = self._folder / path
        return (
            f"/static/{path}?v={_fingerprint(file, file.stat().st_mtime_ns)}" if file.is_file() else f"/static/{path}"
        )

    def file(self, path: str) -> Path:
        """The file at that path; raises Problem 404 for what is not there or lies outside of the folder."""
        file = (self._folder / path).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            raise Problem(404, "not_found")
        return file


def assets_router(assets: Assets, *, with_widget: bool) -> APIRouter:
    """Static files, and the widget's loader under the address that other sites write into their pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{path:path}")
    async def static(path: str, v: str = "") -> FileResponse:
        return FileResponse(assets.file(path), headers={"Cache-Control": _FOR_EVER if v else _SHORT})

    if with_widget:

        @router.get("/widget.js")
        async def loader() -> FileResponse:
            return FileResponse(assets.file("widget.js"), headers={"Cache-Control": _SHORT})

    return router


@lru_cache(maxsize=256)
def _fingerprint(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
