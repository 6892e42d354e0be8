"""Whether a webhook comes from the carrier: X-Twilio-Signature.

The official validator does the arithmetic; this file keeps it from being fooled or upset.
The URL is built from ``PUBLIC_BASE_URL`` and the raw request line, never from ``Host``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from urllib.parse import parse_qs

from twilio.request_validator import RequestValidator

LONGEST_SIGNATURE: Final = 64  # base64 of SHA-1 is 28 characters, of SHA-256 is 44.


class _Form(dict[str, Sequence[str]]):
    """What the validator takes a form with repeated names to be."""

    def getlist(self, name: str) -> Sequence[str]:
        return self[name]


class Seal:
    """Checks signatures with any of several tokens, so that one can be replaced by another."""

    def __init__(self, tokens: Sequence[str], base_url: str) -> None:
        self._validators = [RequestValidator(token) for token in tokens]
        self._base_url = base_url

    def is_genuine(
        self,
        path: str,
        query: bytes,
        form: Mapping[str, Sequence[str]] | None,
        body: bytes | None,
        signature: str,
    ) -> bool:
        """Whether the carrier signed this request.

        Args:
            path: the path as requested, percent-encoded as it came.
            query: the raw query string, without the question mark; empty if there is none.
            form: the parameters with all their values, blank ones included; None if the
                body is not a form.
            body: the raw body when it is not a form; it is signed through ``bodySHA256``.
            signature: the header, or an empty string.
        """
        # compare_digest raises on characters beyond ASCII, and a stranger chooses these.
        if not signature.isascii() or not 0 < len(signature) <= LONGEST_SIGNATURE:
            return False
        url = self._base_url + path
        if query:
            try:
                url += "?" + query.decode("ascii")
            except UnicodeDecodeError:
                return False
        if form is None and not self._body_matches(query, body or b""):
            return False
        parameters = _Form(form or {})
        return any(v.validate(url, parameters, signature) for v in self._validators)

    @staticmethod
    def _body_matches(query: bytes, body: bytes) -> bool:
        claims = parse_qs(query.decode("ascii", "replace")).get("bodySHA256", [])
        if not body and not claims:
            return True
        claimed = claims[0] if claims else ""
        found = sha256(body).hexdigest()
        return claimed.isascii() and compare_digest(found, claimed.lower())
