"""The web application, put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

from fastapi import Depends, FastAPI, Request
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant.http import problems
from assistant.http.assets import Assets, assets_router
from assistant.http.catalogue import catalogue_router
from assistant.http.chat import MessageGate, chat_router, follow_router
from assistant.http.desk.entrance import add_sign_in
from assistant.http.desk.router import install_desk
from assistant.http.envelope import Envelope
from assistant.http.form_pdf import form_pdf_api, form_pdf_page
from assistant.http.forms import Forms
from assistant.http.fragments import Fragments
from assistant.http.health import health_router
from assistant.http.limits import BodyLimit, RateLimiter, client_of
from assistant.http.line import line_router
from assistant.http.live import LiveConversations
from assistant.http.pages import Pages, pages_router
from assistant.http.people import PeopleForms
from assistant.http.places import Places
from assistant.http.presenter import Presenter
from assistant.http.rasa_rest import rasa_router
from assistant.http.reference import reference_router
from assistant.http.services import AppServices
from assistant.http.session import Session
from assistant.http.tickets import TicketPages
from assistant.http.tickets_api import tickets_router
from assistant.http.views import Views
from assistant.http.webhooks import webhooks_router


def create_app(services: AppServices) -> FastAPI:
    """The application over the given ports; everything that lasts is in the store, so several workers may serve it."""
    settings = services.settings
    app = FastAPI(
        title="Roland",
        version=version("roland"),
        description="The virtual Bürgeramt: conversations about public services, and the service catalogue.",
        docs_url=None,
        redoc_url=None,
        lifespan=lambda _app: running(services),
    )
    presenter = Presenter(services.messages, settings.city.name)
    assets = Assets(services.assets)
    session = Session(settings.http.https)
    views = Views(services, presenter, assets)
    pages = Pages(services, views, session)
    fragments = Fragments(services, views)
    places = Places(services.reception) if services.reception else None
    live = LiveConversations(services.conversations, services.bus, settings.http, places)
    gate = MessageGate(services)
    limiter = RateLimiter(settings.http.requests_per_minute)

    async def limit_client(request: Request) -> None:
        limiter.check(client_of(request))

    limited = [Depends(limit_client)]
    app.include_router(chat_router(services, presenter, live, gate), dependencies=limited)
    app.include_router(follow_router(services, presenter, live), dependencies=limited)
    app.include_router(catalogue_router(services, presenter), dependencies=limited)
    if settings.channels.rest:
        app.include_router(rasa_router(services, presenter, gate), dependencies=limited)
    app.include_router(pages_router(services, pages, presenter), dependencies=limited)
    app.include_router(Forms(services, pages, fragments, session, live, gate).router(), dependencies=limited)
    app.include_router(form_pdf_api(services), dependencies=limited)
    app.include_router(form_pdf_page(services, session), dependencies=limited)
    app.include_router(PeopleForms(services, fragments, session, live).router(), dependencies=limited)
    if services.tickets is not None:
        app.include_router(tickets_router(services, services.tickets), dependencies=limited)
        app.include_router(TicketPages(services, services.tickets, pages, session).router(), dependencies=limited)
    if services.line is not None:
        app.include_router(line_router(services, services.line, pages, limiter))
    if services.accounts is not None:
        add_sign_in(app, services, services.accounts, assets, limited)
    app.include_router(assets_router(assets, with_widget=settings.channels.widget))
    app.include_router(health_router(services))
    if services.casework:
        app.include_router(webhooks_router(services.casework, services.readers, services.clock))
    if services.workplace is not None:
        install_desk(app, services, services.workplace, presenter, assets, limited)
    app.include_router(reference_router(app))

    on_error = problems.install(app, services, pages.error)
    app.add_middleware(BodyLimit, most_bytes=settings.http.max_body_bytes)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.http.cors_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Content-Type", "Prefer", "Last-Event-ID"],
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.http.trusted_hosts), www_redirect=False)
    app.add_middleware(Envelope, on_error=on_error, https=settings.http.https)
    return app


@asynccontextmanager
async def running(services: AppServices) -> AsyncIterator[None]:
    """While everything that the application needs is open, and what runs beside it runs."""
    async with AsyncExitStack() as stack:
        for resource in services.resources:
            await stack.enter_async_context(resource)
        every = timedelta(minutes=services.settings.retention.purge_every_minutes)
        await stack.enter_async_context(services.conversations.running(every))
        yield
