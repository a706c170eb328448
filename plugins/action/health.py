# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.incus.infra.plugins.plugin_utils import reconciler, report
from ansible_collections.incus.infra.plugins.plugin_utils.desired import Inventory

_CALLBACK = "incus.infra.build"

_ARGUMENTS = {
    "before": {"type": "list", "elements": "str", "required": True},
    "socket": {"type": "path"},
    "remote": {"type": "str"},
}

display = Display()


class ActionModule(ActionBase):
    """Asks once about all that some hosts need, however many hosts the play has."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        outcome.update(changed=False, unhealthy=[], unmet={})
        if self._task.check_mode:
            return outcome
        arguments = self._validated()
        needs = _needs_of(arguments["before"], task_vars)
        failed = set(task_vars["ansible_play_hosts_all"]) - set(task_vars["ansible_play_hosts"])
        asked = {name for names in needs.values() for name in names} - failed
        actions = self._ask(asked, arguments, task_vars) if asked else []
        unhealthy = asked - {action["name"] for action in actions if action["kind"] == "instance" and not action.get("error")}
        outcome["unhealthy"] = [action for action in actions if action.get("error")]
        outcome["unmet"] = {
            host: _reason([name for name in needed if name in failed], [name for name in needed if name in unhealthy])
            for host, needed in needs.items()
            if not (failed | unhealthy).isdisjoint(needed)
        }
        if constants.DEFAULT_STDOUT_CALLBACK != _CALLBACK:
            for action in outcome["unhealthy"]:
                display.error(f"{report.label(action)}: {action['error']['message']}")
        return outcome

    def _ask(self, names, arguments, task_vars):
        """What became of these machines."""
        domains = Inventory(task_vars, self._task.get_variable_manager(), self._templar).with_machines(names)
        try:
            result = reconciler.run(_request(domains, arguments, task_vars), _tell)
        except reconciler.ReconcilerError as error:
            raise AnsibleActionFail(str(error)) from error
        if result.get("error"):
            raise AnsibleActionFail(result["error"]["message"])
        return result["actions"]

    def _validated(self):
        given = {name: value for name, value in self._task.args.items() if value is not None}
        result = ArgumentSpecValidator(_ARGUMENTS).validate(given)
        if result.error_messages:
            raise AnsibleActionFail("incus.infra.health: " + "; ".join(result.error_messages), obj=self._task.args)
        return result.validated_parameters


def _needs_of(names, task_vars):
    """What the hosts of these names and groups need, of those that are still in the play."""
    hosts = {host for name in names for host in task_vars["groups"].get(name, [name])}
    hostvars = task_vars["hostvars"]
    return {
        host: [str(name) for name in hostvars[host].get("instance_needs", [])]
        for host in task_vars["ansible_play_hosts"]
        if host in hosts
    }


def _request(domains, arguments, task_vars):
    return {
        "version": 1,
        "action": "health",
        "project": str(task_vars["project_name"]),
        "options": {"log_requests": reconciler.logs_requests()},
        "target": {"socket": arguments["socket"] or None, "remote": arguments["remote"] or None},
        "domains": domains,
    }


def _reason(failed, unhealthy):
    reasons = [f"{name}, which failed" for name in failed] + [f"{name}, which is not healthy" for name in unhealthy]
    return f"It needs {', and '.join(reasons)}."


def _tell(step):
    line = report.progress(step)
    if line:
        display.display(line)
