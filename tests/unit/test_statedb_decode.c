/* test_statedb_decode.c - statedb/decode.c: protected white space, sets and maps, each form that a
 * known writer uses, and invalid forms. */
#include "unit/test.h"

#include "base/buf.h"
#include "statedb/decode.h"

static char *unprotect(const char *text)
{
    size_t len = strlen(text), after = 0;
    char *copy = malloc(len + 1); /* as small as may be: the sanitizer watches its end */

    assert_non_null(copy);
    memcpy(copy, text, len);
    after = dbc_statedb_unprotect(copy, len);
    assert_int_equal(after, strlen(copy));
    assert_true(after <= len);
    return copy;
}

static void assert_unprotected(const char *text, const char *expected)
{
    char *copy = unprotect(text);

    assert_string_equal(copy, expected);
    free(copy);
}

TEST(each_protection)
{
    assert_unprotected("", "");
    assert_unprotected("plain", "plain");
    assert_unprotected("a%.b", "a b");
    assert_unprotected("a%_b", "a  b");
    assert_unprotected("a%tb%nc%rd", "a\tb\nc\rd");
    assert_unprotected("100%%", "100%");
    assert_unprotected("%x", "%x");
    assert_unprotected("end%", "end%");
    assert_unprotected("%", "%");
    assert_unprotected("%x%.", "%x "); /* what follows a lone '%' is as always */
    assert_unprotected("%%.", "%.");   /* neither "% " nor ". " */
    assert_unprotected("%%%.", "% ");
    assert_unprotected("%%%%_%_", "%%_  ");
    assert_unprotected("%.%.%_", "    ");
    assert_unprotected("%T%N%-", "%T%N%-");
    assert_unprotected(" raw  ones ", " raw  ones ");
    assert_unprotected("Pool-wide%.network%.associated%.with%.eth0",
                       "Pool-wide network associated with eth0");
    assert_unprotected("two%_spaces and  raw", "two  spaces and  raw");
}

/* ---- Sets and maps: told as "[a][b]" and "[k=v]" ------------------------------------------- */

static void tell_item(void *ctx, const char *item, size_t len)
{
    assert_int_equal(strlen(item), len);
    dbc_buf_addf(ctx, "[%s]", item);
}

static void tell_pair(void *ctx, const char *key, const char *value, size_t len)
{
    assert_int_equal(strlen(value), len);
    dbc_buf_addf(ctx, "[%s=%s]", key, value);
}

/* The text of a column in the file (but for XML's own layer) as items; or "expected ...". */
static char *decoded(const char *attribute, bool map)
{
    struct dbc_buf out = DBC_BUF_INIT;
    char *text = unprotect(attribute);
    const char *fault =
        map ? dbc_statedb_map(text, tell_pair, &out) : dbc_statedb_set(text, tell_item, &out);

    if (fault != NULL) {
        dbc_buf_clear(&out);
        dbc_buf_addf(&out, "expected %s", fault);
    }
    dbc_buf_adds(&out, "");
    free(text);
    return dbc_buf_steal(&out);
}

static void assert_set(const char *attribute, const char *expected)
{
    char *found = decoded(attribute, false);

    assert_string_equal(found, expected);
    free(found);
}

static void assert_map(const char *attribute, const char *expected)
{
    char *found = decoded(attribute, true);

    assert_string_equal(found, expected);
    free(found);
}

TEST(each_set)
{
    assert_set("()", "");
    assert_set("", ""); /* xapi itself would throw */
    assert_set("('')", "[]");
    assert_set("('a'%.'b')", "[a][b]");
    assert_set("('a' 'b')", "[a][b]");
    assert_set("('a''b')", "[a][b]");
    assert_set(" ( 'a'%n%t'b' ) ", "[a][b]");
    assert_set("%_('a'%_'b')%_", "[a][b]");
    assert_set("('prod'%.'rack%.7')", "[prod][rack 7]");
    assert_set("(\"a\" 'b \"c\"')", "[a][b \"c\"]");
    assert_set("(\"it's\")", "[it's]");
    assert_set("('a' ; what follows ' is a comment )\n'b')", "[a][b]");
    assert_set("; first\n('a');last", "[a]");
    assert_set("('\\n\\t\\x')", "[ntx]"); /* a backslash makes the next byte itself */
    assert_set("('\\%n')", "[\n]");       /* the layer below goes first */
    assert_set("('r\xc3\xa9seau')", "[r\xc3\xa9seau]");
}

TEST(each_map)
{
    assert_map("()", "");
    assert_map("", "");
    assert_map("(('k'%.'')%.('k2'%.'it\\'s'))", "[k=][k2=it's]");
    assert_map("(('n'%.'say%.\\\"hi\\\"%.100%%'))", "[n=say \"hi\" 100%]"); /* older writers */
    assert_map("(('n'%.'say%.\"hi\"%.100%%'))", "[n=say \"hi\" 100%]");
    assert_map("(('p'%.'C:\\\\dir%.%.x'))", "[p=C:\\dir  x]");
    assert_map("(('p' 'two%_spaces and  raw'))", "[p=two  spaces and  raw]");
    assert_map("(('a'%.'%%.'))", "[a=%.]");
    assert_map("(('a'%.'%%%.'))", "[a=% ]");
    assert_map("(('a'%.'%x'))", "[a=%x]");
    assert_map("(('m'%.'line1%nline2%ttab'))", "[m=line1\nline2\ttab]");
    assert_map("(('b'%.'\\\\\\''))", "[b=\\']");
    assert_map("( ( 'k' \"v\" ) ; no\n ('l' 'w') )", "[k=v][l=w]");
    assert_map("(('k' 'v')('k' 'w'))", "[k=v][k=w]"); /* who takes them lets the last one win */
}

/* An item that is a set or map of its own. */
TEST(a_second_decoding)
{
    assert_map("(('s'%.'(\\'x\\'%.\\'y\\')'))", "[s=('x' 'y')]");
    assert_set("('x' 'y')", "[x][y]");
    assert_map("(('m' '((\\'k\\' \\'it\\\\\\'s\\'))'))", "[m=(('k' 'it\\'s'))]");
    assert_map("(('k' 'it\\'s'))", "[k=it's]");
}

TEST(what_is_no_set)
{
    assert_set("a", "expected '('");
    assert_set("'a'", "expected '('");
    assert_set("(a)", "expected a quoted string"); /* a symbol */
    assert_set("('a' b)", "expected a quoted string");
    assert_set("(('a'))", "expected a quoted string");
    assert_set("(", "expected ')'");
    assert_set("('a'", "expected ')'");
    assert_set("('a' ;)", "expected ')'");
    assert_set("('a", "expected a quoted string");
    assert_set("('", "expected a quoted string");
    assert_set("('\\", "expected a quoted string");
    assert_set("('a\\'", "expected a quoted string");
    assert_set("('a\\')", "expected a quoted string");
    assert_set("('a\")", "expected a quoted string");
    assert_set("('a'))", "expected nothing behind the list");
    assert_set("() 'a'", "expected nothing behind the list");
    assert_set(";", "expected '('");
    assert_set(" ", "expected '('");
}

TEST(what_is_no_map)
{
    assert_map("('k' 'v')", "expected '('");
    assert_map("((k 'v'))", "expected a quoted string");
    assert_map("(('k' v))", "expected a quoted string");
    assert_map("(('k'))", "expected a quoted string");
    assert_map("(('k' 'v' 'w'))", "expected ')'");
    assert_map("(('k' 'v'", "expected ')'");
    assert_map("(('k' 'v')", "expected ')'");
    assert_map("(('k'", "expected a quoted string");
    assert_map("((", "expected a quoted string");
    assert_map("(())", "expected a quoted string");
    assert_map("(('k' 'v')) x", "expected nothing behind the list");
    assert_map("(('k' ('v')))", "expected a quoted string");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_protection), cmocka_unit_test(each_set),
        cmocka_unit_test(each_map),        cmocka_unit_test(a_second_decoding),
        cmocka_unit_test(what_is_no_set),  cmocka_unit_test(what_is_no_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
