/* test_vif.c - reconfigure/vif: the arguments of vif, and values of xenstore, read by the programs.
 * Devices, bridges and the library are in tests/net/test_vif.sh. */
#include "unit/test.h"

#include "base/error.h"
#include "reconfigure/vif/vif.h"
#include "unit/recorder.h"

/* ---- Words and environment ------------------------------------------------------------------ */

struct words {
    const char *const words[6];
    const char *xenbus, *interface;
    const char *device; /* NULL: refused, */
    const char *said;   /* with this in the message */
};

static void check_words(const struct words *w)
{
    struct ifr_vif vif;
    struct dbc_error err = DBC_ERROR_INIT;
    size_t n = 0;
    int rc = 0;

    while (w->words[n] != NULL) {
        n++;
    }
    rc = ifr_vif_parse(w->words, n, w->xenbus, w->interface, &vif, &err);
    if (w->device != NULL) {
        if (rc != 0) {
            fail_msg("%s", err.text);
        }
        assert_string_equal(vif.device, w->device);
        assert_string_equal(vif.action, w->words[0]);
        assert_int_equal(vif.type, strncmp(w->device, "tap", 3) == 0 ? IFR_TAP : IFR_VIF);
    } else {
        assert_int_equal(rc, -1);
        assert_int_equal(err.code, DBC_EINVAL);
        if (strstr(err.text, w->said) == NULL) {
            fail_msg("\"%s\" is not in: %s", w->said, err.text);
        }
    }
}

TEST(test_words)
{
    static const struct words cases[] = {
        { { "online", "vif", "5", "0" }, NULL, NULL, "vif5.0", NULL },
        { { "online", "vif", "65535", "65535" }, NULL, NULL, "vif65535.65535", NULL },
        { { "online", "vif", "05", "00" }, NULL, NULL, "vif5.0", NULL },
        { { "add", "tap", "7", "1" }, NULL, "tap9.9", "tap7.1", NULL },
        { { "online" }, "backend/vif/5/1", NULL, "vif5.1", NULL },
        { { "online" }, "backend/vif/5/1/rest", NULL, "vif5.1", NULL },
        { { "remove", "vif" }, "backend/vif/12/3", "tap1.1", "vif12.3", NULL },
        { { "add", "tap" }, "backend/vif/5/1", "tap12.3", "tap12.3", NULL },
        { { NULL }, "backend/vif/5/1", NULL, NULL, "ACTION [TYPE" },
        { { "online", "vif", "5" }, "backend/vif/5/1", NULL, NULL, "not 3 words" },
        { { "online", "vif", "5", "0", "1" }, NULL, NULL, NULL, "not 5 words" },
        { { "online", "veth", "5", "0" }, NULL, NULL, NULL, "not veth" },
        { { "online", "", "5", "0" }, NULL, NULL, NULL, "TYPE is vif or tap" },
        { { "online", "vif", "-1", "0" }, NULL, NULL, NULL, "not -1 0" },
        { { "online", "vif", "65536", "0" }, NULL, NULL, NULL, "not 65536 0" },
        { { "online", "vif", "5", "0;reboot" }, NULL, NULL, NULL, "not 5 0;reboot" },
        { { "online" }, NULL, NULL, NULL, "XENBUS_PATH" },
        { { "online" }, "", NULL, NULL, "not \"\"" },
        { { "online" }, "backend/vif/5", NULL, NULL, "not \"backend/vif/5\"" },
        { { "online" }, "backend/vif//1", NULL, NULL, "XENBUS_PATH" },
        { { "online" }, "backend/vif/5/123456789", NULL, NULL, "XENBUS_PATH" },
        { { "online" }, "backend/vif/5/..", NULL, NULL, "XENBUS_PATH" },
        { { "add", "tap" }, NULL, NULL, NULL, "INTERFACE" },
        { { "add", "tap" }, NULL, "tap5", NULL, "INTERFACE" },
        { { "add", "tap" }, NULL, "vif5.0", NULL, "INTERFACE" },
        { { "add", "tap" }, NULL, "tap123456789.0", NULL, "INTERFACE" },
        { { "add", "tap" }, NULL, "tap5.0x", NULL, "INTERFACE" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_words(&cases[i]);
    }
}

/* ---- Values --------------------------------------------------------------------------------- */

/* What the next command prints, and how it ends. */
struct next {
    const char *out;
    size_t len;
    enum ifr_ended ended;
    int status;
};

static void answer(void *ctx, const char *const *argv, struct ifr_result *result)
{
    const struct next *next = ctx;

    (void)argv;
    result->ended = next->ended;
    result->status = next->status;
    dbc_buf_add(&result->out, next->out, next->len);
}

struct value {
    struct next next;
    int there;
    const char *text;
};

static void check_value(const struct value *value)
{
    struct next next = value->next;
    struct ifr_runner *runner = recorder_new(answer, &next, NULL);
    struct ifr_xenstore *store = ifr_xenstore_programs(runner, NULL);
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(ifr_xenstore_text(store, "/xapi/5/private/vif/0/bridge", NULL, &out, &err),
                     value->there);
    assert_int_equal(err.code, value->there < 0 ? DBC_ECOMMAND : DBC_OK);
    assert_string_equal(dbc_buf_str(&out), value->text);
    assert_string_equal(recorder_lines(runner)->v[0],
                        "/usr/bin/xenstore-read\t/xapi/5/private/vif/0/bridge");
    dbc_buf_release(&out);
    ifr_xenstore_free(store);
    ifr_runner_free(runner);
}

TEST(test_values)
{
    char most[IFR_XENSTORE_VALUE_MAX + 2];
    const struct value cases[] = {
        { { "xenbr0\n", 7, IFR_EXITED, 0 }, 1, "xenbr0" },
        { { "xenbr0", 6, IFR_EXITED, 0 }, 1, "xenbr0" },
        { { "\n", 1, IFR_EXITED, 0 }, 1, "" },
        { { "", 0, IFR_EXITED, 0 }, 1, "" },
        { { "xenbr0\n\n", 8, IFR_EXITED, 0 }, 0, "" },
        { { "xen\0br0\n", 8, IFR_EXITED, 0 }, 0, "" },
        { { "\033[2J\n", 5, IFR_EXITED, 0 }, 0, "" },
        { { "\377\n", 2, IFR_EXITED, 0 }, 0, "" },
        { { most, IFR_XENSTORE_VALUE_MAX, IFR_EXITED, 0 }, 1, most + 1 },
        { { most, IFR_XENSTORE_VALUE_MAX + 1, IFR_EXITED, 0 }, 0, "" },
        { { "xenbr0\n", 7, IFR_EXITED, 1 }, 0, "" },
        { { "", 0, IFR_SIGNALED, 11 }, -1, "" },
        { { "", 0, IFR_TIMED_OUT, 0 }, -1, "" },
        { { "", 0, IFR_NOT_FOUND, 0 }, -1, "" },
    };

    memset(most, 'x', sizeof most - 1);
    most[sizeof most - 1] = '\0';
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_value(&cases[i]);
    }
}

TEST(test_changes)
{
    struct next next = { "", 0, IFR_EXITED, 0 };
    struct ifr_runner *runner = recorder_new(answer, &next, NULL);
    struct ifr_xenstore *store = ifr_xenstore_programs(runner, NULL);
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(store->write(store, "/a/b", "x", &err), 0);
    assert_int_equal(store->remove(store, "/a/b", &err), 0);
    assert_string_equal(recorder_lines(runner)->v[0], "/usr/bin/xenstore-write\t/a/b\tx");
    assert_string_equal(recorder_lines(runner)->v[1], "/usr/bin/xenstore-rm\t/a/b");
    next.status = 1;
    assert_int_equal(store->write(store, "/a/b", "x", &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    assert_int_equal(store->remove(store, "/a/b", &err), 0); /* it was not there */
    next.ended = IFR_NOT_FOUND;
    assert_int_equal(store->remove(store, "/a/b", &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    ifr_xenstore_free(store);
    ifr_xenstore_free(NULL);
    ifr_runner_free(runner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
