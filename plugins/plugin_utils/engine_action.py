# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.incus.infra.plugins.plugin_utils import reconciler, report
from ansible_collections.incus.infra.plugins.plugin_utils.desired import Inventory

# Documented by plugins/doc_fragments/engine.py.
_SERVER = {
    "socket": {"type": "path"},
    "remote": {"type": "str"},
}

_CALLBACK = "incus.infra.build"

display = Display()


class EngineAction(ActionBase):
    """An action that asks the engine once, however many hosts the play has."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def arguments(self, specification):
        """Those of the task, with the ones that say which server."""
        return self.validate_argument_spec({**specification, **_SERVER})[1]

    def inventory(self, task_vars):
        return Inventory(task_vars, self._task.get_variable_manager(), self._templar)

    def ask(self, action, domains, arguments, task_vars, options=None, **more):
        """The result; each step is told as it ends."""
        request = {
            "version": 1,
            "action": action,
            "project": str(task_vars["project_name"]),
            "options": {"log_requests": reconciler.logs_requests(), **(options or {})},
            "target": {"socket": arguments["socket"] or None, "remote": arguments["remote"] or None},
            "domains": domains,
            **more,
        }
        try:
            return reconciler.run(request, _tell)
        except reconciler.ReconcilerError as error:
            raise AnsibleActionFail(str(error)) from error


def is_in_build():
    """Whether the callback of the build shows what became of it."""
    return constants.DEFAULT_STDOUT_CALLBACK == _CALLBACK


def _tell(step):
    line = report.progress(step)
    if line:
        display.display(line)
