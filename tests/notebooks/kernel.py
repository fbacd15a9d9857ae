"""A real kernel of this interpreter for the notebooks, closed off from every address outside this machine.

It judges nothing: what a notebook tried and told is handed to the tests.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

ROOT: Final = Path(__file__).parents[2]
KERNEL: Final = "koppelcheck-test"
SECONDS: Final = 100  # for one cell, on a machine that is busy

# Loaded by Python itself before anything else in the kernel, so no import can be earlier.
GUARD: Final = """
import os
import sys

LOCAL = ("127.0.0.1", "::1", "localhost", "", None)


def refuse_network(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host in LOCAL:
        return
    with open(os.environ["NETWORK_LOG"], "a", encoding="utf-8") as log:
        log.write(f"{event} {host}\\n")
    raise OSError("no network in this test")


sys.addaudithook(refuse_network)
"""


@dataclass(frozen=True, slots=True)
class Executed:
    """A notebook after a run from top to bottom, what its last cell handed over, and the addresses it tried."""

    notebook: Any
    told: dict[str, Any]
    network: str


def read_notebook(path: Path) -> Any:
    """Return a notebook as it is kept."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def execute(path: Path, place: Path, variables: dict[str, str], *, hand_over: str) -> Executed:
    """Run a notebook and, after its last cell, a cell of the test that prints one JSON object.

    `place` is an empty folder for the kernel; `variables` are added to its environment.
    """
    (place / "guard").mkdir()
    (place / "guard" / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    network_log = place / "network.log"
    network_log.touch()
    # The guard comes first; the rest is where the test itself found its modules.
    found = [str(place / "guard"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    own = {"PYTHONPATH": os.pathsep.join(part for part in found if part), "NETWORK_LOG": str(network_log)}
    _write_kernel(place / "kernels" / KERNEL, own | variables)
    notebook = read_notebook(path)
    notebook["cells"].append(new_code_cell(hand_over))  # type: ignore[no-untyped-call]
    # It starts outside the folder of the notebook: where it is started must not matter.
    client = NotebookClient(
        notebook, kernel_name=KERNEL, timeout=SECONDS, resources={"metadata": {"path": str(place)}}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KOPPELCHECK_RUN", raising=False)
        patch.setenv("JUPYTER_PATH", str(place))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(place / "runtime"))
        patch.setenv("IPYTHONDIR", str(place / "ipython"))
        client.execute()
    handed_over = notebook["cells"].pop()
    told: dict[str, Any] = json.loads("".join(output["text"] for output in handed_over["outputs"]))
    return Executed(notebook, told, network_log.read_text(encoding="utf-8"))


def _write_kernel(folder: Path, variables: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "this interpreter",
        "language": "python",
        "env": variables,
    }
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
