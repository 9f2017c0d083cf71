# SPDX-License-Identifier: Apache-2.0
"""Every kind of item and every field group: made, changed, refused, retracted, restored, kept in history."""
import unittest

import samples
import wire
from model_case import ModelCase
from samples import OTHER_VALUES, change, extensions, responsible, retraction

# Kind -> an item of the world, and the groups it may have.
GROUPS = {
    "document": ("d", ("document_identity", "disclosure_set")),
    "response": ("d#response", ("response_statement", "disclosure_set")),
    "recommendation": ("d#1", ("recommendation_text", "position_taken", "responsibilities", "hold_set",
                               "disclosure_set")),
    "action": ("d#1/1", ("action_wording", "timeframe", "extensions", "milestones", "responsibilities",
                         "progress_report", "progress_review", "hold_set", "chase_set", "disclosure_set")),
    "unit": ("unit:A", ("unit_identity", "unit_contact")),
    "policy": ("policy:p", ("policy_rule", "brake_release")),
    "cycle": ("cycle:p:2024-07-01", ("cycle_decision", "return_made")),
    "reminder": ("reminder:p:d#1/1:1:0:A", ("reminder_record",)),
    "assessment_round": ("d#round:r", ("round_held", "disclosure_set")),
    "assessment": ("d#assessment:x", ("assessment_made", "disclosure_set")),
    "indicator": ("d#indicator:y", ("indicator_stated", "disclosure_set")),
    "link": ("d#link:l", ("link_drawn", "link_decision", "disclosure_set")),
    "finding": ("d#finding:f", ("finding_raised", "finding_handling")),
    "crosswalk": ("crosswalk:s", ("crosswalk_table",)),
}
# From the leaves to the root; restored the other way round.
RETRACTED_IN_ORDER = (
    "d#finding:f", "d#link:l", "d#indicator:y", "d#assessment:x", "d#round:r", "d#1/1", "d#1/2", "d#1.1",
    "d#1", "d#2", "d#response", "d", "policy:p", "crosswalk:s", "unit:B", "unit:H")


class Groups(ModelCase):
    def test_every_group_of_every_kind_is_changed_and_stays_in_history(self):
        self.world()
        self.check()
        self.assertEqual({kind for (kind,) in self.register.sql("SELECT kind::text FROM uptake.item")}, set(GROUPS))
        for kind, (key, groups) in GROUPS.items():
            for group in groups:
                with self.subTest(f"{kind} {group}"):
                    value = dict(OTHER_VALUES[group])
                    if group == "progress_review":
                        value["of_revision"] = self.revision(key)  # what came before it was the report
                    self.step(self.again(key, **{group: value}))
            revisions = [body.base_revision for body in self.bodies(key)]
            self.assertEqual(revisions, list(range(len(groups) + 1)), key)
            for group in groups:
                self.assertTrue(self.bodies(key)[-1 - groups[::-1].index(group)].HasField(group), group)

    def bodies(self, key):
        return [wire.new("Change").FromString(bytes(body)) for (body,) in self.register.sql(
            "SELECT body FROM uptake.change JOIN uptake.item USING (item_id)"
            " WHERE item_key = %s AND operation = 'set' ORDER BY change.revision", (key,))]

    def test_groups_belong_to_their_kinds(self):
        self.world()
        for kind, (key, groups) in GROUPS.items():
            for group in set(OTHER_VALUES) - set(groups) - {"retraction"}:
                self.refuse(self.again(key, **{group: OTHER_VALUES[group]}), "GROUP_NOT_ALLOWED", group)
        self.refuse(self.again("reminder:p:d#1/1:1:0:A", retraction=retraction()), "GROUP_NOT_ALLOWED", "retraction")

    def test_a_new_item_needs_what_makes_it_one(self):
        for kind, (key, groups) in GROUPS.items():
            document = {"unit": "units", "policy": "policies", "crosswalk": "crosswalks",
                        "cycle": "cycles"}.get(kind, "d")
            spare = ("disclosure_set" if "disclosure_set" in groups else
                     "return_made" if kind == "cycle" else "retraction")
            self.refuse(change(kind, document, key, 0, **{spare: OTHER_VALUES[spare]}), "FIELD_MISSING", groups[0])
            self.refuse(change(kind, document, key), "GROUP_EMPTY", "change")
        self.refuse(samples.document("d", retraction=retraction()), "GROUP_NOT_ALLOWED", "retraction")

    def test_keys_show_kind_and_document(self):
        whole = samples.recommendation("d", "1")
        for kind, subject in (
                ("recommendation", "d#round:1"), ("recommendation", "d#finding:1"), ("action", "d#link:1"),
                ("response", "d#assessment:1"), ("action", "d#indicator:1"), ("recommendation", "e#1"),
                ("recommendation", "d"), ("assessment_round", "d#1"), ("assessment_round", "d#round:"),
                ("link", "d#finding:1"), ("finding", "d#link:1"), ("assessment", "d#round:1"), ("document", "e"),
                ("unit", "unit:A"), ("policy", "policy:p"), ("crosswalk", "crosswalk:s"),
                ("cycle", "cycle:p:2024-07-01")):
            with self.subTest(f"{kind} {subject}"):
                self.refuse(change(kind, "d", subject, 1, retraction=retraction()), "BAD_KEY", "subject")
        whole.subject = "d#1\n"
        self.refuse(whole, "CONFUSABLE_TEXT", "subject")
        for wrong in (samples.unit("A"), samples.crosswalk("s"), samples.cycle("p", "2024-07-01")):
            wrong.subject += "x"
            self.refuse(wrong, "BAD_KEY", "subject")
        for key in ("a#b", "a:b", "a/b"):
            self.refuse(samples.document(key), "BAD_KEY", "subject")

    def test_bad_values_are_refused_by_name(self):
        self.world()
        for group, values, code, place in BAD_VALUES:
            kind, key = next((kind, key) for kind, (key, groups) in GROUPS.items()
                             if group in groups or group == "retraction")
            with self.subTest(f"{group} {values}"):
                value = {**OTHER_VALUES[group], **values}
                self.refuse(self.again(key, **{group: value}), code, f"{group}{place}" if place[:1] in "." else place)
        self.check()

    def test_references_lead_to_the_right_kind(self):
        self.world()
        refused = (
            (change("document", "x", "x", 0, document_identity={
                **OTHER_VALUES["document_identity"], "office_unit": "d"}), "document_identity.office_unit"),
            (samples.recommendation("d", "9", parent="d#1/1"), "recommendation_text.parent"),
            (samples.action("d", "9/1", answers=("1/1",)), "action_wording.recommendations"),
            (self.again("d#1/1", responsibilities={"units": [
                {"unit": "d#1", "name": "n", "role": "lead", "said_by": "person"}]}), "responsibilities.units.unit"),
            (self.again("d#1/1", progress_review={**OTHER_VALUES["progress_review"], "reviewer": "d"}),
             "progress_review.reviewer"),
            (samples.assessment("d", "z", "r", ["d#link:l"]), "assessment_made.subjects"),
            (samples.assessment("d", "z", "r", ["d#assessment:x"]), "assessment_made.subjects"),
            (samples.indicator("d", "z", "d#finding:f"), "indicator_stated.about"),
            (samples.link("d", "z", "d#link:l", "d#1"), "link_drawn.from"),
            (samples.link("d", "z", "d#1", "reminder:p:d#1/1:1:0:A"), "link_drawn.to"),
            (samples.finding("d", "z", "d#finding:f"), "finding_raised.about"),
            (samples.unit("Z", parent="d"), "unit_identity.parent"),
            (samples.unit("Z", reports_to="policy:p"), "unit_identity.reports_to"),
            (samples.unit("Z", merged_into="d#1"), "unit_identity.merged_into"),
            (samples.policy("z", "d"), "policy_rule.overseer"),
            (samples.reminder("p", "d#1", "A"), "reminder_record.action"),
            (self.again("d#1", retraction=retraction(replaced_by="d#1/1")), "retraction.replaced_by"),
            (change("assessment", "d", "d#assessment:z", 0, assessment_made={
                **OTHER_VALUES["assessment_made"], "round": "d#1"}), "assessment_made.round"))
        for wrong, place in refused:
            with self.subTest(place):
                self.refuse(wrong, "BAD_REFERENCE", place)

    def test_what_it_refers_to_may_still_come(self):
        self.world()
        for early, place in (
                (samples.recommendation("n", "1"), "document"),
                (samples.recommendation("d", "9", parent="d#8"), "recommendation_text.parent"),
                (samples.action("d", "9/1", answers=("8",)), "action_wording.recommendations"),
                (self.again("d#1/1", responsibilities=responsible("N")), "responsibilities.units.unit"),
                (samples.assessment("d", "z", "n", ["d#1"]), "assessment_made.round"),
                (samples.indicator("d", "z", "d#8"), "indicator_stated.about"),
                (samples.link("d", "z", "d#1", "e#8"), "link_drawn.to"),
                (samples.unit("Z", merged_into="unit:N"), "unit_identity.merged_into"),
                (samples.policy("z", "unit:N"), "policy_rule.overseer"),
                (samples.reminder("n", "d#1/1", "A"), "reminder_record.policy"),
                (self.again("d#2", retraction=retraction(replaced_by="d#8")), "retraction.replaced_by")):
            with self.subTest(place):
                code = "UNIT_UNKNOWN" if place in UNIT_PLACES else "PARENT_UNKNOWN"
                self.refuse(early, code, place, "RETRY_LATER")
        self.step(samples.finding("d", "z", "Recommendation 8"))  # a name that is no item

    def test_nothing_stands_on_itself(self):
        self.world()
        self.accept(samples.unit("P", reports_to="unit:A", parent="unit:A"))
        self.refuse(samples.unit("A", base=1, reports_to="unit:P"), "REFERENCE_CYCLE", "unit_identity.reports_to")
        self.refuse(samples.unit("A", base=1, parent="unit:A"), "REFERENCE_CYCLE", "unit_identity.parent")
        self.refuse(samples.recommendation("d", "1", 1, parent="d#1.1"), "REFERENCE_CYCLE", "recommendation_text.parent")
        self.refuse(samples.recommendation("d", "1", 1, parent="d#1"), "REFERENCE_CYCLE", "recommendation_text.parent")
        self.step(samples.recommendation("d", "1.1", 1, parent="d#2"))


class Tombstones(ModelCase):
    def test_from_the_leaves_to_the_root_and_back(self):
        self.world()
        for key in RETRACTED_IN_ORDER:
            self.step(self.retract(key))
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.item WHERE NOT retracted AND item_key LIKE 'd%%' AND kind <> 'reminder'"), 0)
        for key in reversed(RETRACTED_IN_ORDER):
            self.step(self.restore(key))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.item WHERE retracted"), 0)
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.change JOIN uptake.item USING (item_id)"
            " WHERE item_key = 'd' AND operation = 'set'"), 3)

    def test_what_still_stands_on_it_is_named(self):
        self.world()
        for key, standing in (("d#1/1", "d#indicator:y"), ("d#round:r", "d#assessment:x"),
                              ("d#1.1", "d#assessment:x"), ("unit:B", "d#1/2"), ("unit:C", "e"),
                              ("d#2", "d#1/2"), ("unit:H", "policy:p")):
            with self.subTest(key):
                receipt = self.refuse(self.retract(key), "NOT_EMPTY", "retraction")
                if key != "unit:H":
                    self.assertIn(f'"{standing}"', receipt.text)
        self.check()

    def test_a_tombstone_takes_nothing_but_its_restoration(self):
        self.world()
        self.step(self.retract("d#link:l"), self.retract("d#indicator:y"), self.retract("d#1/1"))
        report = {"progress": "ongoing"}
        self.refuse(self.again("d#1/1", progress_report=report), "ITEM_RETRACTED", "subject")
        self.refuse(self.again("d#1/1", progress_report=report, retraction=retraction()), "ITEM_RETRACTED", "subject")
        self.step(self.retract("d#1/1", replaced_by="d#1/2"))
        self.step(self.again("d#1/1", retraction=retraction(False), progress_report=report))

    def test_nothing_new_hangs_on_a_tombstone(self):
        self.world()
        self.accept(self.retract("d#assessment:x"), self.retract("d#round:r"), self.retract("d#1.1"),
                    samples.unit("Z"))
        self.accept(self.retract("unit:Z"))
        for wrong, place in (
                (samples.action("d", "1/9", answers=("1.1",)), "action_wording.recommendations"),
                (samples.action("d", "1/1", 1, answers=("1.1",)), "action_wording.recommendations"),
                (self.again("d#1/1", responsibilities=responsible("Z")), "responsibilities.units.unit"),
                (samples.assessment("d", "z", "r", ["d#1"]), "assessment_made.round"),
                (samples.link("d", "z", "d#1.1", "e#1"), "link_drawn.from"),
                (samples.document("x", "Z"), "document_identity.office_unit"),
                (samples.unit("B", "africa", 1, merged_into="unit:Z"), "unit_identity.merged_into"),
                (self.retract("d#link:l", replaced_by="d#1.1"), "retraction.replaced_by"),
                (self.again("d#2", retraction=retraction(replaced_by="d#1.1")), "retraction.replaced_by")):
            with self.subTest(place):
                code = ("BAD_REFERENCE" if wrong.subject == "d#link:l" else
                        "UNIT_RETIRED" if place in UNIT_PLACES else "REFERENCE_RETRACTED")
                self.refuse(wrong, code, place)

    def test_what_stands_on_a_tombstone_is_not_restored_before_it(self):
        self.world()
        for key in RETRACTED_IN_ORDER:
            self.accept(self.retract(key))
        for key in ("d#1/1", "d#1.1", "d#response", "d#finding:f", "d#assessment:x", "d#round:r"):
            self.refuse(self.restore(key), "REFERENCE_RETRACTED", "document")
        self.refuse(self.restore("policy:p"), "REFERENCE_RETRACTED", "retraction")
        self.step(self.restore("unit:B"), self.restore("unit:H"), self.restore("d"), self.restore("d#1"))
        self.refuse(self.restore("d#1/2"), "REFERENCE_RETRACTED", "retraction")  # answers d#2 too
        self.step(self.restore("d#2"), self.restore("d#1/2"), self.restore("d#finding:f"))

    def test_a_finding_of_a_retracted_document_is_still_settled(self):
        self.world()
        for key in RETRACTED_IN_ORDER[2:12]:
            self.accept(self.retract(key))
        self.step(self.again("d#finding:f", finding_handling=OTHER_VALUES["finding_handling"]))

    def test_many_tombstones_in_one_push(self):
        """Those of one batch see each other: a leaf and what it stands on go together, in that order only."""
        self.world()
        wrong = self.push(self.retract("d#2"), self.retract("d#1/2"))
        self.assertEqual([each.code for each in wrong], ["NOT_EMPTY", ""])
        self.accept(self.restore("d#1/2"))
        self.accept(*[self.retract(key) for key in RETRACTED_IN_ORDER])
        self.check()

    def test_only_the_present_state_is_counted(self):
        self.world()
        counted = "SELECT coalesce(sum(n), 0) FROM uptake.counted WHERE scope_id = 1"
        self.assertEqual(self.register.one(counted), 6)
        self.accept(self.retract("d#1/2"))
        self.assertEqual(self.register.one(counted), 5)
        self.accept(self.restore("d#1/2"))
        self.assertEqual(self.register.one(counted), 6)


class Rules(ModelCase):
    def test_the_last_extension_counts_and_the_first_day_is_kept(self):
        self.world()
        days = ("due_on::text", "first_due_on::text")
        self.step(self.again("d#1/1", extensions=extensions("2025-06-30", "2026-06-30")))
        self.assertEqual(self.item("d#1/1", *days), ("2026-06-30", "2024-12-31"))
        self.step(self.again("d#1/1", timeframe={"source": "2025", "due_on": "2025-01-31", "precision": "month"}))
        self.assertEqual(self.item("d#1/1", *days), ("2026-06-30", "2025-01-31"))
        self.refuse(self.again("d#1/1", timeframe={"due_on": "2025-06-30", "precision": "day"}),
                    "DATE_ORDER", "timeframe.due_on")
        self.refuse(self.again("d#1/1", extensions=extensions("2025-01-31")), "DATE_ORDER", "extensions.due_on")
        self.refuse(self.again("d#1/1", extensions=extensions("2026-01-31", "2026-01-31")), "DATE_ORDER",
                    "extensions.due_on")
        self.refuse(self.again("d#1/1", extensions=extensions("2027-01-31", "2026-01-31")), "DATE_ORDER",
                    "extensions.due_on")
        self.step(self.again("d#1/1", extensions=extensions()))
        self.assertEqual(self.item("d#1/1", *days), ("2025-01-31", "2025-01-31"))
        self.step(self.again("d#1/2", extensions=extensions("2025-06-30")))  # no day was agreed before
        self.assertEqual(self.item("d#1/2", *days), ("2025-06-30", None))

    def test_both_dates_in_one_change_and_in_one_batch(self):
        self.world()
        self.step(self.again("d#1/2", timeframe={"due_on": "2025-01-31", "precision": "day"},
                             extensions=extensions("2025-02-28")))
        self.assertEqual(self.item("d#1/2", "due_on::text", "first_due_on::text"), ("2025-02-28", "2025-01-31"))
        self.accept(samples.action("d", "2/1", answers=("2",)),
                    change("action", "d", "d#2/1", 1, timeframe={"due_on": "2025-01-31", "precision": "day"}),
                    change("action", "d", "d#2/1", 2, extensions=extensions("2025-02-28")),
                    change("action", "d", "d#2/1", 3, extensions=extensions("2025-03-31")))
        self.assertEqual(self.item("d#2/1", "due_on::text", "first_due_on::text"), ("2025-03-31", "2025-01-31"))
        self.check()

    def test_a_review_speaks_of_the_report_that_stands(self):
        self.world()
        review = OTHER_VALUES["progress_review"]
        self.refuse(self.again("d#1/1", progress_review=review), "REVIEW_OF_ANOTHER_REPORT",
                    "progress_review.of_revision")
        self.step(self.again("d#1/1", progress_report={"progress": "ongoing"}))
        self.step(self.again("d#1/1", progress_review={**review, "of_revision": 2}))
        assured = "SELECT uptake.assurance_word(item_id) FROM uptake.item WHERE item_key = 'd#1/1'"
        self.assertEqual(self.register.one(assured), "validated")
        self.step(self.again("d#1/1", progress_report={"progress": "completed"}))
        self.assertEqual(self.register.one(assured), "assessed_by_others")
        self.refuse(self.again("d#1/1", progress_review={**review, "of_revision": 2}), "REVIEW_OF_ANOTHER_REPORT")
        self.step(self.again("d#1/1", progress_review={"review": "returned", "of_revision": 4,
                                                       "reviewer": "unit:H", "remark": "which minutes?"}))

    def test_completion_and_comment(self):
        self.world()
        report = OTHER_VALUES["progress_report"]
        self.step(self.again("d#1/1", progress_report=report))
        self.assertEqual(self.item("d#1/1", "completed_on::text", "has_evidence"), ("2025-05-31", True))
        self.step(self.again("d#1/1", progress_report={"progress": "ongoing"}))
        self.assertEqual(self.item("d#1/1", "completed_on::text", "has_evidence"), (None, False))
        self.step(self.again("d#1", position_taken=OTHER_VALUES["position_taken"]))
        self.assertEqual(self.item("d#1/1", "progress::text"), "ongoing")
        self.assertEqual(self.item("d#1/2", "progress::text"), "unknown")
        self.assertEqual(self.register.one(
            "SELECT comment_progress::text FROM uptake.recommendation JOIN uptake.item USING (item_id)"
            " WHERE item_key = 'd#1'"), "{ongoing,completed}")

    def test_the_evaluators_say_stands_on_the_recommendation(self):
        self.world()
        self.assertIn("unit:H", self.seen_by("d#1"))
        self.assertNotIn("unit:H", self.seen_by("d#2"))
        self.assertEqual(self.register.sql(
            "SELECT i.item_key, r.said_by FROM uptake.responsibility r JOIN uptake.item i USING (item_id)"
            " ORDER BY 1"), [("d#1", "evaluator"), ("d#1/1", "management"), ("d#1/2", "management")])

    def test_two_who_meet_in_a_group_conflict_unless_they_say_the_same(self):
        self.world()
        for key, group, other in (
                ("d#1/1", "extensions", samples.extensions("2027-01-31")), ("d#1/1", "milestones", {"milestones": []}),
                ("d#1", "hold_set", {"reason": "no staff"}), ("d#link:l", "link_decision", {"decided_by": "B. Person"}),
                ("d#finding:f", "finding_handling", {"handled_by": "B. Person"})):
            with self.subTest(group):
                first = self.again(key, **{group: OTHER_VALUES[group]})
                second = self.again(key, **{group: OTHER_VALUES[group] | other})
                self.accept(first)
                self.refuse(first, "SAME_VALUE", group, "NO_OP")
                self.refuse(second, "CONFLICT", group, "CONFLICT")
        first = self.again("d#finding:f", retraction=OTHER_VALUES["retraction"])
        self.accept(first)
        self.refuse(first, "SAME_VALUE", "retraction", "NO_OP")
        self.check()


# Where only a unit may stand.
UNIT_PLACES = ("responsibilities.units.unit", "unit_identity.merged_into", "policy_rule.overseer",
               "document_identity.office_unit")

# Group, what is wrong in it, code, place (behind the group's name where it begins with a point).
BAD_VALUES = (
    ("document_identity", {"title": ""}, "FIELD_EMPTY", ".title"),
    ("document_identity", {"title": "x" * 2001}, "FIELD_TOO_LONG", ".title"),
    ("document_identity", {"symbol": "x" * 501}, "FIELD_TOO_LONG", ".symbol"),
    ("document_identity", {"dated_on": "2024-02-30"}, "BAD_DATE", ".dated_on"),
    ("document_identity", {"instrument": 0}, "FIELD_MISSING", ".instrument"),
    ("document_identity", {"instrument": 99}, "ENUM_UNKNOWN", ".instrument"),
    ("document_identity", {"addressee": 0}, "FIELD_MISSING", ".addressee"),
    ("document_identity", {"language": "x" * 61}, "FIELD_TOO_LONG", ".language"),
    ("document_identity", {"totals": [{"name": "", "count": 1}]}, "FIELD_EMPTY", ".totals.name"),
    ("response_statement", {"state": 0}, "FIELD_MISSING", ".state"),
    ("response_statement", {"approved_on": "yesterday"}, "BAD_DATE", ".approved_on"),
    ("response_statement", {"approver": "x" * 501}, "FIELD_TOO_LONG", ".approver"),
    ("recommendation_text", {"code": ""}, "FIELD_EMPTY", ".code"),
    ("recommendation_text", {"code": "x" * 61}, "FIELD_TOO_LONG", ".code"),
    ("recommendation_text", {"text": ""}, "FIELD_EMPTY", ".text"),
    ("recommendation_text", {"issuers": [""]}, "FIELD_EMPTY", ".issuers"),
    ("recommendation_text", {"themes": ["x"] * 501}, "LIST_TOO_LONG", ".themes"),
    ("position_taken", {"position": 0}, "FIELD_MISSING", ".position"),
    ("position_taken", {"position": 44}, "ENUM_UNKNOWN", ".position"),
    ("position_taken", {"comment_progress": [0]}, "FIELD_MISSING", ".comment_progress"),
    ("action_wording", {"code": ""}, "FIELD_EMPTY", ".code"),
    ("action_wording", {"text": ""}, "FIELD_EMPTY", ".text"),
    ("action_wording", {"recommendations": []}, "FIELD_MISSING", ".recommendations"),
    ("action_wording", {"recommendations": ["d#1"] * 501}, "LIST_TOO_LONG", ".recommendations"),
    ("timeframe", {"due_on": "2025-13-01"}, "BAD_DATE", ".due_on"),
    ("timeframe", {"due_on": "2450-01-01"}, "BAD_DATE", ".due_on"),
    ("timeframe", {"start_on": "2026-01-01"}, "DATE_ORDER", ".start_on"),
    ("timeframe", {"precision": 0}, "FIELD_MISSING", ".precision"),
    ("responsibilities", {"units": [{"unit": "", "name": "", "role": "lead"}]}, "FIELD_EMPTY", ".units[0].name"),
    ("responsibilities", {"units": [{"name": "n", "said_by": "person"}]}, "FIELD_MISSING", ".units[0].role"),
    ("responsibilities", {"units": [{"name": "n", "role": "lead", "said_by": "rumour"}]}, "ENUM_UNKNOWN",
     ".units[0].said_by"),
    ("progress_report", {"progress": 0}, "FIELD_MISSING", ".progress"),
    ("progress_report", {"reported_on": "2025-06-31"}, "BAD_DATE", ".reported_on"),
    ("progress_report", {"progress": "ongoing"}, "NOT_COMPLETED", ".completed_on"),
    ("progress_report", {"completed_on": "soon"}, "BAD_DATE", ".completed_on"),
    ("disclosure_set", {"disclosure": 0}, "GROUP_EMPTY", "disclosure_set"),
    ("disclosure_set", {"disclosure": 9}, "ENUM_UNKNOWN", ".disclosure"),
    ("unit_identity", {"name": ""}, "FIELD_EMPTY", ".name"),
    ("unit_identity", {"kind": 0}, "FIELD_MISSING", ".kind"),
    ("unit_identity", {"region": "a:b"}, "BAD_CODE", ".region"),
    ("unit_identity", {"valid_from": "2024-01-01", "valid_to": "2023-01-01"}, "DATE_ORDER", ".valid_from"),
    ("unit_identity", {"former_names": [{"name": ""}]}, "FIELD_EMPTY", ".former_names.name"),
    ("unit_identity", {"former_names": [{"name": "n", "until_on": "x"}]}, "BAD_DATE", ".former_names.until_on"),
    ("unit_identity", {"aliases": [""]}, "FIELD_EMPTY", ".aliases"),
    ("unit_contact", {"email": "nobody"}, "BAD_EMAIL", ".email"),
    ("unit_contact", {"alternates": [{"name": "n", "email": "a b@c"}]}, "BAD_EMAIL", ".alternates.email"),
    ("unit_contact", {"alternates": [{"name": "", "email": "a@b"}]}, "FIELD_EMPTY", ".alternates.name"),
    ("policy_rule", {"interval_months": 0}, "NUMBER_RANGE", ".interval_months"),
    ("policy_rule", {"ladder": [{"step": 7, "rung": "unit_head"}]}, "NUMBER_RANGE", ".ladder.step"),
    ("policy_rule", {"ladder": [{"step": 0, "rung": 9}]}, "ENUM_UNKNOWN", ".ladder.rung"),
    ("policy_rule", {"instruments": [0]}, "FIELD_MISSING", ".instruments"),
    ("policy_rule", {"working_day": 9}, "ENUM_UNKNOWN", ".working_day"),
    ("policy_rule", {"anchor_on": "2024-02-30"}, "BAD_DATE", ".anchor_on"),
    ("policy_rule", {"in_force_from": "soon"}, "BAD_DATE", ".in_force_from"),
    ("policy_rule", {"most_reminders": 101}, "NUMBER_RANGE", ".most_reminders"),
    ("policy_rule", {"closes_after_days": 3651}, "NUMBER_RANGE", ".closes_after_days"),
    ("policy_rule", {"window_days": 3651}, "NUMBER_RANGE", ".window_days"),
    ("chase_set", {"snoozed_until": "2025-13-01"}, "BAD_DATE", ".snoozed_until"),
    ("chase_set", {"delegated_to": "b@@example.org"}, "BAD_EMAIL", ".delegated_to"),
    ("cycle_decision", {"decision": 0}, "FIELD_MISSING", ".decision"),
    ("cycle_decision", {"decided_by": ""}, "FIELD_EMPTY", ".decided_by"),
    ("return_made", {"made_on": ""}, "BAD_DATE", ".made_on"),
    ("return_made", {"rows": [{"unit": "unit:A", "asked": 3, "answered": 1}]}, "NUMBER_RANGE", ".rows"),
    ("return_made", {"rows_sha256": b"short"}, "FIELD_MISSING", ".rows_sha256"),
    ("brake_release", {"recipients": 0}, "FIELD_MISSING", ".recipients"),
    ("brake_release", {"released_by": ""}, "FIELD_EMPTY", ".released_by"),
    ("policy_rule", {"steps": [0, 0]}, "NUMBER_RANGE", ".steps"),
    ("policy_rule", {"go_live_on": ""}, "BAD_DATE", ".go_live_on"),
    ("reminder_record", {"recipient": ""}, "FIELD_EMPTY", ".recipient"),
    ("reminder_record", {"due_on": "x"}, "BAD_DATE", ".due_on"),
    ("retraction", {"reason": ""}, "FIELD_EMPTY", ".reason"),
    ("retraction", {"reason": "x" * 501}, "FIELD_TOO_LONG", ".reason"),
    ("retraction", {"replaced_by": "d"}, "BAD_REFERENCE", ".replaced_by"),
    ("retraction", {"retracted": False, "replaced_by": "e"}, "BAD_REFERENCE", ".replaced_by"),
    ("extensions", {"extensions": [{"due_on": "", "precision": "day", "approver": "a", "reason": "r"}]},
     "BAD_DATE", ".due_on"),
    ("extensions", {"extensions": [{"due_on": "2030-01-01", "approver": "a", "reason": "r"}]}, "FIELD_MISSING",
     ".precision"),
    ("extensions", {"extensions": [{"due_on": "2030-01-01", "precision": "day", "reason": "r"}]}, "FIELD_EMPTY",
     ".approver"),
    ("extensions", {"extensions": [{"due_on": "2030-01-01", "precision": "day", "approver": "a"}]}, "FIELD_EMPTY",
     ".reason"),
    ("milestones", {"milestones": [{"text": ""}]}, "FIELD_EMPTY", ".text"),
    ("milestones", {"milestones": [{"text": "t", "reached_on": "x"}]}, "BAD_DATE", ".reached_on"),
    ("milestones", {"milestones": [{"text": "t"}] * 501}, "LIST_TOO_LONG", "milestones"),
    ("hold_set", {"hold": 0}, "FIELD_MISSING", ".hold"),
    ("hold_set", {"reason": ""}, "FIELD_EMPTY", ".reason"),
    ("hold_set", {"since_on": "x"}, "BAD_DATE", ".since_on"),
    ("progress_review", {"of_revision": 0}, "FIELD_MISSING", ".of_revision"),
    ("progress_review", {"review": 0}, "FIELD_MISSING", ".review"),
    ("progress_review", {"reviewer": ""}, "FIELD_EMPTY", ".reviewer"),
    ("progress_review", {"review": "returned"}, "FIELD_EMPTY", ".remark"),
    ("round_held", {"name": ""}, "FIELD_EMPTY", ".name"),
    ("round_held", {"scale": 0}, "FIELD_MISSING", ".scale"),
    ("round_held", {"held_from": "2024-02-02", "held_to": "2024-02-01"}, "DATE_ORDER", ".held_from"),
    ("assessment_made", {"subjects": []}, "FIELD_MISSING", ".subjects"),
    ("assessment_made", {"assessor": ""}, "FIELD_EMPTY", ".assessor"),
    ("assessment_made", {"level": 0}, "FIELD_MISSING", ".level"),
    ("assessment_made", {"round": ""}, "FIELD_EMPTY", ".round"),
    ("indicator_stated", {"met": 1}, "NUMBER_RANGE", "indicator_stated"),
    ("indicator_stated", {"total": 3}, "NUMBER_RANGE", "indicator_stated"),
    ("indicator_stated", {"value": "", "met": 4, "total": 3}, "NUMBER_RANGE", "indicator_stated"),
    ("indicator_stated", {"value": "twelve"}, "NUMBER_RANGE", ".value"),
    ("indicator_stated", {"value": "1."}, "NUMBER_RANGE", ".value"),
    ("indicator_stated", {"target": "1e9"}, "NUMBER_RANGE", ".target"),
    ("indicator_stated", {"name": ""}, "FIELD_EMPTY", ".name"),
    ("link_drawn", {"relation": 0}, "FIELD_MISSING", ".relation"),
    ("link_drawn", {"score": 1001}, "NUMBER_RANGE", ".score"),
    ("link_drawn", {"to": "d#1"}, "BAD_REFERENCE", ".to"),
    ("link_drawn", {"relation": "repeats"}, "FIELD_EMPTY", ".to"),
    ("link_drawn", {"cited_document": ""}, "FIELD_EMPTY", ".cited_document"),
    ("link_decision", {"state": 0}, "FIELD_MISSING", ".state"),
    ("link_decision", {"decided_by": ""}, "FIELD_EMPTY", ".decided_by"),
    ("finding_raised", {"code": ""}, "FIELD_EMPTY", ".code"),
    ("finding_raised", {"severity": 0}, "FIELD_MISSING", ".severity"),
    ("finding_raised", {"remedy": ""}, "FIELD_EMPTY", ".remedy"),
    ("finding_handling", {"resolution": ""}, "FIELD_EMPTY", ".resolution"),
    ("finding_handling", {"state": "assigned"}, "FIELD_EMPTY", ".assigned_to"),
    ("finding_handling", {"handled_by": ""}, "FIELD_EMPTY", ".handled_by"),
    ("crosswalk_table", {"version": 0}, "NUMBER_RANGE", ".version"),
    ("crosswalk_table", {"words": [{"axis": "a", "source": "", "word": "w"}]}, "FIELD_EMPTY", ".words.source"),
)


if __name__ == "__main__":
    unittest.main()
