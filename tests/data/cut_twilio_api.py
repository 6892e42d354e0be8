"""Cut Twilio's description of its REST interface down to calls, conferences and participants.

Usage: python cut_twilio_api.py FULL.json > twilio_api_v2010.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
PATHS = (
    f"{ACCOUNT}/Calls.json",
    f"{ACCOUNT}/Calls/{{Sid}}.json",
    f"{ACCOUNT}/Conferences.json",
    f"{ACCOUNT}/Conferences/{{Sid}}.json",
    f"{ACCOUNT}/Conferences/{{ConferenceSid}}/Participants.json",
    f"{ACCOUNT}/Conferences/{{ConferenceSid}}/Participants/{{CallSid}}.json",
)


def without_examples(node: Any) -> Any:
    """A copy without the examples, which are most of the file."""
    if isinstance(node, dict):
        return {name: without_examples(value) for name, value in node.items() if name != "examples"}
    if isinstance(node, list):
        return [without_examples(value) for value in node]
    return node


def references(node: Any) -> set[str]:
    """The names of the schemas that *node* refers to."""
    if isinstance(node, dict):
        own = {node["$ref"].rsplit("/", 1)[1]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    if isinstance(node, list):
        return set().union(*map(references, node))
    return set()


def cut(full: dict[str, Any]) -> dict[str, Any]:
    """The description with the chosen paths and every schema they need."""
    paths = {path: without_examples(full["paths"][path]) for path in PATHS}
    schemas: dict[str, Any] = {}
    wanted = references(paths)
    while wanted:
        for name in wanted:
            schemas[name] = without_examples(full["components"]["schemas"][name])
        wanted = references(schemas) - schemas.keys()
    return {
        "openapi": full["openapi"],
        "info": full["info"],
        "servers": full.get("servers", []),
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        json.dump(cut(json.load(file)), sys.stdout, indent=1, ensure_ascii=False)
