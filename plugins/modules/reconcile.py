# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

# Documentation only: the work is done on the controller, in plugins/action/reconcile.py.

DOCUMENTATION = r"""
---
module: reconcile
short_description: Makes an Incus server match the inventory
description:
  - Compares the domains and machines of the inventory with an Incus server and changes what differs.
  - The domains are the groups that C(infra_domains) lists, and their machines are the hosts of these groups. The
    variables are those that Incus.Infra.Sdk writes from one C(infra.yml).
  - Runs once on the controller, however many hosts the play has.
  - One plan covers all kinds that are given, so that what goes is deleted in the right order.
  - Takes a snapshot of an instance before it restarts it; with the variable C(infra_snapshot_before) set to C(always),
    before every change, and with C(never), not at all.
  - With C(--limit), it touches only the domains of the remaining hosts, each of them as a whole.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
extends_documentation_fragment:
  - incus.infra.engine
options:
  kinds:
    description: The kinds of objects to reconcile.
    type: list
    elements: str
    choices: [networks, projects, profiles, storage, instances]
    required: true
  only:
    description: The names of the only domains to touch. Unlike C(--limit), it can name a domain without hosts.
    type: list
    elements: str
    default: []
  auto_cleanup:
    description: Deletes objects that this infrastructure created and no longer declares, except protected ones.
    type: bool
    default: false
  allow_move:
    description: Stops machines to rename them, or to bring them to another domain or member of a cluster.
    type: bool
    default: false
  allow_replace:
    description: Deletes and recreates what cannot be changed in place.
    type: bool
    default: false
  repair:
    description:
      - Has Incus set up the rules of bridges and of machines' cards and ports anew. Somebody may have deleted them on its host,
        as C(nft flush ruleset) does, and Incus does not notice that.
    type: bool
    default: false
  parallel:
    description: How many objects to work on at once.
    type: int
    default: 8
attributes:
  check_mode:
    support: full
    description: Prints and returns what would be done, and sends no request that changes anything.
  diff_mode:
    support: full
    description: Prints each changed key with its old and its new value.
"""

EXAMPLES = r"""
- name: Make Incus match infra.yml
  incus.infra.reconcile:
    kinds: [networks, projects, profiles, storage, instances]

- name: Delete instances that are no longer in infra.yml
  incus.infra.reconcile:
    kinds: [instances]
    auto_cleanup: true
"""

RETURN = r"""
actions:
  description: What was done, or would be done in check mode, to each object of the kinds.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
      sample: instance
    project:
      description: The Incus project that it is in.
      type: str
      sample: work
    name:
      description: Its name.
      type: str
      sample: web
    action:
      description: What is done to it.
      type: str
      sample: update
    changes:
      description: The keys that differ, each with C(key), C(old), C(new) and C(cause).
      type: list
      elements: dict
    reason:
      description: Why, if the changes do not show it.
      type: str
    status:
      description: The outcome; C(planned), C(done), C(failed), C(blocked), C(skipped), C(unreachable) or C(stopped).
      type: str
    error:
      description: What went wrong and how to fix it, with C(code), C(message) and C(help).
      type: dict
requests:
  description: How many requests were sent to Incus, by method.
  returned: always
  type: dict
  sample: {GET: 5}
"""
