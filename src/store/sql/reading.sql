-- What readers see: the rows of one set ($2), and for a recent run also those of the set it will be merged into ($3).

--: badges
SELECT contact, profile, decision, probability, evidence FROM pairing
WHERE tenant = $1 AND run = $2 AND decision = 'match'
UNION ALL
SELECT contact, profile, decision, probability, evidence FROM pairing p
WHERE tenant = $1 AND run = $3 AND decision = 'match'
    AND NOT EXISTS (SELECT 1 FROM restaged r WHERE r.tenant = $1 AND r.run = $2 AND r.contact = p.contact)

--: reviews
-- The last condition is badge::withheld, so that pages and the count agree.
SELECT p.contact, p.profile, p.decision, p.probability, p.evidence FROM pairing p
LEFT JOIN decision d ON d.tenant = p.tenant AND d.contact = p.contact AND d.profile = p.profile
WHERE p.tenant = $1 AND p.run = $2 AND p.decision = 'review'
    AND NOT EXISTS (SELECT 1 FROM opportunity o WHERE o.tenant = p.tenant AND o.run = p.run AND o.contact = p.contact
        AND (o.store_allowed = 0 OR o.store_expires_at <= $3))
ORDER BY CASE WHEN d.what = 'later' THEN 1 ELSE 0 END, p.probability DESC, p.contact, p.profile LIMIT $4 OFFSET $5

--: review_count
SELECT count(*) FROM tenant t JOIN pairing p ON p.tenant = t.name AND p.run = t.published WHERE t.name = $1 AND p.decision = 'review'
    AND NOT EXISTS (SELECT 1 FROM opportunity o WHERE o.tenant = p.tenant AND o.run = p.run AND o.contact = p.contact
        AND (o.store_allowed = 0 OR o.store_expires_at <= $2))

--: pairings_of
-- CROSS JOIN makes SQLite go through the list once. Without statistics it would read the whole set for each profile: the index is told.
SELECT p.contact, p.profile, p.decision, p.probability, p.evidence
FROM json_each($4) ids CROSS JOIN pairing p INDEXED BY pairing_profile WHERE p.tenant = $1 AND p.run = $2 AND p.profile = ids.value
UNION ALL
SELECT p.contact, p.profile, p.decision, p.probability, p.evidence
FROM json_each($4) ids CROSS JOIN pairing p INDEXED BY pairing_profile WHERE p.tenant = $1 AND p.run = $3 AND p.profile = ids.value
    AND NOT EXISTS (SELECT 1 FROM restaged r WHERE r.tenant = $1 AND r.run = $2 AND r.contact = p.contact)

--: pairings_of_set
SELECT p.contact, p.profile, p.decision, p.probability, p.evidence
FROM json_each($3) ids CROSS JOIN pairing p INDEXED BY pairing_profile WHERE p.tenant = $1 AND p.run = $2 AND p.profile = ids.value

--: looked_up
-- One row: the set that readers see, the last good run, the choices of the tenant, badges and questions of profiles ($2), and which of these are newer than a
-- revision ($3).
-- Badges and questions are one JSON text: of each its decision, and what it tells, which is made of its columns where the pairing has no
-- copy (add_pairings). SQLite writes fractions with 15 digits, so the probability is told in parts of 2^62.
SELECT t.published, t.checked_at, t.settings,
    (SELECT '[' || string_agg('["' || p.decision || '",' || coalesce(p.told,
        rtrim(CAST(json_array(p.contact, p.profile, CAST(p.probability * 4611686018427387904.0 AS BIGINT)) AS TEXT), ']')
        || ',' || p.evidence || ',' || coalesce((SELECT CAST(json_group_array(json_array(
            o.id, o.stage, json(o.stages_seen), o.last_mover, o.owner, o.sourced_by, o.archived, o.archive_reason, o.archived_at,
            o.applied, o.posting, o.url, o.created_at, o.updated_at, o.last_interaction_at, o.snoozed_until, o.store_allowed,
            o.store_expires_at, o.contact_allowed, o.contact_expires_at, o.confidential, o.anonymized)) AS TEXT)
            FROM opportunity o WHERE o.tenant = p.tenant AND o.run = p.run AND o.contact = p.contact), '[]')
        || ']') || ']', ',') || ']'
        FROM json_each($2) ids CROSS JOIN pairing p INDEXED BY pairing_profile
        WHERE p.tenant = t.name AND p.run = t.published AND p.profile = ids.value AND p.decision <> 'none'),
    CASE WHEN r.last > $3 THEN (SELECT CAST(json_group_array(f.id) AS TEXT)
        FROM json_each($2) ids CROSS JOIN profile f WHERE f.id = ids.value AND f.record IS NOT NULL AND f.revision > $3) END
FROM tenant t CROSS JOIN profile_revision r WHERE t.name = $1

--: badged
SELECT DISTINCT profile FROM pairing INDEXED BY pairing_profile
WHERE tenant = $1 AND run = $2 AND profile > $3 AND decision = 'match' ORDER BY profile LIMIT $4

--: opportunities_of_set
SELECT o.contact, o.id, o.stage, o.stages_seen, o.last_mover, o.owner, o.sourced_by, o.archived, o.archive_reason,
    o.archived_at, o.applied, o.posting, o.url, o.created_at, o.updated_at, o.last_interaction_at, o.snoozed_until,
    o.store_allowed, o.store_expires_at, o.contact_allowed, o.contact_expires_at, o.confidential, o.anonymized
FROM json_each($3) ids CROSS JOIN opportunity o WHERE o.tenant = $1 AND o.run = $2 AND o.contact = ids.value

--: opportunities
SELECT o.contact, o.id, o.stage, o.stages_seen, o.last_mover, o.owner, o.sourced_by, o.archived, o.archive_reason,
    o.archived_at, o.applied, o.posting, o.url, o.created_at, o.updated_at, o.last_interaction_at, o.snoozed_until,
    o.store_allowed, o.store_expires_at, o.contact_allowed, o.contact_expires_at, o.confidential, o.anonymized
FROM json_each($4) ids CROSS JOIN opportunity o WHERE o.tenant = $1 AND o.run = $2 AND o.contact = ids.value
UNION ALL
SELECT o.contact, o.id, o.stage, o.stages_seen, o.last_mover, o.owner, o.sourced_by, o.archived, o.archive_reason,
    o.archived_at, o.applied, o.posting, o.url, o.created_at, o.updated_at, o.last_interaction_at, o.snoozed_until,
    o.store_allowed, o.store_expires_at, o.contact_allowed, o.contact_expires_at, o.confidential, o.anonymized
FROM json_each($4) ids CROSS JOIN opportunity o WHERE o.tenant = $1 AND o.run = $3 AND o.contact = ids.value
    AND NOT EXISTS (SELECT 1 FROM restaged r WHERE r.tenant = $1 AND r.run = $2 AND r.contact = o.contact)
    AND o.id NOT IN (SELECT s.id FROM opportunity s WHERE s.tenant = $1 AND s.run = $2)

--: reference
SELECT list, id, words, pipeline, rank, flag FROM reference WHERE tenant = $1 AND run = $2

--: shared
SELECT s.hash FROM tenant t JOIN shared s ON s.tenant = t.name AND s.run = t.published WHERE t.name = $1 ORDER BY s.hash

--: level_counts
SELECT c.feature, c.level, c.people, c.shift FROM tenant t JOIN level_count c ON c.tenant = t.name AND c.run = t.published
WHERE t.name = $1 ORDER BY c.feature, c.level

--: resumes
SELECT m.contact, m.opportunity, m.resume, m.status, m.stamp, m.profile, m.decision, m.probability, m.evidence
FROM tenant t JOIN resume m ON m.tenant = t.name AND m.run = t.published WHERE t.name = $1 ORDER BY m.contact
