# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""Finds the tasks of a play that follow a task directly and have the same action."""

from __future__ import annotations

# What Ansible puts between the tasks of two roles by itself.
_BETWEEN = {
    "ansible.builtin.meta",
    "ansible.builtin.validate_argument_spec",
}


def following(task, variables):
    """The tasks, in running order, that this run will reach without another action in between."""
    tasks = [
        later
        for block in play_of(task).compile()
        for later in block.filter_tagged_tasks(variables).get_tasks()
        if later.resolved_action not in _BETWEEN
    ]
    here = next((place for place, other in enumerate(tasks) if other._uuid == task._uuid), len(tasks))
    for later in tasks[here + 1:]:
        if later.resolved_action != task.resolved_action:
            return
        yield later


def play_of(task):
    """The play that a task is in: a task knows its block, and the outermost block knows the play."""
    parent = task._parent
    while getattr(parent, "_play", None) is None:
        parent = parent._parent
    return parent._play
