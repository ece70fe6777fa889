/* ts - put the time before each line
 *
 * usage: ts [-r] [-i | -s] [-m] [FORMAT [FILE]...]
 *
 *   -r  make the times in the input relative, like `15m5s ago'; or, with FORMAT, write them that way
 *   -i  the time since the line before
 *   -s  the time since the start
 *   -m  by a clock that nobody sets
 *
 * FORMAT is as date +FORMAT takes it, and %.S, %.s and %.T are %S, %s and %T with microseconds.
 * It is %b %d %H:%M:%S if not said, and %H:%M:%S with -i and -s.
 *
 * install: /usr/bin
 * follows: moreutils ts(1)
 */
#include "libbb.h"
#include "dateparse.h"
#include "regex.h"
#include "timefmt.h"
#include "ts.gen.h"

/* The times that -r looks for. */
static const char times[] =
	"\\<(([a-z]{3}, ?)?[0-9]{1,2} [a-z]{3} [0-9]{2,4} [0-9]{2}:[0-9]{2}:[0-9]{2}( ([+-][0-9]{4}|[a-z]{3,4}\\>))?" /* mail */
	"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+Z?|[+-][0-9]{2}([0-9]{2})?|Z)"
	"|[0-9]{1,2}/[a-z]{3}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}" /* web servers */
	"|(mon|tue|wed|thu|fri|sat|sun) [a-z]{3} +[0-9]{1,2} [0-9]{2}:[0-9]{2}" /* last */
	"|[a-z]{3} +[0-9]{1,2} [0-9]{2}:[0-9]{2}:[0-9]{2})";                    /* syslog */

struct job {
	const struct ts_options *opt;
	const char *format;
	bool since; /* times are intervals */
	struct timespec base;
	struct timespec offset; /* from the clock of -m to the time of day */
	struct time_zone zone, utc;
	struct regex *times;
};

static struct timespec difference(struct timespec a, struct timespec b)
{
	a.tv_sec -= b.tv_sec;
	a.tv_nsec -= b.tv_nsec;
	if (a.tv_nsec < 0) {
		a.tv_nsec += 1000000000;
		a.tv_sec--;
	}
	return a;
}

static struct timespec now(const struct job *job)
{
	struct timespec t;

	clock_gettime(job->opt->m ? CLOCK_MONOTONIC : CLOCK_REALTIME, &t);
	if (job->opt->m && !job->since) {
		t.tv_sec += job->offset.tv_sec;
		t.tv_nsec += job->offset.tv_nsec;
		if (t.tv_nsec >= 1000000000) {
			t.tv_nsec -= 1000000000;
			t.tv_sec++;
		}
	}
	return t;
}

/* Writes a time in the format, in which %.S and the like become digits first. */
static void put_time(struct job *job, struct timespec t)
{
	struct buf format = { 0 }, b = { 0 };
	struct tm tm;

	for (const char *p = job->format; *p; p++) {
		if (*p == '%' && p[1] == '.' && p[2] && strchr("SsT", p[2])) {
			buf_fmt(&format, "%%%c.%06ld", p[2], t.tv_nsec / 1000);
			p += 2;
		} else {
			buf_char(&format, *p);
			if (*p == '%' && p[1])
				buf_char(&format, *++p);
		}
	}
	buf_str(&format, "");
	if (time_split(job->since ? &job->utc : &job->zone, t.tv_sec, &tm))
		time_format(&b, format.data, &tm, &t);
	out_mem(b.data, b.len);
}

/* Writes a time as its distance from now, in the two largest units. */
static void put_distance(int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char letter;
	} units[] = { { 365 * 86400, 'y' }, { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	enum { UNITS = sizeof(units) / sizeof(*units) };
	int64_t n = seconds < 0 ? -seconds : seconds;
	size_t first = 0, last;

	if (n == 0) {
		out_str("right now");
		return;
	}
	while (n < units[first].seconds)
		first++;
	last = first;
	for (int64_t rest = n % units[first].seconds; last == first && rest > 0;)
		for (last++; rest < units[last].seconds; last++)
			;
	n = (n + units[last].seconds / 2) / units[last].seconds * units[last].seconds;
	if (first > 0 && n >= units[first - 1].seconds)
		first--;
	for (size_t i = first; i <= last; i++) {
		if (n >= units[i].seconds)
			out_fmt("%jd%c", (intmax_t)(n / units[i].seconds), units[i].letter);
		n %= units[i].seconds;
	}
	out_str(seconds < 0 ? " from now" : " ago");
}

/* Reads a time that was found. */
static bool read_time(const char *p, size_t len, struct timespec *t)
{
	char *text = arena_memdup(p, len), *colon = strchr(text, ':');
	struct timespec present;

	clock_gettime(CLOCK_REALTIME, &present);
	if (strchr(text, '/')) {
		for (char *s = text; *s; s++)
			if (*s == '/')
				*s = ' ';
		*colon = ' ';
	}
	return date_parse(text, &present, t);
}

/* Writes a line with the first time in it in another form. */
static void put_relative(struct job *job, const char *line, size_t len)
{
	struct regex_span found;
	struct timespec t;

	if (!regex_search(job->times, line, len, 0, 0, &found, 1) ||
	    !read_time(line + found.start, (size_t)(found.end - found.start), &t)) {
		out_mem(line, len);
		return;
	}
	out_mem(line, (size_t)found.start);
	if (job->format)
		put_time(job, t);
	else
		put_distance(now(job).tv_sec - t.tv_sec);
	out_mem(line + found.end, len - (size_t)found.end);
}

static void put_line(struct job *job, const char *line, size_t len)
{
	struct timespec t, at;

	if (job->opt->r) {
		put_relative(job, line, len);
		return;
	}
	at = t = now(job);
	if (job->since)
		t = difference(t, job->base);
	if (job->opt->i)
		job->base = at;
	put_time(job, t);
	out_char(' ');
	out_mem(line, len);
}

static void copy_lines(struct job *job, int fd)
{
	struct reader r = { 0 };
	size_t len;
	char *line;

	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n'))) {
		struct arena_mark mark = arena_mark();

		put_line(job, line, len);
		arena_release(mark);
		/* the time of the next line is when it comes */
		if (!mem_chr(r.buf + r.pos, '\n', r.end - r.pos))
			out_flush();
		if (out_failed())
			leave(1);
	}
	if (r.error)
		die_errno("read error");
}

int ts_main(struct ts_options *opt, char **argv)
{
	struct job job = { .opt = opt, .since = opt->i || opt->s, .utc = { .utc = true } };
	const char *error;
	struct timespec real;
	int status = 0;

	job.format = *argv ? *argv++ : opt->r ? NULL : job.since ? "%H:%M:%S" : "%b %d %H:%M:%S";
	if (opt->r)
		job.times = regex_compile(times, strlen(times), REGEX_EXTENDED, REGEX_ICASE | REGEX_BYTES,
					  &error);
	if (opt->m && !job.since) {
		clock_gettime(CLOCK_REALTIME, &real);
		clock_gettime(CLOCK_MONOTONIC, &job.base);
		job.offset = difference(real, job.base);
	}
	job.base = now(&job);
	if (!*argv)
		copy_lines(&job, STDIN_FILENO);
	for (; *argv; argv++) {
		int fd = open_input(*argv);

		if (fd < 0) {
			warn_errno("%s", quote_maybe(*argv));
			status = 1;
			continue;
		}
		copy_lines(&job, fd);
		close_file(fd);
	}
	regex_free(job.times);
	return status;
}
