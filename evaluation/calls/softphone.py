"""A telephone for tests and measurements: calls by SIP over UDP, one or a hundred at once, and is called.

It shares nothing with Roland's own endpoint but the tables of A-law, so that both ends cannot be wrong in the same way.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self

from evaluation.calls.call import SDP, Call, CallRefusedError, Ended, PhoneOptions, Place, new_branch
from evaluation.calls.messages import Header, Message, answer, description, place_of, tag_of, uri_of

_T1_S, _T2_S, _GIVE_UP_S = 0.5, 4.0, 32.0
_BYE_S = 2.0
"""How long the others may take to answer that the telephone is switched off."""


class Softphone(asyncio.DatagramProtocol):
    """Use as an asynchronous context manager; leaving hangs up all its calls."""

    def __init__(self, options: PhoneOptions | None = None) -> None:
        self.options = options or PhoneOptions()
        self.incoming: asyncio.Queue[Call] = asyncio.Queue()
        """The calls that were taken."""
        self.calls: dict[str, Call] = {}
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._waiting: dict[tuple[str, str], asyncio.Future[Message]] = {}
        self._rung: dict[str, Callable[[], None]] = {}
        self._answers: dict[tuple[str, str], bytes] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """By which it is called."""
        return f"sip:{self.options.user}@{self.options.host}:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self.options.host, self.options.port)
        )
        self.port = int(self._transport.get_extra_info("sockname")[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_BYE_S):
                await asyncio.gather(*(call.hang_up() for call in list(self.calls.values())))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._transport:
            self._transport.close()

    async def call(self, address: str, headers: Sequence[Header] = ()) -> Call:
        """Call somebody; returns when they have answered. Cancelled while it rings, it hangs up.

        Raises CallRefusedError where nobody takes the call.
        """
        call = Call(self, secrets.token_hex(12), place_of(address), address)
        await call.open()
        branch = new_branch()
        body = description(self.options.host, call.sound_port)
        invite = call.request("INVITE", branch, [*headers, SDP], body)
        try:
            response = await self.ask(invite, branch, "INVITE", call.there)
        except asyncio.CancelledError:
            self.put(call.request("CANCEL", branch, cseq=call.cseq), call.there)
            call.close(Ended.US)
            raise
        if response.status >= 300:
            call.remote_tag = tag_of(response.get("to"))
            self.put(call.request("ACK", branch, cseq=call.cseq), call.there)
            call.close(Ended.THEM)
            raise CallRefusedError(response.status, response.get("retry-after"))
        call.answered(response)
        return call

    async def ask(self, request: bytes, branch: str, method: str, there: Place) -> Message:
        """Send a request until it is answered; a 408 of our own where it never is."""
        found: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[branch, method] = found
        rung = asyncio.Event()
        self._rung[branch] = rung.set
        wait_s, waited_s = _T1_S, 0.0
        try:
            while waited_s < _GIVE_UP_S:
                if not rung.is_set():
                    self.put(request, there)
                with suppress(TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(found), wait_s)
                waited_s += wait_s
                wait_s = min(2 * wait_s, _T2_S)
        finally:
            del self._waiting[branch, method], self._rung[branch]
        return Message("SIP/2.0 408 Request Timeout", ())

    def put(self, message: bytes, there: Place) -> None:
        """Send a message once."""
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(message, there)

    def beside(self, work: "asyncio.Task[None]") -> None:
        """Keep a task until it is done, or the telephone is switched off."""
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)

    def datagram_received(self, data: bytes, addr: Place) -> None:
        """Take a message; what is none is forgotten."""
        try:
            message = Message.read(data)
        except ValueError:
            return
        call = self.calls.get(message.call_id)
        if call and call.is_frozen:
            return
        if message.status:
            self._on_response(message, call)
        elif known := self._answers.get((message.branch, message.method)):
            self.put(known, addr)
        else:
            self._on_request(message, addr, call)

    def _on_response(self, response: Message, call: Call | None) -> None:
        found = self._waiting.get((response.branch, response.method))
        if response.status < 200:
            if response.branch in self._rung:
                self._rung[response.branch]()
        elif found and not found.done():
            found.set_result(response)
        elif call and response.method == "INVITE" and response.status < 300:
            call.acknowledge()

    def _on_request(self, request: Message, there: Place, call: Call | None) -> None:
        method = request.start.partition(" ")[0]
        if method == "ACK":
            if call:
                call.acknowledged()
        elif call is None and method == "INVITE":
            self.beside(asyncio.create_task(self._take(request, there)))
        elif call is None and method not in {"OPTIONS", "CANCEL"}:
            self.reply(request, there, "481 No such call")
        elif call is None:
            self.reply(request, there, "200 OK")
        else:
            call.asked(method, request, there)

    def reply(
        self,
        request: Message,
        there: Place,
        status: str,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        tag: str = "",
    ) -> None:
        """Answer a request, alike when it comes again."""
        text = answer(request, status, tag or "there", headers, body)
        self._answers[request.branch, request.method] = text
        self.put(text, there)

    async def _take(self, invite: Message, there: Place) -> None:
        """Ring, and answer."""
        if self.options.refuses_with:
            self.reply(invite, there, self.options.refuses_with)
            return
        caller = uri_of(invite.get("contact")) or uri_of(invite.get("from"))
        call = Call(self, invite.call_id, there, caller, invite=invite)
        await call.open()
        self.reply(invite, there, "180 Ringing", tag=call.tag)
        if self.options.rings_s is None:
            return
        await asyncio.sleep(self.options.rings_s)
        if call.ended is None:
            await call.take(invite, there)
            self.incoming.put_nowait(call)
