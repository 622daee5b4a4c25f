"""The errors that are meant for the person at the keyboard.

What belongs here: exception classes whose text says what was wrong, where, and what to
do. What does not: programming errors, which keep their own classes and tracebacks.
"""


class JamlikError(Exception):
    """Something a user or an engineer can put right.

    Args:
        what: What was wrong and where (file, column, endpoint, row number), one sentence.
        remedy: What to do about it, one sentence.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what} {remedy}".strip())


class SettingsError(JamlikError):
    """A setting is missing, or its value cannot be used."""


class InputError(JamlikError):
    """A table or an argument that a user handed in breaks a rule; exit status 2."""


class LockTimeout(JamlikError):
    """Another live process holds a lock for longer than the limit."""


class PublishError(JamlikError):
    """A release was not published; the one before it still stands."""


class NotifyError(JamlikError):
    """A notice of a failed run reached nobody, or not everybody."""


class DiskFullError(JamlikError):
    """There is no room for what was to be written."""
