"""The carrier's error answers."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ivr.errors import IVRError

MORE_INFO: Final = "https://www.twilio.com/docs/errors/"


class RestProblem(IVRError):
    """A request that the carrier refuses, with the code and the words it uses."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def response(self) -> web.Response:
        """The answer."""
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"{MORE_INFO}{self.code}",
            "status": self.status,
        }
        return web.json_response(body, status=self.status)


def not_found(request: web.Request) -> RestProblem:
    """Nothing is at the address."""
    return RestProblem(20404, f"The requested resource {request.path} was not found", 404)


def not_in_progress() -> RestProblem:
    """The call is over, or not answered yet."""
    return RestProblem(21220, "Call is not in-progress. Cannot redirect.")


def invalid(name: str, value: str, code: int = 20422) -> RestProblem:
    """A parameter makes no sense."""
    return RestProblem(code, f"Invalid {name}: {value}")
