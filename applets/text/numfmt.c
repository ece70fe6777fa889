/* numfmt - write numbers in another form
 *
 * usage: numfmt [OPTION]... [NUMBER]...
 *
 *       --debug          warn about what may not be meant
 *   -d, --delimiter=X    fields are separated by X, not by blanks
 *       --field=FIELDS...  the numbers are in these fields: N, N-M, N-, -M, or - for all; 1 if not said
 *       --format=FORMAT  as printf's %f, with ' 0 - a width and a precision: %'010.1f
 *       --from=UNIT      units of the input, see below; none if not said
 *       --from-unit=N    numbers of the input count N
 *       --grouping       group digits as the locale does, which C.UTF-8 does not
 *       --header[=N]     copy the first N lines, 1 if not said
 *       --invalid=MODE   at what is no number: abort (the default), fail, warn or ignore
 *       --padding=N      pad to N columns on the left, or with -N on the right
 *       --round=METHOD   up, down, from-zero (the default), towards-zero or nearest
 *       --suffix=SUFFIX  write SUFFIX after numbers, and accept it
 *       --to=UNIT        units of the output
 *       --to-unit=N      numbers of the output count N
 *   -z, --zero-terminated  lines end with NUL, not with a newline
 *
 * Without NUMBER, those of standard input. UNIT is
 *   none    no letters
 *   auto    K, M, G ... are powers of 1000, Ki, Mi, Gi ... of 1024
 *   si      K, M, G ... are powers of 1000
 *   iec     K, M, G ... are powers of 1024
 *   iec-i   Ki, Mi, Gi ... are powers of 1024
 *
 * The status is 2 if something is no number (after a warning alone, 0).
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "numfmt invocation"
 */
#include <math.h>
#include "libbb.h"
#include "ranges.h"
#include "numfmt.gen.h"

enum scale { NONE, AUTO, SI, IEC, IEC_I };
enum rounding { UP, DOWN, FROM_ZERO, TOWARDS_ZERO, NEAREST };
enum invalid { ABORT, FAIL, WARN, IGNORE };

enum {
	PLAIN_DIGITS = 18, /* of which a long double is sure */
	MOST_DIGITS = 27,
	FAILED = 2,
};

static const char powers[] = "KMGTPEZY";

struct job {
	enum scale from, to;
	enum rounding rounding;
	enum invalid invalid;
	uintmax_t from_unit, to_unit;
	const struct range *fields;
	const char *suffix;
	int delimiter; /* or -1 for blanks */
	char line_end;
	bool debug, grouping, left, auto_padding;
	const char *before, *after; /* of the format */
	size_t padding, zeros;
	int precision; /* or -1 */
	bool failed;
};

/* A number as it was read. */
struct number {
	long double value;
	int precision; /* decimals */
};

static int power_of(char c)
{
	const char *found = c ? strchr(powers, c) : NULL;

	return found ? (int)(found - powers) + 1 : 0;
}

/* Reports what is wrong with a number; ends if it has to. Returns false. */
static bool complain(struct job *job, const char *fmt, const char *text, const char *more)
{
	const char *message = more ? arena_printf(fmt, quote(text), quote(more))
				   : arena_printf(fmt, quote(text));

	if (job->invalid == ABORT)
		die_status(FAILED, "%s", message);
	if (job->invalid != IGNORE)
		warn("%s", message);
	job->failed = true;
	return false;
}

/* Reads the digits at *p. Returns false, having complained, if they are none or too many. */
static bool read_digits(struct job *job, const char *text, const char **p, struct number *n)
{
	bool negative = **p == '-', any = false;
	size_t digits = 0;

	*p += negative;
	for (; **p >= '0' && **p <= '9'; ++*p, any = true) {
		digits += digits > 0 || **p != '0';
		if (digits > MOST_DIGITS)
			return complain(job, "value too large to be converted: %s", text, NULL);
		n->value = n->value * 10 + (**p - '0');
	}
	if (!any && **p != '.')
		return complain(job, "invalid number: %s", text, NULL);
	if (**p == '.') {
		const char *start = ++*p;

		while (**p >= '0' && **p <= '9')
			++*p;
		if (*p == start)
			return complain(job, "invalid number: %s", text, NULL);
		n->precision = (int)(*p - start);
		n->value += strtold(arena_memdup(start - 1, (size_t)(*p - start) + 1), NULL);
	}
	if (digits > PLAIN_DIGITS && job->debug)
		warn("large input value %s: possible precision loss", quote(text));
	if (negative)
		n->value = -n->value;
	return true;
}

/* Reads the letter of a unit at *p, if there is one. */
static bool read_unit(struct job *job, const char *text, const char **p, struct number *n)
{
	long double base = job->from == SI || job->from == AUTO ? 1000 : 1024;
	int power;

	while (**p == ' ' || **p == '\t')
		++*p;
	if (!**p && job->from == IEC_I)
		return complain(job, "missing 'i' suffix in input: %s (e.g Ki/Mi/Gi)", text, NULL);
	if (!**p)
		return true;
	power = power_of(**p);
	if (!power)
		return complain(job, "invalid suffix in input: %s", text, NULL);
	if (job->from == NONE)
		return complain(job, "rejecting suffix in input: %s (consider using --from)", text, NULL);
	++*p;
	if (job->from == AUTO && **p == 'i') {
		base = 1024;
		++*p;
	} else if (job->from == IEC_I) {
		if (**p != 'i')
			return complain(job, "missing 'i' suffix in input: %s (e.g Ki/Mi/Gi)", text, NULL);
		++*p;
	}
	n->precision = 0;
	while (power-- > 0)
		n->value *= base;
	return true;
}

static bool read_number(struct job *job, const char *text, struct number *n)
{
	const char *p = text;

	*n = (struct number){ 0 };
	if (!read_digits(job, text, &p, n) || !read_unit(job, text, &p, n))
		return false;
	if (*p)
		return complain(job, "invalid suffix in input %s: %s", text, p);
	return true;
}

static long double round_to(long double x, enum rounding rounding)
{
	switch (rounding) {
	case UP:
		return ceill(x);
	case DOWN:
		return floorl(x);
	case FROM_ZERO:
		return x < 0 ? floorl(x) : ceill(x);
	case TOWARDS_ZERO:
		return truncl(x);
	case NEAREST:
		break;
	}
	return x < 0 ? ceill(x - 0.5L) : floorl(x + 0.5L);
}

static long double power_of_ten(int n)
{
	long double x = 1;

	while (n-- > 0)
		x *= 10;
	return x;
}

/* How often the number can be divided by `base` before it is less. */
static int magnitude(long double x, long double base)
{
	int n = 0;

	for (x = fabsl(x); x >= base && x < INFINITY; x /= base)
		n++;
	return n;
}

/* The number with a letter. */
static char *with_unit(const struct job *job, long double x)
{
	long double base = job->to == SI ? 1000 : 1024, by;
	int power = magnitude(x, base), precision, decimals = 0;

	for (int i = 0; i < power; i++)
		x /= base;
	if (job->precision >= 0)
		decimals = 3 * power < job->precision ? 3 * power : job->precision;
	else if (fabsl(x) < 10)
		decimals = 1;
	by = power_of_ten(decimals);
	x = round_to(x * by, job->rounding) / by;
	if (fabsl(x) >= base) {
		x /= base;
		power++;
	}
	precision = job->precision >= 0 ? job->precision : x != 0 && fabsl(x) < 10 && power > 0;
	return arena_printf("%0*.*Lf%.*s%s", (int)job->zeros, precision, x, power > 0,
			    powers + (power > 0 ? power - 1 : 0), power > 0 && job->to == IEC_I ? "i" : "");
}

/* Returns the number as it is to be written, or NULL having complained. */
static char *format_number(struct job *job, const struct number *n)
{
	int precision = job->precision >= 0 ? job->precision : n->precision;
	int digits = magnitude(n->value, 10);
	const char *message = NULL;
	long double by;

	if (job->to == NONE && digits + precision > PLAIN_DIGITS)
		message =
			precision
				? arena_printf(
					  "value/precision too large to be printed: '%Lg/%d' (consider using --to)",
					  n->value, precision)
				: arena_printf("value too large to be printed: '%Lg' (consider using --to)",
					       n->value);
	else if (digits > MOST_DIGITS - 1)
		message = arena_printf("value too large to be printed: '%Lg' (cannot handle values > 999Y)",
				       n->value);
	if (message) {
		if (job->invalid == ABORT)
			die_status(FAILED, "%s", message);
		if (job->invalid != IGNORE)
			warn("%s", message);
		job->failed = true;
		return NULL;
	}
	if (job->to != NONE)
		return with_unit(job, n->value);
	by = power_of_ten(precision);
	return arena_printf("%0*.*Lf", (int)job->zeros, precision,
			    round_to(n->value * by, job->rounding) / by + 0.0L);
}

static size_t text_width(const char *s)
{
	size_t width = str_width(s, strlen(s));

	return locale_is_utf8() ? width : strlen(s);
}

/* Writes the number that a field is; or the field as it is, if it is none. */
static void put_number(struct job *job, char *field, bool first)
{
	size_t len = strlen(field), suffix = strlen(job->suffix), width, padding = job->padding;
	char *p = field + strspn(field, " \t\n"), *text;
	struct number n;

	if (job->auto_padding)
		padding = p > field || !first ? len : 0;
	if (suffix && len > suffix && strcmp(field + len - suffix, job->suffix) == 0)
		field[len - suffix] = 0;
	if (!read_number(job, p, &n)) {
		out_str(field);
		return;
	}
	if (job->from_unit != 1 || job->to_unit != 1)
		n.value = n.value * (long double)job->from_unit / (long double)job->to_unit;
	text = format_number(job, &n);
	if (!text) {
		out_str(field);
		return;
	}
	text = arena_printf("%s%s", text, job->suffix);
	width = text_width(text);
	out_str(job->before);
	if (!job->left && width < padding)
		out_fill(' ', padding - width);
	out_str(text);
	if (job->left && width < padding)
		out_fill(' ', padding - width);
	out_str(job->after);
}

static bool is_selected(const struct job *job, uintmax_t field)
{
	const struct range *r = job->fields;

	if (!r)
		return field == 1;
	while (r->last < field)
		r++;
	return field >= r->first;
}

/* Returns where the field at `p` ends. */
static char *field_end(const struct job *job, char *p)
{
	if (job->delimiter >= 0)
		return p + strcspn(p, (const char[2]){ (char)job->delimiter });
	p += strspn(p, " \t\n");
	return p + strcspn(p, " \t\n");
}

static void put_line(struct job *job, char *line, bool ended)
{
	struct arena_mark mark = arena_mark();

	for (uintmax_t field = 1;; field++) {
		char *end = field_end(job, line);
		bool last = !*end;

		*end = 0;
		if (is_selected(job, field))
			put_number(job, line, field == 1);
		else
			out_str(line);
		if (last)
			break;
		out_char(job->delimiter >= 0 ? (char)job->delimiter : ' ');
		line = end + 1;
	}
	if (ended)
		out_char(job->line_end);
	arena_release(mark);
	if (out_failed())
		leave(1);
}

static void put_input(struct job *job, uintmax_t header)
{
	struct reader in = { 0 };
	size_t len;
	char *line;

	reader_open(&in, STDIN_FILENO);
	while ((line = reader_line(&in, &len, job->line_end))) {
		bool ended = line[len - 1] == job->line_end;
		struct arena_mark mark = arena_mark();

		if (header > 0) {
			header--;
			out_mem(line, len);
		} else {
			put_line(job, ended ? (line[len - 1] = 0, line) : arena_memdup(line, len), ended);
		}
		arena_release(mark);
	}
	if (in.error)
		warn_code(in.error, "error reading input");
}

/* Reads a number with a letter of unit, Ki being 1024 and K 1000. */
static uintmax_t read_unit_size(const char *arg)
{
	uintmax_t n = 1;
	const char *end = arg;
	enum num_error error = power_of(*arg) ? NUM_OK : parse_uint_base(arg, &end, 10, NULL, &n);
	int power = error == NUM_OK ? power_of(*end) : 0;
	unsigned base = power && end[1] == 'i' ? 1024 : 1000;

	end += power ? 1 + (base == 1024) : 0;
	while (error == NUM_OK && power-- > 0)
		if (__builtin_mul_overflow(n, (uintmax_t)base, &n))
			error = NUM_OVERFLOW;
	if (error != NUM_OK || *end || n == 0)
		die("invalid unit size: %s", quote(arg));
	return n;
}

/* The text of a format from `p` to `end`, in which %% is %. */
static char *plain_text(const char *p, const char *end)
{
	char *text = arena_alloc((size_t)(end - p) + 1), *to = text;

	for (; p < end; p++) {
		*to++ = *p;
		p += *p == '%' && p + 1 < end && p[1] == '%';
	}
	return text;
}

static void read_format(struct job *job, const char *format)
{
	const char *p = format, *rest;
	bool zeros = false;
	char *end;
	long width;

	while (*p && !(*p == '%' && p[1] != '%'))
		p += *p == '%' ? 2 : 1;
	if (!*p)
		die("format %s has no %% directive", quote(format));
	job->before = plain_text(format, p);
	for (p++; *p == ' ' || *p == '\'' || *p == '0'; p++) {
		job->grouping |= *p == '\'';
		zeros |= *p == '0';
	}
	errno = 0;
	width = strtol(p, &end, 10);
	if (errno == ERANGE || width < -INT_MAX || width > INT_MAX)
		die("invalid format %s (width overflow)", quote(format));
	if (end > p && width) {
		if (job->debug && job->padding && !(zeros && width > 0))
			warn("--format padding overriding --padding");
		if (width < 0) {
			job->left = true;
			job->padding = (size_t)-width;
		} else if (zeros) {
			job->zeros = (size_t)width;
		} else {
			job->padding = (size_t)width;
		}
	}
	p = end;
	if (!*p)
		die("format %s ends in %%", quote(format));
	if (*p == '.') {
		long precision;

		p++;
		errno = 0;
		precision = strtol(p, &end, 10);
		if (errno == ERANGE || precision < 0 || precision > 1000 || *p == ' ' || *p == '\t' ||
		    *p == '+')
			die("invalid precision in format %s", quote(format));
		job->precision = (int)precision;
		p = end;
	}
	if (*p != 'f')
		die("invalid format %s, directive must be %%[0]['][-][N][.][N]f", quote(format));
	for (rest = ++p; *p; p++)
		if (*p == '%' && *++p != '%')
			die("format %s has too many %% directives", quote(format));
	job->after = rest; /* in which %% stays */
}

static enum scale read_scale(const char *arg, bool from)
{
	static const char *const all[] = { "none", "auto", "si", "iec", "iec-i", NULL };
	static const char *const some[] = { "none", "si", "iec", "iec-i", NULL };
	int n;

	if (!arg)
		return NONE;
	n = choose(from ? all : some, NULL, arg, from ? "--from" : "--to");
	return (enum scale)(!from && n > 0 ? n + 1 : n);
}

static void read_options(const struct numfmt_options *opt, struct job *job, uintmax_t *header)
{
	static const char *const roundings[] = { "up", "down", "from-zero", "towards-zero", "nearest", NULL };
	static const char *const modes[] = { "abort", "fail", "warn", "ignore", NULL };
	intmax_t padding;

	job->from = read_scale(opt->from, true);
	job->to = read_scale(opt->to, false);
	job->from_unit = opt->from_unit ? read_unit_size(opt->from_unit) : 1;
	job->to_unit = opt->to_unit ? read_unit_size(opt->to_unit) : 1;
	if (opt->round)
		job->rounding = (enum rounding)choose(roundings, NULL, opt->round, "--round");
	job->grouping = opt->grouping;
	if (opt->padding) {
		if (parse_int(opt->padding, NULL, &padding) != NUM_OK || padding == 0 || padding < -INT_MAX ||
		    padding > INT_MAX)
			die("invalid padding value %s", quote(opt->padding));
		job->left = padding < 0;
		job->padding = (size_t)(padding < 0 ? -padding : padding);
	}
	if (opt->field.count > 1)
		die("multiple field specifications");
	if (opt->field.count)
		job->fields = ranges_parse(opt->field.items[0].value, RANGES_FIELDS | RANGES_ALL);
	job->delimiter = opt->delimiter ? (unsigned char)*opt->delimiter : -1;
	if (opt->delimiter && *opt->delimiter && opt->delimiter[1])
		die("the delimiter must be a single character");
	job->suffix = opt->suffix ? opt->suffix : "";
	job->debug = opt->debug;
	*header = opt->header_at != 0;
	if (opt->header && (parse_uint(opt->header, NULL, header) != NUM_OK || *header == 0))
		die("invalid header value %s", quote(opt->header));
	if (opt->invalid)
		job->invalid = (enum invalid)choose(modes, NULL, opt->invalid, "--invalid");
	job->line_end = opt->zero_terminated ? 0 : '\n';
	if (opt->format && opt->grouping)
		die("--grouping cannot be combined with --format");
}

int numfmt_main(struct numfmt_options *opt, char **argv)
{
	struct job job = { .rounding = FROM_ZERO, .precision = -1, .before = "", .after = "" };
	uintmax_t header;

	read_options(opt, &job, &header);
	if (opt->debug && !job.from && !job.to && !job.grouping && !job.padding && !opt->format)
		warn("no conversion option specified");
	if (opt->format)
		read_format(&job, opt->format);
	if (job.grouping) {
		if (job.to != NONE)
			die("grouping cannot be combined with --to");
		if (opt->debug)
			warn("grouping has no effect in this locale");
	}
	job.auto_padding = job.padding == 0 && job.delimiter < 0;
	if (*argv) {
		if (opt->debug && opt->header_at)
			warn("--header ignored with command-line input");
		for (; *argv; argv++)
			put_line(&job, *argv, true);
	} else {
		put_input(&job, header);
	}
	if (job.failed && job.debug)
		warn("failed to convert some of the input numbers");
	return job.failed && job.invalid == FAIL ? FAILED : 0;
}
