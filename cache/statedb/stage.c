/* stage.c - the store of stage.h: chunks that never move, and one table of the texts in them. */
#include "statedb/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

#define UNIT sizeof(uint32_t)
#define CHUNK_UNITS (DBC_STAGE_CHUNK / UNIT)
#define FIRST_BITS 10
#define PRIME ((UINT64_C(1) << 61) - 1)
#define SEVEN_BYTES ((UINT64_C(1) << 56) - 1)

/* Precedes an interned text. */
struct head {
    uint32_t len;
    uint32_t row; /* with this text as its reference */
};

struct dbc_stage_slot {
    uint32_t hash, text; /* text: a place, 0 in a free slot */
};

static uint32_t *at(const struct dbc_stage *stage, uint32_t place)
{
    return stage->chunks[place / CHUNK_UNITS] + place % CHUNK_UNITS;
}

/* ---- Memory ------------------------------------------------------------------------------- */

static int add_chunk(struct dbc_stage *stage, struct dbc_error *err)
{
    if (stage->n_chunks == sizeof stage->chunks / sizeof stage->chunks[0]) {
        return dbc_fail(err, DBC_ELIMIT, "expected records that fit into %u bytes, found more",
                        DBC_LIMIT_STAGE_BYTES);
    }
    stage->chunks[stage->n_chunks] = malloc(DBC_STAGE_CHUNK);
    if (stage->chunks[stage->n_chunks] == NULL) {
        return dbc_fail_nomem(err);
    }
    stage->used = stage->n_chunks == 0 ? 1 : 0; /* place 0 is none */
    stage->n_chunks++;
    return 0;
}

/* Reserves room for at most a chunk's size less one unit. */
static int take(struct dbc_stage *stage, size_t bytes, uint32_t *place, struct dbc_error *err)
{
    size_t units = (bytes + UNIT - 1) / UNIT;

    if ((stage->n_chunks == 0 || stage->used + units > CHUNK_UNITS) && add_chunk(stage, err) != 0) {
        return -1;
    }
    *place = (uint32_t)((stage->n_chunks - 1) * CHUNK_UNITS + stage->used);
    stage->used += (uint32_t)units;
    return 0;
}

int dbc_stage_init(struct dbc_stage *stage, struct dbc_error *err)
{
    memset(stage, 0, sizeof *stage);
    stage->slot_bits = FIRST_BITS;
    stage->slots = calloc((size_t)1 << FIRST_BITS, sizeof *stage->slots);
    stage->key[0] = dbc_random() >> 4;
    stage->key[1] = dbc_random() | 1;
    return stage->slots == NULL ? dbc_fail_nomem(err) : 0;
}

void dbc_stage_release(struct dbc_stage *stage)
{
    for (size_t i = 0; i < stage->n_chunks; i++) {
        free(stage->chunks[i]);
    }
    free(stage->slots);
    memset(stage, 0, sizeof *stage);
}

/* ---- Texts -------------------------------------------------------------------------------- */

/* A polynomial over the numbers modulo 2^61 - 1 at a random point: whoever wrote the file cannot
 * choose texts that collide.  The sum stays below 2^63 without being reduced further. */
static uint64_t hash_step(uint64_t hash, uint64_t key, uint64_t word)
{
    unsigned __int128 product = (unsigned __int128)hash * key;

    return ((uint64_t)product & PRIME) + (uint64_t)(product >> 61) + word;
}

/* Hashes seven bytes a step, and loads eight at once while there are eight. */
static uint32_t hash_of(const struct dbc_stage *stage, const char *bytes, size_t len)
{
    uint64_t hash = len, word = 0;
    size_t i = 0;

    for (; len - i >= sizeof word; i += 7) {
        memcpy(&word, bytes + i, sizeof word);
        hash = hash_step(hash, stage->key[0], word & SEVEN_BYTES);
    }
    word = 0;
    for (size_t shift = 0; i < len; i++, shift += 8) {
        word |= (uint64_t)(unsigned char)bytes[i] << shift;
    }
    hash = hash_step(hash, stage->key[0], word & SEVEN_BYTES);
    return (uint32_t)((hash * stage->key[1]) >> 32);
}

static struct head *head_of(const struct dbc_stage *stage, uint32_t text)
{
    return (struct head *)(void *)at(stage, text) - 1;
}

const char *dbc_stage_text(const struct dbc_stage *stage, uint32_t place)
{
    return place == 0 ? "" : (const char *)at(stage, place);
}

/* The slot of this text, or the free one where it belongs.  There always is a free one. */
static struct dbc_stage_slot *slot_of(const struct dbc_stage *stage, uint32_t hash,
                                      const char *bytes, size_t len)
{
    size_t mask = ((size_t)1 << stage->slot_bits) - 1, i = hash >> (32 - stage->slot_bits);

    for (;; i = (i + 1) & mask) {
        struct dbc_stage_slot *slot = &stage->slots[i];

        if (slot->text == 0 || (slot->hash == hash && head_of(stage, slot->text)->len == len &&
                                memcmp(dbc_stage_text(stage, slot->text), bytes, len) == 0)) {
            return slot;
        }
    }
}

static void copy_slots(struct dbc_stage_slot *to, unsigned to_bits,
                       const struct dbc_stage_slot *from, size_t n)
{
    size_t mask = ((size_t)1 << to_bits) - 1;

    for (size_t k = 0; k < n; k++) {
        size_t i = from[k].hash >> (32 - to_bits);

        if (from[k].text == 0) {
            continue;
        }
        while (to[i].text != 0) {
            i = (i + 1) & mask;
        }
        to[i] = from[k];
    }
}

/* At most three quarters of the slots are in use. */
static int make_room(struct dbc_stage *stage, struct dbc_error *err)
{
    size_t n = (size_t)1 << stage->slot_bits;
    struct dbc_stage_slot *slots = NULL;

    if (stage->n_texts < n - n / 4) {
        return 0;
    }
    slots = calloc(n * 2, sizeof *slots);
    if (slots == NULL) {
        return dbc_fail_nomem(err);
    }
    copy_slots(slots, stage->slot_bits + 1, stage->slots, n);
    free(stage->slots);
    stage->slots = slots;
    stage->slot_bits++;
    return 0;
}

static void write_text(struct dbc_stage *stage, uint32_t place, const char *bytes, size_t len)
{
    char *text = (char *)at(stage, place);

    memcpy(text, bytes, len);
    text[len] = '\0';
}

static int intern(struct dbc_stage *stage, struct dbc_stage_wanted *wanted, struct dbc_error *err)
{
    struct dbc_stage_slot *slot = NULL;
    uint32_t head = 0;

    if (make_room(stage, err) != 0) {
        return -1;
    }
    slot = slot_of(stage, wanted->hash, wanted->bytes, wanted->len);
    if (slot->text == 0) {
        if (take(stage, sizeof(struct head) + wanted->len + 1, &head, err) != 0) {
            return -1;
        }
        slot->hash = wanted->hash;
        slot->text = head + (uint32_t)(sizeof(struct head) / UNIT);
        *head_of(stage, slot->text) = (struct head){ .len = (uint32_t)wanted->len };
        write_text(stage, slot->text, wanted->bytes, wanted->len);
        stage->n_texts++;
    }
    wanted->place = slot->text;
    return 0;
}

int dbc_stage_intern(struct dbc_stage *stage, struct dbc_stage_wanted *v, size_t n,
                     struct dbc_error *err)
{
    unsigned shift = 32 - stage->slot_bits;

    for (size_t i = 0; i < n; i++) {
        v[i].hash = hash_of(stage, v[i].bytes, v[i].len);
        __builtin_prefetch(&stage->slots[v[i].hash >> shift]);
    }
    for (size_t i = 0; i < n; i++) {
        const struct dbc_stage_slot *slot = &stage->slots[v[i].hash >> shift];
        if (slot->text != 0) {
            __builtin_prefetch(head_of(stage, slot->text));
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (intern(stage, &v[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

uint32_t dbc_stage_find(const struct dbc_stage *stage, const char *text)
{
    size_t len = strlen(text);

    return slot_of(stage, hash_of(stage, text, len), text, len)->text;
}

/* ---- Unique texts -------------------------------------------------------------------------- */

#define UUID_LEN 36u
#define UUID_BYTES 16u

static bool is_dash(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

static const char digits[] = "0123456789abcdef";

/* Packs a uuid; false when `text` is none in the usual form.  No branch depends on a digit, since
 * it would be unpredictable. */
static bool pack_uuid(const char *text, size_t len, unsigned char out[UUID_BYTES])
{
    unsigned wrong = 0;
    size_t n = 0;

    memset(out, 0, UUID_BYTES);
    for (size_t i = 0; i < len && len == UUID_LEN; i++) {
        unsigned c = (unsigned char)text[i], digit = ((c & 15) + (c >> 6) * 9) & 15;

        if (is_dash(i)) {
            wrong |= c ^ '-';
            continue;
        }
        wrong |= c ^ (unsigned char)digits[digit];
        out[n / 2] = (unsigned char)((unsigned)out[n / 2] << 4 | digit);
        n++;
    }
    return len == UUID_LEN && wrong == 0;
}

static void unpack_uuid(const unsigned char *bytes, char out[DBC_STAGE_UNIQUE_SIZE])
{
    size_t n = 0;

    for (size_t i = 0; i < UUID_LEN; i++) {
        if (is_dash(i)) {
            out[i] = '-';
        } else {
            out[i] = digits[bytes[n / 2] >> (n % 2 == 0 ? 4 : 0) & 15];
            n++;
        }
    }
    out[UUID_LEN] = '\0';
}

/* A packed uuid begins with a NUL, which no kept text does, since none is empty. */
int dbc_stage_keep(struct dbc_stage *stage, const char *bytes, size_t len, uint32_t *place,
                   struct dbc_error *err)
{
    unsigned char packed[UUID_BYTES];
    bool is_uuid = pack_uuid(bytes, len, packed);

    if (take(stage, is_uuid ? 1 + UUID_BYTES : len + 1, place, err) != 0) {
        return -1;
    }
    if (is_uuid) {
        char *text = (char *)at(stage, *place);
        text[0] = '\0';
        memcpy(text + 1, packed, UUID_BYTES);
    } else {
        write_text(stage, *place, bytes, len);
    }
    return 0;
}

const char *dbc_stage_unique(const struct dbc_stage *stage, uint32_t place,
                             char out[DBC_STAGE_UNIQUE_SIZE])
{
    const char *text = dbc_stage_text(stage, place);

    if (place == 0 || text[0] != '\0') {
        return text;
    }
    unpack_uuid((const unsigned char *)text + 1, out);
    return out;
}

/* ---- Rows --------------------------------------------------------------------------------- */

static struct dbc_stage_row *row_at(const struct dbc_stage *stage, uint32_t place)
{
    return place == 0 ? NULL : (struct dbc_stage_row *)(void *)at(stage, place);
}

static struct dbc_stage_row *find_row(const struct dbc_stage *stage, unsigned table, uint32_t ref)
{
    struct dbc_stage_row *row = ref == 0 ? NULL : row_at(stage, head_of(stage, ref)->row);

    while (row != NULL && row->table != table) {
        row = row_at(stage, row->same);
    }
    return row;
}

const struct dbc_stage_row *dbc_stage_row(const struct dbc_stage *stage, unsigned table,
                                          uint32_t ref)
{
    return find_row(stage, table, ref);
}

static int new_row(struct dbc_stage *stage, unsigned table, uint32_t ref,
                   struct dbc_stage_row **ret, struct dbc_error *err)
{
    struct head *head = head_of(stage, ref);
    uint32_t place = 0;

    if (take(stage, sizeof **ret, &place, err) != 0) {
        return -1;
    }
    *ret = row_at(stage, place);
    **ret = (struct dbc_stage_row){ .same = head->row };
    head->row = place;
    if (stage->tables[table].n++ == 0) {
        stage->tables[table].first = place;
    } else {
        row_at(stage, stage->tables[table].last)->next = place;
    }
    stage->tables[table].last = place;
    return 0;
}

int dbc_stage_add(struct dbc_stage *stage, const struct dbc_stage_row *row,
                  const struct dbc_stage_cell *cells, bool *replaced, struct dbc_error *err)
{
    struct dbc_stage_row *there = find_row(stage, row->table, row->ref);
    size_t bytes = row->n_cells * sizeof *cells;
    uint32_t place = 0, same = 0, next = 0;

    *replaced = there != NULL;
    if (bytes > 0) {
        if (take(stage, bytes, &place, err) != 0) {
            return -1;
        }
        memcpy(at(stage, place), cells, bytes);
    }
    if (there == NULL && new_row(stage, row->table, row->ref, &there, err) != 0) {
        return -1;
    }
    same = there->same;
    next = there->next;
    *there = *row;
    there->cells = place;
    there->same = same;
    there->next = next;
    return 0;
}

const struct dbc_stage_row *dbc_stage_first(const struct dbc_stage *stage, unsigned table)
{
    return row_at(stage, stage->tables[table].first);
}

const struct dbc_stage_row *dbc_stage_next(const struct dbc_stage *stage,
                                           const struct dbc_stage_row *row)
{
    return row_at(stage, row->next);
}

uint32_t dbc_stage_cell(const struct dbc_stage *stage, const struct dbc_stage_row *row,
                        unsigned column)
{
    const struct dbc_stage_cell *cells =
        row->n_cells == 0 ? NULL : (const void *)at(stage, row->cells);

    for (size_t i = 0; i < row->n_cells; i++) {
        if (cells[i].column == column) {
            return cells[i].text;
        }
    }
    return 0;
}

const char *dbc_stage_pair(const char **place, const char **value)
{
    const char *key = *place;

    if (*key == '\0') {
        return NULL;
    }
    *value = key + strlen(key) + 1;
    *place = *value + strlen(*value) + 1;
    return key;
}

bool dbc_stage_is_of(const struct dbc_stage *stage, const struct dbc_stage_row *row, uint32_t host)
{
    unsigned column = dbc_statedb_owner(row->table);
    uint32_t owner = column == DBC_COLUMN_NONE ? 0 : dbc_stage_cell(stage, row, column);
    const struct dbc_stage_row *pif = row;

    if (column == DBC_COLUMN_NONE) {
        return true;
    }
    if (row->table != DBC_PIF) {
        pif = dbc_stage_row(stage, DBC_PIF, owner);
        owner = pif == NULL ? 0 : dbc_stage_cell(stage, pif, DBC_COLUMN_PIF_HOST);
    }
    return owner != 0 && owner == host;
}
