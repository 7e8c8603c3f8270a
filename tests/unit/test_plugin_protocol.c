/* test_plugin_protocol.c - reconfigure/plugin/protocol.c and xapi/incoming.c: requests as XAPI
 * prints them and hostile ones, and the one document that answers each. */
#include "unit/test.h"

#include "reconfigure/plugin/protocol.h"
#include "unit/scratch.h"
#include "xapi/incoming.h"

#define SESSION "OpaqueRef:c4c1ac4e-5e55-1045-0000-000000000000"
#define SUCCESS                                                                                    \
    "<?xml version='1.0'?><methodResponse><params><param><value><struct><member><name>Status"      \
    "</name><value><string>Success</string></value></member><member><name>Value</name><value>"     \
    "<string>%s</string></value></member></struct></value></param></params></methodResponse>\n"
#define FAILURE                                                                                    \
    "<?xml version='1.0'?><methodResponse><params><param><value><struct><member><name>Status"      \
    "</name><value><string>Failure</string></value></member><member><name>ErrorDescription"        \
    "</name><value><array><data>%s</data></array></value></member></struct></value></param>"       \
    "</params></methodResponse>\n"

struct fixture {
    struct captured log;
    struct dbc_buf document;
    unsigned calls;
    bool session_came;
};

static int say(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    struct fixture *f = ctx;

    (void)err;
    f->calls++;
    f->session_came = strcmp(session, SESSION) == 0;
    dbc_buf_adds(&reply->value, "a <b> & \"c\"  ");
    return 0;
}

static int refuse(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    (void)ctx;
    (void)session;
    dbc_strvec_pushl(&reply->failure, "CODE", "1 < 2", "\x01\xff", NULL);
    return dbc_fail(err, DBC_ECOMMAND, "not this");
}

static int crash(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    (void)ctx;
    (void)session;
    (void)reply;
    return dbc_fail(err, DBC_ENOENT, "no & where");
}

static const struct ifr_plugin_function functions[] = {
    { "say", say },
    { "refuse", refuse },
    { "crash", crash },
    { NULL, NULL },
};

static const char *dispatch(struct fixture *f, const char *request)
{
    dbc_buf_clear(&f->document);
    ifr_plugin_dispatch(functions, f, request, &f->log.log, &f->document);
    assert_null(strstr(joined(&f->log.lines), "c4c1ac4e"));
    return dbc_buf_str(&f->document);
}

static const char *request(const char *method, const char *params)
{
    static char text[2048];

    snprintf(text, sizeof text, "<methodCall><methodName>%s</methodName>%s</methodCall>", method,
             params);
    return text;
}

#define PARAMS(session, args)                                                                      \
    "<params><param><value>" session "</value></param><param><value>" args                         \
    "</value></param></params>"
#define USUAL PARAMS(SESSION, "<struct/>")

static const char *success(const char *value)
{
    static char text[2048];

    snprintf(text, sizeof text, SUCCESS, value);
    return text;
}

/* Strings separated by '|', escaped already. */
static const char *failure(const char *strings)
{
    static char text[4096];
    struct dbc_buf values = DBC_BUF_INIT;
    const char *end = strings;

    for (; *strings != '\0'; strings = *end == '|' ? end + 1 : end) {
        end = strings + strcspn(strings, "|");
        dbc_buf_addf(&values, "<value><string>%.*s</string></value>", (int)(end - strings),
                     strings);
    }
    snprintf(text, sizeof text, FAILURE, dbc_buf_str(&values));
    dbc_buf_release(&values);
    return text;
}

static int setup(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    captured_init(&f.log);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    captured_release(&f->log);
    dbc_buf_release(&f->document);
    return 0;
}

TEST_WITH(test_success, struct fixture, f)
{
    assert_string_equal(dispatch(f, request("say", USUAL)), success("a &lt;b&gt; &amp; \"c\"  "));
    assert_true(f->session_came);
}

/* Every spelling of XML-RPC that a caller may use. */
TEST_WITH(test_spellings, struct fixture, f)
{
    static const char *const params[] = {
        PARAMS("<string>" SESSION "</string>", "<struct></struct>"),
        PARAMS(SESSION, "<struct><member><name>k</name><value/></member></struct>"),
        PARAMS(SESSION, "<struct><member><name></name><value><string>v</string></value></member>"
                        "</struct>"),
        PARAMS("OpaqueRef:c4c1ac4e-5e55-1045-&#48;000-000000000000", " <struct/> "),
        PARAMS("<![CDATA[" SESSION "]]>", "<!-- args --><struct/>"),
        "\n <params>\n <param> <value>" SESSION "</value> </param>\n"
        "<param><value>\n<struct>\n</struct>\n</value></param></params>\n",
    };

    for (unsigned i = 0; i < sizeof params / sizeof *params; i++) {
        f->session_came = false;
        dispatch(f, request("say", params[i]));
        assert_int_equal(f->calls, i + 1);
        assert_true(f->session_came);
    }
    dispatch(f, "<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>say</methodName>" USUAL
                "</methodCall>\n");
    assert_int_equal(f->calls, 7);
}

TEST_WITH(test_failure, struct fixture, f)
{
    assert_string_equal(dispatch(f, request("refuse", USUAL)), failure("CODE|1 &lt; 2|??"));
    assert_string_equal(joined(&f->log.lines),
                        "Called by XAPI: refuse|refuse failed: CODE, 1 < 2, \\x01\\xff");
}

TEST_WITH(test_other_errors, struct fixture, f)
{
    assert_string_equal(dispatch(f, request("crash", USUAL)),
                        failure("XENAPI_PLUGIN_FAILURE|crash|FileNotFoundError|no &amp; where"));
}

/* Before its parameters are looked at. */
TEST_WITH(test_unknown_function, struct fixture, f)
{
    assert_string_equal(dispatch(f, request("no&lt;such", USUAL)),
                        failure("UNKNOWN_XENAPI_PLUGIN_FUNCTION|no&lt;such"));
    assert_string_equal(dispatch(f, request("other", "")),
                        failure("UNKNOWN_XENAPI_PLUGIN_FUNCTION|other"));
    assert_non_null(
        strstr(dispatch(f, request("", USUAL)), "<string>UNKNOWN_XENAPI_PLUGIN_FUNCTION</string>"));
    assert_int_equal(f->calls, 0);
}

TEST_WITH(test_parameters_that_are_none, struct fixture, f)
{
    static const char *const params[] = {
        "",
        "<params/>",
        "<params><param/></params>",
        "<params><param><value>" SESSION "</value></param></params>",
        PARAMS("<int>3</int>", "<struct/>"),
        PARAMS("<struct/>", "<struct/>"),
        PARAMS("x<string>" SESSION "</string>", "<struct/>"),
        PARAMS("<string>a</string><string>b</string>", "<struct/>"),
        PARAMS("<string><b/></string>", "<struct/>"),
        PARAMS(SESSION, ""),
        PARAMS(SESSION, "<array><data/></array>"),
        PARAMS(SESSION, "<struct/><struct/>"),
        "<params><param><value>a</value></param><param><value><struct/></value></param>"
        "<param><value>c</value></param></params>",
        USUAL USUAL,
        "<fault/>",
    };

    for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
        const char *answer = dispatch(f, request("say", params[i]));
        assert_non_null(strstr(answer, "<value><string>XENAPI_PLUGIN_FAILURE</string></value>"
                                       "<value><string>say</string></value>"
                                       "<value><string>ValueError</string></value>"));
    }
    assert_int_equal(f->calls, 0);
}

TEST_WITH(test_no_xml, struct fixture, f)
{
    static const char *const requests[] = {
        "",
        "x",
        "<",
        "<methodCall>",
        "<methodCall/>",
        "<methodResponse/>",
        "<methodCall><methodName>say</methodName>",
        "<methodCall><methodName>s<b/>ay</methodName></methodCall>",
        "<methodCall><params/><methodName>say</methodName></methodCall>",
        "<methodCall><methodName>say&nbsp;</methodName></methodCall>",
        "<methodCall><methodName>\xff</methodName></methodCall>",
        "<!DOCTYPE m [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><methodCall><methodName>&a;"
        "</methodName></methodCall>",
        "<!DOCTYPE m [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
        "<methodCall><methodName>say&b;&b;&b;</methodName></methodCall>",
        "<!DOCTYPE m SYSTEM "
        "\"http://192.0.2.1/m.dtd\"><methodCall><methodName>say</methodName>" USUAL "</methodCall>",
    };

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        const char *answer = dispatch(f, requests[i]);
        assert_non_null(strstr(answer, "<value><string>XENAPI_PLUGIN_FAILURE</string></value>"));
        assert_non_null(strstr(answer, "ValueError"));
        assert_null(strstr(answer, "root:"));
    }
    assert_int_equal(f->calls, 0);
}

/* Cut at every byte: an answer each time, and never a call. */
TEST_WITH(test_truncated, struct fixture, f)
{
    char text[2048];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", request("say", USUAL));

    while (len > 0) {
        text[--len] = '\0';
        assert_non_null(strstr(dispatch(f, text), "XENAPI_PLUGIN_FAILURE"));
    }
    assert_int_equal(f->calls, 0);
}

TEST_WITH(test_huge, struct fixture, f)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, "<methodCall><methodName>say</methodName><params><param><value>" SESSION
                        "</value></param><param><value><struct>");
    while (text.len < DBC_XAPI_INCOMING_MAX - 200) {
        dbc_buf_adds(&text, "<member><name>k</name><value>v</value></member>");
    }
    dbc_buf_adds(&text, "</struct></value></param></params></methodCall>");
    dispatch(f, text.data);
    assert_int_equal(f->calls, 1);
    while (text.len <= DBC_XAPI_INCOMING_MAX) {
        dbc_buf_addc(&text, ' ');
    }
    assert_non_null(strstr(dispatch(f, text.data), "DBC_XAPI_INCOMING_MAX"));
    dbc_buf_clear(&text);
    while (text.len < DBC_XAPI_INCOMING_MAX - 10) {
        dbc_buf_adds(&text, "<a>"); /* deeper than any parser goes */
    }
    assert_non_null(strstr(dispatch(f, text.data), "XENAPI_PLUGIN_FAILURE"));
    assert_int_equal(f->calls, 1);
    dbc_buf_release(&text);
}

TEST(test_no_memory_is_a_response)
{
    assert_string_equal(ifr_plugin_no_memory,
                        failure("XENAPI_PLUGIN_FAILURE||MemoryError|out of memory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_success),
        FIXTURE(test_spellings),
        FIXTURE(test_failure),
        FIXTURE(test_other_errors),
        FIXTURE(test_unknown_function),
        FIXTURE(test_parameters_that_are_none),
        FIXTURE(test_no_xml),
        FIXTURE(test_truncated),
        FIXTURE(test_huge),
        cmocka_unit_test(test_no_memory_is_a_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
