/* test_module.c - loading a module: one that is missing, one that is not a module, one of another
 * build; and that both real ones are accepted. */
#include "unit/test.h"

#include <dlfcn.h>

#include "base/module.h"
#include "scratch.h"
#include "store/module.h"
#include "xapi/module.h"

static void expect_refused(const char *path, const struct dbc_module_kind *kind, enum dbc_code code,
                           const char *text)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_null(dbc_module_load(path, kind, &err));
    assert_int_equal(err.code, code);
    if (strstr(err.text, text) == NULL) {
        fail_msg("\"%s\" without \"%s\"", err.text, text);
    }
}

/* What the history's module is, by its own words. */
static struct dbc_module_kind true_kind(void)
{
    const struct dbc_history_module *module = dbc_history_load(HISTORY_MODULE, NULL);

    assert_non_null(module);
    return (struct dbc_module_kind){
        .symbol = DBC_HISTORY_MODULE_SYMBOL, .head = module->head, .binding = RTLD_NOW, .what = "it"
    };
}

TEST(test_taken)
{
    struct dbc_module_kind kind = true_kind();
    struct dbc_error err = DBC_ERROR_INIT;
    const struct dbc_xapi_module *xapi = dbc_xapi_load(XAPI_MODULE, &err);
    const struct dbc_history_module *history = dbc_history_load(HISTORY_MODULE, &err);

    assert_int_equal(err.code, DBC_OK);
    assert_non_null(xapi);
    assert_non_null(xapi->fetch);
    assert_non_null(history);
    assert_non_null(history->save);
    assert_ptr_equal(dbc_module_load(HISTORY_MODULE, &kind, &err), history); /* once */
}

TEST(test_missing)
{
    struct scratch scratch;
    struct dbc_module_kind kind = true_kind();

    expect_refused("/nonexistent/it.so", &kind, DBC_ENOENT, "cannot load it: /nonexistent/it.so");
    expect_refused("dbcache-nonexistent.so", &kind, DBC_ENOENT, "cannot load it");
    scratch_make(&scratch);
    scratch_write(&scratch, "/cut.so", "\177ELF", 0755);
    expect_refused(scratch_path(&scratch, "/cut.so"), &kind, DBC_ENOENT, "cut.so");
    scratch_remove(&scratch);
}

TEST(test_no_symbol)
{
    struct dbc_module_kind kind = true_kind();
    struct dbc_error err = DBC_ERROR_INIT;

    kind.symbol = "dbcache_nothing";
    expect_refused(HISTORY_MODULE, &kind, DBC_EUNSUPPORTED, "another version");
    /* One taken for the other. */
    assert_null(dbc_xapi_load(HISTORY_MODULE, &err));
    assert_int_equal(err.code, DBC_EUNSUPPORTED);
    dbc_error_clear(&err);
    assert_null(dbc_history_load(XAPI_MODULE, &err));
    assert_int_equal(err.code, DBC_EUNSUPPORTED);
}

TEST(test_other_build)
{
    struct dbc_module_kind kind = true_kind();

    kind.head.version = "0.0.0";
    expect_refused(HISTORY_MODULE, &kind, DBC_EUNSUPPORTED, "another version");
    kind = true_kind();
    kind.head.abi++;
    expect_refused(HISTORY_MODULE, &kind, DBC_EUNSUPPORTED, "another version");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_no_symbol),
        cmocka_unit_test(test_other_build),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
