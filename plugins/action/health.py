# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display
from ansible_collections.incus.infra.plugins.plugin_utils import report
from ansible_collections.incus.infra.plugins.plugin_utils.engine_action import EngineAction, is_in_build

_ARGUMENTS = {
    "before": {"type": "list", "elements": "str", "required": True},
}

display = Display()


class ActionModule(EngineAction):
    """Asks about all that some hosts need."""

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        outcome.update(changed=False, unhealthy=[], unmet={})
        if self._task.check_mode:
            return outcome
        arguments = self.arguments(_ARGUMENTS)
        needs = _needs_of(arguments["before"], task_vars)
        failed = set(task_vars["ansible_play_hosts_all"]) - set(task_vars["ansible_play_hosts"])
        asked = {name for names in needs.values() for name in names} - failed
        actions = self._health(asked, arguments, task_vars) if asked else []
        unhealthy = asked - {action["name"] for action in actions if action["kind"] == "instance" and not action.get("error")}
        outcome["unhealthy"] = [action for action in actions if action.get("error")]
        outcome["unmet"] = {
            host: _reason([name for name in needed if name in failed], [name for name in needed if name in unhealthy])
            for host, needed in needs.items()
            if not (failed | unhealthy).isdisjoint(needed)
        }
        if not is_in_build():
            for action in outcome["unhealthy"]:
                display.error(f"{report.label(action)}: {action['error']['message']}")
        return outcome

    def _health(self, names, arguments, task_vars):
        """What became of these machines."""
        result = self.ask("health", self.inventory(task_vars).with_machines(names), arguments, task_vars)
        if result.get("error"):
            raise AnsibleActionFail(result["error"]["message"])
        return result["actions"]


def _needs_of(names, task_vars):
    """What the hosts of these names and groups need, of those that are still in the play."""
    hosts = {host for name in names for host in task_vars["groups"].get(name, [name])}
    hostvars = task_vars["hostvars"]
    return {
        host: [str(name) for name in hostvars[host].get("instance_needs", [])]
        for host in task_vars["ansible_play_hosts"]
        if host in hosts
    }


def _reason(failed, unhealthy):
    reasons = [f"{name}, which failed" for name in failed] + [f"{name}, which is not healthy" for name in unhealthy]
    return f"It needs {', and '.join(reasons)}."
