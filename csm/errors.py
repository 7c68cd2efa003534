"""Errors that a person can act on. Each carries the sentence that the person is shown."""


class CsmError(Exception):
    """Something the person in front of us can understand and mend.

    `str(error)` is shown to them as it is, so it must say what is wrong and what to do,
    and must never carry data that this person may not read.
    """


class InvalidInput(CsmError):
    """The words, numbers or form values that were given make no sense."""


class NotFound(CsmError):
    """Nothing of that name exists, or nothing that this person may know of."""


class Forbidden(CsmError):
    """The person's role, or the people listening in the place, do not allow it."""


class Conflict(CsmError):
    """Somebody else was first, or the thing has changed since it was shown."""


class Busy(CsmError):
    """The records are locked or slow right now; trying again shortly will do."""


class Unavailable(CsmError):
    """The records or a service that the answer needs cannot be reached."""


class BadPlaybook(CsmError):
    """A file of the playbook is wrong: the message names file, key and value."""
