"""Drives the simulated Alibaba Cloud (`yumen lab`) with Alibaba Cloud's own Python SDKs.

    python drive.py --endpoint 127.0.0.1:PORT [--only NAME]

The SDKs are the judge: what they sign, send and understand is not ours. The lab must hold the
estate `empty` and know the access key `testid`. Each case prints `ok NAME` or `FAILED NAME: why`;
it makes what it needs and takes it away again, so that any of them runs alone. Cases that end in
`_old_sdk` speak through `aliyun-python-sdk-ecs`, which signs with HMAC-SHA1, all others through
the `alibabacloud_*` packages, which sign with ACS3-HMAC-SHA256.

Where Alibaba Cloud documents that a call fails, but not with which code, a case takes any code;
where sources disagree, it takes all that are documented.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from importlib import import_module

from cases import CASES, Case
from clients import Lab
from expect import Failure, Refused

# In the order in which they run.
SUBJECTS = (
    "requests",
    "networks",
    "groups",
    "rules",
    "prefix_lists",
    "tags",
    "repeats",
    "products",
    "end",
)


def why_it_failed(lab: Lab, run: Case) -> str | None:
    """Runs a case and takes away what it made; `None` if all of that went well."""
    # Whatever the SDKs raise on an answer is a finding about the lab.
    try:
        run(lab)
    except Exception as error:
        with suppress(Exception):
            lab.clean_up()
        return said(error)
    try:
        lab.clean_up()
    except Exception as error:
        return f"it passed, but what it made cannot be deleted: {said(error)}"
    return None


def said(error: Exception) -> str:
    ours = isinstance(error, (Failure, Refused))
    return str(error) if ours else f"{type(error).__name__}: {error}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--endpoint", required=True, metavar="HOST:PORT", help="where the lab is")
    parser.add_argument("--only", metavar="NAME", help="run the case of this name alone")
    arguments = parser.parse_args()

    for subject in SUBJECTS:
        import_module(f"cases.{subject}")
    lab = Lab(arguments.endpoint)
    passed = failed = 0
    for name, run in CASES.items():
        if arguments.only not in (None, name):
            continue
        if why := why_it_failed(lab, run):
            failed += 1
            print(f"FAILED {name}: {why}", flush=True)
        else:
            passed += 1
            print(f"ok {name}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
