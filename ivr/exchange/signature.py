"""The signature on every webhook, as the carrier documents it.

Source: twilio.com/docs/usage/security, "Validating signatures". Written from the description,
not from the library that the hotline verifies with, so that the two check each other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(token: str, url: str, params: Mapping[str, str] | None = None) -> str:
    """The value of X-Twilio-Signature.

    Args:
        token: the account's auth token.
        url: exactly what is requested, with its query and without its fragment.
        params: the form of a POST; None for GET and for the opening of a WebSocket.

    >>> sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", {
    ...     "CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234",
    ...     "From": "+12349013030", "To": "+18005551212"})
    '0/KCTR6DLpKmkAf8muzZqo1nDgQ='
    """
    text = url + "".join(f"{name}{value}" for name, value in sorted((params or {}).items()))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
