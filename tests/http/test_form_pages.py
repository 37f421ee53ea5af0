"""Forms on the pages and in the API, as a browser without JavaScript, a script and a program meet them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

from assistant.dialogue.run import TurnRunner
from assistant.model import AcroForm, Form
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.forms.library import FileFormLibrary
from tests.forms.test_pdf import official
from tests.guided import guided_tools
from tests.server import Site, make_services, serving, settings_for

JSON = {"Accept": "application/json"}
FORM = "wohnungsgeberbestaetigung"


class OfficialLibrary(FileFormLibrary):
    """The sample forms; of one of them the official PDF is known."""

    def form(self, form_id: str) -> Form | None:
        form = super().form(form_id)
        fields = {"wohnung/strasse": "strasse"}
        return replace(form, acro_form=AcroForm("https://a.b/c.pdf", fields)) if form and form.id == FORM else form


def open_site(
    folder: Path, library: FileFormLibrary, catalogue: SqlCatalogueStore, **sections: object
) -> Iterator[Site]:
    """A server that explains these forms."""
    tools = guided_tools(library, catalogue)
    settings = settings_for(folder, **sections)  # type: ignore[arg-type]
    dialogue = TurnRunner(tools)
    services, store = make_services(settings, dialogue, catalogue)
    services = replace(services, forms=library)
    with serving(services) as url:
        yield Site(url, services, dialogue, store)


@pytest.fixture(scope="module")
def forms_site(
    tmp_path_factory: pytest.TempPathFactory, sample_forms: FileFormLibrary, sample_catalogue: SqlCatalogueStore
) -> Iterator[Site]:
    """A server that explains the sample forms."""
    yield from open_site(tmp_path_factory.mktemp("forms"), sample_forms, sample_catalogue)


@pytest.fixture
def browser(forms_site: Site) -> Iterator[httpx.Client]:
    """A browser without a conversation."""
    with httpx.Client(
        base_url=forms_site.url, timeout=60, follow_redirects=True, headers={"Origin": forms_site.url}
    ) as fresh:
        yield fresh


def say(browser: httpx.Client, text: str = "", **fields: str) -> BeautifulSoup:
    """Send a message from the chat page; the page that comes."""
    page = browser.post("/chat/messages", data={"view": "chat", "text": text} | fields)
    assert page.status_code == 200
    return BeautifulSoup(page.text, "html.parser")


def press(browser: httpx.Client, *choices: str) -> BeautifulSoup:
    """Press buttons, one after the other; the last page."""
    page = BeautifulSoup()
    for choice in choices:
        page = say(browser, choice=choice)
    return page


def only(page: BeautifulSoup, selector: str) -> Tag:
    """The one element that matches."""
    (found,) = page.select(selector)
    return found


def words(element: Tag) -> str:
    """What can be read, without the marks around it."""
    return re.sub(r"\s+", " ", element.get_text(" ")).strip()


@pytest.mark.slow
def test_the_overview_offers_both_ways(browser: httpx.Client) -> None:
    """Parts, time and what to have ready are told; explaining and filling in each say what becomes of one's words."""
    page = press(browser, "form:begin:wohngeld-mietzuschuss")
    form = only(page, ".form")
    assert "60 Minuten" in words(form)
    assert len(form.select(".form__list")[0].select("li")) > 4
    starts = {str(only(start, "button")["value"]): words(start) for start in form.select(".form__start")}  # type: ignore[arg-type]
    assert "nichts Persönliches" in starts["form:next"]
    assert "mit ihm gelöscht" in starts["form:fill"]
    assert page.select(".outline") == []


def test_a_step_leads_on(browser: httpx.Client) -> None:
    """Place in words and as progress, heading, remarks, one clear way on, and the outline with the current part."""
    page = press(browser, f"form:begin:{FORM}", "form:next")
    form = only(page, ".form[role=group]")
    assert "Schritt 1 von 17" in words(form)
    progress = only(page, "progress")
    assert (progress["value"], progress["max"]) == ("1", "17")
    assert only(page, f"#{progress['aria-labelledby']}").get_text() == "Schritt 1 von 17"
    title = only(page, f"#{form['aria-labelledby']}")
    assert words(title) == "Angaben zur Wohnung · Tag des Einzugs"
    assert title["tabindex"] == "-1"
    assert words(only(page, ".form__on .kern-btn--primary")) == "Weiter"
    assert "Oft steht hier der Beginn des Mietvertrags" in words(only(page, ".form__remark--mistake"))
    here = only(page, "nav.outline [aria-current=step]")
    assert words(here) == "Angaben zur Wohnung"
    assert "0 von 4 fertig" in words(only(page, ".outline summary"))


def test_options_are_big_and_the_rest_is_quiet(browser: httpx.Client) -> None:
    """At a choice its options come first, and going on without one is no longer what stands out."""
    page = press(browser, "form:begin:hundesteuer-anmeldung", "form:fill")
    options = page.select(".options__one")
    assert [str(option["value"]) for option in options] == ["form:value:privat", "form:value:betrieb"]
    assert page.select(".form__on .kern-btn--primary") == []
    assert "form:leave" in [button["value"] for button in page.select(".form__more .quiet")]


def test_only_the_latest_step_leads_on(browser: httpx.Client) -> None:
    """What lies behind is one line to open, without buttons; its question is not told where it was a button."""
    page = press(browser, f"form:begin:{FORM}", "form:fill")
    page = say(browser, "01.03.2026")
    past = page.select(".turn--past")
    assert [words(only(BeautifulSoup(str(turn), "html.parser"), "summary:not(.sources summary)")) for turn in past] == [
        "Wohnungsgeberbestätigung",
        "Schritt 1 von 18: Tag des Einzugs",
    ]
    for turn in past:
        assert turn.select("[data-leads-on], button[name=choice]") == []
    assert len(page.select("nav.outline")) == 1
    assert len(page.select("progress")) == 1
    passing = [
        words(only(BeautifulSoup(str(question), "html.parser"), "p"))
        for question in page.select("[data-passing] .question__text")
    ]
    assert len(passing) == 2


def test_the_field_says_what_is_asked(browser: httpx.Client) -> None:
    """While a form is filled in, label, hint and keyboard of the message field are those of the form's field."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    page = press(browser, "form:go_to:wohnung/plz")
    assert words(only(page, "label[for=message] [data-for=form]")) == "Postleitzahl eintragen"
    assert words(only(page, "#message-hint [data-for=form]")) == "Zum Beispiel: 28195"
    assert only(page, "#message")["inputmode"] == "numeric"
    assert only(page, "label[for=message] [data-for=roland]").has_attr("hidden")
    page = press(browser, "form:go_to:wohnungsgeber/ist-eigentuemer")
    assert words(only(page, "label[for=message] [data-for=form]")).startswith("Ihre Antwort: Ist der Wohnungsgeber")
    page = press(browser, "form:explain")
    assert only(page, "label[for=message] [data-for=form]").has_attr("hidden")
    assert only(page, "#message")["inputmode"] == "text"


def test_a_wrong_value_is_told_at_the_field(browser: httpx.Client) -> None:
    """What cannot be right is told above the step and tied to the field; the next right value takes it away."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    page = say(browser, "31.02.2026")
    reason = "Den 31.02.2026 gibt es nicht."
    assert reason in words(only(page, ".form__fault"))
    assert reason in words(only(page, "#message-error"))
    field = only(page, "#message")
    assert field["aria-invalid"] == "true"
    assert "message-error" in str(field["aria-describedby"])
    page = say(browser, "01.03.2026")
    assert not only(page, "#message").has_attr("aria-invalid")
    assert only(page, "#message-error").has_attr("hidden")


def test_a_part_is_gone_to_by_its_name(browser: httpx.Client) -> None:
    """The outline's buttons say where they lead, also to who sends them without a script."""
    page = press(browser, f"form:begin:{FORM}", "form:next")
    buttons = page.select("nav.outline button")
    form = buttons[2].find_parent("form")
    assert form is not None
    label = form.select("input[name=label]")[0]["value"]
    page = say(browser, choice=str(buttons[2]["value"]), label=str(label))
    assert words(page.select(".turns .question__text")[-1]) == "Angaben zum Wohnungsgeber"
    assert "Name des Wohnungsgebers" in words(only(page, ".form[role=group] .form__title"))
    done = [words(item) for item in page.select(".outline__part--done")]
    assert done == ["Angaben zur Wohnung fertig", "Eingezogene Personen fertig"]


def test_what_is_left_out_says_so(browser: httpx.Client) -> None:
    """A part that does not concern somebody is marked in words, leads nowhere, and the step says why."""
    page = press(browser, "form:begin:bewohnerparken", "form:next", "form:go_to:antrag/fuer-pflege", "form:value:no")
    part = only(page, ".outline__part--out")
    assert "entfällt" in words(part)
    assert part.select("button") == []
    pages = [press(browser, "form:skip_part") for _ in range(3)]
    reasons = [words(remark) for page in pages for remark in page.select("[role=group] .form__remark--left_out")]
    assert len(reasons) == 1
    assert "entfällt, denn" in reasons[0]


def test_the_review(browser: httpx.Client) -> None:
    """What was entered stands in a table by parts, what is missing is marked, and each leads back to its field."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    say(browser, "01.03.2026")
    page = press(browser, "form:go_to:review")
    table = only(page, "[role=group] table.values:not(.values--missing)")
    row = next(row for row in table.select("tr") if "Tag des Einzugs" in words(row))
    assert "01.03.2026" in words(row)
    assert only(BeautifulSoup(str(row), "html.parser"), "button")["value"] == "form:go_to:wohnung/einzug-am"
    missing = only(page, "table.values--missing")
    assert "fehlt noch" in words(missing)
    assert only(page, ".form__download a")["href"] == "/chat/form.pdf?view=chat"
    page = press(browser, "form:go_to:wohnung/plz")
    page = say(browser, "28195")
    assert "28195" in words(only(page, "[role=group] table.values:not(.values--missing)"))


def test_the_checklist(browser: httpx.Client) -> None:
    """Boxes to tick that nobody is sent, where to hand in, and what the catalogue tells of fee and office."""
    page = press(browser, "form:begin:wohngeld-mietzuschuss", "form:next", "form:go_to:checklist")
    boxes = page.select(".ticks input[type=checkbox]")
    assert len(boxes) > 3
    assert all(not box.has_attr("name") for box in boxes)
    assert "So geben Sie das Formular ab" in words(only(page, ".form[role=group]"))
    assert page.select(".office")
    assert page.select(".form__download") == [], "nothing was filled in"


def test_a_term_leaves_the_step_open(browser: httpx.Client) -> None:
    """Who asks what a word means is told, and the step above can be gone on with."""
    press(browser, f"form:begin:{FORM}", "form:next")
    page = say(browser, "Was heißt Wohnungsgeber?")
    assert "wer Ihnen eine Wohnung" in words(only(page, ".block--form_term"))
    assert len(page.select(".form[role=group]")) == 1


def test_the_place_is_there_after_a_reload(browser: httpx.Client) -> None:
    """The page looks the same when it is opened anew: the open step, its outline, what the field asks."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    after = say(browser, "01.03.2026")
    again = BeautifulSoup(browser.get("/chat").text, "html.parser")
    for selector in (".form[role=group] .form__title", "nav.outline summary", "label[for=message]"):
        assert words(only(again, selector)) == words(only(after, selector))


def test_after_leaving_nothing_leads_on(browser: httpx.Client) -> None:
    """Who has left the form sees its steps as what they are: past."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    page = press(browser, "form:leave")
    assert page.select("[data-leads-on]") == []
    assert only(page, "label[for=message] [data-for=form]").has_attr("hidden")


def test_a_script_is_told_what_is_asked(browser: httpx.Client) -> None:
    """With each turn comes what the field is for, and whether the form goes on."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    reply = browser.post("/chat/messages", data={"view": "chat", "text": "blau"}, headers=JSON).json()
    assert reply["in_form"] is True
    assert reply["asked"]["label"] == "Tag des Einzugs eintragen"
    assert "nicht als Datum verstanden" in reply["asked"]["fault"]
    reply = browser.post("/chat/messages", data={"view": "chat", "choice": "form:leave"}, headers=JSON).json()
    assert (reply["asked"], reply["in_form"]) == (None, False)


def test_an_arabic_step(browser: httpx.Client) -> None:
    """In Arabic the form's German words are set apart, label and hint of the field run from right to left."""
    browser.post("/chat/language", data={"view": "chat", "language": "ar"})
    page = press(browser, f"form:begin:{FORM}", "form:fill")
    title = only(page, ".form[role=group] .form__title")
    assert title.select("bdi[dir=ltr]")
    label = only(page, "label[for=message] [data-for=form]")
    assert (label["lang"], label["dir"]) == ("ar", "rtl")
    assert "\u2066Tag des Einzugs\u2069" in label.get_text()


def test_a_link_to_a_form_has_a_button(browser: httpx.Client) -> None:
    """Beside the catalogue's form stands the button that begins it, once."""
    page = press(browser, "service:hund-anmelden#form")
    buttons = page.select("button[value='form:begin:hundesteuer-anmeldung']")
    assert len(buttons) == 1
    assert buttons[0].find_parent(class_="way--form") is not None


def test_services_name_their_forms(browser: httpx.Client) -> None:
    """The API tells which forms of a service can be explained."""
    forms = browser.get("/api/v1/services/wohnsitz-anmelden?lang=de").json()["forms"]
    assert [form["id"] for form in forms] == ["anmeldung-wohnsitz", FORM]
    assert browser.get("/api/v1/services/reisepass?lang=de").json()["forms"] == []


# ── the filled form ────────────────────────────────────────────────────────────────────────────────────────────────


def pdf_text(content: bytes) -> str:
    """The text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.slow
def test_the_pdf_holds_what_was_entered(browser: httpx.Client) -> None:
    """It is made from the values of the moment, has a name, and is kept by nobody."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    say(browser, "01.03.2026")
    say(browser, "Größe Straße 7")
    response = browser.get("/chat/form.pdf?view=chat")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"] == f'attachment; filename="{FORM}.pdf"'
    text = pdf_text(response.content)
    assert "Größe Straße 7" in text
    assert "20.11.2026" in text


@pytest.mark.slow
@pytest.mark.parametrize("way_out", ["form:leave", "form:explain", "delete"])
def test_with_the_values_the_pdf_is_gone(browser: httpx.Client, forms_site: Site, way_out: str) -> None:
    """Leaving the form, only explaining it from now on, or deleting the conversation leaves nothing to download."""
    press(browser, f"form:begin:{FORM}", "form:fill")
    say(browser, "01.03.2026")
    conversation_id = browser.cookies["roland"]
    api = f"/api/v1/conversations/{conversation_id}/form.pdf"
    assert browser.get(api).content.startswith(b"%PDF")
    if way_out == "delete":
        browser.post("/chat/delete", data={"view": "chat"})
    else:
        press(browser, way_out)
    assert browser.get("/chat/form.pdf").status_code == 404
    problem = browser.get(api)
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    assert "pdf" not in [file.suffix.strip(".") for file in forms_site.services.settings.storage.data_dir.rglob("*")]


@pytest.mark.parametrize("choices", [(), (f"form:begin:{FORM}", "form:next")])
def test_nothing_to_download_without_values(browser: httpx.Client, choices: tuple[str, ...]) -> None:
    """Without a conversation, or where a form is only explained, there is no PDF, and no link to one."""
    page = press(browser, *choices)
    assert page.select("a[href*='form.pdf']") == []
    assert browser.get("/chat/form.pdf", headers=JSON).status_code == 404


@pytest.mark.slow
def test_the_official_pdf_where_the_city_has_it(tmp_path: Path, sample_catalogue: SqlCatalogueStore) -> None:
    """With the official file in the city's folder that is filled in; a broken file costs nobody their values."""
    pdfs = tmp_path / "official"
    pdfs.mkdir()
    (pdfs / f"{FORM}.pdf").write_bytes(official())
    library = OfficialLibrary((Path(__file__).parents[2] / "knowledge/bremen/forms",))
    for site in open_site(tmp_path, library, sample_catalogue, forms={"pdfs": pdfs}):
        with httpx.Client(
            base_url=site.url, timeout=60, headers={"Origin": site.url}, follow_redirects=True
        ) as browser:
            press(browser, f"form:begin:{FORM}", "form:fill", "form:go_to:wohnung/strasse")
            say(browser, "Beispielstraße 12a")
            fields = PdfReader(BytesIO(browser.get("/chat/form.pdf").content)).get_fields()
            assert fields is not None
            assert fields["strasse"].value == "Beispielstraße 12a"
            (pdfs / f"{FORM}.pdf").write_bytes(b"no PDF at all")
            assert "Beispielstraße 12a" in pdf_text(browser.get("/chat/form.pdf").content)
