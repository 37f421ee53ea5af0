"""Which language a page speaks before the person has said anything."""

from collections.abc import Sequence

from starlette.requests import Request

from assistant.model import Language


def page_language(request: Request, offered: Sequence[Language]) -> Language:
    """The language asked for, by ``?lang=`` or by the page a form was on; else the best one the browser accepts."""
    asked = request.query_params.get("lang") or getattr(request.state, "language", "")
    if asked in list(offered):
        return Language(asked)
    for tag in _by_preference(request.headers.get("accept-language", "")):
        if tag in list(offered):
            return Language(tag)
    return offered[0]


def _by_preference(header: str) -> list[str]:
    weighted = []
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        quality = parameter.strip().removeprefix("q=")
        try:
            weighted.append((-float(quality or 1), tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return [tag for _, tag in sorted(weighted, key=lambda pair: pair[0])]
