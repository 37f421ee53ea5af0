"""Whether Roland works, for whoever watches over it."""

import asyncio
from importlib.metadata import version

from fastapi import APIRouter, Response

from assistant.errors import RolandError
from assistant.http.schemas import HealthOut
from assistant.http.services import AppServices
from assistant.ports import Pingable

_PATIENCE_S = 2.0


def health_router(services: AppServices) -> APIRouter:
    """One page for load balancers and people on call."""
    router = APIRouter(tags=["operation"])

    @router.get("/health", responses={503: {"model": HealthOut}})
    async def health(response: Response) -> HealthOut:
        """`ok`; `degraded` where something is missing that Roland can do without; `down` (503) otherwise."""
        everything = (*services.essential, *services.optional)
        outcomes = await asyncio.gather(*(_ping(one) for one in everything))
        is_down = any(outcome != "ok" for outcome in outcomes[: len(services.essential)])
        response.status_code = 503 if is_down else 200
        return HealthOut(
            status="down" if is_down else "ok" if set(outcomes) <= {"ok"} else "degraded",
            version=version("roland"),
            catalogue_revision=services.catalogue.revision,
            checks={one.name: outcome for one, outcome in zip(everything, outcomes, strict=True)},
        )

    return router


async def _ping(one: Pingable) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await one.ping()
    except TimeoutError:
        return "timeout"
    except RolandError as error:
        return error.code  # the message may name hosts and files, which are nobody's business
    except Exception:  # noqa: BLE001 - the health page must tell of a broken check, not break with it
        return "failed"
    return "ok"
