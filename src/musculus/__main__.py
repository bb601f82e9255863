"""`python -m musculus` is `musculus`."""

import sys

from musculus.cli import main

if __name__ == "__main__":
    sys.exit(main())
