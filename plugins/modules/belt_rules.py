# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

# Documentation only: the work is done on the controller, in plugins/action/belt_rules.py.

DOCUMENTATION = r"""
---
module: belt_rules
short_description: Writes what the ACLs of the domains allow as rules of nftables
description:
  - Takes the bridge, the gateway and the ACL of each domain of one server that C(infra_domains) lists from the inventory,
    whatever hosts the play has.
  - Fails where a variable has something else than an address, a port or a name where one belongs. Descriptions are left
    out, so that no text of others gets into the rules.
  - Runs on the controller and changes nothing.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
options:
  remote:
    description:
      - The server whose domains are written, as the C(incus_remote) of these domains has it. Empty for those that have none.
    type: str
    default: ""
attributes:
  check_mode:
    support: full
    description: It only reads.
  diff_mode:
    support: none
  platform:
    support: full
    platforms: posix
"""

EXAMPLES = r"""
- name: Write the rules of the domains
  incus.infra.belt_rules:
  register: belt
"""

RETURN = r"""
rules:
  description: The chains of a table of the family inet, without the table around them.
  returned: success
  type: str
"""
