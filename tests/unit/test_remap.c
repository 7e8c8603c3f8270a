/* test_remap.c - analysis/remap.h: tables of hosts and caches, which NIC each PIF is, which fields
 * of the records change, and which findings of check are new (news.h). */
#include "fail_alloc.h"

#include "../../cache/analysis/news.c"
#include "../../cache/analysis/remap.c"
#include "../../cache/analysis/remap_apply.c"
#include "../../cache/base/arena.c"
#include "../../cache/base/hash.c"

#include "unit/test.h"

#include "cache_text.h"

#define M(n) "00:16:3e:00:00:0" #n
#define PIF(device, mac)                                                                           \
    "<pif ref=\"" device "\"><device>" device "</device><MAC>" mac "</MAC><VLAN>-1</VLAN></pif>"
#define NIC(mac, device, pci) mac " " device " " pci "\n"
#define TWO PIF("eth0", M(1)) PIF("eth1", M(2))
#define THREE TWO PIF("eth2", M(3))

struct bench {
    struct dbc_db *db;
    struct dbc_nics nics;
    struct dbc_remap remap;
    struct dbc_error err;
    char text[4096];
};

/* "eth0=eth1 eth1=" */
static size_t split_told(char *text, struct dbc_remap_told told[4])
{
    size_t n = 0;
    char *rest = NULL;

    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        assert_true(n < 4);
        *equals = '\0';
        told[n++] = (struct dbc_remap_told){ word, equals + 1 };
    }
    return n;
}

static int map(struct bench *b, const char *cache, const char *nics, const char *told_text)
{
    struct dbc_remap_told told[4];
    char copy[256];

    *b = (struct bench){ .err = DBC_ERROR_INIT };
    b->db = read_good(cache);
    assert_int_equal(dbc_nics_parse("nics", nics, strlen(nics), &b->nics, &b->err), 0);
    snprintf(copy, sizeof copy, "%s", told_text);
    return dbc_remap(b->db, &b->nics, told, split_told(copy, told), &b->remap, &b->err);
}

static void release(struct bench *b)
{
    dbc_remap_release(&b->remap);
    dbc_nics_release(&b->nics);
    dbc_db_free(b->db);
}

/* "eth0 eth1 mac; eth1 - gone; eth2 ? DOUBT; + eth3" */
static const char *mapping(struct bench *b)
{
    struct dbc_buf out = DBC_BUF_INIT;

    for (size_t i = 0; i < b->remap.n; i++) {
        const struct dbc_remap_row *row = &b->remap.v[i];
        dbc_buf_addf(&out, "%s%s ", out.len == 0 ? "" : "; ", row->device);
        if (row->why == DBC_REMAP_UNCLEAR) {
            assert_null(row->nic);
            dbc_buf_addf(&out, "? %s", row->doubt);
        } else {
            assert_null(row->doubt);
            dbc_buf_addf(&out, "%s %s", row->nic == NULL ? "-" : row->nic->device,
                         dbc_remap_why_name(row->why));
            if (strcmp(row->now, row->nic == NULL ? row->device : row->nic->device) != 0) {
                dbc_buf_addf(&out, " as %s", row->now);
            }
        }
    }
    for (size_t i = 0; i < b->remap.n_left; i++) {
        dbc_buf_addf(&out, "; + %s", b->remap.left[i]->device);
    }
    snprintf(b->text, sizeof b->text, "%s", dbc_buf_str(&out));
    dbc_buf_release(&out);
    return b->text;
}

struct map_case {
    const char *what, *cache, *nics, *told, *mapping;
};

static const struct map_case clear_cases[] = {
    { "nothing changed", TWO, NIC(M(1), "eth0", "3:0.0") NIC(M(2), "eth1", "3:0.1"), "",
      "eth0 eth0 mac; eth1 eth1 mac" },
    { "renamed", TWO, NIC(M(2), "eth0", "3:0.0") NIC(M(1), "eth1", "3:0.1"), "",
      "eth0 eth1 mac; eth1 eth0 mac" },
    { "a circle of three", THREE,
      NIC(M(1), "eth1", "-") NIC(M(2), "eth2", "-") NIC(M(3), "eth0", "-"), "",
      "eth0 eth1 mac; eth1 eth2 mac; eth2 eth0 mac" },
    { "one replaced in its slot", TWO, NIC(M(1), "eth0", "3:0.0") NIC(M(9), "eth1", "3:0.1"), "",
      "eth0 eth0 mac; eth1 eth1 name" },
    { "all replaced, same names", TWO, NIC(M(8), "eth1", "3:0.0") NIC(M(9), "eth0", "3:0.1"), "",
      "eth0 eth0 name; eth1 eth1 name" },
    { "replaced and named anew", TWO, NIC(M(8), "p2", "5:0.0") NIC(M(9), "p9", "4:0.0"), "",
      "eth0 p9 order; eth1 p2 order" },
    { "names in their order, not the alphabet's", PIF("eth10", M(1)) PIF("eth9", M(2)),
      NIC(M(8), "b", "5:0.0") NIC(M(9), "a", "4:0.0"), "", "eth9 a order; eth10 b order" },
    { "the MAC counts more than the name", TWO,
      NIC(M(1), "eth1", "3:0.0") NIC(M(9), "eth0", "3:0.1"), "", "eth0 eth1 mac; eth1 eth0 order" },
    { "one left needs no bus", TWO, NIC(M(1), "eth0", "-") NIC(M(9), "eth5", "-"), "",
      "eth0 eth0 mac; eth1 eth5 order" },
    { "MACs in capitals", PIF("eth0", "00:16:3E:00:00:0A"), NIC("00:16:3e:00:00:0a", "p0", "-"), "",
      "eth0 p0 mac" },
    { "MACs that are none are not the same", PIF("eth0", "x") PIF("eth1", "x"),
      NIC(M(1), "eth1", "-") NIC(M(2), "eth0", "-"), "", "eth0 eth0 name; eth1 eth1 name" },
    { "a NIC is gone", TWO, NIC(M(2), "eth1", "3:0.1"), "", "eth0 - gone; eth1 eth1 mac" },
    { "a NIC is gone, the other has its name", TWO, NIC(M(2), "eth0", "3:0.1"), "",
      "eth0 - gone as eth1; eth1 eth0 mac" },
    { "its name is given up two steps away", THREE, NIC(M(2), "eth0", "-") NIC(M(3), "eth1", "-"),
      "", "eth0 - gone as eth2; eth1 eth0 mac; eth2 eth1 mac" },
    { "a NIC came", TWO,
      NIC(M(1), "eth0", "3:0.0") NIC(M(2), "eth1", "3:0.1") NIC(M(9), "eth2", "4:0.0"), "",
      "eth0 eth0 mac; eth1 eth1 mac; + eth2" },
    { "of one MAC, the names tell", PIF("eth0", M(1)) PIF("eth1", M(1)),
      NIC(M(1), "eth0", "-") NIC(M(1), "eth1", "-"), "", "eth0 eth0 mac; eth1 eth1 mac" },
    { "told", TWO, NIC(M(1), "eth0", "3:0.0") NIC(M(2), "eth1", "3:0.1"), "eth0=eth1",
      "eth0 eth1 told; eth1 eth0 order" },
    { "told what is gone", TWO, NIC(M(9), "eth1", "3:0.0"),
      "eth1=", "eth0 eth1 order; eth1 - gone as eth0" },
    { "told all", TWO, NIC(M(8), "a", "-") NIC(M(9), "b", "-") NIC(M(7), "c", "-"), "eth1=a eth0=c",
      "eth0 c told; eth1 a told; + b" },
    { "no NIC in the cache", "", NIC(M(1), "eth0", "-"), "", "; + eth0" },
};

static const struct map_case unclear_cases[] = {
    { "too many came", TWO, NIC(M(7), "a", "1:0.0") NIC(M(8), "b", "2:0.0") NIC(M(9), "c", "3:0.0"),
      "",
      "eth0 ? 2 PIFs and 3 NICs of the host are left; eth1 ? 2 PIFs and 3 NICs of the host are "
      "left; + a; + b; + c" },
    { "one for two", TWO, NIC(M(7), "a", "1:0.0"), "",
      "eth0 ? 2 PIFs and 1 NIC of the host are left; eth1 ? 2 PIFs and 1 NIC of the host are left; "
      "+ a" },
    { "no bus", TWO, NIC(M(7), "a", "-") NIC(M(8), "b", "1:0.0"), "",
      "eth0 ? a has no place on the PCI bus; eth1 ? a has no place on the PCI bus; + a; + b" },
    { "one place", TWO, NIC(M(7), "a", "1:0.0") NIC(M(8), "b", "1:0.0"), "",
      "eth0 ? a and b have one place on the PCI bus; eth1 ? a and b have one place on the PCI bus; "
      "+ a; + b" },
    { "two NICs with the MAC", PIF("eth0", M(1)), NIC(M(1), "a", "-") NIC(M(1), "b", "-"), "",
      "eth0 ? a and b of the host and 1 PIF of the cache have MAC " M(1) "; + a; + b" },
    { "two PIFs with the MAC", PIF("eth0", M(1)) PIF("eth1", M(1)), NIC(M(1), "a", "-"), "",
      "eth0 ? a of the host and 2 PIFs of the cache have MAC " M(
          1) "; eth1 ? a of the host and 2 PIFs of the cache have MAC " M(1) "; + a" },
};

static void check_case(const struct map_case *c)
{
    struct bench b;

    if (map(&b, c->cache, c->nics, c->told) != 0) {
        fail_msg("%s: %s", c->what, b.err.text);
    }
    if (strcmp(mapping(&b), c->mapping) != 0) {
        fail_msg("%s: %s", c->what, b.text);
    }
    assert_int_equal(b.remap.n_unclear > 0, strchr(c->mapping, '?') != NULL);
    release(&b);
}

TEST(test_clear)
{
    for (size_t i = 0; i < sizeof clear_cases / sizeof clear_cases[0]; i++) {
        check_case(&clear_cases[i]);
    }
}

TEST(test_unclear)
{
    struct bench b;

    for (size_t i = 0; i < sizeof unclear_cases / sizeof unclear_cases[0]; i++) {
        check_case(&unclear_cases[i]);
    }
    assert_int_equal(map(&b, unclear_cases[0].cache, unclear_cases[0].nics, ""), 0);
    assert_int_equal(dbc_remap_apply(b.db, &b.remap, &b.err), -1);
    assert_int_equal(b.err.code, DBC_EINVAL);
    assert_int_equal(b.remap.n_changes, 0);
    release(&b);
}

TEST(test_told_wrong)
{
    static const struct {
        const char *told, *error;
    } cases[] = {
        { "eth7=eth0", "eth7=eth0: the cache has no NIC eth7" },
        { "eth0=eth7", "eth0=eth7: the host has no NIC eth7" },
        { "eth0=eth0 eth0=eth1", "eth0=eth1: eth0 was mapped already" },
        { "eth0=eth0 eth1=eth0", "eth1=eth0: eth0 was mapped already" },
        { "eth0= eth0=eth1", "eth0=eth1: eth0 was mapped already" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b;
        assert_int_equal(map(&b, TWO, NIC(M(1), "eth0", "-") NIC(M(2), "eth1", "-"), cases[i].told),
                         -1);
        assert_string_equal(b.err.text, cases[i].error);
        assert_int_equal(b.err.code, DBC_EINVAL);
        assert_null(b.remap.v);
        release(&b);
    }
}

TEST(test_caches_that_cannot)
{
    struct dbc_buf many = DBC_BUF_INIT;
    struct bench b;

    assert_int_equal(map(&b,
                         PIF("eth0", M(1)) "<pif ref=\"p\"><device>eth0</device>"
                                           "<VLAN>-1</VLAN></pif>",
                         NIC(M(1), "eth0", "-"), ""),
                     -1);
    assert_int_equal(b.err.code, DBC_ECONFLICT);
    assert_string_equal(b.err.text, "t: both eth0 (line 1) and p (line 1) are the NIC eth0");
    release(&b);
    for (int i = 0; i <= DBC_LIMIT_NICS; i++) {
        dbc_buf_addf(&many, "<pif ref=\"%d\"><device>e%d</device><VLAN>-1</VLAN></pif>", i, i);
    }
    assert_int_equal(map(&b, dbc_buf_str(&many), NIC(M(1), "eth0", "-"), ""), -1);
    assert_int_equal(b.err.code, DBC_ELIMIT);
    release(&b);
    dbc_buf_release(&many);
}

/* ---- Applying ------------------------------------------------------------------------------ */

#define BONDED(device, mac)                                                                        \
    "<pif ref=\"" device "\"><device>" device "</device><MAC>" mac                                 \
    "</MAC><VLAN>-1</VLAN><bond_slave_of>b</bond_slave_of></pif>"
#define BOND(mac)                                                                                  \
    "<pif ref=\"bond0\"><device>bond0</device><MAC>" mac "</MAC><VLAN>-1</VLAN>"                   \
    "<bond_master_of><slave>b</slave></bond_master_of></pif><bond "                                \
    "ref=\"b\"><master>bond0</master>"                                                             \
    "<slaves><slave>eth0</slave><slave>eth1</slave></slaves></bond>"
#define VLAN(device, tag, mac, below)                                                              \
    "<pif ref=\"" device "." tag "\"><device>" device "</device><MAC>" mac "</MAC><VLAN>" tag      \
    "</VLAN><VLAN_master_of>v" device tag "</VLAN_master_of></pif><vlan ref=\"v" device tag        \
    "\"><tagged_PIF>" below "</tagged_PIF><untagged_PIF>" device "." tag "</untagged_PIF></vlan>"
#define TUNNEL(mac)                                                                                \
    "<pif ref=\"t\"><device>tunnel0</device><MAC>" mac "</MAC><VLAN>-1</VLAN>"                     \
    "<tunnel_access_PIF_of><pif>tt</pif></tunnel_access_PIF_of></pif>"                             \
    "<tunnel ref=\"tt\"><access_PIF>t</access_PIF><transport_PIF>eth0</transport_PIF></tunnel>"

/* "pif eth0: device: eth0 -> eth1" a line. */
static const char *changes(struct bench *b)
{
    size_t used = 0;

    b->text[0] = '\0';
    for (size_t i = 0; i < b->remap.n_changes; i++) {
        const struct dbc_remap_change *c = &b->remap.changes[i];
        used += (size_t)snprintf(b->text + used, sizeof b->text - used, "%s: %s: %s -> %s\n",
                                 c->who, c->field, c->before, c->after);
        assert_true(used < sizeof b->text);
    }
    return b->text;
}

/* A second call finds nothing to do. */
static void check_idempotent(struct bench *b)
{
    struct dbc_remap again = DBC_REMAP_INIT;

    if (dbc_remap(b->db, &b->nics, NULL, 0, &again, NULL) == 0 && again.n_unclear == 0) {
        assert_int_equal(dbc_remap_apply(b->db, &again, NULL), 0);
        assert_int_equal(again.n_changes, 0);
    }
    dbc_remap_release(&again);
}

static const struct map_case apply_cases[] = {
    { "nothing, to the byte", PIF("eth0", "00:16:3E:00:00:01") VLAN("eth0", "7", M(1), "eth0"),
      NIC(M(1), "eth0", "-"), "", "" },
    { "two swapped, with a VLAN", TWO VLAN("eth0", "7", M(1), "eth0"),
      NIC(M(2), "eth0", "-") NIC(M(1), "eth1", "-"), "",
      "pif eth0: device: eth0 -> eth1\npif eth1: device: eth1 -> eth0\n"
      "pif eth0.7: device: eth0 -> eth1\n" },
    { "replaced, with a VLAN that has a MAC of its own",
      PIF("eth0", M(1)) VLAN("eth0", "7", M(1), "eth0") VLAN("eth0", "8", M(5), "eth0"),
      NIC(M(9), "eth0", "-"), "",
      "pif eth0: MAC: " M(1) " -> " M(9) "\npif eth0.7: MAC: " M(1) " -> " M(9) "\n" },
    { "a bond has its slave's MAC, a VLAN the bond's",
      BONDED("eth0", M(1)) BONDED("eth1", M(2)) BOND(M(1)) VLAN("bond0", "20", M(1), "bond0"),
      NIC(M(8), "eth0", "-") NIC(M(9), "eth1", "-"), "",
      "pif eth0: MAC: " M(1) " -> " M(8) "\npif eth1: MAC: " M(2) " -> " M(
          9) "\n"
             "pif bond0: MAC: " M(1) " -> " M(8) "\npif bond0.20: MAC: " M(1) " -> " M(8) "\n" },
    { "a bond with a MAC of its own", BONDED("eth0", M(1)) BONDED("eth1", M(2)) BOND(M(5)),
      NIC(M(8), "eth0", "-") NIC(M(2), "eth1", "-"), "", "pif eth0: MAC: " M(1) " -> " M(8) "\n" },
    { "the slave with the bond's MAC is gone", BONDED("eth0", M(1)) BONDED("eth1", M(2)) BOND(M(1)),
      NIC(M(9), "eth1", "-"), "",
      "pif eth1: MAC: " M(2) " -> " M(9) "\npif bond0: MAC: " M(1) " -> " M(9) "\n" },
    { "all slaves are gone", BONDED("eth0", M(1)) BONDED("eth1", M(2)) BOND(M(1)) PIF("eth2", M(3)),
      NIC(M(3), "eth2", "-"), "", "" },
    { "a name that another takes", TWO VLAN("eth0", "7", M(1), "eth0"), NIC(M(2), "eth0", "-"), "",
      "pif eth0: device: eth0 -> eth1\npif eth1: device: eth1 -> eth0\n"
      "pif eth0.7: device: eth0 -> eth1\n" },
    { "a VLAN that is called otherwise already", PIF("eth0", M(1)) VLAN("eth5", "7", M(1), "eth0"),
      NIC(M(1), "eth3", "-"), "", "pif eth0: device: eth0 -> eth3\n" },
    { "a tunnel is nobody's NIC", PIF("eth0", M(1)) TUNNEL(M(1)), NIC(M(9), "eth3", "-"), "",
      "pif eth0: device: eth0 -> eth3\npif eth0: MAC: " M(1) " -> " M(9) "\n" },
    { "a MAC that was none", PIF("eth0", "x"), NIC(M(9), "eth0", "-"), "",
      "pif eth0: MAC: x -> " M(9) "\n" },
};

TEST(test_apply)
{
    for (size_t i = 0; i < sizeof apply_cases / sizeof apply_cases[0]; i++) {
        const struct map_case *c = &apply_cases[i];
        struct bench b;
        assert_int_equal(map(&b, c->cache, c->nics, c->told), 0);
        assert_int_equal(dbc_remap_apply(b.db, &b.remap, &b.err), 0);
        if (strcmp(changes(&b), c->mapping) != 0) {
            fail_msg("%s:\n%s", c->what, b.text);
        }
        for (size_t k = 0; k < b.remap.n_changes; k++) {
            const struct dbc_remap_change *change = &b.remap.changes[k];
            const struct dbc_pif *pif = dbc_db_pif(b.db, change->rec->ref);
            assert_string_equal(strcmp(change->field, "MAC") == 0 ? pif->MAC : pif->device,
                                change->after);
        }
        check_idempotent(&b);
        release(&b);
    }
}

TEST(test_two_of_one_name)
{
    struct bench b;

    assert_int_equal(map(&b, BONDED("eth0", M(1)) BONDED("eth1", M(2)) BOND(M(1)),
                         NIC(M(1), "bond0", "-") NIC(M(2), "eth1", "-"), ""),
                     0);
    assert_int_equal(dbc_remap_apply(b.db, &b.remap, &b.err), -1);
    assert_int_equal(b.err.code, DBC_ECONFLICT);
    assert_string_equal(b.err.text, "both pif eth0 and pif bond0 would be called bond0");
    assert_string_equal(dbc_db_pif(b.db, "eth0")->device, "eth0");
    release(&b);
}

/* ---- Memory -------------------------------------------------------------------------------- */

TEST(test_memory)
{
    const struct map_case *c = &apply_cases[3];
    bool reached = true;

    for (long n = 0; reached; n++) {
        struct bench b;
        int rc = 0;
        assert_int_equal(map(&b, c->cache, c->nics, ""), 0);
        dbc_remap_release(&b.remap);
        allocs_left = n;
        rc = dbc_remap(b.db, &b.nics, NULL, 0, &b.remap, &b.err);
        rc = rc == 0 ? dbc_remap_apply(b.db, &b.remap, &b.err) : rc;
        reached = alloc_failed();
        assert_int_equal(rc, reached ? -1 : 0);
        assert_int_equal(b.err.code, reached ? DBC_ENOMEM : DBC_OK);
        release(&b);
        assert_true(n < 1000);
    }
}

TEST(test_memory_of_news)
{
    bool reached = true;

    for (long n = 0; reached; n++) {
        struct dbc_db *db = read_good(PIF("eth0", "nonsense"));
        struct dbc_news news = DBC_NEWS_INIT;
        struct dbc_findings found = DBC_FINDINGS_INIT;
        int rc = 0;
        allocs_left = n;
        rc = dbc_news_before(&news, db, NULL);
        rc = rc == 0 ? dbc_news_after(&news, db, &found, NULL) : rc;
        reached = alloc_failed();
        assert_int_equal(rc, reached ? -1 : 0);
        dbc_findings_release(&found);
        dbc_news_release(&news);
        dbc_db_free(db);
        assert_true(n < 1000);
    }
}

/* ---- News ---------------------------------------------------------------------------------- */

TEST(test_news)
{
    struct dbc_db *db = read_good(PIF("eth0", "nonsense") "<network ref=\"n\"><bridge>b</bridge>"
                                                          "</network>");
    struct dbc_news news = DBC_NEWS_INIT;
    struct dbc_findings found = DBC_FINDINGS_INIT;
    struct dbc_record *rec = dbc_db_edit(db, &dbc_db_pif(db, "eth0")->rec);
    const struct dbc_field *mac = dbc_schema_field(DBC_PIF, "MAC");

    assert_int_equal(dbc_news_before(&news, db, NULL), 0);
    assert_int_equal(dbc_news_after(&news, db, &found, NULL), 0);
    assert_int_equal(found.n + found.errors + found.warnings, 0);
    dbc_findings_release(&found);
    /* Another wrong value is new, a right one is not. */
    assert_int_equal(dbc_record_set(db, rec, mac, "rubbish", NULL, NULL), 0);
    assert_int_equal(dbc_news_after(&news, db, &found, NULL), 0);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.errors + found.warnings, 1);
    assert_string_equal(found.v[0].value, "rubbish");
    dbc_findings_release(&found);
    assert_int_equal(dbc_record_set(db, rec, mac, M(1), NULL, NULL), 0);
    assert_int_equal(dbc_news_after(&news, db, &found, NULL), 0);
    assert_int_equal(found.n, 0);
    dbc_findings_release(&found);
    dbc_news_release(&news);
    dbc_db_free(db);
}

/* More findings of one rule than are kept: none of them is new, and a new one is not lost. */
static void test_news_of_many(void **state)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_news news = DBC_NEWS_INIT;
    struct dbc_findings found = DBC_FINDINGS_INIT;
    const struct dbc_field *mode = dbc_schema_field(DBC_PIF, "ip_configuration_mode");
    struct dbc_db *db = NULL;
    size_t last = DBC_LIMIT_FINDINGS + 100;

    (void)state;
    for (size_t i = 0; i <= last; i++) {
        dbc_buf_addf(&text, "<pif ref='%zu'><ip_configuration_mode>x</ip_configuration_mode></pif>",
                     i);
    }
    db = read_good(dbc_buf_str(&text));
    assert_int_equal(dbc_news_before(&news, db, NULL), 0);
    assert_int_equal(dbc_record_set(db, db->of[DBC_PIF].v[0], mode, "None", NULL, NULL), 0);
    assert_int_equal(dbc_record_set(db, db->of[DBC_PIF].v[last], mode, "y", NULL, NULL), 0);
    assert_int_equal(dbc_news_after(&news, db, &found, NULL), 0);
    assert_int_equal(found.n, 1);
    assert_string_equal(found.v[0].value, "y");
    assert_int_equal(found.errors, 1);
    assert_int_equal(found.left_out, 0);
    dbc_findings_release(&found);
    dbc_news_release(&news);
    dbc_db_free(db);
    dbc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clear),      cmocka_unit_test(test_unclear),
        cmocka_unit_test(test_told_wrong), cmocka_unit_test(test_caches_that_cannot),
        cmocka_unit_test(test_apply),      cmocka_unit_test(test_two_of_one_name),
        cmocka_unit_test(test_memory),     cmocka_unit_test(test_memory_of_news),
        cmocka_unit_test(test_news),       cmocka_unit_test(test_news_of_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
