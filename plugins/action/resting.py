# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

# Incus's words, and what they mean.
_RESTS = {"Instance is not running": "it is stopped", "Instance is frozen": "it is paused"}


class ActionModule(ActionBase):
    """Says why nothing is to be done in a machine, if so."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        self.validate_argument_spec({})
        state = task_vars.get("instance_state")
        reason = "infra.yml wants it stopped" if state == "stopped" else self._ask() if state == "any" else None
        if reason:
            outcome["reason"] = reason
        return outcome

    def _ask(self):
        try:
            said = self._low_level_execute_command(":")["stderr"]
        except AnsibleConnectionFailure as failure:
            said = str(failure)
            if not _meaning(said):
                raise
        return _meaning(said)


def _meaning(said):
    return next((meaning for words, meaning in _RESTS.items() if words in said), None)
