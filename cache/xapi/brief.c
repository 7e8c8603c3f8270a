/* brief.c - picks a few fields out of records as they come (brief.h).
 *
 * Each open array or struct has a place, which says what it is.  A table gives the place of each
 * member by its name; a member that is not in the table is skipped. */
#include "xapi/brief.h"

#include <string.h>

enum place {
    NOWHERE,
    RECORDS,    /* a map of records, by reference */
    ANSWER,     /* event.from's: events and a token */
    EVENTS,     /* a list */
    EVENT,      /* a struct with the record */
    RECORD,     /* a struct */
    CONFIG,     /* other_config */
    TEXT_TOKEN, /* from here on: texts; the token is of the whole answer */
    TEXT_REF,   /* the rest are of a record, in the order of `at` */
    TEXT_UUID,
    TEXT_BRIDGE,
    TEXT_CLASS,
    TEXT_OPERATION,
    TEXT_KEY /* and the next ones, one a key */
};

#define SLOT(place) ((place)-TEXT_REF)

static const struct {
    enum place in;
    const char *name;
    enum place to;
} ways[] = {
    { ANSWER, "events", EVENTS },       { ANSWER, "token", TEXT_TOKEN },
    { EVENT, "class", TEXT_CLASS },     { EVENT, "operation", TEXT_OPERATION },
    { EVENT, "ref", TEXT_REF },         { EVENT, "snapshot", RECORD },
    { RECORD, "uuid", TEXT_UUID },      { RECORD, "bridge", TEXT_BRIDGE },
    { RECORD, "other_config", CONFIG },
};

void dbc_xapi_brief_init(struct dbc_xapi_brief *b, bool events, const char *const *keys,
                         dbc_xapi_brief_fn *tell, void *ctx)
{
    *b = (struct dbc_xapi_brief){ .keys = keys, .events = events, .tell = tell, .ctx = ctx };
    b->member = events ? ANSWER : RECORDS;
}

void dbc_xapi_brief_release(struct dbc_xapi_brief *b)
{
    dbc_buf_release(&b->text);
    dbc_buf_release(&b->token);
}

static int bad(const struct dbc_xapi_brief *b, const char *found, struct dbc_error *err)
{
    return dbc_fail(err, DBC_EPARSE, "expected %s, found %s",
                    b->events ? "events" : "a map of records", found);
}

static enum place here(const struct dbc_xapi_brief *b)
{
    return b->depth > 0 ? b->place[b->depth - 1] : NOWHERE;
}

/* ---- One record ---------------------------------------------------------------------------- */

static void forget(struct dbc_xapi_brief *b)
{
    dbc_buf_clear(&b->text);
    dbc_buf_addc(&b->text, '\0'); /* so that no text begins at 0 */
    memset(b->at, 0, sizeof b->at);
}

static int keep(struct dbc_xapi_brief *b, enum place what, const char *text, size_t len,
                struct dbc_error *err)
{
    if (what == TEXT_TOKEN) {
        dbc_buf_clear(&b->token);
        dbc_buf_add(&b->token, text, len);
        return b->token.failed ? dbc_fail_nomem(err) : 0;
    }
    b->at[SLOT(what)] = b->text.len;
    dbc_buf_add(&b->text, text, len + 1);
    return b->text.failed ? dbc_fail_nomem(err) : 0;
}

static const char *kept(const struct dbc_xapi_brief *b, enum place what)
{
    size_t at = b->at[SLOT(what)];

    return at > 0 ? b->text.data + at : "";
}

static int tell(struct dbc_xapi_brief *b, struct dbc_error *err)
{
    struct dbc_xapi_brief_record record = { .ref = kept(b, TEXT_REF),
                                            .uuid = kept(b, TEXT_UUID),
                                            .bridge = kept(b, TEXT_BRIDGE),
                                            .class_ = kept(b, TEXT_CLASS) };

    record.gone = strcmp(kept(b, TEXT_OPERATION), "del") == 0;
    for (size_t i = 0; i < DBC_XAPI_BRIEF_KEYS && b->keys[i] != NULL; i++) {
        size_t at = b->at[SLOT(TEXT_KEY) + i];
        record.value[i] = at > 0 ? b->text.data + at : NULL;
    }
    return b->tell(b->ctx, &record, err);
}

/* ---- The sink ------------------------------------------------------------------------------ */

/* Whether an array or struct may come at this place. */
static bool fits(enum place place, enum dbc_xapi_kind kind)
{
    return place != NOWHERE && place < TEXT_TOKEN && (kind == DBC_XAPI_ARRAY) == (place == EVENTS);
}

static int on_open(void *ctx, enum dbc_xapi_kind kind, struct dbc_error *err)
{
    struct dbc_xapi_brief *b = ctx;
    enum place place = here(b) == EVENTS ? EVENT : b->member;

    if (!fits(place, kind)) {
        return bad(b, dbc_xapi_kind_name(kind), err);
    }
    if (place == EVENT) {
        forget(b);
    }
    b->place[b->depth++] = (unsigned char)place; /* the parser's depth has the same limit */
    return b->text.failed ? dbc_fail_nomem(err) : 0;
}

static int config_key(struct dbc_xapi_brief *b, const char *name)
{
    for (size_t i = 0; i < DBC_XAPI_BRIEF_KEYS && b->keys[i] != NULL; i++) {
        if (strcmp(b->keys[i], name) == 0) {
            b->member = (unsigned char)(TEXT_KEY + i);
            return DBC_XAPI_WANTED;
        }
    }
    return DBC_XAPI_SKIP;
}

static int on_member(void *ctx, const char *name, size_t len, struct dbc_error *err)
{
    struct dbc_xapi_brief *b = ctx;

    if (here(b) == RECORDS) {
        forget(b);
        b->member = RECORD;
        return keep(b, TEXT_REF, name, len, err);
    }
    if (here(b) == CONFIG) {
        return config_key(b, name);
    }
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i].in == here(b) && strcmp(ways[i].name, name) == 0) {
            b->member = (unsigned char)ways[i].to;
            return DBC_XAPI_WANTED;
        }
    }
    return DBC_XAPI_SKIP;
}

static int on_scalar(void *ctx, enum dbc_xapi_kind kind, const char *text, size_t len,
                     struct dbc_error *err)
{
    struct dbc_xapi_brief *b = ctx;

    if (b->member == RECORD && here(b) == EVENT && len == 0) {
        return 0; /* an event without its record */
    }
    if (b->depth == 0 || here(b) == EVENTS || b->member < TEXT_TOKEN) {
        return bad(b, dbc_xapi_kind_name(kind), err);
    }
    return keep(b, b->member, text, len, err);
}

static int on_close(void *ctx, struct dbc_error *err)
{
    struct dbc_xapi_brief *b = ctx;
    enum place place = b->place[--b->depth];

    return place == (b->events ? EVENT : RECORD) ? tell(b, err) : 0;
}

const struct dbc_xapi_sink dbc_xapi_brief_sink = { on_open, on_member, on_scalar, on_close };
