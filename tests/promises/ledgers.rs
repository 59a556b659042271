//! What is promised of ledgers: what is kept and how safe it is, backups, moves, PostgreSQL.

use super::Promise;

pub(super) const PROMISES: &[Promise] = &[
    (
        "every change of an attribute before and after, and the rule files it was used with",
        "store::records::an_update_keeps_what_was_before",
    ),
    ("so that the number is never given again", "erase::what_is_personal_goes_and_the_code_stays"),
    ("`--dry-run` lists what would go", "erase::a_dry_run_lists_what_would_go_and_nothing_else"),
    ("elsewhere it needs `--yes`", "erase::nothing_goes_unless_somebody_says_yes"),
    (
        "`store check` goes on proving codes, numbers and operations",
        "erase::the_ledger_still_proves_the_rest",
    ),
    (
        "finds a salt that is gone without an erasure",
        "erase::damage::a_salt_that_is_gone_without_an_erasure_is_damage",
    ),
    (
        "as well as a text that is there in spite of one",
        "erase::damage::a_text_that_is_there_in_spite_of_an_erasure_is_damage",
    ),
    (
        "its customer is erased only with `--code-stays`",
        "erase::a_code_that_prints_initials_is_erased_only_on_purpose",
    ),
    ("Whoever comes back is known.", "erase::comes_back::a_reference_that_comes_back_is_refused"),
    (
        "`--after-erasure new` of `new` and `import` makes a new customer",
        "erase::comes_back::whoever_comes_back_on_purpose_is_a_new_customer",
    ),
    ("`--forget-refs` leaves none", "erase::comes_back::a_mark_is_left_only_where_it_is_wanted"),
    (
        "At its end the command writes the whole ledger anew",
        "erase::bytes::nothing_is_left_where_pages_were_split_and_indexes_dropped",
    ),
    (
        "the next `erase` or `store repair` finishes it",
        "faults::syscalls::erase_killed_at_any_change_is_finished_by_the_next",
    ),
    ("ends with exit status 6", "erase::server::a_role_that_does_not_own_the_tables_is_told_what_to_run"),
    (
        "deletes again, before the restored ledger can issue",
        "erase::backups::a_restored_ledger_forgets_again_before_it_issues",
    ),
    (
        "Nothing is ever deleted from the list of codes.",
        "models::histories::every_command_does_what_is_said_of_it",
    ),
    (
        "A code is printed after the commit that stores it.",
        "faults::syscalls::new_killed_at_any_system_call_loses_nothing",
    ),
    ("Number, code and customer are one transaction", "store::records::what_is_not_committed_never_happened"),
    ("counters only move up", "models::histories::several_processes_at_once_break_no_promise"),
    (
        "a UNIQUE index covers every code",
        "store::bulk::a_duplicate_that_everybody_missed_is_named_at_the_commit",
    ),
    (
        "The tests kill the program at every system call of an issue",
        "faults::syscalls::new_killed_at_any_system_call_loses_nothing",
    ),
    ("at random moments of an import", "faults::import::import_killed_at_any_moment_is_all_or_nothing"),
    ("make writes fail with EIO and ENOSPC", "faults::syscalls::new_on_a_failing_disk_loses_nothing"),
    (
        "the same `--ref` or `--request-id` gets the same code afterwards",
        "faults::syscalls::batch_killed_at_any_change_loses_nothing",
    ),
    (
        "beside a file that it was not written for (an older copy, another ledger) is refused",
        "faults::journal::the_journal_of_a_killed_issue_is_rolled_back_into_no_other_file",
    ),
    (
        "Many processes of one machine may issue from one file at once; they queue in order.",
        "faults::crowd::sixty_four_processes_get_sixty_four_numbers",
    ),
    (
        "Network file systems are refused by name (on Linux)",
        "src/files/network.rs: network_file_systems_are_known_by_name",
    ),
    (
        "The file is readable by its owner only (mode 0600)",
        "store::creation::the_file_of_a_new_ledger_is_private",
    ),
    (
        "`custcode store check` proves that nothing was lost, doubled or altered",
        "check::anything::a_single_changed_column_is_found",
    ),
    (
        "names the operation that was edited or removed",
        "check::both::what_is_done_to_the_tables_is_found_and_the_operation_named",
    ),
    (
        "`--checkpoint` prints one, `--expect HASH` finds it again",
        "check::clean::a_checkpoint_noted_elsewhere_is_found_again_or_missed",
    ),
    (
        "says what can be put right, and with `--yes` does it",
        "check::repair::what_can_be_derived_is_put_right_and_put_on_record",
    ),
    (
        "at any time, also while others issue.",
        "transfer::crowd::what_is_taken_from_a_busy_ledger_is_sound_and_holds_every_code_printed_before_it_began",
    ),
    (
        "checked as `store check` does before it gets its name",
        "transfer::backups::what_is_wrong_with_a_ledger_is_told_with_its_backup",
    ),
    (
        "an existing file is replaced only with `--force`",
        "transfer::backups::an_older_backup_is_replaced_only_when_that_is_asked_for",
    ),
    ("read it with `--store FILE`", "transfer::backups::a_backup_is_read_as_any_ledger_is"),
    ("nothing is ever issued from it", "transfer::backups::nothing_is_written_to_a_backup"),
    (
        "the findings stand in the backup, and restoring it takes `--yes`",
        "transfer::backups::what_is_wrong_with_a_ledger_is_told_with_its_backup",
    ),
    ("A backup that was damaged or changed is refused", "transfer::tampering::every_flipped_bit_is_seen"),
    ("and the last one without findings, however old it is", "transfer::kept::the_last_sound_one_stays"),
    (
        "which does not issue until `custcode store unfence` was told what was issued since",
        "transfer::backups::restored_it_is_the_same_ledger_and_does_not_issue",
    ),
    // From a laptop to a team
    (
        "every command works there as before",
        "transfer::engines::there_and_back_between_engines_it_is_the_same_ledger",
    ),
    (
        "`--fence` makes the file refuse to issue from now on, so that two ledgers never issue side by side",
        "transfer::kills::a_killed_move_never_leaves_two_ledgers_that_issue",
    ),
    (
        "a copy that was interrupted goes on where it stopped",
        "transfer::kills::a_killed_copy_is_refused_or_ended_by_repeating_it",
    ),
    (
        "Numbers go on where they were, a known reference is still known, and the history came along.",
        "transfer::engines::a_move_goes_on_with_the_next_number_and_the_next_ids",
    ),
    ("A backup is one file, whichever engine wrote it", "transfer::engines::a_backup_serves_both_engines"),
    (
        "What is restored from it does not issue before somebody has said which codes were issued since",
        "transfer::unfencing::codes_on_paper_are_never_printed_again",
    ),
    (
        "**Passwords** come from `?passfile=`",
        "postgres::address::a_password_comes_from_a_file_or_the_environment_and_is_not_repeated",
    ),
    (
        "One written in the URL is refused, and none appears in a message.",
        "postgres::address::a_password_in_the_url_is_refused_wherever_the_url_comes_from",
    ),
    ("as `psql` means them", "postgres::encryption::each_mode_demands_what_libpq_says"),
    (
        "No server beyond this host gets a password in clear text without TLS",
        "postgres::encryption::no_password_goes_beyond_this_host_in_the_open",
    ),
    ("also when another one is frozen", "postgres::frozen::the_next_host_is_tried_when_one_is_frozen"),
    (
        "the one that takes writes is found",
        "faults::server::a_promoted_standby_has_every_printed_code_and_issues_on",
    ),
    ("Issuing is refused on a standby", "postgres::rights::a_standby_reads_and_does_not_issue"),
    (
        "and with `synchronous_commit = off`",
        "postgres::rights::nothing_is_issued_where_a_commit_could_be_lost",
    ),
    (
        "or `fsync = off`",
        "postgres::frozen::a_server_without_fsync_issues_only_where_it_says_that_it_is_for_trials",
    ),
    (
        "the code is printed only after another commit that the standby confirmed",
        "faults::server::standby::what_was_printed_while_the_standby_was_away_survives_the_failover",
    ),
    (
        "or has no connection free, is asked again until then",
        "postgres::frozen::who_finds_no_connection_free_waits_for_one",
    ),
    (
        "one that accepts and says nothing is given up",
        "postgres::frozen::a_server_that_accepts_and_is_silent_is_given_up",
    ),
    (
        "Long answers are waited for as long as the server answers others",
        "postgres::frozen::a_long_answer_is_waited_for_as_long_as_the_server_lives",
    ),
    (
        "it is found out whether a commit whose answer was lost came through: no request gets two codes",
        "faults::server::a_commit_whose_answer_is_cut_off_is_found_out",
    ),
    (
        "A request without either that the network delivers after its answer was found out issues nothing",
        "faults::server::late::a_request_that_comes_in_late_issues_no_second_code",
    ),
    (
        "**pgbouncer** works with `pool_mode = session`",
        "postgres::pool::a_pool_that_forgets_what_the_session_is_told_is_no_hindrance",
    ),
    (
        "and `transaction`, and needs no setting for it",
        "postgres::pool::a_pool_of_transactions_is_no_hindrance",
    ),
    (
        "a ledger is not opened where a stranger owns the schema `custcode`",
        "postgres::trust::a_schema_that_a_stranger_made_is_not_taken",
    ),
    (
        "may create in it or made something in it",
        "postgres::trust::a_ledger_into_which_strangers_may_put_something_is_not_opened",
    ),
    (
        "the role that makes the tables owns them.",
        "postgres::rights::the_grants_that_are_told_suffice_for_everything_but_making_tables",
    ),
    (
        "Every other role needs these, once",
        "postgres::rights::the_grants_that_are_told_suffice_for_everything_but_making_tables",
    ),
    (
        "for one that only reads (`validate --registered`, `show`, `list`, `export`) the first line",
        "postgres::rights::a_role_that_reads_may_read_and_is_told_what_it_lacks",
    ),
    ("GRANT USAGE ON SCHEMA custcode TO ROLE;", "postgres::rights::the_reference_shows_the_grants"),
    (
        "Codes of different scopes do not wait for each other.",
        "promises::codes_of_different_scopes_do_not_wait_for_each_other",
    ),
    (
        "whoever issues sets numbers aside, takes from them without waiting for the others",
        "postgres::leases::many_issuers_never_meet",
    ),
    ("`custcode gaps` names the machine that holds them", "gaps::leases_restores_and_other_states_are_told"),
    ("What one leaves unused the next one uses", "postgres::leases::what_one_leaves_unused_the_next_uses"),
    (
        "While somebody reads for long (`pg_dump`), the indexes are kept.",
        "postgres::readers::an_import_does_not_wait_for_a_dump",
    ),
    // What was measured is measured again by hand: a test does not time itself.
    ("codes/s of one counter without gaps, one round trip each", "cargo bench: postgres"),
    ("An import of 1 000 000 customers takes", "cargo bench: postgres"),
];
