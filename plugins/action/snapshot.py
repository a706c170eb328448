# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible_collections.incus.infra.plugins.plugin_utils import report
from ansible_collections.incus.infra.plugins.plugin_utils.engine_action import EngineAction

_DECLARED = "instance_snapshots_"


class ActionModule(EngineAction):
    """Takes the snapshots that the machines of the play declare."""

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        arguments = self.arguments({})
        domains = self._domains(task_vars)
        if self._task.check_mode:
            outcome["actions"] = []
            outcome["changed"] = any(_declares(machine) for domain in domains for machine in domain["machines"])
            return outcome
        result = self.ask("snapshot", domains, arguments, task_vars)
        outcome.update(result)
        failure = report.failure(result)
        if failure:
            outcome.update(failed=True, msg=failure)
        return outcome

    def _domains(self, task_vars):
        """Those of the inventory, with the machines of the play only: a snapshot is about one machine."""
        hosts = task_vars["ansible_play_hosts_all"]
        return [
            {**domain, "machines": [machine for machine in domain["machines"] if machine["instance_name"] in hosts]}
            for domain in self.inventory(task_vars).domains()
        ]


def _declares(machine):
    return any(name.startswith(_DECLARED) for name in machine)
