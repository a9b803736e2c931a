"""The processes of TrainFlow. Without a name: all of them, with a Redis server of their own (`make run`).

    python run.py [web | worker [QUEUE ...] | scheduler | prepare]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

WEB = ["gunicorn", "--config", "python:app.platform.web_server", "app:create_app()"]
COMMAND = ["flask", "--app", "app", "trainflow"]


def become(arguments: list[str]) -> None:
    """Turn this process into the one that `arguments` name."""
    command = WEB if arguments == ["web"] else [*COMMAND, *arguments]
    os.execv(sys.executable, [sys.executable, "-m", *command])


if __name__ == "__main__":
    if sys.argv[1:]:
        become(sys.argv[1:])
    from app.platform import supervisor

    sys.exit(supervisor.run(Path(__file__).resolve().parent))
