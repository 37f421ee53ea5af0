"""The desk's routes, put together."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI, Request, params
from fastapi.responses import Response

from assistant.http.assets import Assets
from assistant.http.desk.actions import DeskActions
from assistant.http.desk.aids import DeskAids
from assistant.http.desk.calls import DeskCalls
from assistant.http.desk.history import DeskHistory
from assistant.http.desk.live import DeskFeed
from assistant.http.desk.outbox import DeskOutbox
from assistant.http.desk.pages import DeskPages
from assistant.http.desk.refusals import Refusal, answer_refusal
from assistant.http.desk.supervisor import DeskSupervision
from assistant.http.desk.tickets import DeskTickets
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.presenter import Presenter
from assistant.http.services import AppServices


def install_desk(
    app: FastAPI,
    services: AppServices,
    workplace: Workplace,
    presenter: Presenter,
    assets: Assets,
    limited: Sequence[params.Depends],
) -> None:
    """Open the desk in an application; who may come in is decided by ``assistant.http.desk.auth``."""
    views = DeskViews(services, workplace, presenter, assets)
    feed = DeskFeed(services, workplace, views)
    router = APIRouter(include_in_schema=False)
    router.include_router(DeskPages(workplace, views, feed, longest=services.settings.http.max_message_chars).router())
    router.include_router(DeskActions(services, workplace, views).router())
    router.include_router(DeskAids(services, workplace, views, presenter).router())
    if workplace.has_calls:
        router.include_router(DeskCalls(services, workplace, views).router())
    router.include_router(DeskHistory(services, workplace, views).router())
    router.include_router(DeskSupervision(services, workplace, views).router())
    if services.outbox and services.accounts:
        router.include_router(DeskOutbox(services.outbox, services.accounts.audit, services.clock, views).router())
    if services.ticket_desk is not None:
        router.include_router(DeskTickets(services, workplace, views, services.ticket_desk).router())
    app.include_router(router, dependencies=limited)

    async def refuse(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, Refusal)  # noqa: S101 - the handler is installed for nothing else
        return answer_refusal(request, refusal, views.showing)

    app.add_exception_handler(Refusal, refuse)
