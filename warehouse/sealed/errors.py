"""What can be wrong with keys and sealed files.

What belongs here: exception classes. What does not: errors about delivered rows.

Texts name keys, files and folders; never a key's content, a row or a value.
"""

from warehouse.errors import JamlikError


class KeyMissing(JamlikError):
    """A key, or the folder it should lie in, is not there."""


class KeyUnsafe(JamlikError):
    """A key's folder or file can be read by others, or holds no key."""


class WrongKey(JamlikError):
    """A file or a store was made with another key than the one at hand."""


class SealBroken(JamlikError):
    """A sealed file is not the one that was sealed: cut, changed, swapped or without its seal."""


class NotSealed(JamlikError):
    """A file that must be encrypted is not."""


class OldStore(JamlikError):
    """A store was made by an earlier version, and cannot be used as it is."""


class RestrictedError(JamlikError):
    """Code on rows about people failed; class, place and a fixed reason are all that is told."""
