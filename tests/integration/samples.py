# SPDX-License-Identifier: Apache-2.0
"""Changes of every kind and field group, as plain words: what the model's tests are made of.

    change("action", "d", "d#1/1", 0, action_wording={"code": "1", ...})

Words of enums are spelled as in JSON ("not_accepted"). Free texts carry the key of their item, so that
a text found in a feed tells whose it is.
"""
import re

import wire

LATER = {  # what stands between "#" and the name in the keys of the later kinds
    "assessment_round": "round", "assessment": "assessment", "indicator": "indicator", "link": "link",
    "finding": "finding"}


def number_of(enum, word):
    prefix = re.sub("UNSPECIFIED$", "", enum.values_by_number[0].name)
    return enum.values_by_name[prefix + word.upper()].number if isinstance(word, str) else word


def word_of(enum, number):
    prefix = re.sub("UNSPECIFIED$", "", enum.values_by_number[0].name)
    return enum.values_by_number[number].name[len(prefix):].lower() if number else None


def fill(message, values):
    for name, value in values.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        repeated = field.label == field.LABEL_REPEATED
        if field.message_type and repeated:
            for each in value:
                fill(getattr(message, name).add(), each)
        elif field.message_type:
            getattr(message, name).SetInParent()
            fill(getattr(message, name), value)
        elif repeated:
            getattr(message, name).extend(
                [number_of(field.enum_type, each) if field.enum_type else each for each in value])
        else:
            setattr(message, name, number_of(field.enum_type, value) if field.enum_type else value)
    return message


def change(kind, document, subject, base=0, **groups):
    return fill(wire.new("Change"), {"operation": "set", "kind": kind, "document": document,
                                     "subject": subject, "base_revision": base, **groups})


def canary(key, text="words"):
    """A text that betrays its item wherever it turns up."""
    return f"{text} of <{key}>"


CANARY = re.compile(rb"<([!-;=?-~]{1,200})>")  # printable: lengths and tags may look like brackets


def document(key, office="", addressee="office", base=0, **more):
    return change("document", key, key, base, document_identity={
        "title": canary(key), "symbol": "A/1", "dated_on": "2024-07-02", "instrument": "evaluation",
        "office": "Here", "office_unit": office and f"unit:{office}", "language": "en",
        "addressee": addressee, "totals": [{"name": "made", "count": 3}], "source_name": "r.pdf",
        "source_sha256": b"\x01" * 32}, **more)


def response(key, base=0, **more):
    return change("response", key, f"{key}#response", base, response_statement={
        "state": "approved", "approver": "Director", "approved_on": "2024-09-01",
        "text": canary(f"{key}#response"), "source": "Approved"}, **more)


def recommendation(key, code, base=0, parent="", **more):
    return change("recommendation", key, f"{key}#{code}", base, recommendation_text={
        "code": code, "parent": parent, "text": canary(f"{key}#{code}"), "issuers": ["Norland"],
        "themes": ["health"], "place": "paragraph 11"}, **more)


def action(key, code="1/1", base=0, answers=("1",), **more):
    return change("action", key, f"{key}#{code}", base, action_wording={
        "code": code.rpartition("/")[2], "recommendations": [f"{key}#{each}" for each in answers],
        "text": canary(f"{key}#{code}"), "place": "row 4"}, **more)


def of_action(subject, base, **groups):
    return change("action", subject.partition("#")[0], subject, base, **groups)


def unit(code, region="asia-pacific", base=0, contact=True, **more):
    identity = {"code": code, "name": f"Unit {code}", "kind": "unit", "region": region,
                "zone": "Asia/Bangkok", "aliases": [f"the {code}"], "valid_from": "2001-01-01", **more}
    groups = {"unit_identity": identity}
    if contact:
        groups["unit_contact"] = {"email": f"{code.lower()}@example.org", "language": "en",
                                  "focal_point": "A. Person",
                                  "alternates": [{"name": "B. Person", "email": "b@example.org"}]}
    return change("unit", "units", f"unit:{code}", base, **groups)


def policy(name, overseer="", base=0, **more):
    return change("policy", "policies", f"policy:{name}", base, policy_rule={
        "title": "Six-monthly", "trigger": "interval", "interval_months": 6, "go_live_on": "2024-01-01",
        "steps": [-30, 0], "overseer": overseer, "active": True}, **more)


def cycle(policy_name, ends_on, decision="confirmed", base=0, **more):
    return change("cycle", "cycles", f"cycle:{policy_name}:{ends_on}", base, cycle_decision={
        "policy": f"policy:{policy_name}", "ends_on": ends_on, "decision": decision, "decided_by": "A. Person"}, **more)


def reminder(policy_name, subject, recipient, cycle=1):
    return change("reminder", subject.partition("#")[0],
                  f"reminder:{policy_name}:{subject}:{cycle}:0:{recipient}", 0, reminder_record={
                      "policy": f"policy:{policy_name}", "action": subject, "cycle": cycle, "step": 0,
                      "recipient": f"unit:{recipient}", "due_on": "2025-01-01", "mail_message_id": "m@x"})


def assessment_round(key, name, base=0, **more):
    return change("assessment_round", key, f"{key}#round:{name}", base, round_held={
        "name": canary(f"{key}#round:{name}"), "forum": "Meeting", "held_from": "2024-02-01",
        "held_to": "2024-02-03", "organisers": ["Ministry"], "scale": "traffic_light",
        "scale_text": "Red is none", "caveat": "Not official"}, **more)


def assessment(key, name, round_name, subjects, base=0, level="partial", **more):
    return change("assessment", key, f"{key}#assessment:{name}", base, assessment_made={
        "round": f"{key}#round:{round_name}", "assessor": "Group 1", "subjects": list(subjects),
        "level": level, "source": "Orange", "reason": canary(f"{key}#assessment:{name}")}, **more)


def indicator(key, name, about, base=0, **more):
    return change("indicator", key, f"{key}#indicator:{name}", base, indicator_stated={
        "name": canary(f"{key}#indicator:{name}"), "about": about, "met": 4, "total": 7, "unit": "markers",
        "dated_on": "2024-06-30", "precision": "half", "target": "6", "level": "fair", "place": "table 2"},
        **more)


def link(key, name, origin, to, base=0, relation="repeats", **more):
    return change("link", key, f"{key}#link:{name}", base, link_drawn={
        "relation": relation, "from": origin, "to": to, "score": 810,
        "reasons": [canary(f"{key}#link:{name}")]}, **more)


def finding(key, name, about="", base=0, **more):
    return change("finding", key, f"{key}#finding:{name}", base, finding_raised={
        "code": "UNIT_UNKNOWN", "severity": "warning", "about": about, "place": "row 3",
        "message": canary(f"{key}#finding:{name}"), "remedy": "Say who is meant"}, **more)


def crosswalk(system, base=0, version=1):
    return change("crosswalk", "crosswalks", f"crosswalk:{system}", base, crosswalk_table={
        "system": system, "version": version,
        "words": [{"axis": "position", "source": "Agreed", "word": "accepted", "note": "", "verified": True}]})


def responsible(*codes, role="lead", said_by="management"):
    return {"source": " / ".join(codes), "units": [
        {"unit": f"unit:{code}", "name": code, "role": role, "said_by": said_by} for code in codes]}


def extensions(*days):
    return {"extensions": [{"source": day, "due_on": day, "precision": "day", "approver": "Head",
                            "approved_on": "2024-12-01", "reason": "late funds"} for day in days]}


def retraction(retracted=True, replaced_by=""):
    return {"retracted": retracted, "reason": "entered twice", "replaced_by": replaced_by}


# Group -> values that a change of an existing item may carry: each differs from what the functions above say.
OTHER_VALUES = {
    "document_identity": {"title": "Renamed", "instrument": "audit", "addressee": "office", "language": "fr"},
    "response_statement": {"state": "draft", "source": "Draft"},
    "recommendation_text": {"code": "1", "text": "Said again"},
    "position_taken": {"position": "partially_accepted", "source": "Partly", "comment": "well",
                       "caveat": "if funded", "reason": "costs", "proposed_wording": "may",
                       "agreed_wording": "should", "comment_progress": ["ongoing", "completed"]},
    "action_wording": {"code": "1", "recommendations": ["d#1"], "text": "Said again"},
    "timeframe": {"source": "2025", "start_on": "2025-01-01", "due_on": "2025-12-31", "precision": "year"},
    "responsibilities": responsible("A", "B"),
    "progress_report": {"progress": "completed", "source": "Done", "narrative": "It is done",
                        "reported_on": "2025-06-30", "precision": "half", "evidence": "minutes",
                        "completed_on": "2025-05-31"},
    "disclosure_set": {"disclosure": "restricted"},
    "unit_identity": {"code": "A", "name": "Unit A renamed", "kind": "post", "region": "asia-pacific",
                      "former_names": [{"name": "Unit A", "until_on": "2024-01-01"}]},
    "unit_contact": {"email": "new@example.org", "language": "fr"},
    "policy_rule": {"title": "Quarterly", "trigger": "interval", "interval_months": 3,
                    "go_live_on": "2024-01-01", "steps": [0], "active": False},
    "reminder_record": {"policy": "policy:p", "action": "d#1/1", "cycle": 1, "recipient": "unit:A",
                        "due_on": "2025-02-01"},
    "retraction": retraction(),
    "extensions": extensions("2026-03-31", "2026-06-30"),
    "milestones": {"milestones": [{"text": "Terms agreed", "source": "May", "due_on": "2025-05-31",
                                   "precision": "month", "reached_on": "2025-05-02"}]},
    "hold_set": {"hold": "needs_funding", "reason": "no money", "since_on": "2025-01-01"},
    "progress_review": {"review": "validated", "of_revision": 1, "reviewer": "unit:A"},
    "round_held": {"name": "Second day", "scale": "grade"},
    "assessment_made": {"round": "d#round:r", "assessor": "Group 2", "subjects": ["d#1"], "level": "full"},
    "indicator_stated": {"name": "Share", "about": "d", "value": "-12.5", "unit": "percent"},
    "link_drawn": {"relation": "cites", "from": "d#1", "cited_document": "A/2", "cited_paragraph": "5"},
    "link_decision": {"state": "confirmed", "decided_by": "A. Person", "decided_on": "2025-01-01"},
    "finding_raised": {"code": "NO_CODE", "severity": "info", "message": "m", "remedy": "r", "gone": True},
    "finding_handling": {"state": "resolved", "resolution": "asked", "handled_by": "A. Person",
                         "handled_on": "2025-01-02"},
    "crosswalk_table": {"system": "s", "version": 2, "words": []},
    "chase_set": {"snoozed_until": "2025-02-01", "acknowledged_on": "2025-01-20", "delegated_to": "b@example.org",
                  "note": "on leave"},
    "cycle_decision": {"policy": "policy:p", "ends_on": "2024-07-01", "decision": "held", "decided_by": "B. Person",
                       "note": "the response is being redone"},
    "return_made": {"made_on": "2024-08-01", "rows": [{"unit": "unit:A", "office": "Office", "asked": 3, "answered": 2,
                                                       "late": 1, "not_answered": 1}],
                    "figures": [{"name": "answered", "formula": "answered / asked", "numerator": 2, "denominator": 3}],
                    "parts_not_accepted": 1, "rows_sha256": bytes(32)},
    "brake_release": {"released_on": "2025-01-01", "recipients": 40, "released_by": "A. Person", "note": "looked at"},
}
