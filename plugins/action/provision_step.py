# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible_collections.incus.infra.plugins.module_utils.files import with_other_content
from ansible_collections.incus.infra.plugins.module_utils.steps import compare, do
from ansible_collections.incus.infra.plugins.plugin_utils.step_action import StepAction

_ARGUMENTS = {"step": {"type": "dict", "required": True}}


class ActionModule(StepAction):
    """Does a step of files, users or services."""

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        dummy, given = self.validate_argument_spec(_ARGUMENTS)
        step, contents = self.described(given["step"], task_vars)
        outcome.update(self._looked_at(step) if self._task.check_mode else self._done(step, contents))
        return outcome

    def _looked_at(self, step):
        compared = self.in_machine(compare, steps=[step], files={}, refresh=False)
        return compared if compared.get("failed") else {"changed": bool(compared["pending"])}

    def _done(self, step, contents):
        if not contents:
            return self.in_machine(do, step=step, data=b"")
        # Large ones take their time: only those that differ.
        wanted = self.in_machine(with_other_content, files=step["files"])
        if isinstance(wanted, dict):
            return wanted
        files = [{**file, "sent": number in wanted} for number, file in enumerate(step["files"])]
        return self.in_machine(do, step={**step, "files": files}, data=b"".join(contents[number] for number in wanted))
