"""Each attack that the API was thought through for, and the test that makes it.

What is listed must be there: a test that was renamed or lost is found here.
"""

import re
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[2]
ATTACKS: Final[dict[str, str]] = {
    # What is asked
    "SQL, format, bidi and path characters in each text parameter": "api/test_attacks_requests.py::test_no_parameter_is_more_than_text",
    "year 1 and 9999, a century of seconds, a milliard of items, forged cursors, NUL": "api/test_attacks_requests.py::test_absurd_questions_are_refused_in_words",
    "path tricks in file numbers, manifests, problems": "api/test_attacks_requests.py::test_a_path_leads_nowhere_else",
    "JSON depth bombs, lone surrogates, endless numbers": "api/test_attacks_requests.py::test_a_body_that_would_break_its_reader",
    "NaN and infinities as numbers": "api/test_attacks_requests.py::test_what_is_no_finite_number_is_none",
    "packed bodies (Content-Encoding)": "api/test_attacks_requests.py::test_a_packed_body_is_not_unpacked",
    "a false Host repeated in redirects": "api/test_attacks_requests.py::test_no_answer_repeats_the_host",
    "tokens in the address": "api/test_attacks_requests.py::test_a_token_in_the_address_lets_nobody_in",
    "secrets in logs": "e2e/test_api_process.py::test_it_serves_and_ends_when_asked",
    "header injection, response splitting": "api/test_attacks_requests.py::test_nothing_sent_becomes_a_header",
    "response splitting by file names": "api/test_work_orders.py::test_a_name_with_html_and_quotes_cannot_leave_its_header",
    "oversized bodies": "api/test_surroundings.py::test_a_large_body_without_its_length_is_refused_too",
    "oversized idempotency keys and headers": "api/test_attacks_connections.py::test_a_head_without_end_is_refused",
    # How it is asked
    "slow heads (slowloris)": "api/test_attacks_connections.py::test_who_never_says_what_he_wants_is_let_go",
    "slow heads on a kept connection": "api/test_attacks_connections.py::test_a_second_head_must_come_too",
    "slow bodies": "api/test_attacks_connections.py::test_a_body_that_never_ends_is_given_up",
    "requests that take for ever": "api/test_attacks_connections.py::test_work_that_takes_too_long_is_answered_for",
    "slow readers of answers": "api/test_attacks_connections.py::test_an_answer_that_nobody_takes_is_broken_off",
    "slow readers of the feed": "api/test_feed.py::test_who_takes_nothing_is_cut_off_and_others_go_on",
    "request smuggling": "api/test_attacks_connections.py::test_a_request_has_one_length",
    "false X-Forwarded-For and -Proto": "api/test_attacks_connections.py::test_an_address_that_the_caller_invents_is_not_believed",
    "too many exports": "api/test_export.py::test_too_many_at_once_are_refused",
    "asking too often": "api/test_open_data.py::test_who_asks_too_often_is_told_when_to_come_back",
    # Who asks
    "token replay after revocation": "api/test_tokens.py::test_a_revoked_token_is_refused_by_the_next_request",
    "a revoked token in a running stream": "api/test_attacks_people.py::test_a_revoked_token_ends_its_running_stream_and_is_refused_from_then_on",
    "session fixation": "api/test_signing_in.py::test_a_secret_that_somebody_else_chose_is_never_taken_up",
    "session replay after signing in again": "api/test_signing_in.py::test_signing_in_again_gives_another_secret_and_ends_the_former",
    "session replay after signing out": "api/test_attacks_people.py::test_who_left_is_out_with_every_copy_of_his_cookie",
    "cookies to scripts, to other sites, over http": "api/test_signing_in.py::test_the_cookie_is_for_no_script_and_no_other_site",
    "CSRF on cookie routes": "api/test_signing_in.py::test_a_cookie_alone_changes_nothing",
    "CSRF by another origin, login CSRF": "api/test_attacks_people.py::test_another_origins_page_does_nothing_by_cookie",
    "another session's CSRF token": "api/test_signing_in.py::test_the_csrf_token_of_one_session_is_none_of_another",
    "login timing: the same work": "api/test_signing_in.py::test_unknown_and_disabled_accounts_cost_and_say_the_same_as_a_wrong_password",
    "login timing: the same time": "api/test_attacks_people.py::test_unknown_and_known_names_take_the_same_time",
    "guessing passwords": "api/test_signing_in.py::test_after_some_failures_each_wait_is_longer_and_no_password_is_looked_at",
    "spraying passwords": "api/test_signing_in.py::test_one_address_does_not_try_one_password_on_many_accounts",
    "locking others out from elsewhere": "api/test_attacks_people.py::test_who_fails_elsewhere_keeps_nobody_out_of_where_he_is_known",
    "locking others out from beside them": "api/test_attacks_people.py::test_who_fails_beside_him_keeps_nobody_out_who_is_known_there",
    "another scope's things": "api/test_within.py::test_another_regions_things_are_not_found",
    "existence by different answers": "api/test_within.py::test_what_is_hidden_and_what_is_not_there_are_told_alike",
    "routes without permission": "api/test_matrix.py::test_a_route_asks_for_exactly_one_permission",
    "secrets in the database": "api/test_signing_in.py::test_nothing_of_a_password_or_secret_is_kept",
    # What is stored
    "CSV and XLSX formula injection": "api/test_attacks_stored.py::test_no_cell_of_a_file_begins_a_formula_and_numbers_stay_numbers",
    "stored HTML in text": "api/test_attacks_stored.py::test_what_looks_like_a_page_is_answered_as_data",
    "stored HTML in attachments": "api/test_work_orders.py::test_a_file_comes_out_as_it_went_in",
    "file types and names that are tricks": "api/test_work_orders.py::test_a_name_that_is_a_trick_or_of_a_type_that_is_not_taken",
    "passwords of loggers in frames": "api/test_answers.py::test_frames_hide_their_passwords_but_for_administrators",
    "rewriting the audit log and histories as the API": "api/test_attacks_stored.py::test_the_role_of_the_api_rewrites_no_history",
    "rewriting the audit log as the owner": "ingest/test_proof_judgements.py::test_an_attack_by_the_owner_is_named_table_by_table",
    # Where we are led
    "inward webhooks": "alerts/test_http_channels.py::test_inner_addresses_are_refused_before_anything_is_sent",
    "inward webhooks by name": "alerts/test_http_channels.py::test_a_name_that_means_an_inner_host_is_refused",
    "DNS rebinding of webhooks": "alerts/test_http_channels.py::test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to",
    "redirects of webhooks inward": "alerts/test_http_channels.py::test_a_redirect_is_not_followed",
    "packed answers to webhooks": "alerts/test_http_channels.py::test_a_packed_answer_is_not_unpacked",
    "an inner identity provider": "api/test_attacks_outward.py::test_a_provider_on_an_inner_address_is_not_asked",
    "DNS rebinding of the provider": "api/test_attacks_outward.py::test_a_name_that_means_another_address_the_next_time_is_checked_again",
    "inward keys and token addresses": "api/test_attacks_outward.py::test_what_a_provider_names_is_checked_as_itself",
    "redirects of the provider inward": "api/test_attacks_outward.py::test_a_redirect_of_a_provider_is_not_followed",
    "answers of the provider that burst": "api/test_attacks_outward.py::test_an_answer_that_would_break_its_reader_is_none",
    "forged ID tokens": "api/test_oidc.py::test_a_token_that_is_not_for_this_is_refused",
    "another browser's sign-in": "api/test_oidc.py::test_what_began_in_another_browser_does_not_end_here",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_attack_is_made(attack: str) -> None:
    place, _, name = ATTACKS[attack].partition("::")
    folder = TESTS if place.startswith("e2e/") else TESTS / "integration"

    text = (folder / place).read_text()

    assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), ATTACKS[attack]
