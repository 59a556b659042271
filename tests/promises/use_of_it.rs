//! What is promised of daily use: the tour, the commands, cancelled codes, and where rules and
//! ledger are found.

use super::Promise;

pub(super) const PROMISES: &[Promise] = &[
    (
        "no two customers can get the same one",
        "models::histories::several_processes_at_once_break_no_promise",
    ),
    ("every code ever used stands in a ledger", "models::histories::every_command_does_what_is_said_of_it"),
    ("Rust 1.95 or newer", "promises::the_version_of_rust_is_the_one_that_cargo_demands"),
    ("The built-in rules need no set-up.", "tour::the_first_code_needs_no_set_up"),
    ("the tests run every line of it", "readme::readme_shows_what_happens"),
    ("Only codes go to stdout", "first_use::the_built_in_rules_make_their_ledger_for_the_user_alone"),
    (
        "(`--format table` is what a terminal gets without asking",
        "anatomy::a_terminal_keeps_the_drawing_together",
    ),
    (
        "Exit status 1 says that a code is wrong, the caret says where.",
        "validate::a_person_gets_the_segments_or_a_caret",
    ),
    (
        "`init` writes a commented copy of the built-in rules, ready to be changed.",
        "first_use::init_writes_the_example_and_its_ledger_and_overwrites_neither",
    ),
    ("a reference never gets two", "faults::crowd::sixty_four_processes_with_one_reference_get_one_code"),
    ("any other rule is asked for by name", "issue::rules::each_type_has_its_rule_and_the_rest_the_default"),
    (
        "Columns are recognised by their headers; how each one was understood is always shown.",
        "import::columns::chinese_headers_are_known_and_shown",
    ),
    (
        "All or nothing: had one row been wrong, the ledger would be as it was.",
        "import::all_or_nothing::a_rejected_run_leaves_the_ledger_as_it_was_to_the_byte",
    ),
    (
        "a mistake in it is shown where it stands, with what was probably meant",
        "rule_files::findings_know_their_line_and_column",
    ),
    ("has one short script, with its output", "readme::examples_print_what_is_kept_beside_them"),
    // Commands
    ("make its ledger; overwrites nothing", "tour::init_overwrites_nothing"),
    (
        "`--template NAME` begins with another scheme, `--list-templates` lists them",
        "templates::every_template_issues_the_code_that_it_names",
    ),
    (
        "check codes against the rules: arguments, `-`, or a column of a file",
        "validate::codes_come_from_a_column_of_a_file",
    ),
    (
        "explain a code: its segments, its customer, its history",
        "show::a_person_sees_segments_customer_and_history",
    ),
    (
        "attributes and fields that the code does not print; never the code",
        "edit::what_the_code_prints_is_refused",
    ),
    (
        "every number that no active code carries, and why; exit status 1 when nothing explains one",
        "gaps::what_nothing_explains_is_the_answer_no",
    ),
    ("who did what to the ledger, when, and how much", "log::people_see_time_person_command_and_how_much"),
    ("customers to csv, jsonl or json", "export::the_file_is_whole_or_absent_and_its_name_tells_the_format"),
    (
        "`info` tells which ledger is used, why, and where its counters stand",
        "first_use::store_info_tells_what_the_ledger_is_and_why_this_one",
    ),
    (
        "`repair` puts right what can be derived",
        "check::repair::what_can_be_derived_is_put_right_and_put_on_record",
    ),
    (
        "`copy` copies it elsewhere, `copy --fence` moves it",
        "transfer::copies::a_move_leaves_one_ledger_that_issues",
    ),
    (
        "a completion script for bash, elvish, fish, powershell or zsh",
        "promises::limits::every_shell_of_the_list_has_a_completion_script",
    ),
    (
        "Every command takes `--format table|plain|json|jsonl|csv`",
        "promises::every_command_takes_the_options_that_all_take",
    ),
    (
        "how long to queue for a ledger that others write to, and to wait for a server; 60",
        "speech::a_held_ledger_is_waited_for_no_longer_than_asked",
    ),
    (
        "`--dry-run` of `new`, `edit`, `void`, `erase`, `import`, `rules adopt` and `store repair` writes nothing",
        "models::histories::every_command_does_what_is_said_of_it",
    ),
    ("makes no ledger", "first_use::looking_and_trying_make_no_ledger"),
    (
        "A value is given by key, code, label or alias; case and full width do not matter.",
        "issue::values::a_value_is_given_by_key_code_label_or_alias_in_any_case_and_width",
    ),
    (
        "(the record date, today when not given)",
        "issue::days::a_day_begins_at_midnight_in_the_rules_time_zone",
    ),
    (
        "registers a code that a rule reads and moves the counter above it",
        "register::a_code_is_taken_with_what_it_says_and_counting_goes_on_above_it",
    ),
    (
        "A number that leaves less than 5 % of its scope, or more than 1 000 unused numbers below it, needs a decision",
        "register::a_far_number_is_refused_until_it_is_confirmed",
    ),
    (
        "`--keep-below` stays below it and steps over it later",
        "issue::numbers::a_number_kept_ahead_is_stepped_over_when_its_turn_comes",
    ),
    (
        "`--legacy` keeps a code that no rule reads.",
        "register::a_code_that_no_rule_reads_is_refused_unless_it_is_legacy",
    ),
    // Codes that are cancelled
    ("cancels codes for good: all of them or none", "void::all_codes_are_cancelled_or_none"),
    ("The number is never used again", "models::histories::every_command_does_what_is_said_of_it"),
    (
        "whoever brings the code or asks for the customer's reference is refused",
        "void::the_reference_gets_no_other_code_until_it_is_freed",
    ),
    ("in an import a rejected row", "void::the_nightly_import_rejects_the_row_until_the_reference_is_freed"),
    ("with when, by whom and why", "void::a_cancelled_code_cannot_be_registered_again"),
    (
        "`--drop-refs` takes the references away, at once or later",
        "void::a_code_can_be_cancelled_and_its_reference_freed_at_once",
    ),
    (
        "`custcode gaps` (`--rule`, `--scope 01,A`, `--unexplained`) knows these reasons",
        "gaps::every_range_has_its_reason",
    ),
    ("`leased` (by the machine named)", "gaps::leases_restores_and_other_states_are_told"),
    ("`rules` (the rule left the number out then)", "gaps::numbers_that_the_rule_left_out_then_are_no_loss"),
    ("`custcode log` takes `--since`, `--until`", "log::days_are_those_of_the_rules"),
    ("(what made or changed a code or its customer)", "log::command_actor_code_and_number_choose"),
    (
        "JSON has digests in full and the place and hash of every link of the hash chains.",
        "log::auditors_get_everything_with_the_links_of_the_chains",
    ),
    (
        "`list` and `export` show customers whose code is active.",
        "void::lists_leave_out_what_is_not_active_unless_asked",
    ),
    // Where rules and ledger are found
    (
        "`--rules FILE` · `CUSTCODE_RULES` · `rules.toml` here or in a parent folder",
        "first_use::rules_are_found_from_the_nearest_to_the_farthest_place",
    ),
    (
        "`--store LEDGER` · `CUSTCODE_STORE`",
        "first_use::ledgers_are_found_by_option_environment_file_and_place",
    ),
    (
        "`-v` says which were taken and why.",
        "first_use::ledgers_are_found_by_option_environment_file_and_place",
    ),
    ("must say `custcode = 1`", "first_use::a_found_file_must_say_that_it_is_custcode_s"),
    (
        "A missing ledger is never made silently",
        "first_use::a_rule_file_or_store_without_its_ledger_issues_nothing",
    ),
    (
        "adopted by the next command that writes if every code in the ledger still reads the same",
        "adoption::a_harmless_change_is_adopted_with_a_note_and_once",
    ),
    (
        "else it is refused (exit status 4) with the number of codes it would break",
        "adoption::a_breaking_change_is_refused_with_number_and_examples",
    ),
    ("A rule file that has been replaced since is refused too", "adoption::a_stale_rule_file_cannot_issue"),
    (
        "**What is there and cannot be looked at stops** (exit status 3)",
        "search::what_stands_there_and_is_no_rule_file_stops",
    ),
    ("a ledger without its `rules.toml`", "search::a_ledger_without_its_rules_stops"),
    (
        "the built-in rules begin a ledger of their own only at a terminal or by that name",
        "search::the_built_in_rules_do_not_begin_beside_rules_of_ones_own",
    ),
    (
        "The `store` commands, `backup` for one, look after such a ledger without its `rules.toml`",
        "search::store_commands_look_after_the_ledger_that_lies_here_and_never_another_one",
    ),
    ("**A `rules.toml` of another user is not obeyed**", "search::rules_of_another_user_are_not_obeyed"),
    (
        "those of a group of yours in a folder that not everybody may write are",
        "search::colleagues_share_rules_in_a_folder_of_their_group",
    ),
    (
        "In a container, `CUSTCODE_TRUST=/work` trusts what lies there",
        "search::root_in_a_container_says_whose_rules_it_trusts",
    ),
    (
        "`CUSTCODE_CEILING=/home` ends the search through parent folders below `/home`",
        "search::the_search_through_parent_folders_ends_at_a_ceiling",
    ),
];
