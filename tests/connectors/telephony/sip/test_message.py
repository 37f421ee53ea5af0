"""Reading SIP messages."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.telephony.sip.address import MalformedError, parse_address, parse_uri, split_outside_quotes
from connectors.telephony.sip.message import MOST_BYTES, Request, Response, parse, write

REQUEST = (
    b"INVITE sip:115@roland.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bK1\r\n"
    b"From: <sip:0421@10.0.0.1>;tag=a\r\nTo: <sip:115@roland.example>\r\nCall-ID: x\r\nCSeq: 7 INVITE\r\n"
)


def test_a_request_is_read() -> None:
    """Everything a dialog needs is there, and a body as long as it says."""
    read = parse(REQUEST + b"Content-Length: 2\r\n\r\nabc")
    assert isinstance(read, Request)
    assert (read.method, read.uri, read.call_id, read.cseq, read.body) == (
        "INVITE",
        "sip:115@roland.example",
        "x",
        7,
        b"ab",
    )
    assert (read.via.host, read.via.port, read.via.branch) == ("10.0.0.1", 5062, "z9hG4bK1")
    assert (read.sender.tag, read.recipient.tag, read.sender.uri.number) == ("a", None, "0421")


def test_short_names_folded_lines_and_lists_are_read() -> None:
    """Compact forms mean the long ones, a line may go on in the next one, and lists may share a line."""
    read = parse(
        b"\r\nSIP/2.0 200 OK\r\nv: SIP/2.0/UDP a;branch=z9hG4bK1 , SIP / 2.0 / UDP b:6000\r\nf: <sip:a@b>;tag=1\r\n"
        b't: "B, \\"C\\""\r\n <sip:b@b>;tag=2\r\ni: x\r\nCSeq: 1 BYE\r\n'
        b"Record-Route: <sip:p1;lr>,\r\n\t<sip:p2;lr>\r\nl: 0\r\n\r\n"
    )
    assert isinstance(read, Response)
    assert (read.status, read.cseq_method, read.recipient.tag) == (200, "BYE", "2")
    assert read.headers.listed("record-route") == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert len(read.headers.listed("via")) == 2


def test_what_is_no_utf8_comes_back_as_it_was() -> None:
    """A name in an old encoding survives being echoed."""
    read = parse(REQUEST.replace(b"<sip:0421", b"J\xf6rg <sip:0421") + b"\r\n")
    assert b"J\xf6rg" in write("SIP/2.0 200 OK", [("From", read.headers.get("from") or "")])


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\r\n\r\n",
        REQUEST,
        REQUEST + b"Content-Length: 3\r\n\r\nab",
        REQUEST + b"Content-Length: -1\r\n\r\n",
        REQUEST + b"Content-Length: \xc2\xb2\r\n\r\n",
        REQUEST + b"Call-ID: y\r\n\r\n",
        REQUEST + b"i: y\r\n\r\n",
        REQUEST + b"no header\r\n\r\n",
        REQUEST + b"Subject: a\x00b\r\n\r\n",
        REQUEST + b"Subject: a\nb\r\n\r\n",
        REQUEST + b"X: 1\r\n" * 200 + b"\r\n",
        REQUEST + b"X: " + b"x" * MOST_BYTES + b"\r\n\r\n",
        REQUEST.replace(b"CSeq: 7 INVITE", b"CSeq: 7 BYE") + b"\r\n",
        REQUEST.replace(b"CSeq: 7", b"CSeq: 2147483648") + b"\r\n",
        REQUEST.replace(b"CSeq: 7 INVITE\r\n", b"") + b"\r\n",
        REQUEST.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP") + b"\r\n",
        REQUEST.replace(b":5062", b":0") + b"\r\n",
        REQUEST.replace(b":5062", b":99999") + b"\r\n",
        REQUEST.replace(b"SIP/2.0\r\n", b"SIP/3.0\r\n", 1) + b"\r\n",
        REQUEST.replace(b"<sip:0421@10.0.0.1>", b'"open <sip:0421@10.0.0.1>') + b"\r\n",
        REQUEST.replace(b"<sip:0421@10.0.0.1>", b"<mailto:a@b>") + b"\r\n",
    ],
)
def test_what_is_broken_is_refused(datagram: bytes) -> None:
    """Nothing is guessed: two readers of a message must never take it for two different ones."""
    with pytest.raises(MalformedError):
        parse(datagram)


def test_a_refusal_quotes_nothing() -> None:
    """What is logged of a broken message holds nothing of what somebody sent."""
    with pytest.raises(MalformedError) as refused:
        parse(REQUEST.replace(b"0421@", b"0421 secret@") + b"\r\n")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "user", "host", "port", "number"),
    [
        ("sip:0421-361.0@b.example:5070;transport=udp", "0421-361.0", "b.example", 5070, "04213610"),
        ("sips:a:secret@B.example?subject=x", "a", "b.example", None, None),
        ("sip:b.example", None, "b.example", None, None),
        ("sip:+49421;phone-context=x@b", "+49421;phone-context=x", "b", None, "+49421"),
        ("tel:+49(421)115;x=y", "+49(421)115", "", None, "+49421115"),
        ("sip:anonymous@anonymous.invalid", "anonymous", "anonymous.invalid", None, None),
        ("sip:*21%23@b", "*21%23", "b", None, "*21#"),
    ],
)
def test_addresses_are_read(text: str, user: str | None, host: str, port: int | None, number: str | None) -> None:
    """User, host and port are told apart, and a number is found without marks for the eye."""
    uri = parse_uri(text)
    assert (uri.user, uri.host, uri.port, uri.number) == (user, host, port, number)


def test_parameters_belong_to_the_header_without_brackets() -> None:
    """The tag behind a bare address is the header's; within brackets it would be the address's."""
    assert parse_address("sip:a@b;tag=1").tag == "1"
    assert parse_address("<sip:a@b;tag=1>").tag is None
    with pytest.raises(MalformedError):
        parse_address("<sip:a@b> x")


def test_separators_within_quotes_and_brackets_do_not_separate() -> None:
    """Commas in names and in addresses stay where they are."""
    assert split_outside_quotes('"a, b" <sip:c,d@e>, f', ",") == ['"a, b" <sip:c,d@e>', "f"]


@given(st.binary(max_size=2_000))
def test_no_bytes_break_the_reader(datagram: bytes) -> None:
    """Whatever arrives is a message or malformed, nothing else."""
    for candidate in (datagram, REQUEST + datagram):
        with suppress(MalformedError):
            parse(candidate)


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.from_regex(r"X-[A-Za-z]{1,8}", fullmatch=True),
            st.text(st.characters(min_codepoint=33, exclude_categories=["C"]), max_size=30),
        ),
        max_size=10,
    ),
    st.binary(max_size=100),
)
def test_what_is_written_is_read(headers: list[tuple[str, str]], body: bytes) -> None:
    """Headers and body come through writing and reading as they are."""
    lines = [line.split(": ", 1) for line in REQUEST.decode().split("\r\n")[1:-1]]
    read = parse(write("INVITE sip:a SIP/2.0", [*((name, value) for name, value in lines), *headers], body))
    assert read.body == body
    assert [(name, value) for name, value in read.headers.fields if name.startswith("x-")] == [
        (name.lower(), value) for name, value in headers
    ]
