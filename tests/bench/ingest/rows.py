# SPDX-License-Identifier: Apache-2.0
"""The comparisons: which ways each needs, how its figure is made of them, what it has to reach and aims at."""
import statistics


def median(results, way, figure="rate"):
    return statistics.median(each[figure] for each in results[way])


def ratio(ours, theirs, figure="rate"):
    return lambda results: median(results, ours, figure) / median(results, theirs)


class Row:
    def __init__(self, what, ways, figure, reach=None, aim=None, at_most=False, form="{:.2f}x"):
        self.what, self.ways, self.figure = what, ways, figure
        self.reach, self.aim, self.at_most, self.form = reach, aim, at_most, form

    def meets(self, value, bound):
        return value <= bound if self.at_most else value >= bound


def spread(results):
    """The slowest of 1, 10 and 100 senders as a part of the fastest."""
    rates = [median(results, way) for way in ("one_sender", "fast", "hundred_senders")]
    return min(rates) / max(rates)


ROWS = {
    "fast": Row("progress reports on current revisions, 10 senders", ["fast"],
                lambda r: median(r, "fast"), form="{:.0f}/s"),
    "naive": Row("against one update per transaction, several statements, 8 connections", ["fast", "statements"],
                 ratio("fast", "statements", "whole_rate"), 20, 45),
    "one": Row("against one statement per update, 8 connections", ["fast", "one"],
                 ratio("fast", "one", "whole_rate"), 5, 12),
    "copy": Row("against binary COPY of the same rows, 2 connections", ["fast", "copy"], ratio("fast", "copy"), 0.2, 0.4),
    "rabbit": Row("against RabbitMQ, durable, confirms, window 1000", ["fast", "rabbit"],
                  ratio("fast", "rabbit"), 1.3, 2.5),
    "curve": Row("with CURVE against without", ["fast", "plain"], ratio("fast", "plain"), 0.85, 0.95),
    "curve-stub": Row("the same without the database", ["stub", "stub_plain"], ratio("stub", "stub_plain")),
    "replay": Row("old messages again, after a restart, against fresh ones", ["fast", "replay"],
                  ratio("replay", "fast"), 1.5, 5),
    "careful": Row("careful path against fast path", ["fast", "careful"], ratio("careful", "fast"), 0.2, 0.5),
    "latency": Row("p99 at half of the maximum against the median of one update per transaction",
                   ["fast", "statements", "at_half"],
                   lambda r: median(r, "at_half", "p99_us") / median(r, "statements", "p50_us"), 10, 4, at_most=True),
    "senders": Row("slowest of 1, 10 and 100 senders against the fastest", ["fast", "one_sender", "hundred_senders"],
                   spread),
    "growth": Row("cost per update on a long history against a short one", [],
                  lambda r: median(r, "short_history") / median(r, "long_history"), 1.2, 1.1, at_most=True),
    "memory": Row("most memory ingest had, up to 100 senders", ["fast", "hundred_senders"],
                  lambda r: max(each["memory_mib"] for way in ("fast", "hundred_senders") for each in r[way]), 128, 64, at_most=True, form="{:.0f} MiB"),
    "wal": Row("write-ahead log per update", ["fast"], lambda r: median(r, "fast", "wal_per_update"), form="{:.0f} B"),
}

# The order of a round: what others are compared with comes first.
ORDER = ["fast", "statements", "one", "copy", "rabbit", "plain", "stub", "stub_plain", "careful", "one_sender",
         "hundred_senders", "at_half", "replay"]


def ways_needed(rows):
    needed = {way for name in rows for way in ROWS[name].ways}
    return [way for way in ORDER if way in needed]


def judge(name, results):
    row = ROWS[name]
    value = row.figure(results)
    verdict = ("told" if row.reach is None else "MISSED" if not row.meets(value, row.reach)
               else "reached" if not row.meets(value, row.aim) else "aim")
    bound = "at most " if row.at_most else ""
    return {"name": name, "what": row.what, "value": value, "text": row.form.format(value), "verdict": verdict,
            "reach": "-" if row.reach is None else f"{bound}{row.reach}",
            "aim": "-" if row.aim is None else f"{bound}{row.aim}"}
