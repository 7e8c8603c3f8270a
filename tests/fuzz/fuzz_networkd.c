/* fuzz_networkd.c - a stranger's networkd.db as records, and a stranger's records as networkd.db
 * (an input that starts with '<' is a cache).
 *
 * Checked beside "no crash": what is read fits a cache and has values that are safe in a file or an
 * argv; what is written is read again without a warning, and comes back the same the second time.
 */
#include "base/valid.h"
#include "cache_again.h"
#include "cache_mutator.h"
#include "json_mutator.h"
#include "networkd/networkd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define expect(good) expect_at(good, #good, __LINE__)

static void expect_at(bool good, const char *what, int line)
{
    if (!good) {
        fprintf(stderr, "fuzz_networkd.c:%d: %s\n", line, what);
        abort();
    }
}

static void told(void *ctx, const struct dbc_loss *loss)
{
    expect(loss->what != NULL && loss->field != NULL && loss->value != NULL && loss->why != NULL);
    ++*(unsigned *)ctx;
}

static void warned(void *ctx, const struct dbc_error *warning)
{
    expect(warning->text[0] != '\0');
    ++*(unsigned *)ctx;
}

static void never(void *ctx, const struct dbc_error *warning)
{
    (void)ctx;
    fprintf(stderr, "fuzz_networkd: a warning of what was written: %s\n", warning->text);
    abort();
}

static void check_map(const struct dbc_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        const char *key = map->v[i].key, *value = map->v[i].value;

        expect(dbc_schema_keeps_key(DBC_PIF, key) || dbc_schema_keeps_key(DBC_NETWORK, key));
        expect(strcmp(key, "static-routes") == 0 || dbc_valid_option(value) ||
               dbc_valid_domain(value));
        expect(strpbrk(value, "\"'`$;&|<>()\\\n\t*?[") == NULL);
    }
}

static void check_records(const struct dbc_db *db)
{
    const struct dbc_pif *pif = NULL;
    const struct dbc_network *network = NULL;
    unsigned prefix = 0;
    uint32_t addr = 0;
    char mac[18];

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        expect(dbc_valid_ifname(pif->device));
        expect(pif->IP[0] == '\0' ||
               (dbc_parse_ipv4(pif->IP, &addr) && dbc_parse_netmask(pif->netmask, &prefix)));
        expect(pif->gateway[0] == '\0' || dbc_parse_ipv4(pif->gateway, &addr));
        expect(pif->MAC[0] == '\0' || dbc_parse_mac(pif->MAC, mac));
        expect(pif->VLAN.value >= -1 && pif->VLAN.value <= DBC_VLAN_TAG_MAX);
        expect(strspn(pif->DNS, "0123456789abcdef.:,") == strlen(pif->DNS));
        check_map(&pif->other_config);
    }
    for (size_t i = 0; (network = dbc_db_network_at(db, i)) != NULL; i++) {
        expect(dbc_valid_ifname(network->bridge) && dbc_valid_option(network->uuid));
        expect(network->MTU.value >= 68 && network->MTU.value <= DBC_MTU_MAX);
        check_map(&network->other_config);
    }
}

/* Reads a text that was written here, and writes what came of it. */
static void trip(const struct dbc_buf *text, enum dbc_networkd_shape shape, struct dbc_buf *out)
{
    struct dbc_db *db =
        dbc_networkd_read("again", text->data, text->len, "", never, NULL, NULL, NULL);

    expect(db != NULL);
    check_records(db);
    expect(dbc_networkd_format(db, shape, out, NULL, NULL, NULL) == 0);
    dbc_db_free(db);
}

/* The keys of an object have no order. */
static bool is_same(struct dbc_buf *a, struct dbc_buf *b)
{
    json_t *x = json_loads(dbc_buf_str(a), 0, NULL), *y = json_loads(dbc_buf_str(b), 0, NULL);
    bool same = x != NULL && json_equal(x, y);

    json_decref(x);
    json_decref(y);
    return same;
}

/* The first trip loses what one of the two cannot say, a second one nothing. */
static void check_again(const struct dbc_buf *text, enum dbc_networkd_shape shape)
{
    struct dbc_buf once = DBC_BUF_INIT, twice = DBC_BUF_INIT;

    trip(text, shape, &once);
    trip(&once, shape, &twice);
    if (!is_same(&once, &twice)) {
        fprintf(stderr, "fuzz_networkd: written again it is something else:\n%s\n%s\n",
                dbc_buf_str(&once), dbc_buf_str(&twice));
        abort();
    }
    dbc_buf_release(&once);
    dbc_buf_release(&twice);
}

static void write_records(const struct dbc_db *db)
{
    for (int shape = DBC_NETWORKD_NOW; shape <= DBC_NETWORKD_BEFORE_2018; shape++) {
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        unsigned losses = 0;

        if (dbc_networkd_format(db, (enum dbc_networkd_shape)shape, &text, told, &losses, &err) ==
            0) {
            check_again(&text, (enum dbc_networkd_shape)shape);
        } else {
            expect(err.code == DBC_ECONFLICT && err.text[0] != '\0');
        }
        dbc_buf_release(&text);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return (size > 0 && data[0] == '<' ? mutate_behind : mutate_json)(0, data, size, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct dbc_error err = DBC_ERROR_INIT;
    unsigned n = 0;
    bool cache = size > 0 && text[0] == '<';
    struct dbc_buf cache_text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;

    if (cache) {
        db = dbc_xml_read_memory("fuzz", text, size, NULL, NULL, NULL);
    } else {
        db = dbc_networkd_read("fuzz", text, size, NULL, warned, told, &n, &err);
        expect(db != NULL || err.text[0] != '\0');
    }
    if (db != NULL && !cache) {
        check_records(db);
        cache_again(db, never, &cache_text);
    }
    if (db != NULL) {
        write_records(db);
    }
    dbc_buf_release(&cache_text);
    dbc_db_free(db);
    return 0;
}
