/* test_api_source.c - every other format, from a path or from memory, as a program outside of the
 * project reads it. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "api.c"
#include "api_source.c"

#include "base/buf.c"
#include "unit/archive_make.h"
#include "unit/scratch.h"

static const char cache[] = "<xenserver-network-configuration>"
                            "<pif ref='p'><device>eth0</device><VLAN>x</VLAN></pif>"
                            "</xenserver-network-configuration>";
static const char networkd[] =
    "{\"interface_config\": {\"eth0\": {\"mtu\": 1400, \"persistent_i\": true}}, "
    "\"bridge_config\": {\"xenbr0\": {\"ports\": {\"eth0\": {\"interfaces\": [\"eth0\"]}}}}}";
static const char statedb[] =
    "<database><manifest><pair key='schema_major_vsn' value='5'/></manifest>"
    "<table name='host'>"
    "<row ref='OpaqueRef:h1' uuid='u1' name__label='one'/>"
    "<row ref='OpaqueRef:h2' uuid='u2' name__label='two'/></table>"
    "<table name='pool'><row ref='OpaqueRef:o' igmp_snooping_enabled='true'/></table>"
    "<table name='network'><row ref='OpaqueRef:n' bridge='b' purpose=\"('nbd')\"/></table>"
    "<table name='PIF'><row ref='OpaqueRef:p' host='OpaqueRef:h2' device='eth7' managed='false' "
    "ipv6_configuration_mode='Static' IPv6=\"('2001:db8::1/64')\"/></table></database>";

struct heard {
    unsigned losses, warnings;
};

static void hear_loss(void *ctx, const struct dbc_loss *loss)
{
    assert_true(*loss->what != '\0' && *loss->why != '\0');
    ((struct heard *)ctx)->losses++;
}

static void hear_warning(void *ctx, const struct dbc_error *warning)
{
    assert_string_not_equal(warning->text, "");
    ((struct heard *)ctx)->warnings++;
}

static struct dbc_source *parse(const char *data, size_t len, const char *member,
                                struct dbc_error *err)
{
    return dbc_source_parse("f", data, len, member, NULL, NULL, err);
}

static void assert_device(const struct dbc_source *source, size_t i, const char *device)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = dbc_source_db(source, i, NULL, NULL, NULL, NULL, &err);

    assert_string_equal(err.text, "");
    assert_non_null(db);
    assert_string_equal(dbc_record_get(dbc_db_at(db, DBC_PIF, 0), "device"), device);
    dbc_db_free(db);
}

TEST(a_cache)
{
    struct heard heard = { 0, 0 };
    struct dbc_source *source = parse(cache, sizeof cache - 1, NULL, NULL);
    struct dbc_db *db = NULL;

    assert_non_null(source);
    assert_int_equal(dbc_source_format(source), DBC_FORMAT_CACHE);
    assert_string_equal(dbc_source_name(source), "f");
    assert_int_equal(dbc_source_count(source), 1);
    assert_string_equal(dbc_source_host_name(source, 0), "");
    assert_null(dbc_source_host_uuid(source, 1));
    db = dbc_source_db(source, 0, NULL, hear_warning, hear_loss, &heard, NULL);
    dbc_source_free(source); /* which the database does not need */
    assert_string_equal(dbc_record_get(dbc_db_at(db, DBC_PIF, 0), "device"), "eth0");
    assert_int_equal(heard.warnings, 1); /* the VLAN that is no number */
    dbc_db_free(db);
    dbc_source_free(NULL);
}

TEST(a_networkd)
{
    struct heard guessed = { 0, 0 }, told = { 0, 0 };
    struct dbc_source *source = parse(networkd, sizeof networkd - 1, NULL, NULL);

    assert_non_null(source);
    assert_int_equal(dbc_source_format(source), DBC_FORMAT_NETWORKD);
    assert_device(source, 0, "eth0");
    dbc_db_free(dbc_source_db(source, 0, NULL, NULL, hear_loss, &guessed, NULL));
    dbc_db_free(dbc_source_db(source, 0, "", NULL, hear_loss, &told, NULL));
    assert_int_equal(guessed.losses, told.losses + 1);
    dbc_source_free(source);
}

TEST(a_pool)
{
    struct heard heard = { 0, 0 };
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_source *source = parse(statedb, sizeof statedb - 1, NULL, &err);

    assert_string_equal(err.text, "");
    assert_int_equal(dbc_source_format(source), DBC_FORMAT_STATEDB);
    assert_int_equal(dbc_source_count(source), 2);
    assert_string_equal(dbc_source_host_name(source, 0), "one");
    assert_string_equal(dbc_source_host_uuid(source, 1), "u2");
    assert_null(dbc_source_host_name(source, 2));
    assert_device(source, 1, "eth7");
    dbc_db_free(dbc_source_db(source, 1, NULL, NULL, hear_loss, &heard, NULL));
    assert_int_equal(heard.losses, 3); /* managed, and what a cache has no fields for */
    assert_null(dbc_source_db(source, 2, NULL, NULL, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_ENOENT);
    dbc_source_free(source);
}

static const struct item report[] = {
    FILE_ITEM("report/xapi-db.xml", statedb),
    FILE_ITEM("report/networkd.db", networkd),
    FILE_ITEM("report/var/network.dbcache", cache),
    { NULL, NULL, 0, 0, NULL },
};

/* FORMAT of what is read of an archive, or the code of the error. */
static int read_of(const struct item *items, const char *member, struct dbc_error *err)
{
    struct dbc_buf bytes = DBC_BUF_INIT;
    struct dbc_source *source = NULL;
    int format = 0;

    make_archive(&bytes, TAR(ARCHIVE_FILTER_GZIP), items);
    dbc_error_clear(err);
    source = parse(dbc_buf_str(&bytes), bytes.len, member, err);
    format = source == NULL ? -(int)err->code : (int)dbc_source_format(source);
    dbc_source_free(source);
    dbc_buf_release(&bytes);
    return format;
}

TEST(archives)
{
    static const struct item twice[] = { FILE_ITEM("a/network.dbcache", cache),
                                         FILE_ITEM("b/network.dbcache", cache),
                                         { NULL, NULL, 0, 0, NULL } };
    static const struct item other[] = { FILE_ITEM("a/other.xml", cache),
                                         { NULL, NULL, 0, 0, NULL } };
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(read_of(report, NULL, &err), DBC_FORMAT_CACHE);
    assert_int_equal(read_of(report, "networkd.db", &err), DBC_FORMAT_NETWORKD);
    assert_int_equal(read_of(report, "report/xapi-db.xml", &err), DBC_FORMAT_STATEDB);
    assert_int_equal(read_of(report, "db.xml", &err), -DBC_ENOENT);
    assert_string_equal(err.text, "no file in it is db.xml");
    assert_int_equal(read_of(twice, NULL, &err), -DBC_ECONFLICT);
    assert_int_equal(read_of(twice, "b/network.dbcache", &err), DBC_FORMAT_CACHE);
    assert_int_equal(read_of(other, NULL, &err), -DBC_ENOENT);
}

TEST(files)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_source *source =
        dbc_source_read(FIXTURES "/recovery/state.db", NULL, NULL, NULL, &err);

    assert_string_equal(err.text, "");
    assert_int_equal(dbc_source_format(source), DBC_FORMAT_STATEDB);
    dbc_source_free(source);
    assert_null(dbc_source_read("/nonexistent/x", NULL, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_ENOENT);
}

TEST(hostile)
{
    static const char *const bad[] = { "",      "x", "<", "{", "{}x", "<database>", "\x1f\x8b\x08",
                                       "PK\3\4" };
    struct dbc_error err = DBC_ERROR_INIT;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dbc_error_clear(&err);
        assert_null(parse(bad[i], strlen(bad[i]), NULL, &err));
        assert_int_not_equal(err.code, DBC_OK);
    }
    assert_null(parse(NULL, 0, NULL, NULL));
}

TEST(memory)
{
    struct dbc_buf bytes = DBC_BUF_INIT;
    bool done = false;

    make_archive(&bytes, TAR(ARCHIVE_FILTER_NONE), report);
    for (long i = 0; !done && i < 1000; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        struct dbc_source *source = NULL;
        allocs_left = i;
        source = parse(dbc_buf_str(&bytes), bytes.len, NULL, &err);
        done = !alloc_failed();
        assert_true((source != NULL) == done);
        assert_int_equal(err.code, done ? DBC_OK : DBC_ENOMEM);
        dbc_source_free(source);
        assert_true(i > 0 || !done);
    }
    assert_true(done);
    dbc_buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cache),  cmocka_unit_test(a_networkd), cmocka_unit_test(a_pool),
        cmocka_unit_test(archives), cmocka_unit_test(files),      cmocka_unit_test(hostile),
        cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
