//! What is promised of files in and out, validation, JSON, exit codes and recipes.

use super::Promise;

pub(super) const PROMISES: &[Promise] = &[
    // Import
    (
        "Rows with a code are registered, rows without one (empty or `auto`) are numbered in the order of the file.",
        "import::brought::brought_codes_are_kept_and_the_rest_is_numbered_above_them",
    ),
    (
        "in a column `code` at the end or in the code column they had",
        "import::output::a_code_column_is_filled_and_one_is_added_under_a_free_name",
    ),
    ("some of the headers known", "promises::headers_of_the_table_are_known"),
    (
        "Case, width, blanks, `_` and `-` do not matter.",
        "promises::limits::headers_are_known_in_every_spelling",
    ),
    ("`--map COLUMN=TARGET` decides otherwise", "import::columns::map_names_columns_that_nobody_could_guess"),
    (
        "A printed field without a column stops the run",
        "import::columns::a_printed_field_without_a_column_stops_the_run_though_it_has_a_default",
    ),
    (
        "so does an unmapped column that holds codes",
        "import::columns::a_forgotten_column_of_codes_stops_the_run",
    ),
    (
        "Other columns are kept as attributes and come back on export.",
        "import::columns::other_columns_are_kept_and_come_back",
    ),
    ("**Dates** are read as 2023-10-01, 2023/10/1", "promises::dates_are_read_in_every_form_of_the_list"),
    (
        "With the year last, one cell of the column has to decide the order (25/12/2023)",
        "import::columns::a_date_that_could_be_another_day_is_refused",
    ),
    (
        "skipped; its code stands in `-o` all the same",
        "import::who_is_who::a_known_code_or_reference_is_skipped_with_its_code_in_the_output",
    ),
    (
        "by `--on-existing`: `keep` (default), `update` or `error`",
        "import::who_is_who::a_known_customer_that_the_file_describes_otherwise_is_kept_or_updated_or_refused",
    ),
    (
        "a known code with a new reference and a name that its customer never had, or one code under two names in the file",
        "import::who_is_who::contradictions_inside_the_file_name_both",
    ),
    ("a known reference with another code", "import::who_is_who::contradictions_with_the_ledger_name_both"),
    (
        "known by name, where everything else that is said agrees",
        "import::who_is_who::who_says_everything_again_is_the_same_customer",
    ),
    ("a code that no rule reads", "import::brought::a_code_that_no_rule_reads_is_rejected_or_kept_as_legacy"),
    (
        "a number far above the counter",
        "import::brought::numbers_that_jump_are_rejected_until_it_is_said_what_to_do",
    ),
    (
        "neither name nor reference nor code, where the file has a column of names or references",
        "import::who_is_who::a_customer_with_and_without_its_keys_is_one_customer",
    ),
    (
        "no cell with anything in it",
        "import::all_or_nothing::blank_rows_that_a_spreadsheet_left_are_no_customers",
    ),
    (
        "at most 8 GiB, and no more than half of the space that is free there",
        "import::limits::a_stream_of_rows_without_end_is_refused_before_it_fills_the_temporary_folder",
    ),
    (
        "The very same file again gives the same output and changes nothing.",
        "models::histories::every_command_does_what_is_said_of_it",
    ),
    (
        "each bad row is named with line, column and what was probably meant",
        "import::all_or_nothing::any_bad_row_stops_the_run_and_every_one_is_told_with_its_line",
    ),
    (
        "mend that file and import it as it is",
        "import::all_or_nothing::a_mended_file_of_rejects_can_be_imported",
    ),
    (
        "`--partial` keeps the good rows (exit status 6).",
        "import::all_or_nothing::partial_keeps_the_good_rows",
    ),
    (
        "`--dry-run` tells what would happen, codes included.",
        "import::all_or_nothing::a_dry_run_tells_everything_and_does_nothing",
    ),
    (
        "The output is complete on disk before the ledger commits, in the delimiter, line ends, quotes and encoding of the input.",
        "faults::import::import_killed_at_any_moment_is_all_or_nothing",
    ),
    (
        "A file in another encoding than said is refused with the one that would work.",
        "import::encodings::a_file_in_another_encoding_than_said_is_refused",
    ),
    (
        "gets an apostrophe on the way out, which import takes away again",
        "import::output::cells_that_look_like_formulas_are_neutralised_in_the_output_and_restored_by_an_import",
    ),
    ("`--raw` leaves both alone", "promises::limits::raw_leaves_cells_as_they_are_in_both_directions"),
    (
        "Text stays text, dates become `2023-10-01`, formulas count by their last result.",
        "workbooks::cells::cells_are_read_as_the_sheet_shows_them",
    ),
    (
        "Merged cells over customers stop the run (exit status 2)",
        "workbooks::sheets::merged_cells_stop_with_their_address",
    ),
    // Validation
    ("`custcode validate -` for one code a line", "validate::codes_come_from_standard_input"),
    ("No ledger is needed", "validate::without_registered_no_ledger_is_needed"),
    (
        "`--registered` also demands that the code is in the ledger and not void, and tells its state",
        "validate::the_ledger_tells_the_state_of_every_code_when_it_is_asked",
    ),
    ("`--rule` checks against one rule only", "validate::one_rule_alone_can_be_asked"),
    ("and tells how they are written", "validate::another_spelling_is_told_and_accepted_when_asked"),
    // Finding a customer
    (
        "A text that is a code or a reference finds that customer alone.",
        "find::a_code_or_a_reference_finds_its_customer_alone",
    ),
    ("Otherwise the closest come first", "find::the_closest_come_first"),
    ("Who was erased is found by the code only.", "find::who_was_erased_is_found_by_the_code_only"),
    // Export
    (
        "writes the columns `code`, `ref`, `name`, `date`, the fields by key, then all attributes",
        "export::an_export_has_every_customer_in_order_of_issue",
    ),
    ("`--state` and `--limit` choose, as for `custcode list`", "export::filters_choose_customers"),
    (
        "export, import into an empty ledger, export again gives the same bytes",
        "export::round_trips::random_customers_come_back",
    ),
    // JSON
    ("the result is one object with `\"schema\": 1`", "promises::json_has_the_members_of_the_table"),
    ("members are added, never renamed or removed", "promises::json_has_the_members_of_the_table"),
    (
        "With either of them everything on stderr is one JSON object a line, too.",
        "speech::every_refusal_is_one_json_object_with_kind_and_hint",
    ),
    ("`kind` is stable", "speech::every_refusal_is_one_json_object_with_kind_and_hint"),
    // Exit codes
    ("(an empty `list` is 0)", "export::list::nothing_found_is_no_error"),
    ("number range exhausted, conflict", "speech::every_refusal_is_one_json_object_with_kind_and_hint"),
    ("busy; safe to repeat", "speech::a_held_ledger_is_waited_for_no_longer_than_asked"),
    ("interrupted; the ledger is as it was", "import::streams::ctrl_c_leaves_everything_as_it_was"),
    // Recipes
    (
        "safe to repeat after a crash, a time-out or a lost connection",
        "faults::kills::new_killed_at_any_moment_loses_nothing_and_gives_nothing_twice",
    ),
    ("safe to repeat under the same name", "issue::requests::a_named_request_for_many_codes_replays"),
    ("is this script, run by the tests", "readme::examples_print_what_is_kept_beside_them"),
    (
        "**For Excel**: `custcode export -o customers.csv --encoding utf-8-bom`",
        "import::encodings::every_encoding_goes_out_and_comes_in_again",
    ),
    ("(`custcode init` adds it to `.gitignore`)", "first_use::init_keeps_the_ledger_out_of_git"),
    (
        "and says how to bring in the codes issued so far",
        "promises::init_says_how_to_bring_in_the_codes_issued_so_far",
    ),
    // Development
    ("the tests start servers of their own", "cluster::server_and_its_folder_are_gone_after_a_kill"),
    (
        "with `CUSTCODE_TEST_ENGINE=postgres` keep every ledger there instead of in SQLite",
        "cluster::databases_are_empty_and_apart_and_belong_to_a_role_that_is_no_superuser",
    ),
    ("`tests/promises.rs` names the test of each promise made here", "promises::every_promise_has_a_test"),
];
