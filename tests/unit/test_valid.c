/* test_valid.c - base/valid.c: which values are accepted and which are not. */
#include "unit/test.h"

#include <arpa/inet.h>
#include <limits.h>
#include <locale.h>

#include "base/valid.h"

TEST(uint_takes_digits_only)
{
    static const char *const bad[] = { "",   " 1",  "1 ",  "+1",   "-1", "1_0", "0x1",
                                       "1.", "1e1", "1\n", "\xb2", "a",  "/",   ":" };
    uint64_t value = 77;

    assert_false(dbc_parse_uint(NULL, 9, &value));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_parse_uint(bad[i], UINT64_MAX, &value));
    }
    assert_int_equal(value, 77);
    assert_true(dbc_parse_uint("0", 0, &value));
    assert_int_equal(value, 0);
    assert_true(dbc_parse_uint("0001500", DBC_MTU_MAX, &value));
    assert_int_equal(value, 1500);
}

TEST(uint_keeps_the_limit)
{
    char text[40];
    uint64_t value = 77;

    for (uint64_t max = 0; max < 120; max++) {
        snprintf(text, sizeof text, "%d", (int)max);
        assert_true(dbc_parse_uint(text, max, &value));
        assert_int_equal(value, max);
        snprintf(text, sizeof text, "%d", (int)max + 1);
        assert_false(dbc_parse_uint(text, max, &value));
        assert_int_equal(value, max);
    }
    assert_true(dbc_parse_uint("18446744073709551615", UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    assert_false(dbc_parse_uint("18446744073709551616", UINT64_MAX, &value));
    assert_false(dbc_parse_uint("18446744073709551620", UINT64_MAX, &value));
    assert_false(dbc_parse_uint("99999999999999999999999999999999", UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    assert_false(dbc_parse_uint("65536", DBC_MTU_MAX, &value));
}

TEST(int_takes_a_minus)
{
    static const char *const bad[] = { "", "-", "--1", "+1", "- 1", " -1", "-1 ", "1-", "-a" };
    int value = 77;

    assert_false(dbc_parse_int(NULL, INT_MIN, INT_MAX, &value));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_parse_int(bad[i], INT_MIN, INT_MAX, &value));
    }
    assert_false(dbc_parse_int("-2", -1, DBC_VLAN_TAG_MAX, &value));
    assert_false(dbc_parse_int("4095", -1, DBC_VLAN_TAG_MAX, &value));
    assert_false(dbc_parse_int("2147483648", INT_MIN, INT_MAX, &value));
    assert_false(dbc_parse_int("-2147483649", INT_MIN, INT_MAX, &value));
    assert_false(dbc_parse_int("99999999999999999999", INT_MIN, INT_MAX, &value));
    assert_int_equal(value, 77);
    assert_true(dbc_parse_int("-1", -1, DBC_VLAN_TAG_MAX, &value));
    assert_int_equal(value, -1);
    assert_true(dbc_parse_int("4094", -1, DBC_VLAN_TAG_MAX, &value));
    assert_int_equal(value, 4094);
    assert_true(dbc_parse_int("-2147483648", INT_MIN, INT_MAX, &value));
    assert_int_equal(value, INT_MIN);
    assert_true(dbc_parse_int("2147483647", INT_MIN, INT_MAX, &value));
    assert_int_equal(value, INT_MAX);
    assert_true(dbc_parse_int("-0", 0, 0, &value));
    assert_int_equal(value, 0);
}

TEST(ipv6)
{
    static const char *const bad[] = {
        "",      "1.2.3.4",      "2001:db8::1/64", "::1 ",    " ::1",
        "::1\n", "fe80::1%eth0", "2001:db8:::1",   "1::2::3", "12345::1",
        "::g",   "$(reboot)",    "::1;reboot",     ":"
    };
    static const struct {
        const char *text, *shown;
    } good[] = { { "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
                 { "::", "::" },
                 { "fe80::01", "fe80::1" } };
    struct dbc_ipv6 addr = { { 77 } };
    char text[DBC_IPV6_SIZE];

    assert_false(dbc_parse_ipv6(NULL, &addr));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_parse_ipv6(bad[i], &addr));
    }
    assert_int_equal(addr.octets[0], 77);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(dbc_parse_ipv6(good[i].text, &addr));
        dbc_format_ipv6(&addr, text);
        assert_string_equal(text, good[i].shown);
    }
    assert_int_equal(addr.octets[0], 0xfe);
}

TEST(ipv6_with_a_prefix)
{
    static const char *const bad[] = { "",
                                       "::1",
                                       "::1/",
                                       "/64",
                                       "::1/129",
                                       "::1/-1",
                                       "::1/64 ",
                                       "::1/6 4",
                                       "::1 /64",
                                       "::1/64/64",
                                       "::1/64;reboot",
                                       "1.2.3.4/24",
                                       "2001:db8::1/64,2001:db8::2/64",
                                       "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/1" };
    struct dbc_ipv6 addr = { { 77 } };
    unsigned prefix = 77;

    assert_false(dbc_parse_ipv6_prefix(NULL, &addr, &prefix));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_parse_ipv6_prefix(bad[i], &addr, &prefix));
    }
    assert_int_equal(addr.octets[0], 77);
    assert_int_equal(prefix, 77);
    assert_true(dbc_parse_ipv6_prefix("2001:db8::1/064", &addr, &prefix));
    assert_int_equal(prefix, 64);
    assert_int_equal(addr.octets[15], 1);
    assert_true(dbc_parse_ipv6_prefix("::/0", &addr, &prefix));
    assert_true(
        dbc_parse_ipv6_prefix("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128", &addr, &prefix));
    assert_int_equal(prefix, 128);
}

TEST(nets_of_ipv6)
{
    struct dbc_ipv6 a, b;

    assert_true(dbc_parse_ipv6("2001:db8::ff00", &a));
    assert_true(dbc_parse_ipv6("2001:db8::fe01", &b));
    assert_true(dbc_ipv6_same_net(&a, &b, 0));
    assert_true(dbc_ipv6_same_net(&a, &b, 64));
    assert_true(dbc_ipv6_same_net(&a, &b, 119));
    assert_false(dbc_ipv6_same_net(&a, &b, 120));
    assert_false(dbc_ipv6_same_net(&a, &b, 128));
    assert_true(dbc_ipv6_same_net(&a, &a, 128));
    assert_false(dbc_ipv6_is_link_local(&a));
    assert_true(dbc_parse_ipv6("febf::1", &a) && dbc_ipv6_is_link_local(&a));
    assert_true(dbc_parse_ipv6("fec0::1", &a) && !dbc_ipv6_is_link_local(&a));
    assert_true(dbc_parse_ipv6("fe7f::1", &a) && !dbc_ipv6_is_link_local(&a));
}

TEST(ipv6_of_a_host)
{
    static const char *const others[] = { "::", "::1", "ff02::1", "fe80::1", "::ffff:192.0.2.1" };
    static const char *const hosts[] = { "2001:db8::5", "fd00::1", "fec0::1", "64:ff9b::1" };
    struct dbc_ipv6 addr;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_true(dbc_parse_ipv6(others[i], &addr));
        assert_false(dbc_ipv6_is_host(&addr));
    }
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        assert_true(dbc_parse_ipv6(hosts[i], &addr));
        assert_true(dbc_ipv6_is_host(&addr));
    }
}

TEST(items_of_a_list)
{
    const char *at = " a , b,,c\t,";
    char item[DBC_ITEM_SIZE], longer[2 * DBC_ITEM_SIZE];

    for (const char *const *want = (const char *const[]){ "a", "b", "", "c", NULL }; *want != NULL;
         want++) {
        assert_true(dbc_next_item(&at, item));
        assert_string_equal(item, *want);
    }
    assert_false(dbc_next_item(&at, item));
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    at = longer;
    assert_true(dbc_next_item(&at, item));
    assert_int_equal(strlen(item), DBC_ITEM_SIZE - 1);
    assert_false(dbc_next_item(&at, item));
}

TEST(ipv4)
{
    static const char *const bad[] = {
        "",          "1.2.3",    "1.2.3.4.5",  "256.1.1.1", "1.2.3.4 ",      " 1.2.3.4",
        "1.2.3.4\n", "01.2.3.4", "0x1.2.3.4",  "1.2.3.",    "16909060",      "1..2.3",
        "1.2.3.-4",  "::1",      "1.2.3.4/24", "1,2,3,4",   "1.2.3.4;reboot"
    };
    static const char *const good[] = { "0.0.0.0", "255.255.255.255", "192.0.2.10" };
    uint32_t addr = 77;
    char text[16];

    assert_false(dbc_parse_ipv4(NULL, &addr));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_parse_ipv4(bad[i], &addr));
    }
    assert_int_equal(addr, 77);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(dbc_parse_ipv4(good[i], &addr));
        dbc_format_ipv4(addr, text);
        assert_string_equal(text, good[i]);
    }
    assert_int_equal(addr, htonl(0xc000020a));
}

TEST(netmasks_are_contiguous)
{
    static const char *const bad[] = { "255.0.255.0",     "0.0.0.255", "255.255.255.1", "0.255.0.0",
                                       "127.255.255.255", "24",        "255.255.255",   "" };
    unsigned prefix = 77;

    assert_false(dbc_parse_netmask(NULL, &prefix));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_parse_netmask(bad[i], &prefix));
    }
    assert_int_equal(prefix, 77);
    for (unsigned want = 0; want <= 32; want++) {
        char text[16];
        dbc_format_ipv4(htonl(want == 0 ? 0 : UINT32_MAX << (32 - want)), text);
        assert_true(dbc_parse_netmask(text, &prefix));
        assert_int_equal(prefix, want);
    }
}

TEST(macs_are_strict)
{
    static const char *const bad[] = { "",
                                       "x",
                                       "None",
                                       "00:11:22:33:44",
                                       "00:11:22:33:44:5",
                                       "00:11:22:33:44:555",
                                       "00:11:22:33:44:55:",
                                       "00-11-22-33-44-55",
                                       "001122334455",
                                       "00:11:22:33:44:5g",
                                       "00:11:22:33:44:55 ",
                                       " 0:11:22:33:44:55",
                                       "00:11:22:33:44:5\n",
                                       ":00:11:22:33:44:5",
                                       "00:11:22:33:4405:",
                                       "0:0:0:0:0:0" };
    char mac[18] = "untouched";

    assert_false(dbc_parse_mac(NULL, mac));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_parse_mac(bad[i], mac));
    }
    assert_string_equal(mac, "untouched");
    assert_true(dbc_parse_mac("00:1A:fF:09:Aa:99", mac));
    assert_string_equal(mac, "00:1a:ff:09:aa:99");
    assert_true(dbc_parse_mac(mac, mac));
    assert_string_equal(mac, "00:1a:ff:09:aa:99");
}

TEST(hex_digits)
{
    static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";

    for (int c = 0; c < 256; c++) {
        const char *low = c == 0 ? NULL : strchr(lower, c), *up = c == 0 ? NULL : strchr(upper, c);
        int value = low != NULL ? (int)(low - lower) : up != NULL ? (int)(up - upper) : -1;

        assert_int_equal(dbc_hex_digit((char)c), value);
    }
}

TEST(interface_names)
{
    static const char *const good[] = { "e",       "eth0", "xenbr0",          "eth0.4094",
                                        "a-b_c.d", "...",  "123456789012345", "_",
                                        "0" };
    static const char *const bad[] = { "",       ".",     "..",       "1234567890123456",
                                       "eth0:1", "a/b",   "../x",     "a b",
                                       "a\n",    "a;b",   "$(x)",     "`x`",
                                       "a'b",    "a\"b",  "\xc3\xa4", "a\x7f",
                                       "-x",     "--all", "a*",       "a=b",
                                       "a\\b",   "~" };

    assert_false(dbc_valid_ifname(NULL));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(dbc_valid_ifname(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_valid_ifname(bad[i]));
    }
}

/* Every byte is tried: the set is what the header says, whatever the locale thinks of letters. */
static void assert_set(bool (*valid)(const char *), const char *also)
{
    for (unsigned c = 1; c < 256; c++) {
        char text[] = { 'a', (char)c, '\0' };
        bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        assert_int_equal(valid(text), letter || strchr(also, (int)c) != NULL);
    }
}

TEST(sets_are_exact)
{
    assert_set(dbc_valid_ifname, "._-");
    assert_set(dbc_valid_option, "_.:,+-");
    assert_set(dbc_valid_domain, "._ ,-");
    if (setlocale(LC_ALL, "C.UTF-8") != NULL) {
        assert_set(dbc_valid_ifname, "._-");
        setlocale(LC_ALL, "C");
    }
}

static void assert_longest(bool (*valid)(const char *), size_t max)
{
    char text[300];

    memset(text, 'a', sizeof text);
    text[max + 1] = '\0';
    assert_false(valid(text));
    text[max] = '\0';
    assert_true(valid(text));
    assert_false(valid(""));
    assert_false(valid(NULL));
}

TEST(lengths_are_exact)
{
    assert_longest(dbc_valid_ifname, DBC_IFNAME_MAX);
    assert_longest(dbc_valid_option, 64);
    assert_longest(dbc_valid_domain, 255);
}

TEST(text_is_utf8_without_controls)
{
    static const char *const good[] = { "",
                                        "a b",
                                        "\xc3\xa4",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "\xf4\x8f\xbf\xbf",
                                        "\xee\x80\x80",
                                        "\xed\x9f\xbf" };
    static const char *const bad[] = { "a\n",
                                       "\t",
                                       "\x1f",
                                       "\x7f",
                                       "\x80",
                                       "\xff",
                                       "\xc3",
                                       "\xc3(",
                                       "\xc0\x80",
                                       "\xc1\xbf",
                                       "\xe0\x9f\xbf",
                                       "\xed\xa0\x80",
                                       "\xe2\x82",
                                       "\xf0\x8f\xbf\xbf",
                                       "\xf4\x90\x80\x80",
                                       "\xf5\x80\x80\x80",
                                       "\xf0\x9f\x98",
                                       "ok\xe2\x28\xa1" };

    assert_false(dbc_valid_text(NULL));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(dbc_valid_text(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dbc_valid_text(bad[i]));
    }
}

static void put_utf8(uint32_t c, char out[5])
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

    out[n] = '\0';
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)(first[n] | c);
}

TEST(every_character_has_its_length)
{
    assert_int_equal(dbc_utf8_length(""), 0);
    for (uint32_t c = 1; c < 0x120000; c++) {
        char text[5];
        put_utf8(c, text);
        bool none = (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff;
        assert_int_equal(dbc_utf8_length(text), none ? 0 : strlen(text));
    }
}

TEST(null_references)
{
    assert_true(dbc_ref_is_null(NULL));
    assert_true(dbc_ref_is_null(""));
    assert_true(dbc_ref_is_null("NULL"));
    assert_true(dbc_ref_is_null("OpaqueRef:NULL"));
    assert_false(dbc_ref_is_null("OpaqueRef:null"));
    assert_false(dbc_ref_is_null("OpaqueRef:"));
    assert_false(dbc_ref_is_null("OpaqueRef:NULL "));
    assert_false(dbc_ref_is_null("OpaqueRef:1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uint_takes_digits_only),
        cmocka_unit_test(uint_keeps_the_limit),
        cmocka_unit_test(int_takes_a_minus),
        cmocka_unit_test(ipv4),
        cmocka_unit_test(ipv6),
        cmocka_unit_test(ipv6_with_a_prefix),
        cmocka_unit_test(nets_of_ipv6),
        cmocka_unit_test(ipv6_of_a_host),
        cmocka_unit_test(items_of_a_list),
        cmocka_unit_test(netmasks_are_contiguous),
        cmocka_unit_test(macs_are_strict),
        cmocka_unit_test(hex_digits),
        cmocka_unit_test(interface_names),
        cmocka_unit_test(sets_are_exact),
        cmocka_unit_test(lengths_are_exact),
        cmocka_unit_test(text_is_utf8_without_controls),
        cmocka_unit_test(every_character_has_its_length),
        cmocka_unit_test(null_references),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
