"""Make the project's own Python environment: ``python3 scripts/bootstrap.py .venv``.

Python makes it and brings pip; pip fetches the packages of requirements.lock, each with its hash,
from wherever it is configured to fetch them: an index, a company's mirror or a folder.

An environment without its ``ready`` file is one that was interrupted, and is made again. This is
run by whatever python3 there is, so it is written for old ones too.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Make the environment in `folder`, or bring a finished one up to the lock file."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an old Python gets as far as this
        sys.exit(
            f"nabij needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. "
            "If you have a newer one, name it: make PYTHON=python3.12 ..."
        )
    print(f"Setting up {folder} (once; a minute or two) ...", flush=True)
    python, ready = folder / "bin" / "python", folder / "ready"
    finished = ready.exists() and has_pip(python)
    ready.unlink(missing_ok=True)
    if not finished:
        provide_ensurepip()
        run([sys.executable, "-m", "venv", "--clear", folder])
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*install, "--require-hashes", "--requirement", "requirements.lock"])
    run([*install, "--no-deps", "--no-build-isolation", "--editable", "."])
    ready.touch()


def has_pip(python: Path) -> bool:
    """Tell whether an environment's Python is there and can run pip."""
    asked = [str(python), "-m", "pip", "--version"]
    return python.exists() and subprocess.run(asked, capture_output=True).returncode == 0


def provide_ensurepip() -> None:
    """See that Python can put pip into an environment; Debian keeps that part in a package."""
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"{sys.executable} cannot make an environment: its module ensurepip is missing. "
            f"On Debian and Ubuntu that is the package {package}:\n"
            f"  sudo apt-get install {package}\n"
            "Then run make again."
        )
    print(f"Installing {package} (once) ...", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run(["apt-get", "-qq", "update"])
    run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", package])


def run(command: list) -> None:
    """Run a command; if it fails, stop and say which it was."""
    words = [str(word) for word in command]
    if subprocess.call(words):
        sys.exit(
            f"Set-up stopped: this failed.\n  {' '.join(words)}\nMend that and run make again."
        )


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit("Set-up stopped; the next make begins it again.")
