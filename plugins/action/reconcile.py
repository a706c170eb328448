# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import re

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.incus.infra.plugins.plugin_utils import reconciler, report
from ansible_collections.incus.infra.plugins.plugin_utils.desired import Inventory

_CALLBACK = "incus.infra.build"
_KINDS = ["networks", "projects", "profiles", "storage", "instances"]

_ARGUMENTS = {
    "kinds": {"type": "list", "elements": "str", "choices": _KINDS, "required": True},
    "only": {"type": "list", "elements": "str", "default": []},
    "auto_cleanup": {"type": "bool", "default": False},
    "allow_move": {"type": "bool", "default": False},
    "allow_replace": {"type": "bool", "default": False},
    "repair": {"type": "bool", "default": False},
    "parallel": {"type": "int", "default": 8},
    "socket": {"type": "path"},
    "remote": {"type": "str"},
}

display = Display()


class ActionModule(ActionBase):
    """Reconciles once, however many hosts the play has."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        try:
            result = reconciler.run(self._request(_validated(self._task.args), task_vars), _tell)
        except reconciler.ReconcilerError as error:
            raise AnsibleActionFail(str(error)) from error
        failure = report.failure(result)
        # Ansible itself shows the differences of a task that succeeds, and the build what its callback gives it.
        if constants.DEFAULT_STDOUT_CALLBACK != _CALLBACK and (failure or not self._task.diff):
            self._show_what_was_not_told(result["actions"])
        if failure:
            outcome.update(failed=True, msg=failure, **result)
        else:
            outcome.update(self._success(result["actions"], result["requests"]))
        return outcome

    def _request(self, arguments, task_vars):
        inventory = Inventory(task_vars, self._task.get_variable_manager(), self._templar)
        return {
            "version": 1,
            "action": "plan" if self._task.check_mode else "apply",
            "kinds": arguments["kinds"],
            "keep": task_vars.get("infra_disabled_domains", []),
            "project": str(task_vars["project_name"]),
            "id": str(task_vars.get("infra_id", task_vars["project_name"])),
            "scope": _scope(inventory, arguments, task_vars),
            "resource_policy": inventory.resource_policy(),
            "options": {
                "allow_move": arguments["allow_move"],
                "allow_replace": arguments["allow_replace"],
                "auto_cleanup": arguments["auto_cleanup"],
                "repair": arguments["repair"],
                "snapshot_before": str(task_vars.get("infra_snapshot_before", "auto")),
                "parallel": arguments["parallel"],
                "log_requests": reconciler.logs_requests(),
            },
            "target": {"socket": arguments["socket"] or None, "remote": arguments["remote"] or None},
            "domains": inventory.domains(),
            "images": inventory.images(),
        }

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


def _tell(step):
    line = report.progress(step)
    if line:
        display.display(line)


def _validated(arguments):
    result = ArgumentSpecValidator(_ARGUMENTS).validate(
        {name: value for name, value in arguments.items() if value is not None}
    )
    if result.error_messages:
        raise AnsibleActionFail("incus.infra.reconcile: " + "; ".join(result.error_messages), obj=arguments)
    return result.validated_parameters
