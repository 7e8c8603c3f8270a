/* session.c - one session with XAPI: login, calls, logout.  Above transport.c and call.c, below
 * fetch.c.  The session's reference is a credential: no log line or error shows it.
 */
#include "xapi/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/valid.h"
#include "xapi/call.h"
#include "xapi/transport.h"

struct dbc_xapi {
    const struct dbc_xapi_request *request;
    const struct dbc_log *log;
    struct dbc_xapi_transport *transport;
    struct dbc_strvec failure;
    int64_t deadline;
    bool own; /* logged in here */
    char ref[DBC_XAPI_REF_MAX + 1];
};

static int exchange(struct dbc_xapi *x, const char *method, const struct dbc_buf *body,
                    int64_t deadline, struct dbc_xapi_answer *a, struct dbc_error *err)
{
    if (dbc_xapi_transport_post(x->transport, method, body->data, body->len, deadline,
                                dbc_xapi_answer_add, a, err) != 0) {
        return -1;
    }
    return dbc_xapi_answer_end(a, err);
}

static int call(struct dbc_xapi *x, const char *method, const char *session,
                const char *const *params, int64_t deadline, const struct dbc_xapi_sink *sink,
                void *ctx, struct dbc_error *err)
{
    struct dbc_buf body = DBC_BUF_INIT;
    struct dbc_xapi_answer a = { .parser = NULL };
    int rc = -1;

    dbc_strvec_release(&x->failure);
    if (dbc_xapi_answer_begin(&a, method, sink, ctx, err) != 0 ||
        dbc_xapi_format(&body, method, session, params, err) != 0 ||
        exchange(x, method, &body, deadline, &a, err) != 0) {
        goto out;
    }
    x->failure = a.response.failure;
    a.response.failure = DBC_STRVEC_INIT;
    rc = x->failure.n > 0 ? dbc_xapi_refused(&x->failure, x->ref, method, err) : 0;
out:
    dbc_xapi_forget(&body);
    dbc_xapi_answer_release(&a);
    return rc;
}

int dbc_xapi_stream(struct dbc_xapi *x, const char *method, const char *const *params,
                    const struct dbc_xapi_sink *sink, void *ctx, struct dbc_error *err)
{
    return call(x, method, x->ref, params, x->deadline, sink, ctx, err);
}

/* ---- Sessions ------------------------------------------------------------------------------ */

static int64_t timeout_of(const struct dbc_xapi *x)
{
    return x->request->timeout_ms > 0 ? x->request->timeout_ms : DBC_XAPI_TIMEOUT_MS;
}

static bool set_ref(struct dbc_xapi *x, const char *ref)
{
    size_t len = strlen(ref);

    if (len == 0 || len > DBC_XAPI_REF_MAX || !dbc_valid_text(ref)) {
        return false;
    }
    memcpy(x->ref, ref, len + 1);
    return true;
}

/* XAPI ignores the password on its unix socket.  An answer that breaks off after the reference has
 * made a session all the same: it is noted, so that the close logs out of it. */
static int log_in(struct dbc_xapi *x, struct dbc_error *err)
{
    const char *name = x->request->originator != NULL ? x->request->originator : "dbcache";
    const char *const params[] = { "root", "", "1.0", name, NULL };
    const char *const method = "session.login_with_password";
    struct dbc_xapi_tree answer = DBC_XAPI_TREE_INIT;
    int rc = -1;

    dbc_logf(x->log, DBC_LOG_INFO, "No session ref given on command line, logging in.");
    rc = call(x, method, NULL, params, x->deadline, &dbc_xapi_tree_sink, &answer, err);
    if (x->failure.n == 0) {
        x->own = set_ref(x, dbc_xapi_text(answer.root));
    }
    if (rc == 0 && !x->own) {
        rc = dbc_fail(err, DBC_EPARSE, "%s: expected the reference of a session", method);
    }
    dbc_xapi_tree_release(&answer);
    return rc;
}

static void log_out(struct dbc_xapi *x)
{
    struct dbc_xapi_tree answer = DBC_XAPI_TREE_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int64_t deadline = dbc_now_ms() + DBC_XAPI_LOGOUT_MS;

    if (call(x, "session.logout", x->ref, NULL, deadline, &dbc_xapi_tree_sink, &answer, &err) !=
        0) {
        dbc_logf(x->log, DBC_LOG_WARNING, "Could not log out of XAPI: %s", err.text);
    }
    dbc_xapi_tree_release(&answer);
}

struct dbc_xapi *dbc_xapi_open(const struct dbc_xapi_request *request, const struct dbc_log *log,
                               struct dbc_error *err)
{
    struct dbc_xapi *x = calloc(1, sizeof *x);
    int rc = -1;

    if (x == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    x->request = request;
    x->log = log;
    x->deadline = dbc_now_ms() + timeout_of(x);
    x->transport = dbc_xapi_transport_new(request->sockets, err);
    if (x->transport == NULL) {
        goto out;
    }
    if (request->session == NULL) {
        rc = log_in(x, err);
    } else if (set_ref(x, request->session)) {
        rc = 0;
    } else {
        dbc_fail(err, DBC_EINVAL, "the given reference of a session is not valid");
    }
out:
    if (rc != 0) {
        dbc_xapi_close(x);
        return NULL;
    }
    return x;
}

int dbc_xapi_call(struct dbc_xapi *x, const char *method, const char *const *params,
                  struct dbc_xapi_tree *out, struct dbc_error *err)
{
    x->deadline = dbc_now_ms() + timeout_of(x);
    return dbc_xapi_stream(x, method, params, &dbc_xapi_tree_sink, out, err);
}

const struct dbc_strvec *dbc_xapi_failure(const struct dbc_xapi *x)
{
    return &x->failure;
}

bool dbc_xapi_failed_with(const struct dbc_xapi *x, const char *code)
{
    return x->failure.n > 0 && strcmp(x->failure.v[0], code) == 0;
}

void dbc_xapi_close(struct dbc_xapi *x)
{
    if (x == NULL) {
        return;
    }
    if (x->own) {
        log_out(x);
    }
    dbc_xapi_transport_free(x->transport);
    dbc_strvec_release(&x->failure);
    explicit_bzero(x, sizeof *x);
    free(x);
}
