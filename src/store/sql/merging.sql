-- How sets that can still be read change.

--: drop_removed_opportunities
-- Profiles that were removed while the run was at work.
DELETE FROM opportunity WHERE tenant = $1 AND run = $2 AND contact IN (
    SELECT contact FROM pairing WHERE tenant = $1 AND run = $2 AND profile IN (SELECT id FROM profile WHERE record IS NULL))

--: drop_removed_resumes
DELETE FROM resume WHERE tenant = $1 AND run = $2 AND profile IN (SELECT id FROM profile WHERE record IS NULL)

--: drop_removed_pairings
DELETE FROM pairing WHERE tenant = $1 AND run = $2 AND profile IN (SELECT id FROM profile WHERE record IS NULL)

--: merge_out_opportunities
-- $2 is the recent run, $3 the published set. An opportunity that moved to another contact leaves its old one.
DELETE FROM opportunity WHERE tenant = $1 AND run = $3 AND (
    contact IN (SELECT contact FROM restaged WHERE tenant = $1 AND run = $2)
    OR id IN (SELECT id FROM opportunity WHERE tenant = $1 AND run = $2))

--: merge_out_pairings
DELETE FROM pairing WHERE tenant = $1 AND run = $3 AND contact IN (SELECT contact FROM restaged WHERE tenant = $1 AND run = $2)

--: merge_out_resumes
DELETE FROM resume WHERE tenant = $1 AND run = $3 AND contact IN (SELECT contact FROM restaged WHERE tenant = $1 AND run = $2)

--: merge_out_reference
DELETE FROM reference WHERE tenant = $1 AND run = $3 AND EXISTS (SELECT 1 FROM reference WHERE tenant = $1 AND run = $2)

--: merge_out_shared
DELETE FROM shared WHERE tenant = $1 AND run = $3 AND EXISTS (SELECT 1 FROM shared WHERE tenant = $1 AND run = $2)

--: merge_out_level_counts
DELETE FROM level_count WHERE tenant = $1 AND run = $3 AND EXISTS (SELECT 1 FROM level_count WHERE tenant = $1 AND run = $2)

--: merge_in_opportunities
UPDATE opportunity SET run = $3 WHERE tenant = $1 AND run = $2

--: merge_in_pairings
UPDATE pairing SET run = $3 WHERE tenant = $1 AND run = $2

--: merge_in_resumes
UPDATE resume SET run = $3 WHERE tenant = $1 AND run = $2

--: merge_in_reference
UPDATE reference SET run = $3 WHERE tenant = $1 AND run = $2

--: merge_in_shared
UPDATE shared SET run = $3 WHERE tenant = $1 AND run = $2

--: merge_in_level_counts
UPDATE level_count SET run = $3 WHERE tenant = $1 AND run = $2

--: copy_opportunities
-- $2 is the recent run, $3 a held set that is older.
INSERT INTO opportunity (tenant, run, contact, id, stage, stages_seen, last_mover, owner, sourced_by, archived, archive_reason, archived_at, applied,
    posting, url, created_at, updated_at, last_interaction_at, snoozed_until, store_allowed, store_expires_at, contact_allowed,
    contact_expires_at, confidential, anonymized)
SELECT tenant, $3, contact, id, stage, stages_seen, last_mover, owner, sourced_by, archived, archive_reason, archived_at, applied,
    posting, url, created_at, updated_at, last_interaction_at, snoozed_until, store_allowed, store_expires_at, contact_allowed,
    contact_expires_at, confidential, anonymized
FROM opportunity WHERE tenant = $1 AND run = $2

--: copy_pairings
INSERT INTO pairing (tenant, run, contact, profile, decision, probability, evidence, told)
SELECT tenant, $3, contact, profile, decision, probability, evidence, told
FROM pairing WHERE tenant = $1 AND run = $2

--: copy_resumes
INSERT INTO resume (tenant, run, contact, opportunity, resume, status, stamp, profile, decision, probability, evidence)
SELECT tenant, $3, contact, opportunity, resume, status, stamp, profile, decision, probability, evidence
FROM resume WHERE tenant = $1 AND run = $2

--: copy_reference
INSERT INTO reference (tenant, run, list, id, words, pipeline, rank, flag)
SELECT tenant, $3, list, id, words, pipeline, rank, flag
FROM reference WHERE tenant = $1 AND run = $2

--: merge_emptied
DELETE FROM pairing WHERE tenant = $1 AND run = $3 AND NOT EXISTS (
    SELECT 1 FROM opportunity o WHERE o.tenant = $1 AND o.run = $3 AND o.contact = pairing.contact)

--: sets
-- The published set and the held ones: everything that could still be read, but for the run that asks.
SELECT r.number FROM run r JOIN tenant t ON t.name = r.tenant
WHERE r.tenant = $1 AND r.has_rows = 1 AND r.number <> $2 AND (r.state = 'held' OR r.number = t.published)

--: contacts_of
SELECT DISTINCT contact FROM opportunity
WHERE tenant = $1 AND run = $2 AND id IN (SELECT ids.value FROM json_each($3) ids)

--: remove_opportunities
DELETE FROM opportunity WHERE tenant = $1 AND run = $2 AND id IN (SELECT ids.value FROM json_each($3) ids)

--: remove_resumes
DELETE FROM resume WHERE tenant = $1 AND run = $2 AND opportunity IN (SELECT ids.value FROM json_each($3) ids)

--: emptied
SELECT ids.value FROM json_each($3) ids WHERE NOT EXISTS (
    SELECT 1 FROM opportunity o WHERE o.tenant = $1 AND o.run = $2 AND o.contact = ids.value)
