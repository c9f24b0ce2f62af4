#include "util/format.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef enum {
    LENGTH_CHAR,
    LENGTH_SHORT,
    LENGTH_INT,
    LENGTH_LONG,
    LENGTH_LONGEST, // ll, j
    LENGTH_SIZE,    // z, t
} length_t;

// hh, h, l, ll, j, z or t; moves `format` behind it.
static length_t take_length(const char **format)
{
    char first = **format;
    if (!first || !strchr("hljzt", first))
        return LENGTH_INT;
    (*format)++;
    if ((first == 'h' || first == 'l') && **format == first) {
        (*format)++;
        return first == 'h' ? LENGTH_CHAR : LENGTH_LONGEST;
    }
    if (first == 'h')
        return LENGTH_SHORT;
    if (first == 'l')
        return LENGTH_LONG;
    return first == 'j' ? LENGTH_LONGEST : LENGTH_SIZE;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int take_digits(const char **text)
{
    int number = 0;
    for (; is_digit(**text); (*text)++)
        if (number < 100000)
            number = number * 10 + (**text - '0');
    return number;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// --- Print

typedef struct {
    cc_format_put_t put;
    void *ctx;
    size_t len;
} out_t;

typedef struct {
    bool left;
    bool plus;
    bool blank;
    bool zero;
    bool alternative;
    int width;
    int precision; // -1: none
    length_t length;
    char conversion;
} spec_t;

static void put(out_t *out, const char *bytes, size_t len)
{
    if (len > 0)
        out->put(out->ctx, bytes, len);
    out->len += len;
}

static void put_many(out_t *out, char c, int n)
{
    for (; n > 0; n--)
        put(out, &c, 1);
}

// Sign or 0x, zeros, and the rest, in a field of the width.
static void put_field(out_t *out, const spec_t *spec, const char *sign, int zeros,
                      const char *bytes, size_t len)
{
    int room = spec->width - (int)strlen(sign) - zeros - (int)len;
    bool zero = spec->zero && !spec->left;
    if (!spec->left && !zero)
        put_many(out, ' ', room);
    put(out, sign, strlen(sign));
    put_many(out, '0', zero && room > 0 ? zeros + room : zeros);
    put(out, bytes, len);
    if (spec->left)
        put_many(out, ' ', room);
}

static const char *sign_of(const spec_t *spec, bool negative)
{
    if (negative)
        return "-";
    if (spec->plus)
        return "+";
    return spec->blank ? " " : "";
}

#define DIGITS_MAX 24

// Into the end of `digits`; returns where they begin. None for 0.
static char *to_digits(uint64_t value, unsigned base, bool capitals, char digits[DIGITS_MAX])
{
    char *at = digits + DIGITS_MAX;
    for (; value > 0; value /= base) {
        unsigned digit = (unsigned)(value % base);
        *--at = (char)(digit < 10 ? '0' + digit : (capitals ? 'A' : 'a') + digit - 10);
    }
    return at;
}

static void put_whole(out_t *out, spec_t *spec, uint64_t value, bool negative)
{
    char digits[DIGITS_MAX];
    char c = spec->conversion;
    bool is_signed = c == 'd' || c == 'i';
    unsigned base = c == 'x' || c == 'X' || c == 'p' ? 16 : c == 'o' ? 8 : 10;
    const char *sign = is_signed ? sign_of(spec, negative) : "";
    if (base == 16 && (c == 'p' || (spec->alternative && value)))
        sign = c == 'X' ? "0X" : "0x";
    char *at = to_digits(value, base, c == 'X', digits);
    size_t len = (size_t)(digits + sizeof digits - at);
    int least = spec->precision >= 0 ? spec->precision : 1;
    if (base == 8 && spec->alternative && (size_t)least <= len)
        least = (int)len + 1;
    if (spec->precision >= 0)
        spec->zero = false;
    put_field(out, spec, sign, least > (int)len ? least - (int)len : 0, at, len);
}

static double power_of_ten(int exponent)
{
    double power = 1;
    for (; exponent > 0; exponent--)
        power *= 10;
    return power;
}

// value times 10 to the exponent, by one rounding where the power is exact (up to 22).
static double scale(double value, int exponent)
{
    for (; exponent > 300; exponent -= 300)
        value *= 1e300;
    for (; exponent < -300; exponent += 300)
        value /= 1e300;
    return exponent < 0 ? value / power_of_ten(-exponent) : value * power_of_ten(exponent);
}

// The power of ten of the first digit; 0 for 0.
static int exponent_of(double value)
{
    int exponent = 0;
    if (value <= 0)
        return 0;
    while (scale(value, -exponent) >= 10)
        exponent++;
    while (scale(value, -exponent) < 1)
        exponent--;
    return exponent;
}

// Returns the new end.
static char *add_digits(char *at, uint64_t value, int least)
{
    char digits[DIGITS_MAX];
    const char *from = to_digits(value, 10, false, digits);
    size_t len = (size_t)(digits + sizeof digits - from);
    for (int zeros = least - (int)len; zeros > 0; zeros--)
        *at++ = '0';
    memcpy(at, from, len);
    return at + len;
}

// To the nearest, and from the middle to the even one. Below 2^63.
static uint64_t rounded(double value)
{
    uint64_t whole = (uint64_t)value;
    double more = value - (double)whole;
    return whole + (more > 0.5 || (more == 0.5 && whole % 2 == 1));
}

// `decimals` digits behind the point.
static char *add_fixed(char *at, double value, int decimals)
{
    if (decimals == 0)
        return add_digits(at, rounded(value), 1);
    uint64_t whole = (uint64_t)value;
    double power = power_of_ten(decimals);
    uint64_t fraction = rounded((value - (double)whole) * power);
    if ((double)fraction >= power) {
        fraction = 0;
        whole++;
    }
    at = add_digits(at, whole, 1);
    *at++ = '.';
    return add_digits(at, fraction, decimals);
}

static char *without_zeros(const char *begin, char *end)
{
    if (!memchr(begin, '.', (size_t)(end - begin)))
        return end;
    while (end[-1] == '0')
        end--;
    return end[-1] == '.' ? end - 1 : end;
}

#define DECIMALS_MAX    17
#define FIXED_BELOW     1e18 // more does not fit 64 bits with its rounding
#define NUMBER_TEXT_MAX 64

// %g: as many digits as the precision says, in whichever form is shorter, without zeros behind.
static char *add_shortest(char *at, double value, int digits)
{
    char *begin = at;
    int exponent = exponent_of(value);
    if ((double)rounded(scale(value, digits - 1 - exponent)) >= power_of_ten(digits))
        exponent++; // 9.99… rounds up to one digit more
    if (exponent >= -4 && exponent < digits) {
        if (exponent >= 0 && (double)(uint64_t)value == value)
            return add_digits(at, (uint64_t)value, 1);
        return without_zeros(begin, add_fixed(at, value, digits - 1 - exponent));
    }
    at = without_zeros(begin, add_fixed(at, scale(value, -exponent), digits - 1));
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    return add_digits(at, (uint64_t)(exponent < 0 ? -exponent : exponent), 2);
}

static void put_fraction(out_t *out, const spec_t *spec, double value)
{
    char text[NUMBER_TEXT_MAX];
    char *end = text;
    bool negative = signbit(value);
    int precision = spec->precision < 0 ? 6 : spec->precision;
    if (precision > DECIMALS_MAX)
        precision = DECIMALS_MAX;
    value = fabs(value);
    if (isnan(value) || isinf(value)) {
        spec_t plain = *spec;
        plain.zero = false;
        put_field(out, &plain, sign_of(spec, negative), 0, isnan(value) ? "nan" : "inf", 3);
        return;
    }
    if (spec->conversion == 'f' && value < FIXED_BELOW)
        end = add_fixed(end, value, precision);
    else
        end = add_shortest(end, value, precision ? precision : 1);
    put_field(out, spec, sign_of(spec, negative), 0, text, (size_t)(end - text));
}

static void put_text(out_t *out, spec_t *spec, const char *text)
{
    size_t len = 0;
    if (!text)
        text = "(null)";
    while ((spec->precision < 0 || len < (size_t)spec->precision) && text[len])
        len++;
    spec->zero = false;
    put_field(out, spec, "", 0, text, len);
}

static const char *take_spec(const char *format, spec_t *spec, va_list *args)
{
    *spec = (spec_t){.precision = -1};
    for (;; format++) {
        if (*format == '-')
            spec->left = true;
        else if (*format == '+')
            spec->plus = true;
        else if (*format == ' ')
            spec->blank = true;
        else if (*format == '0')
            spec->zero = true;
        else if (*format == '#')
            spec->alternative = true;
        else
            break;
    }
    if (*format == '*') {
        format++;
        spec->width = va_arg(*args, int);
        if (spec->width < 0) {
            spec->left = true;
            spec->width = -spec->width;
        }
    } else {
        spec->width = take_digits(&format);
    }
    if (*format == '.') {
        format++;
        if (*format == '*') {
            format++;
            spec->precision = va_arg(*args, int);
        } else {
            spec->precision = take_digits(&format);
        }
    }
    spec->length = take_length(&format);
    spec->conversion = *format;
    return format;
}

static int64_t take_signed(length_t length, va_list *args)
{
    switch (length) {
    case LENGTH_CHAR:
        return (signed char)va_arg(*args, int);
    case LENGTH_SHORT:
        return (short)va_arg(*args, int);
    case LENGTH_LONG:
        return va_arg(*args, long);
    case LENGTH_LONGEST:
        return va_arg(*args, long long);
    case LENGTH_SIZE:
        return va_arg(*args, ptrdiff_t);
    default:
        return va_arg(*args, int);
    }
}

static uint64_t take_unsigned(length_t length, va_list *args)
{
    switch (length) {
    case LENGTH_CHAR:
        return (unsigned char)va_arg(*args, unsigned);
    case LENGTH_SHORT:
        return (unsigned short)va_arg(*args, unsigned);
    case LENGTH_LONG:
        return va_arg(*args, unsigned long);
    case LENGTH_LONGEST:
        return va_arg(*args, unsigned long long);
    case LENGTH_SIZE:
        return va_arg(*args, size_t);
    default:
        return va_arg(*args, unsigned);
    }
}

// False: it is none that we know.
static bool put_conversion(out_t *out, spec_t *spec, va_list *args)
{
    switch (spec->conversion) {
    case 'd':
    case 'i': {
        int64_t value = take_signed(spec->length, args);
        put_whole(out, spec, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
        return true;
    }
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        put_whole(out, spec, take_unsigned(spec->length, args), false);
        return true;
    case 'p':
        put_whole(out, spec, (uintptr_t)va_arg(*args, void *), false);
        return true;
    case 'c': {
        char c = (char)va_arg(*args, int);
        spec->zero = false;
        put_field(out, spec, "", 0, &c, 1);
        return true;
    }
    case 's':
        put_text(out, spec, va_arg(*args, const char *));
        return true;
    case 'e':
    case 'f':
    case 'g':
        put_fraction(out, spec, va_arg(*args, double));
        return true;
    case '%':
        put(out, "%", 1);
        return true;
    default:
        return false;
    }
}

int cc_format_print(cc_format_put_t to, void *ctx, const char *format, va_list args)
{
    out_t out = {.put = to, .ctx = ctx};
    va_list rest;
    va_copy(rest, args); // an array on some machines: only a copy of our own can be pointed to
    while (*format) {
        size_t plain = strcspn(format, "%");
        put(&out, format, plain);
        format += plain;
        if (!*format)
            break;
        spec_t spec;
        const char *conversion = take_spec(format + 1, &spec, &rest);
        if (!put_conversion(&out, &spec, &rest)) {
            put(&out, format, strlen(format));
            break;
        }
        format = conversion + 1;
    }
    va_end(rest);
    return (int)out.len;
}

// --- Scan

// Whether `c` is in the set that begins behind the [ of %[.
static bool in_set(const char *set, const char *set_end, char c)
{
    bool is_not = *set == '^';
    for (const char *at = set + is_not; at < set_end; at++) {
        char last = *at;
        char first = *at;
        if (at[1] == '-' && at + 2 < set_end) {
            last = at[2];
            at += 2;
        }
        if ((unsigned char)c >= (unsigned char)first && (unsigned char)c <= (unsigned char)last)
            return !is_not;
    }
    return is_not;
}

static void store_whole(void *to, length_t length, uint64_t value)
{
    switch (length) {
    case LENGTH_CHAR:
        *(unsigned char *)to = (unsigned char)value;
        break;
    case LENGTH_SHORT:
        *(unsigned short *)to = (unsigned short)value;
        break;
    case LENGTH_LONG:
        *(unsigned long *)to = (unsigned long)value;
        break;
    case LENGTH_LONGEST:
        *(unsigned long long *)to = value;
        break;
    case LENGTH_SIZE:
        *(size_t *)to = (size_t)value;
        break;
    default:
        *(unsigned *)to = (unsigned)value;
        break;
    }
}

static int digit_of(char c)
{
    if (is_digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

// Returns behind the number, NULL when there is none.
static const char *scan_whole(const char *text, const char *limit, char conversion, uint64_t *out)
{
    int base = conversion == 'x' || conversion == 'X' ? 16 : 10;
    uint64_t value = 0;
    bool negative = text < limit && *text == '-';
    if (text < limit && (*text == '-' || *text == '+'))
        text++;
    bool prefix = limit - text > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' &&
                  digit_of(text[2]) < 16 && (base == 16 || conversion == 'i');
    if (prefix) {
        text += 2;
        base = 16;
    } else if (conversion == 'i' && text < limit && *text == '0') {
        base = 8;
    }
    const char *begin = text;
    for (; text < limit && digit_of(*text) < base; text++)
        value = value * (unsigned)base + (unsigned)digit_of(*text);
    *out = negative ? 0 - value : value;
    return text > begin ? text : NULL;
}

typedef struct {
    bool skip;
    bool has_width;
    int width;
    length_t length;
    char conversion;
    const char *set; // of %[
    const char *set_end;
} field_t;

static const char *take_field(const char *format, field_t *field)
{
    *field = (field_t){0};
    if (*format == '*') {
        field->skip = true;
        format++;
    }
    field->has_width = is_digit(*format);
    field->width = take_digits(&format);
    field->length = take_length(&format);
    field->conversion = *format;
    if (*format != '[')
        return *format ? format + 1 : format;
    field->set = ++format;
    if (*format == '^')
        format++;
    if (*format == ']') // one that stands first is a member
        format++;
    while (*format && *format != ']')
        format++;
    field->set_end = format;
    return *format ? format + 1 : format;
}

// Returns behind the field, NULL when the text does not fit.
static const char *scan_letters(const char *text, const char *limit, const field_t *field, char *to)
{
    const char *begin = text;
    char c = field->conversion;
    if (c == 'c' && limit - text < (field->has_width ? field->width : 1))
        return NULL;
    if (c == 'c' && !field->has_width)
        limit = text + 1;
    for (; text < limit; text++)
        if ((c == 's' && is_blank(*text)) ||
            (c == '[' && !in_set(field->set, field->set_end, *text)))
            break;
    if (text == begin)
        return NULL;
    if (to) {
        memcpy(to, begin, (size_t)(text - begin));
        if (c != 'c')
            to[text - begin] = '\0';
    }
    return text;
}

static const char *scan_fraction(const char *text, const field_t *field, void *to)
{
    char *end;
    double value = cc_format_number(text, &end);
    if (end == text)
        return NULL;
    if (to && field->length == LENGTH_LONG)
        *(double *)to = value;
    else if (to)
        *(float *)to = (float)value;
    return end;
}

static const char *scan_field(const char *text, const field_t *field, void *to)
{
    size_t len = strlen(text);
    if (field->has_width && (size_t)field->width < len)
        len = (size_t)field->width;
    const char *limit = text + len;
    const char *end = NULL;
    uint64_t value;
    switch (field->conversion) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
        end = scan_whole(text, limit, field->conversion, &value);
        if (end && to)
            store_whole(to, field->length, value);
        return end;
    case 'c':
    case 's':
    case '[':
        return scan_letters(text, limit, field, to);
    case 'e':
    case 'f':
    case 'g':
        return scan_fraction(text, field, to);
    default:
        return NULL;
    }
}

static const char *past_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

int cc_format_scan(const char *text, const char *format, va_list args)
{
    const char *begin = text;
    int stored = 0;
    va_list rest;
    va_copy(rest, args);
    while (*format) {
        if (is_blank(*format)) {
            format++;
            text = past_blanks(text);
            continue;
        }
        if (*format != '%' || format[1] == '%') {
            format += *format == '%';
            if (*text != *format)
                break;
            format++;
            text++;
            continue;
        }
        field_t field;
        format = take_field(format + 1, &field);
        void *to = field.skip ? NULL : va_arg(rest, void *);
        if (field.conversion == 'n') {
            if (to)
                store_whole(to, field.length, (uint64_t)(text - begin));
            continue;
        }
        if (field.conversion != 'c' && field.conversion != '[')
            text = past_blanks(text);
        if (!*text && stored == 0)
            stored = -1;
        text = *text ? scan_field(text, &field, to) : NULL;
        if (!text)
            break;
        stored += to != NULL;
    }
    va_end(rest);
    return stored;
}

double cc_format_number(const char *text, char **end)
{
    const char *at = past_blanks(text);
    bool negative = *at == '-';
    bool any = false;
    uint64_t digits = 0;
    int exponent = 0;
    if (*at == '-' || *at == '+')
        at++;
    for (bool behind = false; is_digit(*at) || (*at == '.' && !behind); at++) {
        if (*at == '.') {
            behind = true;
            continue;
        }
        any = true;
        if (digits < UINT64_MAX / 10 - 1) {
            digits = digits * 10 + (uint64_t)(*at - '0');
            exponent -= behind;
        } else {
            exponent += !behind; // beyond what counts
        }
    }
    if (!any) {
        if (end)
            *end = (char *)text;
        return 0;
    }
    if (*at == 'e' || *at == 'E') {
        const char *power = at + 1;
        bool less = *power == '-';
        if (*power == '-' || *power == '+')
            power++;
        if (is_digit(*power)) {
            int number = take_digits(&power);
            exponent += less ? -number : number;
            at = power;
        }
    }
    if (end)
        *end = (char *)at;
    if (exponent > 400)
        exponent = 400;
    if (exponent < -400)
        exponent = -400;
    double value = digits ? scale((double)digits, exponent) : 0;
    return negative ? -value : value;
}
