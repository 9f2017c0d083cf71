# SPDX-License-Identifier: Apache-2.0
"""What stands in the tables beside item, and what the field groups say of it, as rows of plain values."""
import collections

import samples


def faults(register, said):
    """Rows that only one side has. said: item key -> group name -> message."""
    lines = []
    for group, query in DETAILS.items():
        expected = [row for key, groups in said.items() if group in groups for row in ROWS[group](key, groups)]
        rows = collections.Counter(map(repr, register.sql(query)))
        rows.subtract(map(repr, expected))
        lines += [f"{group}: {'stored' if n > 0 else 'said'} only: {row}" for row, n in rows.items() if n]
    return lines


def _word(message, field):
    enum = message.DESCRIPTOR.fields_by_name[field].enum_type
    return samples.word_of(enum, getattr(message, field))


def _listed(group, field, *columns):
    """Rows (key, ordinal, columns) of a list inside a group."""
    def rows(key, said):
        return [(key, at, *(getattr(each, column) or None for column in columns))
                for at, each in enumerate(getattr(said[group], field))]
    return rows


# What stands in the tables beside item, and what the groups say of it; empty texts count as NULL.
DETAILS = {
    "action_wording": "SELECT i.item_key, r.item_key FROM uptake.action_recommendation a JOIN uptake.item i"
                      " ON i.item_id = a.action_id JOIN uptake.item r ON r.item_id = a.recommendation_id",
    "timeframe": "SELECT item_key, timeframe_source, start_on::text, first_due_on::text,"
                 " timeframe_precision::text FROM uptake.action JOIN uptake.item USING (item_id)"
                 " WHERE timeframe_source <> '' OR first_due_on IS NOT NULL",
    "extensions": "SELECT item_key, ordinal, e.due_on::text, approver, approved_on::text"
                  " FROM uptake.extension e JOIN uptake.item ON item_id = action_id",
    "milestones": "SELECT item_key, ordinal, text, m.due_on::text, reached_on::text"
                  " FROM uptake.milestone m JOIN uptake.item ON item_id = action_id",
    "responsibilities": "SELECT i.item_key, ordinal, u.item_key, name, said_by FROM uptake.responsibility r"
                        " JOIN uptake.item i USING (item_id) LEFT JOIN uptake.item u ON u.item_id = r.unit_id",
    "position_taken": "SELECT item_key, position_source, comment_progress::text[] FROM uptake.recommendation"
                      " JOIN uptake.item USING (item_id) WHERE group_changes[4] > 0",
    "recommendation_text": "SELECT item_key, code, text, issuers, themes FROM uptake.recommendation"
                           " JOIN uptake.item USING (item_id)",
    "progress_review": "SELECT item_key, review::text, reviewed_revision FROM uptake.action"
                       " JOIN uptake.item USING (item_id) WHERE review IS NOT NULL",
    "unit_identity": "SELECT i.item_key, u.name, u.kind::text, p.item_key, t.item_key, m.item_key, aliases,"
                     " former_names, valid_from::text FROM uptake.unit u JOIN uptake.item i USING (item_id)"
                     " LEFT JOIN uptake.item p ON p.item_id = u.parent_id"
                     " LEFT JOIN uptake.item t ON t.item_id = u.reports_to_id"
                     " LEFT JOIN uptake.item m ON m.item_id = u.merged_into_id",
    "unit_contact": "SELECT item_key, ordinal, a.name, a.email FROM uptake.unit_alternate a"
                    " JOIN uptake.item ON item_id = unit_id",
    "assessment_made": "SELECT i.item_key, r.item_key, s.item_key, a.level::text FROM uptake.assessment a"
                       " JOIN uptake.assessment_subject x ON x.assessment_id = a.item_id"
                       " JOIN uptake.item i ON i.item_id = a.item_id JOIN uptake.item r ON r.item_id = a.round_id"
                       " JOIN uptake.item s ON s.item_id = x.subject_id",
    "indicator_stated": "SELECT i.item_key, n.name, a.item_key, met, total, value::text, target::text"
                        " FROM uptake.indicator n JOIN uptake.item i USING (item_id)"
                        " JOIN uptake.item a ON a.item_id = n.about_id",
    "link_drawn": "SELECT i.item_key, l.relation::text, f.item_key, t.item_key, cited_document, score"
                  " FROM uptake.link l JOIN uptake.item i USING (item_id)"
                  " JOIN uptake.item f ON f.item_id = l.from_id LEFT JOIN uptake.item t ON t.item_id = l.to_id",
    "link_decision": "SELECT item_key, state::text FROM uptake.link JOIN uptake.item USING (item_id)"
                     " WHERE coalesce(group_changes[23], 0) > 0",
    "finding_raised": "SELECT item_key, code, severity::text, about, gone FROM uptake.finding"
                      " JOIN uptake.item USING (item_id)",
    "finding_handling": "SELECT item_key, state::text, resolution, handled_by, handled_on::text"
                        " FROM uptake.finding JOIN uptake.item USING (item_id)"
                        " WHERE coalesce(group_changes[25], 0) > 0",
    "round_held": "SELECT item_key, name, held_from::text, organisers, scale::text"
                  " FROM uptake.assessment_round JOIN uptake.item USING (item_id)",
    "crosswalk_table": "SELECT item_key, version, (SELECT count(*) FROM uptake.crosswalk_word"
                       " WHERE crosswalk_id = item_id)::int FROM uptake.crosswalk"
                       " JOIN uptake.item USING (item_id)",
    "principal_identity": "SELECT item_key, name, title, contact, speaks_for_others FROM uptake.principal"
                          " JOIN uptake.item USING (item_id)",
    "principal_keys": "SELECT item_key, public_key, revoked_at IS NOT NULL, reason FROM uptake.curve_key"
                      " JOIN uptake.principal USING (principal_id) JOIN uptake.item USING (item_id)"
                      " WHERE coalesce(group_changes[28], 0) > 0",
    "principal_grants": "SELECT item_key, g.kind::text, g.groups, g.document, g.unit FROM uptake.push_grant g"
                        " JOIN uptake.principal USING (principal_id) JOIN uptake.item USING (item_id)"
                        " WHERE coalesce(group_changes[29], 0) > 0",
}

ROWS = {
    "action_wording": lambda key, said: [(key, each) for each in sorted(set(said["action_wording"].recommendations))],
    "timeframe": lambda key, said: [
        (key, t.source, t.start_on or None, t.due_on or None, _word(t, "precision"))
        for t in [said["timeframe"]] if t.source or t.due_on],
    "extensions": _listed("extensions", "extensions", "due_on", "approver", "approved_on"),
    "milestones": _listed("milestones", "milestones", "text", "due_on", "reached_on"),
    "responsibilities": _listed("responsibilities", "units", "unit", "name", "said_by"),
    "position_taken": lambda key, said: [
        (key, p.source, [samples.word_of(p.DESCRIPTOR.fields_by_name["comment_progress"].enum_type, each)
                         for each in p.comment_progress]) for p in [said["position_taken"]]],
    "recommendation_text": lambda key, said: [
        (key, r.code, r.text, list(r.issuers), list(r.themes)) for r in [said["recommendation_text"]]],
    "progress_review": lambda key, said: [
        (key, _word(r, "review"), r.of_revision) for r in [said["progress_review"]]],
    "unit_identity": lambda key, said: [
        (key, u.name, _word(u, "kind"), u.parent or None, u.reports_to or None, u.merged_into or None,
         list(u.aliases), [each.name for each in u.former_names], u.valid_from or None)
        for u in [said["unit_identity"]]],
    "unit_contact": _listed("unit_contact", "alternates", "name", "email"),
    "assessment_made": lambda key, said: [
        (key, a.round, each, _word(a, "level"))
        for a in [said["assessment_made"]] for each in sorted(set(a.subjects))],
    "indicator_stated": lambda key, said: [
        (key, n.name, n.about, n.met, n.total, n.value or None, n.target or None)
        for n in [said["indicator_stated"]]],
    "link_drawn": lambda key, said: [
        (key, _word(l, "relation"), getattr(l, "from"), l.to or None, l.cited_document, l.score)
        for l in [said["link_drawn"]]],
    "link_decision": lambda key, said: [(key, _word(said["link_decision"], "state"))],
    "finding_raised": lambda key, said: [
        (key, f.code, _word(f, "severity"), f.about, f.gone) for f in [said["finding_raised"]]],
    "finding_handling": lambda key, said: [
        (key, _word(h, "state"), h.resolution, h.handled_by, h.handled_on or None)
        for h in [said["finding_handling"]]],
    "round_held": lambda key, said: [
        (key, r.name, r.held_from or None, list(r.organisers), _word(r, "scale")) for r in [said["round_held"]]],
    "crosswalk_table": lambda key, said: [
        (key, t.version, len(t.words)) for t in [said["crosswalk_table"]]],
    "principal_identity": lambda key, said: [
        (key, key.removeprefix("principal:"), p.title, p.contact, p.speaks_for_others)
        for p in [said["principal_identity"]]],
    "principal_keys": lambda key, said: [
        (key, k.public_key, k.revoked, k.reason) for k in said["principal_keys"].keys],
    "principal_grants": lambda key, said: [
        (key, _word(g, "kind"), list(g.groups), g.document or None, g.unit)
        for g in said["principal_grants"].pushes],
}
