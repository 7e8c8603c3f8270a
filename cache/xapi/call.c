/* call.c - requests and answers of XML-RPC (call.h). */
#include "xapi/call.h"

#include <string.h>

#include "base/valid.h"

#define HIDDEN_REF "OpaqueRef:..."

/* ---- Requests ------------------------------------------------------------------------------ */

static void add_escaped(struct dbc_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            dbc_buf_adds(out, "&amp;");
            break;
        case '<':
            dbc_buf_adds(out, "&lt;");
            break;
        case '>':
            dbc_buf_adds(out, "&gt;");
            break;
        default:
            dbc_buf_addc(out, *text);
        }
    }
}

static void add_string(struct dbc_buf *out, const char *text)
{
    dbc_buf_adds(out, "<value><string>");
    add_escaped(out, text);
    dbc_buf_adds(out, "</string></value>");
}

static void add_param(struct dbc_buf *out, const char *text)
{
    dbc_buf_adds(out, "<param>");
    add_string(out, text);
    dbc_buf_adds(out, "</param>");
}

static void begin(struct dbc_buf *out, const char *method, const char *session)
{
    dbc_buf_adds(out, "<?xml version=\"1.0\"?><methodCall><methodName>");
    add_escaped(out, method);
    dbc_buf_adds(out, "</methodName><params>"); /* needed even when empty */
    if (session != NULL) {
        add_param(out, session);
    }
}

static int end(struct dbc_buf *out, struct dbc_error *err)
{
    dbc_buf_adds(out, "</params></methodCall>");
    return out->failed ? dbc_fail_nomem(err) : 0;
}

int dbc_xapi_format(struct dbc_buf *out, const char *method, const char *session,
                    const char *const *params, struct dbc_error *err)
{
    begin(out, method, session);
    for (; params != NULL && *params != NULL; params++) {
        if (!dbc_valid_text(*params)) {
            return dbc_fail(err, DBC_EINVAL, "%s: a parameter is not valid text", method);
        }
        add_param(out, *params);
    }
    return end(out, err);
}

int dbc_xapi_format_events(struct dbc_buf *out, const char *session, const char *const *classes,
                           const char *token, unsigned seconds, struct dbc_error *err)
{
    if (!dbc_valid_text(token)) {
        return dbc_fail(err, DBC_EINVAL, "event.from: the token is not valid text");
    }
    begin(out, "event.from", session);
    dbc_buf_adds(out, "<param><value><array><data>");
    for (; *classes != NULL; classes++) {
        add_string(out, *classes);
    }
    dbc_buf_adds(out, "</data></array></value></param>");
    add_param(out, token);
    dbc_buf_addf(out, "<param><value><double>%u.0</double></value></param>", seconds);
    return end(out, err);
}

void dbc_xapi_forget(struct dbc_buf *request)
{
    if (request->data != NULL) {
        explicit_bzero(request->data, request->len);
    }
    dbc_buf_release(request);
}

/* ---- Answers ------------------------------------------------------------------------------- */

int dbc_xapi_answer_begin(struct dbc_xapi_answer *answer, const char *method,
                          const struct dbc_xapi_sink *sink, void *ctx, struct dbc_error *err)
{
    dbc_xapi_response_init(&answer->response, sink, ctx);
    answer->parser = dbc_xapi_parser_new(method, &dbc_xapi_response_sink, &answer->response, err);
    answer->response.parser = answer->parser;
    return answer->parser != NULL ? 0 : -1;
}

int dbc_xapi_answer_add(void *answer, const char *data, size_t len, struct dbc_error *err)
{
    return dbc_xapi_parser_add(((struct dbc_xapi_answer *)answer)->parser, data, len, err);
}

int dbc_xapi_answer_end(struct dbc_xapi_answer *answer, struct dbc_error *err)
{
    return dbc_xapi_parser_end(answer->parser, err) == 0
               ? dbc_xapi_response_end(&answer->response, err)
               : -1;
}

void dbc_xapi_answer_release(struct dbc_xapi_answer *answer)
{
    dbc_xapi_parser_free(answer->parser);
    answer->parser = NULL;
    dbc_xapi_response_release(&answer->response);
}

/* Appends a text with each occurrence of the session's reference hidden. */
static void add_hidden(struct dbc_buf *out, const char *text, const char *ref)
{
    const char *found = NULL;

    while (ref[0] != '\0' && (found = strstr(text, ref)) != NULL) {
        dbc_buf_add(out, text, (size_t)(found - text));
        dbc_buf_adds(out, HIDDEN_REF);
        text = found + strlen(ref);
    }
    dbc_buf_adds(out, text);
}

int dbc_xapi_refused(const struct dbc_strvec *failure, const char *session, const char *method,
                     struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    /* Their parameters are references of sessions, ours or another's. */
    bool credentials = strncmp(failure->v[0], "SESSION_", 8) == 0;

    for (size_t i = 0; i < failure->n && !(credentials && i > 0); i++) {
        dbc_buf_adds(&text, i == 0 ? "" : i == 1 ? " (" : ", ");
        add_hidden(&text, failure->v[i], session);
    }
    dbc_buf_adds(&text, failure->n > 1 && !credentials ? ")" : "");
    dbc_fail(err, DBC_ECOMMAND, "XAPI refused %s: %s", method, dbc_buf_str(&text));
    dbc_buf_release(&text);
    return -1;
}
