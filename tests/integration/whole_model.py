# SPDX-License-Identifier: Apache-2.0
"""A made-up register that holds every kind of item and every field group, as JSON lines for
`uptake push`. Small enough to know by heart: what is in it stands in the names below."""
from generated import change

DOCUMENT, EARLIER, UPR = "schools-2022", "schools-2019", "review-2021"
WHOLE, ACCEPTED, REFUSED = f"{DOCUMENT}#1", f"{DOCUMENT}#1.1", f"{DOCUMENT}#1.2"
SECOND = f"{DOCUMENT}#2"
# Extended once; overdue; completed late; retracted.
EXTENDED, OVERDUE, COMPLETED, RETRACTED = (f"{WHOLE}/1", f"{SECOND}/1", f"{SECOND}/2", f"{SECOND}/3")
REPEATED = f"{EARLIER}#4"
OF_STATE = f"{UPR}#1/1"
ROUND, GREEN, ORANGE = f"{DOCUMENT}#round:1", f"{DOCUMENT}#assessment:1", f"{DOCUMENT}#assessment:2"
MARKERS, SHARE = f"{DOCUMENT}#indicator:1", f"{DOCUMENT}#indicator:2"
CONFIRMED, PROPOSED, REJECTED = (f"{DOCUMENT}#link:{n}" for n in (1, 2, 3))
OPEN_FINDING, SETTLED_FINDING, GONE_FINDING = (f"{DOCUMENT}#finding:{n}" for n in (1, 2, 3))
ON = "2022-12-31"


def unit(code, name, contact=None, **more):
    return change("unit", "units", f"unit:{code}",
                  unit_identity={"code": code, "name": name, "kind": "unit", "zone": "Asia/Bangkok", **more},
                  **({"unit_contact": contact} if contact else {}))


def recommendation(key, text, position, **more):
    document, _, code = key.partition("#")
    groups = {"recommendation_text": {"code": code, "text": text, **more.pop("text_more", {})},
              "position_taken": {"position": position, "source": position.upper(), **more.pop("position_more", {})}}
    return change("recommendation", document, key, **groups, **more)


def action(key, recommendations, text, due_on, units=(), **more):
    document, _, code = key.partition("#")
    return change("action", document, key,
                  action_wording={"code": code.split("/")[1], "recommendations": recommendations, "text": text,
                                  "place": "table 4, row 2"},
                  timeframe={"source": due_on[:7].replace("-", "/"), "due_on": due_on, "precision": "month"},
                  responsibilities={"source": "column 3", "units": list(units)}, **more)


def responsible(code, said_by="management", role="lead", **flags):
    return {"unit": f"unit:{code}", "name": code, "role": role, "said_by": said_by, **flags}


def set_group(key, base, kind="action", **groups):
    return change(kind, key.partition("#")[0], key, base, **groups)


def settings():
    yield unit("FOTCD", "Field operations")
    yield unit("SEA", "Regional office", region="asia-pacific", reports_to="unit:FOTCD")
    yield unit("CAM", "Country office", region="asia-pacific", parent="unit:SEA", reports_to="unit:FOTCD",
               valid_from="2010-01-01", former_names=[{"name": "Liaison office", "until_on": "2012-12-31"}],
               contact={"email": "cam@example.org", "language": "en", "focal_point": "Ann Example",
                        "alternates": [{"name": "Bo Example", "email": "bo@example.org"}]})
    yield unit("SUB", "Sub-office", region="asia-pacific", valid_to="2021-12-31", merged_into="unit:CAM")
    yield change("policy", "policies", "policy:six-monthly",
                 policy_rule={"title": "A new update every six months", "trigger": "interval", "interval_months": 6,
                              "steps": [-7, 0], "go_live_on": "2022-01-01", "overseer": "unit:FOTCD",
                              "active": True})
    yield change("crosswalk", "crosswalks", "crosswalk:colours",
                 crosswalk_table={"system": "colours", "version": 1, "words": [
                     {"axis": "level", "source": "Amber", "word": "partial", "verified": True}]})


def documents():
    yield change("document", DOCUMENT, DOCUMENT, document_identity={
        "title": "Evaluation of a school programme", "dated_on": "2021-11-30", "instrument": "evaluation",
        "addressee": "office", "language": "en", "office_unit": "unit:CAM", "source_name": "schools-report.txt",
        "totals": [{"name": "recommendations", "count": 3}, {"name": "accepted", "count": 2}]})
    yield change("response", DOCUMENT, f"{DOCUMENT}#response", response_statement={
        "state": "approved", "approver": "Head of office", "approved_on": "2022-01-10", "source": "Approved"})
    yield change("document", EARLIER, EARLIER, document_identity={
        "title": "An earlier evaluation", "dated_on": "2019-01-31", "instrument": "evaluation",
        "addressee": "office", "language": "en"})
    yield recommendation(REPEATED, "Train teachers.", "accepted")
    yield change("document", UPR, UPR, document_identity={
        "title": "Review of a State", "dated_on": "2021-01-31", "instrument": "upr", "addressee": "state",
        "language": "en"})
    yield recommendation(f"{UPR}#1", "Ratify the protocol.", "noted")
    yield action(OF_STATE, [f"{UPR}#1"], "Send the bill to parliament.", "2021-12-31")


def recommendations():
    yield recommendation(WHOLE, "Train teachers and open more classes.", "accepted",
                         text_more={"place": "page 12", "themes": ["education"], "issuers": ["Evaluation team"]},
                         responsibilities={"source": "Responsible", "units": [responsible("SEA", "evaluator")]})
    yield recommendation(ACCEPTED, "Train teachers.", "accepted", text_more={"parent": WHOLE})
    yield recommendation(REFUSED, "Open ten more classes.", "not_accepted", text_more={"parent": WHOLE},
                         position_more={"reason": "No rooms are left.", "caveat": "Unless a donor comes.",
                                        "proposed_wording": "Open four more classes.",
                                        "agreed_wording": "Open five more classes."})
    yield recommendation(SECOND, "Report on attendance.", "partially_accepted",
                         position_more={"comment": "Initiated.", "comment_progress": ["initiated", "ongoing"]})


def actions():
    yield action(EXTENDED, [ACCEPTED, SECOND], "Hold three courses.", "2022-06-30",
                 [responsible("CAM", confirmed=True), responsible("SEA", role="support", inferred=True)])
    yield action(OVERDUE, [SECOND], "Publish figures.", "2022-03-31",
                 [responsible("SUB"), {"name": "relevant partners", "role": "support", "said_by": "management",
                                       "vague": True}])
    yield action(COMPLETED, [SECOND], "Name a focal point.", "2022-03-31", [responsible("CAM")])
    yield action(RETRACTED, [SECOND], "Publish figures twice.", "2022-03-31", [responsible("CAM")])


def life():
    """What happened to the actions, each on the revision before it."""
    yield set_group(EXTENDED, 1, extensions={"extensions": [
        {"source": "June 2023", "due_on": "2023-06-30", "precision": "month", "approver": "Head of office",
         "approved_on": "2022-06-15", "reason": "The trainer fell ill."}]})
    yield set_group(EXTENDED, 2, milestones={"milestones": [
        {"text": "First course", "due_on": "2022-02-28", "source": "Feb 2022", "precision": "month",
         "reached_on": "2022-02-20"},
        {"text": "Second course", "due_on": "2022-12-31", "source": "Dec 2022", "precision": "month"}]})
    yield set_group(EXTENDED, 3, progress_report={"progress": "ongoing", "source": "In progress",
                                                  "reported_on": "2022-06-30", "precision": "month",
                                                  "narrative": "One course was held.", "evidence": "list of names"})
    yield set_group(EXTENDED, 4, hold_set={"hold": "needs_funding", "reason": "The grant ended.",
                                           "since_on": "2022-10-01"})
    yield set_group(EXTENDED, 5, progress_review={"review": "validated", "of_revision": 4, "reviewer": "unit:FOTCD",
                                                  "reviewed_on": "2022-08-01"})
    yield set_group(COMPLETED, 1, progress_report={"progress": "completed", "reported_on": "2022-05-31",
                                                   "precision": "month", "completed_on": "2022-05-12"})
    yield set_group(RETRACTED, 1, retraction={"retracted": True, "reason": "Entered twice.", "replaced_by": OVERDUE})


def statements():
    """What others said: rounds, figures, links, findings."""
    yield change("assessment_round", DOCUMENT, ROUND, round_held={
        "name": "Stocktaking 2022", "forum": "Workshop", "held_from": "2022-09-01", "held_to": "2022-09-02",
        "organisers": ["Evaluation team"], "scale": "traffic_light", "caveat": "Half of the schools answered."})
    for key, assessor, level, source in ((GREEN, "Teachers", "full", "Green"), (ORANGE, "Parents", "partial", "Amber")):
        yield change("assessment", DOCUMENT, key, assessment_made={
            "round": ROUND, "assessor": assessor, "subjects": [SECOND], "level": level, "source": source,
            "reason": "As seen in class."})
    yield change("indicator", DOCUMENT, MARKERS, indicator_stated={
        "name": "Markers met", "about": DOCUMENT, "met": 4, "total": 7, "dated_on": "2022-01-31", "place": "page 3"})
    yield change("indicator", DOCUMENT, SHARE, indicator_stated={
        "name": "Pupils present", "about": SECOND, "value": "81.5", "unit": "percent", "dated_on": "2022-06-30",
        "target": "90"})
    decided = {"decided_by": "Ann Example", "decided_on": "2022-02-01"}
    for key, start, decision in ((CONFIRMED, ACCEPTED, {"state": "confirmed", **decided}), (PROPOSED, SECOND, None),
                                 (REJECTED, REFUSED, {"state": "rejected", **decided})):
        yield change("link", DOCUMENT, key, link_drawn={"relation": "repeats", "from": start, "to": REPEATED,
                                                        "score": 640, "reasons": ["the same verb"]},
                     **({"link_decision": decision} if decision else {}))
    for key, code, severity, about, more in (
            (OPEN_FINDING, "UNIT_VAGUE", "warning", OVERDUE, {}), (SETTLED_FINDING, "NO_REASON", "info", SECOND, {}),
            (GONE_FINDING, "CODE_GAP", "error", DOCUMENT, {"gone": True})):
        yield change("finding", DOCUMENT, key, finding_raised={
            "code": code, "severity": severity, "about": about, "place": "row 4", "message": f"{code} was met.",
            "remedy": "Look at the table.", **more},
            **({"finding_handling": {"state": "resolved", "assigned_to": "Bo Example", "resolution": "Asked.",
                                     "handled_by": "Bo Example", "handled_on": "2022-02-02"}}
               if key == SETTLED_FINDING else {}))


def everything():
    for part in (settings, documents, recommendations, actions, life, statements):
        yield from part()
