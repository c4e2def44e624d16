"""Other programs of the same user read neither the daemon's memory nor the passphrase it was started with."""

import subprocess
import sys

import pytest

LOOK = """
import ctypes, os
from models.sealed import seal

def seen():
    reader = os.fork()
    if not reader:
        try:
            open(f"/proc/{os.getppid()}/environ").read()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(reader, 0)[1] == 0

if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
prctl = ctypes.CDLL(None).prctl
prctl(4, 1, 0, 0, 0)
before = seen()
seal()
print(before, seen(), prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_no_core_file_and_no_reading_of_the_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOOK], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["True", "False", "0"]
