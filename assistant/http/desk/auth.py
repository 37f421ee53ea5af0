"""Who is signed in at the desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from assistant.http.problems import Problem
from assistant.model import Agent, AgentRole


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The agent who asks; ``csrf`` must come back with every form. ``address`` is where they are, for the audit log."""

    agent: Agent
    csrf: str
    address: str = ""


async def signed_in() -> SignedIn:
    """The agent; raises Problem 401 for somebody else."""
    raise Problem(401, "forbidden")


async def looking_on() -> SignedIn:
    """Like ``signed_in``, for what a page does by itself; keeps no session alive."""
    raise Problem(401, "forbidden")


async def still_signed_in(_request: Request) -> bool:
    """Whether the session that a stream was opened in goes on; streams ask before they tell anything."""
    return True


def require(role: AgentRole) -> Callable[..., Awaitable[SignedIn]]:
    """A dependency that lets only those in who have the role."""

    async def allowed(signed: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
        if not signed.agent.may(role):
            raise Problem(403, "forbidden")
        return signed

    return allowed
