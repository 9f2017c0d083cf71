-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:desk
-- requires: mail
-- What the desk is told, what the brake holds, and who may look at the ledger for it.

BEGIN;
SET LOCAL search_path = uptake;

-- A line of the overseer's digest, once per cycle and occasion: that it comes, and its return.
CREATE TABLE desk_notice (
    notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    policy_id bigint NOT NULL REFERENCES item,
    cycle_on date NOT NULL,
    occasion text NOT NULL CHECK (occasion IN ('comes', 'closed')),
    recipient_id bigint NOT NULL REFERENCES item,
    delivery_id bigint NOT NULL REFERENCES delivery,    -- the digest that carries it
    created_at timestamptz NOT NULL,
    UNIQUE (policy_id, cycle_on, occasion)
);
CREATE INDEX desk_notice_delivery ON desk_notice (delivery_id);

-- What the brake holds now, one row per policy. Every process of workflow and `uptake remind preview`
-- read it here.
CREATE TABLE brake_hold (
    policy_id bigint PRIMARY KEY REFERENCES item,
    reason text NOT NULL,
    recipients int NOT NULL,        -- would be written to if it let go
    allowed int NOT NULL,           -- without a word of a person; 0 after a jump of the clock
    release_before bigint NOT NULL, -- change with the last word that let mail go; 0: none. A newer one counts
    held_at timestamptz NOT NULL
);

-- Who would be asked about actions in the cycle of a policy that ends on a day, were it certain who is
-- meant: one row per mention that is not, and one (ordinal NULL) for an action on which nobody is named.
-- reach: keys of documents, keys of the units that are their offices, instruments; an empty list is all.
-- anchored_on NULL: the response's approval, else the document's day. blocks: no mail goes out until a
-- person has settled it.
CREATE FUNCTION unsettled(of_policy bigint, ends_on date, documents text[], offices text[], instruments text[],
                          anchored_on date, day date)
RETURNS TABLE (action_id bigint, ordinal int, why text[], blocks boolean)
LANGUAGE sql STABLE AS $$
    WITH reached AS (
        SELECT a.item_id
        FROM uptake.policy p
        JOIN uptake.item a ON a.kind = 'action' AND NOT a.retracted AND uptake.is_open(a.progress::text)
        LEFT JOIN uptake.item w ON w.item_key = a.document AND w.kind = 'document'
        LEFT JOIN uptake.document d ON d.item_id = w.item_id
        LEFT JOIN uptake.item o ON o.item_id = d.office_unit_id
        LEFT JOIN uptake.item q ON q.item_key = a.document || '#response' AND q.kind = 'response'
        LEFT JOIN uptake.response r ON r.item_id = q.item_id
        WHERE p.item_id = of_policy
          AND a.addressee <> 'state' AND coalesce(w.addressee <> 'state', true)
          AND (cardinality(documents) = 0 OR a.document = ANY (documents))
          AND (cardinality(offices) = 0 OR o.item_key = ANY (offices))
          AND (cardinality(instruments) = 0 OR d.instrument::text = ANY (instruments))
          AND CASE WHEN p.trigger = 'deadline' THEN a.due_on = ends_on
              ELSE EXISTS (SELECT FROM generate_series(1, 1320 / p.interval_months) AS k (n)
                           WHERE (coalesce(anchored_on, r.approved_on, d.dated_on)
                                  + make_interval(months => k.n * p.interval_months))::date = ends_on) END
    ), named AS (
        SELECT t.item_id, m.ordinal, m.role, u.kind, m.confirmed, m.unit_id IS NULL AS nobody, m.ambiguous, m.vague,
               m.inferred, u.email, u.focal_point,
               day BETWEEN coalesce(u.valid_from, '-infinity') AND coalesce(u.valid_to, 'infinity') AS exists_then
        FROM reached t
        LEFT JOIN uptake.responsibility m ON m.item_id = t.item_id
              AND (m.role = 'lead' OR m.role IN ('external', 'container')
                   AND NOT EXISTS (SELECT FROM uptake.responsibility l
                                   WHERE l.item_id = t.item_id AND l.role = 'lead'))
        LEFT JOIN uptake.unit u ON u.item_id = CASE WHEN m.unit_id IS NOT NULL
                                                    THEN uptake.successor_of(m.unit_id) END
    ), judged AS (
        SELECT item_id, ordinal, array_remove(ARRAY[
            CASE WHEN ordinal IS NULL THEN 'nobody_named' END,
            CASE WHEN role = 'external' OR kind = 'external' THEN 'external' END,
            CASE WHEN role = 'container' OR kind = 'container' THEN 'container' END,
            CASE WHEN ambiguous AND NOT confirmed THEN 'ambiguous' END,
            CASE WHEN vague AND NOT confirmed THEN 'vague' END,
            CASE WHEN inferred AND NOT confirmed THEN 'unconfirmed' END,
            CASE WHEN nobody AND ordinal IS NOT NULL THEN 'unknown' END,
            CASE WHEN kind IN ('unit', 'post') AND NOT exists_then THEN 'retired' END,
            CASE WHEN kind IN ('unit', 'post') AND exists_then AND email = '' THEN 'no_address' END,
            CASE WHEN kind = 'post' AND focal_point = '' THEN 'no_person' END], NULL) AS why
        FROM named
    )
    SELECT item_id, ordinal, why, why <> ARRAY['no_person'] FROM judged WHERE cardinality(why) > 0
$$;

REVOKE ALL ON FUNCTION unsettled(bigint, date, text[], text[], text[], date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unsettled(bigint, date, text[], text[], text[], date, date)
    TO uptake_reporting, uptake_workflow;
GRANT EXECUTE ON FUNCTION is_open(text) TO uptake_workflow;
GRANT EXECUTE ON FUNCTION successor_of(bigint) TO uptake_reporting;
-- What a usual day is, and what went today.
CREATE INDEX delivery_day ON delivery (digest_on);
CREATE INDEX obligation_cycle ON obligation (cycle_on, policy_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON desk_notice, brake_hold TO uptake_workflow;
GRANT SELECT ON obligation, delivery, desk_notice, brake_hold TO uptake_reporting;

-- verify reads the ledger too.
GRANT SELECT ON obligation, delivery, desk_notice, brake_hold, workflow_cursor TO uptake_ingest;

COMMIT;
