"""What can go wrong for a user, under one base class. Each message names the file, the cause and the remedy."""

from __future__ import annotations


class XianzhiError(Exception):
    """A failure that the user can understand and mend; its text is one line, ready to be shown."""

    def __init__(self, where: object, cause: str, remedy: str) -> None:
        self.where, self.cause, self.remedy = str(where), cause, remedy
        super().__init__(f"{self.where}: {cause}; {remedy}")


class InputError(XianzhiError):
    """A document or path that cannot be read: reported, the other documents go on, exit code 1 at the end."""


class OutputError(XianzhiError):
    """An output folder that cannot be used: nothing is built."""


class SettingsError(XianzhiError):
    """A setting or argument that makes no sense: exit code 2."""


class QueryError(XianzhiError):
    """A question that the store cannot answer as it was put."""


class LoadError(XianzhiError):
    """A store that a graph could not be loaded into, or that does not hold all of it."""
