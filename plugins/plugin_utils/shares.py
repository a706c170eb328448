# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""Hands a task the result that an earlier task of the same run got for it; each task has a process of its own."""

from __future__ import annotations

import json
import os

from ansible import constants


class Shares:
    """Files in the folder that Ansible makes for one run and deletes at its end."""

    @staticmethod
    def leave(task, share):
        """Keeps the share for the task."""
        with open(_file(task), "w", encoding="utf-8") as file:
            json.dump(share, file)

    @staticmethod
    def take(task):
        """The share, once; else None."""
        try:
            with open(_file(task), encoding="utf-8") as file:
                share = json.load(file)
        except FileNotFoundError:
            return None
        os.remove(_file(task))
        return share


def _file(task):
    return os.path.join(constants.DEFAULT_LOCAL_TMP, f"incus-infra-{task._uuid}.json")
