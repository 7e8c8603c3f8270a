/* response.c - the sink between value.c and the one for an answer's Value: unwraps
 * {Status, Value | ErrorDescription} and <fault>{faultCode, faultString}. */
#include "xapi/response.h"

#include <string.h>

static int bad(struct dbc_error *err, const char *what)
{
    return dbc_fail(err, DBC_EPARSE, "expected Status with Value or ErrorDescription, found %s",
                    what);
}

static int on_open(void *ctx, enum dbc_xapi_kind kind, struct dbc_error *err)
{
    struct dbc_xapi_response *r = ctx;

    if (r->depth == 0 && kind != DBC_XAPI_STRUCT) {
        return bad(err, dbc_xapi_kind_name(kind));
    }
    if (r->depth == 1 && r->part == DBC_PART_STATUS) {
        return bad(err, "a Status that is no string");
    }
    if (r->part == DBC_PART_FAILURE && (r->depth != 1 || kind != DBC_XAPI_ARRAY)) {
        return bad(err, "an ErrorDescription that is no list of strings");
    }
    r->depth++;
    return r->part == DBC_PART_VALUE ? r->sink->open(r->ctx, kind, err) : 0;
}

static int envelope_member(struct dbc_xapi_response *r, const char *name, struct dbc_error *err)
{
    r->part = DBC_PART_NONE;
    if (dbc_xapi_parser_in_fault(r->parser)) {
        if (strcmp(name, "faultCode") != 0 && strcmp(name, "faultString") != 0) {
            return DBC_XAPI_SKIP;
        }
        r->part = DBC_PART_FAILURE;
        return DBC_XAPI_WANTED;
    }
    if (strcmp(name, "Status") == 0) {
        r->part = DBC_PART_STATUS;
    } else if (strcmp(name, "Value") == 0) {
        if (r->has_value) {
            return bad(err, "two Values");
        }
        r->part = DBC_PART_VALUE;
        r->has_value = true;
    } else if (strcmp(name, "ErrorDescription") == 0) {
        r->part = DBC_PART_FAILURE;
    } else {
        return DBC_XAPI_SKIP;
    }
    return DBC_XAPI_WANTED;
}

static int on_member(void *ctx, const char *name, size_t len, struct dbc_error *err)
{
    struct dbc_xapi_response *r = ctx;

    if (r->depth == 1) {
        return envelope_member(r, name, err);
    }
    return r->part == DBC_PART_VALUE ? r->sink->member(r->ctx, name, len, err) : DBC_XAPI_SKIP;
}

static int take_status(struct dbc_xapi_response *r, const char *text, struct dbc_error *err)
{
    if (strcmp(text, "Success") == 0) {
        r->succeeded = true;
    } else if (strcmp(text, "Failure") == 0) {
        r->failed = true;
    } else {
        return bad(err, "another Status");
    }
    return 0;
}

static int take_failure(struct dbc_xapi_response *r, const char *text, struct dbc_error *err)
{
    if (r->failure.n < DBC_XAPI_FAILURE_MAX) {
        dbc_strvec_push(&r->failure, text);
    }
    return r->failure.failed ? dbc_fail_nomem(err) : 0;
}

static int on_scalar(void *ctx, enum dbc_xapi_kind kind, const char *text, size_t len,
                     struct dbc_error *err)
{
    struct dbc_xapi_response *r = ctx;

    if (r->depth == 0) {
        return bad(err, dbc_xapi_kind_name(kind));
    }
    switch (r->part) {
    case DBC_PART_STATUS:
        return take_status(r, text, err);
    case DBC_PART_VALUE:
        return r->sink->scalar(r->ctx, kind, text, len, err);
    case DBC_PART_FAILURE:
        return take_failure(r, text, err);
    case DBC_PART_NONE:
        break;
    }
    return 0;
}

static int on_close(void *ctx, struct dbc_error *err)
{
    struct dbc_xapi_response *r = ctx;

    r->depth--;
    return r->depth > 0 && r->part == DBC_PART_VALUE ? r->sink->close(r->ctx, err) : 0;
}

const struct dbc_xapi_sink dbc_xapi_response_sink = { on_open, on_member, on_scalar, on_close };

void dbc_xapi_response_init(struct dbc_xapi_response *r, const struct dbc_xapi_sink *sink,
                            void *ctx)
{
    *r = (struct dbc_xapi_response){ .sink = sink, .ctx = ctx, .failure = DBC_STRVEC_INIT };
}

int dbc_xapi_response_end(const struct dbc_xapi_response *r, struct dbc_error *err)
{
    if (dbc_xapi_parser_in_fault(r->parser) || r->failed) {
        return r->failure.n > 0 ? 0 : bad(err, "a failure that does not say which");
    }
    if (!r->succeeded || !r->has_value || r->failure.n > 0) {
        return bad(err, r->succeeded ? "a success without a Value" : "no Status");
    }
    return 0;
}

void dbc_xapi_response_release(struct dbc_xapi_response *r)
{
    dbc_strvec_release(&r->failure);
}
