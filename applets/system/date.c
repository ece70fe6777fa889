/* date - print or set the date and time
 *
 * usage: date [OPTION]... [+FORMAT]
 * usage: date [-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]
 *
 *   -d, --date=STRING           the time that STRING describes, not now
 *       --debug                 tell what became of it
 *   -f, --file=DATEFILE         the time of each line of DATEFILE, as -d
 *   -I, --iso-8601[=FMT]...     as ISO 8601 has it, up to: date (if not given), hours, minutes, seconds, ns
 *       --resolution            print the resolution of the clock
 *   -R, --rfc-email             as in electronic mail: Mon, 14 Aug 2006 02:34:56 -0600
 *       --rfc-3339=FMT...       as RFC 3339 has it, up to: date, seconds, ns
 *   -r, --reference=FILE        the time of the last change of FILE
 *   -s, --set=STRING            set the clock to the time that STRING describes
 *   -u, --utc, --universal      in Coordinated Universal Time
 *
 * FORMAT is text with sequences that are replaced:
 *   %a %A day of the week    %b %B month         %c date and time     %C century         %d %e day
 *   %D 12/31/99              %F 1999-12-31       %g %G ISO year       %H %k hour, %I %l of 12
 *   %j day of the year       %m month            %M minute            %N nanoseconds     %p %P AM, am
 *   %q quarter               %r 11:11:04 PM      %R 23:13             %s since 1970      %S second
 *   %T 23:13:48              %u %w day 1-7, 0-6  %U %V %W week        %x date, %X time   %y %Y year
 *   %z +0100 %:z +01:00 %::z +01:00:00 %:::z +01, %Z its name         %n %t newline, tab %% a %
 * After the % may stand - (no padding), _ (with blanks), 0, + (with zeroes and a sign beyond four digits), ^ (upper
 * case), # (the other case), then a width, then E or O.
 *
 * install: /bin
 * follows: POSIX.1-2024 date; GNU coreutils manual, "date invocation"
 */
#include "libbb.h"
#include "dateparse.h"
#include "timefmt.h"
#include "date.gen.h"

/* How times are shown, and whether it went well so far. */
struct job {
	const char *format;
	struct time_zone zone;
	struct timespec now;
	bool debug, parsed; /* parsed: the time is that of a text */
	int status;
};

/* --debug: says what time was found, if it was not just taken from the clock or a file, and how it is shown. */
static void explain(const struct job *job, const struct timespec *t, const struct tm *tm)
{
	static const char *const formats[] = { "final: (Y-M-D) %Y-%m-%d %H:%M:%S (UTC)",
					       "final: (Y-M-D) %Y-%m-%d %H:%M:%S (UTC%:::z)" };
	const char *zone = getenv("TZ");
	struct time_zone utc = { .utc = true };
	struct tm utc_tm;

	if (job->parsed && time_split(&utc, t->tv_sec, &utc_tm)) {
		if (!zone)
			warn("timezone: system default");
		else if (strcmp(zone, "UTC0") == 0)
			warn("timezone: Universal Time");
		else
			warn("timezone: TZ=\"%s\" environment value", zone);
		warn("final: %jd.%09ld (epoch-seconds)", (intmax_t)t->tv_sec, t->tv_nsec);
		for (int i = 0; i < 2; i++) {
			struct buf text = { 0 };

			time_format(&text, formats[i], i == 0 ? &utc_tm : tm, t);
			warn("%s", text.data);
		}
	}
	warn("output format: %s", quote(job->format));
}

static void show(struct job *job, const struct timespec *t)
{
	struct buf text = { 0 };
	struct tm tm;

	if (!time_split(&job->zone, t->tv_sec, &tm)) {
		warn("time %s is out of range", quote(arena_printf("%jd", (intmax_t)t->tv_sec)));
		job->status = 1;
		return;
	}
	if (job->debug)
		explain(job, t, &tm);
	time_format(&text, job->format, &tm, t);
	buf_char(&text, '\n');
	out_mem(text.data, text.len);
}

static bool read_time(struct job *job, const char *s, struct timespec *t)
{
	job->parsed = true;
	if (date_parse(s, &job->now, t))
		return true;
	warn("invalid date %s", quote(s));
	job->status = 1;
	return false;
}

/* -f: a time for each line. */
static void show_lines(struct job *job, const char *file)
{
	int fd = open_input(file);
	struct reader r = { 0 };
	size_t len;
	char *line;

	if (fd < 0)
		die_errno("%s", quote_maybe(file));
	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n'))) {
		struct arena_mark mark = arena_mark();
		struct timespec t;

		len -= line[len - 1] == '\n';
		if (read_time(job, arena_memdup(line, len), &t))
			show(job, &t);
		arena_release(mark);
	}
	if (r.error)
		die_errno("%s", quote_maybe(file));
}

static int two_digits(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* Reads MMDDhhmm[[CC]YY][.ss]. Dies if it is not that. */
static struct timespec read_setting(struct job *job, const char *s)
{
	size_t len = strspn(s, "0123456789");
	struct clock_time c = { 0 };
	struct timespec t = { 0 };
	struct tm now;

	if (!time_split(&job->zone, job->now.tv_sec, &now))
		die("invalid date %s", quote(s));
	if ((len != 8 && len != 10 && len != 12) ||
	    (s[len] && (s[len] != '.' || strspn(s + len + 1, "0123456789") != 2 || s[len + 3])))
		die("invalid date %s", quote(s));
	c.month = two_digits(s);
	c.day = two_digits(s + 2);
	c.hour = two_digits(s + 4);
	c.minute = two_digits(s + 6);
	c.second = s[len] ? two_digits(s + len + 1) : 0;
	c.year = now.tm_year + 1900;
	if (len == 10)
		c.year = two_digits(s + 8) + (two_digits(s + 8) < 69 ? 2000 : 1900);
	if (len == 12)
		c.year = 100 * two_digits(s + 8) + two_digits(s + 10);
	if (!clock_find(&c, &t.tv_sec))
		die("invalid date %s", quote(s));
	return t;
}

/* The format that the options ask for, or NULL. */
static const char *format_of_options(const struct date_options *opt)
{
	static const char *const iso_names[] = { "hours", "minutes", "date", "seconds", "ns", NULL };
	static const char *const iso[] = { "%Y-%m-%dT%H%:z", "%Y-%m-%dT%H:%M%:z", "%Y-%m-%d",
					   "%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%dT%H:%M:%S,%N%:z" };
	static const char *const rfc_names[] = { "date", "seconds", "ns", NULL };
	static const char *const rfc[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M:%S%:z", "%Y-%m-%d %H:%M:%S.%N%:z" };
	const char *format = NULL;

	size_t count = opt->iso_8601.count + opt->rfc_3339.count + (opt->rfc_email > 0);

	for (size_t i = 0; i < opt->iso_8601.count; i++) {
		const char *value = opt->iso_8601.items[i].value;

		format = iso[value ? choose(iso_names, NULL, value, "--iso-8601") : 2];
	}
	for (size_t i = 0; i < opt->rfc_3339.count; i++)
		format = rfc[choose(rfc_names, NULL, opt->rfc_3339.items[i].value, "--rfc-3339")];
	if (opt->rfc_email)
		format = "%a, %d %b %Y %H:%M:%S %z";
	if (count > 1)
		die("multiple output formats specified");
	return format;
}

/* Checks that the options fit together, and takes a +FORMAT from the operands. Returns the time to set, or NULL. */
static const char *check_usage(const struct date_options *opt, char **argv, const char **format)
{
	int sources = !!opt->date + !!opt->file + !!opt->reference + !!opt->resolution;

	if (sources > 1)
		die_usage("the options to specify dates for printing are mutually exclusive");
	if (opt->set && sources)
		die_usage("the options to print and set the time may not be used together");
	if (!*argv)
		return NULL;
	if (argv[1])
		die_extra_operand(argv[1]);
	if (**argv == '+') {
		if (*format)
			die("multiple output formats specified");
		*format = *argv + 1;
		return NULL;
	}
	if (sources || opt->set)
		die_usage("the argument %s lacks a leading '+';\n"
			  "when using an option to specify date(s), any non-option\n"
			  "argument must be a format string beginning with '+'",
			  quote(*argv));
	return *argv;
}

int date_main(struct date_options *opt, char **argv)
{
	struct job job = { .format = format_of_options(opt), .debug = opt->debug };
	const char *setting = check_usage(opt, argv, &job.format);
	struct timespec t;

	if (opt->utc)
		setenv("TZ", "UTC0", 1);
	clock_gettime(CLOCK_REALTIME, &job.now);
	if (!job.format)
		job.format = opt->resolution ? "%s.%N" : "%a %b %e %H:%M:%S %Z %Y";
	if (opt->file) {
		show_lines(&job, opt->file);
		return job.status;
	}
	t = job.now;
	if (opt->resolution) {
		clock_getres(CLOCK_REALTIME, &t);
	} else if (opt->reference) {
		struct stat st;

		if (stat(opt->reference, &st) < 0)
			die_errno("%s", quote_maybe(opt->reference));
		t = st.st_mtim;
	} else if (opt->date || opt->set) {
		if (!read_time(&job, opt->date ? opt->date : opt->set, &t))
			return job.status;
	} else if (setting) {
		t = read_setting(&job, setting);
	}
	if ((opt->set || setting) && clock_settime(CLOCK_REALTIME, &t) < 0) {
		warn_errno("cannot set date");
		job.status = 1;
	}
	show(&job, &t);
	return job.status;
}
