// What the small printf and scanf of the firmware print and read is what this computer's would.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/format.h"

#define TEXT_MAX 1024

static void put(void *ctx, const char *bytes, size_t len)
{
    assert_true(len > 0);
    strncat(ctx, bytes, len);
}

__attribute__((format(printf, 2, 3))) static int print(char *text, const char *format, ...)
{
    va_list args;
    text[0] = '\0';
    va_start(args, format);
    int len = cc_format_print(put, text, format, args);
    va_end(args);
    assert_int_equal(len, strlen(text));
    return len;
}

__attribute__((format(scanf, 2, 3))) static int scan(const char *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int stored = cc_format_scan(text, format, args);
    va_end(args);
    return stored;
}

#define SAME(...)                                                                                  \
    do {                                                                                           \
        char ours[TEXT_MAX], theirs[TEXT_MAX];                                                     \
        print(ours, __VA_ARGS__);                                                                  \
        snprintf(theirs, sizeof theirs, __VA_ARGS__);                                              \
        assert_string_equal(ours, theirs);                                                         \
    } while (0)

static void plain_text(void **state)
{
    (void)state;
    SAME("%s", "");
    SAME("%s", "nothing to say");
    SAME("100 %% of %s, %c%c", "it", 'o', 'k');
    SAME("[%10s] [%-10s] [%.3s] [%5.2s] [%*.*s]", "right", "left", "cut off", "both", 7, 4,
         "starred");
    SAME("[%-*s] [%*s]", 6, "to", -6, "fro");
    SAME("[%.3s]", (const char[]){'n', 'o', 'z'}); // without a NUL
}

static void whole_numbers(void **state)
{
    (void)state;
    static const long long values[] = {0,         1,         -1,      9,         10,
                                       127,       -128,      32767,   -32768,    65536,
                                       INT32_MAX, INT32_MIN, 1000000, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        long long value = values[i];
        SAME("%d %i %u", (int)value, (int)value, (unsigned)value);
        SAME("%ld %lu %lx", (long)value, (unsigned long)value, (unsigned long)value);
        SAME("%lld %llu %llx", value, (unsigned long long)value, (unsigned long long)value);
        SAME("%zu %td %jd %zx", (size_t)value, (ptrdiff_t)value, (intmax_t)value, (size_t)value);
        SAME("%hd %hu %hhd %hhu", (short)value, (unsigned short)value, (signed char)value,
             (unsigned char)value);
        SAME("[%5d] [%-5d] [%05d] [%+d] [% d]", (int)value, (int)value, (int)value, (int)value,
             (int)value);
        SAME("[%+5d] [%+05d] [%-+5d] [% 05d]", (int)value, (int)value, (int)value, (int)value);
        SAME("[%.3d] [%8.3d] [%-8.3d] [%.0d]", (int)value, (int)value, (int)value, (int)value);
        SAME("%x %X %o %#x %#X %#o", (unsigned)value, (unsigned)value, (unsigned)value,
             (unsigned)value, (unsigned)value, (unsigned)value);
        SAME("[%02x] [%#010x] [%-#10x] [%8.4X]", (unsigned)value, (unsigned)value, (unsigned)value,
             (unsigned)value);
        SAME("[%10llu].%03u [%020lld]", (unsigned long long)value, (unsigned)value % 1000, value);
    }
    SAME("%p", (void *)(uintptr_t)0x3ffb1234);
}

static void fractions(void **state)
{
    (void)state;
    static const double values[] = {0,
                                    1,
                                    -1,
                                    0.5,
                                    0.1,
                                    -2.25,
                                    3.1416,
                                    99.95,
                                    1e6,
                                    123456,
                                    1234567,
                                    0.0001,
                                    0.00001,
                                    1e15,
                                    1e16,
                                    1.5e300,
                                    2.5e-300,
                                    1795000000,
                                    1795000000.25,
                                    -273.15,
                                    1e100,
                                    9007199254740991.0};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        SAME("%g %.3g %.10g", values[i], values[i], values[i]);
        SAME("%1.15g", values[i]);
        if (fabs(values[i]) < 1e15)
            SAME("%f %.1f %.0f [%8.2f] [%-8.2f] [%08.2f] [%+.3f]", values[i], values[i],
                 values[i] + 0.25, values[i], values[i], values[i], values[i]);
    }
    SAME("%g %g %f", (double)INFINITY, -(double)INFINITY, (double)INFINITY);
    SAME("%f", 1.9999999);
    SAME("%.0f %.0f %.0f %.1f", 0.5, 1.5, 2.5, 0.25);
    SAME("%.2f", 0.999);
    SAME("%g", 999999.5);
}

static void what_nobody_knows_stays_as_it_is(void **state)
{
    (void)state;
    char text[TEXT_MAX];
    const char *format = "then %k and %s";
    va_list none;
    memset(&none, 0, sizeof none);
    assert_int_equal(cc_format_print(put, strcpy(text, ""), format, none), strlen(format));
    assert_string_equal(text, format);
}

static void scan_of_a_date(void **state)
{
    (void)state;
    char month[4] = "", zone[4] = "";
    int day = 0, year = 0, hour = 0, minute = 0, second = 0, used = 0;
    const char *date = "Sun, 06 Nov 1994 08:49:37 GMT";
    assert_int_equal(scan(date, "%*3s, %2d %3s %4d %2d:%2d:%2d %3s%n", &day, month, &year, &hour,
                          &minute, &second, zone, &used),
                     7);
    assert_int_equal(used, strlen(date));
    assert_string_equal(month, "Nov");
    assert_string_equal(zone, "GMT");
    assert_int_equal(day, 6);
    assert_int_equal(year, 1994);
    assert_int_equal(hour * 10000 + minute * 100 + second, 84937);
}

// As newlib reads the TZ of POSIX.
static void scan_of_a_time_zone(void **state)
{
    (void)state;
    char name[12] = "";
    int n = 0;
    unsigned short month = 0, week = 0, day = 0, hours = 0, minutes = 0, seconds = 0;
    assert_int_equal(scan("CET-1CEST", "%11[A-Za-z]%n", name, &n), 1);
    assert_string_equal(name, "CET");
    assert_int_equal(n, 3);
    assert_int_equal(scan("-03>3", "%11[-+0-9A-Za-z]%n", name, &n), 1);
    assert_string_equal(name, "-03");
    assert_int_equal(scan("-1", "%10[^0-9,+-]%n", name, &n), 0);
    assert_int_equal(scan("9:30ACDT", "%hu%n:%hu%n:%hu%n", &hours, &n, &minutes, &n, &seconds, &n),
                     2);
    assert_int_equal(hours * 100 + minutes, 930);
    assert_int_equal(n, 4);
    assert_int_equal(scan("M10.5.0/3", "M%hu%n.%hu%n.%hu%n", &month, &n, &week, &n, &day, &n), 3);
    assert_int_equal(month * 100 + week * 10 + day, 1050);
    assert_int_equal(n, 7);
}

static void scan_of_numbers(void **state)
{
    (void)state;
    unsigned mac[3] = {0};
    int a = 0, b = 0, c = 0;
    long long large = 0;
    unsigned char small = 0;
    size_t size = 0;
    char letters[4] = "";
    double number = 0;
    float less = 0;
    assert_int_equal(scan("3c:07:fF", "%2x:%2x:%2x", &mac[0], &mac[1], &mac[2]), 3);
    assert_int_equal(mac[0] << 16 | mac[1] << 8 | mac[2], 0x3c07ff);
    assert_int_equal(scan(" -12 +34", "%d%d", &a, &b), 2);
    assert_int_equal(a * 100 + b, -1166);
    assert_int_equal(scan("0x1f 010 10", "%i %i %i", &a, &b, &c), 3);
    assert_int_equal(a, 31);
    assert_int_equal(b, 8);
    assert_int_equal(c, 10);
    assert_int_equal(scan("0", "%i", &a), 1);
    assert_int_equal(a, 0);
    assert_int_equal(scan("-9000000000 255 77%", "%lld %hhu %zu%%", &large, &small, &size), 3);
    assert_int_equal(large, -9000000000);
    assert_int_equal(small, 255);
    assert_int_equal(size, 77);
    assert_int_equal(scan("abcd", "%3c", letters), 1);
    assert_memory_equal(letters, "abc", 3);
    assert_int_equal(scan("1.5 -2e3", "%lg %f", &number, &less), 2);
    assert_true(number == 1.5 && less == -2000.0f);
    assert_int_equal(scan("x7]", "%*c%d%[]]", &a, letters), 2);
    assert_int_equal(a, 7);
    assert_string_equal(letters, "]");
}

static void scan_that_does_not_fit(void **state)
{
    (void)state;
    int a = 7, b = 7;
    char word[8] = "";
    assert_int_equal(scan("", "%d", &a), EOF);
    assert_int_equal(scan("   ", "%d", &a), EOF);
    assert_int_equal(scan("x", "%d", &a), 0);
    assert_int_equal(scan("-", "%d", &a), 0);
    assert_int_equal(a, 7);
    assert_int_equal(scan("5", "%d:%d", &a, &b), 1);
    assert_int_equal(scan("5;6", "%d:%d", &a, &b), 1);
    assert_int_equal(b, 7);
    assert_int_equal(scan("ab", "%3c", word), 0);
}

static void numbers_from_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",
                                        "1",
                                        "-1",
                                        "+2.5",
                                        "  3",
                                        "1e3",
                                        "1.5e-3",
                                        "12345.678",
                                        ".5",
                                        "5.",
                                        "1e",
                                        "1e+",
                                        "x",
                                        "-",
                                        ".",
                                        "2147483648",
                                        "9007199254740991",
                                        "1e400",
                                        "1e-400",
                                        "0e999999999",
                                        "1795000000123",
                                        "0.000000000000000000000000000000000000000000000001",
                                        "7,8",
                                        "1.2.3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *ours_end, *theirs_end;
        double ours = cc_format_number(texts[i], &ours_end);
        double theirs = strtod(texts[i], &theirs_end);
        assert_ptr_equal(ours_end, theirs_end);
        if (isinf(theirs) || (fabs(theirs) < 1e15 && theirs == (double)(long long)theirs))
            assert_true(ours == theirs);
        else
            assert_true(fabs(ours - theirs) <= fabs(theirs) * 1e-15);
    }
    assert_true(cc_format_number("123456789012345678901234567890", NULL) / 1.2345678901234568e29 ==
                1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text),        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(fractions),         cmocka_unit_test(what_nobody_knows_stays_as_it_is),
        cmocka_unit_test(scan_of_a_date),    cmocka_unit_test(scan_of_a_time_zone),
        cmocka_unit_test(scan_of_numbers),   cmocka_unit_test(scan_that_does_not_fit),
        cmocka_unit_test(numbers_from_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
