# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import os

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.incus.infra.plugins.plugin_utils import adjacent, reconciler, report
from ansible_collections.incus.infra.plugins.plugin_utils.desired import Inventory
from ansible_collections.incus.infra.plugins.plugin_utils.shares import Shares

# In the order in which they need each other.
_KINDS = ["networks", "projects", "profiles", "storage", "instances"]

_ARGUMENTS = {
    "kinds": {"type": "list", "elements": "str", "choices": _KINDS, "required": True},
    "only": {"type": "list", "elements": "str", "default": []},
    "auto_cleanup": {"type": "bool", "default": False},
    "allow_replace": {"type": "bool", "default": False},
    "parallel": {"type": "int", "default": 8},
    "socket": {"type": "path"},
    "remote": {"type": "str"},
}

# What a task is about beside its arguments; a role may be given its own.
_INFRASTRUCTURE = ["project_name", "infra_id", "infra_domains", "infra_disabled_domains", "infra_snapshot_before"]

# Set to anything, it makes each request to Incus a line of output.
_LOG_REQUESTS = "INCUS_INFRA_LOG_REQUESTS"

# Tasks ask for kinds, and each action is about one object.
_KIND_OF = {
    "network": "networks",
    "project": "projects",
    "profile": "profiles",
    "volume": "storage",
    "instance": "instances",
}

display = Display()


class ActionModule(ActionBase):
    """Reconciles once for itself and for the reconcile tasks that follow it directly with equal options."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        arguments = _validated(self._task.args)
        share = Shares.take(self._task)
        outcome.update(self._reconcile(arguments, task_vars) if share is None else share)
        return outcome

    def _reconcile(self, arguments, task_vars):
        joined = self._joined(arguments, task_vars)
        wanted = {kind for asked in (arguments, *joined.values()) for kind in asked["kinds"]}
        request = self._request([kind for kind in _KINDS if kind in wanted], arguments, task_vars)
        try:
            result = reconciler.run(request, _tell)
        except reconciler.ReconcilerError as error:
            raise AnsibleActionFail(str(error)) from error
        failure = report.failure(result)
        # Ansible itself shows the differences of a task that succeeds.
        if failure or not self._task.diff:
            self._show_what_was_not_told(result["actions"])
        if failure:
            return {"failed": True, "msg": failure, **result}
        for task, asked in joined.items():
            Shares.leave(task, self._share(result, asked["kinds"], requests={}))
        return self._share(result, arguments["kinds"], result["requests"])

    def _joined(self, arguments, task_vars):
        """The tasks that follow and differ in nothing but the kinds, with their arguments."""
        joined = {}
        for task in adjacent.following(self._task, task_vars):
            # Whether it will run is not known yet.
            if task.when or task.loop:
                break
            variables = self._variables_of(task, task_vars)
            asked = _validated(self._templar.copy_with_new_env(available_variables=variables).template(task.args))
            if {**asked, "kinds": []} != {**arguments, "kinds": []}:
                break
            if any(variables.get(name) != task_vars.get(name) for name in _INFRASTRUCTURE):
                break
            joined[task] = asked
        return joined

    def _variables_of(self, task, task_vars):
        host = task_vars["hostvars"]._inventory.get_host(task_vars["inventory_hostname"])
        return self._task.get_variable_manager().get_vars(play=adjacent.play_of(task), host=host, task=task)

    def _request(self, kinds, arguments, task_vars):
        variable_manager = self._task.get_variable_manager()
        if "infra_domains" not in task_vars:
            raise AnsibleActionFail("infra_domains is not defined: the tree is older than the collection. Rebuild it.")
        inventory = Inventory(
            task_vars["hostvars"]._inventory, variable_manager, self._templar, task_vars["infra_domains"]
        )
        return {
            "version": 1,
            "action": "plan" if self._task.check_mode else "apply",
            "kinds": kinds,
            "keep": task_vars.get("infra_disabled_domains", []),
            "project": str(task_vars["project_name"]),
            "id": str(task_vars.get("infra_id", task_vars["project_name"])),
            "scope": self._scope(inventory, arguments, task_vars),
            "options": {
                "allowReplace": arguments["allow_replace"],
                "autoCleanup": arguments["auto_cleanup"],
                "snapshotBefore": str(task_vars.get("infra_snapshot_before", "auto")),
                "parallel": arguments["parallel"],
                "logRequests": bool(os.environ.get(_LOG_REQUESTS)),
            },
            "target": {"socket": arguments["socket"] or None, "remote": arguments["remote"] or None},
            "domains": inventory.domains(),
        }

    def _scope(self, inventory, arguments, task_vars):
        """None is everything, and only then does a domain count as gone."""
        if arguments["only"]:
            return arguments["only"]
        return inventory.with_host_in(task_vars["ansible_play_hosts_all"]) if "ansible_limit" in task_vars else None

    def _show_what_was_not_told(self, actions):
        """A plan has no progress, and an apply none for what it only reports."""
        for action in actions:
            if action["status"] in ("planned", "skipped"):
                display.display("\n".join(report.with_changes(action) if self._task.diff else [report.line(action)]))

    def _share(self, result, kinds, requests):
        actions = [action for action in result["actions"] if _kind_of(action) in kinds]
        share = {
            "changed": any(action["status"] in ("planned", "done") for action in actions),
            "actions": actions,
            "requests": requests,
        }
        if self._task.diff and actions:
            share["diff"] = {"prepared": "\n".join(line for action in actions for line in report.with_changes(action))}
        return share


def _kind_of(action):
    """The kind that a task asks for; a project comes with its default profile."""
    is_default_profile = (action["kind"], action["name"]) == ("profile", "default")
    return "projects" if is_default_profile else _KIND_OF[action["kind"]]


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
