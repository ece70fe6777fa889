/* dateparse.c - times written by people
 *
 * A text is cut into tokens; an item is known by its first three at most. What the items say is gathered, and made a
 * time at the end. The C library is only asked for local time, since its mktime(3) differs between libraries.
 */
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include "arena.h"
#include "dateparse.h"

enum {
	DAY_SECONDS = 86400,
	BILLION = 1000000000,
	/* How far, and in what steps, glibc's mktime(3) is seen to look for daylight saving time. */
	SAVING_STEP = 601200,
	SAVING_REACH = 381 * SAVING_STEP
};

/* --- clocks ------------------------------------------------------------------------------------------------- */

/* A zone: that of TZ, or a fixed offset. */
struct zone {
	bool fixed;
	int64_t offset; /* seconds east of UTC; if not fixed, the one found last, where the next search begins */
};

/* What a clock shows; the fields may be out of their ranges. */
struct reading {
	int64_t year, month, day; /* from 0, from 1 */
	int64_t hour, minute, second;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	return a - floor_div(a, b) * b;
}

/* Seconds since 1970 that the clock shows, as if it were UTC. */
static int64_t reading_seconds(const struct reading *r)
{
	int64_t months = r->year * 12 + r->month - 2; /* years that begin in March have the leap day last */
	int64_t year = floor_div(months, 12);
	int64_t days = 365 * year + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400) +
		       (153 * floor_mod(months, 12) + 2) / 5 + r->day - 719469;

	return ((days * 24 + r->hour) * 60 + r->minute) * 60 + r->second;
}

/* The day of the week, 0 is Sunday. */
static int64_t reading_weekday(const struct reading *r)
{
	return floor_mod(floor_div(reading_seconds(r), DAY_SECONDS) + 4, 7);
}

/* Whether all fields are in their ranges. */
static bool reading_valid(const struct reading *r)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = r->year % 4 == 0 && (r->year % 100 != 0 || r->year % 400 == 0);

	return r->year >= INT_MIN + INT64_C(1900) && r->year <= INT_MAX + INT64_C(1900) && r->month >= 0 &&
	       r->month < 12 && r->day >= 1 && r->day <= days[r->month] + (leap && r->month == 1) &&
	       r->hour >= 0 && r->hour < 24 && r->minute >= 0 && r->minute < 60 && r->second >= 0 &&
	       r->second < 60;
}

/* Whether a struct tm can hold the year. */
static bool seconds_valid(int64_t seconds)
{
	static const struct reading first = { .year = INT_MIN + INT64_C(1900), .day = 1 };
	static const struct reading end = { .year = INT_MAX + INT64_C(1901), .day = 1 };

	return seconds >= reading_seconds(&first) && seconds < reading_seconds(&end);
}

static struct reading reading_of(const struct tm *tm)
{
	return (struct reading){
		tm->tm_year + INT64_C(1900), tm->tm_mon, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec
	};
}

/* Local time at `t`: what its clock shows, and whether it is daylight saving time. */
static bool look_at(int64_t t, int64_t *seconds, bool *saving)
{
	time_t when = t;
	struct tm tm;
	struct reading r;

	if (!localtime_r(&when, &tm))
		return false;
	r = reading_of(&tm);
	*seconds = reading_seconds(&r);
	*saving = tm.tm_isdst > 0;
	return true;
}

/* Changes *t, when the clock shows `wanted` but is not on the kind of time that is asked for, to when it would with
 * the offset that the nearest time of that kind has, or an hour's difference if there is none near. */
static void change_saving(int64_t wanted, bool saving, int64_t *t)
{
	int64_t shown;
	bool here;

	for (int64_t far = SAVING_STEP; far <= SAVING_REACH; far += SAVING_STEP)
		for (int sign = -1; sign <= 1; sign += 2) {
			int64_t near = *t + sign * far;

			if (look_at(near, &shown, &here) && here == saving) {
				*t = wanted - (shown - near);
				return;
			}
		}
	*t += saving ? -3600 : 3600;
}

/* Finds when the clock shows `r`, whose fields may be out of their ranges, with `saving` (0 or 1) if it is not -1. A
 * time in the gap when clocks go forward is moved out of it. Returns false if there is no such time. */
static bool find_reading(struct zone *zone, const struct reading *r, int saving, int64_t *result)
{
	int64_t wanted = reading_seconds(r), t = wanted - zone->offset, before = INT64_MIN, shown, next;
	bool here = false, there = false, found = zone->fixed;

	if (!seconds_valid(wanted))
		return false;
	for (int tries = 0; !found && tries < 10; tries++, before = t, there = here, t = next) {
		if (!look_at(t, &shown, &here))
			return false;
		next = t + wanted - shown;
		found = next == t || next == before;
		if (found && next == t && saving >= 0 && here != saving)
			change_saving(wanted, saving, &next);
		else if (found && next == before && here != there && here == (saving != 1))
			next = t;
	}
	if (!zone->fixed)
		zone->offset = wanted - t;
	*result = t;
	return true;
}

/* The same for a clock that must show just that, in all fields. */
static bool find_exactly(struct zone *zone, const struct reading *r, int saving, int64_t *result)
{
	int64_t shown;
	bool here;

	if (!reading_valid(r) || !find_reading(zone, r, saving, result))
		return false;
	return zone->fixed || (look_at(*result, &shown, &here) && shown == reading_seconds(r) &&
			       (saving < 0 || here == saving));
}

bool clock_find(const struct clock_time *c, time_t *result)
{
	struct reading r = { c->year, c->month - 1, c->day, c->hour, c->minute, c->second };
	struct zone zone = { .fixed = false };
	int64_t t;

	tzset();
	if (!find_exactly(&zone, &r, -1, &t))
		return false;
	*result = t;
	return true;
}

/* --- tokens ------------------------------------------------------------------------------------------------- */

/* Kinds of tokens; the marks / : , @ are their own, and the end is 0. */
enum {
	BAD = 256,
	NUMBER,
	SIGNED,
	DECIMAL,
	SIGNED_DECIMAL,
	MONTH,      /* 0..11 */
	WEEKDAY,    /* 0 is Sunday */
	ORDINAL,    /* last -1, this 0, first 1 ... */
	DAY_SHIFT,  /* tomorrow 1 ... */
	AGO,        /* -1 */
	MERIDIAN,   /* hours to be added */
	ZONE,       /* half hours east of UTC */
	DAY_ZONE,   /* the same, of daylight saving time */
	ZONE_T,     /* the same, and the T between a date and a time */
	LOCAL_ZONE, /* daylight saving time 1, standard time 0, may be either -1 */
	DST,
	UNIT, /* from here on; how many of that are meant */
	UNIT_YEAR = UNIT,
	UNIT_MONTH,
	UNIT_DAY,
	UNIT_HOUR,
	UNIT_MINUTE,
	UNIT_SECOND,
	UNIT_END
};

struct token {
	int kind;
	bool negative; /* of a number: there was a minus, also before 0 */
	int digits;    /* of a number, with leading zeros */
	long ns;       /* of a decimal number, to be added to the value */
	int64_t value;
};

enum { NAME_SIZE = 9, WORD_SIZE = 20, UNITS = UNIT_END - UNIT };

struct word {
	char name[NAME_SIZE]; /* ends with a NUL if there is room */
	signed char value;
	unsigned short kind;
};

/* Universal time comes before local zones of that name, and so do months and days. */
static const struct word early_words[] = {
	{ "A.M.", 0, MERIDIAN },   { "AM", 0, MERIDIAN },
	{ "P.M.", 12, MERIDIAN },  { "PM", 12, MERIDIAN },
	{ "JANUARY", 0, MONTH },   { "FEBRUARY", 1, MONTH },
	{ "MARCH", 2, MONTH },     { "APRIL", 3, MONTH },
	{ "MAY", 4, MONTH },       { "JUNE", 5, MONTH },
	{ "JULY", 6, MONTH },      { "AUGUST", 7, MONTH },
	{ "SEPTEMBER", 8, MONTH }, { "SEPT", 8, MONTH },
	{ "OCTOBER", 9, MONTH },   { "NOVEMBER", 10, MONTH },
	{ "DECEMBER", 11, MONTH }, { "SUNDAY", 0, WEEKDAY },
	{ "MONDAY", 1, WEEKDAY },  { "TUESDAY", 2, WEEKDAY },
	{ "TUES", 2, WEEKDAY },    { "WEDNESDAY", 3, WEEKDAY },
	{ "WEDNES", 3, WEEKDAY },  { "THURSDAY", 4, WEEKDAY },
	{ "THUR", 4, WEEKDAY },    { "THURS", 4, WEEKDAY },
	{ "FRIDAY", 5, WEEKDAY },  { "SATURDAY", 6, WEEKDAY },
	{ "GMT", 0, ZONE },        { "UT", 0, ZONE },
	{ "UTC", 0, ZONE },        { "", 0, BAD },
};
static const struct word zone_words[] = {
	{ "ADT", -6, DAY_ZONE },   { "ART", -6, ZONE },      { "AST", -8, ZONE },
	{ "BRT", -6, ZONE },       { "BST", 2, DAY_ZONE },   { "CAT", 4, ZONE },
	{ "CDT", -10, DAY_ZONE },  { "CET", 2, ZONE },       { "CLT", -8, ZONE },
	{ "CST", -12, ZONE },      { "EAT", 6, ZONE },       { "EDT", -8, DAY_ZONE },
	{ "EET", 4, ZONE },        { "EST", -10, ZONE },     { "GST", 20, ZONE },
	{ "HST", -20, ZONE },      { "IST", 11, ZONE },      { "JST", 18, ZONE },
	{ "KST", 18, ZONE },       { "MDT", -12, DAY_ZONE }, { "MET", 2, ZONE },
	{ "MEZ", 2, ZONE },        { "MSD", 8, DAY_ZONE },   { "MSK", 6, ZONE },
	{ "MST", -14, ZONE },      { "NDT", -5, DAY_ZONE },  { "NST", -7, ZONE },
	{ "PDT", -14, DAY_ZONE },  { "PST", -16, ZONE },     { "SGT", 16, ZONE },
	{ "SST", -24, ZONE },      { "WAT", 2, ZONE },       { "WET", 0, ZONE },
	{ "AKDT", -16, DAY_ZONE }, { "AKST", -18, ZONE },    { "BRST", -4, DAY_ZONE },
	{ "CEST", 4, DAY_ZONE },   { "CLST", -6, DAY_ZONE }, { "EEST", 6, DAY_ZONE },
	{ "HADT", -18, DAY_ZONE }, { "HAST", -20, ZONE },    { "MEST", 4, DAY_ZONE },
	{ "MESZ", 4, DAY_ZONE },   { "NZDT", 26, DAY_ZONE }, { "NZST", 24, ZONE },
	{ "SAST", 4, ZONE },       { "WEST", 2, DAY_ZONE },  { "", 0, BAD },
};

static const struct word late_words[] = {
	{ "DST", 0, DST },
	{ "YEAR", 1, UNIT_YEAR },
	{ "MONTH", 1, UNIT_MONTH },
	{ "FORTNIGHT", 14, UNIT_DAY },
	{ "WEEK", 7, UNIT_DAY },
	{ "DAY", 1, UNIT_DAY },
	{ "HOUR", 1, UNIT_HOUR },
	{ "MINUTE", 1, UNIT_MINUTE },
	{ "MIN", 1, UNIT_MINUTE },
	{ "SECOND", 1, UNIT_SECOND },
	{ "SEC", 1, UNIT_SECOND },
	{ "TOMORROW", 1, DAY_SHIFT },
	{ "YESTERDAY", -1, DAY_SHIFT },
	{ "TODAY", 0, DAY_SHIFT },
	{ "NOW", 0, DAY_SHIFT },
	{ "LAST", -1, ORDINAL },
	{ "THIS", 0, ORDINAL },
	{ "NEXT", 1, ORDINAL },
	{ "FIRST", 1, ORDINAL },
	{ "THIRD", 3, ORDINAL },
	{ "FOURTH", 4, ORDINAL },
	{ "FIFTH", 5, ORDINAL },
	{ "SIXTH", 6, ORDINAL },
	{ "SEVENTH", 7, ORDINAL },
	{ "EIGHTH", 8, ORDINAL },
	{ "NINTH", 9, ORDINAL },
	{ "TENTH", 10, ORDINAL },
	{ "ELEVENTH", 11, ORDINAL },
	{ "TWELFTH", 12, ORDINAL },
	{ "AGO", -1, AGO },
	{ "", 0, BAD },
};

/* What is known so far of the text. */
struct date_reader {
	const char *at;        /* behind the tokens */
	struct token token[3]; /* the next ones */
	time_t now;            /* for the names of local zones */

	unsigned dates, times, weekdays, zones, shifts; /* how often there was one */
	int64_t year, month, day;
	int year_digits; /* 0: no year was given */
	int64_t hour, minute, second;
	long ns;
	int64_t weekday, week; /* which one: 1 is the next, but today if 0; -1 the last */
	bool zone_is_local;
	int saving;          /* of a local zone */
	int64_t zone_offset; /* of another, seconds */
	int64_t shift[UNITS], shift_ns;
};

/* Finds a word, or its first three letters if that is how it may be abbreviated. */
static const struct word *find_word(const struct word *words, const char *text)
{
	size_t len = strlen(text);
	bool brief = len == 3 || (len == 4 && text[3] == '.');

	for (; *words->name; words++)
		if (strncmp(text, words->name, brief && words->kind <= WEEKDAY ? 3 : NAME_SIZE) == 0 &&
		    len <= NAME_SIZE)
			return words;
	return NULL;
}

/* Whether `name` is a zone of this place now or in the coming three quarters. */
static bool find_local_zone(struct date_reader *r, const char *name, struct token *token)
{
	bool found = false;

	for (int quarter = 0; quarter < 4; quarter++) {
		time_t t = r->now + quarter * INT64_C(90) * DAY_SECONDS;
		struct tm tm;

		if (!localtime_r(&t, &tm) || !tm.tm_zone || strcmp(tm.tm_zone, name) != 0)
			continue;
		token->value = found && token->value != (tm.tm_isdst > 0) ? -1 : tm.tm_isdst > 0;
		token->kind = LOCAL_ZONE;
		found = true;
	}
	return found;
}

static bool take_word(const struct word *words, const char *name, struct token *token)
{
	const struct word *word = find_word(words, name);

	if (!word)
		return false;
	token->kind = word->kind;
	token->value = word->value;
	return true;
}

/* The zones that the armed forces name by a letter. */
static bool take_letter(char letter, struct token *token)
{
	static const char letters[] = "YXWVUTSRQPONZABCDEFGHIKLM";
	const char *p = strchr(letters, letter);

	if (!p)
		return false;
	token->kind = letter == 'T' ? ZONE_T : ZONE;
	token->value = 2 * (p - letters - 12);
	return true;
}

/* Finds out what a word in capital letters means. */
static void classify(struct date_reader *r, char *name, struct token *token)
{
	size_t len = strlen(name), kept = 0;

	if (take_word(early_words, name, token) || find_local_zone(r, name, token) ||
	    take_word(zone_words, name, token) || take_word(late_words, name, token) ||
	    (len == 1 && take_letter(*name, token)))
		return;
	if (name[len - 1] == 'S') {
		name[len - 1] = '\0';
		if (take_word(late_words, name, token) && token->kind >= UNIT)
			return;
		name[len - 1] = 'S';
	}
	token->kind = BAD;
	for (char *p = name; *p; p++)
		if (*p != '.')
			name[kept++] = *p;
	if (kept == len)
		return;
	name[kept] = '\0';
	if ((take_word(early_words, name, token) && token->kind == ZONE) || find_local_zone(r, name, token) ||
	    take_word(zone_words, name, token))
		return;
	token->kind = BAD;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Reads a word; of a very long one only the beginning counts. */
static void read_word(struct date_reader *r, struct token *token)
{
	char name[WORD_SIZE];
	size_t len = 0;

	for (; is_letter(*r->at) || *r->at == '.'; r->at++)
		if (len < WORD_SIZE - 1)
			name[len++] = *r->at >= 'a' ? (char)(*r->at - 'a' + 'A') : *r->at;
	name[len] = '\0';
	classify(r, name, token);
}

/* Reads the fraction of a number, rounded down. */
static void read_fraction(struct date_reader *r, struct token *token)
{
	bool more = false;
	int digits = 0;

	token->kind = token->kind == SIGNED ? SIGNED_DECIMAL : DECIMAL;
	for (r->at++; is_digit(*r->at); r->at++, digits++)
		if (digits < 9)
			token->ns = token->ns * 10 + (*r->at - '0');
		else
			more |= *r->at != '0';
	for (; digits < 9; digits++)
		token->ns *= 10;
	if (!token->negative || (token->ns == 0 && !more))
		return;
	token->ns = BILLION - token->ns - more;
	if (__builtin_sub_overflow(token->value, 1, &token->value))
		token->kind = BAD;
}

/* Reads a number, whose sign was read. */
static void read_number(struct date_reader *r, struct token *token)
{
	bool overflow = false;

	for (; is_digit(*r->at); r->at++) {
		int digit = token->negative ? '0' - *r->at : *r->at - '0';

		overflow |= __builtin_mul_overflow(token->value, 10, &token->value) ||
			    __builtin_add_overflow(token->value, digit, &token->value);
		if (token->digits < INT_MAX)
			token->digits++;
	}
	if (overflow)
		token->kind = BAD;
	else if ((*r->at == '.' || *r->at == ',') && is_digit(r->at[1]))
		read_fraction(r, token);
}

/* Skips comments in parentheses, which may contain others. */
static void skip_comment(struct date_reader *r)
{
	size_t depth = 0;

	do {
		depth += *r->at == '(';
		depth -= *r->at == ')';
		r->at++;
	} while (depth > 0 && *r->at);
}

/* Reads the next token. Signs that no number follows are skipped; of several before one the last counts. */
static struct token read_token(struct date_reader *r)
{
	struct token token = { .kind = NUMBER };

	for (;; r->at++) {
		while (*r->at == '(') {
			token = (struct token){ .kind = NUMBER };
			skip_comment(r);
		}
		if (*r->at == '-' || *r->at == '+') {
			token.kind = SIGNED;
			token.negative = *r->at == '-';
		} else if (!is_blank(*r->at)) {
			break;
		}
	}
	if (is_digit(*r->at)) {
		read_number(r, &token);
		return token;
	}
	token = (struct token){ .kind = BAD };
	if (is_letter(*r->at))
		read_word(r, &token);
	else if (!*r->at)
		token.kind = 0;
	else if (strchr("/:,@", *r->at))
		token.kind = *r->at++;
	return token;
}

/* Goes on by `count` tokens. */
static void skip(struct date_reader *r, int count)
{
	while (count-- > 0) {
		r->token[0] = r->token[1];
		r->token[1] = r->token[2];
		if (r->token[1].kind)
			r->token[2] = read_token(r);
	}
}

static bool next_is(const struct date_reader *r, int kind)
{
	return r->token[0].kind == kind;
}

static bool is_unit(const struct token *token)
{
	return token->kind >= UNIT;
}

/* --- items -------------------------------------------------------------------------------------------------- */

/* Takes a number as the year; a sign before it is but a hyphen. */
static bool take_year(struct date_reader *r, const struct token *token)
{
	r->year_digits = token->digits;
	r->year = token->value;
	if (r->year < 0 && __builtin_sub_overflow(0, r->year, &r->year))
		return false;
	if (r->year_digits == 2 && (token->kind != SIGNED || token->negative))
		r->year += r->year < 69 ? 2000 : 1900;
	return true;
}

/* The day of a date, and a month counted from 1. */
static bool take_day(struct date_reader *r, int64_t month, int64_t day)
{
	r->dates++;
	r->month = month - 1;
	r->day = day;
	return true;
}

/* `amount` of a unit, `factor` times. */
static bool add_shift(struct date_reader *r, const struct token *unit, int64_t amount, long ns,
		      int64_t factor)
{
	int64_t *shift = &r->shift[unit->kind - UNIT];

	r->shifts++;
	r->shift_ns += factor * ns;
	return !__builtin_mul_overflow(amount, factor, &amount) &&
	       !__builtin_add_overflow(*shift, amount, shift);
}

/* `amount` of a unit, the next token, with `ago` after it perhaps. */
static bool take_shift(struct date_reader *r, int64_t amount, long ns)
{
	struct token unit = r->token[0];
	int64_t factor = unit.value;

	skip(r, 1);
	if (next_is(r, AGO)) {
		factor = -factor;
		skip(r, 1);
	}
	return add_shift(r, &unit, amount, ns, factor);
}

/* A signed number and a unit where there can be no `ago`. */
static bool take_signed_shift(struct date_reader *r)
{
	struct token number = r->token[0], unit = r->token[1];

	skip(r, 2);
	return add_shift(r, &unit, number.value, 0, unit.value);
}

/* The offset from UTC that begins with a signed number: +HH, +HHMM, +HH:MM. */
static bool take_offset(struct date_reader *r, int64_t *seconds)
{
	struct token token = r->token[0];
	int64_t hours = token.value < 0 ? -(token.value + 1) + 1 : token.value, minutes;

	if (token.value < -10000 || token.value > 10000)
		return false;
	skip(r, 1);
	if (next_is(r, ':')) {
		skip(r, 1);
		if (!next_is(r, NUMBER) || r->token[0].value > 10000)
			return false;
		minutes = hours * 60 + r->token[0].value;
		skip(r, 1);
	} else {
		minutes = token.digits <= 2 ? hours * 60 : hours / 100 * 60 + hours % 100;
	}
	*seconds = (token.negative ? -minutes : minutes) * 60;
	return minutes <= 24 * 60;
}

/* The offset that makes a time of day one of another zone. */
static bool take_time_offset(struct date_reader *r)
{
	r->zones++;
	return take_offset(r, &r->zone_offset);
}

static bool take_time(struct date_reader *r, int64_t hour, int64_t minute, int64_t second, long ns)
{
	r->times++;
	r->hour = hour;
	r->minute = minute;
	r->second = second;
	r->ns = ns;
	return true;
}

/* am or pm, the next token, after a time of day. */
static bool take_meridian(struct date_reader *r)
{
	if (r->hour < 1 || r->hour > 12)
		return false;
	r->hour = r->hour % 12 + r->token[0].value;
	skip(r, 1);
	return true;
}

/* HH:MM[:SS[.FRACTION]] at the next token, then am, pm or an offset. */
static bool take_clock(struct date_reader *r, bool meridian_allowed)
{
	int64_t hour = r->token[0].value, minute = r->token[2].value;

	if (r->token[2].kind != NUMBER)
		return false;
	take_time(r, hour, minute, 0, 0);
	skip(r, 3);
	if (next_is(r, ':')) {
		skip(r, 1);
		if (!next_is(r, NUMBER) && !next_is(r, DECIMAL))
			return false;
		r->second = r->token[0].value;
		r->ns = r->token[0].ns;
		skip(r, 1);
	}
	if (next_is(r, MERIDIAN))
		return meridian_allowed && take_meridian(r);
	return !next_is(r, SIGNED) || take_time_offset(r);
}

/* HH+OFFSET at the next token. */
static bool take_hour_offset(struct date_reader *r)
{
	take_time(r, r->token[0].value, 0, 0, 0);
	skip(r, 1);
	return take_time_offset(r);
}

/* YEAR-MONTH-DAY at the next token, and what a T after it needs. */
static bool take_iso_date(struct date_reader *r)
{
	struct token year = r->token[0], month = r->token[1], day = r->token[2];

	if (!month.negative || !day.negative || !take_year(r, &year) || month.value == INT64_MIN ||
	    day.value == INT64_MIN)
		return false;
	take_day(r, -month.value, -day.value);
	skip(r, 3);
	if (!next_is(r, ZONE_T))
		return true;
	skip(r, 1);
	if (!next_is(r, NUMBER))
		return false;
	if (r->token[1].kind == ':')
		return take_clock(r, false);
	return r->token[1].kind == SIGNED && take_hour_offset(r);
}

/* MONTH/DAY[/YEAR] or YEAR/MONTH/DAY, with a year of four digits or more, at the next token. */
static bool take_slashed_date(struct date_reader *r)
{
	struct token first = r->token[0], second = r->token[2], third;

	if (second.kind != NUMBER)
		return false;
	skip(r, 3);
	if (!next_is(r, '/'))
		return take_day(r, first.value, second.value);
	skip(r, 1);
	third = r->token[0];
	skip(r, 1);
	if (third.kind != NUMBER)
		return false;
	if (first.digits >= 4)
		return take_year(r, &first) && take_day(r, second.value, third.value);
	return take_year(r, &third) && take_day(r, first.value, second.value);
}

/* DAY MONTH [YEAR] at the next token. */
static bool take_day_month(struct date_reader *r)
{
	take_day(r, r->token[1].value + 1, r->token[0].value);
	skip(r, 2);
	if (!next_is(r, NUMBER) && !next_is(r, SIGNED))
		return true;
	if (!take_year(r, &r->token[0]))
		return false;
	skip(r, 1);
	return true;
}

/* MONTH DAY [, YEAR] or MONTH-DAY-YEAR at the next token. */
static bool take_month_day(struct date_reader *r)
{
	int64_t month = r->token[0].value + 1;
	struct token day = r->token[1], year = r->token[2];

	if (day.kind == NUMBER) {
		skip(r, 2);
		take_day(r, month, day.value);
		if (!next_is(r, ','))
			return true;
		year = r->token[1];
		skip(r, 2);
		return year.kind == NUMBER && take_year(r, &year);
	}
	if (day.kind != SIGNED || year.kind != SIGNED || !day.negative || day.value == INT64_MIN)
		return false;
	skip(r, 3);
	return take_day(r, month, -day.value) && take_year(r, &year);
}

/* A number that stands alone: a year, a date or a time, by what there was and by its length. */
static bool take_lone_number(struct date_reader *r)
{
	struct token number = r->token[0];
	int64_t n = number.value;
	bool brief = number.digits <= 2;

	skip(r, 1);
	if (r->dates > 0 && r->year_digits == 0 && r->shifts == 0 && (r->times > 0 || !brief))
		return take_year(r, &number);
	if (number.digits <= 4)
		return take_time(r, brief ? n : n / 100, brief ? 0 : n % 100, 0, 0);
	number.value = n / 10000;
	number.digits -= 4;
	return take_year(r, &number) && take_day(r, n / 100 % 100, n % 100);
}

static bool take_weekday(struct date_reader *r, int64_t week)
{
	r->weekdays++;
	r->week = week;
	r->weekday = r->token[0].value;
	skip(r, 1);
	return true;
}

/* Any item that begins with a number. */
static bool take_number(struct date_reader *r)
{
	const struct token *token = r->token;
	struct token number = token[0];

	switch (token[1].kind) {
	case ':':
		return take_clock(r, true);
	case '/':
		return take_slashed_date(r);
	case MONTH:
		return take_day_month(r);
	case MERIDIAN:
		take_time(r, number.value, 0, 0, 0);
		skip(r, 1);
		return take_meridian(r);
	case WEEKDAY:
		skip(r, 1);
		return take_weekday(r, number.value);
	case SIGNED:
		if (token[2].kind == SIGNED)
			return take_iso_date(r);
		if (!is_unit(&token[2]))
			return take_hour_offset(r);
		return take_lone_number(r) && take_signed_shift(r);
	}
	if (!is_unit(&token[1]))
		return take_lone_number(r);
	skip(r, 1);
	return take_shift(r, number.value, 0);
}

/* The name of a zone, with DST after it, or an offset that is added. */
static bool take_zone(struct date_reader *r)
{
	int64_t more = 0;
	int kind = r->token[0].kind;

	r->zones++;
	r->zone_offset = r->token[0].value * 1800;
	skip(r, 1);
	if (kind != DAY_ZONE && next_is(r, SIGNED) && is_unit(&r->token[1]))
		return take_signed_shift(r);
	if (kind == ZONE && next_is(r, DST)) {
		more = 3600;
		skip(r, 1);
	} else if (kind == ZONE && next_is(r, SIGNED) && !take_offset(r, &more)) {
		return false;
	}
	r->zone_offset += more;
	return true;
}

static bool take_local_zone(struct date_reader *r)
{
	r->zones++;
	r->zone_is_local = true;
	r->saving = (int)r->token[0].value;
	skip(r, 1);
	if (next_is(r, DST)) {
		r->saving = 1;
		skip(r, 1);
	}
	return true;
}

static bool take_item(struct date_reader *r)
{
	struct token token = r->token[0];

	switch (token.kind) {
	case NUMBER:
		return take_number(r);
	case SIGNED:
		skip(r, 1);
		return is_unit(r->token) && take_shift(r, token.value, 0);
	case DECIMAL:
	case SIGNED_DECIMAL:
		skip(r, 1);
		return next_is(r, UNIT_SECOND) && take_shift(r, token.value, token.ns);
	case MONTH:
		return take_month_day(r);
	case WEEKDAY:
		take_weekday(r, 0);
		if (next_is(r, ','))
			skip(r, 1);
		return true;
	case ORDINAL:
		skip(r, 1);
		if (next_is(r, WEEKDAY))
			return take_weekday(r, token.value);
		return is_unit(r->token) && take_shift(r, token.value, 0);
	case DAY_SHIFT:
		r->shifts++;
		skip(r, 1);
		return !__builtin_add_overflow(r->shift[UNIT_DAY - UNIT], token.value,
					       &r->shift[UNIT_DAY - UNIT]);
	case ZONE:
	case DAY_ZONE:
	case ZONE_T:
		return take_zone(r);
	case LOCAL_ZONE:
		return take_local_zone(r);
	}
	return is_unit(&token) && take_shift(r, 1, 0);
}

/* --- the result --------------------------------------------------------------------------------------------- */

/* @SECONDS, all there may be. */
static bool take_seconds(struct date_reader *r, struct timespec *result)
{
	struct token token = r->token[1];

	if (token.kind < NUMBER || token.kind > SIGNED_DECIMAL || r->token[2].kind)
		return false;
	*result = (struct timespec){ token.value, token.ns };
	return true;
}

/* Moves the day forward to the day of the week that was asked for. */
static bool find_weekday(const struct date_reader *r, struct reading *clock)
{
	int64_t ahead = floor_mod(r->weekday - reading_weekday(clock), 7),
		weeks = r->week - (r->week > 0 && ahead > 0);
	struct reading moved = *clock;
	struct tm tm;
	int64_t days, seconds;

	if (__builtin_mul_overflow(weeks, 7, &days) || __builtin_add_overflow(days, ahead, &days) ||
	    __builtin_add_overflow(clock->day, days, &moved.day) || moved.day < INT_MIN ||
	    moved.day > INT_MAX)
		return false;
	seconds = reading_seconds(&moved);
	if (!gmtime_r(&seconds, &tm))
		return false;
	*clock = reading_of(&tm);
	return true;
}

/* Moves by years, months and days, each of which must stay in an int. */
static bool shift_date(const struct date_reader *r, struct reading *clock)
{
	const int64_t *shift = r->shift;

	return !__builtin_add_overflow(clock->year, shift[UNIT_YEAR - UNIT], &clock->year) &&
	       !__builtin_add_overflow(clock->month, shift[UNIT_MONTH - UNIT], &clock->month) &&
	       !__builtin_add_overflow(clock->day, shift[UNIT_DAY - UNIT], &clock->day) &&
	       clock->year >= INT_MIN + INT64_C(1900) && clock->year <= INT_MAX + INT64_C(1900) &&
	       clock->month >= INT_MIN && clock->month <= INT_MAX && clock->day >= INT_MIN &&
	       clock->day <= INT_MAX;
}

/* Moves by hours and less. */
static bool shift_time(const struct date_reader *r, int64_t t, long ns, struct timespec *result)
{
	int64_t all_ns = ns + r->shift_ns, amount;

	for (int unit = UNIT_HOUR; unit <= UNIT_SECOND; unit++) {
		int64_t size = unit == UNIT_HOUR ? 3600 : unit == UNIT_MINUTE ? 60 : 1;

		if (__builtin_mul_overflow(r->shift[unit - UNIT], size, &amount) ||
		    __builtin_add_overflow(t, amount, &t))
			return false;
	}
	if (__builtin_add_overflow(t, floor_div(all_ns, BILLION), &t))
		return false;
	*result = (struct timespec){ t, floor_mod(all_ns, BILLION) };
	return true;
}

/* The reading that the items give before days of the week and relative items; returns whether it is the time of `now`. */
static bool start(const struct date_reader *r, struct reading *clock)
{
	if (r->dates) {
		clock->year = r->year_digits ? r->year : clock->year;
		clock->month = r->month;
		clock->day = r->day;
	}
	if (r->shifts && !r->times && !r->dates && !r->weekdays)
		return true;
	clock->hour = r->hour;
	clock->minute = r->minute;
	clock->second = r->second;
	return false;
}

/* Makes the time of what the items say. It is found as if in the local zone, and moved to another at the end; only where
 * there is no such local time it is found in the other zone. */
static bool resolve(const struct date_reader *r, const struct tm *tm, long now_ns, struct timespec *result)
{
	struct zone zone = { .fixed = false };
	struct reading clock = reading_of(tm);
	int saving = r->zone_is_local                      ? r->saving
		     : r->dates || r->times || r->weekdays ? -1
							   : tm->tm_isdst > 0;
	bool other = r->zones && !r->zone_is_local, here;
	long ns = start(r, &clock) ? now_ns : r->ns;
	int64_t t;

	if (r->dates > 1 || r->times > 1 || r->weekdays > 1 || r->zones > 1)
		return false;
	if (!find_exactly(&zone, &clock, saving, &t)) {
		zone = (struct zone){ .fixed = true, .offset = r->zone_offset };
		if (!other || saving > 0 || !find_exactly(&zone, &clock, saving, &t))
			return false;
	}
	if (r->weekdays && !r->dates && (!find_weekday(r, &clock) || !find_reading(&zone, &clock, -1, &t)))
		return false;
	if ((r->shift[UNIT_YEAR - UNIT] || r->shift[UNIT_MONTH - UNIT] || r->shift[UNIT_DAY - UNIT]) &&
	    (!shift_date(r, &clock) || !find_reading(&zone, &clock, saving, &t)))
		return false;
	if (other && !zone.fixed) {
		if (!look_at(t, &t, &here))
			return false;
		t -= r->zone_offset;
	}
	return shift_time(r, t, ns, result);
}

/* Reads `text` in the zone that is in force. */
static bool parse(const char *text, const struct timespec *now, struct timespec *result)
{
	struct date_reader r = { .at = text, .now = now->tv_sec, .token = { { .kind = BAD } } };
	struct tm tm;

	tzset();
	if (!localtime_r(&now->tv_sec, &tm))
		return false;
	r.token[1] = r.token[0];
	for (int i = 0; i < 3; i++)
		r.token[i] = i && !r.token[i - 1].kind ? r.token[i - 1] : read_token(&r);
	if (!text[0])
		r.times = 1;
	if (next_is(&r, '@'))
		return take_seconds(&r, result);
	while (!next_is(&r, 0))
		if (!take_item(&r))
			return false;
	return resolve(&r, &tm, now->tv_nsec, result);
}

/* Reads the RULE of TZ="RULE" at *text, and moves that behind it. Returns an entry for the environment, or NULL if it is
 * malformed. */
static char *read_rule(const char **text)
{
	const char *p = *text + strlen("TZ=\"");
	char *entry = arena_alloc(strlen(*text) + 1), *out = entry;

	memcpy(out, "TZ=", 3);
	for (out += 3; *p != '"'; p++) {
		if (*p == '\\' && p[1] != '\\' && p[1] != '"')
			return NULL;
		if (*p == '\\')
			p++;
		if (!*p)
			return NULL;
		*out++ = *p;
	}
	*text = p + 1;
	return entry;
}

bool date_parse(const char *text, const struct timespec *now, struct timespec *result)
{
	char *only[2] = { NULL, NULL }, **environment = environ;
	bool fine;

	while (is_blank(*text))
		text++;
	if (strncmp(text, "TZ=\"", 4) != 0)
		return parse(text, now, result);
	only[0] = read_rule(&text);
	if (!only[0])
		return false;
	while (is_blank(*text))
		text++;
	environ = only;
	fine = parse(text, now, result);
	environ = environment;
	tzset();
	return fine;
}
