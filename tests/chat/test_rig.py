"""What can go wrong on each server that the broadcast speaks to, and the test that tries it."""

from __future__ import annotations

import importlib

import pytest

TRIED: dict[str, dict[str, str]] = {
    "Twitch's IRC": {
        "capabilities, name and channel are checked": "it_joins_without_an_account_and_reads_messages_with_their_tags",
        "escapes in tags": "it_joins_without_an_account_and_reads_messages_with_their_tags",
        "several lines at once": "several_lines_may_come_at_once_and_half_a_line_waits_for_its_rest",
        "half a line": "several_lines_may_come_at_once_and_half_a_line_waits_for_its_rest",
        "a cut within a letter": "lines_may_come_in_any_pieces",
        "PING": "a_ping_is_answered_at_once",
        "no PONG": "a_silent_server_is_asked_and_then_left",
        "RECONNECT": "it_connects_anew_when_asked_and_after_an_abrupt_end",
        "CLEARMSG and CLEARCHAT": "what_moderators_take_back_is_told",
        "USERNOTICE": "notices_of_subscriptions_and_raids_are_messages",
        "NOTICE of a suspended channel": "a_suspended_channel_is_given_up",
        "NOTICE of a refused login": "a_refused_login_is_tried_again_later",
        "an abrupt end": "it_connects_anew_when_asked_and_after_an_abrupt_end",
        "nobody there": "waits_grow_while_nobody_answers",
        "50 lines a second": "a_flood_of_messages_is_read",
        "no encryption": "a_server_without_encryption_is_not_spoken_to_where_there_has_to_be_some",
        "rubbish": "rubbish_ends_nothing",
    },
    "EventSub and Helix": {
        "the welcome": "a_token_is_looked_at_the_chat_subscribed_and_read",
        "subscriptions in time, else 4003": "a_token_is_looked_at_the_chat_subscribed_and_read",
        "keepalives that stop": "a_keepalive_that_stops_ends_the_connection",
        "a move, with a message on both servers": "a_move_to_another_server_loses_nothing_and_says_nothing_twice",
        "a move to nowhere": "a_move_to_a_server_that_is_none_is_got_over",
        "revocation of the chat": "without_a_good_token_the_chat_is_read_without_an_account",
        "revocation of the redeems": "a_redeem_that_is_revoked_costs_the_redeems_only",
        "4000 to 4007": "a_closed_connection_is_made_anew",
        "401": "without_a_good_token_the_chat_is_read_without_an_account",
        "403 for a part": "what_a_token_may_not_see_is_told_and_the_rest_is_read",
        "429 and 500": "a_fault_of_helix_is_got_over",
        "duplicates": "notifications_that_come_twice_count_once",
        "sending, which is forbidden": "a_flood_is_read_and_nothing_is_sent",
        "rubbish": "rubbish_ends_nothing",
    },
    "YouTube": {
        "not live for two looks": "it_waits_for_the_stream_skips_history_and_keeps_the_servers_pace",
        "a page of history": "it_waits_for_the_stream_skips_history_and_keeps_the_servers_pace",
        "pollingIntervalMillis": "it_waits_for_the_stream_skips_history_and_keeps_the_servers_pace",
        "quotaExceeded": "an_end_and_an_empty_quota_are_waited_for",
        "liveChatEnded": "an_end_and_an_empty_quota_are_waited_for",
        "super chats": "what_was_paid_given_and_taken_back_is_told",
        "units counted": "it_waits_for_the_stream_skips_history_and_keeps_the_servers_pace",
        "500, 429, a spoilt token, a page": "a_fault_of_the_server_is_got_over",
        "a fault between pages": "after_a_fault_it_goes_on_where_it_was",
        "pushed in any pieces": "what_is_pushed_is_read_as_it_comes_without_what_was_before",
        "a push that ends or breaks": "a_stream_that_ends_or_breaks_is_gone_on_with",
        "no push": "where_nothing_is_pushed_it_is_asked_for",
        "a push that is silent": "a_quiet_stream_is_opened_anew",
    },
    "Bilibili": {
        "a wrong signature, -352": "it_signs_enters_and_reads_packets_however_they_are_packed",
        "-352 for ever": "a_key_that_stays_stale_leaves_the_common_server",
        "the entry is checked": "it_signs_enters_and_reads_packets_however_they_are_packed",
        "-101 once": "a_token_that_is_refused_is_fetched_anew_at_once",
        "packets of version 0, 1, 2, 3": "every_version_of_a_packet_is_read_or_counted",
        "brotli that was not asked for": "packets_of_brotli_are_read_where_the_package_is",
        "no package for it": "what_opens_brotli_is_named_where_it_is_missing",
        "packets that swell": "what_swells_is_bounded_for_the_whole_frame",
        "several packets in a frame": "it_signs_enters_and_reads_packets_however_they_are_packed",
        "commands with a suffix": "it_signs_enters_and_reads_packets_however_they_are_packed",
        "a truncated packet": "damaged_packets_cost_themselves_only",
        "masked names": "masked_viewers_are_not_taken_for_one_person",
        "silence": "a_silent_server_is_left",
        "a page in place of an answer": "a_page_in_place_of_an_answer_is_got_over",
    },
    "OneComme": {
        "a backlog": "comments_are_read_the_backlog_is_not",
        "HTML and pictures of emotes": "comments_are_read_the_backlog_is_not",
        "deleted in both shapes, clear": "what_is_taken_back_comes_in_two_shapes",
        "an abrupt end": "a_connection_that_breaks_is_made_anew_without_its_backlog",
        "rubbish": "it_comes_back_and_rubbish_ends_nothing",
        "missing fields": "what_lacks_fields_is_damaged_or_read_and_never_more",
    },
    "Social Stream": {
        "joining": "frames_of_all_kinds_are_read",
        "HTML, plain text, events": "frames_of_all_kinds_are_read",
        "donations as they are written": "donations_are_written_in_many_ways",
        "an abrupt end": "a_connection_that_breaks_is_made_anew_and_joined_again",
    },
    "what is written into chats": {
        "Twitch: a reply to that message, and its echo before or after the answer": (
            "twitch_gets_a_reply_to_that_message_and_it_does_not_come_back"
        ),
        "Twitch: 401, 403, 429, 500, 400, dropped, no scope, rubbish": "twitchs_refusals_are_told_without_the_token",
        "Twitch: no token": "twitch_without_a_token_says_what_it_needs",
        "YouTube: 200 characters, the viewer's name, and the echo": (
            "youtube_gets_a_short_message_with_the_name_and_it_does_not_come_back"
        ),
        "YouTube: too much, no quota, an end, a bad text, 500": "youtubes_refusals_cost_one_reply",
        "YouTube: a token of an hour that is over": "a_token_of_youtube_that_is_spoilt_is_fetched_anew",
        "YouTube: 401, 403 and a refresh that is refused": "youtube_is_given_up_where_it_can_never_work",
        "YouTube: units that are not left": "youtube_leaves_what_the_quota_does_not_allow",
        "OneComme: the frame, and the echo": "onecomme_shows_the_answer_in_the_frame_of_its_comment",
        "Social Stream: nobody listens, no answer, 500, two echoes": (
            "social_stream_writes_into_all_its_chats_and_no_copy_comes_back"
        ),
        "too many answers": "only_the_newest_wait_and_nothing_old_is_sent",
        "a server that is gone or slow": "a_fault_costs_one_reply_and_is_told_once",
        "an echo that another program brings": "her_own_message_is_known_whoever_brings_it",
        "commands for bots": "an_answer_is_never_a_command_for_a_bot",
    },
    "OpenAI's protocol": {
        "cut anywhere": "chunks_may_be_cut_anywhere_even_inside_a_letter",
        "cut within data:": "every_protocol_may_be_cut_anywhere",
        "several lines of data": "an_event_may_have_several_lines_of_data",
        "comments": "chunks_may_be_cut_anywhere_even_inside_a_letter",
        "comments instead of words": "a_stall_ends_after_its_time_and_comments_give_no_more_of_it",
        "reasoning": "what_is_thought_in_fields_of_its_own_is_not_said",
        "usage with [] and null": "what_is_thought_in_fields_of_its_own_is_not_said",
        "an error before the first word": "a_refusal_says_what_to_do_and_hides_the_key",
        "an error in the middle": "a_fault_in_the_middle_is_a_fault_and_not_asked_again",
        "an end without an end": "an_answer_that_only_begins_is_a_fault_in_every_protocol",
        "429 with Retry-After": "a_server_says_how_long_to_wait",
        "a stall": "a_model_that_loads_is_waited_for_and_one_that_stalls_is_not",
        "a client that leaves": "closing_the_stream_ends_the_connection",
        "too long a conversation": "too_long_a_conversation_is_told_apart",
        "a page in place of a refusal": "what_is_no_refusal_of_a_model_is_told_in_one_line",
    },
    "Ollama": {
        "lines in pieces": "every_protocol_may_be_cut_anywhere",
        "thinking": "ollamas_thoughts_are_left_out",
        "an error line": "ollamas_faults_are_faults",
        "a model that loads": "a_model_that_loads_is_waited_for_and_one_that_stalls_is_not",
        "a model that is not there, /api/tags": "a_model_that_was_not_pulled_is_named_with_the_command",
        "num_ctx and think": "ollama_is_told_how_much_it_sees_and_not_to_think",
        "a client that leaves": "closing_the_stream_ends_the_connection",
    },
    "Anthropic": {
        "all events in order, ping, an unknown one": "anthropics_events_are_read_in_their_order",
        "overloaded in the stream": "anthropics_faults_are_faults",
        "overloaded before it": "a_busy_server_is_asked_again",
        "cut anywhere": "every_protocol_may_be_cut_anywhere",
        "a refusal of its own": "anthropics_own_refusal_is_a_filter",
        "an end without an end": "an_answer_that_only_begins_is_a_fault_in_every_protocol",
        "a client that leaves": "closing_the_stream_ends_the_connection",
    },
}
MODULES = dict(
    zip(
        TRIED,
        (
            "chat.test_twitch",
            "chat.test_eventsub",
            "chat.test_youtube",
            "chat.test_bilibili",
            "chat.test_onecomme",
            "chat.test_socialstream",
            "chat.test_reply_desk chat.test_echoes chat.test_replies "
            "chat.test_twitch_replies chat.test_youtube_replies chat.test_shown_replies",
            *3 * ("dialogue.test_llm",),
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("server", TRIED)
def test_every_fault_has_its_test(server: str) -> None:
    tests = {one for name in MODULES[server].split() for one in dir(importlib.import_module(f"tests.{name}"))}
    missing = {fault: name for fault, name in TRIED[server].items() if f"test_{name}" not in tests}
    assert missing == {}
