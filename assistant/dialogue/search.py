"""The one way in which a turn asks the search."""

import asyncio
from functools import partial

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.model import Finding

_SEARCHED = 8


async def search(query: str, ctx: TurnContext, tools: DialogueTools) -> tuple[Finding, ...]:
    """What the index finds in the conversation's language, without services that the catalogue no longer tells."""
    look = partial(tools.retriever.search, query, ctx.language, limit=_SEARCHED)
    # A thread would cost more than a quick search: the two would only wait for each other's lock on the interpreter.
    found = look() if tools.retriever.is_quick else await asyncio.to_thread(look)
    # The index may know services that the catalogue has dropped, or does not tell any more, since it was built.
    return tuple(finding for finding in found if tools.catalogue.service(finding.service_id) is not None)
