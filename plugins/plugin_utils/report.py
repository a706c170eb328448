# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""What the Reconciler did, or would do, as a person reads it."""

from __future__ import annotations

import json

# The status of what nothing is known of, so that it may need a change or not.
UNREACHABLE = "unreachable"

_LONGEST_VALUE = 60

# That infra.yml asks for it needs no saying.
_CAUSES = {"drift": " (drift)"}

# These are not in a project of their own.
_WITHOUT_PROJECT = ("acl", "network", "project", "image")

# Each change of these is a whole rule or line, which comes or goes.
_RULES = ("ingress", "egress", "hosts")
_LONGEST_RULE = 110


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
    return [line(action)] + [f"    {_change(change, action['action'] == 'create')}" for change in action["changes"]]


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
    """What failed, each with its cause and fix; None when nothing did.

    What is on a member of a cluster that does not answer keeps no other machine from its provisioning.
    """
    if result.get("error"):
        return result["error"]["message"]
    failed = [action for action in result["actions"] if action.get("error") and action["status"] != UNREACHABLE]
    if not failed:
        return None
    count = f"{len(failed)} of {len(result['actions'])} actions failed:"
    return "\n".join([count] + [f"{label(action)}: {action['error']['message']}" for action in failed])


def _change(change, is_new):
    cause = _CAUSES.get(change["cause"], "")
    if change["key"] in _RULES:
        sign, rule = ("+", change["new"]) if change["old"] is None else ("-", change["old"])
        return f"{change['key']} {sign} {_value(rule, _LONGEST_RULE)}{cause}"
    if is_new:
        return f"{change['key']}: {_value(change['new'])}"
    return f"{change['key']}: {_value(change['old'])} → {_value(change['new'])}{cause}"


def _value(value, longest=_LONGEST_VALUE):
    if value is None:
        return "(unset)"
    text = json.dumps(value, ensure_ascii=False) if "\n" in value else value
    return text if len(text) <= longest else f"{text[:longest]}…"
