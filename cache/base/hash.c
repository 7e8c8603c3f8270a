/* hash.c - a hash table with open addressing.  The hash function is SipHash-1-3 with a random key,
 * so that a file's author cannot choose references that all collide. */
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

#define FIRST_CAP 16 /* a power of two, as every later one */

struct dbc_hash_slot {
    const char *key; /* NULL: free */
    void *value;
    uint64_t hash;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline __attribute__((always_inline)) void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static inline __attribute__((always_inline)) void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

uint64_t dbc_hash_text(const uint64_t seed[2], const char *text)
{
    uint64_t k0 = seed[0], k1 = seed[1], word = 0;
    uint64_t v[4] = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                      k1 ^ 0x7465646279746573u };
    size_t len = strlen(text), at = 0;

    for (; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        sip_word(v, word);
    }
    word = 0;
    memcpy(&word, text + at, len - at);
    sip_word(v, word ^ (uint64_t)len << 56);
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Returns the slot of the key, or the free slot where it belongs.  There always is a free one. */
static struct dbc_hash_slot *find(struct dbc_hash_slot *slots, size_t cap, const char *key,
                                  uint64_t value)
{
    size_t i = (size_t)value & (cap - 1);

    while (slots[i].key != NULL && (slots[i].hash != value || strcmp(slots[i].key, key) != 0)) {
        i = (i + 1) & (cap - 1);
    }
    return &slots[i];
}

/* Keeps a quarter of the slots free. */
static int make_room(struct dbc_hash *hash)
{
    size_t cap = hash->cap == 0 ? FIRST_CAP : hash->cap * 2;
    struct dbc_hash_slot *slots = NULL;

    if (hash->n < hash->cap - hash->cap / 4) {
        return 0;
    }
    slots = calloc(cap, sizeof *slots);
    if (slots == NULL) {
        return -1;
    }
    if (hash->cap == 0) {
        dbc_random_words(hash->seed, sizeof hash->seed / sizeof hash->seed[0]);
    }
    for (size_t i = 0; i < hash->cap; i++) {
        if (hash->slots[i].key != NULL) {
            *find(slots, cap, hash->slots[i].key, hash->slots[i].hash) = hash->slots[i];
        }
    }
    free(hash->slots);
    hash->slots = slots;
    hash->cap = cap;
    return 0;
}

/* Returns the slot of the key, which may be new; NULL when out of memory. */
static struct dbc_hash_slot *enter(struct dbc_hash *hash, const char *key)
{
    struct dbc_hash_slot *slot = NULL;
    uint64_t code = 0;

    if (make_room(hash) != 0) {
        return NULL;
    }
    code = dbc_hash_text(hash->seed, key);
    slot = find(hash->slots, hash->cap, key, code);
    if (slot->key == NULL) {
        *slot = (struct dbc_hash_slot){ .key = key, .hash = code };
        hash->n++;
    }
    return slot;
}

int dbc_hash_put(struct dbc_hash *hash, const char *key, void *value, bool replace)
{
    size_t before = hash->n;
    struct dbc_hash_slot *slot = enter(hash, key);

    if (slot == NULL) {
        return -1;
    }
    if (replace || hash->n > before) {
        slot->value = value;
    }
    return 0;
}

void **dbc_hash_enter(struct dbc_hash *hash, const char *key, const char ***stored)
{
    struct dbc_hash_slot *slot = enter(hash, key);

    if (slot == NULL) {
        return NULL;
    }
    *stored = &slot->key;
    return &slot->value;
}

void *dbc_hash_get(const struct dbc_hash *hash, const char *key)
{
    if (hash->n == 0) {
        return NULL;
    }
    return find(hash->slots, hash->cap, key, dbc_hash_text(hash->seed, key))->value;
}

void dbc_hash_release(struct dbc_hash *hash)
{
    free(hash->slots);
    *hash = DBC_HASH_INIT;
}
