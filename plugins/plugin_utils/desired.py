# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""What the inventory says about Incus: the domains and their machines."""

from __future__ import annotations

import os

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.inventory.host import Host

# What group_vars/<domain>.yml says beside the names; what there is none of is not in it.
_DOMAIN = {
    "was": "domain_was",
    "description": "domain_description",
    "ephemeral": "domain_ephemeral",
    "incus_project": "incus_project",
    "incus_access": "incus_access",
    "incus_remote": "incus_remote",
    "incus_network": "incus_network",
    "incus_network_acl": "incus_network_acl",
    "incus_profiles": "incus_profiles",
}

# What host_vars/<machine>.yml says to Incus.
_MACHINE = (
    "instance_name",
    "instance_type",
    "instance_description",
    "instance_os_image",
    "instance_image_policy",
    "instance_ip",
    "instance_hosts",
    "instance_ephemeral",
    "instance_state",
    "instance_was",
    "instance_target",
    "instance_spread",
    "instance_gpu",
    "instance_profiles",
    "instance_config",
    "instance_devices",
    "instance_created_folders",
    "instance_storage_volumes",
    "instance_ports",
    "instance_health",
    "instance_needs",
    "instance_boot_autostart",
    "instance_boot_priority",
    "instance_weight",
    "instance_snapshots_schedule",
    "instance_snapshots_expiry",
    "instance_snapshots_pattern",
    "instance_snapshots_keep",
    "instance_snapshots_pre",
    "instance_snapshots_post",
)


class Inventory:
    """Reads variables with Ansible's own precedence, each in the context of the host or group that it belongs to."""

    def __init__(self, task_vars, variable_manager, templar):
        if "infra_domains" not in task_vars:
            raise AnsibleActionFail("infra_domains is not defined: the tree is older than the collection. Rebuild it.")
        self._domains = task_vars["infra_domains"]
        self._resource_policy = task_vars.get("infra_resource_policy")
        self._images = task_vars.get("infra_images", [])
        self._groups = task_vars["groups"]
        self._hostvars = task_vars["hostvars"]
        self._variable_manager = variable_manager
        self._templar = templar
        missing = [name for name in self._domains if name not in self._groups]
        if missing:
            # Going on would make a domain whose file cannot be read look like one that is gone.
            raise AnsibleActionFail(f"The inventory lacks {', '.join(missing)} of infra_domains. {_source(task_vars)}")

    def domains(self):
        """All domains, in the order of infra.yml."""
        return [self._domain(name) for name in self._domains]

    def resource_policy(self):
        """How machines share what their servers have, or None."""
        return _plain(self._templar.template(self._resource_policy))

    def images(self):
        """The project's own images; what they are built of only the build says."""
        return _plain(self._templar.template(self._images))

    def with_machines(self, names):
        """The domains that have any of some machines, with these alone."""
        return [self._domain(name, names) for name in self._domains if not names.isdisjoint(self._groups[name])]

    def within(self, play_hosts, limit):
        """The names of the domains that have a host in the play, or have none at all and are in the limit by name."""
        return [
            name
            for name in self._domains
            if (set(self._groups[name]) & set(play_hosts) if self._groups[name] else name in limit)
        ]

    def _domain(self, name, only=None):
        domain = {"name": name, **_select(self._variables_of_group(name), _DOMAIN)}
        hosts = [host for host in self._groups[name] if only is None or host in only]
        domain["machines"] = [machine for machine in map(self._machine, hosts) if machine]
        return domain

    def _machine(self, name):
        variables = self._hostvars[name]
        return _select(variables, {name: name for name in _MACHINE}) if "instance_name" in variables else None

    def _variables_of_group(self, name):
        """What a machine of the group would have from it; so a domain needs no machine to be read."""
        host = Host(name)
        host.add_group(self._hostvars._inventory.groups[name])
        variables = self._variable_manager.get_vars(host=host, include_hostvars=False)
        wanted = {name: variables[name] for name in _DOMAIN.values() if name in variables}
        return self._templar.copy_with_new_env(available_variables=variables).template(wanted)


def _select(variables, names):
    return _plain({key: variables[name] for key, name in names.items() if name in variables})


def _source(task_vars):
    """Where Ansible has the inventory from: a variable of the user's may say another one than that of the tree."""
    used = task_vars["ansible_inventory_sources"]
    sources, origin = constants.config.get_config_value_and_origin("DEFAULT_HOST_LIST")
    if list(sources) != list(used):
        said_by = "--inventory"
    elif origin.startswith("env: "):
        said_by = f"the variable {origin.removeprefix('env: ')}; unset it for this build"
    elif constants.CONFIG_FILE is None:
        said_by = "Ansible's default"
    elif os.path.dirname(constants.CONFIG_FILE) == task_vars["playbook_dir"]:
        said_by = constants.CONFIG_FILE
    else:
        said_by = f"the configuration {constants.CONFIG_FILE}; unset ANSIBLE_CONFIG for this build if that names it"
    return f"It is {', '.join(used)}, by {said_by}."


def _plain(value):
    """Without Ansible's marks of where a value came from, which are not for JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
