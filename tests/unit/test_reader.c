/* test_reader.c - xml/reader.c: every dialect, every oddity that is accepted, every warning, and
 * elements that the schema does not know.  Damage, hostile files and limits are in
 * test_reader_damage.c. */
#include "unit/test.h"

#include "base/limits.h"
#include "unit/cache_text.h"

/* ---- Dialects ----------------------------------------------------------------------------- */

static unsigned silent;

static void reads_silently(const char *path)
{
    struct warnings w = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = dbc_xml_read_file(path, remember_warning, &w, &err);

    assert_string_equal(w.last, "");
    assert_string_equal(err.text, "");
    assert_true(dbc_db_count(db, DBC_PIF) >= 1);
    assert_non_null(dbc_db_find_bridge(db, "xenbr0"));
    assert_string_equal(db->source, path);
    dbc_db_free(db);
    silent++;
}

TEST(every_dialect)
{
    silent = 0;
    assert_int_equal(each_file(FIXTURES "/dialects", reads_silently), 16);
    assert_int_equal(silent, 16);
}

static struct dbc_buf canonical(const char *name)
{
    struct dbc_db *db = read_dialect(name);
    struct dbc_buf text = format(db);

    dbc_db_free(db);
    return text;
}

static void assert_same_records(const char *a, const char *b)
{
    struct dbc_buf x = canonical(a), y = canonical(b);

    assert_string_equal(dbc_buf_str(&x), dbc_buf_str(&y));
    dbc_buf_release(&x);
    dbc_buf_release(&y);
}

/* The same host in both layouts and two orders. */
TEST(layout_means_nothing)
{
    assert_same_records("02-minidom-ownline-6.x", "03-minidom-inline-py27");
    assert_same_records("02-minidom-ownline-6.x", "04-minidom-inline-py3-order");
    assert_same_records("02-minidom-ownline-6.x", "09b-upgraded-tunnel-duplicated");
    assert_same_records("13-entities-ownline", "14-entities-inline");
}

TEST(what_a_dialect_lacks)
{
    struct dbc_db *db = read_dialect("11-force-rewrite-static-nogw");
    const struct dbc_pif *pif = dbc_db_pif_at(db, 0);

    assert_string_equal(pif->MAC, "x");
    assert_string_equal(pif->IP, "192.0.2.10");
    assert_string_equal(pif->gateway, "");
    assert_false(pif->currently_attached);
    assert_int_equal(pif->rec.line, 3);
    assert_int_equal(dbc_db_network_at(db, 0)->MTU.value, 1500);
    dbc_db_free(db);
}

TEST(entities_in_text)
{
    struct dbc_db *db = read_dialect("14-entities-inline");
    const struct dbc_pif *pif = NULL;
    unsigned n = 0;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        const char *domain = dbc_map_get(&pif->other_config, "domain");
        if (domain != NULL) {
            assert_string_equal(domain, "q\"<&>'.example.test");
            n++;
        }
    }
    assert_int_equal(n, 1);
    dbc_db_free(db);
}

/* ---- What is taken ------------------------------------------------------------------------ */

TEST(texts)
{
    static const struct {
        const char *xml, *text;
    } rows[] = {
        { "<device>\n\t\teth0 \r\n</device>", "eth0" },
        { "<device/>", "" },
        { "<device> \n </device>", "" },
        { "<device><![CDATA[<e&h>]]></device>", "<e&h>" },
        { "<device>a<![CDATA[ b ]]>c</device>", "a b c" },
        { "<device>a<!-- no -->b<?no no?>c</device>", "abc" },
        { "<device>&#101;&#x74;h&amp;&lt;&gt;&quot;&apos;</device>", "eth&<>\"'" },
        { "<device>\xc3\xa9\xf0\x9f\x98\x80</device>", "\xc3\xa9\xf0\x9f\x98\x80" },
        { "<device>one</device><device>two</device>", "two" },
        { "<device>one</device><device/>", "" },
    };
    char text[512] = "";

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_db *db = NULL;

        snprintf(text, sizeof text, "<pif ref='p'>%s</pif>", rows[i].xml);
        db = read_good(text);
        assert_string_equal(dbc_db_pif_at(db, 0)->device, rows[i].text);
        assert_null(dbc_db_pif_at(db, 0)->rec.extras.first);
        assert_null(db->extras.first);
        dbc_db_free(db);
    }
}

TEST(around_the_root)
{
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = read_text("\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<!-- a -->"
                                  "<?b c?>" ROOT_OPEN "<pool ref='p'/>" ROOT_CLOSE "<!-- d -->\n\n",
                                  &w, &err);

    assert_string_equal(w.last, "");
    assert_non_null(db);
    assert_int_equal(dbc_db_count(db, DBC_POOL), 1);
    assert_string_equal(db->extras.first->xml, "<!-- a -->");
    assert_string_equal(db->extras.first->next->xml, "<?b c?>");
    assert_string_equal(db->extras.last->xml, "<!-- d -->");
    dbc_db_free(db);
}

TEST(lists_and_maps)
{
    struct dbc_db *db = read_good(
        "<bond ref='b'><slaves>\n<slave> 1 </slave><!-- x --><slave>2</slave></slaves></bond>"
        "<network ref='n'><PIFs><PIF>1</PIF></PIFs><PIFs><PIF>2</PIF><PIF/></PIFs><other_config>"
        "<mtu>1</mtu><a.b-c>x</a.b-c><mtu> 2 </mtu></other_config></network>"
        "<pool ref='p'><other_config><a>1</a></other_config><other_config/></pool>");
    const struct dbc_bond *bond = dbc_db_bond(db, "b");
    const struct dbc_network *network = dbc_db_network(db, "n");

    assert_int_equal(bond->slaves.n, 2);
    assert_string_equal(bond->slaves.v[0], "1");
    assert_int_equal(network->PIFs.n, 2);
    assert_string_equal(network->PIFs.v[0], "2");
    assert_string_equal(network->PIFs.v[1], "");
    assert_int_equal(network->other_config.n, 2);
    assert_string_equal(dbc_map_get(&network->other_config, "mtu"), "2");
    assert_string_equal(dbc_map_get(&network->other_config, "a.b-c"), "x");
    assert_int_equal(dbc_db_pool(db)->other_config.n, 0);
    dbc_db_free(db);
}

TEST(records_twice)
{
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db =
        read_text(ROOT_OPEN "<pif ref='a'><device>1</device><IP>x</IP></pif>\n"
                            "<pif ref='b'/>\n<pif ref=' a '><device>2</device></pif>" ROOT_CLOSE,
                  &w, &err);

    assert_int_equal(w.n, 1);
    assert_int_equal(w.code, DBC_EINVAL);
    assert_has(w.last, "t:3:");
    assert_has(w.last, "expected <pif ref=\"a\"> once");
    assert_int_equal(dbc_db_count(db, DBC_PIF), 2);
    assert_string_equal(dbc_db_pif_at(db, 0)->device, "2");
    assert_string_equal(dbc_db_pif_at(db, 0)->IP, "");
    assert_string_equal(dbc_db_pif_at(db, 1)->rec.ref, "b");
    dbc_db_free(db);
}

TEST(records_without_ref)
{
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = read_text(ROOT_OPEN "\n<pif><device>1</device><q/></pif><pif ref=' '/>"
                                            "<pif x:ref='y' xmlns:x='u'/><pif ref='a'/>" ROOT_CLOSE,
                                  &w, &err);

    assert_int_equal(w.n, 4);
    assert_has(w.first, "t:2:");
    assert_has(w.first, "expected <pif ref=\"...\">, found none: this record is left out");
    assert_int_equal(dbc_db_count(db, DBC_PIF), 1);
    dbc_db_free(db);
    db = read_text(ROOT_OPEN "<pif/>" ROOT_CLOSE, &w, &err);
    assert_non_null(db);
    assert_int_equal(dbc_db_count(db, DBC_PIF), 0);
    dbc_db_free(db);
}

TEST(values_that_are_wrong)
{
    static const struct {
        const char *xml, *warning;
    } rows[] = {
        { "<management>yes</management>", "expected True or False in <management>, found 'yes'" },
        { "<VLAN>x</VLAN>", "expected a number in <VLAN>, found 'x'" },
        { "<IP>1&#9;2</IP>", "expected text without control characters in <IP>, found '1\\x092'" },
        { "<IP>1234&#127;6789</IP>", "without control characters" },
        { "<IP>1234&#10;67890</IP>", "without control characters" },
        { "<IP>123456789&#127;</IP>", "without control characters" },
        { "<IP>1<b>2</b></IP>", "expected text in <IP>, found <b>, which is left out" },
        { "<IP a='b'/>", "expected no attributes of <IP>, found 'a'" },
        { "<bond_master_of><slave><x>1</x></slave></bond_master_of>", "found <x>, which is left" },
        { "<other_config><mtu><x/></mtu></other_config>", "found <x>, which is left" },
    };
    char text[512] = "";

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct warnings w;
        struct dbc_error err;
        struct dbc_db *db = NULL;

        snprintf(text, sizeof text, ROOT_OPEN "<pif ref='p'>%s</pif>" ROOT_CLOSE, rows[i].xml);
        db = read_text(text, &w, &err);
        assert_int_equal(w.n, 1);
        assert_int_equal(w.code, DBC_EINVAL);
        assert_has(w.last, rows[i].warning);
        assert_has(w.last, "t:1:");
        assert_int_equal(dbc_db_count(db, DBC_PIF), 1);
        dbc_db_free(db);
        assert_non_null(db = read_text(text, &w, &err));
        dbc_db_free(db);
    }
}

TEST(control_characters_are_kept)
{
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db =
        read_text(ROOT_OPEN "<pif ref='p'><IP>1&#9;2\n3&#13;</IP></pif>" ROOT_CLOSE, &w, &err);

    assert_string_equal(dbc_db_pif_at(db, 0)->IP, "1\t2\n3");
    dbc_db_free(db);
}

/* A warning function is no duty, and too many warnings end in one that says so. */
TEST(many_warnings)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = NULL;

    dbc_buf_adds(&text, ROOT_OPEN "<pif ref='p'/>");
    for (int i = 0; i < DBC_LIMIT_WARNINGS + 50; i++) {
        dbc_buf_adds(&text, "<pif/>");
    }
    db = read_bytes(text.data, text.len, &w, &err); /* and the document has no end */
    assert_int_equal(w.n, DBC_LIMIT_WARNINGS + 2);
    assert_has(w.last, "are used");
    dbc_db_free(db);
    dbc_buf_adds(&text, ROOT_CLOSE);
    db = read_bytes(text.data, text.len, &w, &err);
    assert_int_equal(w.n, DBC_LIMIT_WARNINGS + 1);
    assert_has(w.last, "there are more warnings, which are not shown");
    dbc_db_free(db);
    db = dbc_xml_read_memory("t", text.data, text.len, NULL, NULL, NULL);
    assert_int_equal(dbc_db_count(db, DBC_PIF), 1);
    dbc_db_free(db);
    dbc_buf_release(&text);
}

/* ---- Unknown things ----------------------------------------------------------------------- */

TEST(unknown_things_survive)
{
    struct dbc_db *db = read_good(
        "<!-- top --><new a=\"1&amp;&#10;2\" b='\"'>t&lt;<![CDATA[<&]]><x></x>\n <y>z</y></new>"
        "<pif ref='p'><?in record?><bond_master_of><slave>s</slave><odd/></bond_master_of>"
        "<fancy>1</fancy><other_config><!-- map --><mtu>9</mtu></other_config></pif>");

    assert_formats(db,
                   "<?xml version=\"1.0\" ?>\n"
                   "<xenserver-network-configuration>\n"
                   "\t<pif ref=\"p\">\n"
                   "\t\t<uuid></uuid>\n"
                   "\t\t<management>False</management>\n"
                   "\t\t<network>OpaqueRef:NULL</network>\n"
                   "\t\t<MAC></MAC>\n"
                   "\t\t<device></device>\n"
                   "\t\t<bond_master_of>\n"
                   "\t\t\t<slave>s</slave>\n"
                   "\t\t\t<odd/>\n"
                   "\t\t</bond_master_of>\n"
                   "\t\t<bond_slave_of>OpaqueRef:NULL</bond_slave_of>\n"
                   "\t\t<VLAN>-1</VLAN>\n"
                   "\t\t<VLAN_master_of>OpaqueRef:NULL</VLAN_master_of>\n"
                   "\t\t<VLAN_slave_of/>\n"
                   "\t\t<tunnel_access_PIF_of/>\n"
                   "\t\t<tunnel_transport_PIF_of/>\n"
                   "\t\t<ip_configuration_mode></ip_configuration_mode>\n"
                   "\t\t<IP></IP>\n"
                   "\t\t<netmask></netmask>\n"
                   "\t\t<gateway></gateway>\n"
                   "\t\t<DNS></DNS>\n"
                   "\t\t<other_config>\n"
                   "\t\t\t<mtu>9</mtu>\n"
                   "\t\t\t<!-- map -->\n"
                   "\t\t</other_config>\n"
                   "\t\t<?in record?>\n"
                   "\t\t<fancy>1</fancy>\n"
                   "\t</pif>\n"
                   "\t<!-- top -->\n"
                   "\t<new a=\"1&amp;&#10;2\" b=\"&quot;\">t&lt;&lt;&amp;<x/>\n <y>z</y></new>\n"
                   "</xenserver-network-configuration>\n");
    dbc_db_free(db);
}

/* Names are compared as written, and what is kept carries its namespaces along. */
TEST(namespaces)
{
    struct dbc_db *db = read_good("<q:pif xmlns:q='u' ref='p'><q:r s='1' q:t='2'/></q:pif>");
    struct warnings w;
    struct dbc_error err;
    const struct dbc_pif *pif = NULL;

    assert_int_equal(dbc_db_count(db, DBC_PIF), 0);
    assert_string_equal(db->extras.first->xml,
                        "<q:pif xmlns:q=\"u\" ref=\"p\"><q:r s=\"1\" q:t=\"2\"/></q:pif>");
    dbc_db_free(db);
    db = read_text("<xenserver-network-configuration xmlns='d' xmlns:a='e'>"
                   "<pif ref='p' xmlns:a='f'><a:b/></pif><a:c/><d xmlns=''/>" ROOT_CLOSE,
                   &w, &err);
    assert_string_equal(w.last, "");
    assert_string_equal(dbc_db_pif_at(db, 0)->rec.extras.first->xml,
                        "<a:b xmlns=\"d\" xmlns:a=\"f\"/>");
    assert_string_equal(db->extras.first->xml, "<a:c xmlns=\"d\" xmlns:a=\"e\"/>");
    assert_string_equal(db->extras.last->xml, "<d xmlns:a=\"e\" xmlns=\"\"/>");
    dbc_db_free(db);
    db = read_good("<pif ref='p' xmlns:q='u'><q:device>1</q:device><other_config><:k>2</:k>"
                   "<q:k>3</q:k></other_config></pif>");
    pif = dbc_db_pif_at(db, 0);
    assert_string_equal(pif->device, "");
    assert_int_equal(pif->other_config.n, 0);
    assert_string_equal(pif->rec.extras.first->xml, "<q:device xmlns:q=\"u\">1</q:device>");
    assert_string_equal(pif->rec.extras.first->next->xml, "<:k xmlns:q=\"u\">2</:k>");
    assert_string_equal(pif->rec.extras.last->xml, "<q:k xmlns:q=\"u\">3</q:k>");
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialect),
        cmocka_unit_test(layout_means_nothing),
        cmocka_unit_test(what_a_dialect_lacks),
        cmocka_unit_test(entities_in_text),
        cmocka_unit_test(texts),
        cmocka_unit_test(around_the_root),
        cmocka_unit_test(lists_and_maps),
        cmocka_unit_test(records_twice),
        cmocka_unit_test(records_without_ref),
        cmocka_unit_test(values_that_are_wrong),
        cmocka_unit_test(control_characters_are_kept),
        cmocka_unit_test(many_warnings),
        cmocka_unit_test(unknown_things_survive),
        cmocka_unit_test(namespaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
