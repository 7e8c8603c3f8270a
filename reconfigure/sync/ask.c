/* ask.c - decides which call comes next, and deals with its end (ask.h).  ask_tell.c takes the
 * records of the answers. */
#include "reconfigure/sync/ask.h"

#include <string.h>

#include "base/clock.h"
#include "reconfigure/sync/ask_tell.h"
#include "xapi/call.h"

static const char *const methods[] = {
    [IFR_SYNC_CALL_LOGIN] = "session.login_with_password",
    [IFR_SYNC_CALL_VIFS] = "VIF.get_all_records_where",
    [IFR_SYNC_CALL_VMS] = "VM.get_all_records_where",
    [IFR_SYNC_CALL_EVENTS] = "event.from",
    [IFR_SYNC_CALL_NETWORKS] = "network.get_all_records",
    [IFR_SYNC_CALL_POOLS] = "pool.get_all_records",
    [IFR_SYNC_CALL_LOGOUT] = "session.logout",
};

void ifr_sync_ask_init(struct ifr_sync_ask *ask)
{
    memset(ask, 0, sizeof *ask);
    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        ask->talk[line].tree = DBC_XAPI_TREE_INIT;
    }
}

/* Releases what a call has, whether it has ended or not. */
static void end_call(struct ifr_sync_talk *talk)
{
    dbc_xapi_exchange_free(talk->exchange);
    talk->exchange = NULL;
    dbc_xapi_brief_release(&talk->brief);
    dbc_xapi_tree_release(&talk->tree);
}

static void forget_gathered(struct ifr_sync_ask *ask)
{
    ifr_sync_networks_release(&ask->networks);
    ifr_sync_networks_release(&ask->pools);
    ask->has_networks = false;
}

void ifr_sync_ask_release(struct ifr_sync_ask *ask)
{
    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        end_call(&ask->talk[line]);
    }
    forget_gathered(ask);
    dbc_buf_release(&ask->token);
    explicit_bzero(ask->session, sizeof ask->session);
}

/* ---- Beginning a call ------------------------------------------------------------------------ */

/* Writes an expression for the next VIFs or VMs that are unasked, and marks them as asked. */
static void add_question(struct ifr_sync_answers *answers, enum ifr_sync_kind kind,
                         struct dbc_buf *out)
{
    struct ifr_sync_answer *a = NULL;

    for (int i = 0; i < IFR_SYNC_QUESTION && !TAILQ_EMPTY(&answers->unasked[kind]); i++) {
        a = TAILQ_FIRST(&answers->unasked[kind]);
        dbc_buf_addf(out, "%s(field \"uuid\"=\"%s\")", i > 0 ? " or " : "", a->uuid);
        ifr_sync_asked(answers, a);
    }
}

static int format_question(struct ifr_sync_ask *ask, enum ifr_sync_call call, struct dbc_buf *out,
                           struct dbc_error *err)
{
    struct dbc_buf where = DBC_BUF_INIT;
    const char *params[] = { NULL, NULL };
    int rc = -1;

    add_question(ask->rows->answers, call == IFR_SYNC_CALL_VIFS ? IFR_SYNC_VIF : IFR_SYNC_VM,
                 &where);
    params[0] = dbc_buf_str(&where);
    rc = where.failed ? dbc_fail_nomem(err)
                      : dbc_xapi_format(out, methods[call], ask->session, params, err);
    dbc_buf_release(&where);
    return rc;
}

static int format(struct ifr_sync_ask *ask, enum ifr_sync_call call, struct dbc_buf *out,
                  struct dbc_error *err)
{
    static const char *const login[] = { "root", "", "1.0", IFR_SYNC_ORIGINATOR, NULL };
    static const char *const classes[] = { "network", "pool", NULL };

    if (call == IFR_SYNC_CALL_LOGIN) {
        return dbc_xapi_format(out, methods[call], NULL, login, err);
    }
    if (call == IFR_SYNC_CALL_VIFS || call == IFR_SYNC_CALL_VMS) {
        return format_question(ask, call, out, err);
    }
    if (call == IFR_SYNC_CALL_EVENTS) {
        ask->full = ask->token.len == 0;
        return dbc_xapi_format_events(out, ask->session, classes, dbc_buf_str(&ask->token),
                                      ask->full ? 0 : IFR_SYNC_WATCH_S, err);
    }
    return dbc_xapi_format(out, methods[call], ask->session, NULL, err);
}

static int64_t deadline(const struct ifr_sync_ask *ask, enum ifr_sync_call call)
{
    unsigned ms = ask->timeout_ms > 0 ? ask->timeout_ms : DBC_XAPI_TIMEOUT_MS;

    if (call == IFR_SYNC_CALL_LOGOUT) {
        ms = DBC_XAPI_LOGOUT_MS;
    }
    return dbc_now_ms() + ms +
           (call == IFR_SYNC_CALL_EVENTS && !ask->full ? IFR_SYNC_WATCH_S * 1000 : 0);
}

static int begin(struct ifr_sync_ask *ask, enum ifr_sync_line line, enum ifr_sync_call call,
                 struct dbc_error *err)
{
    struct ifr_sync_talk *talk = &ask->talk[line];
    bool tree = call == IFR_SYNC_CALL_LOGIN || call == IFR_SYNC_CALL_LOGOUT;
    struct dbc_xapi_exchange_call what = {
        .sockets = ask->sockets,
        .method = methods[call],
        .session = ask->session,
        .sink = tree ? &dbc_xapi_tree_sink : &dbc_xapi_brief_sink,
        .ctx = tree ? (void *)&talk->tree : (void *)&talk->brief,
    };
    struct dbc_buf request = DBC_BUF_INIT;

    talk->call = call;
    talk->session = ask->sessions;
    ifr_sync_tell_init(ask, call, &talk->brief);
    if (format(ask, call, &request, err) != 0) {
        dbc_xapi_forget(&request);
        return -1;
    }
    what.deadline = deadline(ask, call);
    talk->slow_at =
        call == IFR_SYNC_CALL_EVENTS && !ask->full ? INT64_MAX : dbc_now_ms() + IFR_SYNC_SLOW;
    ask->calls++;
    talk->exchange = dbc_xapi_exchange_new(&what, &request, err);
    return talk->exchange != NULL ? 0 : -1;
}

/* ---- The end of a call ----------------------------------------------------------------------- */

static void put_back_questions(struct ifr_sync_ask *ask, enum ifr_sync_call call)
{
    if (call == IFR_SYNC_CALL_VIFS) {
        ifr_sync_none_known(ask->rows->answers, IFR_SYNC_VIF);
    } else if (call == IFR_SYNC_CALL_VMS) {
        ifr_sync_none_known(ask->rows->answers, IFR_SYNC_VM);
    }
}

/* Has waiting rows looked at again: their answer is there, or does not come soon. */
static void wake(struct ifr_sync_ask *ask)
{
    ifr_sync_rows_move_all(ask->rows, IFR_SYNC_WAITING, IFR_SYNC_CHANGED);
}

static void pause_line(struct ifr_sync_ask *ask, enum ifr_sync_line line)
{
    struct ifr_sync_talk *talk = &ask->talk[line];
    int64_t ms = IFR_SYNC_PAUSE;

    for (unsigned i = 0; i < talk->failures && ms < IFR_SYNC_PAUSE_MAX; i++) {
        ms *= 2;
    }
    ms = ms < IFR_SYNC_PAUSE_MAX ? ms : IFR_SYNC_PAUSE_MAX;
    talk->failures++;
    talk->not_before = dbc_now_ms() + ms;
    if (!talk->away) {
        talk->away = true;
        wake(ask);
    }
}

static void failed(struct ifr_sync_ask *ask, enum ifr_sync_line line, const struct dbc_error *why)
{
    pause_line(ask, line);
    if (ask->talk[line].call == IFR_SYNC_CALL_LOGIN) {
        pause_line(ask, line == IFR_SYNC_WATCH ? IFR_SYNC_QUESTIONS : IFR_SYNC_WATCH);
    }
    dbc_logf(ask->log, DBC_LOG_WARNING, "%s; again in %lld s", why->text,
             (long long)(ask->talk[line].not_before - dbc_now_ms() + 999) / 1000);
}

static bool refused_with(const struct ifr_sync_talk *talk, const char *code)
{
    const struct dbc_strvec *failure =
        talk->exchange != NULL ? dbc_xapi_exchange_failure(talk->exchange) : NULL;

    return failure != NULL && failure->n > 0 && strcmp(failure->v[0], code) == 0;
}

/* Returns whether the call is made again at once, since XAPI has ended the session.  When that
 * fails too, there is a pause. */
static bool log_in_again(struct ifr_sync_ask *ask, struct ifr_sync_talk *talk)
{
    if (talk->call == IFR_SYNC_CALL_LOGIN || !refused_with(talk, "SESSION_INVALID")) {
        return false;
    }
    if (talk->session == ask->sessions) { /* else the other line has a new one already */
        explicit_bzero(ask->session, sizeof ask->session);
        dbc_logf(ask->log, DBC_LOG_INFO, "XAPI has ended the session: logging in again");
    }
    return talk->failures++ == 0;
}

static void call_failed(struct ifr_sync_ask *ask, enum ifr_sync_line line,
                        const struct dbc_error *why)
{
    struct ifr_sync_talk *talk = &ask->talk[line];
    bool no_events =
        talk->call == IFR_SYNC_CALL_EVENTS &&
        (refused_with(talk, "MESSAGE_METHOD_UNKNOWN") || refused_with(talk, "MESSAGE_REMOVED"));
    bool again = talk->call != IFR_SYNC_CALL_LOGOUT && log_in_again(ask, talk);

    if (talk->call == IFR_SYNC_CALL_LOGOUT) {
        dbc_logf(ask->log, DBC_LOG_WARNING, "Could not log out of XAPI: %s", why->text);
        return;
    }
    put_back_questions(ask, talk->call);
    forget_gathered(ask);
    if (no_events) {
        dbc_logf(ask->log, DBC_LOG_INFO,
                 "this XAPI has no event.from: changes of networks count "
                 "when a bridge comes up, or after flush-cache");
        ask->no_events = true;
    } else if (!again) {
        if (talk->call == IFR_SYNC_CALL_EVENTS) {
            dbc_buf_clear(&ask->token); /* changes may have been missed */
        }
        failed(ask, line, why);
    }
}

static void take_session(struct ifr_sync_ask *ask, enum ifr_sync_line line)
{
    const char *ref = dbc_xapi_text(ask->talk[line].tree.root);
    struct dbc_error err = DBC_ERROR_INIT;

    if (ref[0] == '\0' || strlen(ref) > DBC_XAPI_REF_MAX) {
        dbc_fail(&err, DBC_EPARSE, "%s: expected the reference of a session",
                 methods[IFR_SYNC_CALL_LOGIN]);
        failed(ask, line, &err);
        return;
    }
    memcpy(ask->session, ref, strlen(ref) + 1);
    ask->sessions++;
}

/* Rows are looked at when the questions about their VMs are answered, too. */
static void questions_answered(struct ifr_sync_ask *ask, enum ifr_sync_kind kind)
{
    struct ifr_sync_answers *answers = ask->rows->answers;

    ifr_sync_all_known(answers, kind);
    if (kind == IFR_SYNC_VM || TAILQ_EMPTY(&answers->unasked[IFR_SYNC_VM])) {
        wake(ask);
    }
}

static void networks_known(struct ifr_sync_ask *ask)
{
    ifr_sync_tell_all(ask);
    ask->has_networks = false;
    ask->rows->answers->networks_known = true;
    wake(ask);
}

static void take_events(struct ifr_sync_ask *ask, struct ifr_sync_talk *talk)
{
    dbc_buf_clear(&ask->token);
    dbc_buf_add(&ask->token, dbc_buf_str(&talk->brief.token), talk->brief.token.len);
    if (ask->full) {
        networks_known(ask);
    }
    talk->not_before = dbc_now_ms() + IFR_SYNC_WATCH_PAUSE;
}

/* XAPI has answered.  If it was away, the other line need not wait any longer, either. */
static void answers_again(struct ifr_sync_ask *ask, struct ifr_sync_talk *talk)
{
    if (talk->away) {
        dbc_logf(ask->log, DBC_LOG_INFO, "XAPI answers again");
        for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
            ask->talk[line].not_before = 0;
        }
    }
    talk->away = talk->slow = false;
    talk->failures = 0;
}

static void call_done(struct ifr_sync_ask *ask, enum ifr_sync_line line)
{
    struct ifr_sync_talk *talk = &ask->talk[line];

    if (talk->call == IFR_SYNC_CALL_LOGIN) {
        take_session(ask, line);
    }
    if (talk->call == IFR_SYNC_CALL_LOGIN || talk->call == IFR_SYNC_CALL_LOGOUT) {
        return;
    }
    answers_again(ask, talk);
    if (talk->call == IFR_SYNC_CALL_EVENTS) {
        take_events(ask, talk);
    } else if (talk->call == IFR_SYNC_CALL_NETWORKS) {
        ask->has_networks = true;
    } else if (talk->call == IFR_SYNC_CALL_POOLS) {
        networks_known(ask);
    } else {
        questions_answered(ask, talk->call == IFR_SYNC_CALL_VIFS ? IFR_SYNC_VIF : IFR_SYNC_VM);
    }
}

static void move_on(struct ifr_sync_ask *ask, enum ifr_sync_line line)
{
    struct ifr_sync_talk *talk = &ask->talk[line];
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = talk->exchange != NULL ? dbc_xapi_exchange_run(talk->exchange, &err) : 0;

    if (rc > 0) {
        call_done(ask, line);
    } else if (rc < 0) {
        call_failed(ask, line, &err);
    } else if (talk->exchange != NULL && !talk->slow && dbc_now_ms() >= talk->slow_at) {
        talk->slow = true;
        wake(ask);
    }
    if (rc != 0) {
        end_call(talk);
    }
}

bool ifr_sync_ask_stands_in(const struct ifr_sync_ask *ask, enum ifr_sync_table table)
{
    const struct ifr_sync_talk *talk =
        &ask->talk[table == IFR_SYNC_BRIDGE ? IFR_SYNC_WATCH : IFR_SYNC_QUESTIONS];

    return talk->away || talk->slow;
}

/* ---- What comes next ------------------------------------------------------------------------- */

/* Returns the next call, or -1 when there is none. */
static int next_question(const struct ifr_sync_ask *ask)
{
    const struct ifr_sync_answers *answers = ask->rows->answers;

    if (!TAILQ_EMPTY(&answers->unasked[IFR_SYNC_VIF])) {
        return IFR_SYNC_CALL_VIFS;
    }
    return TAILQ_EMPTY(&answers->unasked[IFR_SYNC_VM]) ? -1 : IFR_SYNC_CALL_VMS;
}

static int next_watch(const struct ifr_sync_ask *ask)
{
    bool known = ask->rows->answers->networks_known;

    if (known && (ask->once || ask->no_events)) {
        return -1;
    }
    if (!ask->no_events) {
        return IFR_SYNC_CALL_EVENTS;
    }
    return ask->has_networks ? IFR_SYNC_CALL_POOLS : IFR_SYNC_CALL_NETWORKS;
}

static int next(const struct ifr_sync_ask *ask, enum ifr_sync_line line)
{
    return line == IFR_SYNC_QUESTIONS ? next_question(ask) : next_watch(ask);
}

static bool logs_in(const struct ifr_sync_ask *ask)
{
    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        if (ask->talk[line].exchange != NULL && ask->talk[line].call == IFR_SYNC_CALL_LOGIN) {
            return true;
        }
    }
    return false;
}

static void begin_next(struct ifr_sync_ask *ask, enum ifr_sync_line line)
{
    struct ifr_sync_talk *talk = &ask->talk[line];
    struct dbc_error err = DBC_ERROR_INIT;
    int call = talk->exchange == NULL ? next(ask, line) : -1;

    if (call < 0 || dbc_now_ms() < talk->not_before || logs_in(ask)) {
        return;
    }
    if (begin(ask, line, ask->session[0] == '\0' ? IFR_SYNC_CALL_LOGIN : (enum ifr_sync_call)call,
              &err) != 0) {
        call_failed(ask, line, &err);
        end_call(talk);
    }
}

void ifr_sync_ask_run(struct ifr_sync_ask *ask)
{
    if (!ask->open) {
        return;
    }
    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        move_on(ask, (enum ifr_sync_line)line);
    }
    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        begin_next(ask, (enum ifr_sync_line)line);
    }
}

int64_t ifr_sync_ask_poll(const struct ifr_sync_ask *ask, struct pollfd p[IFR_SYNC_N_LINES])
{
    int64_t first = INT64_MAX;

    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        const struct ifr_sync_talk *talk = &ask->talk[line];
        int64_t when = INT64_MAX;
        p[line] = (struct pollfd){ .fd = -1 };
        if (talk->exchange != NULL) {
            when = dbc_xapi_exchange_poll(talk->exchange, &p[line]);
            when = !talk->slow && talk->slow_at < when ? talk->slow_at : when;
        } else if (next(ask, (enum ifr_sync_line)line) >= 0 && !logs_in(ask)) {
            when = talk->not_before;
        }
        first = when < first ? when : first;
    }
    return first;
}

/* ---- From outside ---------------------------------------------------------------------------- */

void ifr_sync_ask_flush(struct ifr_sync_ask *ask)
{
    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        struct ifr_sync_talk *talk = &ask->talk[line];
        if (talk->exchange == NULL || talk->call != IFR_SYNC_CALL_LOGIN) {
            end_call(talk);
        }
        talk->not_before = 0;
    }
    forget_gathered(ask);
    dbc_buf_clear(&ask->token);
    ask->no_events = false; /* XAPI may be a newer one by now */
    ifr_sync_flush(ask->rows->answers);
}

void ifr_sync_ask_new_bridge(struct ifr_sync_ask *ask)
{
    if (ask->no_events && !ask->once) {
        ask->rows->answers->networks_known = false;
    }
}

bool ifr_sync_ask_is_done(const struct ifr_sync_ask *ask)
{
    return ask->rows->answers->networks_known && next_question(ask) < 0 &&
           ask->talk[IFR_SYNC_QUESTIONS].exchange == NULL;
}

/* Waits until the call of the line has ended, but no longer than a logout may take. */
static void finish(struct ifr_sync_ask *ask, enum ifr_sync_line line)
{
    struct ifr_sync_talk *talk = &ask->talk[line];
    int64_t end = dbc_now_ms() + DBC_XAPI_LOGOUT_MS;

    while (talk->exchange != NULL && dbc_now_ms() < end) {
        struct pollfd p;
        int64_t until = dbc_xapi_exchange_poll(talk->exchange, &p);
        int64_t left = (until < end ? until : end) - dbc_now_ms();
        poll(&p, 1, left > 0 ? (int)left : 0);
        move_on(ask, line);
    }
}

/* Waits for a login under way: a session whose reference is not known cannot be logged out. */
void ifr_sync_ask_close(struct ifr_sync_ask *ask)
{
    struct dbc_error err = DBC_ERROR_INIT;

    for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
        if (ask->talk[line].call == IFR_SYNC_CALL_LOGIN) {
            finish(ask, (enum ifr_sync_line)line);
        }
        end_call(&ask->talk[line]);
    }
    if (ask->session[0] != '\0') {
        if (begin(ask, IFR_SYNC_QUESTIONS, IFR_SYNC_CALL_LOGOUT, &err) != 0) {
            call_failed(ask, IFR_SYNC_QUESTIONS, &err);
        }
        finish(ask, IFR_SYNC_QUESTIONS);
        end_call(&ask->talk[IFR_SYNC_QUESTIONS]);
    }
    explicit_bzero(ask->session, sizeof ask->session);
}
