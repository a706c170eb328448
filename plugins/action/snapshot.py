# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.incus.infra.plugins.plugin_utils import reconciler, report
from ansible_collections.incus.infra.plugins.plugin_utils.desired import Inventory

_ARGUMENTS = {
    "socket": {"type": "path"},
    "remote": {"type": "str"},
}

_DECLARED = "instance_snapshots_"

display = Display()


class ActionModule(ActionBase):
    """Takes the snapshots that the machines of the play declare."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        domains = self._domains(task_vars)
        if self._task.check_mode:
            outcome["actions"] = []
            outcome["changed"] = any(_declares(machine) for domain in domains for machine in domain["machines"])
            return outcome
        try:
            result = reconciler.run(self._request(domains, task_vars), _tell)
        except reconciler.ReconcilerError as error:
            raise AnsibleActionFail(str(error)) from error
        outcome.update(result)
        failure = report.failure(result)
        if failure:
            outcome.update(failed=True, msg=failure)
        return outcome

    def _domains(self, task_vars):
        """Those of the inventory, with the machines of the play only: a snapshot is about one machine."""
        inventory = Inventory(task_vars, self._task.get_variable_manager(), self._templar)
        hosts = task_vars["ansible_play_hosts_all"]
        return [
            {**domain, "machines": [machine for machine in domain["machines"] if machine["instance_name"] in hosts]}
            for domain in inventory.domains()
        ]

    def _request(self, domains, task_vars):
        arguments = self._validated()
        return {
            "version": 1,
            "action": "snapshot",
            "project": str(task_vars["project_name"]),
            "options": {"log_requests": reconciler.logs_requests()},
            "target": {"socket": arguments["socket"] or None, "remote": arguments["remote"] or None},
            "domains": domains,
        }

    def _validated(self):
        given = {name: value for name, value in self._task.args.items() if value is not None}
        result = ArgumentSpecValidator(_ARGUMENTS).validate(given)
        if result.error_messages:
            raise AnsibleActionFail("incus.infra.snapshot: " + "; ".join(result.error_messages), obj=self._task.args)
        return result.validated_parameters


def _declares(machine):
    return any(name.startswith(_DECLARED) for name in machine)


def _tell(step):
    line = report.progress(step)
    if line:
        display.display(line)
