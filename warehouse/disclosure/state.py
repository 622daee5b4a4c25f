"""When the rules of disclosure control last changed, for those who decide whether to build anew.

What belongs here: a fingerprint of the rules in force. What does not: the rules (`configuration`).
"""

import hashlib
from contextlib import suppress
from datetime import date

from warehouse.disclosure.configuration import DEFAULT, read_configuration
from warehouse.errors import InputError
from warehouse.settings import Settings


def rules_state(settings: Settings, today: date) -> str:
    """The file's content, and the sources whose approval holds, which a day may change.

    Raises:
        InputError: The data owner's file cannot be read.
    """
    configuration = read_configuration(settings.disclosure)
    content = (settings.disclosure or DEFAULT).read_bytes()
    signed = []
    for source in configuration.sources:
        with suppress(InputError):
            configuration.require_approval(source, settings.survey_origin, today)
            signed.append(source)
    return " ".join([hashlib.sha256(content).hexdigest(), *signed])
