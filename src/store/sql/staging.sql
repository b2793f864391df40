-- What a run stages.

--: add_reference
INSERT INTO reference (tenant, run, list, id, words, pipeline, rank, flag)
SELECT $1, $2, value ->> 'list', value ->> 'id', value ->> 'words', value ->> 'pipeline',
    CAST(value ->> 'rank' AS DOUBLE PRECISION), CAST(value ->> 'flag' AS BIGINT)
FROM json_each($3) WHERE true
ON CONFLICT (tenant, run, list, id) DO UPDATE SET
    words = excluded.words, pipeline = excluded.pipeline, rank = excluded.rank, flag = excluded.flag

--: add_shared
INSERT INTO shared (tenant, run, hash) SELECT $1, $2, ids.value FROM json_each($3) ids WHERE true
ON CONFLICT (tenant, run, hash) DO NOTHING

--: add_level_counts
INSERT INTO level_count (tenant, run, feature, level, people, shift)
SELECT $1, $2, value ->> 'feature', value ->> 'level', CAST(value ->> 'people' AS BIGINT),
    CAST(value ->> 'shift' AS DOUBLE PRECISION)
FROM json_each($3) WHERE true
ON CONFLICT (tenant, run, feature, level) DO UPDATE SET people = excluded.people, shift = excluded.shift

--: add_restaged
INSERT INTO restaged (tenant, run, contact) SELECT $1, $2, ids.value FROM json_each($3) ids WHERE true
ON CONFLICT (tenant, run, contact) DO NOTHING

--: add_pairings
-- With a copy of all that it tells, as look-ups read it (looked_up): contact, profile, probability, evidence and its opportunities, which
-- are there by now.
INSERT INTO pairing (tenant, run, contact, profile, decision, probability, evidence, told)
SELECT $1, $2, value ->> 'contact', value ->> 'profile', value ->> 'decision',
    CAST(value ->> 'probability' AS DOUBLE PRECISION), value ->> 'evidence',
    CASE value ->> 'decision' WHEN 'none' THEN NULL ELSE
        rtrim(CAST(json_array(value ->> 'contact', value ->> 'profile',
            CAST(CAST(value ->> 'probability' AS DOUBLE PRECISION) * 4611686018427387904.0 AS BIGINT)) AS TEXT), ']')
        || ',' || (value ->> 'evidence') || ',' || (SELECT CAST(json_group_array(json_array(
            o.id, o.stage, json(o.stages_seen), o.last_mover, o.owner, o.sourced_by, o.archived, o.archive_reason, o.archived_at,
            o.applied, o.posting, o.url, o.created_at, o.updated_at, o.last_interaction_at, o.snoozed_until, o.store_allowed,
            o.store_expires_at, o.contact_allowed, o.contact_expires_at, o.confidential, o.anonymized)) AS TEXT)
            FROM opportunity o WHERE o.tenant = $1 AND o.run = $2 AND o.contact = value ->> 'contact')
        || ']' END
FROM json_each($3)

--: add_opportunities
INSERT INTO opportunity (
    tenant, run, contact, id, stage, stages_seen, last_mover, owner, sourced_by, archived, archive_reason, archived_at, applied,
    posting, url, created_at, updated_at, last_interaction_at, snoozed_until, store_allowed, store_expires_at, contact_allowed,
    contact_expires_at, confidential, anonymized)
SELECT $1, $2, value ->> 'contact', value ->> 'id', value ->> 'stage', value ->> 'stages_seen', value ->> 'last_mover',
    value ->> 'owner', value ->> 'sourced_by', CAST(value ->> 'archived' AS BIGINT), value ->> 'archive_reason',
    CAST(value ->> 'archived_at' AS BIGINT), CAST(value ->> 'applied' AS BIGINT), value ->> 'posting', value ->> 'url',
    CAST(value ->> 'created_at' AS BIGINT), CAST(value ->> 'updated_at' AS BIGINT),
    CAST(value ->> 'last_interaction_at' AS BIGINT), CAST(value ->> 'snoozed_until' AS BIGINT),
    CAST(value ->> 'store_allowed' AS BIGINT), CAST(value ->> 'store_expires_at' AS BIGINT),
    CAST(value ->> 'contact_allowed' AS BIGINT), CAST(value ->> 'contact_expires_at' AS BIGINT),
    CAST(value ->> 'confidential' AS BIGINT), CAST(value ->> 'anonymized' AS BIGINT)
FROM json_each($3) WHERE true
ON CONFLICT (tenant, run, contact, id) DO NOTHING

--: add_resumes
INSERT INTO resume (tenant, run, contact, opportunity, resume, status, stamp, profile, decision, probability, evidence)
SELECT $1, $2, value ->> 'contact', value ->> 'opportunity', value ->> 'resume', value ->> 'status',
    CAST(value ->> 'stamp' AS BIGINT), value ->> 'profile', value ->> 'decision',
    CAST(value ->> 'probability' AS DOUBLE PRECISION), value ->> 'evidence'
FROM json_each($3)

--: clear_pairings
DELETE FROM pairing WHERE tenant = $1 AND run = $2 AND contact IN (SELECT ids.value FROM json_each($3) ids)

--: clear_opportunities
DELETE FROM opportunity WHERE tenant = $1 AND run = $2 AND contact IN (SELECT ids.value FROM json_each($3) ids)

--: clear_resumes
DELETE FROM resume WHERE tenant = $1 AND run = $2 AND contact IN (SELECT ids.value FROM json_each($3) ids)
