# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import re

from ansible.utils.display import Display
from ansible_collections.incus.infra.plugins.plugin_utils import report
from ansible_collections.incus.infra.plugins.plugin_utils.engine_action import EngineAction, is_in_build

_KINDS = ["networks", "projects", "profiles", "storage", "instances"]

_OPTIONS = {
    "auto_cleanup": {"type": "bool", "default": False},
    "allow_move": {"type": "bool", "default": False},
    "allow_replace": {"type": "bool", "default": False},
    "repair": {"type": "bool", "default": False},
    "parallel": {"type": "int", "default": 8},
}

_ARGUMENTS = {
    "kinds": {"type": "list", "elements": "str", "choices": _KINDS, "required": True},
    "only": {"type": "list", "elements": "str", "default": []},
    **_OPTIONS,
}

display = Display()


class ActionModule(EngineAction):
    """Reconciles."""

    _supports_diff = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        result = self._reconcile(self.arguments(_ARGUMENTS), task_vars)
        failure = report.failure(result)
        # Ansible itself shows the differences of a task that succeeds, and the build what its callback gives it.
        if not is_in_build() and (failure or not self._task.diff):
            self._show_what_was_not_told(result["actions"])
        if failure:
            outcome.update(failed=True, msg=failure, **result)
        else:
            outcome.update(self._success(result["actions"], result["requests"]))
        return outcome

    def _reconcile(self, arguments, task_vars):
        inventory = self.inventory(task_vars)
        return self.ask(
            "plan" if self._task.check_mode else "apply",
            inventory.domains(),
            arguments,
            task_vars,
            options={
                **{name: arguments[name] for name in _OPTIONS},
                "snapshot_before": str(task_vars.get("infra_snapshot_before", "auto")),
            },
            kinds=arguments["kinds"],
            keep=task_vars.get("infra_disabled_domains", []),
            id=str(task_vars.get("infra_id", task_vars["project_name"])),
            scope=_scope(inventory, arguments, task_vars),
            resource_policy=inventory.resource_policy(),
            images=inventory.images(),
        )

    def _show_what_was_not_told(self, actions):
        """A plan has no progress, and an apply none for what it only reports."""
        for action in actions:
            if action["status"] in ("planned", "skipped", report.UNREACHABLE):
                display.display("\n".join(report.with_changes(action) if self._task.diff else [report.line(action)]))

    def _success(self, actions, requests):
        success = {
            "changed": any(action["status"] in ("planned", "done") for action in actions),
            "actions": actions,
            "requests": requests,
        }
        if self._task.diff and actions:
            success["diff"] = {"prepared": "\n".join(line for action in actions for line in report.with_changes(action))}
        return success


def _scope(inventory, arguments, task_vars):
    """None is everything, and only then does a domain count as gone."""
    if arguments["only"]:
        return arguments["only"]
    if "ansible_limit" not in task_vars:
        return None
    return inventory.within(task_vars["ansible_play_hosts_all"], re.split("[:,]", task_vars["ansible_limit"]))
