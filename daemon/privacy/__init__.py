"""Privacy: what must not be kept never reaches the disk.

`Privacy` is the one gate; every event passes it once. `redact` blacks out secrets in a text.
"""

from daemon.privacy.exclusions import Rules
from daemon.privacy.privacy import Privacy
from daemon.privacy.redaction import redact

__all__ = ["Privacy", "Rules", "redact"]
