"""One scheme for all keys of the telephone, at every step alike.

    0        a person                      1–8      what is offered; 1 is yes, 2 is no
    9        the other language            *        once more; twice in a row: one step back
    #        main menu; ends an entry      *        within an entry: takes back the last symbol, or leaves an empty one

In a code or a text, letters take two keys: the one they stand on, then their place there (A: 2 1, B: 2 2, Z: 9 4);
digits their own, then 0. Signs stand on the 1: space, full stop, hyphen, at, underscore. Where a service is looked for
by its first letters, each takes the one key it stands on.
"""

PERSON, LANGUAGE, AGAIN, MENU = "0", "9", "*", "#"
YES, NO = "1", "2"
CHOICES = "12345678"
DIGITS = "0123456789"
LETTERS = "23456789"
_ON_KEYS = {"2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO", "7": "PQRS", "8": "TUV", "9": "WXYZ"}
_SYMBOLS_ON_KEYS = {"1": " .-@_", **_ON_KEYS}
_KEY_OF = {letter: key for key, letters in _ON_KEYS.items() for letter in letters}


def symbol_of(key: str, place: str) -> str | None:
    """The letter, digit or sign of two keys; None where there is none."""
    if place == "0":
        return key
    symbols = _SYMBOLS_ON_KEYS.get(key, "")
    at = int(place) - 1
    return symbols[at] if 0 <= at < len(symbols) else None


def symbols_of(keys: str) -> str:
    """The symbols of two keys each; a pair that stands for none is left out, as is a key left over."""
    pairs = (symbol_of(keys[at], keys[at + 1]) for at in range(0, len(keys) - 1, 2))
    return "".join(symbol for symbol in pairs if symbol is not None)


def keys_of(symbol: str) -> str:
    """The two keys of a letter or digit."""
    letter = symbol.upper()
    key = _KEY_OF.get(letter)
    return f"{key}{_ON_KEYS[key].index(letter) + 1}" if key is not None else f"{symbol}0"


def letter_keys(word: str) -> str:
    """The one key that each letter of a word stands on; empty where one stands on none."""
    keys = [_KEY_OF.get(letter, "") for letter in word.upper()]
    return "".join(keys) if all(keys) else ""
