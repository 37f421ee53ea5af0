"""Questions as people really type them: slips of the fingers and dropped words, for training."""

from random import Random

_KEYBOARD_ROWS = ("qwertzuiopü", "asdfghjklöä", "yxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_NEIGHBOURS = {
    letter: [row[index + step] for step in (-1, 1) if 0 <= index + step < len(row)]
    for row in _KEYBOARD_ROWS
    for index, letter in enumerate(row)
}


def with_slips(text: str, random: Random, *, letter_rate: float = 0.04, word_rate: float = 0.06) -> str:
    """``text`` with some letters swapped, doubled, lost or mistyped and some words lost; never empty."""
    words = [word for word in text.split() if random.random() >= word_rate] or text.split()
    return " ".join(_mistype(word, random, letter_rate) for word in words)


def _mistype(word: str, random: Random, rate: float) -> str:
    letters: list[str] = []
    for letter in word:
        if len(word) < 4 or random.random() >= rate:
            letters.append(letter)
            continue
        slip = random.randrange(4)
        if slip == 0 and letters:
            letters.insert(len(letters) - 1, letter)
        elif slip == 1:
            letters.extend((letter, letter))
        elif slip == 2:
            letters.append(random.choice(_NEIGHBOURS.get(letter.lower(), [letter])))
    return "".join(letters) or word
