"""The command line: each file of this folder is a command, imported when it is needed."""

from __future__ import annotations

from gradus.cli._group import main

__all__ = ["main"]
