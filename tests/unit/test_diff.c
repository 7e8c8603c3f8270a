/* test_diff.c - analysis/diff.c and diff_match.c: the same records in another form, records that
 * were made again, two hosts, every kind of field, hostile records. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "analysis/diff.c"
#include "analysis/diff_match.c"

#include "base/limits.h"
#include "unit/cache_text.h"

/* "~pif eth0 IP 1>2;" a field; the caller gets static text. */
static const char *describe(const struct dbc_db *a, const struct dbc_db *b, bool identity)
{
    static char out[4096];
    struct dbc_diff diff = DBC_DIFF_INIT;
    size_t used = 0;

    out[0] = '\0';
    assert_int_equal(dbc_diff(a, b, identity, &diff, NULL), 0);
    for (size_t i = 0; i < diff.n; i++) {
        const struct dbc_diff_record *r = &diff.v[i];
        char label_text[DBC_LABEL_SIZE] = "rest";
        if (r->old_rec != NULL || r->new_rec != NULL) {
            dbc_label(r->old_rec != NULL ? a : b, r->old_rec != NULL ? r->old_rec : r->new_rec,
                      label_text);
        }
        used +=
            (size_t)snprintf(out + used, sizeof out - used, "%c%s", "-+~"[r->change], label_text);
        for (size_t k = 0; k < r->n_fields; k++) {
            const struct dbc_diff_field *f = &r->fields[k];
            used += (size_t)snprintf(out + used, sizeof out - used, " %s%s%s %s>%s", f->name,
                                     f->key == NULL ? "" : ":", f->key == NULL ? "" : f->key,
                                     f->old_label == NULL ? "" : f->old_label,
                                     f->new_label == NULL ? "" : f->new_label);
        }
        used += (size_t)snprintf(out + used, sizeof out - used, ";");
        assert_true(used < sizeof out);
    }
    dbc_diff_release(&diff);
    return out;
}

static void assert_diff(const char *before, const char *after, const char *expected)
{
    struct dbc_db *a = read_good(before), *b = read_good(after);

    assert_string_equal(describe(a, b, false), expected);
    dbc_db_free(a);
    dbc_db_free(b);
}

TEST(dialects_of_one_host)
{
    static const char *const same[] = { "03-minidom-inline-py27", "04-minidom-inline-py3-order",
                                        "09b-upgraded-tunnel-duplicated" };
    struct dbc_db *a = read_dialect("02-minidom-ownline-6.x"), *b = NULL;

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        b = read_dialect(same[i]);
        assert_string_equal(describe(a, b, true), "");
        assert_string_equal(describe(b, a, true), "");
        dbc_db_free(b);
    }
    b = read_dialect("12-mixed-indent-fixture-style");
    assert_true(strlen(describe(a, b, false)) > 0);
    dbc_db_free(b);
    dbc_db_free(a);
}

/* ---- Who is who --------------------------------------------------------------------------- */

#define HOST(p, v, n, m, u)                                                                        \
    "<pif ref='" p "0'><uuid>" u "p</uuid><device>eth0</device><network>" n "0</network>"          \
    "<VLAN_slave_of><master>" v "</master></VLAN_slave_of></pif>"                                  \
    "<pif ref='" p "5'><uuid>" u "q</uuid><device>eth0</device><VLAN>5</VLAN>"                     \
    "<VLAN_master_of>" v "</VLAN_master_of><network>" n "5</network></pif>"                        \
    "<vlan ref='" v "'><uuid>" u "v</uuid><tagged_PIF>" p "0</tagged_PIF>"                         \
    "<untagged_PIF>" p "5</untagged_PIF></vlan>"                                                   \
    "<network ref='" n "0'><uuid>" u "n</uuid><bridge>xenbr0</bridge><PIFs><PIF>" p                \
    "0</PIF></PIFs></network>"                                                                     \
    "<network ref='" n "5'><uuid>" u "m</uuid><bridge>xapi5</bridge><MTU>" m "</MTU><PIFs><PIF>" p \
    "5</PIF></PIFs></network><pool ref='pool-" p "'/>"

TEST(other_references)
{
    assert_diff(HOST("p", "v", "n", "1500", "u"), HOST("p", "v", "n", "1500", "u"), "");
    /* The uuids say who is who; so do, without them, device, tag and bridge. */
    assert_diff(HOST("p", "v", "n", "1500", "u"), HOST("P", "V", "N", "1500", "u"), "");
    assert_diff(HOST("p", "v", "n", "1500", "u"), HOST("P", "V", "N", "1500", "w"), "");
    assert_diff(HOST("p", "v", "n", "1500", "u"), HOST("P", "V", "N", "9000", "w"),
                "~network xapi5 MTU 1500>9000;");
}

TEST(uuids_on_request)
{
    struct dbc_db *a = read_good("<network ref='1'><uuid>u</uuid><bridge>b</bridge></network>");
    struct dbc_db *b = read_good("<network ref='2'><uuid>w</uuid><bridge>b</bridge></network>");
    struct dbc_db *same_ref = read_good("<network ref='1'><uuid>w</uuid></network>");

    assert_string_equal(describe(a, b, false), "");
    assert_string_equal(describe(a, b, true), "~network b uuid u>w;");
    /* A record that is known by its reference is the same one: its uuid has changed. */
    assert_string_equal(describe(a, same_ref, false), "~network b uuid u>w bridge b>;");
    dbc_db_free(a);
    dbc_db_free(b);
    dbc_db_free(same_ref);
}

TEST(surest_sign_first)
{
    /* eth0 and eth1 change places: references win over devices. */
    assert_diff("<pif ref='1'><device>eth0</device></pif><pif ref='2'><device>eth1</device></pif>",
                "<pif ref='1'><device>eth1</device></pif><pif ref='2'><device>eth0</device></pif>",
                "~pif eth0 device eth0>eth1;~pif eth1 device eth1>eth0;");
    /* What a surer sign took is not there for a weaker one. */
    assert_diff("<pif ref='1'><uuid>a</uuid><device>eth0</device></pif>"
                "<pif ref='2'><uuid>b</uuid><device>eth0</device></pif>",
                "<pif ref='3'><uuid>b</uuid><device>eth0</device></pif>",
                "-pif eth0 uuid a> device eth0>;");
    assert_diff("<pif ref='1'><uuid>a</uuid></pif>",
                "<pif ref='1'><uuid>b</uuid></pif><pif ref='2'><uuid>a</uuid></pif>",
                "~pif a uuid a>b;+pif a uuid >a;");
    assert_diff("<pif ref='1'><device>eth0</device></pif>",
                "<pif ref='2'><device>eth0</device><VLAN>7</VLAN></pif>",
                "-pif eth0 device eth0>;+pif eth0.7 device >eth0 VLAN >7;");
}

/* ---- Fields ------------------------------------------------------------------------------- */

TEST(kinds)
{
    assert_diff("<pif ref='p'><management>True</management><VLAN>-1</VLAN><IP>1</IP></pif>",
                "<pif ref='p'><VLAN>-01</VLAN><IP>2</IP></pif>",
                "~pif p management True>False IP 1>2;");
    assert_diff("<network ref='n'/>", "<network ref='n'><MTU>1500</MTU></network>", "");
    assert_diff("<network ref='n'><MTU>9000</MTU></network>", "<network ref='n'/>",
                "~network n MTU 9000>1500;");
}

TEST(references)
{
    assert_diff("<pif ref='p'><network>OpaqueRef:NULL</network></pif>", "<pif ref='p'/>", "");
    assert_diff("<pif ref='p'><network>a</network></pif><network ref='a'><bridge>x</bridge>"
                "</network><network ref='b'><bridge>y</bridge></network>",
                "<pif ref='p'><network>b</network></pif><network ref='a'><bridge>x</bridge>"
                "</network><network ref='b'><bridge>y</bridge></network>",
                "~pif p network network x>network y;");
    /* To nothing: the same text is the same. */
    assert_diff("<pif ref='p'><network>gone</network></pif>",
                "<pif ref='p'><network>gone</network></pif>", "");
    assert_diff("<pif ref='p'><network>gone</network></pif>", "<pif ref='p'/>",
                "~pif p network gone>none;");
}

TEST(lists)
{
    assert_diff("<bond ref='b'><slaves><slave>1</slave><slave>2</slave></slaves></bond>",
                "<bond ref='b'><slaves><slave>2</slave><slave>1</slave></slaves></bond>", "");
    assert_diff("<bond ref='b'><slaves><slave>1</slave><slave>2</slave></slaves></bond>",
                "<bond ref='b'><slaves><slave>2</slave><slave>3</slave></slaves></bond>",
                "~bond b slaves 1> slaves >3;");
    assert_diff("<bond ref='b'><slaves><slave>1</slave><slave>1</slave></slaves></bond>",
                "<bond ref='b'><slaves><slave>1</slave><slave>2</slave></slaves></bond>",
                "~bond b slaves >2;");
}

TEST(maps)
{
    assert_diff("<pool ref='p'><other_config><a>1</a><b>2</b><c>3</c></other_config></pool>",
                "<pool ref='p'><other_config><c>3</c><b>4</b><d>5</d></other_config></pool>",
                "~pool other_config:a 1> other_config:b 2>4 other_config:d >5;");
}

TEST(unknown_things)
{
    assert_diff("<pif ref='p'><x>1</x></pif><y/>", "<pif ref='p'><x>2</x></pif><y/>",
                "~pif p  <x>1</x>>  ><x>2</x>;");
    assert_diff("<pif ref='p'/><y/>", "<pif ref='p'/>", "~rest  <y/>>;");
}

/* ---- Hostile records ---------------------------------------------------------------------- */

/* A list as long as they get, backwards. */
TEST(long_lists)
{
    struct dbc_buf a = DBC_BUF_INIT, b = DBC_BUF_INIT;

    dbc_buf_adds(&a, "<bond ref='b'><slaves>");
    dbc_buf_adds(&b, "<bond ref='b'><slaves>");
    for (int i = 0; i < DBC_LIMIT_LIST; i++) {
        dbc_buf_addf(&a, "<slave>%d</slave>", i);
        dbc_buf_addf(&b, "<slave>%d</slave>", DBC_LIMIT_LIST - i);
    }
    dbc_buf_adds(&a, "</slaves></bond>");
    dbc_buf_adds(&b, "</slaves></bond>");
    assert_diff(dbc_buf_str(&a), dbc_buf_str(&b), "~bond b slaves 0> slaves >8192;");
    dbc_buf_release(&a);
    dbc_buf_release(&b);
}

TEST(no_memory)
{
    struct dbc_db *a = read_dialect("02-minidom-ownline-6.x");
    struct dbc_db *b = read_dialect("12-mixed-indent-fixture-style");
    struct dbc_diff diff = DBC_DIFF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    bool reached = true;

    for (long i = 0; reached; i++) {
        allocs_left = i;
        int rc = dbc_diff(a, b, false, &diff, &err);
        reached = alloc_failed();
        assert_int_equal(rc, reached ? -1 : 0);
        if (rc != 0) {
            assert_int_equal(err.code, DBC_ENOMEM);
            assert_null(diff.v);
            dbc_error_clear(&err);
        }
        dbc_diff_release(&diff);
    }
    dbc_db_free(a);
    dbc_db_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects_of_one_host),
        cmocka_unit_test(other_references),
        cmocka_unit_test(uuids_on_request),
        cmocka_unit_test(surest_sign_first),
        cmocka_unit_test(kinds),
        cmocka_unit_test(references),
        cmocka_unit_test(lists),
        cmocka_unit_test(maps),
        cmocka_unit_test(unknown_things),
        cmocka_unit_test(long_lists),
        cmocka_unit_test(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
