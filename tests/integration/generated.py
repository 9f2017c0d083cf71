# SPDX-License-Identifier: Apache-2.0
"""A made-up register as JSON lines for `uptake push`, as large as a test wants.

Every unit leads some actions. Their deadlines and the six-monthly updates are placed around a given
day so that each of them has something to be reminded of on that day, and not more than once.
"""
import datetime
import json

DOCUMENT = "drill"


def months_before(day, months):
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    # No clamping: an anchor past the 28th would make the cycle end on another day.
    return datetime.date(year, month + 1, min(day.day, 28))


def change(kind, document, subject, base=0, **groups):
    return {"operation": "set", "kind": kind, "document": document, "subject": subject,
            "base_revision": base, **groups}


def unit(code, name, email=None, **more):
    """email "": nobody can be written to."""
    email = f"{code.lower()}@example.org" if email is None else email
    return change("unit", "units", f"unit:{code}",
                  unit_identity={"code": code, "name": name, "kind": "unit", "zone": "Asia/Bangkok",
                                 "region": "asia-pacific", **more},
                  unit_contact={"email": email, "language": "en"})


def policy(name, title, trigger, today, **more):
    return change("policy", "policies", f"policy:{name}",
                  policy_rule={"title": title, "trigger": trigger, "steps": [-30, -7, 0, 14],
                               "go_live_on": str(today - datetime.timedelta(days=60)),
                               "overseer": "unit:FOTCD", "active": True, **more})


def settings(units, today):
    """Units and policies. The overseer has no address, so that only those who are asked get mail."""
    yield unit("FOTCD", "Field operations", email="", region="")
    for number in range(1, units + 1):
        yield unit(f"U{number:02}", f"Office {number}", reports_to="unit:FOTCD")
    yield policy("six-monthly", "A new update every six months", "interval", today, interval_months=6)
    yield policy("deadline", "Deadlines of actions", "deadline", today)


def document(units, actions, today):
    """One document; each action is led by one unit in turn and due in five days."""
    yield change("document", DOCUMENT, DOCUMENT,
                 document_identity={"title": "Drill", "dated_on": str(today - datetime.timedelta(days=400)),
                                    "instrument": "evaluation", "addressee": "office", "language": "en"})
    # The first six-monthly cycle ends within the week: its step seven days ahead has come.
    yield change("response", DOCUMENT, f"{DOCUMENT}#response",
                 response_statement={"state": "approved", "approver": "Director",
                                     "approved_on": str(months_before(today, 6))})
    for number in range(1, actions + 1):
        code = str(number)
        yield change("recommendation", DOCUMENT, f"{DOCUMENT}#{code}",
                     recommendation_text={"code": code, "text": f"Do thing {code}."},
                     position_taken={"position": "accepted", "source": "Accepted"})
        yield change("action", DOCUMENT, f"{DOCUMENT}#{code}/1",
                     action_wording={"code": "1", "recommendations": [f"{DOCUMENT}#{code}"],
                                     "text": f"Take step {code}"},
                     timeframe={"source": "soon", "due_on": str(today + datetime.timedelta(days=5)),
                                "precision": "day"},
                     responsibilities={"source": "table", "units": [
                         {"unit": f"unit:U{number % units + 1:02}", "name": f"Office {number % units + 1}",
                          "role": "lead", "said_by": "management", "confirmed": True}]})


def reports(actions):
    """One progress report on every third action, on top of its creation."""
    for number in range(3, actions + 1, 3):
        yield change("action", DOCUMENT, f"{DOCUMENT}#{number}/1", 1,
                     progress_report={"progress": "initiated", "source": "Started",
                                      "narrative": f"Step {number} has begun."})


def write(path, changes):
    path.write_text("".join(json.dumps(each) + "\n" for each in changes), encoding="utf-8")
    return path
