"""Telephone numbers as networks signal them."""

import pytest

from assistant.phone.numbers import number_to_ring


@pytest.mark.parametrize(
    ("signalled", "number"),
    [
        ("+494213610", "+494213610"),
        ("0421 361-0", "04213610"),
        ("sip:+494213610@carrier.example;user=phone", "+494213610"),
        ("tel:+49-421-3610", "+494213610"),
        ("anonymous", ""),
        ("sip:anonymous@anonymous.invalid", ""),
        ("sip:12345abc@pbx.example", ""),
        ("110", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_only_what_can_be_rung_is_a_number(signalled: str | None, number: str) -> None:
    """However it is written; a name, a withheld number or a service number is none."""
    assert number_to_ring(signalled) == number
