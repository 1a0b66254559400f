/**
 * The part of a statement that leaves events in the outbox, given as JSON of `OutboxEvent`s; each once. `source` is a row set
 * that has one row when they are to be sent, and none otherwise.
 */
export const send = (parameter: string, source = '(SELECT) sent_when') => `
    INSERT INTO outbox (id, topic, key, payload)
    SELECT e->>'id', e->>'topic', e->>'key', e->'payload' FROM ${source}, jsonb_array_elements(${parameter}::jsonb) e
    ON CONFLICT (id) DO NOTHING`;
