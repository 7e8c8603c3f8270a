/* test_writer.c - xml/writer.c: the canonical text, byte for byte; that it reads back as the
 * records that it was made from; and that a file with these bytes already is not written. */
#include "unit/test.h"

#include <errno.h>

#include "unit/cache_text.h"
#include "unit/scratch.h"

static const struct dbc_field *row(const struct dbc_record *rec, const char *name)
{
    return dbc_schema_field(rec->class_, name);
}

static void set(struct dbc_db *db, struct dbc_record *rec, const char *name, const char *text)
{
    assert_int_equal(dbc_record_set(db, rec, row(rec, name), text, NULL, NULL), 0);
}

/* ---- Text --------------------------------------------------------------------------------- */

/* The management interface as an emergency reset writes it. */
TEST(one_of_each_kind)
{
    static const char *const pifs[] = { "OpaqueRef:1" };
    static const struct dbc_pair config[] = { { "mtu", "9000" }, { "static-routes", "" } };
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_record *network = dbc_db_add(db, DBC_NETWORK, "OpaqueRef:2", NULL);
    struct dbc_record *pool = dbc_db_add(db, DBC_POOL, "OpaqueRef:\"3\"", NULL);
    struct dbc_record *vlan = dbc_db_add(db, DBC_VLAN, "OpaqueRef:4", NULL);

    set(db, network, "uuid", "Initial");
    set(db, network, "bridge", "xenbr0");
    assert_int_equal(dbc_record_set_list(db, network, row(network, "PIFs"), pifs, 1, NULL), 0);
    assert_int_equal(dbc_record_set_map(db, network, row(network, "other_config"), config, 2, NULL),
                     0);
    set(db, vlan, "tagged_PIF", "OpaqueRef:1");
    (void)pool;
    assert_formats(db, "<?xml version=\"1.0\" ?>\n"
                       "<xenserver-network-configuration>\n"
                       "\t<vlan ref=\"OpaqueRef:4\">\n"
                       "\t\t<uuid></uuid>\n"
                       "\t\t<tagged_PIF>OpaqueRef:1</tagged_PIF>\n"
                       "\t\t<untagged_PIF>OpaqueRef:NULL</untagged_PIF>\n"
                       "\t</vlan>\n"
                       "\t<network ref=\"OpaqueRef:2\">\n"
                       "\t\t<uuid>Initial</uuid>\n"
                       "\t\t<bridge>xenbr0</bridge>\n"
                       "\t\t<PIFs>\n"
                       "\t\t\t<PIF>OpaqueRef:1</PIF>\n"
                       "\t\t</PIFs>\n"
                       "\t\t<other_config>\n"
                       "\t\t\t<mtu>9000</mtu>\n"
                       "\t\t\t<static-routes></static-routes>\n"
                       "\t\t</other_config>\n"
                       "\t</network>\n"
                       "\t<pool ref=\"OpaqueRef:&quot;3&quot;\">\n"
                       "\t\t<other_config/>\n"
                       "\t</pool>\n"
                       "</xenserver-network-configuration>\n");
    dbc_db_free(db);
}

TEST(an_empty_database)
{
    struct dbc_db *db = dbc_db_new(NULL);

    assert_formats(db, "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n"
                       "</xenserver-network-configuration>\n");
    dbc_db_free(db);
}

static bool has(const struct dbc_buf *text, const char *part)
{
    return strstr(dbc_buf_str(text), part) != NULL;
}

/* Fields of some producers only are written when the source had them, even with the value that
 * their absence stands for. */
TEST(optional_fields)
{
    struct dbc_db *db =
        read_good("<pif ref='a'><currently_attached>False</currently_attached>"
                  "<IPv6/></pif><pif ref='b'/><network ref='n'><MTU>1500</MTU></network>");
    struct dbc_buf text = format(db);

    assert_true(has(&text, "<DNS></DNS>\n\t\t<other_config/>\n\t\t<currently_attached>False"
                           "</currently_attached>\n\t\t<IPv6></IPv6>\n\t</pif>"));
    assert_true(has(&text, "<DNS></DNS>\n\t\t<other_config/>\n\t</pif>"));
    assert_true(has(&text, "<MTU>1500</MTU>"));
    dbc_buf_release(&text);
    dbc_db_free(db);
}

TEST(escapes)
{
    static const struct {
        const char *text, *inline_, *layout;
    } rows[] = {
        { "", "", "" },
        { "plain", "plain", "plain" },
        { "<&>\"'", "&lt;&amp;&gt;&quot;&apos;", "&lt;&amp;&gt;&quot;&apos;" },
        { "a\tb\nc\rd", "a&#9;b&#10;c&#13;d", "a\tb\nc&#13;d" },
        { "\x01z\x1f", "\xef\xbf\xbdz\xef\xbf\xbd", "\xef\xbf\xbdz\xef\xbf\xbd" },
        { "\x7f\xc3\xa9\xf0\x9f\x98\x80", "\x7f\xc3\xa9\xf0\x9f\x98\x80",
          "\x7f\xc3\xa9\xf0\x9f\x98\x80" },
        { "a\xff"
          "b\xc3",
          "a\xef\xbf\xbd"
          "b\xef\xbf\xbd",
          "a\xef\xbf\xbd"
          "b\xef\xbf\xbd" },
        { "\xef\xbf\xbe\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_buf out = DBC_BUF_INIT;

        dbc_xml_escape(&out, rows[i].text, strlen(rows[i].text), false);
        assert_string_equal(dbc_buf_str(&out), rows[i].inline_);
        dbc_buf_clear(&out);
        dbc_xml_escape(&out, rows[i].text, strlen(rows[i].text), true);
        assert_string_equal(dbc_buf_str(&out), rows[i].layout);
        dbc_buf_release(&out);
    }
}

/* A map of XAPI's may have any key; of those an element can be named after few are missing. */
TEST(keys_that_are_no_names)
{
    static const struct dbc_pair config[] = {
        { "good.key-1_", "1" }, { "", "2" },    { "two words", "3" },
        { "1st", "4" },         { "a:b", "5" }, { "<x>", "6" },
        { "caf\xc3\xa9", "7" }, { "-", "8" },   { "\xff", "9" },
    };
    static char long_key[50002];
    const struct dbc_pair long_pair = { long_key, "10" };
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_record *pool = dbc_db_add(db, DBC_POOL, "p", NULL);

    assert_int_equal(dbc_record_set_map(db, pool, row(pool, "other_config"), config, 9, NULL), 0);
    assert_formats(db, "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n"
                       "\t<pool ref=\"p\">\n\t\t<other_config>\n"
                       "\t\t\t<good.key-1_>1</good.key-1_>\n"
                       "\t\t\t<caf\xc3\xa9>7</caf\xc3\xa9>\n"
                       "\t\t</other_config>\n\t</pool>\n</xenserver-network-configuration>\n");
    memset(long_key, 'k', sizeof long_key - 1); /* longer than libxml2 reads */
    assert_int_equal(dbc_record_set_map(db, pool, row(pool, "other_config"), &long_pair, 1, NULL),
                     0);
    assert_formats(db, "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n"
                       "\t<pool ref=\"p\">\n\t\t<other_config/>\n\t</pool>\n"
                       "</xenserver-network-configuration>\n");
    dbc_db_free(db);
}

/* ---- Round trips -------------------------------------------------------------------------- */

static void assert_same_map(const struct dbc_map *a, const struct dbc_map *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_string_equal(a->v[i].key, b->v[i].key);
        assert_string_equal(a->v[i].value, b->v[i].value);
    }
}

static void assert_same_refs(const struct dbc_refs *a, const struct dbc_refs *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_string_equal(a->v[i], b->v[i]);
    }
}

static void assert_same_field(const struct dbc_field *field, const void *a, const void *b)
{
    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        assert_string_equal(*(const char *const *)a, *(const char *const *)b);
        break;
    case DBC_KIND_BOOL:
        assert_int_equal(*(const bool *)a, *(const bool *)b);
        break;
    case DBC_KIND_INT:
        assert_string_equal(((const struct dbc_int *)a)->text, ((const struct dbc_int *)b)->text);
        assert_int_equal(((const struct dbc_int *)a)->value, ((const struct dbc_int *)b)->value);
        break;
    case DBC_KIND_REFS:
        assert_same_refs(a, b);
        break;
    case DBC_KIND_MAP:
        assert_same_map(a, b);
        break;
    }
}

static void assert_same_record(const struct dbc_record *a, const struct dbc_record *b)
{
    const struct dbc_class_info *info = dbc_schema_class(a->class_);
    const struct dbc_extra *y = b->extras.first;

    assert_string_equal(a->ref, b->ref);
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct dbc_field *field = &info->fields[i];

        assert_same_field(field, dbc_field_of(a, field), dbc_field_of(b, field));
        if ((field->flags & DBC_FIELD_OPTIONAL) != 0) {
            assert_int_equal(a->present >> i & 1, b->present >> i & 1);
        }
    }
    for (const struct dbc_extra *x = a->extras.first; x != NULL; x = x->next, y = y->next) {
        assert_non_null(y);
        assert_string_equal(x->xml, y->xml);
        assert_ptr_equal(x->field, y->field);
    }
    assert_null(y);
}

static void assert_same_db(const struct dbc_db *a, const struct dbc_db *b)
{
    for (int c = 0; c < DBC_N_CLASSES; c++) {
        const struct dbc_record *rec = NULL;

        assert_int_equal(dbc_db_count(a, (enum dbc_class)c), dbc_db_count(b, (enum dbc_class)c));
        for (size_t i = 0; (rec = dbc_db_at(a, (enum dbc_class)c, i)) != NULL; i++) {
            assert_same_record(rec, dbc_db_at(b, (enum dbc_class)c, i));
        }
    }
}

/* What was written reads as the same records, and is written the same again. */
static void assert_round_trip(const struct dbc_db *db, struct warnings *w)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf first = format(db), second = DBC_BUF_INIT;
    struct dbc_db *again = read_bytes(first.data, first.len, w, &err);

    assert_non_null(again);
    assert_same_db(db, again);
    second = format(again);
    assert_string_equal(dbc_buf_str(&first), dbc_buf_str(&second));
    dbc_buf_release(&first);
    dbc_buf_release(&second);
    dbc_db_free(again);
}

static void round_trip(const char *path)
{
    struct warnings w = { 0 };
    struct dbc_db *db = dbc_xml_read_file(path, remember_warning, &w, NULL);

    assert_non_null(db);
    assert_round_trip(db, &w);
    assert_string_equal(w.last, "");
    dbc_db_free(db);
}

TEST(every_dialect)
{
    assert_int_equal(each_file(FIXTURES "/dialects", round_trip), 16);
}

TEST(oddities)
{
    struct scratch s;
    struct warnings w;
    struct dbc_db *db = NULL;

    scratch_make(&s);
    scratch_write(&s, "/odd",
                  ROOT_OPEN "<!--a--><pif ref='&lt;1&gt;'><device>&#13;e&#10;t&#9;h</device>"
                            "<IPv6>&quot;&apos;</IPv6><VLAN>x</VLAN><bond_master_of><!--b-->"
                            "<slave/><z/></bond_master_of><n:e xmlns:n='u' n:a='&#10;'>\n \n</n:e>"
                            "</pif><network ref='2'><other_config><mtu/><z/><mtu>2</mtu>"
                            "</other_config></network><?c d?><e>&#13;<f/></e>" ROOT_CLOSE,
                  0600);
    db = dbc_xml_read_file(scratch_path(&s, "/odd"), NULL, NULL, NULL);
    assert_round_trip(db, &w);
    dbc_db_free(db);
    scratch_remove(&s);
}

/* What the installers' scanners look for, in every dialect's canonical text: a start tag alone on
 * its line, the MAC in one of the lines before the device, one element a line. */
static void for_line_scanners(const char *path)
{
    struct dbc_db *db = dbc_xml_read_file(path, NULL, NULL, NULL);
    struct dbc_buf text = format(db);
    char *line = text.data, *end = NULL;
    bool mac = false;

    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        line += strspn(line, "\t");
        if (strncmp(line, "<pif ref=", 9) == 0) {
            assert_string_equal(strchr(line, '>'), ">");
            mac = false;
        }
        mac = mac || strncmp(line, "<MAC>", 5) == 0;
        if (strncmp(line, "<device>", 8) == 0) {
            assert_true(mac);
            assert_string_equal(strstr(line, "</"), "</device>");
        }
    }
    dbc_buf_release(&text);
    dbc_db_free(db);
}

TEST(line_scanners)
{
    assert_int_equal(each_file(FIXTURES "/dialects", for_line_scanners), 16);
}

/* ---- Files -------------------------------------------------------------------------------- */

TEST(files)
{
    struct scratch s;
    struct stat before, after;
    struct dbc_db *db = read_good("<pool ref='p'/>");
    struct dbc_buf text = format(db);
    bool changed = false;

    scratch_make(&s);
    assert_int_equal(dbc_xml_write_file(db, scratch_path(&s, "/c"), &changed, NULL), 0);
    assert_true(changed);
    assert_string_equal(scratch_read(&s, "/c"), dbc_buf_str(&text));
    assert_int_equal(stat(scratch_path(&s, "/c"), &before), 0);
    assert_int_equal(before.st_mode & 0777, 0644);

    assert_int_equal(dbc_xml_write_file(db, scratch_path(&s, "/c"), &changed, NULL), 0);
    assert_false(changed);
    assert_int_equal(stat(scratch_path(&s, "/c"), &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);

    scratch_write(&s, "/c", "something else", 0600);
    assert_int_equal(dbc_xml_write_file(db, scratch_path(&s, "/c"), NULL, NULL), 0);
    assert_string_equal(scratch_read(&s, "/c"), dbc_buf_str(&text));
    assert_int_equal(stat(scratch_path(&s, "/c"), &after), 0);
    assert_int_equal(after.st_mode & 0777, 0600);
    scratch_remove(&s);
    dbc_buf_release(&text);
    dbc_db_free(db);
}

TEST(a_file_that_cannot_be)
{
    struct scratch s;
    struct dbc_db *db = read_good("<pool ref='p'/>");
    struct dbc_error err = DBC_ERROR_INIT;
    bool changed = true;

    scratch_make(&s);
    assert_int_equal(dbc_xml_write_file(db, scratch_path(&s, "/no/c"), &changed, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_false(changed);
    scratch_remove(&s);
    dbc_db_free(db);
}

TEST(no_memory)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    text.failed = true;
    assert_int_equal(dbc_xml_format(db, &text, &err), -1);
    assert_int_equal(err.code, DBC_ENOMEM);
    dbc_buf_release(&text);
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_each_kind),
        cmocka_unit_test(an_empty_database),
        cmocka_unit_test(optional_fields),
        cmocka_unit_test(escapes),
        cmocka_unit_test(keys_that_are_no_names),
        cmocka_unit_test(every_dialect),
        cmocka_unit_test(oddities),
        cmocka_unit_test(line_scanners),
        cmocka_unit_test(files),
        cmocka_unit_test(a_file_that_cannot_be),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
