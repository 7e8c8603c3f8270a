/* history_file.h - for the tests of the history: a folder with a history in it, and functions that
 * open it, save into it and look at it. */
#ifndef TESTS_UNIT_HISTORY_FILE_H
#define TESTS_UNIT_HISTORY_FILE_H

#include <sqlite3.h>

#include "store/history.h"
#include "unit/scratch.h"

static struct scratch scratch;

static inline int setup(void **state)
{
    (void)state;
    /* In memory where there is some: hundreds of saves wait for the disk otherwise. */
    snprintf(scratch.root, sizeof scratch.root, "/dev/shm/dbcache-test-XXXXXX");
    if (mkdtemp(scratch.root) == NULL) {
        scratch_make(&scratch);
    }
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static inline const char *db_path(void)
{
    return scratch_path(&scratch, "/" DBC_HISTORY_NAME);
}

/* A deterministic stream of hex digits that do not compress. */
static inline void add_random(struct dbc_buf *buf, uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    dbc_buf_addf(buf, "%08x-%04x-4%03x", (unsigned)(*seed >> 32), (unsigned)(*seed >> 16 & 0xffff),
                 (unsigned)(*seed >> 4 & 0xfff));
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    dbc_buf_addf(buf, "-%04x-%08x%04x", (unsigned)(*seed >> 48), (unsigned)(*seed >> 16),
                 (unsigned)(*seed >> 8 & 0xffff));
}

/* The shape and size of a cache of so many VLANs, every uuid and reference a new one; the device of
 * record `changed` is another. */
static inline void make_cache(struct dbc_buf *out, unsigned n, unsigned changed)
{
    uint64_t seed = 1;

    dbc_buf_adds(out, "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n");
    for (unsigned i = 0; i < n; i++) {
        dbc_buf_adds(out, "\t<pif ref=\"OpaqueRef:");
        add_random(out, &seed);
        dbc_buf_adds(out, "\">\n\t\t<uuid>");
        add_random(out, &seed);
        dbc_buf_adds(out, "</uuid>\n\t\t<management>False</management>\n\t\t<network>OpaqueRef:");
        add_random(out, &seed);
        dbc_buf_addf(out,
                     "</network>\n\t\t<MAC>02:00:00:00:00:00</MAC>\n\t\t<device>eth%u</device>\n"
                     "\t\t<bond_master_of/>\n\t\t<bond_slave_of>OpaqueRef:NULL</bond_slave_of>\n"
                     "\t\t<VLAN>%u</VLAN>\n\t\t<VLAN_master_of>OpaqueRef:",
                     i == changed ? 7 : 0, i);
        add_random(out, &seed);
        dbc_buf_adds(out, "</VLAN_master_of>\n\t\t<VLAN_slave_of/>\n\t\t<tunnel_access_PIF_of/>\n"
                          "\t\t<tunnel_transport_PIF_of/>\n\t\t<ip_configuration_mode>None"
                          "</ip_configuration_mode>\n\t\t<IP></IP>\n\t\t<netmask></netmask>\n"
                          "\t\t<gateway></gateway>\n\t\t<DNS></DNS>\n\t\t<other_config/>\n"
                          "\t\t<currently_attached>True</currently_attached>\n\t</pif>\n");
    }
    dbc_buf_adds(out, "</xenserver-network-configuration>\n");
    assert_false(out->failed);
}

static inline struct dbc_history *open_as(bool writing)
{
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;

    if (dbc_history_open(db_path(), writing, &history, &err) != 0) {
        fail_msg("%s: %s", err.file, err.text);
    }
    return history;
}

static inline int64_t save_at(struct dbc_history *history, const char *data, size_t len,
                              int64_t when)
{
    struct dbc_history_entry entry = {
        .data = data, .len = len, .program = "test", .reason = "because", .time = when
    };
    struct dbc_error err = DBC_ERROR_INIT;
    int64_t id = 0;

    if (dbc_history_save(history, &entry, &id, &err) != 0) {
        fail_msg("%s: %s", err.file, err.text);
    }
    return id;
}

static inline int64_t save(struct dbc_history *history, const char *text)
{
    return save_at(history, text, strlen(text), 0);
}

static inline void expect_text(struct dbc_history *history, int64_t id, const char *text,
                               size_t len)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (dbc_history_get(history, id, &out, &err) != 0) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(out.len, len);
    assert_memory_equal(out.data, text, len);
    dbc_buf_release(&out);
}

static inline int count_one(void *ctx, const struct dbc_snapshot *snapshot)
{
    unsigned *n = ctx;

    assert_true(snapshot->id > 0);
    (*n)++;
    return 0;
}

static inline unsigned count(struct dbc_history *history)
{
    unsigned n = 0;

    assert_int_equal(dbc_history_list(history, count_one, &n, NULL), 0);
    return n;
}

static inline long file_size(void)
{
    struct stat st;

    assert_int_equal(stat(db_path(), &st), 0);
    return (long)st.st_size;
}

static inline void sql(const char *text)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(db_path(), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

#endif
