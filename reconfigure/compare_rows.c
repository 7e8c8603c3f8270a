/* compare_rows.c - the rows of a comparison (compare_priv.h). */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "reconfigure/compare_priv.h"

void ifr_compare_no_memory(struct ifr_comparing *w)
{
    w->failed = true;
    dbc_fail_nomem(w->err);
}

static struct ifr_compare_row *next_row(struct ifr_comparison *out)
{
    return DBC_GROW(out->v, out->n, out->cap) ? &out->v[out->n] : NULL;
}

void ifr_compare_row(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                     const char *wanted, const char *found, bool drift)
{
    struct ifr_compare_row *place = w->failed ? NULL : next_row(w->out);
    const char *left = dbc_arena_strdup(&w->out->arena, wanted);
    const char *right = dbc_arena_strdup(&w->out->arena, found);

    if (place == NULL || left == NULL || right == NULL) {
        ifr_compare_no_memory(w);
        return;
    }
    *place = (struct ifr_compare_row){ pif, what, left, right, drift };
    w->out->n++;
    w->out->drifting += drift;
}

void ifr_compare_texts(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                       const char *wanted, const char *found)
{
    ifr_compare_row(w, pif, what, wanted, found, strcmp(wanted, found) != 0);
}

void ifr_compare_known(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                       const char *wanted, const char *found, const char *why)
{
    ifr_compare_seen(w, pif, what, wanted, found, strcmp(wanted, found) != 0, why);
}

void ifr_compare_seen(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                      const char *wanted, const char *found, bool drift, const char *why)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_addf(&text, "unknown: %s", why != NULL ? why : "");
    ifr_compare_row(w, pif, what, wanted, why != NULL ? dbc_buf_str(&text) : found,
                    why != NULL || drift);
    dbc_buf_release(&text);
}

void ifr_compare_release(struct ifr_comparison *drift)
{
    free(drift->v);
    dbc_arena_release(&drift->arena);
    *drift = (struct ifr_comparison){ 0 };
}
