# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: build
type: stdout
short_description: What a build shows of a playbook
description:
  - Shows what changes and what fails, and nothing of what is right already.
  - For the program that runs the playbook, it adds records of failures and of the end, each one line of JSON after an
    ASCII record separator (RFC 7464).
version_added: 0.1.0
requirements:
  - Set as stdout callback in the configuration.
"""

_RECORD_SEPARATOR = "\x1e"
_LONGEST_OUTPUT = 2000
_NO_REASON = "non-zero return code"
_ABOUT_OBJECTS = ("incus.infra.reconcile", "incus.infra.snapshot")
_RESTING = "incus.infra.resting"
_ABOUT_OTHERS = "incus.infra.health"
_STEPS_ROLE = "incus.infra.incus_provision"
_STEP = "incus_provision_pending"

# The connection plugin takes these for words of a command in the machine, where there is no way in.
_NO_WAY_IN = ("Error: Project not found", "Error: Instance is frozen")


class CallbackModule(CallbackBase):
    """Lines for people, and records for Incus.Infra.Sdk."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "incus.infra.build"

    def __init__(self):
        super().__init__()
        self._changed_tasks = 0
        self._steps = {}
        self._machines = {}

    def v2_playbook_on_start(self, playbook):
        threading.Thread(target=_end_with_the_reader, daemon=True).start()

    def v2_runner_on_start(self, host, task):
        if task.resolved_action in _ABOUT_OBJECTS and not task.check_mode:
            self._record("reconciling")
        step = task.get_vars().get(_STEP)
        if step and self._steps.get(host.get_name()) != step["number"]:
            self._steps[host.get_name()] = step["number"]
            self._display.display(f"{host.get_name()}: begin step {step['label']}")

    def v2_runner_on_ok(self, result):
        if result.task.resolved_action == _RESTING:
            if "reason" in result.result:
                self._record("resting", host=result.host.get_name(), reason=result.result["reason"])
            return
        if result.task.resolved_action == _ABOUT_OTHERS:
            self._not_healthy(result)
            return
        self._machines.setdefault(result.host.get_name(), None)
        if _verifies(result):
            self._verified(result)
        elif result.task.resolved_action in _ABOUT_OBJECTS:
            self._record("reconciled", actions=result.result["actions"])
        elif result.result.get("changed") and "results" not in result.result:
            self._changed(result)

    def v2_runner_item_on_ok(self, result):
        if result.result.get("changed"):
            self._changed(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        # The items of a loop have told their own failures.
        if str(result.result.get("stderr")).strip() in _NO_WAY_IN:
            self.v2_runner_on_unreachable(result)
        elif _verifies(result) and "steps" in result.result:
            self._verified(result)
        elif not ignore_errors:
            self._machines[result.host.get_name()] = _name(result)
            if not result.result.get("results"):
                self._failed(result)

    def v2_runner_retry(self, result):
        # Of a long wait, what it is for.
        lines = _message(result.result).strip().splitlines()
        self._display.display(f"{result.host.get_name()}: {_name(result)}: {lines[0]}")

    def v2_runner_item_on_failed(self, result):
        if not result.task.ignore_errors:
            self._failed(result)

    def v2_runner_on_unreachable(self, result):
        self._machines[result.host.get_name()] = _name(result)
        self._record("unreachable", **_place(result), message=_message(result.result))

    def v2_on_file_diff(self, result):
        # The build renders a plan itself, from the actions in the record.
        if result.task.resolved_action in _ABOUT_OBJECTS and result.task.check_mode:
            return
        outcomes = result.result.get("results", [result.result]) if result.task.loop else [result.result]
        for outcome in outcomes:
            if outcome.get("diff"):
                self._display.display(self._get_diff(outcome["diff"]).strip("\n"))

    def v2_playbook_on_stats(self, stats):
        self._machines.pop("localhost", None)
        machines = [{"host": host, "failed": task} for host, task in sorted(self._machines.items())]
        self._record("ended", changed=self._changed_tasks, machines=machines)

    def _changed(self, result):
        self._changed_tasks += 1
        self._display.display(f"{result.host.get_name()}: {_name(result)}")

    def _verified(self, result):
        self._record("verified", host=result.host.get_name(), steps=result.result["steps"])

    def _failed(self, result):
        # What the Reconciler did before it failed, or why it could do nothing; other tasks have neither.
        reconciled = {"actions": result.result.get("actions", []), "error": result.result.get("error")}
        self._record("failed", **_place(result), message=_message(result.result), **reconciled)

    def _not_healthy(self, result):
        """What is about machines that others need is told of these, whatever host the task ran for."""
        for action in result.result["unhealthy"]:
            if action["kind"] == "instance":
                self._machines[action["name"]] = _name(result)
            place = {**_place(result), "host": action["name"]}
            self._record("failed", **place, message=action["error"]["message"], actions=[action], error=None)

    def _record(self, kind, **fields):
        self._display.display(_RECORD_SEPARATOR + json.dumps({"record": kind, **fields}))


def _end_with_the_reader():
    """Ends the run with the build that reads it, however that one ends.

    Ansible itself would wait for ever for a worker that died of the broken pipe.
    """
    reader = select.poll()
    reader.register(sys.stdout.fileno(), 0)  # No event but an error, which is the end of the other side.
    reader.poll()
    os.kill(os.getpid(), signal.SIGTERM)


def _place(result):
    file, dummy, line = (result.task.get_path() or "").rpartition(":")
    step = result.task.get_vars().get(_STEP)
    return {
        "host": result.host.get_name(),
        "task": _name(result),
        "file": file,
        "line": int(line or 0),
        "role": _role(result.task),
        "step": step and step["number"],
    }


def _name(result):
    """With the values of its host, and of the steps without the role that does them all."""
    role = _role(result.task)
    if role is None:
        return result.task_name
    # Ansible puts it before names itself from 2.22 on, and before 2.22 only where a task has no name of its own.
    name = result.task_name.removeprefix(f"{role} : ")
    return name if role == _STEPS_ROLE else f"{role} : {name}"


def _role(task):
    """The role that the task is in, which its full name begins with, or None."""
    return task.get_name().rpartition(f" : {task.name or task.action}")[0] or None


def _verifies(result):
    return result.task.resolved_action == "incus.infra.provision_state" and "verify" in result.task.tags


def _message(outcome):
    """Ansible's own words, with what the program said that failed."""
    message = str(outcome.get("msg") or outcome.get("censored") or "failed")
    said = str(outcome.get("stderr") or outcome.get("module_stderr") or outcome.get("stdout") or "").strip()
    if message == _NO_REASON and said:
        return said[-_LONGEST_OUTPUT:]
    return f"{message}\n{said[-_LONGEST_OUTPUT:]}" if said and said not in message else message
