"""The desk's entrance, put together: who may come in, and the pages for coming in and going out."""

from collections.abc import Sequence

from fastapi import FastAPI, params

from assistant.accounts import Accounts
from assistant.http.assets import Assets
from assistant.http.desk.auth import Cookies, Guard, SignInNeeded, answer_to_strangers
from assistant.http.desk.city_sign_in import CitySignIn
from assistant.http.desk.sign_in import SignInForms
from assistant.http.desk.sign_in_pages import SignInPages
from assistant.http.services import AppServices


def add_sign_in(
    app: FastAPI, services: AppServices, accounts: Accounts, assets: Assets, limited: Sequence[params.Depends]
) -> None:
    """Let agents sign in, and give ``signed_in`` and ``require`` what they ask."""
    cookies = Cookies(services.settings.http.https)
    guard = Guard(accounts, cookies)
    app.state.desk_guard = guard
    pages = SignInPages(services, assets, by_password=accounts.by_password, with_city=accounts.provider is not None)
    app.add_exception_handler(SignInNeeded, answer_to_strangers(services, pages.onward))
    forms = SignInForms(accounts, guard, cookies, pages)
    app.include_router(forms.router(), dependencies=limited)
    if accounts.provider is not None:
        city = CitySignIn(accounts.provider, accounts.sign_in, forms, cookies)
        app.include_router(city.router(), dependencies=limited)
