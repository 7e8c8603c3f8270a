/* test_xapi_value.c - cache/xapi/ below the socket: every spelling of a value that a server has
 * used, and hostile ones.  Each answer comes in pieces of several sizes, which must make no
 * difference. */
#include "unit/test.h"

#include "unit/xapi_pieces.h"

/* ---- Values -------------------------------------------------------------------------------- */

static int feed_tree(const char *text, size_t len, size_t piece, struct dbc_buf *shown,
                     struct dbc_error *err)
{
    struct dbc_xapi_tree tree = DBC_XAPI_TREE_INIT;
    struct dbc_xapi_response response;
    int rc = answer_feed(text, len, piece, &dbc_xapi_tree_sink, &tree, &response, err);

    if (rc == 0 && response.failure.n > 0) {
        dbc_buf_adds(shown, "failure");
        for (size_t i = 0; i < response.failure.n; i++) {
            dbc_buf_addf(shown, " %s", response.failure.v[i]);
        }
    } else if (rc == 0) {
        answer_show(tree.root, shown);
    }
    dbc_xapi_response_release(&response);
    dbc_xapi_tree_release(&tree);
    return rc;
}

static void expect_shown(const char *answer, size_t len, const char *wanted)
{
    for (size_t i = 0; i < N_PIECES; i++) {
        struct dbc_buf shown = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        int rc = feed_tree(answer, len, pieces[i], &shown, &err);

        if (rc != 0 || strcmp(dbc_buf_str(&shown), wanted) != 0) {
            fail_msg("pieces of %zu: \"%s\" gives %s %s, wanted %s", pieces[i], answer,
                     dbc_buf_str(&shown), err.text, wanted);
        }
        dbc_buf_release(&shown);
    }
}

static void expect_text(const char *value, size_t len, const char *wanted)
{
    struct dbc_buf answer = DBC_BUF_INIT;

    dbc_buf_adds(&answer, HEAD);
    dbc_buf_add(&answer, value, len);
    dbc_buf_adds(&answer, TAIL);
    expect_shown(answer.data, answer.len, wanted);
    dbc_buf_release(&answer);
}

static void expect_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        expect_text(rows[i].value, strlen(rows[i].value), rows[i].wanted);
    }
}

#define ROWS(rows) rows, sizeof(rows) / sizeof((rows)[0])

TEST(every_spelling)
{
    static const struct row rows[] = {
        { "<value>x</value>", "'x'" },
        { "<value/>", "''" },
        { "<value></value>", "''" },
        { "<value><string>x</string></value>", "'x'" },
        { "<value><string/></value>", "''" },
        { "<value>  </value>", "'  '" },
        { "<value> \n <string> x </string> \n </value>", "' x '" },
        { "<value>-1</value>", "'-1'" },
        { "<value><i4>-1</i4></value>", "i:'-1'" },
        { "<value><int> 7 </int></value>", "i:'7'" },
        { "<value><i8>9223372036854775807</i8></value>", "i:'9223372036854775807'" },
        { "<value><boolean>1</boolean></value>", "b:'1'" },
        { "<value><boolean>\n0\n</boolean></value>", "b:'0'" },
        { "<value><double>nan</double></value>", "d:'nan'" },
        { "<value><dateTime.iso8601>20130613T02:13:48Z</dateTime.iso8601></value>",
          "t:'20130613T02:13:48Z'" },
        { "<value><base64>eA==</base64></value>", "64:'eA=='" },
        { "<value><nil/></value>", "nil''" },
        { "<value><array><data/></array></value>", "[]" },
        { "<value><array><data></data></array></value>", "[]" },
        { "<value><array/></value>", "[]" },
        { "<value><struct/></value>", "{}" },
        { "<value><struct></struct></value>", "{}" },
        { "<value><array><data><value>a</value><value/></data></array></value>", "['a','']" },
        { "<value><struct><member><name>k</name><value>v</value></member><member><name/>"
          "<value><struct><member><name>a b</name><value><array><data><value>1</value></data>"
          "</array></value></member></struct></value></member></struct></value>",
          "{k='v',{a b=['1']}}" },
        { " <value > \n<struct >\t<member ><name>k</name > <value\n>v</value ></member></struct>"
          "</value> ",
          "{k='v'}" },
        { "<value attribute='a&b'>x</value>", "'x'" },
    };

    expect_rows(ROWS(rows));
}

TEST(entities_and_sections)
{
    static const struct row rows[] = {
        { "<value>&lt;&gt;&amp;&quot;&apos;</value>", "'<>&\"''" },
        { "<value>&#65;&#x42;&#x1F600;</value>", "'AB\xf0\x9f\x98\x80'" },
        { "<value>&amp;lt;</value>", "'&lt;'" },
        { "<value><![CDATA[<a>&amp;]] ]]]]></value>", "'<a>&amp;]] ]]'" },
        { "<value>a<!-- & < -->b</value>", "'ab'" },
        { "<value>a<?x y?>b</value>", "'ab'" },
        { "<value>a]]b</value>", "'a]]b'" },
        { "<value>a\r\nb\rc</value>", "'a\nb\nc'" },
    };

    expect_rows(ROWS(rows));
}

TEST(sloppy_servers)
{
    static const struct row rows[] = {
        { "<value>AT&</value>", "'AT&'" },
        { "<value><</value>", "'<'" },
        { "<value>a & b</value>", "'a & b'" },
        { "<value>&nbsp;&;&#;&#x;&#xg;&amp</value>", "'&nbsp;&;&#;&#x;&#xg;&amp'" },
        { "<value>&#0;&#x1;&#xD800;&#x110000;&#99999999999;</value>",
          "'&#0;&#x1;&#xD800;&#x110000;&#99999999999;'" },
        { "<value>a < b <c> </d> <valued></value>", "'a < b <c> </d> <valued>'" },
        { "<value><<</value>", "'<<'" },
        { "<value><<value></value>", NULL }, /* a tag that must not be there */
        { "<value><struct><member><name>a&b<c</name><value>v</value></member></struct></value>",
          "{a&b<c='v'}" },
        { "<value><struct><member><name><value></name><value>v</value></member></struct></value>",
          "{<value>='v'}" },
        { "<value><struct><member><name></member><!--<![CDATA[&amp;</name><value/></member>"
          "</struct></value>",
          "{</member><!--<![CDATA[&='' }" },
        { "<value><unknown>1</unknown></value>", "'<unknown>1</unknown>'" },
        { "<value>\x01"
          "a\x1f\x0b"
          "b\t\n</value>",
          "'ab\t\n'" },
        { "<value>\x7f</value>", "'\x7f'" },
        { "<value>caf\xe9</value>", "'caf\xef\xbf\xbd'" },
        { "<value>caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80</value>",
          "'caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80'" },
        { "<value>\xc0\xaf \xed\xa0\x80 \xef\xbf\xbe \xf4\x90\x80\x80 \xe2\x82</value>",
          "'\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
          "\xef\xbf\xbd\xef\xbf\xbd'" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].wanted != NULL && i != 10) {
            expect_text(rows[i].value, strlen(rows[i].value), rows[i].wanted);
        }
    }
    expect_text(rows[10].value, strlen(rows[10].value), "{</member><!--<![CDATA[&=''}");
    expect_text("<value>a\0b</value>", 18, "'ab'");
}

TEST(envelopes)
{
    static const struct row rows[] = {
        { "<?xml version=\"1.0\"?>" HEAD "<value>x</value>" TAIL, "'x'" },
        { "<?xml version='1.0' encoding='ISO-8859-1'?>\n" HEAD "<value>\xc3\xa9</value>" TAIL "\n",
          "'\xc3\xa9'" },
        { "\xef\xbb\xbf" HEAD "<value/>" TAIL, "''" },
        { "<methodResponse>\n <params> <param><value><struct><member><name>Value</name>"
          "<value>x</value></member><member><name>Other</name><value><array><data><value><struct>"
          "<member><name>Status</name><value>Failure</value></member></struct></value></data>"
          "</array></value></member><member><name>Status</name><value><string>Success</string>"
          "</value></member></struct></value></param></params></methodResponse>",
          "'x'" },
        { "<methodResponse><params><param><value><struct><member><name>Status</name>"
          "<value>Failure</value></member><member><name>ErrorDescription</name><value><array>"
          "<data><value>CODE</value><value/><value><i4>3</i4></value></data></array></value>"
          "</member></struct></value></param></params></methodResponse>",
          "failure CODE  3" },
        { "<methodResponse><fault><value><struct><member><name>faultCode</name><value><i4>1</i4>"
          "</value></member><member><name>faultString</name><value>no</value></member></struct>"
          "</value></fault></methodResponse>",
          "failure 1 no" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_shown(rows[i].value, strlen(rows[i].value), rows[i].wanted);
    }
}

/* ---- What must be refused ------------------------------------------------------------------ */

static void expect_error(const char *answer, size_t len, enum dbc_code code, const char *words)
{
    for (size_t i = 0; i < N_PIECES; i++) {
        struct dbc_buf shown = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;

        if (feed_tree(answer, len, pieces[i], &shown, &err) == 0 || err.code != code ||
            strstr(err.text, words) == NULL) {
            fail_msg("pieces of %zu: \"%.200s\" gives code %d, %s, wanted %d, %s", pieces[i],
                     answer, (int)err.code, err.text, (int)code, words);
        }
        dbc_buf_release(&shown);
    }
}

TEST(no_answers)
{
    static const struct row rows[] = {
        { "", "found its end" },
        { "x", "found its end" },
        { "xxxx", "" },
        { "<html><body>500</body></html>", "" },
        { "{\"result\": 1}", "" },
        { "<value>x</value>", "expected what may stand in a document, found <value>" },
        { "<methodResponse/>", "no Status" },
        { "<methodResponse><params/></methodResponse>", "no Status" },
        { "<methodResponse><params><param><value>x</value></param></params></methodResponse>",
          "found a string" },
        { HEAD "<value>x</value></member><member><name>Value</name><value>y</value>" TAIL,
          "two Values" },
        { HEAD "<value>x</value>" TAIL "<methodResponse/>", "" },
        { HEAD "<value>x</value>" TAIL "x", "" },
        { HEAD TAIL, "expected a name and a value" },
        { HEAD "<value>x</value><value>y</value>" TAIL, "expected the end of a member" },
        { HEAD "<value>x<string>y</string></value>" TAIL, "expected the end of a value" },
        { HEAD "<value><string>y</string>x</value>" TAIL, "expected a tag, found text" },
        { HEAD "<value><i4>1</i4><i4>2</i4></value>" TAIL, "expected the end of a value" },
        { HEAD "<value><i4><i4>2</i4></i4></value>" TAIL, "may stand in a int" },
        { HEAD "<value><array><value>x</value></array></value>" TAIL, "may stand in a array" },
        { HEAD "<value><array><data>x</data></array></value>" TAIL, "expected a tag" },
        { HEAD "<value><struct><value/></struct></value>" TAIL, "may stand in a struct" },
        { HEAD "<value><struct><member><value/></member></struct></value>" TAIL,
          "expected the end of a member, found <value>" },
        { HEAD "<value><struct><member><name>a</name></member></struct></value>" TAIL,
          "expected a name and a value" },
        { HEAD "<value></string></value>" TAIL, "" },
        { "<!DOCTYPE a><methodResponse/>", "document type" },
        { "<!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse/>", "document type" },
        { "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><methodResponse/>", "document type" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_error(rows[i].value, strlen(rows[i].value), DBC_EPARSE, rows[i].wanted);
    }
}

#define STATUS(status) "<member><name>Status</name><value>" status "</value></member>"
#define DESCRIPTION(value) "<member><name>ErrorDescription</name>" value "</member>"

TEST(no_envelopes)
{
    static const struct row rows[] = {
        { STATUS("Success"), "a success without a Value" },
        { STATUS("Failure"), "does not say which" },
        { STATUS("Perhaps"), "another Status" },
        { STATUS("<array/>"), "a Status that is no string" },
        { STATUS("Failure") DESCRIPTION("<value><array><data/></array></value>"),
          "does not say which" },
        { STATUS("Failure") DESCRIPTION("<value><struct/></value>"), "no list of strings" },
        { STATUS("Failure")
              DESCRIPTION("<value><array><data><value><array/></value></data></array></value>"),
          "no list of strings" },
        { STATUS("Success") DESCRIPTION("<value><array><data><value>X</value></data></array>"
                                        "</value>"),
          "a success without a Value" },
        { DESCRIPTION("<value><array><data><value>X</value></data></array></value>"), "no Status" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_buf answer = DBC_BUF_INIT;

        dbc_buf_addf(&answer,
                     "<methodResponse><params><param><value><struct>%s</struct></value></param>"
                     "</params></methodResponse>",
                     rows[i].value);
        expect_error(answer.data, answer.len, DBC_EPARSE, rows[i].wanted);
        dbc_buf_release(&answer);
    }
}

TEST(every_prefix_is_refused)
{
    static const char answer[] =
        "<?xml version=\"1.0\"?>" HEAD "<value><struct><member><name>a&b</name><value><array><data>"
        "<value><i4>1</i4></value><value>AT&</value><value>\xc3\xa9&amp;</value></data></array>"
        "</value></member></struct></value>" TAIL;

    for (size_t len = 0; len < sizeof answer - 1; len++) {
        expect_error(answer, len, DBC_EPARSE, "");
    }
    expect_shown(answer, sizeof answer - 1, "{a&b=[i:'1','AT&','\xc3\xa9&']}");
}

TEST(limits)
{
    struct dbc_buf answer = DBC_BUF_INIT;

    dbc_buf_adds(&answer, HEAD "<value>");
    add_times(&answer, "x", DBC_LIMIT_TEXT_BYTES);
    dbc_buf_adds(&answer, "</value>" TAIL);
    for (size_t i = 3; i < N_PIECES; i++) {
        struct dbc_buf shown = DBC_BUF_INIT;
        assert_int_equal(feed_tree(answer.data, answer.len, pieces[i], &shown, NULL), 0);
        assert_int_equal(shown.len, DBC_LIMIT_TEXT_BYTES + 2);
        dbc_buf_release(&shown);
    }
    dbc_buf_clear(&answer);
    dbc_buf_adds(&answer, HEAD "<value>");
    add_times(&answer, "&", DBC_LIMIT_TEXT_BYTES + 1);
    expect_error(answer.data, answer.len, DBC_ELIMIT, "DBC_LIMIT_TEXT_BYTES");

    dbc_buf_clear(&answer);
    dbc_buf_adds(&answer, HEAD); /* 6 open elements */
    add_times(&answer, "<value><array><data>", (DBC_XAPI_DEPTH_MAX - 6) / 3);
    add_times(&answer, "</data></array></value>", (DBC_XAPI_DEPTH_MAX - 6) / 3);
    dbc_buf_adds(&answer, TAIL);
    expect_shown(answer.data, answer.len, "[[[[[[[[[[[[[[]]]]]]]]]]]]]]");

    dbc_buf_clear(&answer);
    dbc_buf_adds(&answer, HEAD);
    add_times(&answer, "<value><array><data>", DBC_XAPI_DEPTH_MAX);
    expect_error(answer.data, answer.len, DBC_ELIMIT, "elements within each other");

    dbc_buf_clear(&answer);
    dbc_buf_adds(&answer, HEAD "<value><array><data>");
    add_times(&answer, "<value/>", DBC_XAPI_TREE_BYTES_MAX / 40);
    dbc_buf_adds(&answer, "</data></array></value>" TAIL);
    expect_error(answer.data, answer.len, DBC_ELIMIT, "DBC_XAPI_TREE_BYTES_MAX");
    dbc_buf_release(&answer);
}

/* A member that nobody wants may be of any length. */
TEST(skipped_is_unlimited)
{
    struct dbc_buf answer = DBC_BUF_INIT;

    dbc_buf_adds(&answer, "<methodResponse><params><param><value><struct><member><name>Other</name>"
                          "<value>");
    add_times(&answer, "xxxxxxxxxx<&", DBC_LIMIT_TEXT_BYTES);
    dbc_buf_adds(&answer, "</value></member>" STATUS("Success") "<member><name>Value</name>"
                                                                "<value>x</value>" TAIL);
    expect_shown(answer.data, answer.len, "'x'");
    dbc_buf_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling),
        cmocka_unit_test(entities_and_sections),
        cmocka_unit_test(sloppy_servers),
        cmocka_unit_test(envelopes),
        cmocka_unit_test(no_answers),
        cmocka_unit_test(no_envelopes),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(limits),
        cmocka_unit_test(skipped_is_unlimited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
