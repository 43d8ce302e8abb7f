"""The cases, by subject; importing a module of this package registers its cases in their order."""

from __future__ import annotations

from collections.abc import Callable

from clients import Lab, Sdk

Case = Callable[[Lab], None]

CASES: dict[str, Case] = {}


def case(run: Case) -> Case:
    """A case that speaks through the new SDK."""
    CASES[run.__name__] = run
    return run


def case_of_both(run: Callable[[Lab, Sdk], None]) -> Callable[[Lab, Sdk], None]:
    """Two cases, one through each SDK; `run` gets the client of ECS that is to be used."""
    CASES[run.__name__] = lambda lab: run(lab, lab.ecs)
    CASES[f"{run.__name__}_old_sdk"] = lambda lab: run(lab, lab.old_ecs)
    return run
