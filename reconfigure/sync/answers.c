/* answers.c - what XAPI said of VIFs and VMs (answers.h).  rows.c holds answers, ask_tell.c fills
 * them in. */
#include "reconfigure/sync/answers.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/valid.h"

static int by_uuid(const void *a, const void *b)
{
    return strcmp(((const struct ifr_sync_answer *)a)->uuid,
                  ((const struct ifr_sync_answer *)b)->uuid);
}

/* tfind passes what it looks for as the first argument. */
static int has_uuid(const void *uuid, const void *answer)
{
    return strcmp(uuid, ((const struct ifr_sync_answer *)answer)->uuid);
}

void ifr_sync_answers_init(struct ifr_sync_answers *s)
{
    memset(s, 0, sizeof *s);
    for (int kind = 0; kind < IFR_SYNC_N_KINDS; kind++) {
        TAILQ_INIT(&s->unasked[kind]);
        TAILQ_INIT(&s->asked[kind]);
    }
}

void ifr_sync_answers_release(struct ifr_sync_answers *s)
{
    ifr_sync_networks_release(&s->networks);
    ifr_sync_networks_release(&s->pools);
}

static struct ifr_sync_answer *find(const struct ifr_sync_answers *s, enum ifr_sync_kind kind,
                                    const char *uuid)
{
    void *node = tfind(uuid, &s->by_uuid[kind], has_uuid);

    return node != NULL ? *(struct ifr_sync_answer **)node : NULL;
}

static struct ifr_sync_answer *add(struct ifr_sync_answers *s, enum ifr_sync_kind kind,
                                   const char *uuid)
{
    struct ifr_sync_answer *a = calloc(1, sizeof *a);

    if (a == NULL) {
        return NULL;
    }
    a->kind = kind;
    a->uuid = strdup(uuid);
    if (a->uuid == NULL || tsearch(a, &s->by_uuid[kind], by_uuid) == NULL) {
        free(a->uuid);
        free(a);
        return NULL;
    }
    TAILQ_INSERT_TAIL(&s->unasked[kind], a, link);
    return a;
}

struct ifr_sync_answer *ifr_sync_hold(struct ifr_sync_answers *s, enum ifr_sync_kind kind,
                                      const char *uuid, bool *none)
{
    struct ifr_sync_answer *a = NULL;

    *none = !dbc_valid_option(uuid);
    if (*none) {
        return NULL;
    }
    a = find(s, kind, uuid);
    a = a != NULL ? a : add(s, kind, uuid);
    if (a != NULL) {
        a->users++;
    }
    return a;
}

/* Takes the answer out of its list; it counts as known then. */
static void take_out(struct ifr_sync_answers *s, struct ifr_sync_answer *a)
{
    if (a->state == IFR_SYNC_UNASKED) {
        TAILQ_REMOVE(&s->unasked[a->kind], a, link);
    } else if (a->state == IFR_SYNC_ASKED) {
        TAILQ_REMOVE(&s->asked[a->kind], a, link);
    }
    a->state = IFR_SYNC_KNOWN;
}

static void put_back(struct ifr_sync_answers *s, struct ifr_sync_answer *a)
{
    take_out(s, a);
    free(a->id);
    a->id = NULL;
    a->state = IFR_SYNC_UNASKED;
    TAILQ_INSERT_TAIL(&s->unasked[a->kind], a, link);
}

void ifr_sync_give_back(struct ifr_sync_answers *s, struct ifr_sync_answer *a)
{
    if (a == NULL || --a->users > 0) {
        return;
    }
    take_out(s, a);
    tdelete(a, &s->by_uuid[a->kind], by_uuid);
    free(a->uuid);
    free(a->id);
    free(a);
}

void ifr_sync_asked(struct ifr_sync_answers *s, struct ifr_sync_answer *a)
{
    take_out(s, a);
    a->state = IFR_SYNC_ASKED;
    TAILQ_INSERT_TAIL(&s->asked[a->kind], a, link);
}

int ifr_sync_learn(struct ifr_sync_answers *s, enum ifr_sync_kind kind, const char *uuid,
                   const char *id, struct dbc_error *err)
{
    struct ifr_sync_answer *a = find(s, kind, uuid);

    if (a == NULL || a->state == IFR_SYNC_KNOWN) {
        return 0;
    }
    if (id != NULL && (a->id = strdup(id)) == NULL) {
        return dbc_fail_nomem(err);
    }
    take_out(s, a);
    return 0;
}

void ifr_sync_all_known(struct ifr_sync_answers *s, enum ifr_sync_kind kind)
{
    while (!TAILQ_EMPTY(&s->asked[kind])) {
        take_out(s, TAILQ_FIRST(&s->asked[kind]));
    }
}

void ifr_sync_none_known(struct ifr_sync_answers *s, enum ifr_sync_kind kind)
{
    while (!TAILQ_EMPTY(&s->asked[kind])) {
        put_back(s, TAILQ_FIRST(&s->asked[kind]));
    }
}

static void flush_one(const void *node, VISIT visit, void *ctx)
{
    if (visit == postorder || visit == leaf) {
        put_back(ctx, *(struct ifr_sync_answer *const *)node);
    }
}

void ifr_sync_flush(struct ifr_sync_answers *s)
{
    for (int kind = 0; kind < IFR_SYNC_N_KINDS; kind++) {
        twalk_r(s->by_uuid[kind], flush_one, s);
    }
    s->networks_known = false;
}
