# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""Finds the tasks of a play that follow a task directly and have the same action."""

from __future__ import annotations

from ansible.playbook.block import Block

# What Ansible puts between the tasks of two roles by itself.
_BETWEEN = {
    "ansible.builtin.meta",
    "ansible.builtin.validate_argument_spec",
}


def following(task, variables):
    """The tasks, in running order, that this run will reach without another action in between, and in the same mode."""
    tasks = [later for block in play_of(task).compile() for later in _in_order(block.filter_tagged_tasks(variables))]
    here = next((place for place, other in enumerate(tasks) if other and other._uuid == task._uuid), len(tasks))
    for later in tasks[here + 1:]:
        if not later or later.resolved_action != task.resolved_action or later.check_mode != task.check_mode:
            return
        yield later


def _in_order(block):
    """Its tasks; None where a failure, of its own or of a task before, has other consequences than on the other side."""
    edge = [None] if block.rescue or block.always else []
    yield from edge
    for entry in block.block:
        if isinstance(entry, Block):
            yield from _in_order(entry)
        elif entry.resolved_action not in _BETWEEN:
            yield entry
    yield from edge


def play_of(task):
    """The play that a task is in: a task knows its block, and the outermost block knows the play."""
    parent = task._parent
    while getattr(parent, "_play", None) is None:
        parent = parent._parent
    return parent._play
