/* test_statedb.c - statedb/: a pool's database as the records of each host.  Hostile files are in
 * test_statedb_hostile.c, losses in test_statedb_losses.c. */
#include "unit/test.h"

#include "unit/statedb_text.h"

static bool has_field(const struct dbc_record *rec, const char *name)
{
    const struct dbc_field *field = dbc_schema_field(rec->class_, name);

    assert_non_null(field);
    return (rec->present >> dbc_schema_field_index(field) & 1) != 0;
}

/* ---- The samples -------------------------------------------------------------------------- */

static struct dbc_buf file_text(const char *name)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    char path[256];

    snprintf(path, sizeof path, FIXTURES "/statedb/%s", name);
    if (dbc_file_read(path, 1 << 20, &text, &err) != 0) {
        fail_msg("%s", err.text);
    }
    return text;
}

static void assert_host(const struct dbc_statedb *pool, const char *host, const char *expected)
{
    struct dbc_buf text = file_text(expected);
    struct dbc_db *db = host_of(pool, host);

    assert_formats(db, dbc_buf_str(&text));
    dbc_db_free(db);
    dbc_buf_release(&text);
}

TEST(the_sample_of_8_2)
{
    struct dbc_buf text = file_text("8.2.xml");
    struct dbc_statedb *pool = good_pool(dbc_buf_str(&text));
    const struct dbc_statedb_info *info = dbc_statedb_info(pool);
    const struct dbc_statedb_host *beta = dbc_statedb_host(pool, 0);

    assert_int_equal(info->schema_major, 5);
    assert_int_equal(info->schema_minor, 601);
    assert_int_equal(info->generation, 40219);
    assert_string_equal(info->release, "8.2");
    assert_int_equal(dbc_statedb_n_hosts(pool), 2);
    assert_string_equal(beta->ref, "OpaqueRef:2fd3d692-12c2-3531-e3ab-b3640b3b0611");
    assert_string_equal(beta->uuid, "341c554a-966f-0f97-4300-9599309a1069");
    assert_string_equal(beta->name_label, "xen-beta");
    assert_false(beta->master);
    assert_true(dbc_statedb_host(pool, 1)->master);
    assert_null(dbc_statedb_host(pool, 2));
    assert_host(pool, "xen-alpha", "8.2-alpha.dbcache");
    assert_host(pool, "341c554a-966f-0f97-4300-9599309a1069", "8.2-beta.dbcache");
    dbc_statedb_free(pool);
    dbc_buf_release(&text);
}

TEST(the_sample_of_5_6)
{
    struct dbc_buf text = file_text("5.6.xml");
    struct dbc_statedb *pool = good_pool(dbc_buf_str(&text));
    const struct dbc_statedb_info *info = dbc_statedb_info(pool);
    struct dbc_db *db = NULL;

    assert_int_equal(info->schema_minor, 60);
    assert_int_equal(info->generation, 5512);
    assert_string_equal(info->release, "5.6");
    assert_host(pool, "xen-alpha", "5.6-alpha.dbcache");
    assert_host(pool, "xen-beta", "5.6-beta.dbcache");
    db = host_of(pool, "xen-beta");
    assert_true(has_field(dbc_db_at(db, DBC_PIF, 0), "bond_master_of"));
    assert_false(has_field(dbc_db_at(db, DBC_PIF, 0), "tunnel_access_PIF_of")); /* unknown then */
    dbc_db_free(db);
    dbc_statedb_free(pool);
    dbc_buf_release(&text);
}

/* A tag's attributes, last first. */
static const char *add_reversed(struct dbc_buf *out, const char *tag)
{
    struct {
        const char *at;
        size_t len;
    } attributes[128];
    size_t n = 0;

    tag += strlen("<row ");
    while (*tag != '/' && *tag != '>') {
        const char *end = strchr(strchr(tag, '"') + 1, '"') + 1;

        assert_true(n < 128);
        attributes[n].at = tag;
        attributes[n++].len = (size_t)(end - tag);
        tag = end + strspn(end, " ");
    }
    dbc_buf_adds(out, "<row");
    while (n-- > 0) {
        dbc_buf_addf(out, "\n %.*s", (int)attributes[n].len, attributes[n].at);
    }
    return tag;
}

static void add_table_reversed(struct dbc_buf *out, const char *table, const char *end)
{
    while (table < end) {
        if (strncmp(table, "<row ", 5) == 0) {
            table = add_reversed(out, table);
        } else {
            dbc_buf_addc(out, *table++);
        }
    }
}

/* Tables and attributes in reverse order, lines between attributes, manifest last. */
TEST(the_order_does_not_matter)
{
    struct dbc_buf text = file_text("8.2.xml"), mixed = DBC_BUF_INIT;
    const char *start = dbc_buf_str(&text), *table = start + text.len, *end = NULL;
    struct dbc_statedb *pool = NULL;

    dbc_buf_adds(&mixed, "<database>");
    end = strstr(start, "</database>");
    for (table = end - 1; table > start; table--) {
        if (strncmp(table, "<table ", 7) == 0) {
            add_table_reversed(&mixed, table, end);
            end = table;
        }
    }
    start = strstr(start, "<manifest>");
    dbc_buf_addf(&mixed, "%.*s</database>", (int)(end - start), start);
    pool = good_pool(dbc_buf_str(&mixed));
    assert_string_equal(dbc_statedb_info(pool)->release, "8.2");
    assert_host(pool, "xen-alpha", "8.2-alpha.dbcache");
    assert_host(pool, "xen-beta", "8.2-beta.dbcache");
    dbc_statedb_free(pool);
    dbc_buf_release(&text);
    dbc_buf_release(&mixed);
}

TEST(the_pieces_do_not_matter)
{
    struct dbc_buf text = file_text("8.2.xml");
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool = read_pool_bytes(text.data, text.len, 7, &w, &err);

    assert_non_null(pool);
    assert_host(pool, "xen-alpha", "8.2-alpha.dbcache");
    dbc_statedb_free(pool);
    dbc_buf_release(&text);
}

/* ---- Whose a record is -------------------------------------------------------------------- */

TEST(records_are_of_their_host)
{
    struct dbc_db *db = good_host(
        DATABASE(HOSTS PIFS NETWORKS
                 "<table name='Bond'><row ref='b1' master='p1'/><row ref='b2' master='p2'/>"
                 "<row ref='b3' master='OpaqueRef:NULL'/><row ref='b4'/><row ref='b5' master='x'/>"
                 "</table><table name='VLAN'>"
                 "<row ref='v1' untagged_PIF='p1' tagged_PIF='p2'/>"
                 "<row ref='v2' untagged_PIF='p2' tagged_PIF='p1'/></table>"
                 "<table name='tunnel'><row ref='t1' transport_PIF='p1' access_PIF='p2'/>"
                 "<row ref='t2' transport_PIF='p2' access_PIF='p1'/></table>"
                 "<table name='PIF'><row ref='p3'/><row ref='p4' host=''/><row ref='p5' "
                 "host='p1'/></table>"));

    assert_int_equal(dbc_db_count(db, DBC_PIF), 1);
    assert_non_null(dbc_db_pif(db, "p1"));
    assert_int_equal(dbc_db_count(db, DBC_BOND), 1);
    assert_non_null(dbc_db_bond(db, "b1"));
    assert_int_equal(dbc_db_count(db, DBC_VLAN), 1);
    assert_non_null(dbc_db_vlan(db, "v1"));
    assert_string_equal(dbc_db_vlan(db, "v1")->tagged_PIF, "p2");
    assert_int_equal(dbc_db_count(db, DBC_TUNNEL), 1);
    assert_non_null(dbc_db_tunnel(db, "t1"));
    assert_int_equal(dbc_db_count(db, DBC_NETWORK), 1);
    assert_int_equal(dbc_db_count(db, DBC_POOL), 1);
    assert_refs(&dbc_db_network(db, "n1")->PIFs, "p1"); /* of all hosts in XAPI */
    assert_ptr_equal(dbc_db_network_by_bridge(db, "xenbr0"), dbc_db_network(db, "n1"));
    /* As XAPI has them, whosever they are. */
    assert_refs(&dbc_db_pif(db, "p1")->VLAN_slave_of, "v2");
    assert_refs(&dbc_db_pif(db, "p1")->tunnel_access_PIF_of, "t2");
    dbc_db_free(db);
}

/* What the file says of them does not count: here it is wrong everywhere. */
TEST(lists_are_derived)
{
    struct dbc_db *db = good_host(DATABASE(
        HOSTS "<table name='PIF'>"
              "<row ref='p1' host='h1' network='n1' bond_master_of='(\"x\")' VLAN_slave_of='()'"
              " tunnel_access_PIF_of='(not even a set' tunnel_transport_PIF_of='()'/>"
              "<row ref='p2' host='h1' network='n1' bond_slave_of='b1'/>"
              "<row ref='p3' host='h1' network='n1' bond_slave_of='b1'/>"
              "<row ref='p4' host='h1' network='nowhere' bond_slave_of='v1'/>"
              "<row ref='p5' host='h2' network='n1' bond_slave_of='b1'/></table>"
              "<table name='Bond'><row ref='b1' master='p1' slaves='(\"x\" \"y\")'/></table>"
              "<table name='VLAN'><row ref='v1' tagged_PIF='p1' untagged_PIF='p2'/>"
              "<row ref='v2' tagged_PIF='p1' untagged_PIF='p3'/></table>"
              "<table name='tunnel'><row ref='t1' access_PIF='p2' transport_PIF='p1'/></table>"
              "<table name='network'><row ref='n1' PIFs='(\"x\")'/><row ref='n2'/></table>"));

    assert_refs(&dbc_db_pif(db, "p1")->bond_master_of, "b1");
    assert_refs(&dbc_db_pif(db, "p1")->VLAN_slave_of, "v2 v1"); /* the last one first, as XAPI */
    assert_refs(&dbc_db_pif(db, "p1")->tunnel_access_PIF_of, "");
    assert_refs(&dbc_db_pif(db, "p1")->tunnel_transport_PIF_of, "t1");
    assert_refs(&dbc_db_pif(db, "p2")->tunnel_access_PIF_of, "t1");
    assert_refs(&dbc_db_bond(db, "b1")->slaves, "p5 p3 p2");
    assert_refs(&dbc_db_network(db, "n1")->PIFs, "p3 p2 p1");
    assert_refs(&dbc_db_network(db, "n2")->PIFs, "");
    assert_true(has_field(&dbc_db_network(db, "n2")->rec, "PIFs"));
    dbc_db_free(db);
}

/* ---- Fields ------------------------------------------------------------------------------- */

TEST(a_row_has_a_reference)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool =
        read_pool(DATABASE(HOSTS "<table name='network'><row bridge='a' _ref='r%.1'/>"
                                 "<row bridge='b' ref='r%.2' _ref='other'/>"
                                 "<row bridge='c'/>\n<row ref='' _ref='r3' bridge='d'/></table>"),
                  &w, &err);
    struct dbc_db *db = host_of(pool, "h1");

    assert_int_equal(dbc_db_count(db, DBC_NETWORK), 2);
    assert_string_equal(dbc_db_network(db, "r 1")->bridge, "a");  /* a column is protected ... */
    assert_string_equal(dbc_db_network(db, "r%.2")->bridge, "b"); /* ... and this is none */
    assert_int_equal(w.n, 2);
    assert_has(w.last, "t:2:");
    assert_has(w.last, "table network: expected a row with a reference");
    dbc_db_free(db);
    dbc_statedb_free(pool);
}

TEST(fields_have_their_kinds)
{
    struct dbc_db *db = good_host(DATABASE(
        HOSTS "<table name='network'><row ref='n1' bridge='a%.b' MTU='9000' uuid='U' "
              "name__label='%' other_config=\"(('mtu'%.'1400')%.('static-routes'%.'say%.\\&quot;"
              "hi\\&quot;%.100%%')%.('note'%.'not kept')%.('mtu'%.'1300'))\"/>"
              "<row ref='n2' MTU='1500' bridge='' other_config=''/><row ref='n3'/></table>\n"
              "<table name='PIF'><row ref='p1' host='h1' management='true' VLAN='7' "
              "currently_attached='false' uuid='01234567-89ab-cdef-0123-456789abcdef' "
              "bond_slave_of='' VLAN_master_of='OpaqueRef:NULL' MAC='0A:1b' IP=' 10.0.0.1'/>"
              "<row ref='p2' host='h1' uuid='01234567-89AB-cdef-0123-456789abcdef'/>"
              "<row ref='p3' host='h1' uuid='01234567_89ab_cdef_0123_456789abcdef'/></table>"));
    const struct dbc_network *network = dbc_db_network(db, "n1");
    const struct dbc_pif *pif = dbc_db_pif(db, "p1");

    assert_string_equal(network->bridge, "a b");
    assert_string_equal(network->uuid, "U");
    assert_int_equal(network->MTU.value, 9000);
    assert_int_equal(network->other_config.n, 2);
    assert_string_equal(network->other_config.v[0].key, "mtu");    /* the first one's place ... */
    assert_string_equal(network->other_config.v[0].value, "1300"); /* ... the last one's value */
    assert_string_equal(dbc_map_get(&network->other_config, "static-routes"), "say \"hi\" 100%");
    assert_true(has_field(&dbc_db_network(db, "n2")->rec, "MTU")); /* though as when missing */
    assert_true(has_field(&dbc_db_network(db, "n2")->rec, "other_config"));
    assert_false(has_field(&dbc_db_network(db, "n3")->rec, "MTU"));
    assert_int_equal(dbc_db_network(db, "n3")->MTU.value, 1500);
    assert_true(pif->management);
    assert_false(pif->currently_attached);
    assert_true(has_field(&pif->rec, "currently_attached"));
    assert_int_equal(pif->VLAN.value, 7);
    assert_string_equal(pif->uuid, "01234567-89ab-cdef-0123-456789abcdef");
    assert_string_equal(dbc_db_pif(db, "p2")->uuid, "01234567-89AB-cdef-0123-456789abcdef");
    assert_string_equal(dbc_db_pif(db, "p3")->uuid, "01234567_89ab_cdef_0123_456789abcdef");
    assert_string_equal(pif->bond_slave_of, "OpaqueRef:NULL");
    assert_string_equal(pif->VLAN_master_of, "OpaqueRef:NULL");
    assert_string_equal(pif->MAC, "0A:1b");
    assert_string_equal(pif->IP, "10.0.0.1"); /* as every reader of a cache trims it */
    assert_int_equal(pif->rec.line, 0); /* a state.db is one line, which tells nobody anything */
    assert_string_equal(db->source, "t");
    dbc_db_free(db);
}

/* Each is told with its place, and reads as if it were not there. */
TEST(bad_values_are_left_out)
{
    static const struct {
        const char *column, *value, *expected;
    } bad[] = {
        { "management", "yes", "true or false, found 'yes'" },
        { "management", "True", "true or false, found 'True'" },
        { "management", "", "true or false, found ''" },
        { "VLAN", "x7", "a number, found 'x7'" },
        { "VLAN", "", "a number, found ''" },
        { "VLAN", "99999999999", "a number" },
        { "other_config", "((\"mtu\" \"9000\") (mtu \"1\"))", "a quoted string, found '((\"mtu" },
        { "other_config", "(\"mtu\" \"9000\")", "'(', found" },
        { "other_config", "((\"mtu\" \"9000\"", "')', found" },
        { "properties", "nothing", "'(', found 'nothing'" },
        { "IPv6", "(x)", "a quoted string, found '(x)'" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        struct warnings w;
        struct dbc_statedb *pool = NULL;
        struct dbc_db *db = NULL;
        const struct dbc_pif *pif = NULL;
        char place[64];

        dbc_buf_addf(&text,
                     DATABASE(HOSTS "\n<table name='PIF'>\n<row ref='p1' host='h1' %s='%s'"
                                    " device='eth0'/></table>"),
                     bad[i].column, bad[i].value);
        pool = read_pool(dbc_buf_str(&text), &w, &err);
        assert_int_equal(w.n, 1);
        assert_int_equal(w.code, DBC_EINVAL);
        assert_has(w.last, "t:3:");
        snprintf(place, sizeof place, "table PIF, row p1, column %s: expected ", bad[i].column);
        assert_has(w.last, place);
        assert_has(w.last, bad[i].expected);
        db = host_of(pool, "h1");
        pif = dbc_db_pif(db, "p1");
        assert_string_equal(pif->device, "eth0");
        assert_false(pif->management);
        assert_int_equal(pif->VLAN.value, -1);
        assert_int_equal(pif->other_config.n, 0);
        assert_false(dbc_schema_field(DBC_PIF, bad[i].column) != NULL &&
                     has_field(&pif->rec, bad[i].column));
        dbc_db_free(db);
        dbc_statedb_free(pool);
        dbc_buf_release(&text);
    }
}

TEST(the_last_row_wins)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool =
        read_pool(DATABASE(HOSTS "<table name='PIF'><row ref='p1' host='h1' device='a' IP='x'/>"
                                 "<row ref='p2' host='h1' device='b'/>"
                                 "<row ref='p1' host='h1' device='c'/>"
                                 "<row ref='p3' host='h1'/><row ref='p3' host='h2'/></table>"
                                 "<table name='network'><row ref='p1' bridge='d'/></table>"),
                  &w, &err);
    struct dbc_db *db = host_of(pool, "h1"), *other = host_of(pool, "h2");

    assert_int_equal(w.n, 2);
    assert_has(w.first, "table PIF: expected row p1 once");
    assert_int_equal(dbc_db_count(db, DBC_PIF), 2);
    assert_string_equal(dbc_db_pif_at(db, 0)->device, "c"); /* the first one's place */
    assert_string_equal(dbc_db_pif_at(db, 0)->IP, "");
    assert_string_equal(dbc_db_pif_at(db, 1)->device, "b");
    assert_string_equal(dbc_db_network(db, "p1")->bridge, "d"); /* another table's is another */
    assert_int_equal(dbc_db_count(other, DBC_PIF), 1);
    assert_non_null(dbc_db_pif(other, "p3"));
    dbc_db_free(db);
    dbc_db_free(other);
    dbc_statedb_free(pool);
}

TEST(the_unknown_is_skipped)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool = read_pool(
        DATABASE("<!-- a --><manifest><pair key='new' value='x'/></manifest>text<?a b?>" HOSTS
                 "<table name='VM'><row ref='p1' host='h1' other_config='(broken'/></table>"
                 "<table/><table name='pif'><row/></table>"
                 "<table name='PIF'><row ref='p1' host='h1' new='(' device='eth0'><![CDATA[x]]>"
                 "</row></table><table xmlns:z='u' name='network'>"
                 "<row ref='n1' z:bridge='x' bridge='y'/></table>"),
        &w, &err);
    struct dbc_db *db = host_of(pool, "h1");

    assert_int_equal(w.n, 0);
    assert_int_equal(dbc_db_count(db, DBC_PIF), 1);
    assert_string_equal(dbc_db_network(db, "n1")->bridge, "y");
    dbc_db_free(db);
    dbc_statedb_free(pool);
    pool = read_pool(DATABASE(HOSTS "<extra><row/><x><table/></x></extra><table name='network'>"
                                    "<new><row ref='n1'/></new><row ref='n2'/></table>"),
                     &w, &err);
    assert_int_equal(w.n, 2);
    assert_has(w.first, "expected <table>, found <extra>");
    assert_has(w.last, "expected <row>, found <new>");
    db = host_of(pool, "h1");
    assert_int_equal(dbc_db_count(db, DBC_NETWORK), 1);
    assert_non_null(dbc_db_network(db, "n2"));
    dbc_db_free(db);
    dbc_statedb_free(pool);
}

/* More texts than one chunk of the stage holds. */
TEST(many_rows_keep_their_texts)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;
    char name[32];

    dbc_buf_adds(&text, "<database>" HOSTS "<table name='network'>");
    for (unsigned i = 0; i < 20000; i++) {
        dbc_buf_addf(&text, "<row ref='n%u' bridge='bridge%u' uuid='uuid%u'/>", i, i, i);
    }
    dbc_buf_adds(&text, "</table></database>");
    db = good_host(dbc_buf_str(&text));
    for (unsigned i = 0; i < 20000; i++) {
        const struct dbc_network *network = dbc_db_network_at(db, i);

        snprintf(name, sizeof name, "bridge%u", i);
        assert_string_equal(network->bridge, name);
        snprintf(name, sizeof name, "uuid%u", i);
        assert_string_equal(network->uuid, name);
    }
    dbc_db_free(db);
    dbc_buf_release(&text);
}

/* ---- Hosts and pools ---------------------------------------------------------------------- */

TEST(hosts_are_found)
{
    struct dbc_statedb *pool =
        good_pool(DATABASE("<table name='host'><row ref='h1' uuid='u1' name__label='same'/>"
                           "<row ref='h2' uuid='u2' name__label='same'/>"
                           "<row ref='h3' uuid='u3' name__label='u1'/>"
                           "<row ref='h4' uuid='u4' name__label='only%.one'/>"
                           "<row ref='h5' uuid='twice'/><row ref='h6' uuid='twice'/></table>"));

    assert_int_equal(dbc_statedb_find_host(pool, "u2"), 1);
    assert_int_equal(dbc_statedb_find_host(pool, "h2"), 1);
    assert_int_equal(dbc_statedb_find_host(pool, "only one"), 3);
    assert_int_equal(dbc_statedb_find_host(pool, "u1"), 0); /* a uuid goes before a name */
    assert_true(dbc_statedb_find_host(pool, "same") == SIZE_MAX);
    assert_true(dbc_statedb_find_host(pool, "twice") == SIZE_MAX);
    assert_true(dbc_statedb_find_host(pool, "none") == SIZE_MAX);
    assert_true(dbc_statedb_find_host(pool, "") == SIZE_MAX);
    assert_false(dbc_statedb_host(pool, 0)->master); /* there is no pool */
    assert_int_equal(dbc_statedb_info(pool)->schema_major, -1);
    assert_int_equal(dbc_statedb_info(pool)->schema_minor, -1);
    assert_int_equal(dbc_statedb_info(pool)->generation, -1);
    assert_string_equal(dbc_statedb_info(pool)->release, "");
    dbc_statedb_free(pool);
}

TEST(pools_may_be_several)
{
    struct dbc_statedb *pool = good_pool(
        DATABASE("<table name='host'><row ref='h1'/><row ref='h2'/><row ref='h3'/></table>"
                 "<table name='pool'><row ref='a' master='gone' "
                 "other_config='((\"vswitch-controller-fail-mode\" \"secure\"))'/>"
                 "<row ref='b' master='h2'/></table>"));
    struct dbc_db *db = host_of(pool, "h1");

    assert_false(dbc_statedb_host(pool, 0)->master);
    assert_true(dbc_statedb_host(pool, 1)->master);
    assert_false(dbc_statedb_host(pool, 2)->master);
    assert_int_equal(dbc_db_count(db, DBC_POOL), 2);
    assert_string_equal(dbc_map_get(&dbc_db_pool(db)->other_config, "vswitch-controller-fail-mode"),
                        "secure");
    dbc_db_free(db);
    dbc_statedb_free(pool);
}

/* What a server gives while its pool is being upgraded. */
TEST(a_stub_has_no_host)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;

    assert_null(read_pool(DATABASE("<manifest><pair key='schema_major_vsn' value='5'/>"
                                   "<pair key='schema_minor_vsn' value='35'/></manifest>"
                                   "<table name='host'/><table name='PIF'/>"),
                          &w, &err));
    assert_int_equal(err.code, DBC_ENOENT);
    assert_has(err.text, "expected a host, found none");
    assert_string_equal(err.file, "t");
    assert_int_equal(w.n, 0);
}

TEST(the_schema_says_the_release)
{
    static const struct {
        int major, minor;
        const char *release;
    } cases[] = {
        { 5, 18, "" },     { 5, 19, "4.0" },     { 5, 34, "4.0" },  { 5, 35, "4.1" },
        { 5, 55, "5.0" },  { 5, 57, "5.5" },     { 5, 60, "5.6" },  { 5, 61, "5.6 FP1" },
        { 5, 63, "6.0" },  { 5, 66, "6.1" },     { 5, 67, "6.2" },  { 5, 69, "6.2 SP1" },
        { 5, 72, "6.5" },  { 5, 73, "6.5 SP1" }, { 5, 93, "7.0" },  { 5, 108, "7.1" },
        { 5, 120, "7.2" }, { 5, 133, "7.3" },    { 5, 134, "7.4" }, { 5, 142, "7.5" },
        { 5, 203, "7.6" }, { 5, 400, "8.0" },    { 5, 504, "8.1" }, { 5, 601, "8.2" },
        { 5, 602, "8.2" }, { 5, 775, "8" },      { 5, 909, "8" },   { 4, 601, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        struct dbc_statedb *pool = NULL;

        snprintf(text, sizeof text,
                 DATABASE("<manifest><pair value='%d' key='schema_major_vsn'/>"
                          "<pair key='schema_minor_vsn' value='%d'/></manifest>" HOSTS),
                 cases[i].major, cases[i].minor);
        pool = good_pool(text);
        assert_string_equal(dbc_statedb_info(pool)->release, cases[i].release);
        dbc_statedb_free(pool);
    }
}

static bool recognised(const char *head)
{
    return dbc_statedb_recognise(head, strlen(head));
}

TEST(the_root_is_recognised)
{
    assert_true(recognised("<database>"));
    assert_true(recognised("<database/>"));
    assert_true(recognised("<database x='1'>"));
    assert_true(recognised("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<database><manifest>"));
    assert_true(
        recognised("\xef\xbb\xbf \n<?xml version='1.0'?><!-- <a> --> <!--\n--><database\n"));
    assert_false(recognised(""));
    assert_false(recognised("<database"));
    assert_false(recognised("<databases>"));
    assert_false(recognised("database>"));
    assert_false(recognised("<?xml version='1.0'"));
    assert_false(recognised("<!-- <database>"));
    assert_false(recognised("<xenserver-network-configuration><database>"));
    assert_false(dbc_statedb_recognise("<database\0>", 11));
    assert_false(dbc_statedb_recognise("<database>", 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_of_8_2),         cmocka_unit_test(the_sample_of_5_6),
        cmocka_unit_test(the_order_does_not_matter), cmocka_unit_test(the_pieces_do_not_matter),

        cmocka_unit_test(records_are_of_their_host), cmocka_unit_test(lists_are_derived),
        cmocka_unit_test(a_row_has_a_reference),     cmocka_unit_test(fields_have_their_kinds),
        cmocka_unit_test(bad_values_are_left_out),   cmocka_unit_test(the_last_row_wins),
        cmocka_unit_test(the_unknown_is_skipped),    cmocka_unit_test(many_rows_keep_their_texts),
        cmocka_unit_test(hosts_are_found),           cmocka_unit_test(pools_may_be_several),
        cmocka_unit_test(a_stub_has_no_host),        cmocka_unit_test(the_schema_says_the_release),
        cmocka_unit_test(the_root_is_recognised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
