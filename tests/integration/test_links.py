# SPDX-License-Identifier: Apache-2.0
"""Links between items: what may repeat an earlier recommendation is proposed once, and decided by people."""
import csv
import json
import unittest

import generated
import state
from generated import change
from harness import ROOT, Register, corpus

NOW, BEFORE, OTHER = "harbour-2024", "harbour-2019", "clinic-2018"
SAMPLE = ROOT / "deploy" / "sample"
PUBLISHED = "ohchr-cambodia-evaluation-2024.txt"
PUBLISHED_TOO = "unwomen-cambodia-management-response-2020.txt"

LATER = {
    "1": "The dredging of the north channel has stopped for want of a contract; renew it and dredge every spring.",
    "2": "Life jackets of the right sizes should be on every ferry, and crews drilled in launching rafts.",
    "3": "Continue to strengthen the capacity of the office.",
}
EARLIER = {
    "1": "Dredge the north channel every spring under a contract of several years.",
    "2": "Put life jackets for children and adults aboard each ferry and drill the crews in launching rafts.",
    "3": "Strengthen coordination with the government and develop a strategy of partnership.",
    "4": "Repaint the buoys of the north channel.",
}


def document(key, day, texts):
    identity = {"title": key, "instrument": "evaluation", "addressee": "office", "language": "en"}
    yield change("document", key, key, document_identity={**identity, **({"dated_on": day} if day else {})})
    for code, text in texts.items():
        yield change("recommendation", key, f"{key}#{code}", recommendation_text={"code": code, "text": text})


def part(key, parent, code, text):
    return change("recommendation", key, f"{key}#{parent}.{code}", recommendation_text={
        "code": f"{parent}.{code}", "parent": f"{key}#{parent}", "text": text})


class Case(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")

    def push(self, changes):
        self.register.must("push", "-", stdin="".join(json.dumps(each) + "\n" for each in changes))

    def ask(self, *arguments):
        return json.loads(self.register.must("links", *arguments, "--json"))

    def refused(self, code, *arguments):
        done = self.register.run("links", *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
        self.assertIn(code, done.stderr)
        return done.stderr

    def pairs(self, **wanted):
        flags = [word for name, value in wanted.items() for word in (f"--{name}", value)]
        return {(link["from"], link["to"]): link for link in self.ask("list", *flags)["links"]}


class Links(Case):
    def setUp(self):
        super().setUp()
        self.push(document(BEFORE, "2019-05-01", EARLIER))
        self.push(document(NOW, "2024-05-01", LATER))

    # Proposals -------------------------------------------------------------------------------

    def test_nearest_are_proposed_with_score_and_reasons_and_await_a_person(self):
        told = self.ask("propose", NOW)
        self.assertEqual((told["recommendations"], told["compared_with"], told["against"]), (3, 4, [BEFORE]))
        first = {row["from"]: row for row in told["proposals"] if row["rank"] == 1}
        self.assertEqual(first[f"{NOW}#1"]["to"], f"{BEFORE}#1")
        self.assertEqual(first[f"{NOW}#2"]["to"], f"{BEFORE}#2")
        self.assertEqual(told["sent"]["applied"], told["new"])
        for link in self.ask("list")["links"]:
            self.assertRegex(link["key"], rf"^{NOW}#link:repeats-[0-9a-f]{{12}}$")
            self.assertEqual((link["state"], link["relation"], link["decided_by"]), ("proposed", "repeats", ""))
            self.assertTrue(100 <= link["score"] <= 1000 and link["reasons"], link)
        reasons = " ".join(first[f"{NOW}#2"]["reasons"])
        self.assertIn('same passage: "', reasons)
        self.assertIn("life jackets", reasons.lower())
        for key in (f"{NOW}#1", f"{NOW}#2"):
            self.assertLessEqual(len(self.pairs(item=key)), 2)

    def test_same_again_changes_nothing(self):
        self.ask("propose", NOW)
        before = state.of(self.register)
        again = self.ask("propose", NOW)
        self.assertEqual((again["new"], again["sent"]), (0, None))
        self.assertEqual({row["state"] for row in again["proposals"]}, {"proposed"})
        self.assertEqual(state.differences(before, state.of(self.register)), [])
        self.assertEqual(state.feed_faults(self.register), [])

    def test_rejected_is_not_proposed_again_and_nothing_moves_up_for_it(self):
        told = self.ask("propose", NOW, "--limit", "1")
        keys = {row["from"]: row["key"] for row in told["proposals"]}
        self.register.must("links", "reject", keys[f"{NOW}#1"], "--by", "A. Pilot", "--reason", "another channel")
        self.register.must("links", "confirm", keys[f"{NOW}#2"], "--by", "A. Pilot")
        before = state.of(self.register)
        again = self.ask("propose", NOW, "--limit", "1")
        self.assertEqual(again["new"], 0)
        self.assertEqual({row["from"]: row["state"] for row in again["proposals"]} | {f"{NOW}#3": ""},
                         {f"{NOW}#1": "rejected", f"{NOW}#2": "confirmed", f"{NOW}#3": ""})
        self.assertEqual(state.differences(before, state.of(self.register)), [])

    def test_dry_run_sends_nothing(self):
        before = state.of(self.register)
        told = self.register.must("links", "propose", NOW, "--dry-run")
        self.assertIn("nothing sent", told)
        self.assertGreater(self.ask("propose", NOW, "--dry-run")["new"], 0)
        self.assertEqual(state.differences(before, state.of(self.register)), [])

    def test_later_document_is_not_what_is_repeated(self):
        told = self.ask("propose", BEFORE)
        self.assertEqual((told["against"], told["proposals"]), ([], []))
        self.assertIn("2024-05-01", self.refused("DOCUMENT_LATER", "propose", BEFORE, "--against", NOW))

    def test_only_the_named_documents_are_compared(self):
        self.push(document(OTHER, "2018-01-01", {"1": LATER["2"]}))
        self.assertEqual(self.ask("propose", NOW, "--against", BEFORE)["against"], [BEFORE])
        told = self.ask("propose", NOW, "--against", BEFORE, "--against", OTHER)
        self.assertEqual(sorted(told["against"]), [OTHER, BEFORE])
        best = next(row for row in told["proposals"] if row["from"] == f"{NOW}#2" and row["rank"] == 1)
        self.assertEqual((best["to"], best["score"]), (f"{OTHER}#1", 1000))

    def test_undated_documents_propose_each_pair_once(self):
        texts = {"1": "Send a nurse to the mining camps each Tuesday."}
        self.push(document("camp-a", "", texts))
        self.push(document("camp-b", "", texts))
        self.assertEqual(self.ask("propose", "camp-a", "--against", "camp-b")["new"], 1)
        told = self.ask("propose", "camp-b", "--against", "camp-a")
        self.assertEqual((told["new"], told["known_before"]), (0, 1))
        self.assertEqual(list(self.pairs()), [("camp-a#1", "camp-b#1")])

    def test_quoted_document_is_as_old_as_its_name_says(self):
        self.push(document(f"{NOW}-quoted-2011", "", {"1": LATER["2"]}))
        self.assertEqual(self.ask("propose", f"{NOW}-quoted-2011")["against"], [])
        self.assertIn(f"{NOW}-quoted-2011", self.ask("propose", NOW)["against"])

    def test_parts_belong_to_their_recommendation_and_the_nearest_is_told(self):
        self.push(document(OTHER, "2025-01-01", {"7": "On safety:"}))
        self.push([part(OTHER, 7, "1", "Have the kitchens inspected."),
                   part(OTHER, 7, "2", "Drill ferry crews in launching rafts.")])
        told = self.ask("propose", OTHER, "--against", BEFORE)
        self.assertEqual(told["recommendations"], 1)
        self.assertEqual([(row["from"], row["to"]) for row in told["proposals"]][0], (f"{OTHER}#7", f"{BEFORE}#2"))
        self.assertIn("nearest: part 7.2 of the later, the whole of the earlier", told["proposals"][0]["reasons"])

    def test_retracted_recommendation_is_not_compared(self):
        self.push([change("recommendation", BEFORE, f"{BEFORE}#1", 1,
                          retraction={"retracted": True, "reason": "printed by mistake"})])
        told = self.ask("propose", NOW)
        self.assertEqual(told["compared_with"], 3)
        self.assertNotIn(f"{BEFORE}#1", {row["to"] for row in told["proposals"]})

    def test_limit_and_least_score_are_kept_and_checked(self):
        for limit in (1, 2):
            told = self.ask("propose", NOW, "--limit", str(limit), "--min-score", "0", "--dry-run")
            self.assertEqual(max(row["rank"] for row in told["proposals"]), limit)
        self.assertEqual(self.ask("propose", NOW, "--min-score", "1000", "--dry-run")["proposals"], [])
        for flags in (("--limit", "0"), ("--limit", "21"), ("--limit", "x"), ("--min-score", "1001")):
            self.refused("USAGE", "propose", NOW, *flags)

    def test_unknown_documents_are_wrong_use(self):
        self.refused("NOT_FOUND", "propose", "no-such")
        self.refused("NOT_FOUND", "propose", NOW, "--against", "no-such")
        self.refused("USAGE", "propose", NOW, "--against", NOW)
        self.refused("USAGE", "propose")

    def test_import_of_the_document_again_does_not_miss_its_links(self):
        self.register.must("push", SAMPLE / "units.jsonl")
        path = SAMPLE / "unwomen-cambodia-2020.txt"
        self.register.must("import", path, "--document", "twin")
        self.push(document("twin-before", "2010-01-01", {"1": "Send a nurse to the mining camps each Tuesday."}))
        self.register.must("links", "add", "repeats", "twin#1", "twin-before#1", "--by", "A. Pilot")
        again = self.register.run("import", path, "--document", "twin")
        self.assertIn("0 vanished", again.stdout)

    # Decisions -------------------------------------------------------------------------------

    def test_decision_keeps_who_when_and_why(self):
        key = self.ask("propose", NOW, "--limit", "1")["proposals"][0]["key"]
        self.register.must("links", "reject", key, "--by", "A. Pilot", "--reason", "another channel")
        link = self.ask("show", key)["link"]
        self.assertEqual((link["state"], link["decided_by"], link["reason"]),
                         ("rejected", "A. Pilot", "another channel"))
        self.assertRegex(link["decided_on"], r"^\d{4}-\d\d-\d\d$")
        self.register.must("links", "confirm", key, "--by", "B. Mate", "--reason", "the same one after all")
        self.assertEqual(self.ask("show", key)["link"]["state"], "confirmed")
        self.assertEqual(len(self.ask("show", key)["history"]), 3)
        again = self.register.run("links", "confirm", key, "--by", "C. Cook")
        self.assertEqual(again.returncode, 0)
        self.assertIn("confirmed already, by B. Mate", again.stderr)
        self.assertEqual(self.ask("show", key)["link"]["decided_by"], "B. Mate")

    def test_decision_needs_a_name_and_a_rejection_a_reason(self):
        key = self.ask("propose", NOW, "--limit", "1")["proposals"][0]["key"]
        self.refused("USAGE", "confirm", key)
        self.refused("USAGE", "reject", key, "--by", "A. Pilot")
        self.refused("USAGE", "reject", key, "--reason", "no")
        self.refused("WRONG_KIND", "confirm", f"{NOW}#1", "--by", "A. Pilot")
        self.assertEqual({link["state"] for link in self.ask("list")["links"]}, {"proposed"})

    def test_many_are_decided_at_once_or_none(self):
        keys = [row["key"] for row in self.ask("propose", NOW, "--limit", "1")["proposals"]]
        self.refused("NOT_FOUND", "confirm", *keys, f"{NOW}#link:repeats-000000000000", "--by", "A. Pilot")
        self.assertEqual(self.pairs(state="confirmed"), {})
        self.register.must("links", "confirm", *keys, "--by", "A. Pilot")
        self.assertEqual(len(self.pairs(state="confirmed")), len(keys))

    def test_person_draws_links_of_every_relation(self):
        for relation in ("answers", "repeats", "supersedes", "clusters-with", "cites"):
            self.register.must("links", "add", relation, f"{NOW}#3", f"{BEFORE}#4", "--by", "A. Pilot")
        links = [link for link in self.ask("list", "--item", f"{BEFORE}#4")["links"]]
        self.assertEqual({(link["relation"], link["state"], link["score"]) for link in links},
                         {(word, "confirmed", 0) for word in
                          ("answers", "repeats", "supersedes", "clusters_with", "cites")})
        before = state.of(self.register)
        self.register.must("links", "add", "answers", f"{NOW}#3", f"{BEFORE}#4", "--by", "B. Mate")
        self.assertEqual(state.differences(before, state.of(self.register)), [])

    def test_citation_of_what_is_not_in_the_register(self):
        for paragraph in ("46 (b)", "47"):
            self.register.must("links", "add", "cites", f"{NOW}#1", "--document", "A/HRC/99/1", "--paragraph",
                               paragraph, "--by", "A. Pilot")
        links = self.ask("list", "--document", "A/HRC/99/1")["links"]
        self.assertEqual({(link["from"], link["to"], link["cited_paragraph"]) for link in links},
                         {(f"{NOW}#1", "", "46 (b)"), (f"{NOW}#1", "", "47")})
        self.assertIn("46 (b)", self.register.must("links", "show", min(
            links, key=lambda link: link["cited_paragraph"])["key"]))

    def test_proposed_pair_that_a_person_draws_becomes_confirmed(self):
        row = self.ask("propose", NOW, "--limit", "1")["proposals"][0]
        self.register.must("links", "add", "repeats", row["from"], row["to"], "--by", "A. Pilot")
        link = self.ask("show", row["key"])["link"]
        self.assertEqual((link["state"], link["score"], link["revision"]), ("confirmed", row["score"], 2))

    def test_links_that_cannot_be_are_refused(self):
        by = ("--by", "A. Pilot")
        self.refused("USAGE", "add", "resembles", f"{NOW}#1", f"{BEFORE}#1", *by)
        self.refused("USAGE", "add", "repeats", f"{NOW}#1", f"{NOW}#1", *by)
        self.refused("USAGE", "add", "repeats", f"{NOW}#1", *by)
        self.refused("USAGE", "add", "repeats", f"{NOW}#1", f"{BEFORE}#1")
        self.refused("NOT_FOUND", "add", "repeats", f"{NOW}#1", f"{BEFORE}#99", *by)
        self.refused("NOT_FOUND", "add", "repeats", f"{NOW}#99", f"{BEFORE}#1", *by)
        self.assertEqual(self.pairs(), {})

    # Lists -----------------------------------------------------------------------------------

    def test_list_is_narrowed_by_document_state_relation_and_item(self):
        self.ask("propose", NOW, "--limit", "1")
        self.register.must("links", "add", "supersedes", f"{NOW}#3", f"{BEFORE}#3", "--by", "A. Pilot")
        every = self.pairs()
        self.assertEqual(self.pairs(document=NOW), every)
        self.assertEqual(self.pairs(document=BEFORE), every)
        self.assertEqual(self.pairs(document="harbour"), {})
        self.assertEqual(list(self.pairs(relation="supersedes")), [(f"{NOW}#3", f"{BEFORE}#3")])
        self.assertEqual(self.pairs(state="confirmed"), self.pairs(relation="supersedes"))
        self.assertEqual(list(self.pairs(item=f"{BEFORE}#1")), [(f"{NOW}#1", f"{BEFORE}#1")])
        self.assertIn(f"\n{self.ask('list')['count']} links\n", self.register.must("links"))
        self.refused("PARAMETER_INVALID", "list", "--state", "maybe")
        self.refused("PARAMETER_INVALID", "list", "--relation", "resembles")
        self.refused("USAGE", "dissolve")

    def test_show_sets_both_texts_side_by_side(self):
        row = next(row for row in self.ask("propose", NOW)["proposals"] if row["from"] == f"{NOW}#2")
        told = self.register.must("links", "show", row["key"])
        columns = [line.split("  |  ") for line in told.splitlines() if "  |  " in line]
        left, right = ([" ".join(column[side].split()) for column in columns] for side in (0, 1))
        self.assertEqual((left[0], right[0]), (f"{NOW}#2", f"{BEFORE}#2"))
        self.assertEqual(" ".join(left[1:]).strip(), LATER["2"])
        self.assertEqual(" ".join(right[1:]).strip(), EARLIER["2"])
        self.assertIn(row["reasons"][0], told)

    def test_export_with_links_sent_again_changes_nothing(self):
        self.ask("propose", NOW)
        self.register.must("links", "confirm", self.ask("list")["links"][0]["key"], "--by", "A. Pilot")
        before = state.of(self.register)
        self.register.must("import", "-", stdin=self.register.must("export"))
        self.assertEqual(state.differences(before, state.of(self.register)), [])


class Published(Case):
    """Pairs that readers of both evaluations have named."""

    def setUp(self):
        folder = corpus()
        if folder is None:
            self.skipTest("the published documents are not at hand: set UPTAKE_CORPUS")
        super().setUp()
        self.register.must("push", SAMPLE / "units.jsonl")
        for name, key in ((PUBLISHED, "new"), (PUBLISHED_TOO, "other")):
            done = self.register.run("import", folder / name, "--document", key)
            self.assertIn(done.returncode, (0, 1), done.stderr)
        with open(folder / "expected" / "ohchr-2020-recommendations.tsv", encoding="utf-8") as rows:
            self.rows = list(csv.DictReader(rows, delimiter="\t"))
        items = self.register.json("/v1/scopes/hq/snapshot?kind=recommendation&document=new-quoted-2020&limit=200")
        self.texts = {item["key"]: item["change"]["recommendation_text"]["text"] for item in items["items"]}

    def key_of(self, row):
        found = [key for key, text in self.texts.items() if text.startswith(row["starts"].split(";")[0].strip())]
        self.assertTrue(found, row)
        return min(found, key=len)

    def test_every_named_pair_is_among_the_first_two(self):
        named = {(f"new#{code}", self.key_of(row)) for row in self.rows
                 for code in row["repeated_in_2024"].split(";") if code}
        self.assertEqual(len(named), 9)
        for flags in (("--against", "new-quoted-2020"), ()):
            told = self.ask("propose", "new", "--dry-run", *flags)
            ranks = {(row["from"], row["to"]): row["rank"] for row in told["proposals"]}
            missing = sorted(named - set(ranks))
            self.assertEqual(missing, [], (flags, sorted(ranks)))
        before = self.ask("propose", "new")
        self.assertEqual(before["sent"]["refused"], [])
        self.assertEqual(self.ask("propose", "new")["new"], 0)
        self.assertLessEqual(named, set(self.pairs(state="proposed")))


if __name__ == "__main__":
    unittest.main()
