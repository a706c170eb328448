# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""What the Reconciler did, or would do, as a person reads it."""

from __future__ import annotations

import json

_LONGEST_VALUE = 60

# That infra.yml asks for it needs no saying.
_CAUSES = {"drift": " (drift)"}

# These are not in a project of their own.
_WITHOUT_PROJECT = ("network", "project")


def label(action):
    """Such as `instance work/web`."""
    place = "" if action["kind"] in _WITHOUT_PROJECT else f"{action['project']}/"
    return f"{action['kind']} {place}{action['name']}"


def line(action):
    """Such as `instance work/web: restart (limits.cpu needs it)`."""
    reason = f" ({action['reason']})" if action.get("reason") else ""
    return f"{label(action)}: {action['action']}{reason}"


def with_changes(action):
    """The line, and one more for each key; what is new has no old values."""
    if action["action"] == "create":
        changes = [f"    {change['key']}: {_value(change['new'])}" for change in action["changes"]]
    else:
        changes = [
            f"    {change['key']}: {_value(change['old'])} → {_value(change['new'])}{_CAUSES.get(change['cause'], '')}"
            for change in action["changes"]
        ]
    return [line(action)] + changes


def progress(step):
    """A step as it ends, and what a run waits for; nothing of what only a program wants to know."""
    if step["event"] == "waiting":
        return step["message"]
    if step["event"] == "request":
        return f"incus: {step['method']} {step['path']}: {step['code']} in {step['milliseconds']} ms"
    if step["event"] == "end":
        failed = f": {step['error']['message']}" if step.get("error") else ""
        status = "" if step["status"] == "done" else f" {step['status']}"
        return f"[{step['ended']}/{step['total']}] {label(step)}: {step['action']}{status}{failed}"
    return None


def failure(result):
    """What failed, each with its cause and fix; None when nothing did."""
    if result.get("error"):
        return result["error"]["message"]
    failed = [action for action in result["actions"] if action.get("error")]
    if not failed:
        return None
    count = f"{len(failed)} of {len(result['actions'])} actions failed:"
    return "\n".join([count] + [f"{label(action)}: {action['error']['message']}" for action in failed])


def _value(value):
    if value is None:
        return "(unset)"
    text = json.dumps(value, ensure_ascii=False) if "\n" in value else value
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
