//! The ledger: everything that outlives a run, column by column, with the reason why it is kept.
//!
//! A test compares it with the schema of both databases. A column that is not here may not exist: whoever adds one says here why a
//! person would agree to it. Nothing in it is a candidate's name, address, phone, link, headline, location or résumé, plain,
//! encoded or as an unkeyed hash.

/// A table that is kept.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Why it is kept.
    pub why: &'static str,
    /// Its columns, each with the reason why it is kept.
    pub columns: &'static [(&'static str, &'static str)],
}

const TENANT: (&str, &str) = ("tenant", "Whose row it is: no query crosses tenants.");
const RUN: (&str, &str) = ("run", "The run that wrote it: readers see the rows of one run, and the rest is swept.");
const CONTACT: (&str, &str) = ("contact", "Lever's id of the person: one person, one badge.");

/// All of it.
pub const LEDGER: &[Table] = &[
    Table {
        name: "tenant",
        why: "Companies with a Lever connection.",
        columns: &[
            ("name", "What the operator calls it."),
            ("settings", "What the operator chose."),
            ("sealed_key", "The Lever key, sealed: every run needs it."),
            ("sealed_secret", "The secret of its keyed hashes, sealed: they must be comparable between nights."),
            ("created_at", "For the operator."),
            ("claims", "Runs so far: the next one's number and fence."),
            ("published", "The run whose rows readers see: the one flip of publishing."),
            ("checked_at", "How old the badges are."),
            ("window_start", "Where a recent run begins to list."),
        ],
    },
    Table {
        name: "oauth",
        why: "A tenant's OAuth connection, in place of a Lever key.",
        columns: &[
            TENANT,
            ("sealed_app", "The id and secret of the app, sealed: every renewal needs them."),
            ("sealed_tokens", "The refresh token, the access token and its end, and what was granted, sealed: every run needs them."),
            ("granted_at", "When a person gave access: Lever ends it after a year, and that is told."),
            ("renewed_at", "When it was last renewed: Lever ends what is unused for 90 days, and that is told."),
            ("turn", "Renewals so far: the next one's fence."),
            ("owner", "The process that renews (host, boot, process id, its start): one at a time. Null when it ended."),
            ("lease_until", "When its turn ends without a sign of life. Null when it ended."),
            ("unanswered", "Whether a renewal was begun whose answer was not kept: that is told, should Lever refuse."),
        ],
    },
    Table {
        name: "profile",
        why: "Public profiles: ours to keep and to show.",
        columns: &[
            ("id", "What the source calls it."),
            ("revision", "Its place in the order of changes: the index catches up from there."),
            ("digest", "Of the record: an import that changes nothing writes nothing."),
            ("record", "The public record as it was imported; null once removed, so that the index hears of it."),
            ("changed_at", "When the record was last written, for the operator."),
        ],
    },
    Table { name: "profile_revision", why: "One row.", columns: &[("last", "The greatest revision given out.")] },
    Table {
        name: "run",
        why: "Each run, for the operator and for the claim.",
        columns: &[
            TENANT,
            ("number", "Its place among the tenant's runs, which is also its fence."),
            ("id", "What people and other programs call it."),
            ("kind", "Full or recent."),
            ("state", "How far it is, or how it ended."),
            ("tally", "What it counted: numbers alone."),
            ("error", "Why it failed, without a quotation."),
            ("started_at", "When it began."),
            ("finished_at", "When it ended; ninety days later its changes and what it left out go, and two years later the run itself."),
            ("window_start", "Where the next recent run begins, should this one be published."),
            ("owner", "The process at work (host, boot, process id, its start): a dead one's claim is taken over. Null when it ended."),
            ("lease_until", "When the claim ends without a sign of life. Null when it ended."),
            ("has_rows", "Whether rows may still have to be swept."),
            ("queued_at", "When it was asked for; null when it began at once."),
            ("due_at", "When it may begin: order among those that wait, and how late it is."),
            ("slot", "The time of the schedule that it serves; null when a person asked."),
            ("attempt", "How often it was begun: one that is lost is begun again, and not for ever."),
            ("expected_ms", "How long the one before took: long ones leave room for short ones."),
            ("resumes", "The order: when résumés are read."),
            ("publication", "The order: what becomes of the result."),
            ("cancel_asked", "Whether a person asked it to stop."),
            ("progress", "How far it is: a step and numbers. Null when it ended."),
            ("tell_at", "When an alert about it is to be sent; null when there is none to send."),
        ],
    },
    Table {
        name: "schedule",
        why: "Which times of a schedule have been served: none is served twice, and one that was missed is made good once.",
        columns: &[
            TENANT,
            ("kind", "Full or recent."),
            ("served", "The last time of the schedule that was served."),
            ("late_told", "The last time that operators were told had to wait: none is told twice."),
        ],
    },
    Table {
        name: "worker",
        why: "Processes that run nights, for the operator.",
        columns: &[
            ("id", "The process (host, boot, process id, its start)."),
            ("version", "Of its program."),
            ("started_at", "When it began."),
            ("seen_at", "Its last sign of life."),
            ("runs", "How many runs it is at."),
        ],
    },
    Table {
        name: "allowance",
        why: "How much of a Lever key's allowance all processes have taken together.",
        columns: &[
            ("account", "Host and key, as a hash under the master key: of no use without it."),
            ("full_at", "When the allowance is whole again."),
        ],
    },
    Table {
        name: "compatibility",
        why: "One row.",
        columns: &[
            ("min_binary", "The oldest program that may write here, by the last step of the schema that it knows."),
            ("home", "Which database the rows were written in: a copy that is brought back is noticed."),
            ("home_table", "Which table this is in that database: a backup that is brought back in its place is noticed."),
        ],
    },
    Table {
        name: "left_out",
        why: "What a run had to leave out, for ninety days.",
        columns: &[
            TENANT,
            RUN,
            ("place", "The order in which it was met."),
            ("kind", "What sort of thing."),
            ("id", "Lever's id of it, or the name of a list: the operator can look there."),
            ("reason", "Why, without a quotation."),
        ],
    },
    Table {
        name: "change",
        why: "How a run changed each badge, for ninety days.",
        columns: &[
            TENANT,
            RUN,
            ("profile", "Whose badge."),
            ("outcome", "Added, changed or removed."),
            ("status_before", "Its status before."),
            ("status_after", "Its status after."),
        ],
    },
    Table {
        name: "reference",
        why: "Lever's lists of stages, archive reasons, users and postings: badges show their words.",
        columns: &[
            TENANT,
            RUN,
            ("list", "Which of the four."),
            ("id", "Lever's id."),
            ("words", "The text of a stage, a reason or a posting; the name of a user of the tenant's Lever."),
            ("pipeline", "A stage's part of the process, for the furthest one."),
            ("rank", "A stage's place in it."),
            ("flag", "Whether a reason is a hire; whether a user is active."),
        ],
    },
    Table {
        name: "shared",
        why: "Identifiers that three or more people of the tenant share, which prove nothing about any of them.",
        columns: &[TENANT, RUN, ("hash", "Keyed with the tenant's secret: of no use without it.")],
    },
    Table {
        name: "level_count",
        why: "How often records agree among the tenant's people whom an identifier links to one profile: its own runs weigh by it.",
        columns: &[
            TENANT,
            RUN,
            ("feature", "What was compared: an employer, a school, a place or a title; no value."),
            ("level", "How it came out."),
            ("people", "For how many people: twenty or more, so that it speaks of nobody."),
            ("shift", "By how many bits it moves a weight: it stays while the count moves little."),
        ],
    },
    Table {
        name: "restaged",
        why: "Contacts that a recent run looked at, until it is published or dropped: their old rows make way.",
        columns: &[TENANT, RUN, CONTACT],
    },
    Table {
        name: "pairing",
        why: "A badge, a review or the nearest miss of a contact.",
        columns: &[
            TENANT,
            RUN,
            CONTACT,
            ("profile", "The profile that it is, or may be."),
            ("decision", "Whether it is a badge, a question or a miss."),
            ("probability", "How sure that is."),
            ("evidence", "Why: level codes, the bits of every step to the probability, and places in the profile; no value."),
            (
                "told",
                "The pairing and its candidacies once more, as one text: look-ups read one row each. Null once one of these went, and of near misses.",
            ),
        ],
    },
    Table {
        name: "decision",
        why: "What people decided about pairs: every later run respects it.",
        columns: &[
            TENANT,
            CONTACT,
            ("profile", "The profile that is, or is not, the contact's."),
            ("what", "What was decided."),
            ("who", "The user who decided."),
            ("decided_at", "When it was decided."),
            ("was", "What the run had found, so that taking a decision back shows it at once."),
            ("earlier", "What was decided before, by whom and when: taking a decision back brings it again. Null where there is none."),
        ],
    },
    Table {
        name: "recheck",
        why: "Contacts that somebody wants looked at again, until a run did.",
        columns: &[TENANT, CONTACT, ("asked_at", "When: a run that began before does not settle it.")],
    },
    Table {
        name: "viewing",
        why: "Who looked at a person's live details, for ninety days: people may ask who did.",
        columns: &[
            TENANT,
            ("at", "When somebody looked."),
            ("who", "The user who looked."),
            ("subject", "The contact's id, keyed with the tenant's secret: of no use without it."),
            ("what", "Details or a file, without content."),
        ],
    },
    Table {
        name: "opportunity",
        why: "The candidacies of a contact that has a pairing: what a badge says.",
        columns: &[
            TENANT,
            RUN,
            CONTACT,
            ("id", "Lever's id."),
            ("stage", "Where it stands."),
            ("stages_seen", "Where it stood, for the furthest stage."),
            ("last_mover", "Who moved it last: the recruiter, where there is no owner."),
            ("owner", "The recruiter."),
            ("sourced_by", "The recruiter, where nobody else is known."),
            ("archived", "Whether it ended."),
            ("archive_reason", "Why it ended."),
            ("archived_at", "When it ended."),
            ("applied", "Whether the person applied."),
            ("posting", "For which job."),
            ("url", "The record in Lever's own interface (urls.show)."),
            ("created_at", "Lever's date, for the most recent one."),
            ("updated_at", "Lever's date, for the most recent one."),
            ("last_interaction_at", "Lever's date, for the most recent one."),
            ("snoozed_until", "Judged when the badge is read."),
            ("store_allowed", "Whether it may be stored at all; judged when read."),
            ("store_expires_at", "Until when; judged when read."),
            ("contact_allowed", "Whether the person may be contacted; judged when read."),
            ("contact_expires_at", "Until when; judged when read."),
            ("confidential", "Whether Lever calls it confidential."),
            ("anonymized", "Whether Lever anonymised it."),
        ],
    },
    Table {
        name: "resume",
        why: "What reading a contact's résumé came to, so that it is not downloaded again.",
        columns: &[
            TENANT,
            RUN,
            CONTACT,
            ("opportunity", "Where it was asked for."),
            ("resume", "Lever's id of the résumé; none when there was none."),
            ("status", "How reading went."),
            ("stamp", "Digest of weights, profiles considered and Lever's dates: while it is the same, so is the outcome."),
            ("profile", "The profile it spoke for."),
            ("decision", "What followed from it."),
            ("probability", "How sure that was."),
            ("evidence", "Why: level codes, the bits of every step to the probability, and places in the profile; no value."),
        ],
    },
    Table {
        name: "account",
        why: "Users of the pages.",
        columns: &[
            ("name", "What the user signs in with."),
            ("tenant", "Whose badges the user sees; null for who watches the installation."),
            ("role", "How much of it."),
            ("password", "Hashed with Argon2id and a salt of its own."),
            ("created_at", "For the admin."),
            ("seen_day", "The day of the last sign-in: an account that nobody uses can be removed."),
        ],
    },
    Table {
        name: "session",
        why: "Who is signed in.",
        columns: &[
            ("hash", "SHA-256 of the cookie's 256 random bits: it tells nobody the cookie."),
            ("account", "Whose it is."),
            ("expires_at", "When it ends."),
        ],
    },
    Table {
        name: "token",
        why: "Programs that may ask.",
        columns: &[
            ("hash", "SHA-256 of the token's 256 random bits: it tells nobody the token."),
            ("id", "What people call it."),
            ("tenant", "Whose badges it sees; null for what watches the installation."),
            ("role", "How much of it."),
            ("created_at", "For the admin."),
            ("expires_at", "When it ends; null for never."),
            ("seen_day", "The day of its last use: a token that nobody uses can be revoked."),
        ],
    },
    Table {
        name: "_sqlx_migrations",
        why: "Which steps of the schema were taken: an older program must not write into a newer store.",
        columns: &[
            ("version", "The step."),
            ("description", "Its name."),
            ("installed_on", "When it was taken."),
            ("success", "Whether it was taken whole."),
            ("checksum", "Of its text: a step that was altered is noticed."),
            ("execution_time", "How long it took."),
        ],
    },
];

const SLOT: (&str, &str) = ("slot", "Which part of the table it is in: parts can lie on servers of their own.");

/// What PostgreSQL holds besides: the index of profiles, which in the embedded store is a folder. Of candidates it knows nothing.
pub const LEDGER_OF_POSTGRES: &[Table] = &[
    Table {
        name: "profile_index",
        why: "One row: how far the index is.",
        columns: &[
            ("format", "Which version of the program fills it: another one fills it anew."),
            ("revision", "The profiles' revision that it has reached."),
            ("profiles", "How many it holds: rarity is counted from it."),
        ],
    },
    Table {
        name: "profile_entry",
        why: "Public profiles as they are compared and searched.",
        columns: &[
            SLOT,
            ("number", "What lists call it: a hash of the profile's id."),
            ("record", "Its id and its values in normal form."),
            ("keys", "Hashes that it is found by."),
            ("counted", "Hashes of its values that are counted."),
            ("words", "Words of name, employers, titles and place, for the search."),
        ],
    },
    Table {
        name: "profile_list",
        why: "Which profiles have a key.",
        columns: &[
            SLOT,
            ("key", "The hash."),
            ("part", "Long lists are cut in parts: which one."),
            ("holders", "How many profiles have it: the fewer, the more it says."),
            ("numbers", "Their numbers."),
        ],
    },
    Table {
        name: "profile_value",
        why: "How common a value or a word is among profiles.",
        columns: &[
            SLOT,
            ("value", "A hash of it."),
            ("holders", "How many profiles have it."),
            ("word", "The word itself, for misspelt searches; null for a value."),
        ],
    },
];
