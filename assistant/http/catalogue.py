"""The JSON API of the service catalogue, for a city's portal."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from assistant.http.language import page_language
from assistant.http.presenter import Presenter
from assistant.http.problems import Problem
from assistant.http.schemas import LifeSituationOut, ServiceOut
from assistant.http.services import AppServices
from assistant.model import Language

WishedLanguage = Annotated[Language | None, Query(alias="lang")]


def catalogue_router(services: AppServices, presenter: Presenter) -> APIRouter:
    """Life situations and services."""
    router = APIRouter(prefix="/api/v1", tags=["catalogue"])
    catalogue = services.catalogue
    offered = services.settings.city.languages

    @router.get("/life-situations")
    async def life_situations(request: Request, lang: WishedLanguage = None) -> list[LifeSituationOut]:
        """The situations in life with the services that belong to them."""
        language = lang or page_language(request, offered)
        return [
            presenter.life_situation(situation, catalogue.services_in_situation(situation.id), language)
            for situation in catalogue.life_situations()
        ]

    @router.get("/services/{service_id}")
    async def service(
        request: Request, service_id: Annotated[str, Path(max_length=200)], lang: WishedLanguage = None
    ) -> ServiceOut:
        """A service with all its sections, and the forms that can be explained."""
        found = catalogue.service(service_id)
        if found is None:
            raise Problem(404, "not_found")
        forms = await asyncio.to_thread(services.forms.of_service, service_id) if services.forms is not None else ()
        return presenter.service(found, lang or page_language(request, offered), forms)

    return router
