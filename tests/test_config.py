"""The configuration file of a city."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from assistant.config import Settings, load_settings, setting_keys
from assistant.config.section import Section
from assistant.errors import ConfigError

ROOT = Path(__file__).parent.parent
BREMEN = ROOT / "config" / "bremen.toml"
MINIMUM = '[city]\nname = "Musterstadt"\narea = "010010000000"\n[contact]\nphone = "0123 456-0"\n'


def written(folder: Path, text: str) -> Path:
    """A configuration file with that text."""
    path = folder / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def default_in_words(field: FieldInfo) -> str:
    """A setting's default as the reference writes it."""
    if field.is_required():
        return "(must be set)"
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{in_toml(value)}`"


def in_toml(value: object) -> str:
    """A value as the configuration file writes it, a section with just what it sets."""
    match value:
        case Section():
            keys = [key for key in type(value).model_fields if key in value.model_fields_set]
            return "{ " + ", ".join(f"{key} = {in_toml(getattr(value, key))}" for key in keys) + " }"
        case tuple():
            return "[" + ", ".join(map(in_toml, value)) + "]"
        case int() | float() | dict():
            return f"{value}"
        case _:
            return f'"{value}"'


def test_bremen_is_valid() -> None:
    """Bremen's own file is valid and says when the telephone is answered."""
    settings = load_settings(BREMEN)
    assert settings.city.name == "Bremen"
    assert settings.contact.opening_hours


def test_the_menu_of_bremens_line_names_services_there_are() -> None:
    """A service that is frequently asked for on the telephone is in the catalogue, or the line would not open."""
    frequent = load_settings(BREMEN).phone.frequent
    assert frequent
    assert [name for name in frequent if not (ROOT / f"knowledge/bremen/services/{name}.yaml").exists()] == []


CITIES = [path for path in sorted(BREMEN.parent.glob("*.toml")) if "." not in path.stem]


@pytest.mark.parametrize("path", CITIES, ids=lambda path: path.stem)
def test_every_city_is_valid(path: Path) -> None:
    """Each city's file is valid and keeps its data in a folder of its own; `bremen.lexicon.toml` is no city's."""
    assert load_settings(path).storage.data_dir == Path("var") / path.stem


def test_a_city_needs_little(tmp_path: Path) -> None:
    """Name, area and telephone are enough; the server then listens on loopback and keeps data in SQLite."""
    settings = load_settings(written(tmp_path, MINIMUM))
    assert settings.http.host == "127.0.0.1"
    assert settings.database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("addition", "wrong", "nearest"),
    [
        ("[htp]\nport = 1", "htp", "http"),
        ("[http]\nprot = 1", "http.prot", "http.port"),
        ("[turn]\ndeadline = 1", "turn.deadline", "turn.deadline_ms"),
        ("[retention]\nconversation_days = 1", "retention.conversation_days", "retention.conversations_days"),
    ],
)
def test_unknown_key_names_the_nearest(tmp_path: Path, addition: str, wrong: str, nearest: str) -> None:
    """A misspelt key is an error that names the key that was probably meant."""
    path = written(tmp_path, MINIMUM + addition)
    with pytest.raises(ConfigError, match=re.escape(f'unknown key "{wrong}", did you mean "{nearest}"?')):
        load_settings(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", '"city" is missing'),
        (MINIMUM + "[http]\nport = 70000", '"http.port": '),
        (MINIMUM.replace("010010000000", "1001"), '"city.area": '),
        (MINIMUM.replace('area = "010010000000"', 'area = "010010000000"\ntimezone = "Mars"'), '"city.timezone": '),
        ("[city", "not valid TOML"),
        (MINIMUM + '[accounts]\noidc_issuer = "http://id.example"', '"accounts.oidc_issuer": '),
        (MINIMUM + '[accounts]\noidc_issuer = "https://id.example"', '"accounts": '),
        (
            MINIMUM + '[[phone.sip.peers]]\nname = "sbc"\nnetworks = ["192.0.2.1"]\nusername = "r"',
            '"phone.sip.peers.0": ',
        ),
        (MINIMUM + '[phone.audiosocket]\nnetworks = ["10.20.0.0/33"]', '"phone.audiosocket.networks.0": '),
        (MINIMUM + '[accounts]\noidc_roles = { a = ["boss"] }', '"accounts.oidc_roles.a.0": '),
    ],
)
def test_wrong_values_name_key_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    """A wrong value is an error that names file, key and reason."""
    path = written(tmp_path, text)
    with pytest.raises(ConfigError, match=re.escape(str(path)) + ".*" + re.escape(reason)):
        load_settings(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is an error that names it."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load_settings(tmp_path / "nowhere.toml")


def test_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One key can be set by a variable while the rest of its section stays as the file says."""
    monkeypatch.setenv("ROLAND__HTTP__PORT", "9000")
    settings = load_settings(written(tmp_path, MINIMUM + '[http]\nport = 1\nhost = "127.0.0.2"'))
    assert (settings.http.port, settings.http.host) == (9000, "127.0.0.2")


@pytest.mark.parametrize("name", ["ROLAND__HTTP__PROT", "ROLAND__HTPP__PORT"])
def test_unknown_variable_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A misspelt variable is an error, in the section's name as well as in the key's."""
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigError, match=r"(?i)prot|htpp"):
        load_settings(written(tmp_path, MINIMUM))


def test_data_directory_can_be_chosen(tmp_path: Path) -> None:
    """The data directory given on the command line goes before the file's."""
    settings = load_settings(BREMEN, data_dir=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/conversations.db"


def test_files_of_the_lexicon_lie_beside_the_citys(tmp_path: Path) -> None:
    """Their places are seen from that file's folder, wherever a command is called; absolute ones stay."""
    text = '[retrieval]\nlexicon_files = ["own.jsonl", "/srv/shared.jsonl"]\nlexicon_matches = "city.lexicon.toml"\n'
    retrieval = load_settings(written(tmp_path, MINIMUM + text)).retrieval
    assert retrieval.lexicon_files == (tmp_path / "own.jsonl", Path("/srv/shared.jsonl"))
    assert retrieval.lexicon_matches == tmp_path / "city.lexicon.toml"
    assert load_settings(written(tmp_path, MINIMUM)).retrieval.lexicon_matches is None


def test_forms_lie_beside_the_citys_file(tmp_path: Path) -> None:
    """Folders of forms and FIM schemas are seen from that file's folder; Bremen's are the sample forms."""
    forms = load_settings(written(tmp_path, MINIMUM + '[forms]\nfolders = ["own"]\nschemas = ["/srv/fim"]\n')).forms
    assert (forms.folders, forms.schemas) == ((tmp_path / "own",), (Path("/srv/fim"),))
    assert [folder.resolve() for folder in load_settings(BREMEN).forms.folders] == [ROOT / "knowledge/bremen/forms"]


def test_models_and_voices_of_the_line_lie_beside_the_citys_file(tmp_path: Path) -> None:
    """What hears and speaks is looked for from that file's folder; absolute places stay."""
    text = '[phone.speech]\nmodels = { de = { folder = "vosk-de", rate = 16000 }, en = { folder = "/srv/vosk-en" } }\n'
    speech = load_settings(written(tmp_path, MINIMUM + text + 'piper_voices = { de = "thorsten.onnx" }\n')).phone.speech
    assert {language.value: model.folder for language, model in speech.models.items()} == {
        "de": tmp_path / "vosk-de",
        "en": Path("/srv/vosk-en"),
    }
    assert [model.rate for model in speech.models.values()] == [16_000, 8_000]
    assert list(speech.piper_voices.values()) == [tmp_path / "thorsten.onnx"]


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("", False),
        ("[phone]\nmost_calls = 3", False),
        ("[phone.sip]\nenabled = true", True),
        ("[phone.audiosocket]\nenabled = true", True),
        ("[phone.stream]\npage = true", True),
        ('[phone.stream]\ntoken = "a shared word"', True),
    ],
)
def test_the_line_is_open_where_a_way_in_is(tmp_path: Path, text: str, is_open: bool) -> None:
    """A city without a way in has no line; any way in opens it."""
    assert load_settings(written(tmp_path, MINIMUM + text)).phone.is_open is is_open


@pytest.mark.parametrize("page", ["configuration", "phone"])
def test_examples_of_the_documentation_are_valid(tmp_path: Path, page: str) -> None:
    """Each example of a configuration can be taken over as it stands."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```toml\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    assert examples
    for example in examples:
        load_settings(written(tmp_path, MINIMUM + example))


def test_settings_are_frozen() -> None:
    """Nobody changes a setting while Roland runs."""
    settings = load_settings(BREMEN)
    with pytest.raises(ValidationError):
        settings.http.port = 1  # type: ignore[misc]


def test_passwords_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings does not show the database's password."""
    monkeypatch.setenv("ROLAND__STORAGE__URL", "postgresql+psycopg://roland:geheim@localhost/roland")
    assert "geheim" not in repr(load_settings(BREMEN))


def test_every_setting_is_documented() -> None:
    """The reference names every setting with its default, and no setting that does not exist."""
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `([a-z_.\[\]]+)` \| (.*?) \|", page, flags=re.MULTILINE))
    assert documented == {key: default_in_words(field) for key, field in setting_keys(Settings)}


def test_every_setting_has_its_sentence() -> None:
    """Every setting says what it is for, in the code and with the same words in the reference."""
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for key, field in setting_keys(Settings):
        assert field.description, key
        assert re.search(rf"^\| `{re.escape(key)}` .*\| {re.escape(field.description)} \|$", page, re.MULTILINE), key
