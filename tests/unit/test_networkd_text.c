/* test_networkd_text.c - the bytes of a networkd.db: raw octets, text that is not JSON or not a
 * networkd.db, limits, and values that are not of their member's type. */
#include "unit/test.h"

#include "base/limits.h"
#include "unit/networkd_text.h"
#include "unit/thorough.h"

#define NIC "'ports':{'eth0':{'interfaces':['eth0']}}"

/* ---- Octets ------------------------------------------------------------------------------- */

struct octets_case {
    const char *text, *mac; /* NULL: none */
};

/* Raw octets may be UTF-8 by chance (c3 a9, e2 82 ac); quote, backslash and control characters are
 * escaped. */
TEST(macs_as_octets)
{
    static const struct octets_case cases[] = {
        { "\\u0000\\u001b!\xa0\\u0000\\u0002", "00:1b:21:a0:00:02" },
        { "\xff\xfe\x80\x9f\xc0\xf5", "ff:fe:80:9f:c0:f5" },
        { "\\u0002\xc3\xa9\xe2\x82\xac", "02:c3:a9:e2:82:ac" },
        { "\xc3\\\"\\\\\xc2\xa0\xa0", "c3:22:5c:c2:a0:a0" },
        { "\\u0002\\u00e9\\u00ff\\u0080ab", "02:e9:ff:80:61:62" },
        { "\xf0\x9f\x98\x80zz", "f0:9f:98:80:7a:7a" },
        { "\xa0", NULL },
        { "1234567", NULL },
        { "", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told told = TOLD_INIT;
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        struct dbc_db *db = NULL;

        dbc_buf_addf(&text,
                     "{\"interface_order\":[{\"name\":\"eth0\",\"mac\":\"%s\"}],"
                     "\"bridge_config\":{\"xenbr0\":{\"ports\":{\"eth0\":{\"interfaces\":[\"eth0\"]"
                     "}}}}}",
                     cases[i].text);
        db = networkd_bytes(text.data, text.len, "xenbr0", &told, &err);
        assert_non_null(db);
        assert_string_equal(pif_on(db, "xenbr0")->MAC, cases[i].mac == NULL ? "" : cases[i].mac);
        assert_int_equal(told.w.n, cases[i].mac == NULL);
        dbc_db_free(db);
        dbc_buf_release(&text);
        told_release(&told);
    }
}

/* A byte that is no UTF-8 is not lost with the rest of the file, wherever it stands, and UTF-8
 * stays as it is. */
TEST_WITH(bytes_elsewhere, struct told, told)
{
    static const char text[] =
        "{\"bridge_config\":{\"xenbr0\":{\"b\xff\":1,\"\xf0\x9f\x98\x80\":\"\xe4\","
        "\"ports\":{\"eth0\":{\"interfaces\":[\"eth0\"]}}}}}";
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = networkd_bytes(text, sizeof text - 1, "xenbr0", told, &err);

    assert_non_null(db);
    assert_string_equal(pif_on(db, "xenbr0")->device, "eth0");
    assert_told(told, "LOST bridge xenbr0.b\xef\x9f\xbf=1");
    assert_told(told, "LOST bridge xenbr0.\xf0\x9f\x98\x80=\xef\x9f\xa4");
    dbc_db_free(db);
}

/* ---- What is no networkd.db --------------------------------------------------------------- */

struct bad_case {
    const char *text, *place; /* "LINE:COLUMN: " or "" */
    const char *says;
};

static void expect_error(const char *text, size_t len, enum dbc_code code, const char *place,
                         const char *says)
{
    struct told told = TOLD_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    char full[2000], start[64];

    assert_null(networkd_bytes(text, len, NULL, &told, &err));
    assert_int_equal(err.code, code);
    dbc_error_string(&err, full, sizeof full);
    snprintf(start, sizeof start, "t:%s%s", place, place[0] == '\0' ? " " : "");
    assert_has(full, start);
    assert_has(full, says);
    told_release(&told);
}

TEST(no_json)
{
    static const struct bad_case cases[] = {
        { "", "1:", "expected JSON" },
        { "   ", "1:", "expected JSON" },
        { "<?xml version='1.0'?>", "1:1:", "expected JSON" },
        { "{\"bridge_config\":{}", "1:", "expected JSON" },
        { "{\"bridge_config\":{}}x", "1:", "end of file expected" },
        { "{\"bridge_config\":\n{\"a\":{},\"a\":{}}}", "2:", "duplicate object key" },
        { "{\"bridge_config\":{\"a\\u0000b\":{}}}", "1:", "NUL byte in object key" },
        { "{\"bridge_config\":{\"a\":99999999999999999999}}", "1:", "too big integer" },
        { "{\"bridge_config\":{\"a\":1e999}}", "1:", "real number overflow" },
        { "{\"bridge_config\":{\"a\":bogus}}", "1:", "invalid token" },
        { "{\"bridge_config\":{\"a\":\"\\ud800\"}}", "1:", "invalid Unicode" },
        { "{\"bridge_config\":{\"a\":\"x\ny\"}}", "1:", "newline" },
        { "{\"bridge_config\":{\"a\":\"x", "1:", "premature end" },
        { "{\"bridge_config\":{\"a\xff", "1:", "premature end" },
        { "[]", "1:1:", "expected an object, found another value" },
        { "{\"bridge_config\":{}},{}", "1:", "end of file expected" },
        { "{\"bridge_config\":{}}],[{}", "1:", "end of file expected" },
        { "7", "1:1:", "expected an object" },
        { "{}", "", "found neither bridge_config nor interface_config" },
        { "{\"result\":{\"bridge_config\":{}}}", "", "found neither" },
        { "{\"bridge_config\":[]}", "", "found a bridge_config that is no object" },
        { "{\"bridge_config\":null}", "", "found neither" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_error(cases[i].text, strlen(cases[i].text), DBC_EPARSE, cases[i].place,
                     cases[i].says);
    }
    expect_error("{\"bridge_config\":{\"a\0b\":1}}", 24, DBC_EPARSE, "1:", "expected JSON");
}

/* Cut anywhere, a sample is an error: half a host would look like a whole one. */
TEST(cut_files)
{
    struct dbc_buf data = DBC_BUF_INIT;

    assert_int_equal(dbc_file_read(FIXTURES "/networkd/25.35.db", DBC_LIMIT_NETWORKD_BYTES, &data,
                                   NULL),
                     0);
    for (size_t len = 0; len < data.len; len += stride(1, 7)) {
        struct dbc_error err = DBC_ERROR_INIT;
        char *cut = malloc(len + 1); /* the sanitizer sees a read behind its end */

        memcpy(cut, data.data, len);
        assert_null(dbc_networkd_read("t", cut, len, NULL, NULL, NULL, NULL, &err));
        assert_int_equal(err.code, DBC_EPARSE);
        assert_true(err.line == 1 && err.column <= len + 1);
        free(cut);
    }
    dbc_buf_release(&data);
}

/* ---- Limits ------------------------------------------------------------------------------- */

static void fill(struct dbc_buf *text, const char *what, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dbc_buf_adds(text, what);
    }
}

TEST_WITH(too_deep, struct told, told)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_buf_adds(&text, "{\"bridge_config\":{},\n\"x\":\"\\\"[[[[[[[[[[[[[[[[[[[[\\\\\",\"y\":");
    fill(&text, "[", DBC_LIMIT_NETWORKD_DEPTH - 1);
    fill(&text, "]", DBC_LIMIT_NETWORKD_DEPTH - 1);
    dbc_buf_addc(&text, '}');
    dbc_db_free(networkd_bytes(text.data, text.len, NULL, told, &err));
    assert_int_equal(err.code, DBC_OK);
    dbc_buf_clear(&text);
    dbc_buf_adds(&text, "{\n\"bridge_config\":");
    fill(&text, "[", 100000);
    expect_error(text.data, text.len, DBC_ELIMIT, "2:32:", "at most 16 levels of nesting");
    dbc_buf_release(&text);
}

TEST(too_many_values)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, "{\"bridge_config\":{},\"x\":[");
    fill(&text, "0,", DBC_LIMIT_NETWORKD_VALUES);
    dbc_buf_adds(&text, "0]}");
    expect_error(text.data, text.len, DBC_ELIMIT, "1:", "at most 1000000 values");
    dbc_buf_release(&text);
}

TEST_WITH(too_long_texts, struct told, told)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    for (size_t len = DBC_LIMIT_TEXT_BYTES - 2; len < DBC_LIMIT_TEXT_BYTES; len++) {
        dbc_buf_clear(&text);
        dbc_buf_adds(&text, "{\"bridge_config\":{},\"x\":\"");
        fill(&text, "y", len);
        dbc_buf_adds(&text, "\"}");
        if (len == DBC_LIMIT_TEXT_BYTES - 2) {
            dbc_db_free(networkd_bytes(text.data, text.len, NULL, told, &err));
            assert_int_equal(err.code, DBC_OK);
        } else {
            expect_error(text.data, text.len, DBC_ELIMIT, "1:", "at most 65536 bytes of one text");
        }
    }
    dbc_buf_release(&text);
}

TEST_WITH(too_many_bytes, struct told, told)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_buf_adds(&text, "{\"bridge_config\":{}}");
    memset(dbc_buf_reserve(&text, DBC_LIMIT_NETWORKD_BYTES + 1 - text.len), ' ',
           DBC_LIMIT_NETWORKD_BYTES + 1 - text.len);
    dbc_buf_added(&text, DBC_LIMIT_NETWORKD_BYTES + 1 - text.len);
    expect_error(text.data, text.len, DBC_ELIMIT, "", "at most 16777216 bytes");
    dbc_db_free(networkd_bytes(text.data, DBC_LIMIT_NETWORKD_BYTES, NULL, told, &err));
    assert_int_equal(err.code, DBC_OK);
    dbc_buf_release(&text);
}

/* More VLANs on a bridge than a list takes, and more warnings than anybody reads. */
TEST_WITH(too_many_things, struct told, told)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;

    dbc_buf_adds(&text, "{\"bridge_config\":{\"b\":{\"ports\":{\"e\":{\"interfaces\":[\"e\"]}}}");
    for (int i = 0; i <= DBC_LIMIT_LIST; i++) {
        dbc_buf_addf(&text, ",\"v%d\":{\"vlan\":[\"b\",1]}", i);
    }
    dbc_buf_adds(&text, "}}");
    assert_null(networkd_bytes(text.data, text.len, NULL, told, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_has(err.text, "at most 8192 items in VLAN_slave_of");
    dbc_buf_clear(&text);
    dbc_buf_adds(&text, "{\"bridge_config\":{\"b\":{}");
    for (int i = 0; i < 3 * DBC_LIMIT_WARNINGS; i++) {
        dbc_buf_addf(&text, ",\"%d/\":{}", i);
    }
    dbc_buf_adds(&text, "}}");
    db = networkd_bytes(text.data, text.len, NULL, told, &err);
    assert_non_null(db);
    assert_int_equal(told->w.n, DBC_LIMIT_WARNINGS + 1);
    assert_has(told->w.last, "there are more warnings, which are not shown");
    dbc_db_free(db);
    dbc_buf_release(&text);
}

/* ---- Values of a wrong kind --------------------------------------------------------------- */

struct wrong_case {
    const char *iface, *bridge, *file; /* members */
    const char *says;
};

static const struct wrong_case wrong_values[] = {
    { "'ipv4_conf':7", "", "", "interface xenbr0: ipv4_conf: expected a mode, found ''" },
    { "'ipv4_conf':'DHCP6'", "", "", "ipv4_conf: expected a mode, found 'DHCP6'" },
    { "'ipv4_conf':'Static4'", "", "", "expected an address of a static interface" },
    { "'ipv4_conf':['Static4',[]]", "", "", "expected an address of a static interface" },
    { "'ipv4_conf':['Static4',[['::1',24]]]", "", "", "expected addresses and" },
    { "'ipv4_conf':['Static4',[['192.0.2.1',33]]]", "", "", "expected addresses and" },
    { "'ipv4_conf':['Static4',[['192.0.2.1',-1]]]", "", "", "expected addresses and" },
    { "'ipv4_conf':['Static4',[['192.0.2.1','24']]]", "", "", "expected addresses and" },
    { "'ipv4_conf':['Static4',[['192.0.2.1; reboot',24]]]", "", "", "expected addresses and" },
    { "'ipv4_gateway':'$(reboot)'", "", "", "ipv4_gateway: expected an IPv4 address" },
    { "'ipv4_gateway':5", "", "", "ipv4_gateway: expected a text" },
    { "'ipv4_gateway':'192.0.2.1\\u0000'", "", "", "ipv4_gateway: expected a text" },
    { "'ipv6_conf':['Static6',[['192.0.2.1',24]]]", "", "", "ipv6_conf: expected addresses" },
    { "'ipv6_conf':['Static6',[['::1',129]]]", "", "", "ipv6_conf: expected addresses" },
    { "'ipv6_gateway':'192.0.2.1'", "", "", "ipv6_gateway: expected an IPv6 address" },
    { "'mtu':67", "", "", "mtu: expected a number from 68 to 65535, found '67'" },
    { "'mtu':65536", "", "", "mtu: expected a number" },
    { "'mtu':1500.0", "", "", "mtu: expected a number" },
    { "'mtu':'1500'", "", "", "mtu: expected a number" },
    { "'dns':{}", "", "", "dns: expected a list" },
    { "'dns':['192.0.2.53',[]]", "", "", "dns: expected a list of servers" },
    { "'dns':[['name.example'],[]]", "", "", "dns: expected addresses, found 'name.example'" },
    { "'dns':[[],['a b']]", "", "", "dns: expected domains, found 'a b'" },
    { "'dns':[[],['`reboot`']]", "", "", "dns: expected domains" },
    { "'ipv4_routes':{}", "", "", "ipv4_routes: expected a list" },
    { "'ipv4_routes':[['192.0.2.0',33,'192.0.2.1']]", "", "",
      "ipv4_routes: route 1: expected a subnet" },
    { "'ipv4_routes':[['192.0.2.0',-1,'192.0.2.1']]", "", "",
      "ipv4_routes: route 1: expected a subnet" },
    { "'ipv4_routes':[['192.0.2.0',24]]", "", "", "ipv4_routes: route 1: expected a subnet" },
    { "'ipv4_routes':[{'subnet':'x','netmask':24,'gateway':'192.0.2.1'}]", "", "",
      "ipv4_routes: route 1: expected a subnet" },
    { "'ipv4_routes':[7]", "", "", "ipv4_routes: route 1: expected a subnet" },
    { "'ethtool_settings':[]", "", "", "ethtool_settings: expected an object" },
    { "'ethtool_offload':{'gro':'on off'}", "", "", "gro: expected an option's value" },
    { "'ethtool_offload':{'gro':true}", "", "", "gro: expected an option's value" },
    { "", "'bridge_mac':'x',", "", "bridge_mac: expected a MAC, found 'x'" },
    { "", "'bridge_mac':{},", "", "bridge_mac: expected a text" },
    { "", "'other_config':{'domain':'a;b'},", "", "domain: expected domains, found 'a;b'" },
    { "", "'other_config':{'vswitch-disable-in-band':''},", "", "expected an option's value" },
    { "", "'other_config':{'network-uuids':'$HOME'},", "", "network-uuids: expected a uuid" },
    { "", "'other_config':7,", "", "other_config: expected an object" },
    { "", "", "'gateway_interface':7,", "the file: gateway_interface: expected a text" },
    { "", "", "'interface_order':{},", "the file: interface_order: expected a list" },
    { "", "", "'interface_order':[{'name':7}],", "interface_order: name: expected a text" },
};

TEST(wrong_kinds)
{
    for (size_t i = 0; i < sizeof wrong_values / sizeof wrong_values[0]; i++) {
        const struct wrong_case *c = &wrong_values[i];
        struct told told = TOLD_INIT;
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_db *db = NULL;
        const struct dbc_pif *pif = NULL;

        dbc_buf_addf(&text,
                     "{%s'interface_config':{'xenbr0':{%s}},'bridge_config':{'xenbr0':{%s" NIC "}}"
                     "}",
                     c->file, c->iface, c->bridge);
        db = networkd_text(dbc_buf_str(&text), "xenbr0", &told);
        pif = pif_on(db, "xenbr0");
        assert_has(told.w.first, c->says);
        assert_has(told.w.first, "t: ");
        assert_true(told.w.n <= 2);
        assert_string_equal(pif->ip_configuration_mode, "None");
        assert_string_equal(pif->IP, "");
        assert_string_equal(pif->gateway, "");
        assert_string_equal(pif->DNS, "");
        assert_string_equal(pif->IPv6_gateway, "");
        assert_string_equal(pif->MAC, "");
        assert_int_equal(pif->other_config.n, 0);
        assert_int_equal(dbc_db_network_by_bridge(db, "xenbr0")->other_config.n, 0);
        assert_int_equal(dbc_db_network_by_bridge(db, "xenbr0")->MTU.value, 1500);
        dbc_db_free(db);
        dbc_buf_release(&text);
        told_release(&told);
    }
}

TEST_WITH(names_that_no_device_has, struct told, told)
{
    struct dbc_db *db =
        networkd_text("{'interface_config':{'xenbr0':7,'eth0':[]},'bridge_config':{"
                      "'-x':{},'a/b':{},'sixteen-letters.':{},'n':7,'xenbr0':{" NIC "}}}",
                      "xenbr0", told);

    assert_int_equal(told->w.n, 6);
    assert_has(told->w.first, "bridge -x: expected a device's name, it is left out");
    assert_has(told->w.last, "interface eth0: expected an object");
    assert_int_equal(db->of[DBC_NETWORK].n, 1);
    dbc_db_free(db);
}

/* ---- Recognising -------------------------------------------------------------------------- */

TEST(recognise)
{
    static const char *const good[] = { "{\"interface_config\"", "{", " \n{\t\"", "{}" };
    static const char *const bad[] = { "", "  ", "[", "{x", "<?xml", "\"{", "\x1f\x8b", "{{" };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(dbc_networkd_recognise(good[i], strlen(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(dbc_networkd_recognise(bad[i], strlen(bad[i])));
    }
    assert_false(dbc_networkd_recognise("\0{", 2));
    assert_true(dbc_networkd_recognise("{x", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(macs_as_octets),
        FIXTURE(bytes_elsewhere),
        cmocka_unit_test(no_json),
        cmocka_unit_test(cut_files),
        FIXTURE(too_deep),
        cmocka_unit_test(too_many_values),
        FIXTURE(too_long_texts),
        FIXTURE(too_many_bytes),
        FIXTURE(too_many_things),
        cmocka_unit_test(wrong_kinds),
        FIXTURE(names_that_no_device_has),
        cmocka_unit_test(recognise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
