# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.incus.infra.plugins.plugin_utils import belt
from ansible_collections.incus.infra.plugins.plugin_utils.desired import Inventory


class ActionModule(ActionBase):
    """Reads all domains of the inventory, with or without machines, whatever hosts the play has."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        inventory = Inventory(task_vars, self._task.get_variable_manager(), self._templar)
        try:
            outcome["rules"] = belt.chains(belt.domains_on(inventory.domains(), self._task.args.get("remote")))
        except belt.BeltError as error:
            raise AnsibleActionFail(str(error)) from error
        return outcome
