# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible_collections.incus.infra.plugins.module_utils.steps import compare
from ansible_collections.incus.infra.plugins.plugin_utils.step_action import StepAction

_ARGUMENTS = {
    "steps": {"type": "list", "elements": "dict", "required": True},
    "files": {"type": "dict", "default": {}},
    "refresh": {"type": "bool", "default": False},
}


class ActionModule(StepAction):
    """Compares a machine with its steps."""

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        dummy, given = self.validate_argument_spec(_ARGUMENTS)
        steps = [self.described(step, task_vars)[0] for step in given["steps"]]
        outcome.update(self.in_machine(compare, steps=steps, files=given["files"], refresh=given["refresh"]), changed=False)
        return outcome
