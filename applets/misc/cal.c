/* cal - show a calendar
 *
 * usage: cal [-13hjy] [-A NUM] [-B NUM] [-d YYYY-MM] [[MONTH] YEAR]
 * usage: cal [-13hj] [-A NUM] [-B NUM] [-d YYYY-MM] -m MONTH [YEAR]
 *
 *   -1           one month, as without this
 *   -3           the month before and the one after, too
 *   -A NUM       NUM months more after
 *   -B NUM       NUM months more before
 *   -d YYYY-MM   as if this month was now
 *   -h           do not highlight today
 *   -j           days of the year
 *   -m MONTH     this month; 5f is May of the next year, 5p of the last
 *   -y           the whole year
 *
 * MONTH is a number or a name. The Gregorian calendar begins on 14 September 1752, the day after
 * 2 September.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 cal; cal(1) of Debian's ncal package, which is the cal of Debian 12
 */
#include "libbb.h"
#include "cal.gen.h"

enum {
	WEEKS = 6,
	GAP = 2, /* behind each month */
};

static const char month_names[12][10] = { "January",   "February", "March",    "April",
					  "May",       "June",     "July",     "August",
					  "September", "October",  "November", "December" };

struct job {
	bool julian, highlight;
	bool year_given;
	int first, count; /* months since the year 0; how many */
	int across;       /* months beside each other */
	int cell, width;  /* columns of a day and of a month */
	struct tm today;
};

/* Whether the year has a 29 February. */
static bool is_leap(int year)
{
	return year % 4 == 0 && (year <= 1752 || year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month] + (month == 1 && is_leap(year));
}

static bool is_gregorian(int year, int month, int day)
{
	return year != 1752 ? year > 1752 : month != 8 ? month > 8 : day > 2;
}

/* Returns the day of the week, 0 for Sunday. */
static int weekday(int year, int month, int day)
{
	int64_t y = year - (month < 2), m = (month + 10) % 12, days;

	/* days since 1 March of the year 0 */
	days = y * 365 + y / 4 + (153 * m + 2) / 5 + day - 1;
	days += is_gregorian(year, month, day) ? y / 400 - y / 100 + 3 : 1;
	return (int)(days % 7);
}

static int day_of_year(int year, int month, int day)
{
	int n = day;

	for (int m = 0; m < month; m++)
		n += month_days(year, m);
	return year == 1752 && is_gregorian(year, month, day) ? n - 11 : n;
}

/* Writes text in the middle of `width` columns, and blanks up to the next month. */
static void put_centered(const char *text, int width, bool filled)
{
	int len = (int)strlen(text), left = len < width ? (width - len) / 2 : 0;

	out_fill(' ', (size_t)left);
	out_str(text);
	if (filled && left + len < width + GAP)
		out_fill(' ', (size_t)(width + GAP - left - len));
}

static void put_day(const struct job *job, int year, int month, int day)
{
	bool today = job->highlight && year == job->today.tm_year + 1900 && month == job->today.tm_mon &&
		     day == job->today.tm_mday;
	int width = job->cell - 1, n = job->julian ? day_of_year(year, month, day) : day;

	if (today)
		out_fmt("%*s\033[7m%d\033[27m ", width - (n < 10 ? 1 : n < 100 ? 2 : 3), "", n);
	else
		out_fmt("%*d ", width, n);
}

/* Writes one week of a month: its `week`th line. */
static void put_week(const struct job *job, int year, int month, int week)
{
	bool gap = year == 1752 && month == 8;
	int first = weekday(year, month, 1), days = month_days(year, month);

	for (int column = 0; column < 7; column++) {
		int day = week * 7 + column - first + 1;

		if (gap && day > 2)
			day += 11;
		if (day < 1 || day > days)
			out_fill(' ', (size_t)job->cell);
		else
			put_day(job, year, month, day);
	}
	out_char(' ');
}

/* Writes some months beside each other. */
static void put_row(const struct job *job, int first, int count, bool years)
{
	for (int i = 0; i < count; i++) {
		const char *name = month_names[(first + i) % 12];

		put_centered(years ? arena_printf("%s %d", name, (first + i) / 12) : name, job->width, true);
	}
	out_char('\n');
	for (int i = 0; i < count; i++)
		out_str(job->julian ? " Su  Mo  Tu  We  Th  Fr  Sa  " : "Su Mo Tu We Th Fr Sa  ");
	out_char('\n');
	for (int week = 0; week < WEEKS; week++) {
		for (int i = 0; i < count; i++)
			put_week(job, (first + i) / 12, (first + i) % 12, week);
		out_char('\n');
	}
}

static void put_calendar(const struct job *job)
{
	bool same_year = job->first / 12 == (job->first + job->count - 1) / 12;
	/* one heading for the year, where it was asked for and fills a row */
	bool years = job->count < (job->julian ? 2 : 3) || !same_year || !job->year_given;

	if (!years) {
		put_centered(arena_printf("%d", job->first / 12), job->across * job->width, false);
		out_char('\n');
	}
	for (int i = 0; i < job->count; i += job->across) {
		int n = job->count - i < job->across ? job->count - i : job->across;

		put_row(job, job->first + i, n, years);
		if (i + n < job->count)
			out_char('\n');
	}
}

static int read_year(const char *arg)
{
	intmax_t n;

	switch (parse_range(arg, 1, 9999, &n)) {
	case NUM_OK:
		return (int)n;
	case NUM_OVERFLOW:
		die("year `%s' not in range 1..9999", arg);
	default:
		die("not a valid year %s", arg);
	}
}

/* Reads a month, and what its suffix adds to the year. */
static int read_month(const char *arg, int *year)
{
	size_t digits = strspn(arg, "0123456789"), len = strlen(arg);
	intmax_t n;

	if (digits > 0 && len - digits <= 1 && (!arg[digits] || arg[digits] == 'f' || arg[digits] == 'p') &&
	    parse_range(arena_memdup(arg, digits), 1, 12, &n) == NUM_OK) {
		*year += arg[digits] == 'f' ? 1 : arg[digits] == 'p' ? -1 : 0;
		return (int)n - 1;
	}
	for (int i = 0; i < 12; i++)
		if (strcasecmp(arg, month_names[i]) == 0 ||
		    (len == 3 && strncasecmp(arg, month_names[i], 3) == 0))
			return i;
	die("%s is neither a month number (1..12) nor a name", arg);
}

/* Reads -d: the month to begin with. */
static int read_now(const char *arg, int *year)
{
	const char *dash = strchr(arg, '-');
	intmax_t y, m;

	if (!dash || parse_range(arena_memdup(arg, (size_t)(dash - arg)), 1, 9999, &y) != NUM_OK ||
	    parse_range(dash + 1, 1, 12, &m) != NUM_OK)
		die_usage("invalid argument %s of -d", quote(arg));
	*year = (int)y;
	return (int)m - 1;
}

/* Reads -A or -B: how many months; 0 if it was not given. */
static int read_months(const char *arg)
{
	intmax_t n = 0;

	if (arg && parse_range(arg, 0, 12 * 9999, &n) != NUM_OK)
		die_usage("invalid number of months: %s", quote(arg));
	return (int)n;
}

int cal_main(struct cal_options *opt, char **argv)
{
	struct job job = { .julian = opt->j };
	time_t now = time(NULL);
	int year, month, before, after, ignored = 0;
	bool whole, three;

	localtime_r(&now, &job.today);
	year = job.today.tm_year + 1900;
	month = job.today.tm_mon;
	if (opt->d)
		month = read_now(opt->d, &year);
	if (*argv && argv[1] && (argv[2] || opt->m))
		die_extra_operand(opt->m ? argv[1] : argv[2]);
	whole = opt->y > opt->_3 && opt->y > opt->_1;
	three = opt->_3 > opt->y && opt->_3 > opt->_1;
	if (*argv) {
		year = read_year(argv[1] ? argv[1] : argv[0]);
		if (!argv[1] && !opt->m) {
			if (three)
				die("-3 together with a given year but no given month is not supported.");
			whole = whole || !opt->_1;
		}
		if (argv[1])
			month = read_month(argv[0], &year);
	}
	if (opt->m)
		month = read_month(opt->m, opt->d ? &ignored : &year);
	before = read_months(opt->B) + three;
	after = read_months(opt->A) + three;
	job.first = year * 12 + (whole ? 0 : month) - before;
	job.count = (whole ? 12 : 1) + before + after;
	if (job.first < 12) {
		job.count -= 12 - job.first;
		job.first = 12;
	}
	job.year_given = *argv || !three;
	job.highlight = !opt->h && isatty(STDOUT_FILENO);
	job.cell = opt->j ? 4 : 3;
	job.width = 7 * job.cell - 1;
	job.across = opt->j ? 2 : 3;
	if (job.count < job.across && job.count > 0)
		job.across = job.count;
	put_calendar(&job);
	return 0;
}
