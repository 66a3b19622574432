"""Make the project's own Python environment, from a bare python3 and PyPI alone.

Debian's python3 comes without pip and without the means to add it to an environment; then the
pinned pip below is fetched. Everything else is in requirements.lock, each file with its hash.
"""

import hashlib
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

PIP_URL = (
    "https://files.pythonhosted.org/packages/"
    "44/3c/d717024885424591d5376220b5e836c2d5293ce2011523c9de23ff7bf068/"
    "pip-25.3-py3-none-any.whl"
)
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"


def main(folder: Path) -> None:
    """Make or renew the environment in `folder`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever python3 there is
        sys.exit(f"nabij needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    print(f"Setting up {folder} (once; a minute or two) ...", flush=True)
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    with tempfile.TemporaryDirectory() as scratch:
        wheel = fetch_pip(Path(scratch))
        install = [python, f"{wheel}/pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*install, "--require-hashes", "--requirement", "requirements.lock"])
        run([*install, "--no-deps", "--no-build-isolation", "--editable", "."])


def fetch_pip(folder: Path) -> Path:
    """Fetch pip's wheel and check it."""
    wheel = folder / PIP_URL.rsplit("/", 1)[1]
    with urllib.request.urlopen(PIP_URL) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        sys.exit(f"{PIP_URL}: the file is not what was expected; nothing was installed")
    wheel.write_bytes(content)
    return wheel


def run(command: list) -> None:
    """Run a command; stop with its exit code if it fails."""
    code = subprocess.call([str(part) for part in command])
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
