/* test_plugin_hostile.c - reconfigure/plugin/ovs.c and update.c: answers and records that make no
 * sense, and the functions that XAPI calls. */
#include "unit/test.h"

#include "unit/plugin_host.h"

/* ---- Hostile answers ------------------------------------------------------------------------ */

TEST_WITH(test_answers_of_ovs_that_are_none, struct fixture, f)
{
    static const char *const answers[] = {
        "",
        "[",
        "null",
        "[]",
        "{}",
        "{\"headings\":[],\"data\":[]}",
        "{\"headings\":[\"name\",\"fail_mode\"],\"data\":[]}",
        "{\"headings\":[1,2,3],\"data\":[]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":{}}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[1]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[[]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[[1,2,3]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[[\"b\",\"\",\"\"]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],"
        "\"data\":[[\"b\",\"\",[\"map\",{}]]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],"
        "\"data\":[[\"xenbr0\",\"\",[\"map\",[]]],[\"b\",\"\",[\"set\",[]]]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[]} x",
    };

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        f->rules[0] = (struct rule){ .match = "list Bridge", .answer = answers[i] };
        dbc_error_clear(&f->err);
        assert_int_equal(bring(f), -1);
        assert_int_equal(f->err.code, DBC_EPARSE);
    }
    assert_changes(f, "");
}

/* Odd, but harmless: what is no text is none. */
TEST_WITH(test_odd_rows, struct fixture, f)
{
    f->bridges = "[\"xenbr0\",[\"set\",[\"standalone\"]],[\"map\",[1,[],[\"k\"],[\"hwaddr\",7],"
                 "[[],\"v\"],[\"disable-in-band\",[]]]],\"more\"],"
                 "[\"$(id)\",7,[\"map\",[]]],[\"\",null,[\"map\",[]]]";
    assert_brings(f, "No change to configuration");
}

TEST_WITH(test_too_long_an_answer, struct fixture, f)
{
    struct dbc_buf text = DBC_BUF_INIT;

    while (text.len < IFR_OUTPUT_MAX) {
        dbc_buf_addc(&text, ' ');
    }
    f->rules[0] = (struct rule){ .match = "list Bridge", .answer = text.data };
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->err.code, DBC_ELIMIT);
    assert_non_null(strstr(f->err.text, "IFR_OUTPUT_MAX"));
    dbc_buf_release(&text);
}

TEST_WITH(test_ovs_does_not_answer, struct fixture, f)
{
    static const struct rule rules[] = {
        { .match = "get-manager", .status = 1 },
        { .match = "get-manager", .ended = IFR_SIGNALED, .status = SIGALRM },
        { .match = "get-manager", .ended = IFR_TIMED_OUT },
        { .match = "list Bridge", .ended = IFR_NOT_FOUND },
        { .match = "list Bridge", .ended = IFR_NOT_RUN, .status = 13 },
    };

    want(f, "10.0.0.1");
    for (size_t i = 0; i < 5; i++) {
        f->rules[0] = rules[i];
        dbc_error_clear(&f->err);
        assert_int_equal(bring(f), -1);
        assert_int_equal(f->err.code, DBC_ECOMMAND);
        assert_int_equal(f->reply.failure.n, 0);
    }
    assert_changes(f, "");
}

TEST_WITH(test_hostile_records, struct fixture, f)
{
    secure_pool(f);
    world_set(&f->w, f->eth0, "device", "eth0 -- del-br");
    f->bridges = XENBR0;
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->err.code, DBC_EINVAL);
    dbc_error_clear(&f->err);
    world_set(&f->w, f->eth0, "device", "eth0");
    world_set(&f->w, f->eth0, "MAC", "x");
    f->bridges = ROW("xenbr0", STANDALONE, HWADDR("00:16:3e:00:00:01,actions=drop"));
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->err.code, DBC_EINVAL);
    assert_changes(f, "");
}

/* ---- The functions -------------------------------------------------------------------------- */

static ifr_plugin_fn *function(const char *name)
{
    const struct ifr_plugin_function *at = ifr_plugin_functions;

    while (strcmp(at->name, name) != 0) {
        at++;
    }
    return at->call;
}

TEST_WITH(test_emergency_reset, struct fixture, f)
{
    struct ifr_plugin plugin = { .host = &f->host };

    assert_int_equal(function("emergency_reset")(&plugin, "s", &f->reply, &f->err), 0);
    assert_string_equal(dbc_buf_str(&f->reply.value), "Successfully reset configuration");
    assert_changes(f, SET "\temer-reset");
    f->rules[0] = (struct rule){ .match = "emer-reset", .status = 2 };
    assert_int_equal(function("emergency_reset")(&plugin, "s", &f->reply, &f->err), -1);
    assert_string_equal(joined(&f->reply.failure), "VSWITCH_EMER_RESET_FAILURE|2");
}

/* On the Linux bridge there is nothing to update, but the cache; which may fail. */
TEST_WITH(test_rewrite_comes_first, struct fixture, f)
{
    struct ifr_plugin plugin = { .host = &f->host };

    scratch_write(&f->w.s, "/etc/xensource/network.conf", "bridge\n", 0644);
    f->rules[0] = (struct rule){ .match = "rewrite", .status = 1 };
    assert_int_equal(function("update")(&plugin, "s", &f->reply, &f->err), 0);
    assert_string_equal(dbc_buf_str(&f->reply.value), "No change to configuration");
    assert_int_equal(f->changes.n, 1);
    assert_true(changed(f, "/interface-reconfigure\trewrite"));
    assert_non_null(strstr(joined(&f->w.log.lines), "rewrite: exited with 1"));
}

TEST_WITH(test_no_xapi, struct fixture, f)
{
    struct ifr_plugin plugin = { .host = &f->host, .timeout_ms = 1000 };

    scratch_write(&f->w.s, "/etc/xensource/network.conf", "openvswitch\n", 0644);
    scratch_write(&f->w.s, "/etc/xensource-inventory", "INSTALLATION_UUID='u'\n", 0644);
    f->managers = "ssl:10.0.0.1:6640\n";
    assert_int_equal(function("update")(&plugin, "OpaqueRef:s", &f->reply, &f->err), -1);
    assert_int_equal(f->err.code, DBC_ENOENT);
    assert_int_equal(f->changes.n, 1); /* rewrite */
    assert_true(has_ca(f));
    assert_null(strstr(joined(&f->w.log.lines), "OpaqueRef:s"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLUGIN_TEST(answers_of_ovs_that_are_none),
        PLUGIN_TEST(odd_rows),
        PLUGIN_TEST(too_long_an_answer),
        PLUGIN_TEST(ovs_does_not_answer),
        PLUGIN_TEST(hostile_records),
        PLUGIN_TEST(emergency_reset),
        PLUGIN_TEST(rewrite_comes_first),
        PLUGIN_TEST(no_xapi),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
