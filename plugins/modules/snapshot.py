# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

# Documentation only: the work is done on the controller, in plugins/action/snapshot.py.

DOCUMENTATION = r"""
---
module: snapshot
short_description: Takes the snapshots that infra.yml declares
description:
  - Takes a snapshot of each machine of the play that declares any with C(snapshots) in C(infra.yml), and runs its hooks.
  - The commands C(pre) run in the machine before, one after the other; if one fails, no snapshot is taken, which is an
    error. The commands C(post) run afterwards in any case. Neither run in a stopped machine.
  - Then the snapshots of earlier runs beyond C(keep) are deleted. Incus deletes those that are older than C(expiry).
  - Runs once on the controller, however many hosts the play has.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
extends_documentation_fragment:
  - incus.infra.engine
attributes:
  check_mode:
    support: full
    description: Only says whether any machine declares snapshots; Incus is not asked.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Take the declared snapshots
  incus.infra.snapshot:
"""

RETURN = r"""
actions:
  description: What became of each machine that declares snapshots.
  returned: always, except in check mode
  type: list
  elements: dict
  contains:
    project:
      description: The Incus project of the machine.
      type: str
      sample: work
    name:
      description: The machine.
      type: str
      sample: dev
    reason:
      description: The name of the snapshot.
      type: str
      sample: declared-20261124-021312
    status:
      description: The outcome; C(done), C(failed), C(blocked) or C(stopped).
      type: str
    error:
      description: What went wrong and how to fix it, with C(code), C(message) and C(help).
      type: dict
"""
