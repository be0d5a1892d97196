"""Make the project's environment: a virtual environment with pinned dependencies.

Run by ``make`` whenever ``pyproject.toml`` or ``constraints.txt`` is newer than
the environment. With ``clients`` as a second argument it adds the clients of model
servers, which only the project's own tests need. It is written for any Python that a machine may call
``python3``, so that one which is too old is told so in words and not by a
syntax error; hence no annotations and no f-strings here.

Exit status: 0 when the environment is ready, 1 with one line on standard error
that says what to do.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")
OFFLINE_SIGNS = (
    "Could not find a version that satisfies",
    "No matching distribution found",
    "Failed to establish a new connection",
    "Failed to fetch",
    "Connection refused",
    "dns error",
    "not found in the package registry",
)


class SetupError(Exception):
    """The environment cannot be made; the text says what to do about it."""


def main(venv, addition=None):
    """Create or refresh the environment in the folder ``venv``, or add to it."""
    use_new_enough_python()
    log = os.path.join(venv, "bootstrap.log")
    uv = shutil.which("uv")
    print(
        "{} {} with {} (only now and when pyproject.toml changes)".format(
            "Adding {} to".format(addition) if addition else "Setting up",
            venv,
            "uv" if uv else "venv and pip",
        )
    )
    sys.stdout.flush()
    if not is_working(venv):
        create(venv, uv)
    extras = ["course", "dev"] + ([addition] if addition else [])
    install(venv, uv, log, extras)
    with open(os.path.join(venv, addition or "ready"), "w") as stamp:
        stamp.write(sys.version + "\n")


def use_new_enough_python():
    """Go on under a newer Python when this one is too old and there is one."""
    if sys.version_info[:2] >= OLDEST:
        return
    # Python 2 has no which.
    which = getattr(shutil, "which", lambda _: None)
    for name in NEWER_PYTHONS:
        newer = which(name)
        if newer and is_new_enough(newer):
            os.execv(newer, [newer] + sys.argv)
    raise SetupError(
        "Python {}.{} or newer is needed, and this is {}.{}. "
        "Install one, or name it: make PYTHON=/path/to/python3.12".format(
            OLDEST[0], OLDEST[1], sys.version_info[0], sys.version_info[1]
        )
    )


def is_new_enough(python):
    """Whether ``python`` starts at all and is not too old."""
    question = "import sys; sys.exit(sys.version_info[:2] < {!r})".format(OLDEST)
    return (
        subprocess.call(
            [python, "-c", question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        == 0
    )


def is_working(venv):
    """Whether the environment's own Python still starts."""
    python = python_of(venv)
    return os.path.exists(python) and is_new_enough(python)


def python_of(venv):
    """The path of the environment's Python."""
    return os.path.join(venv, "bin", "python")


def create(venv, uv):
    """Make an empty environment in ``venv``, replacing a broken one."""
    try:
        os.makedirs(venv, exist_ok=True)
    except OSError as error:
        raise SetupError(
            "{} cannot be created ({}). Put the project in a folder that you may write to.".format(
                os.path.abspath(venv), error.strerror
            )
        )
    if uv:
        command = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, venv]
    else:
        command = [sys.executable, "-m", "venv", "--clear", venv]
    status, output = run(command)
    if status == 0:
        return
    if "ensurepip" in output or "No module named venv" in output:
        raise SetupError(
            "this Python has no working venv module. On Debian or Ubuntu: "
            "apt install python3-venv; anywhere: install uv, which needs none."
        )
    raise SetupError("the environment could not be made: " + last_line(output))


def install(venv, uv, log, extras):
    """Install the project and the pinned dependencies of ``extras`` into the environment."""
    if uv:
        command = [uv, "pip", "install", "--python", python_of(venv)]
    else:
        command = [python_of(venv), "-m", "pip", "install", "--disable-pip-version-check"]
    environment = dict(
        os.environ, PIP_CONSTRAINT="constraints.txt", UV_BUILD_CONSTRAINT="constraints.txt"
    )
    status, output = run(
        command + ["-c", "constraints.txt", "-e", ".[{}]".format(",".join(extras))],
        env=environment,
    )
    try:
        with open(log, "w") as stream:
            stream.write(output)
    except OSError as error:
        raise SetupError("{} cannot be written ({}).".format(log, error.strerror))
    if status == 0:
        return
    if any(sign in output for sign in OFFLINE_SIGNS):
        raise SetupError(
            "no package index could be reached. Connect to the network, or point "
            "PIP_INDEX_URL (uv: UV_DEFAULT_INDEX) at a mirror, and run make again. "
            "What the installer said: " + log
        )
    raise SetupError("the installation failed: {} (all of it: {})".format(last_line(output), log))


def run(command, env=None):
    """The exit status and the whole output of ``command``."""
    try:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            universal_newlines=True,
        )
    except OSError as error:
        return 1, "{}: {}".format(command[0], error.strerror)
    output, _ = process.communicate()
    return process.returncode, output


def last_line(output):
    """The last line of ``output`` that says anything."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SetupError as error:
        sys.stderr.write("make: {}\n".format(error))
        sys.exit(1)
