# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""What the inventory says about Incus: the domains and their machines."""

from __future__ import annotations

import os

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.inventory.host import Host

# What group_vars/<domain>.yml says beside the names. incus_profiles is left out of it when there are none.
_DOMAIN = {
    "description": "domain_description",
    "ephemeral": "domain_ephemeral",
    "incus_project": "incus_project",
    "incus_network": "incus_network",
    "incus_profiles": "incus_profiles",
}

# What host_vars/<machine>.yml says to Incus. instance_roles is for Ansible alone.
_MACHINE = (
    "instance_name",
    "instance_type",
    "instance_description",
    "instance_domain",
    "instance_os_image",
    "instance_ip",
    "instance_ephemeral",
    "instance_gpu",
    "instance_profiles",
    "instance_config",
    "instance_devices",
    "instance_storage_volumes",
    "instance_boot_autostart",
    "instance_boot_priority",
    "instance_snapshots_schedule",
    "instance_snapshots_expiry",
    "instance_snapshots_pattern",
    "instance_snapshots_keep",
    "instance_snapshots_pre",
    "instance_snapshots_post",
)


class Inventory:
    """Reads variables with Ansible's own precedence, each in the context of the host or group that it belongs to."""

    def __init__(self, inventory, variable_manager, templar, names):
        missing = [name for name in names if name not in inventory.groups]
        if missing:
            # Going on would make a domain whose file cannot be read look like one that is gone.
            raise AnsibleActionFail(f"The inventory lacks {', '.join(missing)} of infra_domains. {_source(inventory)}")
        self._groups = [inventory.groups[name] for name in names]
        self._variable_manager = variable_manager
        self._templar = templar

    def domains(self):
        """All domains, in the order of infra.yml."""
        return [self._domain(group) for group in self._groups]

    def with_host_in(self, play_hosts):
        """The names of the domains that have a host in the play."""
        return [group.name for group in self._groups if any(host.name in play_hosts for host in group.get_hosts())]

    def _domain(self, group):
        domain = {"name": group.name, **self._select(self._variables_of_group(group), _DOMAIN)}
        domain["machines"] = [machine for machine in map(self._machine, group.get_hosts()) if machine]
        return domain

    def _machine(self, host):
        variables = self._variable_manager.get_vars(host=host, include_hostvars=False)
        return self._select(variables, {name: name for name in _MACHINE}) if "instance_name" in variables else None

    def _variables_of_group(self, group):
        """What a machine of the group would have from it; so a domain needs no machine to be read."""
        host = Host(group.name)
        host.add_group(group)
        return self._variable_manager.get_vars(host=host, include_hostvars=False)

    def _select(self, variables, names):
        selected = {key: variables[name] for key, name in names.items() if name in variables}
        return _plain(self._templar.copy_with_new_env(available_variables=variables).template(selected))


def _source(inventory):
    """Where Ansible has the inventory from: a variable of the user's may say another one than that of the tree."""
    sources, origin = constants.config.get_config_value_and_origin("DEFAULT_HOST_LIST")
    if list(sources) != list(inventory._sources):
        said_by = "--inventory"
    elif origin.startswith("env: "):
        said_by = f"the variable {origin.removeprefix('env: ')}; unset it for this build"
    elif constants.CONFIG_FILE is None:
        said_by = "Ansible's default"
    elif os.path.dirname(constants.CONFIG_FILE) == inventory._loader.get_basedir():
        said_by = constants.CONFIG_FILE
    else:
        said_by = f"the configuration {constants.CONFIG_FILE}; unset ANSIBLE_CONFIG for this build if that names it"
    return f"It is {', '.join(inventory._sources)}, by {said_by}."


def _plain(value):
    """Without Ansible's marks of where a value came from, which are not for JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
