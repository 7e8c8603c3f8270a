/* protocol.c - the plugin's side of XAPI's plugin protocol (protocol.h).  cache/xapi reads the
 * request (incoming.h).  This file prints the response, in the form that every release parses. */
#include "reconfigure/plugin/protocol.h"

#include <string.h>

#include "base/valid.h"
#include "xapi/incoming.h"

#define HEAD                                                                                       \
    "<?xml version='1.0'?><methodResponse><params><param><value><struct>"                          \
    "<member><name>Status</name><value><string>"
#define TAIL "</member></struct></value></param></params></methodResponse>\n"

const char ifr_plugin_no_memory[] =
    HEAD "Failure</string></value></member><member><name>ErrorDescription</name><value><array>"
         "<data><value><string>XENAPI_PLUGIN_FAILURE</string></value>"
         "<value><string></string></value><value><string>MemoryError</string></value>"
         "<value><string>out of memory</string></value></data></array></value>" TAIL;

void ifr_reply_release(struct ifr_reply *reply)
{
    dbc_buf_release(&reply->value);
    dbc_strvec_release(&reply->failure);
}

/* ---- Printing ------------------------------------------------------------------------------- */

/* Control characters and bytes that are not UTF-8 become '?': XML has no way to write them. */
static void add_text(struct dbc_buf *out, const char *text)
{
    while (*text != '\0') {
        size_t len = dbc_utf8_length(text);
        if (*text == '&') {
            dbc_buf_adds(out, "&amp;");
        } else if (*text == '<') {
            dbc_buf_adds(out, "&lt;");
        } else if (*text == '>') {
            dbc_buf_adds(out, "&gt;");
        } else if (len == 0 || (len == 1 && *text < 0x20 && *text != '\n' && *text != '\t')) {
            dbc_buf_addc(out, '?');
        } else {
            dbc_buf_add(out, text, len);
        }
        text += len > 0 ? len : 1;
    }
}

static void add_string(struct dbc_buf *out, const char *text)
{
    dbc_buf_adds(out, "<value><string>");
    add_text(out, text);
    dbc_buf_adds(out, "</string></value>");
}

static void print_success(const char *value, struct dbc_buf *out)
{
    dbc_buf_adds(out, HEAD "Success</string></value></member><member><name>Value</name>");
    add_string(out, value);
    dbc_buf_adds(out, TAIL);
}

static void print_failure(const struct dbc_strvec *failure, struct dbc_buf *out)
{
    dbc_buf_adds(out, HEAD "Failure</string></value></member><member>"
                           "<name>ErrorDescription</name><value><array><data>");
    for (size_t i = 0; i < failure->n; i++) {
        add_string(out, failure->v[i]);
    }
    dbc_buf_adds(out, "</data></array></value>" TAIL);
}

/* ---- Failing -------------------------------------------------------------------------------- */

/* Returns Python's name of such an error, since callers know plugins written in Python. */
static const char *class_of(enum dbc_code code)
{
    switch (code) {
    case DBC_ENOMEM:
        return "MemoryError";
    case DBC_ENOENT:
        return "FileNotFoundError";
    case DBC_ETIMEOUT:
        return "TimeoutError";
    case DBC_EPARSE:
    case DBC_EINVAL:
    case DBC_ELIMIT:
    case DBC_ECONFLICT:
        return "ValueError";
    case DBC_EIO:
    case DBC_EBUSY:
        return "OSError";
    case DBC_OK:
    case DBC_ECOMMAND:
    case DBC_EUNSUPPORTED:
        break;
    }
    return "Failure";
}

static void fail_with_error(const char *function, const struct dbc_error *err,
                            struct dbc_strvec *failure)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];

    dbc_strvec_pushl(failure, "XENAPI_PLUGIN_FAILURE", function, class_of(err->code),
                     dbc_error_string(err, text, sizeof text), NULL);
}

static void log_failure(const struct dbc_log *log, const char *function,
                        const struct dbc_strvec *failure)
{
    struct dbc_buf line = DBC_BUF_INIT;

    for (size_t i = 0; i < failure->n; i++) {
        dbc_buf_adds(&line, i > 0 ? ", " : "");
        dbc_buf_add_printable(&line, failure->v[i]);
    }
    dbc_logf(log, DBC_LOG_ERROR, "%s failed: %s", function, dbc_buf_str(&line));
    dbc_buf_release(&line);
}

/* ---- A call --------------------------------------------------------------------------------- */

static ifr_plugin_fn *find(const struct ifr_plugin_function *functions, const char *name)
{
    for (; functions->name != NULL; functions++) {
        if (strcmp(functions->name, name) == 0) {
            return functions->call;
        }
    }
    return NULL;
}

/* Calls the function if the request is `fit`.  Returns 0, or -1 with reply->failure. */
static int perform(const struct ifr_plugin_function *functions, void *ctx,
                   const struct dbc_xapi_incoming *call, bool fit, const struct dbc_log *log,
                   struct ifr_reply *reply, struct dbc_error *err)
{
    const char *name = dbc_buf_str(&call->method);
    ifr_plugin_fn *function = find(functions, name);

    if (function == NULL && (fit || name[0] != '\0')) {
        dbc_strvec_pushl(&reply->failure, "UNKNOWN_XENAPI_PLUGIN_FUNCTION", name, NULL);
        return -1;
    }
    if (fit) {
        dbc_logf(log, DBC_LOG_INFO, "Called by XAPI: %s", name);
        if (function(ctx, dbc_buf_str(&call->session), reply, err) == 0) {
            dbc_logf(log, DBC_LOG_INFO, "%s: %s", name, dbc_buf_str(&reply->value));
            return 0;
        }
    }
    if (reply->failure.n == 0) {
        fail_with_error(name, err, &reply->failure);
    }
    return -1;
}

void ifr_plugin_dispatch(const struct ifr_plugin_function *functions, void *ctx,
                         const char *request, const struct dbc_log *log, struct dbc_buf *document)
{
    struct dbc_xapi_incoming call = DBC_XAPI_INCOMING_INIT;
    struct ifr_reply reply = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;
    bool fit = dbc_xapi_incoming_read(&call, request, &err) == 0;

    if (perform(functions, ctx, &call, fit, log, &reply, &err) == 0) {
        print_success(dbc_buf_str(&reply.value), document);
    } else {
        log_failure(log, call.method.len > 0 ? dbc_buf_str(&call.method) : "request",
                    &reply.failure);
        print_failure(&reply.failure, document);
    }
    document->failed = document->failed || reply.value.failed || reply.failure.failed;
    dbc_xapi_incoming_release(&call);
    ifr_reply_release(&reply);
}
