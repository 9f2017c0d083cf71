# SPDX-License-Identifier: Apache-2.0
"""The register and the ledger that the ways of this bench run on, and workflow's own statements, prepared."""
import datetime
import json
import pathlib
import re
import sys
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE.parent / "ingest"))

from ground import Ground  # noqa: E402
import generated  # noqa: E402
import harness  # noqa: E402

STATEMENTS = ("clock", "look", "load_brakes", "load_due", "create_deliveries")
DUE = 10_000  # obligations in one claim
FAR = "2100-01-01"  # a day on which everything planned is due


def policy(name, today, active=True, steps=(-30, -7, 0, 14), base=0):
    change = generated.policy(name, "A new update every six months", "interval", today, interval_months=6)
    change["policy_rule"].update(go_live_on=str(today), steps=list(steps), active=active, overseer="")
    return change | {"base_revision": base}


class Ledger(Ground):
    """Ground with policies, planned by the real service."""

    def __enter__(self):
        super().__enter__()
        self.today = datetime.date.today()
        self.revision = 1
        self.old_cycles = 0
        register = self.register
        register.start("ingest")
        register.must("push", generated.write(register.folder / "policies.jsonl", [
            policy("old", self.today, active=False), policy("now", self.today)]))
        self.statements()
        # Swept at moments that are the same in every round.
        register.sql("ALTER TABLE uptake.obligation SET (autovacuum_enabled = off)")
        with open(HERE / "register" / "one_by_one.sql", encoding="utf-8") as procedure:
            register.sql(procedure.read())
        return self

    def statements(self):
        """As workflow sends them: prepared, in a session like those of common/store with workflow's own settings."""
        self.register.sql("SET max_parallel_workers_per_gather = 0; SET jit = off")
        self.register.sql((ROOT / "services/workflow/sql/one_plan.sql").read_text())
        for name in STATEMENTS:
            text = (ROOT / f"services/workflow/sql/{name}.sql").read_text()
            self.register.sql(f"PREPARE {name} AS {re.sub('--.*', '', text)}")

    def call(self, name, *arguments):
        marks = ", ".join(["%s"] * len(arguments))
        return self.register.sql(f"EXECUTE {name}" + (f"({marks})" if arguments else ""), arguments or None)

    def grow(self, rows):
        """So many obligations in all, at least."""
        have = self.register.one("SELECT count(*) FROM uptake.obligation")
        while have < rows:
            cycles = min(25, -(-(rows - have) // (4 * self.actions)))
            text = (HERE / "register" / "old.sql").read_text()
            for mark, value in ((":first", self.old_cycles + 1), (":last", self.old_cycles + cycles)):
                text = text.replace(f"{mark}::int", str(value))
            self.register.sql(re.sub("--.*", "", text))
            self.old_cycles += cycles
            have += 4 * cycles * self.actions
        self.settle()
        return have

    # What the rows are measured by -------------------------------------------------------------------

    def make_due(self):
        """DUE obligations are planned for a day that has come, nothing else is."""
        self.register.sql("UPDATE uptake.obligation SET state = 'planned', delivery_id = NULL, send_on = send_on + 20000"
                          " WHERE state = 'claimed'")
        self.register.sql("DELETE FROM uptake.delivery")
        self.register.sql("UPDATE uptake.obligation SET send_on = '1990-01-01' WHERE obligation_id IN"
                          " (SELECT obligation_id FROM uptake.obligation WHERE state = 'planned'"
                          f" ORDER BY subject_id, send_on LIMIT {DUE})")
        self.register.sql("VACUUM uptake.obligation")
        self.register.sql("CHECKPOINT")

    def claimed(self):
        claimed = self.register.one("SELECT count(*) FROM uptake.obligation WHERE state = 'claimed'")
        if claimed != DUE:
            raise SystemExit(f"{claimed} obligations were claimed, {DUE} were due")

    def claim(self):
        """Seconds."""
        self.make_due()
        began = time.monotonic()
        self.register.sql("BEGIN")
        due = self.call("load_due", "1990-06-01", [])
        addresses = {row[1]: row[3] for row in due}
        recipients = sorted(addresses)
        self.call("create_deliveries", recipients, [addresses[each] for each in recipients],
                  [f"<{uuid.uuid4()}@bench>" for _ in recipients], [row[0] for row in due], [row[1] for row in due],
                  "1990-06-01", "2026-01-01", "in the digest of the day", "being sent")
        self.register.sql("COMMIT")
        seconds = time.monotonic() - began
        self.claimed()
        return seconds

    def claim_one_by_one(self):
        self.make_due()
        began = time.monotonic()
        self.register.sql("CALL bench.claim_one_by_one('1990-06-01')")
        seconds = time.monotonic() - began
        self.claimed()
        return seconds

    def poll(self, times=200):
        """Seconds of a look at a ledger in which nothing is due."""
        self.register.sql("UPDATE uptake.obligation SET state = 'planned', delivery_id = NULL, send_on = send_on + 20000"
                          " WHERE state = 'claimed'")
        self.register.sql("VACUUM uptake.obligation")  # as autovacuum does after so many
        seconds = []
        for _ in range(times):
            began = time.monotonic()
            self.call("clock", "Europe/Zurich")
            self.call("look")
            self.call("load_brakes", "1990-06-01", 20, 10)
            self.call("load_due", "1990-06-01", [])
            seconds.append(time.monotonic() - began)
        return sorted(seconds)[times // 2]

    # The real service ----------------------------------------------------------------------------------

    def plan_all(self):
        """Starts workflow, which plans the whole register; (seconds, obligations written, most memory in MiB)."""
        workflow = self.register.workflow
        before = len(self.planned())
        began = time.monotonic()
        self.register.start("workflow")
        self.wait_planned(before + 1)
        return time.monotonic() - began, int(self.planned()[-1]["changes"]), self.memory()

    def planned(self):
        workflow = self.register.workflow
        events = workflow.log_events() if workflow.log_path.exists() else []
        return [event for event in events if event["event"] == "planned"]

    def wait_planned(self, number):
        harness.wait_until(lambda: len(self.planned()) >= number, "workflow plans", 1800)

    def memory(self):
        return self.register.workflow.memory_bytes("VmHWM") / 1024 / 1024

    def replan(self, steps):
        """The policy asks on other days; (seconds until that is planned, rows written)."""
        before = len(self.planned())
        change = policy("now", self.today, steps=steps, base=self.revision)
        self.revision += 1
        began = time.monotonic()
        self.register.must("push", generated.write(self.register.folder / "policy.jsonl", [change]))
        self.wait_planned(before + 1)
        return time.monotonic() - began, int(self.planned()[-1]["changes"])

    def insert_select(self):
        """PostgreSQL's own way to write what the last plan wrote, into a table with the same indexes; (seconds, rows)."""
        self.register.sql("DROP TABLE IF EXISTS bench.obligation")
        self.register.sql("CREATE TABLE bench.obligation (LIKE uptake.obligation INCLUDING ALL)")
        self.register.sql("CHECKPOINT")
        began = time.monotonic()
        self.register.sql("INSERT INTO bench.obligation OVERRIDING SYSTEM VALUE SELECT * FROM uptake.obligation"
                          " WHERE changed_at = (SELECT max(changed_at) FROM uptake.obligation)")
        return time.monotonic() - began, self.register.one("SELECT count(*) FROM bench.obligation")


def write(path, result):
    path.write_text(json.dumps(result, indent=1) + "\n")
