# SPDX-License-Identifier: Apache-2.0
"""Twenty SIGKILLs leave no trace: the register ends as if nobody had pulled a plug.

The same register is taken in twice. The second time the services are killed, by observed progress
and a seeded choice: during the intake (ingest, reporting), then during the sending (all three).
UPTAKE_TEST_SEED repeats a run.
"""
import collections
import datetime
import random
import threading
import unittest
import uuid
import zoneinfo

import generated
import state
from harness import Register, random_seed, wait_until

UNITS, ACTIONS = 12, 48
CHUNK = 12  # changes per intake file
INTAKE_KILLS = ["ingest"] * 5 + ["reporting"] * 3
SENDING_KILLS = ["workflow"] * 7 + ["ingest"] * 3 + ["reporting"] * 2
SENDING_SECONDS = 240


def today():
    return datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Zurich")).date()


def changes_of(day):
    return [*generated.settings(UNITS, day), *generated.document(UNITS, ACTIONS, day),
            *generated.reports(ACTIONS)]


class Run:
    """One register from empty to everybody reminded."""

    def __init__(self, register, day):
        self.register = register
        self.day = day
        self.kills = collections.Counter()
        self.one_at_a_time = threading.Lock()

    def kill(self, name):
        # The mail server's thread kills too.
        with self.one_at_a_time:
            service = self.register.services[name]
            service.kill()
            service.start(wait=False)
            self.kills[name] += 1

    def changes(self):
        return self.register.one("SELECT count(*) FROM uptake.change")

    def intake(self, victims, dice):
        changes = changes_of(self.day)
        files = [generated.write(self.register.folder / f"part{at:03}.jsonl", changes[at:at + CHUNK])
                 for at in range(0, len(changes), CHUNK)]
        chosen = sorted(dice.sample(range(len(files)), len(victims)))
        plan = dict(zip(chosen, victims))
        for number, path in enumerate(files):
            before = self.changes()
            process = self.register.begin("push", path)
            if number in plan:
                threshold = before + dice.randrange(CHUNK)
                wait_until(lambda: self.changes() >= threshold or process.poll() is not None,
                           "intake under way")
                self.kill(plan[number])
            self.register.finish(process)
            for service in ("ingest", "reporting"):
                self.register.services[service].wait_ready()
        # The same again changes nothing, whatever was cut off.
        count = self.changes()
        for path in files:
            self.register.must("push", path)
        assert self.changes() == count, "a repeated push changed the register"

    def sending(self, victims, dice):
        """victims: killed at mails and reminders chosen by the dice, in this order."""
        waiting = list(victims)
        mails = iter(sorted(dice.sample(range(UNITS), min(len(waiting), UNITS // 2))))
        self.next_mail = next(mails, None)

        def before_reply(_):
            # The mail is taken, its sender has not heard so yet: the worst moment.
            if waiting and self.next_mail is not None and len(self.register.mail.mails) > self.next_mail:
                self.next_mail = next(mails, None)
                self.kill(waiting.pop(0))

        self.register.mail.before_reply = before_reply
        self.register.start("workflow")
        step = max(1, 2 * ACTIONS // (len(victims) + 1))
        threshold = step

        def settled():
            nonlocal threshold
            reminders = self.register.one("SELECT count(*) FROM uptake.change WHERE kind = 'reminder'")
            if waiting and reminders >= threshold:
                threshold += step
                self.kill(waiting.pop(0))
            return not waiting and self.is_settled()

        wait_until(settled, "every reminder sent and recorded", SENDING_SECONDS)
        self.register.mail.before_reply = None

    def is_settled(self):
        planned, unsent, unrecorded, sent = self.register.sql(
            "SELECT count(*) FILTER (WHERE state = 'planned' AND send_on <= %s),"
            " count(*) FILTER (WHERE state = 'claimed'),"
            " count(*) FILTER (WHERE state = 'sent' AND reminder_recorded_at IS NULL),"
            " count(*) FILTER (WHERE state = 'sent') FROM uptake.obligation", (self.day,))[0]
        return sent and not planned and not unsent and not unrecorded


class Kills(unittest.TestCase):
    def live(self, day, epoch, intake_kills, sending_kills, seed):
        """(state at the end, mails, kills) of one whole run."""
        dice = random.Random(seed)
        intake_kills, sending_kills = list(intake_kills), list(sending_kills)
        dice.shuffle(intake_kills)
        dice.shuffle(sending_kills)
        with Register(epoch=epoch) as register:
            run = Run(register, day)
            register.start("ingest", "reporting")
            run.intake(intake_kills, dice)
            run.sending(sending_kills, dice)
            for service in register.services.values():
                service.wait_ready()
            self.assertEqual(state.feed_faults(register), [])
            self.assertEqual(state.rollups_kept(register), state.rollups_counted(register))
            return state.of(register), list(register.mail.mails), run.kills

    def test_twenty_kills_leave_the_register_as_an_undisturbed_run(self):
        seed, epoch, day = random_seed(), str(uuid.uuid4()), today()
        print(f"    UPTAKE_TEST_SEED={seed}")
        calm, calm_mails, _ = self.live(day, epoch, [], [], seed)
        rough, rough_mails, kills = self.live(day, epoch, INTAKE_KILLS, SENDING_KILLS, seed)
        print(f"    kills: {dict(kills)}, mails: {len(calm_mails)} calm, {len(rough_mails)} rough")
        if today() != day:
            self.skipTest("midnight passed between the two runs, which look at today's date")
        self.assertEqual(sum(kills.values()), 20)
        self.assertEqual(state.differences(calm, rough), [])
        self.assertEqual(len(calm_mails), UNITS)
        # The same recipients, each with one Message-ID, the same in both runs, for the same text.
        ids = {(mail.recipient, mail.message_id) for mail in calm_mails}
        self.assertEqual({(mail.recipient, mail.message_id) for mail in rough_mails}, ids)
        self.assertEqual(len({mail.recipient for mail in calm_mails}), len(ids))
        by_id = collections.defaultdict(set)
        for mail in rough_mails:
            by_id[mail.message_id].add(mail.message.get_body(("plain",)).get_content())
        self.assertEqual({len(texts) for texts in by_id.values()}, {1})


if __name__ == "__main__":
    unittest.main()
