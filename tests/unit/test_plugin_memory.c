/* test_plugin_memory.c - the plugin when memory runs out, at each allocation in turn: a failure
 * that says so or the whole answer, and never a manager that is set only in part. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/buf.c"
#undef FIRST_CAP
#include "base/strvec.c"
#include "reconfigure/plugin/ovs.c"

#include "reconfigure/plugin/bring.h"
#include "reconfigure/plugin/update.h"
#include "unit/world.h"

#define MAC "00:16:3e:00:00:01"
#define REQUEST                                                                                    \
    "<methodCall><methodName>bring</methodName><params><param><value>s</value></param><param>"     \
    "<value><struct/></value></param></params></methodCall>"

struct fixture {
    struct world w;
    struct ifr_host host;
    struct ifr_wanted wanted;
    unsigned transactions;
    enum dbc_code code;
};

static bool has(const char *const *argv, const char *word)
{
    while (*argv != NULL && strcmp(*argv, word) != 0) {
        argv++;
    }
    return *argv != NULL;
}

static void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    struct fixture *f = ctx;

    if (has(argv, "get-manager")) {
        dbc_buf_adds(&result->out, "ssl:10.0.0.9:6640\n");
    } else if (has(argv, "list")) {
        dbc_buf_adds(&result->out, "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],"
                                   "\"data\":[[\"xenbr0\",\"standalone\",[\"map\",[]]]]}");
    } else if (has(argv, "ofport")) {
        dbc_buf_adds(&result->out, "1\n");
    } else if (has(argv, "emer-reset")) {
        assert_true(has(argv, "ssl:10.0.0.1:6640") && has(argv, "fail_mode=secure"));
        f->transactions++;
    }
}

static int bring(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    struct fixture *f = ctx;
    int rc = ifr_plugin_bring(&f->host, &f->wanted, reply, err);

    (void)session;
    f->code = rc == 0 ? DBC_OK : err->code;
    return rc;
}

/* Whether the allocation that was to fail was reached. */
static bool fails_at(struct fixture *f, long n)
{
    static const struct ifr_plugin_function functions[] = { { "bring", bring }, { NULL, NULL } };
    struct ifr_runner *runner = recorder_new(script, f, NULL);
    struct dbc_buf document = DBC_BUF_INIT;
    bool reached = false;

    f->host.runner = runner;
    f->transactions = 0;
    f->code = DBC_ENOMEM; /* when it does not come so far */
    allocs_left = n;
    ifr_plugin_dispatch(functions, f, REQUEST, &f->host.log[0], &document);
    reached = alloc_failed();
    if (document.failed || strstr(document.data, "MemoryError")) {
        assert_true(f->code == DBC_ENOMEM || f->code == DBC_OK);
    } else {
        assert_non_null(strstr(document.data, "Success"));
        assert_non_null(strstr(document.data, ">Successfully set controller to 10.0.0.1.  "
                                              "Updated fail_mode.  <"));
        assert_int_equal(f->transactions, 1);
    }
    assert_true(reached || !document.failed);
    dbc_buf_release(&document);
    ifr_runner_free(runner);
    return reached;
}

TEST(test_each_allocation)
{
    struct fixture f = { .code = DBC_OK };
    struct dbc_record *pif = NULL;
    long n = 0;

    world_make(&f.w, &ifr_datapath_vswitch);
    pif = world_pif(&f.w, "pif", "eth0", "xenbr0", MAC);
    world_set(&f.w, pif, "management", "True");
    must(dbc_db_add(f.w.db, DBC_POOL, "pool", NULL) != NULL);
    world_config(&f.w, f.w.db->of[DBC_POOL].v[0], "vswitch-controller-fail-mode", "secure");
    must(dbc_db_index(f.w.db, NULL) == 0);
    f.host = (struct ifr_host){ .prefix = f.w.s.root, .log = &(struct dbc_log){ 0 } };
    f.wanted.db = f.w.db;
    assert_int_equal(ifr_manager_from_pool("10.0.0.1", &f.wanted.manager, NULL), 0);
    while (fails_at(&f, n)) {
        n++;
    }
    assert_true(n > 50);
    world_end(&f.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
