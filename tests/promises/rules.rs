//! What is promised of rule files: fields, patterns, dictionaries, changes, the handbook and
//! `rules check`.

use super::Promise;

pub(super) const PROMISES: &[Promise] = &[
    (
        "`custcode rules check` reports every mistake with line, caret and hint",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    (
        "no rule can print one code for two customers",
        "rule_files::random::what_loads_is_unique_and_what_is_refused_collides",
    ),
    ("and no two rules can print the same code", "models::rules::what_is_proved_of_rules_is_true"),
    ("A file that is not proved issues nothing.", "adoption::rules_that_are_not_proved_are_never_adopted"),
    (
        "whose day it is; needed when a rule prints a date",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    (
        "a list = the first that is in force on the record date",
        "issue::days::a_rule_issues_from_its_first_day_to_its_last",
    ),
    ("Not needed with a single rule", "rule_files::valid_rule_files_print_what_they_say"),
    (
        "the ledger: a path relative to the rule file",
        "first_use::init_makes_the_ledger_where_the_rule_file_says",
    ),
    (
        "its files belong to this group, mode 0660",
        "sharing::two_users_issue_from_one_ledger_and_a_third_is_told",
    ),
    (
        "A ledger that is there is given to the group by its owner's next write",
        "sharing::an_older_ledger_is_shared_by_its_owner",
    ),
    (
        "`rules check` says what they cannot hold",
        "rules_check::outside::named_targets_have_limits_and_it_is_said_which_are_verified",
    ),
    // Fields
    (
        "further headers of this column on import",
        "import::columns::english_headers_and_the_names_and_aliases_of_fields_are_known",
    ),
    (
        "value when none is given and the rule prints the field",
        "issue::values::a_default_is_taken_and_kept_where_nothing_is_said",
    ),
    (
        "also for empty cells of an import column",
        "import::columns::a_default_fills_empty_cells_only_and_a_field_without_one_is_missed_row_by_row",
    ),
    (
        "customers get a class without sub-classes only",
        "issue::values::a_class_must_be_a_leaf_and_is_printed_with_its_path",
    ),
    (
        "A code is the whole path, and each class above it must exist",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    ("`pad` fills shorter input on the left", "rule_files::valid_rule_files_print_what_they_say"),
    (
        "It cannot be called `date`, `seq` or `check`.",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    (
        "key, code, label and aliases of a field must not overlap",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    ("`uscc` (without I O S V Z)", "promises::alphabets_have_the_symbols_that_are_said"),
    ("`crockford` (without I L O U)", "promises::alphabets_have_the_symbols_that_are_said"),
    (
        "A new code never prints a value outside its period on the record date",
        "issue::periods::a_value_is_given_within_its_period_and_refused_outside_of_it",
    ),
    ("a row of an import is rejected", "issue::periods::a_file_is_judged_row_by_row_on_each_record_date"),
    (
        "A class holds while every class above it does.",
        "issue::periods::a_class_holds_while_every_class_above_it_does",
    ),
    (
        "Codes that have the value are valid for ever, `--code` takes in old ones",
        "issue::periods::an_old_code_is_read_registered_and_shown_whatever_the_period",
    ),
    (
        "within a field a code names one value, whatever the periods",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    // Ready-made dictionaries
    ("34 provinces, 2 digits", "standards::the_dictionaries_are_listed_with_their_editions"),
    (
        "the ledger keeps the edition that it issued under",
        "standards::the_ledger_keeps_the_edition_that_codes_were_issued_under",
    ),
    ("save it as a file and name that", "standards::one_that_was_saved_is_a_file_of_values"),
    // Derived fields
    (
        "What is longer than `width` is cut, what is shorter is filled with `pad` at its end.",
        "derived::the_letters_of_the_name_are_printed_cut_and_filled",
    ),
    (
        "the first letter of each Chinese character's pinyin",
        "src/rule/derive/pinyin.rs: well_known_words_are_read_as_they_are_spoken",
    ),
    ("Place names at the beginning stay.", "derived::the_letters_of_the_name_are_printed_cut_and_filled"),
    (
        "A character that gives no letter of the charset is refused with its place.",
        "derived::what_gives_no_letter_is_named",
    ),
    ("A value that is given wins", "derived::what_is_given_wins_and_is_filled_alike"),
    (
        "whoever renames the customer changes neither value nor code",
        "derived::a_renamed_customer_keeps_its_letters_and_its_reference",
    ),
    // Patterns and rules
    (
        "the file is refused when some code has not 4 characters",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    (
        "the sequence number, 1 to 18 characters; at most one",
        "promises::limits::numbers_in_a_rule_are_taken_up_to_the_limits_that_are_said",
    ),
    (
        "A field in the pattern must be given when a code is issued, or have a `default`.",
        "issue::values::a_printed_field_without_value_is_asked_for",
    ),
    (
        "see above; at most 32 segments",
        "promises::limits::numbers_in_a_rule_are_taken_up_to_the_limits_that_are_said",
    ),
    ("Rename a rule by giving it its old name as `id`", "adoption::a_renamed_rule_keeps_its_id"),
    (
        "Two rules that fit the same customer are refused",
        "issue::rules::two_rules_that_could_both_apply_are_refused_when_the_file_is_read",
    ),
    (
        "Codes issued before stay valid for ever",
        "promises::limits::codes_of_a_rule_that_has_ended_stay_valid",
    ),
    (
        "`no-sequence`: one customer for each combination of values",
        "issue::rules::without_a_sequence_a_combination_has_one_customer",
    ),
    ("There are no others", "promises::limits::the_warnings_that_can_be_accepted_are_those_of_the_list"),
    (
        "**Which rule issues**: `--rule`, else the one whose `applies_to` fits, else `default_rule`.",
        "rule_files::built_in::the_rule_that_issues_is_found",
    ),
    ("`[]` counts everything together", "issue::numbers::a_scope_may_be_wider_than_what_is_printed"),
    (
        "Beyond it issuing stops with exit status 4, before anything is written",
        "issue::numbers::a_full_scope_writes_nothing_and_says_how_to_go_on",
    ),
    ("numbers with one of these digits are passed over", "issue::numbers::forbidden_digits_are_passed_over"),
    (
        "a note on stderr when so many per cent of a scope are used",
        "issue::numbers::a_scope_warns_once_at_each_level",
    ),
    (
        "how many numbers a machine sets aside at once",
        "postgres::leases::a_block_is_used_up_before_the_next_is_cut",
    ),
    ("at once, 2 to 10 000", "promises::limits::numbers_in_a_rule_are_taken_up_to_the_limits_that_are_said"),
    (
        "A remainder without a symbol has no check digit, and its number is passed over",
        "issue::numbers::a_number_without_check_digit_is_passed_over",
    ),
    ("Separators never count", "codec::the_check_digit_may_stand_anywhere_and_leaves_separators_out"),
    (
        "share of all single wrong characters and of all adjacent transpositions, in a payload of 6 digits",
        "detection::tables::digits_are_caught_as_in_the_table",
    ),
    ("or 7 letters and digits", "detection::tables::digits_and_letters_are_caught_as_in_the_table"),
    // Changing the rules
    (
        "which codes in the ledger would no longer be read, mean something else, or meet a code of a rule",
        "versions::diff::every_kind_of_harm_is_told_with_its_codes",
    ),
    (
        "the beginning of their digest, see `custcode log`",
        "versions::diff::rules_of_the_past_are_named_by_their_digest",
    ),
    ("of two files", "versions::diff::two_files_are_compared_without_a_ledger"),
    (
        "wants the number of the codes that you have seen",
        "versions::adopt::codes_are_touched_only_by_their_number",
    ),
    (
        "They stay in the ledger as they are, under the rules they were issued with",
        "versions::adopt::codes_that_no_rule_reads_any_more_stay_as_they_are",
    ),
    (
        "Counters go on above every code that comes under them, so that none is printed twice.",
        "versions::adopt::counters_put_together_go_on_above_the_highest",
    ),
    (
        "rules that the ledger had before are adopted again by the same command",
        "versions::adopt::an_edit_is_undone_by_adopting_the_older_rules",
    ),
    (
        "Customers whose record date is before that day get four digits, also when they are recorded late",
        "versions::widening::who_is_recorded_late_gets_a_code_as_it_was_then",
    ),
    (
        "from that day on the numbers have five and begin at 10000",
        "versions::widening::a_planned_widening_begins_on_its_day_and_above_every_old_number",
    ),
    (
        "`rules check` shows two customers that would collide",
        "versions::widening::numbers_that_could_be_confused_are_refused_with_the_pair",
    ),
    ("`--rule graded` means the one in force", "versions::widening::the_rule_named_is_the_one_in_force"),
    ("A list plans several steps.", "versions::widening::a_number_can_be_widened_more_than_once"),
    (
        "two rules, one `until = 2026-12-31`, one `from = 2027-01-01`",
        "versions::widening::two_rules_with_periods_widen_a_number",
    ),
    // The staff handbook
    ("a real example of each rule", "guide::output::the_lines_to_type_give_the_codes_of_the_examples"),
    (
        "In a pipe it is one line a rule, or one line a segment",
        "anatomy::a_pipe_gets_one_line_a_rule_or_where_rules_are_named_one_a_segment",
    ),
    ("every dictionary in full", "guide::markdown::the_handbook_has_every_section_and_every_value"),
    (
        "one page without scripts and without anything from elsewhere",
        "guide::browser::the_handbook_is_a_sound_page_in_every_language",
    ),
    (
        "for phones, for dark screens, for paper",
        "guide::browser::wide_rules_and_long_words_fit_a_phone_and_paper",
    ),
    ("(`both` when not given)", "guide::markdown::both_languages_stand_side_by_side"),
    (
        "the same rules on the same day give the same bytes",
        "guide::output::the_same_rules_on_the_same_day_give_the_same_bytes",
    ),
    (
        "A file is whole or absent, and readable by its owner only.",
        "guide::output::a_file_is_named_by_its_ending_and_readable_by_its_owner",
    ),
    // Checking a rule
    (
        "A rule that cannot promise it is refused with two customers and the code that both would get",
        "prover::what_is_refused_collides",
    ),
    (
        "A rule with a code that can be read in two ways is refused with both readings",
        "rule_files::invalid_rule_files_are_refused_in_these_words",
    ),
    (
        "forbidden digits and numbers without a check digit left out",
        "rules_check::capacity::numbers_that_are_never_given_do_not_count",
    ),
    (
        "what share of typing errors it catches",
        "detection::counted::every_algorithm_is_computed_as_it_is_counted",
    ),
    (
        "Every example is a real code of the rule",
        "rules_check::outside::what_excel_does_is_shown_with_a_code_of_the_rule",
    ),
    (
        "characters that look alike where both can stand",
        "rules_check::outside::look_alikes_are_pairs_of_codes",
    ),
    ("those nearest their end first", "rules_check::ledger::scopes_nearest_their_end_come_first"),
    (
        "The rate is the number of codes of the last 90 days divided by 90",
        "rules_check::ledger::the_rate_is_that_of_the_last_ninety_days",
    ),
    (
        "when a scope has reached a level of its `warn_at`",
        "rules_check::ledger::a_level_of_warn_at_is_exit_status_one",
    ),
    (
        "a FILE has one only if it is the rule file in use or with `--store`",
        "rules_check::ledger::another_file_has_another_ledger",
    ),
    ("`--json` has everything in numbers", "rules_check::json_keeps_its_members_and_has_all_that_is_known"),
    ("`--format csv` and `jsonl` one row a finding", "rules_check::tables_have_a_row_for_each_finding"),
    // Coming from another system
    ("each with one of its codes", "templates::every_template_issues_the_code_that_it_names"),
    ("already proved, with a comment on each part", "pages::migrating::shows_what_happens"),
    (
        "never; with date ranges say `--reset year`",
        "masks::an_odoo_sequence_counts_within_its_date_ranges_only",
    ),
    ("with the text before the number", "masks::a_frappe_series_counts_within_the_text_before_its_number"),
    ("as its `@` says, else never", "masks::a_dolibarr_mask_counts_each_month_where_it_says_so"),
    ("an autonumber format", "masks::salesforce_and_dataverse_never_begin_again"),
    (
        "Everything that cannot be carried over is said at once, with its place and with what to do instead",
        "masks::everything_that_cannot_be_carried_over_is_said_at_once",
    ),
];
