/* timefmt.c - local time, and times as text */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "num.h"
#include "timefmt.h"

enum {
	DAY = 86400,
	SPAN = DAY / 4,
	SPANS = sizeof(((struct time_zone *)0)->spans) / sizeof(struct time_span)
};

/* --- broken-down times -------------------------------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from 1970-01-01 to the first of March of `year`; years that begin in March have the leap day last. */
static int64_t days_before(int64_t year)
{
	return 365 * year + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400) - 719468;
}

/* Seconds since 1970 that the clock of `tm` shows, as if it were UTC. */
static int64_t clock_seconds(const struct tm *tm)
{
	int64_t year = (int64_t)tm->tm_year + 1900 - (tm->tm_mon < 2);
	int64_t month = (tm->tm_mon + 10) % 12;
	int64_t days = days_before(year) + (153 * month + 2) / 5 + tm->tm_mday - 1;

	return ((days * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Fills in all of `tm` but the zone from what its clock shows. Returns false if the year is out of range. */
static bool split_clock(int64_t seconds, struct tm *tm)
{
	int64_t days = floor_div(seconds, DAY);
	int rest = (int)(seconds - days * DAY);
	int64_t era = floor_div(days + 719468, 146097);
	int day_of_era = (int)(days + 719468 - era * 146097);
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month = (5 * day + 2) / 153;
	int64_t year = era * 400 + year_of_era + (month >= 10);

	if (year - 1900 < INT32_MIN || year - 1900 > INT32_MAX)
		return false;
	tm->tm_mday = day - (153 * month + 2) / 5 + 1;
	tm->tm_mon = month >= 10 ? month - 10 : month + 2;
	tm->tm_yday = month >= 10 ? day - 306 : day + 59 + is_leap(year);
	tm->tm_year = (int)(year - 1900);
	tm->tm_wday = (int)(days + 4 - floor_div(days + 4, 7) * 7);
	tm->tm_hour = rest / 3600;
	tm->tm_min = rest / 60 % 60;
	tm->tm_sec = rest % 60;
	return true;
}

/* Asks the C library about the whole of a part of time. False if the offset changes in it. */
static bool look_up_span(struct time_span *span, int64_t number)
{
	time_t first = number * SPAN, last = first + SPAN - 1;
	struct tm a, b;

	span->known = false;
	if (!localtime_r(&first, &a) || !localtime_r(&last, &b))
		return false;
	span->offset = clock_seconds(&a) - first;
	if (clock_seconds(&b) - last != span->offset || a.tm_isdst != b.tm_isdst || a.tm_zone != b.tm_zone)
		return false;
	span->name = a.tm_zone;
	span->gmtoff = (int)a.tm_gmtoff;
	span->isdst = a.tm_isdst;
	span->number = number;
	span->known = true;
	return true;
}

bool time_split(struct time_zone *zone, time_t t, struct tm *tm)
{
	static const struct time_span utc = { .name = "UTC" };
	const struct time_span *span = &utc;

	if (!zone->utc) {
		int64_t number = floor_div(t, SPAN);
		struct time_span *known = &zone->spans[(uint64_t)number % SPANS];

		if ((!known->known || known->number != number) && !look_up_span(known, number))
			return localtime_r(&t, tm) != NULL;
		span = known;
	}
	if (t > INT64_MAX - DAY || t < INT64_MIN + DAY || !split_clock(t + span->offset, tm)) {
		errno = EOVERFLOW;
		return false;
	}
	tm->tm_isdst = span->isdst;
	tm->tm_gmtoff = span->gmtoff;
	tm->tm_zone = span->name;
	return true;
}

/* What statx(2) tells, as far as it matters; musl 1.2.3 does not have it. */
struct statx_result {
	uint32_t mask, other[15];
	struct {
		int64_t sec;
		uint32_t nsec;
		int32_t unused;
	} access, birth, change, modification;
	uint64_t more[16];
};

enum { STATX_BIRTH = 0x800 };

bool time_of_birth(int dir, const char *name, int flags, struct timespec *out)
{
	struct statx_result x;

	if (syscall(SYS_statx, dir, name, flags, STATX_BIRTH, &x) < 0 || !(x.mask & STATX_BIRTH))
		return false;
	*out = (struct timespec){ x.birth.sec, x.birth.nsec };
	return true;
}

/* --- formats ------------------------------------------------------------------------------------------------ */

/* What stands between % and the letter of a directive. */
struct directive {
	const char *text; /* its % */
	char pad;         /* one of - _ 0 +, or 0 */
	bool upper, swap; /* flags ^ and # */
	int width;        /* -1: none */
	char modifier;    /* E, O or 0 */
	int colons;
};

/* The time in its two forms, and where it goes. */
struct formatter {
	struct buf *out;
	const struct tm *tm;
	const struct timespec *ts;
};

static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
				    "Thursday", "Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March",     "April",   "May",      "June",
				      "July",    "August",   "September", "October", "November", "December" };

enum { MAX_WIDTH = 1 << 24 };
enum letter_case { AS_IS, UPPER, LOWER };

/* Pads what was appended since `start` to the width. */
static void pad(struct buf *out, const struct directive *d, size_t start)
{
	size_t len = out->len - start, missing;

	if (d->pad == '-' || d->width < 0 || (size_t)d->width <= len)
		return;
	missing = (size_t)d->width - len;
	buf_room(out, missing);
	memmove(out->data + start + missing, out->data + start, len);
	memset(out->data + start, d->pad == '0' || d->pad == '+' ? '0' : ' ', missing);
	buf_cut(out, out->len + missing);
}

static void put_text(struct buf *out, const struct directive *d, const char *s, size_t len,
		     enum letter_case to)
{
	size_t start = out->len;

	buf_mem(out, s, len);
	for (char *p = out->data + start; len; p++, len--)
		if (to == UPPER && *p >= 'a' && *p <= 'z')
			*p -= 'a' - 'A';
		else if (to == LOWER && *p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	pad(out, d, start);
}

/* A number of so many digits unless the width says otherwise, padded with `fill` unless a flag says otherwise. The
 * sign is '-', '+' or 0, and counts as a digit. */
static void put_digits(struct buf *out, const struct directive *d, char sign, uint64_t n, int digits,
		       char fill)
{
	char text[NUM_SIZE];
	const char *s = num_to_str(n, text);
	int len = (int)strlen(s) + (sign != 0);

	if (d->pad == '_')
		fill = ' ';
	else if (d->pad == '0' || d->pad == '+')
		fill = '0';
	if (d->width >= 0)
		digits = d->width;
	if (d->pad == '-')
		digits = 0;
	if (sign && fill == '0')
		buf_char(out, sign);
	for (; len < digits; len++)
		buf_char(out, fill);
	if (sign && fill != '0')
		buf_char(out, sign);
	buf_str(out, s);
}

/* The numbers of ordinary fields. With a modifier they come in a fixed form, which is padded like text. */
static void put_number(struct buf *out, const struct directive *d, int64_t n, int digits, char fill)
{
	static const struct directive plain = { .width = -1 };
	size_t start = out->len;
	uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	put_digits(out, d->modifier ? &plain : d, n < 0 ? '-' : 0, size, digits, fill);
	if (d->modifier)
		pad(out, d, start);
}

/* A year or a century, `value` or less than nothing; the flag + gives long ones a sign. */
static void put_year(struct buf *out, const struct directive *d, bool negative, int64_t value, int digits)
{
	int64_t limit = digits == 2 ? 99 : 9999;

	if (d->modifier)
		put_number(out, d, value, digits, '0');
	else
		put_digits(out, d,
			   negative                                                ? '-'
			   : d->pad == '+' && (value > limit || d->width > digits) ? '+'
										   : 0,
			   value < 0 ? 0 - (uint64_t)value : (uint64_t)value, digits, '0');
}

static void put_format(const struct formatter *f, const char *format, bool upper);

/* A directive that stands for several. */
static void put_several(const struct formatter *f, const struct directive *d, const char *format)
{
	size_t start = f->out->len;

	put_format(f, format, d->upper);
	pad(f->out, d, start);
}

/* %F: the width is the whole's, and without one a year of five digits has a sign. */
static void put_date(const struct formatter *f, const struct directive *d)
{
	struct directive year = *d;

	if (!d->pad && d->width < 0) {
		year.pad = '+';
		year.width = 4;
	} else {
		year.width = d->width > 6 ? d->width - 6 : 0;
	}
	put_year(f->out, &year, f->tm->tm_year < -1900, (int64_t)f->tm->tm_year + 1900, 4);
	put_format(f, "-%m-%d", false);
}

/* %N: the first digits of the fraction; zeros at its end are left out with -, and blanks with _. */
static void put_fraction(struct buf *out, const struct directive *d, long ns)
{
	int width = d->width > 0 ? d->width : 9;
	char digits[9];
	int len = 9;

	for (int i = 9; i-- > 0; ns /= 10)
		digits[i] = (char)('0' + ns % 10);
	if (len > width)
		len = width;
	if (d->pad == '-' || d->pad == '_')
		while (len > 1 && digits[len - 1] == '0')
			len--;
	buf_mem(out, digits, (size_t)len);
	for (; len < width && d->pad != '-'; len++)
		buf_char(out, d->pad == '_' ? ' ' : '0');
}

/* %z and its forms with colons. The hours, with the minutes if no colon is between them, are the number that is padded. */
static void put_offset(struct buf *out, const struct directive *d, const struct tm *tm)
{
	long off = tm->tm_gmtoff;
	char sign = off < 0 || (off == 0 && tm->tm_zone[0] == '-') ? '-' : '+';
	int seconds = (int)(off < 0 ? -off : off) % 60, minutes = (int)((off < 0 ? -off : off) / 60);
	bool text = d->modifier == 'O' && off >= 0;
	size_t start = out->len;
	int colons = d->colons < 3 ? d->colons : seconds ? 2 : minutes % 60 ? 1 : 3;
	int behind = colons == 1 ? 3 : colons == 2 ? 6 : 0; /* characters that follow the number */
	struct directive number = *d;

	if (text)
		number = (struct directive){ .width = -1 };
	if (number.width >= 0)
		number.width = number.width > behind ? number.width - behind : 0;
	put_digits(out, &number, sign, (uint64_t)(colons ? minutes / 60 : minutes / 60 * 100 + minutes % 60),
		   colons ? 3 : 5, '0');
	if (colons == 1 || colons == 2)
		buf_fmt(out, ":%02d", minutes % 60);
	if (colons == 2)
		buf_fmt(out, ":%02d", seconds);
	if (text)
		pad(out, d, start);
}

/* The week of the year, when weeks begin on `first` (0 is Sunday). */
static int week(const struct tm *tm, int first)
{
	return (tm->tm_yday + 7 - (tm->tm_wday - first + 7) % 7) / 7;
}

static int days_in_year(int64_t year)
{
	return is_leap(year) ? 366 : 365;
}

/* The week of ISO 8601, and the year it belongs to. */
static int iso_week(const struct tm *tm, int64_t *year)
{
	int thursday = tm->tm_yday + 3 - (tm->tm_wday + 6) % 7;

	*year = (int64_t)tm->tm_year + 1900;
	if (thursday < 0)
		thursday += days_in_year(--*year);
	else if (thursday >= days_in_year(*year))
		thursday -= days_in_year((*year)++);
	return thursday / 7 + 1;
}

static int two_digits(int64_t year)
{
	return (int)(year % 100 < 0 ? -(year % 100) : year % 100);
}

/* Whether the modifier may stand before the letter. */
static bool allowed(char modifier, char letter)
{
	if (modifier == 'E')
		return strchr("cCxXyYnpPqrRstTuzZ", letter);
	return !modifier || strchr("bBCdeghGHIjklmMnNpPrRsStTuUVwWyzZ", letter);
}

/* Writes one directive. Returns false if there is none of that letter. */
static bool put_directive(const struct formatter *f, const struct directive *d, char letter)
{
	const struct tm *tm = f->tm;
	struct buf *out = f->out;
	enum letter_case names = d->upper || d->swap ? UPPER : AS_IS;
	enum letter_case abbreviation = d->swap ? LOWER : d->upper ? UPPER : AS_IS;
	int64_t year = (int64_t)tm->tm_year + 1900, week_year;
	int hour = (tm->tm_hour + 11) % 12 + 1;
	struct directive plain = *d;

	plain.modifier = 0;
	switch (letter) {
	case 'a':
		put_text(out, d, days[tm->tm_wday], 3, names);
		break;
	case 'A':
		put_text(out, d, days[tm->tm_wday], strlen(days[tm->tm_wday]), names);
		break;
	case 'b':
	case 'h':
		put_text(out, d, months[tm->tm_mon], 3, names);
		break;
	case 'B':
		put_text(out, d, months[tm->tm_mon], strlen(months[tm->tm_mon]), names);
		break;
	case 'c':
		put_several(f, d, "%a %b %e %H:%M:%S %-Y");
		break;
	case 'C':
		put_year(out, d, year < 0, year / 100, 2);
		break;
	case 'd':
		put_number(out, d, tm->tm_mday, 2, '0');
		break;
	case 'D':
		put_several(f, d, d->pad == '-' ? "%m/%d/%-y" : d->pad == '_' ? "%m/%d/%_y" : "%m/%d/%y");
		break;
	case 'x':
		put_several(f, d, "%m/%d/%y");
		break;
	case 'e':
		put_number(out, d, tm->tm_mday, 2, ' ');
		break;
	case 'F':
		put_date(f, d);
		break;
	case 'g':
		iso_week(tm, &week_year);
		put_year(out, d, false, two_digits(week_year), 2);
		break;
	case 'G':
		iso_week(tm, &week_year);
		put_year(out, d, week_year < 0, week_year, 4);
		break;
	case 'H':
		put_number(out, d, tm->tm_hour, 2, '0');
		break;
	case 'I':
		put_number(out, d, hour, 2, '0');
		break;
	case 'j':
		put_number(out, d, tm->tm_yday + 1, 3, '0');
		break;
	case 'k':
		put_number(out, d, tm->tm_hour, 2, ' ');
		break;
	case 'l':
		put_number(out, d, hour, 2, ' ');
		break;
	case 'm':
		put_number(out, d, tm->tm_mon + 1, 2, '0');
		break;
	case 'M':
		put_number(out, d, tm->tm_min, 2, '0');
		break;
	case 'n':
		put_text(out, d, "\n", 1, AS_IS);
		break;
	case 'N':
		put_fraction(out, d, f->ts->tv_nsec);
		break;
	case 'p':
		put_text(out, d, tm->tm_hour < 12 ? "AM" : "PM", 2, abbreviation);
		break;
	case 'P':
		put_text(out, d, tm->tm_hour < 12 ? "am" : "pm", 2, AS_IS);
		break;
	case 'q':
		put_number(out, &plain, tm->tm_mon / 3 + 1, 1, '0');
		break;
	case 'r':
		put_several(f, d, "%I:%M:%S %p");
		break;
	case 'R':
		put_several(f, d, "%H:%M");
		break;
	case 's':
		put_number(out, &plain, f->ts->tv_sec, 1, '0');
		break;
	case 'S':
		put_number(out, d, tm->tm_sec, 2, '0');
		break;
	case 't':
		put_text(out, d, "\t", 1, AS_IS);
		break;
	case 'T':
	case 'X':
		put_several(f, d, "%H:%M:%S");
		break;
	case 'u':
		put_number(out, d->modifier == 'E' ? &plain : d, (tm->tm_wday + 6) % 7 + 1, 1, '0');
		break;
	case 'U':
		put_number(out, d, week(tm, 0), 2, '0');
		break;
	case 'V':
		put_number(out, d, iso_week(tm, &week_year), 2, '0');
		break;
	case 'w':
		put_number(out, d, tm->tm_wday, 1, '0');
		break;
	case 'W':
		put_number(out, d, week(tm, 1), 2, '0');
		break;
	case 'y':
		put_year(out, d, false, two_digits(year), 2);
		break;
	case 'Y':
		put_year(out, d, year < 0, year, 4);
		break;
	case 'z':
		put_offset(out, d, tm);
		break;
	case 'Z':
		put_text(out, d, tm->tm_zone, strlen(tm->tm_zone), abbreviation);
		break;
	case '%':
		buf_char(out, '%');
		break;
	default:
		return false;
	}
	return true;
}

/* Reads what stands before the letter of the directive at `p`; returns the letter. */
static const char *read_directive(const char *p, struct directive *d)
{
	*d = (struct directive){ .text = p++, .width = -1 };
	for (; *p && strchr("-_0+^#", *p); p++)
		if (*p == '^')
			d->upper = true;
		else if (*p == '#')
			d->swap = true;
		else
			d->pad = *p;
	for (; *p >= '0' && *p <= '9'; p++)
		if (d->width < MAX_WIDTH)
			d->width = (d->width < 0 ? 0 : d->width * 10) + (*p - '0');
	if (*p == 'E' || *p == 'O')
		d->modifier = *p++;
	for (; *p == ':'; p++)
		d->colons++;
	return p;
}

static void put_format(const struct formatter *f, const char *format, bool upper)
{
	struct directive d;

	for (const char *p = format; *p;) {
		const char *next = strchr(p, '%');
		size_t len = next ? (size_t)(next - p) : strlen(p);

		buf_mem(f->out, p, len);
		if (!next)
			break;
		p = read_directive(next, &d);
		d.upper |= upper;
		if (*p && (d.colons == 0 || (*p == 'z' && d.colons < 4)) && (*p != '%' || p == next + 1) &&
		    allowed(d.modifier, *p) && put_directive(f, &d, *p)) {
			p++;
			continue;
		}
		p += *p && *p != '%';
		put_text(f->out, &d, next, (size_t)(p - next),
			 d.upper || (d.swap && strchr("aAbBh", p[-1])) ? UPPER : AS_IS);
	}
}

void time_format(struct buf *b, const char *format, const struct tm *tm, const struct timespec *ts)
{
	struct formatter f = { b, tm, ts };

	buf_room(b, 0);
	put_format(&f, format, false);
}
