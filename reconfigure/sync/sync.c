/* sync.c - the loop of ovs-xapi-sync (sync.h). */
#include "reconfigure/sync/sync.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "reconfigure/sync/unixctl.h"
#include "reconfigure/sync/write.h"

enum {
    FD_DB,
    FD_XAPI,
    FD_CONTROL = FD_XAPI + IFR_SYNC_N_LINES,
    N_FDS = FD_CONTROL + IFR_UNIXCTL_FDS
};

struct sync {
    const struct ifr_sync_options *options;
    struct ifr_sync_answers answers;
    struct ifr_sync_rows rows;
    struct ifr_sync_ask ask;
    struct ifr_sync_writer writer;
    struct ifr_unixctl *control;
    struct ifr_ovsdb *db; /* NULL: not connected */
    int64_t db_not_before, cookie_not_before;
    unsigned db_failures;
    bool was_ready, quit;
};

/* ---- The database ---------------------------------------------------------------------------- */

static int follow(struct sync *s, struct dbc_error *err)
{
    json_t *wanted = ifr_sync_rows_wanted();
    int rc = wanted != NULL ? 0 : dbc_fail_nomem(err);

    if (rc == 0 &&
        (rc = ifr_ovsdb_open(s->options->database, IFR_SYNC_DB_DEADLINE, &s->db, err)) == 0) {
        ifr_sync_rows_begin(&s->rows);
        rc = ifr_ovsdb_monitor(s->db, wanted, IFR_SYNC_DB_DEADLINE, ifr_sync_rows_take, &s->rows,
                               err);
    }
    if (rc == 0) {
        ifr_sync_rows_end(&s->rows);
    }
    json_decref(wanted);
    return rc;
}

/* Keeps the known rows, and so XAPI's answers, which are not asked for again. */
static void lose_database(struct sync *s, const struct dbc_error *why)
{
    int64_t ms = IFR_SYNC_DB_PAUSE;

    ifr_ovsdb_close(s->db);
    s->db = NULL;
    for (unsigned i = 0; i < s->db_failures && ms < IFR_SYNC_DB_PAUSE_MAX; i++) {
        ms *= 2;
    }
    s->db_failures++;
    s->db_not_before = dbc_now_ms() + ms;
    dbc_logf(s->options->log, DBC_LOG_WARNING, "%s; again in %lld ms", why->text, (long long)ms);
}

static void connect_database(struct sync *s)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (follow(s, &err) != 0) {
        lose_database(s, &err);
        return;
    }
    s->db_failures = 0;
    dbc_logf(s->options->log, DBC_LOG_INFO, "%s: %zu bridges, %zu interfaces", s->options->database,
             s->rows.n[IFR_SYNC_BRIDGE], s->rows.n[IFR_SYNC_INTERFACE]);
    if (!s->was_ready && s->options->ready != NULL) {
        s->options->ready(s->options->ctx);
    }
    s->was_ready = true;
}

/* Takes what has arrived, then writes. */
static void run_database(struct sync *s)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (s->db == NULL && dbc_now_ms() >= s->db_not_before) {
        connect_database(s);
    }
    if (s->db != NULL &&
        (ifr_ovsdb_run(s->db, &err) != 0 || ifr_sync_write(&s->writer, s->db, &err) != 0)) {
        lose_database(s, &err);
    }
}

/* ---- XAPI ------------------------------------------------------------------------------------ */

static void look_for_xapi(struct sync *s)
{
    const char *mark = s->options->xapi_ready;

    if (!s->ask.open && dbc_now_ms() >= s->cookie_not_before) {
        s->ask.open = mark == NULL || access(mark, F_OK) == 0;
        s->cookie_not_before = dbc_now_ms() + IFR_SYNC_COOKIE_PAUSE;
    }
}

/* ---- ovs-appctl ------------------------------------------------------------------------------ */

static bool ctl_exit(struct sync *s, struct dbc_buf *answer)
{
    (void)answer;
    s->quit = true;
    return true;
}

static bool ctl_flush(struct sync *s, struct dbc_buf *answer)
{
    (void)answer;
    dbc_logf(s->options->log, DBC_LOG_INFO, "flush-cache: asking XAPI for everything again");
    ifr_sync_ask_flush(&s->ask);
    ifr_sync_rows_touch_all(&s->rows);
    return true;
}

static bool ctl_version(struct sync *s, struct dbc_buf *answer)
{
    dbc_buf_adds(answer, s->options->version);
    return true;
}

static bool ctl_reopen(struct sync *s, struct dbc_buf *answer)
{
    if (s->options->reopen_log != NULL && s->options->reopen_log(s->options->ctx) != 0) {
        dbc_buf_adds(answer, "the log file cannot be opened again");
        return false;
    }
    return true;
}

static size_t count(const struct sync *s, enum ifr_sync_state state)
{
    const struct ifr_sync_row *row = NULL;
    size_t n = 0;

    TAILQ_FOREACH(row, &s->rows.list[state], link)
    {
        n++;
    }
    return n;
}

static bool ctl_show(struct sync *s, struct dbc_buf *answer)
{
    const struct ifr_sync_talk *talk = s->ask.talk;
    bool away = talk[IFR_SYNC_QUESTIONS].away || talk[IFR_SYNC_WATCH].away;

    dbc_buf_addf(answer, "database: %s\n", s->db != NULL ? "connected" : "away");
    dbc_buf_addf(answer, "xapi: %s\n",
                 !s->ask.open                ? "not ready yet"
                 : away                      ? "away"
                 : s->ask.session[0] != '\0' ? "connected"
                                             : "not asked yet");
    dbc_buf_addf(answer, "bridges: %zu\ninterfaces: %zu\n", s->rows.n[IFR_SYNC_BRIDGE],
                 s->rows.n[IFR_SYNC_INTERFACE]);
    dbc_buf_addf(answer, "to be looked at: %zu\nwaiting for xapi: %zu\n",
                 count(s, IFR_SYNC_CHANGED), count(s, IFR_SYNC_WAITING));
    dbc_buf_addf(answer, "transactions: %llu\nxapi calls: %llu",
                 (unsigned long long)s->writer.transactions, (unsigned long long)s->ask.calls);
    return true;
}

static bool ctl_list(struct sync *s, struct dbc_buf *answer);

static const struct {
    const char *name;
    bool (*answer)(struct sync *s, struct dbc_buf *answer);
} commands[] = {
    { "exit", ctl_exit }, { "flush-cache", ctl_flush }, { "list-commands", ctl_list },
    { "show", ctl_show }, { "version", ctl_version },   { "vlog/reopen", ctl_reopen },
};

static bool ctl_list(struct sync *s, struct dbc_buf *answer)
{
    (void)s;
    dbc_buf_adds(answer, "The available commands are:\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        dbc_buf_addf(answer, "  %s\n", commands[i].name);
    }
    return true;
}

static bool answer_control(void *ctx, const char *method, const json_t *params,
                           struct dbc_buf *answer)
{
    if (json_array_size(params) > 0) {
        dbc_buf_adds(answer, "no command takes arguments");
        return false;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, method) == 0) {
            return commands[i].answer(ctx, answer);
        }
    }
    dbc_buf_adds(answer, "\"");
    dbc_buf_add_printable(answer, method);
    dbc_buf_adds(answer, "\" is not a valid command (list-commands names them)");
    return false;
}

/* ---- The loop -------------------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Returns when something has to be done even if nothing arrives. */
static int64_t due(const struct sync *s, int64_t xapi)
{
    int64_t when = INT64_MAX;

    if (s->db == NULL) {
        when = s->db_not_before;
    } else if (ifr_sync_has_changed(&s->writer)) {
        when = s->writer.not_before;
    }
    if (!s->ask.open) {
        return earlier(when, s->cookie_not_before);
    }
    return s->was_ready ? earlier(when, xapi) : when;
}

/* Signals are let in only during ppoll, so that none is missed between the check and the wait. */
static void wait_for_something(struct sync *s, const sigset_t *open)
{
    struct pollfd p[N_FDS];
    struct timespec time = { 0 };
    int64_t when = due(s, ifr_sync_ask_poll(&s->ask, &p[FD_XAPI])), left = when - dbc_now_ms();

    p[FD_DB] = (struct pollfd){ .fd = s->db != NULL ? ifr_ovsdb_fd(s->db) : -1, .events = POLLIN };
    ifr_unixctl_poll(s->control, &p[FD_CONTROL]);
    if (left > 0 && when != INT64_MAX) {
        time.tv_sec = left / 1000;
        time.tv_nsec = left % 1000 * 1000000;
    }
    ppoll(p, N_FDS, when == INT64_MAX ? NULL : &time, open);
}

static bool in_step(const struct sync *s)
{
    return s->db != NULL && !ifr_sync_has_changed(&s->writer) && ifr_sync_ask_is_done(&s->ask);
}

/* Returns 1 to go on, 0 when all is in step, or -1 when it cannot be. */
static int once_more(const struct sync *s, struct dbc_error *err)
{
    const struct ifr_sync_talk *talk = s->ask.talk;

    if (s->db == NULL) {
        return dbc_fail(err, DBC_EIO, "%s: the database does not answer", s->options->database);
    }
    if (in_step(s)) {
        return 0;
    }
    if (!ifr_sync_has_changed(&s->writer) &&
        (talk[IFR_SYNC_QUESTIONS].away || talk[IFR_SYNC_WATCH].away)) {
        return dbc_fail(err, DBC_EIO, "XAPI does not answer: rows that need it stay as they are");
    }
    return 1;
}

static int loop(struct sync *s, const sigset_t *open, struct dbc_error *err)
{
    int rc = 1;

    while (rc > 0 && !s->quit && *s->options->stop == 0) {
        look_for_xapi(s);
        run_database(s);
        if (s->was_ready) {
            ifr_sync_ask_run(&s->ask);
        }
        ifr_unixctl_run(s->control);
        if (s->options->once) {
            rc = once_more(s, err);
        }
        if (rc > 0 && !s->quit) {
            wait_for_something(s, open);
        }
    }
    return rc < 0 ? -1 : 0;
}

static void init(struct sync *s, const struct ifr_sync_options *options)
{
    memset(s, 0, sizeof *s);
    s->options = options;
    ifr_sync_answers_init(&s->answers);
    ifr_sync_rows_init(&s->rows, &s->answers);
    ifr_sync_ask_init(&s->ask);
    s->ask.sockets = options->xapi;
    s->ask.log = options->log;
    s->ask.rows = &s->rows;
    s->ask.timeout_ms = options->timeout_ms;
    s->ask.once = options->once;
    s->writer = (struct ifr_sync_writer){
        .rows = &s->rows, .ask = &s->ask, .log = options->log, .deadline_ms = IFR_SYNC_DB_DEADLINE
    };
}

int ifr_sync_run(const struct ifr_sync_options *options, struct dbc_error *err)
{
    struct sync s;
    sigset_t held, open;
    int rc = -1;

    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_BLOCK, &held, &open);
    init(&s, options);
    if (options->control == NULL ||
        (s.control = ifr_unixctl_open(options->control, answer_control, &s, err)) != NULL) {
        if (options->listens != NULL) {
            options->listens(options->ctx);
        }
        rc = loop(&s, &open, err);
        if (options->ends != NULL) {
            options->ends(options->ctx);
        }
    }
    ifr_sync_ask_close(&s.ask);
    ifr_unixctl_close(s.control);
    ifr_ovsdb_close(s.db);
    ifr_sync_rows_release(&s.rows);
    ifr_sync_ask_release(&s.ask);
    ifr_sync_answers_release(&s.answers);
    sigprocmask(SIG_SETMASK, &open, NULL);
    return rc;
}
