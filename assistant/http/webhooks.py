"""Where other systems send word: POST /webhooks/zammad, POST /webhooks/chatwoot.

They are programs: no cookies, no pages, no reasons. 204 means that it is kept, 401 that nobody believes the sender, 400
that it cannot be read, 503 that it is to be sent again.
"""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.casework.service import Casework
from assistant.errors import ForgedSignalError
from assistant.http.problems import Problem
from assistant.ports import Clock, SignalReader


def webhooks_router(casework: Casework, readers: Sequence[SignalReader], clock: Clock) -> APIRouter:
    """One address for each system that is read."""
    router = APIRouter(prefix="/webhooks", include_in_schema=False)
    by_system = {reader.system: reader for reader in readers}

    @router.post("/{system}")
    async def hear(request: Request, system: str) -> Response:
        reader = by_system.get(system)
        if reader is None:
            raise Problem(404, "not_found")
        body = await request.body()
        try:
            # Starlette gives the names of headers in small letters.
            signal = reader.read(dict(request.headers), body, clock.now())
        except ForgedSignalError:
            return Response(status_code=401)
        except ValueError:
            return Response(status_code=400)
        if signal is not None:
            await casework.heard(system, signal)
        return Response(status_code=204)

    return router
