/* test_undo_check.c - reconfigure/plan/undo_check.c: what a record of the way back may contain. */
#include "unit/test.h"

#include "reconfigure/plan/undo.h"

#define FLOW "idle_timeout=0,priority=0,in_port=1,dl_dst=00:16:3e:00:00:01,actions=NORMAL"
#define UUID "8a6b0f54-5c1e-4f5e-9a4f-0d7a1f6d2f11"

/* A whole record, of which a test replaces one part. */
static const char *const parts[] = { "devices", "files", "flows", "added",  "edits",
                                     "rows",    "root",  "after", "foreign" };
static const char *const whole[] = {
    "{\"xenbr0\":{\"MTU\":\"1500\",\"state\":\"up\"},\"xapi4\":null}",
    "{\"/etc/sysconfig/network-scripts/ifcfg-xenbr0\":"
    "{\"text\":\"A=b\\n\",\"mode\":420,\"uid\":0,\"gid\":0},"
    "\"/var/xapi/network.dbcache\":{\"hex\":\"00ff\",\"mode\":384,\"uid\":0,\"gid\":0},"
    "\"/etc/resolv.conf\":null,\"/etc/resolv.conf.save\":null}",
    "{\"xenbr0\":\"priority=0 actions=NORMAL\\n\"}",
    "{\"xenbr0\":[\"" FLOW "\"]}",
    "[{\"do\":\"insert\",\"table\":\"Port\",\"name\":\"row0\",\"row\":{\"name\":\"eth0\"}},"
    "{\"do\":\"attach\",\"table\":\"Bridge\",\"row\":[\"uuid\",\"" UUID "\"],"
    "\"column\":\"ports\",\"of\":\"Port\",\"child\":[\"named-uuid\",\"row0\"]},"
    "{\"do\":\"set\",\"table\":\"Port\",\"row\":[\"uuid\",\"" UUID "\"],"
    "\"column\":\"tag\",\"before\":[\"set\",[]],\"after\":4},"
    "{\"do\":\"key\",\"table\":\"Bridge\",\"row\":[\"uuid\",\"" UUID "\"],"
    "\"column\":\"other_config\",\"key\":\"hwaddr\",\"before\":null,\"after\":\"x\"}]",
    "{\"Port\":{\"" UUID "\":{\"name\":\"eth0\"}}}",
    "\"" UUID "\"",
    "{\"devices\":{\"xenbr0\":{\"MTU\":\"1500\"},\"xapi4\":null},"
    "\"files\":{\"/etc/resolv.conf\":null}}",
    "{\"devices\":{\"xenbr0\":{\"MTU\":\"1400\"}},"
    "\"files\":{\"/etc/resolv.conf\":\"changed\"}}",
};

/* `part` with another value, or without it for NULL. */
static int check_with(const char *part, const char *value)
{
    struct dbc_error err = DBC_ERROR_INIT;
    json_t *record = json_object();
    int rc = -1;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *text = strcmp(parts[i], part) == 0 ? value : whole[i];
        if (text != NULL) {
            json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
            assert_non_null(json);
            json_object_set_new(record, parts[i], json);
        }
    }
    rc = ifr_undo_check(record, &err);
    assert_int_equal(err.code, rc == 0 ? DBC_OK : DBC_EPARSE);
    json_decref(record);
    return rc;
}

TEST(test_whole)
{
    assert_int_equal(check_with("", NULL), 0);
}

TEST(test_without_open_vswitch)
{
    assert_int_equal(check_with("edits", NULL), 0);
}

static void refuse(const char *part, const char *const *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (check_with(part, values[i]) == 0) {
            fail_msg("%s: accepted: %s", part, values[i] != NULL ? values[i] : "nothing");
        }
    }
}

#define REFUSE(part, ...)                                                                          \
    do {                                                                                           \
        static const char *const values[] = { __VA_ARGS__ };                                       \
        refuse(part, values, sizeof values / sizeof values[0]);                                    \
    } while (0)

TEST(test_devices)
{
    REFUSE("devices", NULL, "null", "[]", "{\"a b\":null}", "{\"-x\":null}", "{\"a/b\":{}}",
           "{\"eth0\":7}", "{\"eth0\":[]}", "{\"eth0\":{\"MTU\":1500}}",
           "{\"eth0\":{\"MTU\":null}}");
}

#define OWNED ",\"mode\":420,\"uid\":0,\"gid\":0}"

TEST(test_files)
{
    REFUSE("files", NULL, "null", "{\"/etc/shadow\":null}", "{\"etc/sysconfig/network\":null}",
           "{\"/etc/resolv.confX\":null}", "{\"/etc/resolv.conf.d/x\":null}",
           "{\"/etc/sysconfig/\":null}", "{\"/etc/sysconfig/..\":null}",
           "{\"/etc/sysconfig/../shadow\":null}", "{\"/etc/sysconfig//network\":null}",
           "{\"/var/xapi/a/..\":null}", "{\"/var/xapi/a\\nb\":null}", "{\"/var/xapi/a\":\"text\"}",
           "{\"/var/xapi/a\":{}}", "{\"/var/xapi/a\":{\"text\":\"\"}}",
           "{\"/var/xapi/a\":{\"text\":7" OWNED "}",
           "{\"/var/xapi/a\":{\"text\":\"\",\"hex\":\"\"" OWNED "}",
           "{\"/var/xapi/a\":{\"text\":\"\",\"mode\":4096,\"uid\":0,\"gid\":0}}",
           "{\"/var/xapi/a\":{\"text\":\"\",\"mode\":-1,\"uid\":0,\"gid\":0}}",
           "{\"/var/xapi/a\":{\"text\":\"\",\"mode\":420,\"uid\":4294967295,\"gid\":0}}",
           "{\"/var/xapi/a\":{\"text\":\"\",\"mode\":420,\"uid\":0}}");
}

TEST(test_flows)
{
    REFUSE("flows", NULL, "null", "{\"br\":null}", "{\"br\":7}", "{\"-br\":\"\"}");
    REFUSE("added", NULL, "null", "{\"br\":null}", "{\"br\":\"" FLOW "\"}", "{\"br\":[7]}",
           "{\"br\":[\"--log-file=/x\"]}", "{\"br\":[\"idle_timeout=0,--log-file=/x,actions=\"]}",
           "{\"br\":[\"\"]}", "{\"br\":[\"" FLOW "\\n\"]}", "{\"-br\":[]}");
}

#define ROW "\"table\":\"T\",\"row\":[\"uuid\",\"" UUID "\"]"

TEST(test_edits)
{
    REFUSE("edits", "null", "{}", "[null]", "[7]", "[{}]", "[{\"do\":\"delete\"," ROW "}]",
           "[{\"do\":\"insert\",\"table\":\"T\",\"name\":\"n\",\"row\":[]}]",
           "[{\"do\":\"insert\",\"table\":\"T\",\"row\":{}}]",
           "[{\"do\":\"attach\"," ROW ",\"column\":\"c\",\"of\":\"P\"}]",
           "[{\"do\":\"attach\"," ROW ",\"column\":\"c\",\"of\":\"P\",\"child\":[\"uuid\"]}]",
           "[{\"do\":\"attach\"," ROW ",\"column\":\"c\",\"of\":\"P\","
           "\"child\":[\"uuid\",\"x\",\"y\"]}]",
           "[{\"do\":\"detach\"," ROW ",\"column\":\"c\",\"child\":[\"uuid\",\"x\"]}]",
           "[{\"do\":\"set\"," ROW ",\"column\":\"c\",\"before\":1}]",
           "[{\"do\":\"set\",\"table\":\"T\",\"row\":\"x\",\"column\":\"c\",\"before\":1,"
           "\"after\":1}]",
           "[{\"do\":\"key\"," ROW ",\"column\":\"c\",\"key\":\"k\",\"before\":null,"
           "\"after\":1}]",
           "[{\"do\":\"key\"," ROW ",\"column\":\"c\",\"before\":null,\"after\":null}]");
    REFUSE("rows", NULL, "null", "[]", "{\"Port\":null}", "{\"Port\":{\"x\":null}}",
           "{\"Port\":{\"x\":[]}}");
    REFUSE("root", NULL, "null", "7");
}

TEST(test_since)
{
    assert_int_equal(check_with("after", NULL), 0);
    assert_int_equal(check_with("foreign", NULL), 0);
    REFUSE("after", "null", "[]", "{}", "{\"devices\":{}}", "{\"files\":{}}",
           "{\"devices\":{\"a b\":null},\"files\":{}}",
           "{\"devices\":{\"eth0\":{\"MTU\":7}},\"files\":{}}",
           "{\"devices\":{},\"files\":{\"/etc/shadow\":null}}",
           "{\"devices\":{},\"files\":{\"/etc/resolv.conf\":{}}}");
    REFUSE("foreign", "null", "[]", "{}", "{\"devices\":{}}", "{\"files\":{}}",
           "{\"devices\":{\"-x\":{}},\"files\":{}}",
           "{\"devices\":{\"eth0\":{\"MTU\":null}},\"files\":{}}",
           "{\"devices\":{},\"files\":{\"/etc/shadow\":\"changed\"}}",
           "{\"devices\":{},\"files\":{\"/etc/resolv.conf\":null}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),   cmocka_unit_test(test_without_open_vswitch),
        cmocka_unit_test(test_devices), cmocka_unit_test(test_files),
        cmocka_unit_test(test_flows),   cmocka_unit_test(test_edits),
        cmocka_unit_test(test_since),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
