/* test_reader_damage.c - xml/reader.c with input that is broken, hostile or too large.  Small
 * hostile files are in fixtures/hostile, large ones are made here. */
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "unit/cache_text.h"
#include "unit/scratch.h"
#include "xml/limits.h"

/* The text cannot be used at all: an error that has these words. */
static void assert_unusable(const void *data, size_t len, enum dbc_code code, const char *part)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char line[DBC_ERROR_TEXT_SIZE + 300] = "";
    struct warnings w;

    assert_null(read_bytes(data, len, &w, &err));
    assert_has(dbc_error_string(&err, line, sizeof line), part);
    assert_int_equal(err.code, code);
}

/* It is damaged after `n` records, and the last warning has these words. */
static void assert_damaged(const void *data, size_t len, size_t n, enum dbc_code code,
                           const char *part)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_db *db = read_bytes(data, len, &w, &err);
    char count[64] = "";

    assert_non_null(db);
    assert_int_equal(err.code, DBC_OK);
    assert_int_equal(dbc_db_count(db, DBC_PIF), n);
    assert_int_equal(w.code, code);
    assert_has(w.last, part);
    snprintf(count, sizeof count, "; the whole records before it (%zu) are used", n);
    assert_has(w.last, count);
    dbc_db_free(db);
}

/* ---- Damage ------------------------------------------------------------------------------- */

#define TWO_PIFS ROOT_OPEN "<pif ref='a'/>\n<pif ref='b'/>\n"

TEST(damage)
{
    static const struct {
        const char *tail, *warning;
    } rows[] = {
        { "", "t:3:1: expected </xenserver-network-configuration>, found the end of the file" },
        { "<pif ref='c'>", "expected </pif>, found the end of the file" },
        { "<pif ref='a'><device>x</dev", "expected </device>, found the end of the file" },
        { "<pif ref='c", "found the end of the file" },
        { "<pif ref='c'></pfi>\n", "expected </pif>, found </pfi>" },
        { "<pif ref='c'><IP>&nbsp;</IP></pif>", "expected &amp; &lt; &gt; &quot; or &apos;, found "
                                                "&nbsp;" },
        { "<pif ref='c'><IP>\x01</IP></pif>", "expected well-formed XML" },
        { "<pif ref='c'><IP>\xff</IP></pif>", "expected well-formed XML" },
        { "<pif ref='c'><IP>\xed\xa0\x80</IP></pif>", "expected well-formed XML" },
        { "<pif ref='c' ref='d'/>", "expected well-formed XML" },
        { "<pif ref=c/>", "expected well-formed XML" },
        { ROOT_CLOSE "<more/>", "expected well-formed XML" },
        { "<!DOCTYPE x>", "expected well-formed XML" },
    };
    char text[512] = "";

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text, TWO_PIFS "%s", rows[i].tail);
        assert_damaged(text, strlen(text), 2, DBC_EPARSE, rows[i].warning);
    }
    snprintf(text, sizeof text, TWO_PIFS "<pif ref='c'><IP>%c</IP></pif>" ROOT_CLOSE, '\0');
    assert_damaged(text, sizeof TWO_PIFS + 40, 2, DBC_EPARSE, "expected well-formed XML");
}

/* Cut at every byte: the records before the cut, each whole; a duplicate in the making leaves the
 * one that was there. */
TEST(cut_anywhere)
{
    static const char text[] =
        "<?xml version='1.0'?>" ROOT_OPEN "<pif ref='a'><device>eth0</device></pif>"
        "<pif ref='b'><device>eth1</device></pif>"
        "<pif ref='a'><device>eth2</device></pif>" ROOT_CLOSE;
    size_t last_seen = 0;

    for (size_t len = 0; len < sizeof text - 1; len++) {
        struct warnings w;
        struct dbc_error err;
        struct dbc_db *db = read_bytes(text, len, &w, &err);
        size_t n = db == NULL ? 0 : dbc_db_count(db, DBC_PIF);

        assert_true(db == NULL ? err.code == DBC_EPARSE : w.code == DBC_EPARSE);
        assert_true(n >= last_seen);
        last_seen = n;
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(strlen(dbc_db_pif_at(db, i)->device), 4);
        }
        dbc_db_free(db);
    }
    assert_int_equal(last_seen, 2);
}

TEST(nothing_usable)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        { "", "expected <xenserver-network-configuration>, found an empty file" },
        { " \n ", "expected <xenserver-network-configuration>, found the end of the file" },
        { "<", "found the end of the file" },
        { "hello", "t:1:1: expected XML in UTF-8" },
        { "\x1f\x8b", "expected XML in UTF-8" },
        { "<methodResponse/>", "t:1:16: expected <xenserver-network-configuration>, found "
                               "<methodResponse>" },
        { "<x xmlns='u'><pif ref='p'/></x>", "found <x>" },
        { "<!-- only -->", "found the end of the file" },
        { ROOT_OPEN "<pif ref='a'>", "expected </pif>, found the end of the file" },
        { "<!DOCTYPE x>" ROOT_OPEN ROOT_CLOSE,
          "t:1:12: expected <xenserver-network-configuration>, "
          "found <!DOCTYPE>" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_unusable(rows[i].text, strlen(rows[i].text), DBC_EPARSE, rows[i].error);
    }
}

TEST(an_empty_root_is_no_error)
{
    struct dbc_db *db = read_good("");

    assert_int_equal(dbc_db_count(db, DBC_PIF), 0);
    dbc_db_free(db);
}

TEST(other_encodings)
{
    static const char utf16le[] = "\xff\xfe<\0x\0/\0>\0", utf16be[] = "\xfe\xff\0<\0x\0/\0>";
    static const char bare16[] = "<\0x\0/\0>\0", ebcdic[] = "\x4c\x6f\xa7\x94\x93";
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = NULL;

    assert_unusable(utf16le, sizeof utf16le - 1, DBC_EPARSE, "expected XML in UTF-8");
    assert_unusable(utf16be, sizeof utf16be - 1, DBC_EPARSE, "expected XML in UTF-8");
    assert_unusable(bare16, sizeof bare16 - 1, DBC_EPARSE, "expected XML in UTF-8");
    assert_unusable(ebcdic, sizeof ebcdic - 1, DBC_EPARSE, "expected XML in UTF-8");
    /* A claim is no encoding. */
    db = read_text("<?xml version='1.0' encoding='UTF-16'?>" ROOT_OPEN "<pool ref='p'/>" ROOT_CLOSE,
                   &w, &err);
    assert_int_equal(dbc_db_count(db, DBC_POOL), 1);
    dbc_db_free(db);
    assert_damaged(ROOT_OPEN "<pif ref='a'/><pif ref='\xe9'/>" ROOT_CLOSE,
                   strlen(ROOT_OPEN "<pif ref='a'/><pif ref='\xe9'/>" ROOT_CLOSE), 1, DBC_EPARSE,
                   "expected well-formed XML");
}

/* ---- Files -------------------------------------------------------------------------------- */

static void hostile_file(const char *path)
{
    struct warnings w = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = dbc_xml_read_file(path, remember_warning, &w, &err);

    if (db == NULL) {
        assert_in_range(err.code, DBC_EPARSE, DBC_ELIMIT);
        assert_true(err.text[0] != '\0' && strcmp(err.file, path) == 0);
    } else {
        assert_int_equal(err.code, DBC_OK);
        assert_true(w.n > 0);
        assert_true(strncmp(w.last, path, strlen(path)) == 0);
    }
    dbc_db_free(db);
}

TEST(hostile_files)
{
    assert_true(each_file(FIXTURES "/hostile", hostile_file) >= 15);
}

TEST(what_is_no_file)
{
    struct scratch s;
    struct dbc_error err = DBC_ERROR_INIT;

    scratch_make(&s);
    assert_null(dbc_xml_read_file(scratch_path(&s, "/none"), NULL, NULL, &err));
    assert_int_equal(err.code, DBC_ENOENT);
    assert_has(err.text, "/none");
    dbc_error_clear(&err);
    assert_null(dbc_xml_read_file(s.root, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_EINVAL);
    assert_has(err.text, "expected a regular file, found a directory");
    dbc_error_clear(&err);
    assert_int_equal(mkfifo(scratch_path(&s, "/fifo"), 0600), 0);
    assert_null(dbc_xml_read_file(scratch_path(&s, "/fifo"), NULL, NULL, &err));
    assert_int_equal(err.code, DBC_EINVAL);
    scratch_write(&s, "/empty", "", 0600);
    dbc_error_clear(&err);
    assert_null(dbc_xml_read_file(scratch_path(&s, "/empty"), NULL, NULL, &err));
    assert_has(err.text, "found an empty file");
    scratch_remove(&s);
}

/* /proc/self/mem is a regular file that cannot be read at its start. */
TEST(read_error)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (access("/proc/self/mem", R_OK) != 0) {
        skip();
    }
    assert_null(dbc_xml_read_file("/proc/self/mem", NULL, NULL, &err));
    assert_int_equal(err.code, DBC_EIO);
    assert_int_equal(err.sys_errno, EIO);
    assert_has(err.text, "/proc/self/mem: cannot read");
}

static void fill_with_blanks(const char *path)
{
    static char blanks[1024 * 1024];
    FILE *f = fopen(path, "w");

    memset(blanks, ' ', sizeof blanks);
    fputs(ROOT_OPEN, f);
    for (size_t i = 0; i < DBC_LIMIT_FILE_BYTES / sizeof blanks; i++) {
        fwrite(blanks, 1, sizeof blanks, f);
    }
    fclose(f);
}

TEST(file_limit)
{
    struct scratch s;
    struct dbc_error err = DBC_ERROR_INIT;
    const char *path = NULL;

    scratch_make(&s);
    scratch_write(&s, "/big", ROOT_OPEN "<a>", 0600);
    path = scratch_path(&s, "/big");
    assert_int_equal(truncate(path, DBC_LIMIT_FILE_BYTES + 10L), 0);
    assert_null(dbc_xml_read_file(path, NULL, NULL, &err)); /* NUL bytes come first */
    assert_int_equal(err.code, DBC_EPARSE);
    fill_with_blanks(path);
    dbc_error_clear(&err);
    assert_null(dbc_xml_read_file(path, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_has(err.text, "expected a file of at most 67108864 bytes");
    scratch_remove(&s);
}

/* ---- Limits ------------------------------------------------------------------------------- */

/* before + n times `piece` + after */
static struct dbc_buf repeated(const char *before, const char *piece, size_t n, const char *after)
{
    struct dbc_buf text = DBC_BUF_INIT;
    size_t len = strlen(piece);

    dbc_buf_adds(&text, before);
    for (size_t i = 0; i < n; i++) {
        dbc_buf_add(&text, piece, len);
    }
    dbc_buf_adds(&text, after);
    assert_false(text.failed);
    return text;
}

#define ONE_PIF ROOT_OPEN "<pif ref='a'/>"

/* n pieces are fine, one more is not: what came before it is used. */
static void check_limit(const char *before, const char *piece, size_t n, const char *after,
                        const char *warning)
{
    struct dbc_buf text = repeated(before, piece, n, after);
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = read_bytes(text.data, text.len, &w, &err);

    assert_non_null(db);
    assert_string_equal(w.last, "");
    dbc_db_free(db);
    dbc_buf_release(&text);
    text = repeated(before, piece, n + 1, after);
    assert_damaged(text.data, text.len, 1, DBC_ELIMIT, warning);
    dbc_buf_release(&text);
}

TEST(limits)
{
    check_limit(ONE_PIF "<pool ref='p'><other_config><k>", "x", DBC_LIMIT_TEXT_BYTES,
                "</k></other_config></pool>" ROOT_CLOSE, "at most 65536 bytes, found more");
    check_limit(ONE_PIF "<pool ref='p'><other_config><k>", "&amp;", DBC_LIMIT_TEXT_BYTES,
                "</k></other_config></pool>" ROOT_CLOSE, "at most 65536 bytes, found more");
    check_limit(ONE_PIF "<bond ref='b'><slaves>", "<slave>x</slave>", DBC_LIMIT_LIST,
                "</slaves></bond>" ROOT_CLOSE, "expected at most 8192 items in <slaves>");
    check_limit(ONE_PIF "<pool ref='p'><other_config>", "<k>x</k>", DBC_LIMIT_LIST,
                "</other_config></pool>" ROOT_CLOSE,
                "expected at most 8192 items in <other_config>");
    check_limit(ONE_PIF "<pool ref='", "x", DBC_LIMIT_REF_BYTES, "'/>" ROOT_CLOSE,
                "expected a text of at most 1024 bytes");
    check_limit(ONE_PIF "<new a='", "x", DBC_LIMIT_EXTRA_TOKEN - 9, "'/>" ROOT_CLOSE,
                "expected a tag or comment of at most 65536 bytes");
    check_limit(ONE_PIF "<!--", "x", DBC_LIMIT_EXTRA_TOKEN - 7, "-->" ROOT_CLOSE,
                "expected a tag or comment of at most 65536 bytes");
    check_limit(ONE_PIF "<new>", "x", DBC_LIMIT_EXTRA_BYTES - 11, "</new>" ROOT_CLOSE,
                "expected at most 4194304 bytes of unknown elements");
}

TEST(depth_limit)
{
    const unsigned inside = DBC_LIMIT_XML_DEPTH - 1; /* of the root */
    struct dbc_buf text = repeated(ONE_PIF, "<a>", inside, "");
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = NULL;

    for (unsigned i = 0; i < inside; i++) {
        dbc_buf_adds(&text, "</a>");
    }
    dbc_buf_adds(&text, ROOT_CLOSE);
    db = read_bytes(text.data, text.len, &w, &err);
    assert_non_null(db);
    assert_int_equal(w.n, 0);
    dbc_db_free(db);
    dbc_buf_release(&text);
    text = repeated(ONE_PIF, "<a>", 100000, "");
    assert_damaged(text.data, text.len, 1, DBC_ELIMIT, "expected at most 16 elements inside each");
    dbc_buf_release(&text);
}

static struct dbc_buf with_attributes(unsigned n)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, ONE_PIF "<a");
    for (unsigned i = 0; i < n; i++) {
        dbc_buf_addf(&text, " %s%u='v'", i % 2 == 0 ? "a" : "xmlns:b", i);
    }
    dbc_buf_adds(&text, "/>" ROOT_CLOSE);
    return text;
}

TEST(attribute_limit)
{
    struct dbc_buf text = with_attributes(DBC_LIMIT_XML_ATTRS);
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = read_bytes(text.data, text.len, &w, &err);

    assert_int_equal(w.n, 0);
    dbc_db_free(db);
    dbc_buf_release(&text);
    text = with_attributes(DBC_LIMIT_XML_ATTRS + 1);
    assert_damaged(text.data, text.len, 1, DBC_ELIMIT, "expected at most 16 attributes");
    dbc_buf_release(&text);
    text = with_attributes(300000); /* libxml2 alone would compare each with each */
    assert_damaged(text.data, text.len, 1, DBC_ELIMIT, "expected a tag, comment or CDATA section");
    dbc_buf_release(&text);
}

TEST(token_limit)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        { "<new a='", "'/>" }, { "<!--", "-->" },
        { "<?p ", "?>" },      { "<new><![CDATA[", "]]></new>" },
        { "<", "/>" },         { "<new", "/>" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_buf text = DBC_BUF_INIT;
        char before[128] = "";

        snprintf(before, sizeof before, ONE_PIF "%s", rows[i].before);
        text = repeated(before, i == 5 ? " " : "x", 5u * 1024 * 1024, rows[i].after);
        dbc_buf_adds(&text, ROOT_CLOSE);
        assert_damaged(text.data, text.len, 1, DBC_ELIMIT, "expected");
        dbc_buf_release(&text);
    }
}

/* libxml2 would keep each name, and compare a new one with hundreds of them. */
TEST(name_limit)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, ONE_PIF "<pif>");
    for (unsigned i = 0; i < 1000000; i++) {
        dbc_buf_addf(&text, "<n%u/>", i);
    }
    dbc_buf_adds(&text, "</pif>" ROOT_CLOSE);
    assert_damaged(text.data, text.len, 1, DBC_ELIMIT, "expected at most 32768 different names");
    dbc_buf_release(&text);
}

TEST(million_empty_elements)
{
    struct dbc_buf text = repeated(ONE_PIF, "<a/>", 1000000, ROOT_CLOSE);
    struct warnings w;
    struct dbc_error err;
    struct dbc_db *db = read_bytes(text.data, text.len, &w, &err);

    assert_int_equal(dbc_db_count(db, DBC_PIF), 1); /* 4 MB of them are just kept */
    dbc_db_free(db);
    dbc_buf_release(&text);
    text = repeated(ONE_PIF, "<a/>", 2000000, ROOT_CLOSE);
    assert_damaged(text.data, text.len, 1, DBC_ELIMIT, "bytes of unknown elements");
    dbc_buf_release(&text);
}

/* Each entity ten times the one before it: ten lines that stand for a gigabyte. */
TEST(billion_laughs)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, "<!DOCTYPE a [<!ENTITY e0 'ha'>");
    for (int i = 1; i < 10; i++) {
        dbc_buf_addf(&text, "<!ENTITY e%d '", i);
        for (int j = 0; j < 10; j++) {
            dbc_buf_addf(&text, "&e%d;", i - 1);
        }
        dbc_buf_adds(&text, "'>");
    }
    dbc_buf_adds(&text, "]>" ROOT_OPEN "<pif ref='&e9;'>&e9;</pif>" ROOT_CLOSE);
    assert_unusable(text.data, text.len, DBC_EPARSE, "found <!DOCTYPE>");
    dbc_buf_release(&text);
}

/* ---- Cost --------------------------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec t = { 0 };

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What hostile sizes cost must grow with the size, not with its square: three of them, each near a
 * limit, would take minutes to hours if it did. */
TEST(no_quadratic_time)
{
    static const char *const pieces[][3] = {
        { "<pool ref='p'><other_config>", "<k>v</k>", "</other_config></pool>" },
        { "<bond ref='b'>", "<slaves><slave>x</slave></slaves>", "</bond>" },
        { "", "<pif ref='p'><x/></pif>", "" },
    };
    static const size_t counts[] = { 8192, 300000, 150000 };
    double start = seconds();

    for (size_t i = 0; i < 3; i++) {
        char before[128] = "", after[128] = "";
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_db *db = NULL;

        snprintf(before, sizeof before, ROOT_OPEN "%s", pieces[i][0]);
        snprintf(after, sizeof after, "%s" ROOT_CLOSE, pieces[i][2]);
        text = repeated(before, pieces[i][1], counts[i], after);
        db = dbc_xml_read_memory("t", text.data, text.len, NULL, NULL, NULL);
        assert_non_null(db);
        dbc_db_free(db);
        dbc_buf_release(&text);
    }
    assert_true(seconds() - start < 20);
}

/* ---- The system fails --------------------------------------------------------------------- */

TEST(libxml2_stays_silent)
{
    struct scratch s;
    int old = dup(STDERR_FILENO), fd = -1;

    scratch_make(&s);
    fd = open(scratch_path(&s, "/stderr"), O_CREAT | O_RDWR, 0600);
    dup2(fd, STDERR_FILENO);
    nothing_usable(NULL);
    damage(NULL);
    dup2(old, STDERR_FILENO);
    assert_int_equal(lseek(fd, 0, SEEK_END), 0);
    close(fd);
    close(old);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(nothing_usable),
        cmocka_unit_test(an_empty_root_is_no_error),
        cmocka_unit_test(other_encodings),
        cmocka_unit_test(hostile_files),
        cmocka_unit_test(what_is_no_file),
        cmocka_unit_test(read_error),
        cmocka_unit_test(file_limit),
        cmocka_unit_test(limits),
        cmocka_unit_test(depth_limit),
        cmocka_unit_test(attribute_limit),
        cmocka_unit_test(token_limit),
        cmocka_unit_test(name_limit),
        cmocka_unit_test(million_empty_elements),
        cmocka_unit_test(billion_laughs),
        cmocka_unit_test(no_quadratic_time),
        cmocka_unit_test(libxml2_stays_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
