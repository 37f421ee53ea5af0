"""The pages of the sign-in."""

from assistant.http.assets import Assets
from assistant.http.desk.auth import SignedIn
from assistant.http.presenter import Presenter
from assistant.http.services import AppServices
from assistant.http.views import page_environment
from assistant.model import Language


class SignInPages:
    """Renders ``desk/login.html``, ``desk/signed_out.html``, ``desk/onward.html`` and ``desk/account.html``.

    The layout ``desk/base.html`` needs ``t`` (a text of the catalogue), ``city`` and ``signed`` (SignedIn or None).
    """

    def __init__(self, services: AppServices, assets: Assets, *, by_password: bool, with_city: bool) -> None:
        self._services = services
        self._ways = {"by_password": by_password, "with_city": with_city}
        presenter = Presenter(services.messages, services.settings.city.name)
        self._jinja = page_environment(services, presenter, assets)

    def login(self, csrf: str, next_page: str, told: str = "", **values: object) -> str:
        """The form; ``told`` is the key of what went wrong, or of what has happened."""
        return self._page(
            "login", None, csrf=csrf, next=next_page, told=self._told(told, values), login=values.get("login", "")
        )

    def onward(self, next_page: str) -> str:
        """On to a page of the desk, by a step that begins on a page of ours."""
        return self._page("onward", None, next=next_page)

    def signed_out(self, there: str | None) -> str:
        """The session is over; ``there`` is where to sign out as well."""
        return self._page("signed_out", None, there=there)

    def account(self, me: SignedIn, *, has_password: bool, told: str = "", **values: object) -> str:
        """One's own account."""
        return self._page("account", me, has_password=has_password, told=self._told(told, values))

    def _told(self, key: str, values: dict[str, object]) -> str:
        return self._text(f"desk.sign_in.{key}", **values) if key else ""

    def _text(self, key: str, **values: object) -> str:
        return self._services.messages.text(key, Language.DE, **values)

    def _page(self, name: str, signed: SignedIn | None, **values: object) -> str:
        common = {"t": self._text, "city": self._services.settings.city.name, "signed": signed, **self._ways}
        return self._jinja.get_template(f"desk/{name}.html").render(common | values)
