# SPDX-License-Identifier: Apache-2.0
"""Is what the register says of itself true? Everything derived is derived again, in another language.

    checker = Checker(register)
    checker.faults()        # lines; empty when all is well

Read from the tables: items, changes, segments, details. Recomputed: chains and numbers of every feed, what
a follower of each scope holds after all entries, each item from its history, who may see it, the counts,
and that nothing stands on a tombstone. Called after every single change (step=True), it also sees that no
entry names an item to a scope the item does not belong to at that moment.
"""
import collections

import details
import samples
import state
import wire

COUNTED = ("recommendation", "action")
OPERATORS = ("principal", "dead_letter")
INTERNAL_WORK = ("finding", "link", "reminder")
# The order in which audiences follow from each other.
RANKS = ({"document"}, None, {"reminder", "assessment", "indicator"}, {"link"}, {"finding"})


def group_fields():
    """[(name, field number in Change minus 15)]"""
    fields = wire.new("Change").DESCRIPTOR.fields
    return [(field.name, field.number - 15) for field in fields if field.number >= 16]


class Checker:
    def __init__(self, register):
        self.register = register
        self.groups = group_fields()
        self.seen = collections.defaultdict(int)  # scope -> seq
        self.copies = collections.defaultdict(dict)  # scope -> item key -> what a follower holds
        self.bodies = {}

    def faults(self, step=False):
        self.load()
        return (state.feed_faults(self.register) + self.history_faults() + self.axis_faults()
                + details.faults(self.register, self.said) + self.scope_faults() + self.copy_faults(step)
                + self.count_faults() + self.standing_faults())

    def load(self):
        sql = self.register.sql
        names = ("item_id", "item_key", "kind", "document", "revision", "group_changes", "group_revisions",
                 "disclosure", "addressee", "position_taken", "progress", "reported_on", "due_on", "scopes",
                 "retracted", "hold", "completed_on", "has_evidence", "parent")
        self.items = {row[1]: dict(zip(names, row)) for row in sql(
            "SELECT i.item_id, i.item_key, i.kind::text, i.document, i.revision, i.group_changes,"
            " i.group_revisions, i.disclosure::text, i.addressee::text, i.position_taken::text,"
            " i.progress::text, i.reported_on::text, i.due_on::text, i.scopes, i.retracted, i.hold::text,"
            " i.completed_on::text, i.has_evidence, p.item_key"
            " FROM uptake.item i LEFT JOIN uptake.item p ON p.item_id = i.parent_id")}
        self.keys = {item["item_id"]: key for key, item in self.items.items()}
        self.scopes = dict(sql("SELECT scope_id, name FROM uptake.scope"))
        for number, body in sql("SELECT change_id, body FROM uptake.change WHERE change_id <> ALL (%s)"
                                " OR body IS NULL", (list(self.bodies),)):
            self.bodies[number] = wire.new("Change").FromString(bytes(body or b""))  # wiped: says nothing
        self.wiped = {self.keys[item] for (item,) in sql("SELECT item_id FROM uptake.change WHERE body IS NULL")}
        self.history = collections.defaultdict(list)
        for item, number, revision in sql(
                "SELECT item_id, change_id, revision FROM uptake.change WHERE operation = 'set'"
                " ORDER BY item_id, revision"):
            self.history[self.keys[item]].append((number, revision))
        self.said = {key: self.fold(key) for key in self.items}

    def fold(self, key):
        """Group name -> message, from the item's changes in order."""
        said = {}
        for number, _ in self.history[key]:
            body = self.bodies[number]
            said.update((name, getattr(body, name)) for name, _ in self.groups if body.HasField(name))
        return said

    def names_of(self, numbers):
        return {self.scopes[number] for number in numbers}

    # ---- an item is what its history made of it ----

    def history_faults(self):
        faults = []
        for key, item in self.items.items():
            revisions = [revision for _, revision in self.history[key]]
            if revisions != list(range(1, item["revision"] + 1)):
                faults.append(f"{key}: revision {item['revision']} after changes {revisions}")
            for name, at in self.groups:
                touched = [(number, revision) for number, revision in self.history[key]
                           if self.bodies[number].HasField(name)] or [(0, 0)]
                stored = tuple((item[column] + [0] * at)[at - 1] for column in ("group_changes", "group_revisions"))
                if stored != touched[-1]:
                    faults.append(f"{key}: {name} stands at {stored}, history says {touched[-1]}")
        return faults

    def axis_faults(self):
        faults = []
        for key, item in self.items.items():
            for name, value in self.axes(key, item["kind"]).items():
                if item[name] != value:
                    faults.append(f"{key}: {name} is {item[name]}, its groups say {value}")
        return faults

    def axes(self, key, kind):
        said = self.said[key]

        def word(group, field, otherwise=None):
            if group not in said:
                return otherwise
            descriptor = said[group].DESCRIPTOR.fields_by_name[field]
            return samples.word_of(descriptor.enum_type, getattr(said[group], field))

        def text(group, field):
            return getattr(said[group], field) or None if group in said else None
        granted = said["extensions"].extensions if "extensions" in said else ()
        return {
            "position_taken": word("position_taken", "position",
                                   "none_given" if kind == "recommendation" else None),
            "progress": word("progress_report", "progress", "unknown" if kind == "action" else None),
            "reported_on": text("progress_report", "reported_on"),
            "completed_on": text("progress_report", "completed_on"),
            "has_evidence": bool(text("progress_report", "evidence")),
            "due_on": granted[-1].due_on if granted else text("timeframe", "due_on"),
            "hold": word("hold_set", "hold"),
            "retracted": bool(text("retraction", "retracted")),
            "disclosure": self.disclosure(key, kind),
            "addressee": self.addressee(key),
            "parent": self.parent(key, kind),
        }

    def document_of(self, key):
        """Key of the document it lies in; None for a document and for what lies in none."""
        document = self.items[key]["document"]
        return document if document != key and document in self.items else None

    def disclosure(self, key, kind):
        if "disclosure_set" in self.said[key]:
            field = self.said[key]["disclosure_set"].DESCRIPTOR.fields_by_name["disclosure"]
            return samples.word_of(field.enum_type, self.said[key]["disclosure_set"].disclosure)
        document = self.document_of(key)
        if document is None or kind in INTERNAL_WORK:
            return "internal"
        return self.disclosure(document, "document")

    def addressee(self, key):
        identity = self.said[self.document_of(key) or key].get("document_identity")
        if identity is None:
            return "unspecified"
        return samples.word_of(identity.DESCRIPTOR.fields_by_name["addressee"].enum_type, identity.addressee)

    def parent(self, key, kind):
        said = self.said[key]
        if kind == "recommendation" and said["recommendation_text"].parent:
            return said["recommendation_text"].parent
        if kind == "reminder":
            return said["reminder_record"].action
        return said["assessment_made"].round if kind == "assessment" else self.document_of(key)

    # ---- who may see it ----

    def scope_faults(self):
        self.audience = {}
        merged = {key: said["unit_identity"].merged_into for key, said in self.said.items()
                  if "unit_identity" in said}

        def successor(unit):
            return successor(merged[unit]) if merged.get(unit) else unit

        def of_unit(unit, restricted):
            names = set()
            for each in {unit, successor(unit)} - {""}:
                identity = self.said[each]["unit_identity"]
                names.add(f"unit:{identity.code}")
                if identity.region and not restricted:
                    names.add(f"region:{identity.region}")
            return names
        for rank in RANKS:
            for key, item in self.items.items():
                later = item["kind"] in set().union(*(each for each in RANKS if each))
                if item["kind"] in rank if rank else not later:
                    self.audience[key] = self.audience_of(key, item["kind"], of_unit)
        return [f"{key}: seen by {sorted(self.names_of(item['scopes']))}, ought to be {sorted(self.audience[key])}"
                for key, item in self.items.items()
                if self.names_of(item["scopes"]) != self.audience[key]
                or item["scopes"] != sorted(set(item["scopes"]))]

    def audience_of(self, key, kind, of_unit):
        said, disclosure = self.said[key], self.disclosure(key, kind)
        if kind in OPERATORS:
            return {"audit"}
        restricted = disclosure == "restricted"
        names = {"hq"} | ({"public"} if disclosure == "public" else set())
        origin, about = self.document_of(key), []
        if kind == "document":
            names |= of_unit(said["document_identity"].office_unit, restricted)
            origin = None
        elif kind == "link":
            drawn = said["link_drawn"]
            origin, about = getattr(drawn, "from"), [getattr(drawn, "from"), drawn.to]
            restricted = False
        elif kind == "reminder":
            record = said["reminder_record"]
            origin, restricted = record.action, False
            names.add(record.recipient)
        elif kind == "assessment":
            about = list(said["assessment_made"].subjects)
        elif kind == "indicator":
            about = [said["indicator_stated"].about]
        elif kind == "finding":
            about = [said["finding_raised"].about]
        if origin and not restricted:
            names |= self.audience[origin] - {"public"}
        for each in said["responsibilities"].units if "responsibilities" in said else ():
            if not restricted or each.role in (1, 2, 3):  # lead, support, overseer
                names |= of_unit(each.unit, restricted)
        for each in about:
            if each in self.items:
                names &= self.audience[each]
        return names

    # ---- what followers hold ----

    def copy_faults(self, step):
        faults = []
        for scope, first, changes in self.register.sql(
                "SELECT s.name, f.first_seq, f.change_ids FROM uptake.feed_segment f"
                " JOIN uptake.scope s USING (scope_id) ORDER BY f.scope_id, f.last_seq"):
            for seq, number in enumerate(changes, first):
                if seq > self.seen[scope]:
                    self.seen[scope] = seq
                    faults += [f"{scope} at {seq}: {fault}" for fault in self.follow(scope, number, step)]
        for scope in self.scopes.values():
            held, belongs = set(self.copies[scope]), {
                key for key, item in self.items.items() if scope in self.names_of(item["scopes"])}
            faults += [f"{scope}: {key} is {'held' if key in held else 'missing'}" for key in held ^ belongs]
            for key in held & belongs:
                faults += [f"{scope}: {key}: {name} is held in another state"
                           for name in set(self.copies[scope][key]) | set(self.said[key])
                           if self.copies[scope][key].get(name) != self.said[key].get(name)]
        return faults

    def follow(self, scope, number, step):
        """Applies one entry as any follower would; what it ought not to say."""
        body, held = self.bodies[number], self.copies[scope]
        present = {name: getattr(body, name) for name, _ in self.groups if body.HasField(name)}
        operation = body.operation
        if not body.subject:
            return  # wiped: a leave and an image follow
        if operation == wire.word("OPERATION_LEAVE"):
            if present or (held.pop(body.subject, None) is None and body.subject not in self.wiped):
                yield f"{body.subject} leaves, which was not here, or with words"
            return
        if operation == wire.word("OPERATION_SET") and body.base_revision and body.subject not in held \
                and body.subject not in self.wiped:
            yield f"a change of {body.subject}, which is not here"
        if operation == wire.word("OPERATION_ENTER"):
            if body.subject in held:
                yield f"{body.subject} enters, which is here already"
            held[body.subject] = {}
        held.setdefault(body.subject, {}).update(present)
        # Keys look like anything at all, and only audit carries them.
        found = samples.CANARY.findall(body.SerializeToString()) if scope != "audit" else ()
        others = {each.decode() for each in found} - {body.subject}
        if others:
            yield f"{body.subject} carries words of {sorted(others)}"
        if step and scope not in self.audience[body.subject]:
            yield f"{body.subject} is told where it does not belong"

    # ---- counts and tombstones ----

    def count_faults(self):
        kept, counted = state.rollups_kept(self.register), state.rollups_counted(self.register)
        return [f"counts: {'kept' if row in kept else 'counted'} only: {row}" for row in set(kept) ^ set(counted)]

    def standing_faults(self):
        """The view, and the same relation from the groups."""
        pairs = {(self.keys[item], self.keys[on]) for item, on in
                 self.register.sql("SELECT item_id, on_id FROM uptake.standing")}
        said = set()
        for key, item in self.items.items():
            said |= {(key, on) for on in self.stands_on(key, item["kind"]) if on}
        faults = [f"standing: {pair} only {'in the view' if pair in pairs else 'in the groups'}" for pair in pairs ^ said]
        return faults + [f"{key} stands on {on}, which was retracted" for key, on in said
                         if self.items[on]["retracted"] and not self.items[key]["retracted"]]

    def stands_on(self, key, kind):
        said = self.said[key]
        if kind in INTERNAL_WORK:
            return
        yield self.parent(key, kind)
        if kind == "document":
            yield said["document_identity"].office_unit
        if kind == "action":
            yield from said["action_wording"].recommendations
        if "responsibilities" in said:
            yield from (each.unit for each in said["responsibilities"].units)
        if kind == "assessment":
            yield from said["assessment_made"].subjects
        if kind == "indicator":
            yield said["indicator_stated"].about
        if kind == "unit":
            identity = said["unit_identity"]
            yield from (identity.parent, identity.reports_to, identity.merged_into)
        if kind == "policy":
            yield said["policy_rule"].overseer
