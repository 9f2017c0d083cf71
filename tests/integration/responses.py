# SPDX-License-Identifier: Apache-2.0
"""Made-up management responses as files that `uptake import` reads, as long as a test wants."""

import pathlib

UNIT = "Harbour Office"
SYSTEMS = pathlib.Path(__file__).resolve().parents[2] / "common" / "model" / "crosswalk"


def action(number, unit=UNIT, due="2022/03", status="Ongoing", comment="2021/12: Begun."):
    return f"{number}. Paint boat {number.replace('.', ' of ')}. {unit} {due} {status} {comment}"


def page(*recommendations, period="2021 - 2023"):
    """recommendations: lists of action lines."""
    lines = ["Management Response", f": {UNIT}", f": {period} , {UNIT} (CO)", ": Harbour programme", ": Approved"]
    for number, actions in enumerate(recommendations, 1):
        lines += [f"Recommendation: {number}. Look after the boats of pier {number}.",
                  "Management Response: Agreed.", "Management Response Category: Accepted", "Key Actions", *actions]
    return "\n".join(lines) + "\n"


def small(**changed):
    """Two recommendations with two actions each; changed: what action 1.1 says otherwise."""
    return page([action("1.1", **changed), action("1.2")], [action("2.1"), action("2.2", due="No due date")])


def large(recommendations, actions, **changed):
    return page(*([action(f"{one}.{two}", **changed) for two in range(1, actions + 1)]
                  for one in range(1, recommendations + 1)))


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


UNITS = [
    {"operation": "set", "kind": "unit", "document": "units", "subject": f"unit:{code}", "base_revision": 0,
     "unit_identity": {"code": code, "name": name, "kind": "unit", "zone": "Europe/Zurich"}}
    for code, name in (("HARBOUR", UNIT), ("CITY", "City Board"))
]
