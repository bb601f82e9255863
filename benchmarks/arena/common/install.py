"""Install the packages the adapters drive, into .venv and node_modules beside them: `python common/install.py`.

Pinned in requirements.txt and package.json. npm runs no script of theirs: what they would download is not needed here.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def main() -> int:
    """0 where pip brought everything; a missing npm is only said."""
    python = HERE / ".venv" / "bin" / "python"
    run = [[sys.executable, "-m", "venv", str(python.parents[1])]] if not python.is_file() else []
    run.append([str(python), "-m", "pip", "install", "--quiet", "--requirement", str(HERE / "requirements.txt")])
    if shutil.which("npm"):
        run.append(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(HERE)])
    else:
        print("no npm: the packages of package.json are left out", file=sys.stderr)
    return max(subprocess.run(words, check=False, cwd=HERE).returncode for words in run)  # noqa: S603  # a list


if __name__ == "__main__":
    sys.exit(main())
