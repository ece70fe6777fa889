/* seq - write a sequence of numbers
 *
 * usage: seq [OPTION]... LAST
 * usage: seq [OPTION]... FIRST LAST
 * usage: seq [OPTION]... FIRST INCREMENT LAST
 *
 *   -f, --format=FORMAT      write the numbers as printf does by FORMAT, which has one of %e %f %g %a
 *   -s, --separator=STRING   put STRING between the numbers, not a newline
 *   -w, --equal-width        write zeros before numbers so that all are as wide
 *
 * FIRST and INCREMENT are 1 if they are left out. The numbers may have fractions, or be as C writes
 * them; INCREMENT may be negative. They are written with as many decimals as FIRST or INCREMENT has.
 *
 * install: /usr/bin
 * options: stop numbers
 * follows: GNU coreutils manual, "seq invocation"
 * hot: makes every number
 */
#include <ctype.h>
#include <math.h>
#include "libbb.h"
#include "printf_format.h"
#include "seq.gen.h"

/* A number of the command line, and how it was written. */
struct operand {
	long double value;
	size_t width;  /* of it in plain digits */
	int precision; /* decimals; INT_MAX if it was not written as a decimal number */
};

/* How numbers are written. */
struct layout {
	const char *format; /* with %L */
	char *hex;          /* as printf(1) takes it, if it is %a or %A; or NULL */
	const char *separator;
	size_t prefix, suffix; /* characters of the output that are not the number's */
};

static bool is_digits(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == 0;
}

/* Finds the width and the decimals of a number that is not hexadecimal. */
static void measure(struct operand *o, const char *arg)
{
	const char *point = strchr(arg, '.'), *e = strpbrk(arg, "eE");
	size_t mantissa = e ? (size_t)(e - arg) : strlen(arg);
	size_t decimals = point ? strspn(point + 1, "0123456789") : 0;
	long exponent = e ? strtol(e + 1, NULL, 10) : 0;
	size_t shift = exponent < 0 ? (size_t)-exponent : (size_t)exponent;

	o->width = mantissa;
	o->precision = decimals < INT_MAX ? (int)decimals : INT_MAX;
	if (point && decimals == 0)
		o->width--;
	else if (point && (point == arg || !isdigit((unsigned char)point[-1])))
		o->width++;
	if (exponent < 0) {
		o->width += shift + !(point && decimals);
		o->precision += (int)(shift < 10000 ? shift : 10000);
	} else if (exponent > 0) {
		bool all = shift >= decimals;

		o->precision -= (int)(all ? decimals : shift);
		o->width += all ? shift - decimals : 0;
		o->width -= all && decimals;
	}
}

static struct operand read_operand(const char *arg)
{
	struct operand o = { .precision = INT_MAX };
	const char *p = arg + strspn(arg, " \t\n\v\f\r+");
	char *end;

	o.value = strtold(arg, &end);
	if (end == arg || *end)
		die_usage("invalid floating point argument: %s", quote(arg));
	if (isnan(o.value))
		die_usage("invalid %s argument: %s", quote("not-a-number"), quote(arg));
	if (!strpbrk(arg, ".pP") && !isinf(o.value))
		o.precision = 0;
	if (!strpbrk(arg, "xX") && !isinf(o.value))
		measure(&o, p);
	return o;
}

/* A format in which backslashes mean nothing, made one for printf(1). */
static char *without_escapes(const char *format)
{
	struct buf b = { 0 };

	for (; *format; format++)
		buf_fmt(&b, *format == '\\' ? "\\%c" : "%c", *format);
	return b.data;
}

/* Checks a format and makes it one for a long double. */
static struct layout read_format(const char *format)
{
	struct layout l = { 0 };
	size_t i = 0, after;

	for (;; i += format[i] == '%' ? 2 : 1) {
		if (!format[i])
			die("format %s has no %% directive", quote(format));
		if (format[i] == '%' && format[i + 1] != '%')
			break;
		l.prefix++;
	}
	after = i + 1;
	after += strspn(format + after, "-+#0 '");
	after += strspn(format + after, "0123456789");
	if (format[after] == '.')
		after += 1 + strspn(format + after + 1, "0123456789");
	l.format = arena_printf("%.*sL%s", (int)after, format, format + after + (format[after] == 'L'));
	after += format[after] == 'L';
	if (!format[after])
		die("format %s ends in %%", quote(format));
	if (!strchr("efgaEFGA", format[after]))
		die("format %s has unknown %%%c directive", quote(format), format[after]);
	if ((format[after] | 32) == 'a')
		l.hex = without_escapes(arena_printf("%.*s%s", (int)after - (format[after - 1] == 'L'),
						     format, format + after));
	for (i = after + 1; format[i]; i++, l.suffix++)
		if (format[i] == '%' && format[++i] != '%')
			die("format %s has too many %% directives", quote(format));
	return l;
}

/* The format for numbers written as the operands are. */
static struct layout make_format(struct operand first, struct operand step, struct operand last,
				 bool equal_width)
{
	int precision = first.precision > step.precision ? first.precision : step.precision;
	struct layout l = { .format = "%Lg" };
	size_t a, b;

	if (precision == INT_MAX || last.precision == INT_MAX)
		return l;
	if (!equal_width) {
		l.format = arena_printf("%%.%dLf", precision);
		return l;
	}
	a = first.width + (size_t)(precision - first.precision);
	b = last.width + (size_t)precision - (size_t)last.precision;
	if (last.precision > 0 && precision == 0)
		b--;
	if (last.precision == 0 && precision > 0)
		b++;
	if (first.precision == 0 && precision > 0)
		a++;
	l.format = arena_printf("%%0%zu.%dLf", a > b ? a : b, precision);
	return l;
}

/* Whether a number that came out beyond the last is that one but for rounding, and reads otherwise than the one before. */
static bool is_still_last(const struct layout *l, long double x, long double last, long double before)
{
	char *text = arena_printf(l->format, x), *old = arena_printf(l->format, before),
	     *number = arena_strdup(text);
	size_t len = strlen(number);

	if (len < l->prefix + l->suffix)
		return false;
	number[len - l->suffix] = 0;
	return strtold(number + l->prefix, NULL) == last && strcmp(text, old) != 0;
}

/* Writes a number; by %a as printf(1) does. */
static void put_one(const struct layout *l, long double x)
{
	struct arena_mark mark = arena_mark();

	if (l->hex)
		printf_format((char *[]){ l->hex, arena_printf("%.21Lg", x), NULL }, NULL);
	else
		out_fmt(l->format, x);
	arena_release(mark);
}

static void put_numbers(const struct layout *l, long double first, long double step, long double last)
{
	long double x = first, before = first;

	if (step < 0 ? first < last : first > last)
		return;
	for (uintmax_t i = 0; step < 0 ? x >= last : x <= last; i++) {
		if (i > 0)
			out_str(l->separator);
		put_one(l, x);
		if (out_failed())
			leave(1);
		before = x;
		x = first + (long double)(i + 1) * step;
	}
	if (x != before && is_still_last(l, x, last, before)) {
		out_str(l->separator);
		put_one(l, x);
	}
	out_char('\n');
}

/* Compares numbers written in digits without leading zeros. */
static int compare_digits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return memcmp(a, b, a_len);
}

/* Adds to the digits that end before `end`; returns where they begin now. There is room for more before them. */
static char *add_digits(char *start, char *end, unsigned step)
{
	for (char *p = end; step > 0;) {
		unsigned digit;

		p--;
		digit = step + (p >= start ? (unsigned)(*p - '0') : 0);
		*p = (char)('0' + digit % 10);
		step = digit / 10;
		if (p < start)
			start = p;
	}
	return start;
}

static const char *skip_zeros(const char *s)
{
	while (*s == '0' && s[1])
		s++;
	return s;
}

/* Writes whole numbers of any size by adding in digits; `last` is NULL for a sequence without end, and `width` the least width. */
static void put_whole(const char *first, unsigned step, const char *last, const char *separator, size_t width)
{
	size_t last_len = last ? strlen(last) : 0, first_len = strlen(first), sep = strlen(separator);
	size_t room = (last_len > first_len ? last_len : first_len) + 32 + (last ? 0 : 4096);
	size_t line_room = room + sep + width;
	char *digits = arena_alloc(room + 1), *end = digits + room, *start = end - first_len;
	size_t block_size = 65536 + line_room, n = 0;
	char *block = arena_alloc(block_size);
	bool more = !last || compare_digits(first, first_len, last, last_len) <= 0;

	if (!more)
		return;
	memcpy(start, first, first_len);
	while (more) {
		size_t len = (size_t)(end - start);

		for (size_t pad = len; pad < width; pad++)
			block[n++] = '0';
		if (len < 8 && n + 8 < block_size)
			for (size_t i = 0; i < len; i++)
				block[n + i] = start[i];
		else
			memcpy(block + n, start, len);
		n += len;
		if (end[-1] + step <= '9')
			end[-1] = (char)(end[-1] + step);
		else
			start = add_digits(start, end, step);
		if (!last && start == digits)
			die("memory exhausted");
		more = !last || (size_t)(end - start) < last_len ||
		       ((size_t)(end - start) == last_len && memcmp(start, last, last_len) <= 0);
		if (more && sep == 1)
			block[n++] = *separator;
		else if (more)
			n = (size_t)((char *)mempcpy(block + n, separator, sep) - block);
		if (n + line_room > block_size) {
			out_mem(block, n);
			if (out_failed())
				leave(1);
			n = 0;
		}
	}
	block[n++] = '\n';
	out_mem(block, n);
}

int seq_main(struct seq_options *opt, char **argv)
{
	char one[] = "1";
	char *words[3] = { one, one, NULL };
	struct operand first = { 1, 1, 0 }, step = { 1, 1, 0 }, last;
	const char *separator = opt->separator ? opt->separator : "\n";
	struct layout l = { 0 };
	size_t count = 0;

	while (argv[count])
		count++;
	if (count == 0)
		die_usage("missing operand");
	if (count > 3)
		die_extra_operand(argv[3]);
	if (opt->format)
		l = read_format(opt->format);
	if (opt->format && opt->equal_width)
		die_usage("format string may not be specified when printing equal width strings");
	words[2] = argv[count - 1];
	if (count > 1)
		words[0] = argv[0];
	if (count > 2)
		words[1] = argv[1];
	if (count > 1)
		first = read_operand(words[0]);
	if (count > 2) {
		step = read_operand(words[1]);
		if (step.value == 0)
			die_usage("invalid Zero increment value: %s", quote(words[1]));
	}
	last = read_operand(words[2]);
	if (!opt->format && !opt->equal_width)
		for (size_t i = 0; i < 3; i++) {
			long double value = i == 0 ? first.value : i == 1 ? step.value : last.value;
			int precision = i == 0 ? first.precision : i == 1 ? step.precision : last.precision;

			/* whole numbers like 1e20, which a long double has not all of */
			if (precision == 0 && value >= 0 && !is_digits(words[i]))
				words[i] = arena_printf("%.0Lf", value);
		}
	if (!opt->format && is_digits(words[0]) && is_digits(words[1]) && step.value <= 1000000000 &&
	    (is_digits(words[2]) || (isinf(last.value) && last.value > 0 && !opt->equal_width))) {
		size_t width = strlen(words[0]) > strlen(words[2]) ? strlen(words[0]) : strlen(words[2]);

		put_whole(skip_zeros(words[0]), (unsigned)step.value,
			  is_digits(words[2]) ? skip_zeros(words[2]) : NULL, separator,
			  opt->equal_width ? width : 0);
		return 0;
	}
	if (!opt->format)
		l = make_format(first, step, last, opt->equal_width);
	l.separator = separator;
	put_numbers(&l, first.value, step.value, last.value);
	return 0;
}
