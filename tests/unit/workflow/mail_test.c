/* SPDX-License-Identifier: Apache-2.0 */
/* A mail server on the same loop, told per test what to answer where, or to hang up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS = 4 };

/* Where the script bites; an answer of NULL hangs up there. */
enum place { NOWHERE, AT_GREETING, AT_SENDER, AT_RECIPIENT, AT_DATA, AT_END };

struct world;
struct late;

struct session {
    uv_tcp_t tcp;
    struct world *world;
    struct text_buffer in;
    size_t at; /* bytes of `in` that are answered */
    bool is_data, is_refused;
    struct late *late; /* NULL: none */
};

struct world {
    uv_loop_t loop;
    uv_tcp_t server;
    enum mail_server server_state; /* as told last */
    struct mail *mail;
    char url[64];
    enum place place;
    const char *answer;
    bool is_biting_once;
    uint64_t delay_ms; /* of the reply to a mail's end */
    bool can_pipeline;
    bool came_together;   /* the last mail's commands, in one read */
    bool came_with_bytes; /* some mail's commands, with the bytes of the one before */
    int nsessions, nsenders, nreset, nkept;
    int outcomes[MAIL_OUTCOMES];
    struct text_buffer received; /* the last mail's bytes */
    enum mail_outcome outcome;
    long code;
    int ndone, nexpected;
};

static void on_written(uv_write_t *write, int status)
{
    (void)status;
    free(write->data);
    free(write);
}

static void answer(struct session *session, const char *line)
{
    uv_write_t *write = calloc(1, sizeof(*write));
    char *copy = strdup(line);
    uv_buf_t buffer = uv_buf_init(copy, (unsigned)strlen(copy));

    write->data = copy;
    assert_int_equal(uv_write(write, (uv_stream_t *)&session->tcp, &buffer, 1, on_written), 0);
}

/* A reply that comes late. Where its session ended meanwhile, nobody wants it. */
struct late {
    uv_timer_t timer;
    struct session *session;
    const char *line;
};

static void on_late_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_late(uv_timer_t *timer)
{
    struct late *late = timer->data;

    if (!uv_is_closing((uv_handle_t *)&late->session->tcp))
        answer(late->session, late->line);
    late->session->late = NULL;
    uv_close((uv_handle_t *)timer, on_late_closed);
}

static void answer_late(struct session *session, const char *line)
{
    struct late *late = calloc(1, sizeof(*late));

    *late = (struct late){.session = session, .line = line};
    late->timer.data = late;
    session->late = late;
    assert_int_equal(uv_timer_init(&session->world->loop, &late->timer), 0);
    assert_int_equal(uv_timer_start(&late->timer, on_late, session->world->delay_ms, 0), 0);
}

static void on_session_closed(uv_handle_t *handle)
{
    struct session *session = handle->data;

    if (session->late)
        uv_close((uv_handle_t *)&session->late->timer, on_late_closed);
    text_buffer_finish(&session->in);
    free(session);
}

/* The script's word at its place, else the usual one; false: hung up. */
static bool reply(struct session *session, enum place place, const char *usual)
{
    struct world *world = session->world;

    const bool is_bitten = world->place == place;

    if (is_bitten && world->is_biting_once)
        world->place = NOWHERE;
    if (is_bitten && !world->answer) {
        if (!uv_is_closing((uv_handle_t *)&session->tcp))
            uv_close((uv_handle_t *)&session->tcp, on_session_closed);
        return false;
    }
    if (place == AT_END && world->delay_ms)
        answer_late(session, is_bitten ? world->answer : usual);
    else
        answer(session, is_bitten ? world->answer : usual);
    return true;
}

static bool take_line(struct session *session, const char *line, size_t len)
{
    if (session->is_data) {
        text_put_bytes(&session->world->received, line, len);
        if (len != 3 || memcmp(line, ".\r\n", 3) != 0)
            return true;
        session->is_data = false;
        session->world->nkept += session->world->place != AT_END;
        return reply(session, AT_END, "250 kept\r\n");
    }
    if (strncmp(line, "MAIL", 4) == 0) {
        session->world->nsenders++;
        return reply(session, AT_SENDER, "250 known\r\n");
    }
    if (strncmp(line, "RCPT", 4) == 0) {
        session->is_refused = session->world->place == AT_RECIPIENT;
        return reply(session, AT_RECIPIENT, "250 known\r\n");
    }
    if (strncmp(line, "DATA", 4) == 0 && session->is_refused) {
        answer(session, "503 no recipient\r\n");
        return true;
    }
    if (strncmp(line, "DATA", 4) == 0) {
        session->is_data = session->world->place != AT_DATA;
        return reply(session, AT_DATA, "354 go on\r\n");
    }
    session->world->nreset += strncmp(line, "RSET", 4) == 0;
    if (strncmp(line, "EHLO", 4) == 0 && session->world->can_pipeline)
        answer(session, "250-test\r\n250-SIZE 1000000\r\n250 PIPELINING\r\n");
    else
        answer(session, "250-fine\r\n250 and more\r\n");
    return true;
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buffer)
{
    struct session *session = stream->data;
    const char *end;

    if (len > 0)
        text_put_bytes(&session->in, buffer->base, (size_t)len);
    free(buffer->base);
    if (len > 0 && session->in.len > session->at &&
        strncmp(session->in.text + session->at, "MAIL", 4) == 0)
        session->world->came_together = strstr(session->in.text + session->at, "DATA\r\n");
    if (len > 0 && session->in.len > session->at &&
        strstr(session->in.text + session->at, "\r\n.\r\nMAIL FROM"))
        session->world->came_with_bytes = true;
    if (len < 0) {
        if (!uv_is_closing((uv_handle_t *)stream))
            uv_close((uv_handle_t *)stream, on_session_closed);
        return;
    }
    while (session->in.text && (end = strstr(session->in.text + session->at, "\r\n"))) {
        const char *line = session->in.text + session->at;
        size_t line_len = (size_t)(end - line) + 2;
        session->at += line_len;
        if (!take_line(session, line, line_len))
            return;
    }
}

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)handle;
    *buffer = uv_buf_init(malloc(suggested), (unsigned)suggested);
}

static void on_connection(uv_stream_t *server, int status)
{
    struct world *world = server->data;
    struct session *session = calloc(1, sizeof(*session));

    assert_int_equal(status, 0);
    session->world = world;
    session->tcp.data = session;
    world->nsessions++;
    assert_int_equal(uv_tcp_init(&world->loop, &session->tcp), 0);
    assert_int_equal(uv_accept(server, (uv_stream_t *)&session->tcp), 0);
    if (reply(session, AT_GREETING, "220 test\r\n"))
        assert_int_equal(uv_read_start((uv_stream_t *)&session->tcp, allocate, on_read), 0);
}

static void on_server(void *ctx, enum mail_server server, const char *why)
{
    struct world *world = ctx;

    assert_non_null(why);
    world->server_state = server;
}

static int setup_with(void **state, long wait_ms, long timeout_ms)
{
    struct world *world = calloc(1, sizeof(*world));
    struct sockaddr_in address;
    int len = sizeof(address);
    struct err err;
    struct mail_options options = {.from = "uptake@example.org",
                                   .user = "",
                                   .ca_file = "",
                                   .connections = CONNECTIONS,
                                   .wait_ms = wait_ms,
                                   .timeout_ms = timeout_ms,
                                   .pause_most_ms = 60000,
                                   .on_server = on_server,
                                   .ctx = world};

    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&world->loop);
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(&world->loop, &world->server);
    world->server.data = world;
    if (uv_tcp_bind(&world->server, (const struct sockaddr *)&address, 0) < 0 ||
        uv_listen((uv_stream_t *)&world->server, 16, on_connection) < 0 ||
        uv_tcp_getsockname(&world->server, (struct sockaddr *)&address, &len) < 0)
        return -1;
    snprintf(world->url, sizeof(world->url), "smtp://127.0.0.1:%d", ntohs(address.sin_port));
    options.url = world->url;
    world->mail = mail_open(&world->loop, &options, &err);
    *state = world;
    return world->mail ? 0 : -1;
}

static int setup(void **state)
{
    return setup_with(state, 5000, 5000);
}

static int setup_short_wait(void **state)
{
    return setup_with(state, 200, 5000);
}

static int setup_short_time(void **state)
{
    return setup_with(state, 5000, 100);
}

static void on_mail_closed(void *ctx)
{
    struct world *world = ctx;

    uv_close((uv_handle_t *)&world->server, NULL);
}

static int teardown(void **state)
{
    struct world *world = *state;
    int left;

    mail_close(world->mail, on_mail_closed, world);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    left = uv_loop_close(&world->loop);
    text_buffer_finish(&world->received);
    free(world);
    return left;
}

static void on_done(void *ctx, enum mail_outcome outcome, long code, const char *why)
{
    struct world *world = ctx;

    assert_non_null(why);
    world->outcome = outcome;
    world->outcomes[outcome]++;
    world->code = code;
    if (++world->ndone == world->nexpected)
        uv_stop(&world->loop);
}

static const char mail[] = "Message-ID: <1@example.org>\r\n"
                           "\r\n"
                           "First line\r\n"
                           ".dot\r\n"
                           "..two\r\n"
                           "last\r\n";

static struct mail_message a_mail(void)
{
    return (struct mail_message){.to = "unit@example.org", .bytes = mail, .len = strlen(mail)};
}

static void send_mails(struct world *world, int n)
{
    const struct mail_message message = a_mail();
    struct err err;

    world->ndone = 0;
    world->nexpected = n;
    for (int i = 0; i < n; i++)
        assert_true(mail_send(world->mail, &message, on_done, world, &err));
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_int_equal(world->ndone, n);
}

static void ends(struct world *world, enum place place, const char *word, enum mail_outcome outcome)
{
    world->place = place;
    world->answer = word;
    send_mails(world, 1);
    assert_int_equal(world->outcome, outcome);
}

static void a_mail_arrives_byte_for_byte(void **state)
{
    struct world *world = *state;

    ends(world, NOWHERE, NULL, MAIL_SENT);
    assert_int_equal(world->came_together, world->can_pipeline);
    assert_int_equal(world->code, 250);
    assert_string_equal(world->received.text, "Message-ID: <1@example.org>\r\n"
                                              "\r\n"
                                              "First line\r\n"
                                              "..dot\r\n" /* the dot SMTP adds */
                                              "...two\r\n"
                                              "last\r\n"
                                              ".\r\n");
}

static void a_server_that_knows_pipelining_gets_the_same(void **state)
{
    struct world *world = *state;

    world->can_pipeline = true;
    a_mail_arrives_byte_for_byte(state);
}

static void the_next_mails_commands_come_with_the_bytes_of_the_one_before(void **state)
{
    struct world *world = *state;

    world->can_pipeline = true;
    send_mails(world, 40);
    assert_int_equal(world->outcomes[MAIL_SENT], 40);
    assert_int_equal(world->nkept, 40);
    assert_true(world->came_with_bytes);
}

static void what_went_along_with_a_lost_mail_is_sent_again(void **state)
{
    struct world *world = *state;

    world->can_pipeline = true;
    world->is_biting_once = true;
    world->place = AT_END;
    send_mails(world, 40);
    assert_int_equal(world->outcomes[MAIL_UNCERTAIN], 1);
    assert_int_equal(world->outcomes[MAIL_SENT], 39);
    assert_int_equal(world->nkept, 39);
}

static void one_refused_among_many_is_the_only_one(void **state)
{
    static const enum place places[] = {AT_RECIPIENT, AT_END};

    for (int i = 0; i < 4; i++) {
        struct world *world = *state;

        memset(world->outcomes, 0, sizeof(world->outcomes));
        world->can_pipeline = i % 2;
        world->is_biting_once = true;
        world->place = places[i / 2];
        world->answer = "550 not this one\r\n";
        send_mails(world, 40);
        assert_int_equal(world->outcomes[MAIL_REFUSED], 1);
        assert_int_equal(world->outcomes[MAIL_SENT], 39);
    }
}

static void a_refused_mail_leaves_the_connection_good_for_the_next(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 2; i++) {
        world->can_pipeline = i;
        ends(world, AT_RECIPIENT, "550 no such user\r\n", MAIL_REFUSED);
        assert_int_equal(world->code, 550);
        ends(world, NOWHERE, NULL, MAIL_SENT);
        assert_int_equal(world->nsessions, 1);
        assert_int_equal(world->nreset, i + 1);
    }
}

static void a_4xx_is_put_off(void **state)
{
    ends(*state, AT_END, "451 not now\r\n", MAIL_LATER);
}

static void a_4xx_to_the_recipient_is_put_off(void **state)
{
    ends(*state, AT_RECIPIENT, "450 greylisted\r\n", MAIL_LATER);
}

static void a_5xx_to_the_recipient_is_final(void **state)
{
    ends(*state, AT_RECIPIENT, "550 no such user\r\n", MAIL_REFUSED);
}

static void a_5xx_to_the_mail_is_final(void **state)
{
    ends(*state, AT_END, "554 not wanted\r\n", MAIL_REFUSED);
}

static void a_connection_lost_before_the_mail_went_out_is_put_off(void **state)
{
    ends(*state, AT_RECIPIENT, NULL, MAIL_LATER);
}

static void a_connection_lost_after_the_mail_went_out_is_uncertain(void **state)
{
    ends(*state, AT_END, NULL, MAIL_UNCERTAIN);
}

static void a_server_that_hangs_up_at_once_is_put_off(void **state)
{
    ends(*state, AT_GREETING, NULL, MAIL_LATER);
}

static void a_sender_the_server_will_not_have_is_put_off_and_told(void **state)
{
    struct world *world = *state;

    world->place = AT_SENDER;
    world->answer = "553 not your address\r\n";
    send_mails(world, 40);
    assert_int_equal(world->outcomes[MAIL_LATER], 40);
    assert_true(world->nsenders <= CONNECTIONS); /* not once for each mail */
    assert_int_equal(world->server_state, MAIL_SERVER_REFUSES_US);
    assert_false(mail_is_ready(world->mail));
}

static void a_server_that_goes_away_is_told_and_not_asked_during_the_pause(void **state)
{
    struct world *world = *state;
    int nsessions;

    ends(world, AT_GREETING, NULL, MAIL_LATER);
    assert_int_equal(world->server_state, MAIL_SERVER_AWAY);
    nsessions = world->nsessions;
    ends(world, NOWHERE, NULL, MAIL_LATER);
    assert_int_equal(world->nsessions, nsessions);
}

static void a_connection_the_server_closed_meanwhile_is_opened_again(void **state)
{
    struct world *world = *state;

    ends(world, NOWHERE, NULL, MAIL_SENT);
    world->is_biting_once = true;
    ends(world, AT_SENDER, NULL, MAIL_SENT);
    assert_int_equal(world->nsessions, 2);
}

static void a_421_ends_the_connection(void **state)
{
    struct world *world = *state;

    world->is_biting_once = true;
    ends(world, AT_RECIPIENT, "421 going down\r\n", MAIL_LATER);
    ends(world, NOWHERE, NULL, MAIL_SENT);
    assert_int_equal(world->nsessions, 2);
}

static void what_is_no_reply_ends_the_connection(void **state)
{
    ends(*state, AT_END, "HTTP/1.1 400 Bad Request\r\n", MAIL_UNCERTAIN);
}

static void connections_are_reused(void **state)
{
    struct world *world = *state;

    send_mails(world, 40);
    assert_int_equal(world->outcome, MAIL_SENT);
    assert_true(world->nsessions <= CONNECTIONS);
    send_mails(world, 40);
    assert_true(world->nsessions <= CONNECTIONS);
}

static void a_server_that_never_answers_is_given_up_in_time(void **state)
{
    struct world *world = *state;

    ends(world, AT_END, "", MAIL_UNCERTAIN); /* the mail went out, no word came back */
}

static void a_mail_that_waited_too_long_never_went_out(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 2; i++) {
        memset(world->outcomes, 0, sizeof(world->outcomes));
        world->can_pipeline = i;
        world->nkept = 0;
        world->delay_ms = 80; /* 40 mails over 4 connections take four times what they may wait */
        send_mails(world, 40);
        assert_int_equal(world->outcomes[MAIL_UNCERTAIN], 0);
        assert_int_equal(world->outcomes[MAIL_SENT], world->nkept);
        assert_int_equal(world->outcomes[MAIL_SENT] + world->outcomes[MAIL_LATER], 40);
        assert_true(world->outcomes[MAIL_SENT] > 0 && world->outcomes[MAIL_LATER] > 0);
        assert_true(mail_is_ready(world->mail)); /* it is slow, not away */
    }
}

static void a_server_that_thinks_long_about_a_mail_is_heard(void **state)
{
    struct world *world = *state;

    world->delay_ms = 600; /* longer than a mail may wait */
    ends(world, NOWHERE, NULL, MAIL_SENT);
}

static void what_waits_when_the_program_ends_never_goes_out(void **state)
{
    struct world *world = *state;

    mail_hurry(world->mail, 5000);
    send_mails(world, 40);
    assert_int_equal(world->outcomes[MAIL_LATER], 40);
    assert_int_equal(world->nsenders, 0);
}

static void a_server_that_refuses_every_recipient_refuses_us(void **state)
{
    struct world *world = *state;

    world->place = AT_RECIPIENT;
    world->answer = "550 relay not permitted\r\n";
    send_mails(world, 40);
    assert_int_equal(world->outcomes[MAIL_LATER], 40);
    assert_int_equal(world->server_state, MAIL_SERVER_REFUSES_US);
    assert_false(mail_is_ready(world->mail));
}

static void the_same_where_the_server_knows_pipelining(void **state)
{
    struct world *world = *state;

    world->can_pipeline = true;
    a_server_that_refuses_every_recipient_refuses_us(state);
}

static void addresses_that_the_server_does_not_know_are_refused_however_many(void **state)
{
    struct world *world = *state;

    world->place = AT_RECIPIENT;
    world->answer = "550 5.1.1 no such user\r\n";
    send_mails(world, 8);
    assert_int_equal(world->outcomes[MAIL_REFUSED], 8);
    assert_true(mail_is_ready(world->mail));
}

static void a_mail_that_is_too_large_is_told_apart(void **state)
{
    ends(*state, AT_END, "552 too much\r\n", MAIL_TOO_LARGE);
    ends(*state, AT_END, "554 5.3.4 too much\r\n", MAIL_TOO_LARGE);
    ends(*state, AT_END, "552 5.2.2 mailbox full\r\n", MAIL_REFUSED);
    ends(*state, AT_RECIPIENT, "552 mailbox full\r\n", MAIL_REFUSED);
    ends(*state, AT_END, "452 4.3.4 no room\r\n", MAIL_LATER);
}

static void a_421_on_a_connection_used_before_is_tried_anew(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 2; i++) {
        world->can_pipeline = i;
        send_mails(world, 40);
        memset(world->outcomes, 0, sizeof(world->outcomes));
        world->place = AT_SENDER;
        world->answer = "421 enough for one connection\r\n";
        world->is_biting_once = true;
        send_mails(world, 40);
        assert_int_equal(world->outcomes[MAIL_SENT], 40);
    }
}

static void a_server_that_never_greets_is_given_up_in_time(void **state)
{
    struct world *world = *state;

    ends(world, AT_GREETING, "", MAIL_LATER);
}

static void closing_gives_up_what_is_under_way(void **state)
{
    struct world *world = *state;
    const struct mail_message message = a_mail();
    struct err err;

    world->nexpected = 1;
    assert_true(mail_send(world->mail, &message, on_done, world, &err));
    uv_run(&world->loop, UV_RUN_NOWAIT); /* a connection is being opened */
    /* teardown closes: no callback, no leak */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_WITH(begin, name) cmocka_unit_test_setup_teardown(name, begin, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_mail_arrives_byte_for_byte),
        TEST(a_server_that_knows_pipelining_gets_the_same),
        TEST(the_next_mails_commands_come_with_the_bytes_of_the_one_before),
        TEST(what_went_along_with_a_lost_mail_is_sent_again),
        TEST(one_refused_among_many_is_the_only_one),
        TEST(a_refused_mail_leaves_the_connection_good_for_the_next),
        TEST(a_sender_the_server_will_not_have_is_put_off_and_told),
        TEST(a_server_that_goes_away_is_told_and_not_asked_during_the_pause),
        TEST(a_connection_the_server_closed_meanwhile_is_opened_again),
        TEST(a_421_ends_the_connection),
        TEST(what_is_no_reply_ends_the_connection),
        TEST_WITH(setup_short_wait, a_server_that_never_greets_is_given_up_in_time),
        TEST_WITH(setup_short_wait, a_mail_that_waited_too_long_never_went_out),
        TEST_WITH(setup_short_wait, a_server_that_thinks_long_about_a_mail_is_heard),
        TEST(what_waits_when_the_program_ends_never_goes_out),
        TEST(a_server_that_refuses_every_recipient_refuses_us),
        TEST(the_same_where_the_server_knows_pipelining),
        TEST(addresses_that_the_server_does_not_know_are_refused_however_many),
        TEST(a_mail_that_is_too_large_is_told_apart),
        TEST(a_421_on_a_connection_used_before_is_tried_anew),
        TEST(a_4xx_is_put_off),
        TEST(a_4xx_to_the_recipient_is_put_off),
        TEST(a_5xx_to_the_recipient_is_final),
        TEST(a_5xx_to_the_mail_is_final),
        TEST(a_connection_lost_before_the_mail_went_out_is_put_off),
        TEST(a_connection_lost_after_the_mail_went_out_is_uncertain),
        TEST(a_server_that_hangs_up_at_once_is_put_off),
        TEST(connections_are_reused),
        TEST_WITH(setup_short_time, a_server_that_never_answers_is_given_up_in_time),
        TEST(closing_gives_up_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
