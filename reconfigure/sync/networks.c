/* networks.c - XAPI's networks and pools in sorted arrays (answers.h): what is needed of each. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "reconfigure/sync/answers.h"

#define TEXTS (3 + IFR_SYNC_N_KEYS)

/* Returns the i-th text of a network, or NULL for a key that it lacks. */
static const char *text_of(const struct ifr_sync_network *n, size_t i)
{
    return i == 0 ? n->ref : i == 1 ? n->bridge : i == 2 ? n->uuid : n->value[i - 3];
}

/* Copies all texts into one block. */
static int copy(struct ifr_sync_network *to, const struct ifr_sync_network *from,
                struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    size_t at[TEXTS] = { 0 };
    char *block = NULL;

    for (size_t i = 0; i < TEXTS; i++) {
        const char *one = text_of(from, i);
        at[i] = text.len;
        if (one != NULL) {
            dbc_buf_add(&text, one, strlen(one) + 1);
        }
    }
    block = dbc_buf_steal(&text);
    if (block == NULL) {
        return dbc_fail_nomem(err);
    }
    *to = (struct ifr_sync_network){ .text = block, .ref = block, .bridge = block + at[1] };
    to->uuid = block + at[2];
    for (size_t i = 0; i < IFR_SYNC_N_KEYS; i++) {
        to->value[i] = from->value[i] != NULL ? block + at[3 + i] : NULL;
    }
    return 0;
}

int ifr_sync_networks_add(struct ifr_sync_networks *list, const struct ifr_sync_network *network,
                          size_t max, struct dbc_error *err)
{
    if (list->n >= max) {
        return dbc_fail(err, DBC_ELIMIT, "XAPI has more than %zu networks or pools", max);
    }
    if (!DBC_GROW(list->v, list->n, list->cap)) {
        return dbc_fail_nomem(err);
    }
    if (copy(&list->v[list->n], network, err) != 0) {
        return -1;
    }
    list->n++;
    return 0;
}

static int by_bridge(const void *a, const void *b)
{
    const struct ifr_sync_network *x = a, *y = b;
    int order = strcmp(x->bridge, y->bridge);

    return order != 0 ? order : strcmp(x->ref, y->ref);
}

void ifr_sync_networks_sort(struct ifr_sync_networks *list)
{
    if (list->n > 1) {
        qsort(list->v, list->n, sizeof *list->v, by_bridge);
    }
}

void ifr_sync_networks_release(struct ifr_sync_networks *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->v[i].text);
    }
    free(list->v);
    *list = (struct ifr_sync_networks){ 0 };
}

const struct ifr_sync_network *ifr_sync_networks_find(const struct ifr_sync_networks *list,
                                                      const char *bridge)
{
    size_t low = 0, high = list->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(list->v[middle].bridge, bridge) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->n && strcmp(list->v[low].bridge, bridge) == 0 ? &list->v[low] : NULL;
}

const struct ifr_sync_network *ifr_sync_networks_by_ref(const struct ifr_sync_networks *list,
                                                        const char *ref)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->v[i].ref, ref) == 0) {
            return &list->v[i];
        }
    }
    return NULL;
}

void ifr_sync_networks_remove(struct ifr_sync_networks *list, const char *ref)
{
    const struct ifr_sync_network *found = ifr_sync_networks_by_ref(list, ref);

    if (found != NULL) {
        size_t i = (size_t)(found - list->v);
        free(list->v[i].text);
        memmove(&list->v[i], &list->v[i + 1], (list->n - i - 1) * sizeof *list->v);
        list->n--;
    }
}

int ifr_sync_networks_put(struct ifr_sync_networks *list, const struct ifr_sync_network *network,
                          size_t max, struct dbc_error *err)
{
    struct ifr_sync_network new = { 0 };
    size_t i = 0;

    ifr_sync_networks_remove(list, network->ref);
    if (ifr_sync_networks_add(list, network, max, err) != 0) {
        return -1;
    }
    new = list->v[list->n - 1];
    for (i = list->n - 1; i > 0 && by_bridge(&new, &list->v[i - 1]) < 0; i--) {
        list->v[i] = list->v[i - 1];
    }
    list->v[i] = new;
    return 0;
}

bool ifr_sync_network_equals(const struct ifr_sync_network *a, const struct ifr_sync_network *b)
{
    for (size_t i = 0; i < TEXTS; i++) {
        const char *x = text_of(a, i), *y = text_of(b, i);
        if ((x == NULL) != (y == NULL) || (x != NULL && strcmp(x, y) != 0)) {
            return false;
        }
    }
    return true;
}

void ifr_sync_networks_compare(const struct ifr_sync_networks *a, const struct ifr_sync_networks *b,
                               void (*differs)(void *ctx, const char *bridge), void *ctx)
{
    size_t i = 0, j = 0;

    while (i < a->n || j < b->n) {
        int order = i == a->n ? 1 : j == b->n ? -1 : by_bridge(&a->v[i], &b->v[j]);
        if (order != 0 || !ifr_sync_network_equals(&a->v[i], &b->v[j])) {
            differs(ctx, order <= 0 ? a->v[i].bridge : b->v[j].bridge);
        }
        i += order <= 0;
        j += order >= 0;
    }
}
