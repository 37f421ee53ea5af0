"""Who is signed in at the desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from assistant.http.problems import Problem
from assistant.model import Agent, AgentRole


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The agent who asks; ``csrf`` must come back with every form."""

    agent: Agent
    csrf: str


async def signed_in() -> SignedIn:
    """The agent; raises Problem 401 for somebody else."""
    raise Problem(401, "forbidden")


def require(role: AgentRole) -> Callable[..., Awaitable[SignedIn]]:
    """A dependency that lets only those in who have the role."""

    async def allowed(signed: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
        if not signed.agent.may(role):
            raise Problem(403, "forbidden")
        return signed

    return allowed
