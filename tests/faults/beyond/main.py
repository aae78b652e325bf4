"""All claims, or those that are named; `beyond.sh` installs what they need and says how to run them."""

import shutil
import sys

from figures import figures
from replica import replica
from store import Store, object_store
from world import HERE, Parts, failed


def main():
    wanted = sys.argv[1:] or ["store", "replica", "figures"]
    parts = Parts()
    try:
        store = Store(parts)
        if "store" in wanted:
            object_store(parts, store)
        if "replica" in wanted:
            replica(parts, store)
        if "figures" in wanted:
            figures(parts, store)
    finally:
        parts.end()
    if failed:
        print(f"{len(failed)} failed; the logs are in {HERE}")
    else:
        print("all ok")
        shutil.rmtree(HERE)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
