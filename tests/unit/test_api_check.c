/* test_api_check.c - check and compare as a program outside of the project uses them. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "api.c"
#include "api_check.c"

#include "analysis/change.h"
#include "analysis/news.c"
#include "base/buf.h"

static const char text[] =
    "<xenserver-network-configuration>"
    "<pif ref='p'><uuid>u</uuid><network>gone</network><device>eth0</device>"
    "<MAC>02:00:00:00:00:01</MAC><ip_configuration_mode>None</ip_configuration_mode></pif>"
    "<network ref='n'><bridge>xenbr0</bridge></network>"
    "</xenserver-network-configuration>";

struct heard {
    struct dbc_buf said;
    int stop_after; /* answers 7 at this one; 0: never */
    int n;
};

static int answer(struct heard *heard)
{
    return ++heard->n == heard->stop_after ? 7 : 0;
}

static int hear_report(void *ctx, const struct dbc_report *r)
{
    struct heard *heard = ctx;

    assert_true(*r->message != '\0' && *r->why != '\0' && *r->what_to_do != '\0');
    dbc_buf_addf(&heard->said, "%s %d %s %s=%s\n", r->rule, r->severity,
                 r->rec == NULL ? "-" : dbc_record_ref(r->rec), r->field,
                 r->value == NULL ? "-" : r->value);
    return answer(heard);
}

static int hear_difference(void *ctx, const struct dbc_difference *d)
{
    struct heard *heard = ctx;
    const struct dbc_record *rec = d->old_rec == NULL ? d->new_rec : d->old_rec;

    dbc_buf_addf(&heard->said, "%c %s %s%s%s: %s -> %s\n", "-+~"[d->change], dbc_record_ref(rec),
                 d -> field, d -> key == NULL ? "" : ":", d->key == NULL ? "" : d->key,
                 d->old_value == NULL ? "(none)" : d->old_value,
                 d->new_value == NULL ? "(none)" : d->new_value);
    return answer(heard);
}

static struct dbc_db *parsed(void)
{
    struct dbc_db *db = dbc_db_parse("t", text, sizeof text - 1, NULL, NULL, NULL);

    assert_non_null(db);
    return db;
}

static void set(struct dbc_db *db, const char *ref, const char *field, const char *value)
{
    const struct dbc_record *rec = dbc_db_find_ref(db, ref);

    assert_int_equal(dbc_change_value(db, rec, dbc_schema_field(rec->class_, field), value, NULL),
                     0);
}

TEST(check_all)
{
    struct dbc_db *db = parsed();
    struct heard heard = { DBC_BUF_INIT, 0, 0 }, first = { DBC_BUF_INIT, 1, 0 };

    assert_int_equal(dbc_db_check(db, NULL, hear_report, &heard, NULL), 0);
    assert_true(heard.n > 1);
    assert_non_null(strstr(dbc_buf_str(&heard.said), "network-missing 1 p network=gone\n"));
    assert_int_equal(dbc_db_check(db, NULL, hear_report, &first, NULL), 7);
    assert_int_equal(first.n, 1);
    dbc_buf_release(&heard.said);
    dbc_buf_release(&first.said);
    dbc_db_free(db);
}

TEST(check_what_is_new)
{
    struct dbc_db *db = parsed();
    struct dbc_baseline *baseline = dbc_baseline_new(db, NULL);
    struct heard heard = { DBC_BUF_INIT, 0, 0 };

    assert_non_null(baseline);
    assert_int_equal(dbc_db_check(db, baseline, hear_report, &heard, NULL), 0);
    assert_int_equal(heard.n, 0);
    set(db, "p", "ip_configuration_mode", "Sttic");
    assert_int_equal(dbc_db_check(db, baseline, hear_report, &heard, NULL), 0);
    assert_non_null(strstr(dbc_buf_str(&heard.said), " p ip_configuration_mode=Sttic\n"));
    assert_null(strstr(dbc_buf_str(&heard.said), "network-missing"));
    dbc_buf_release(&heard.said);
    dbc_baseline_free(baseline);
    dbc_baseline_free(NULL);
    dbc_db_free(db);
}

TEST(compare)
{
    struct dbc_db *a = parsed(), *b = parsed();
    struct heard heard = { DBC_BUF_INIT, 0, 0 }, first = { DBC_BUF_INIT, 1, 0 };
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_db_compare(a, b, 0, hear_difference, &heard, NULL), 0);
    assert_int_equal(heard.n, 0);
    set(b, "p", "device", "eth1");
    set(b, "p", "uuid", "v");
    assert_non_null(dbc_change_add(b, DBC_VLAN, "v", NULL));
    set(b, "v", "uuid", "w");
    assert_int_equal(dbc_db_compare(a, b, 0, hear_difference, &heard, NULL), 0);
    assert_string_equal(dbc_buf_str(&heard.said), "~ p uuid: u -> v\n"
                                                  "~ p device: eth0 -> eth1\n"
                                                  "+ v : (none) -> (none)\n"
                                                  "+ v uuid: (none) -> w\n");
    assert_int_equal(dbc_db_compare(a, b, 0, hear_difference, &first, NULL), 7);
    assert_int_equal(first.n, 1);
    assert_int_equal(dbc_db_compare(a, b, 2, hear_difference, &heard, &err), -1);
    assert_int_equal(err.code, DBC_EINVAL);
    dbc_buf_release(&heard.said);
    dbc_buf_release(&first.said);
    dbc_db_free(a);
    dbc_db_free(b);
}

TEST(memory)
{
    struct dbc_db *db = parsed();
    bool done = false;

    for (long i = 0; !done && i < 1000; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        struct dbc_baseline *baseline = NULL;
        struct heard heard = { DBC_BUF_INIT, 0, 0 };
        int rc = -1;
        allocs_left = i;
        baseline = dbc_baseline_new(db, &err);
        if (baseline != NULL) {
            rc = dbc_db_check(db, baseline, hear_report, &heard, &err);
        }
        done = !alloc_failed();
        assert_int_equal(rc, done ? 0 : -1);
        assert_int_equal(err.code, done ? DBC_OK : DBC_ENOMEM);
        dbc_baseline_free(baseline);
        dbc_buf_release(&heard.said);
        assert_true(i > 0 || !done);
    }
    assert_true(done);
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_all),
        cmocka_unit_test(check_what_is_new),
        cmocka_unit_test(compare),
        cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
