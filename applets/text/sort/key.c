/* key.c - the keys of sort: reading them, finding them in lines, comparing by them
 *
 * hot: every line's key is found and every comparison made here
 */
#include "hash.h"
#include "sort.h"
#include "vercmp.h"

/* sort's blanks: a newline is one in lines that end with NUL. */
static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline unsigned char upper(unsigned char c)
{
	return c >= 'a' && c <= 'z' ? c - 32 : c;
}

/* Whether a key passes over a character: d keeps blanks, letters and digits, i what can be printed. */
static bool ignored(const struct key *key, unsigned char c)
{
	if (key->dictionary)
		return !(is_blank((char)c) || is_digit((char)c) || (upper(c) >= 'A' && upper(c) <= 'Z'));
	return key->printing && (c < ' ' || c > '~');
}

bool has_ordering(const struct key *key)
{
	return key->skip_start || key->skip_end || key->dictionary || key->printing || key->fold ||
	       key->general || key->human || key->month || key->numeric || key->random || key->version ||
	       key->reverse;
}

const char *set_ordering(struct key *key, const char *letters, bool start, bool end)
{
	for (;; letters++)
		switch (*letters) {
		case 'b':
			key->skip_start |= start;
			key->skip_end |= end;
			break;
		case 'd':
			key->dictionary = true;
			key->printing = false;
			break;
		case 'f':
			key->fold = true;
			break;
		case 'g':
			key->general = true;
			break;
		case 'h':
			key->human = true;
			break;
		case 'i':
			key->printing = !key->dictionary;
			break;
		case 'M':
			key->month = true;
			break;
		case 'n':
			key->numeric = true;
			break;
		case 'R':
			key->random = true;
			break;
		case 'r':
			key->reverse = true;
			break;
		case 'V':
			key->version = true;
			break;
		default:
			return letters;
		}
}

void ordering_letters(const struct key *key, char out[16], bool blanks)
{
	if (blanks && (key->skip_start || key->skip_end))
		*out++ = 'b';
	if (key->dictionary)
		*out++ = 'd';
	if (key->fold)
		*out++ = 'f';
	if (key->general)
		*out++ = 'g';
	if (key->human)
		*out++ = 'h';
	if (key->printing)
		*out++ = 'i';
	if (key->month)
		*out++ = 'M';
	if (key->numeric)
		*out++ = 'n';
	if (key->random)
		*out++ = 'R';
	if (key->reverse && blanks)
		*out++ = 'r';
	if (key->version)
		*out++ = 'V';
	*out = 0;
}

static _Noreturn void bad_key(const char *spec, const char *why)
{
	die("%s: invalid field specification %s", why, quote(spec));
}

/* Reads a number at *p; too large a one counts as SIZE_MAX. */
static size_t read_count(const char **p, const char *why)
{
	const char *start = *p;
	size_t n = 0;

	for (; is_digit(**p); ++*p)
		if (__builtin_mul_overflow(n, (size_t)10, &n) ||
		    __builtin_add_overflow(n, (size_t)(**p - '0'), &n)) {
			*p += strspn(*p, "0123456789");
			return SIZE_MAX;
		}
	if (*p == start)
		die("%s: invalid count at start of %s", why, quote(start));
	return n;
}

static void add_key(struct sorter *s, const struct key *key)
{
	s->keys = arena_reserve(s->keys, s->keys_count, &s->keys_size, sizeof(*s->keys));
	s->keys[s->keys_count++] = *key;
}

void parse_key(struct sorter *s, const char *spec)
{
	struct key key = { .end_field = SIZE_MAX };
	const char *p = spec;

	key.start_field = read_count(&p, "invalid number at field start");
	if (key.start_field-- == 0)
		bad_key(spec, "field number is zero");
	if (*p == '.') {
		p++;
		key.start_char = read_count(&p, "invalid number after '.'");
		if (key.start_char-- == 0)
			bad_key(spec, "character offset is zero");
	}
	p = set_ordering(&key, p, true, false);
	if (*p == ',') {
		p++;
		key.end_field = read_count(&p, "invalid number after ','");
		if (key.end_field-- == 0)
			bad_key(spec, "field number is zero");
		if (*p == '.') {
			p++;
			key.end_char = read_count(&p, "invalid number after '.'");
		}
		p = set_ordering(&key, p, false, true);
	}
	if (*p)
		bad_key(spec, "stray character in field spec");
	add_key(s, &key);
}

void parse_old_key(struct sorter *s, const char *start, const char *end)
{
	struct key key = { .end_field = SIZE_MAX, .old = true };
	const char *p = start + 1;

	key.start_field = read_count(&p, "invalid number at field start");
	if (*p == '.') {
		p++;
		key.start_char = read_count(&p, "invalid number after '.'");
	}
	p = set_ordering(&key, p, true, false);
	if (*p)
		bad_key(start, "stray character in field spec");
	if (end) {
		p = end + 1;
		key.end_field = read_count(&p, "invalid number after '-'");
		if (*p == '.') {
			p++;
			key.end_char = read_count(&p, "invalid number after '.'");
		}
		/* -2 ends before the field of that number, which is behind the one that -k counts as 2 */
		if (key.end_char == 0 && key.end_field-- == 0)
			key.end_field = 0;
		p = set_ordering(&key, p, false, true);
		if (*p)
			bad_key(end, "stray character in field spec");
	}
	add_key(s, &key);
}

/* Goes over `fields` fields; with a separator also over the one behind each. */
static char *skip_fields(const struct sorter *s, char *p, char *end, size_t fields)
{
	if (s->separator >= 0) {
		for (; p < end && fields > 0; fields--) {
			while (p < end && *p != (char)s->separator)
				p++;
			p += p < end;
		}
		return p;
	}
	for (; p < end && fields > 0; fields--) {
		while (p < end && is_blank(*p))
			p++;
		while (p < end && !is_blank(*p))
			p++;
	}
	return p;
}

static char *skip_blanks(char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

char *key_start(const struct sorter *s, const struct key *key, const struct line *line)
{
	char *end = line->text + line->len, *p = skip_fields(s, line->text, end, key->start_field);

	if (key->skip_start)
		p = skip_blanks(p, end);
	return key->start_char < (size_t)(end - p) ? p + key->start_char : end;
}

char *key_end(const struct sorter *s, const struct key *key, const struct line *line)
{
	char *end = line->text + line->len, *p;

	if (key->end_field == SIZE_MAX)
		return end;
	p = skip_fields(s, line->text, end, key->end_field);
	if (key->end_char == 0) {
		if (s->separator < 0)
			return skip_fields(s, p, end, 1);
		while (p < end && *p != (char)s->separator)
			p++;
		return p;
	}
	if (key->skip_end)
		p = skip_blanks(p, end);
	return key->end_char < (size_t)(end - p) ? p + key->end_char : end;
}

/* The parts of a decimal number. */
struct number {
	bool negative;
	const char *whole, *fraction; /* digits, without leading zeros and trailing zeros */
	size_t whole_len, fraction_len;
	const char *end;
};

static struct number read_number(const char *p, const char *end)
{
	struct number n = { 0 };

	while (p < end && is_blank(*p))
		p++;
	n.negative = p < end && *p == '-';
	p += n.negative;
	while (p < end && *p == '0')
		p++;
	for (n.whole = p; p < end && is_digit(*p); p++)
		;
	n.whole_len = (size_t)(p - n.whole);
	n.fraction = p;
	if (p < end && *p == '.') {
		for (n.fraction = ++p; p < end && is_digit(*p); p++)
			;
		n.fraction_len = (size_t)(p - n.fraction);
	}
	n.end = p;
	while (n.fraction_len > 0 && n.fraction[n.fraction_len - 1] == '0')
		n.fraction_len--;
	if (n.whole_len + n.fraction_len == 0)
		n.negative = false;
	return n;
}

static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare_numbers(const struct number *a, const struct number *b)
{
	int order;

	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	order = (a->whole_len > b->whole_len) - (a->whole_len < b->whole_len);
	if (!order)
		order = memcmp(a->whole, b->whole, a->whole_len);
	if (!order)
		order = compare_bytes(a->fraction, a->fraction_len, b->fraction, b->fraction_len);
	return a->negative ? -order : order;
}

/* The power of a thousand that follows a number, negative if the number is. */
static int unit_of(const struct key *key, const struct number *n, const char *end)
{
	static const char units[] = "KMGTPEZY";
	const char *found;

	if (n->end == end || !*n->end || n->whole_len + n->fraction_len == 0)
		return 0;
	found = strchr(units, *n->end == 'k' || key->fold ? upper((unsigned char)*n->end) : *n->end);
	if (!found)
		return 0;
	return n->negative ? -(int)(found - units + 1) : (int)(found - units + 1);
}

enum { CENTRE_BIT = 63, HUMAN_BITS = 58 };

/* A number that orders as the decimal number does: twice its whole part, and 1 if there is more of it, added to or taken
 * from the middle. Numbers of more than 18 digits count as the largest, `limit`. */
static uint64_t number_cache(const struct number *n, uint64_t centre, uint64_t limit)
{
	uint64_t value = 0;

	if (n->whole_len <= 18) {
		for (size_t i = 0; i < n->whole_len; i++)
			value = 10 * value + (uint64_t)(n->whole[i] - '0');
		value = 2 * value + (n->fraction_len > 0);
	}
	if (n->whole_len > 18 || value > limit)
		value = limit;
	return n->negative ? centre - value : centre + value;
}

/* Months by their three letters; 0 for what is none. */
static int month_of(const char *p, const char *end, const char **stop)
{
	static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

	while (p < end && is_blank(*p))
		p++;
	*stop = p;
	if (end - p < 3)
		return 0;
	for (int i = 0; i < 12; i++)
		if (upper((unsigned char)p[0]) == names[3 * i] &&
		    upper((unsigned char)p[1]) == names[3 * i + 1] &&
		    upper((unsigned char)p[2]) == names[3 * i + 2]) {
			*stop = p + 3;
			return i + 1;
		}
	return 0;
}

/* Reads any number that C can write; returns whether there is one. The byte at `end` may be written. */
static bool read_general(char *p, char *end, long double *n, char **stop)
{
	char saved = *end;

	*end = 0;
	*n = strtold(p, stop);
	*end = saved;
	if (*n != *n) /* which may have lost its sign */
		*n = __builtin_copysignl(*n, p[strspn(p, " \t\n\v\f\r")] == '-' ? -1 : 1);
	return *stop != p;
}

/* No number comes before NaN, which comes before numbers. */
static int compare_general(char *a, char *a_end, char *b, char *b_end)
{
	char *stop;
	long double x, y;
	bool has_x = read_general(a, a_end, &x, &stop), has_y = read_general(b, b_end, &y, &stop);

	if (!has_x || !has_y)
		return has_x - has_y;
	if (x != x || y != y) {
		if (x == x || y == y)
			return (x == x) - (y == y);
		return !!__builtin_signbit(x) - !!__builtin_signbit(y);
	}
	return (x > y) - (x < y);
}

static uint64_t general_cache(char *p, char *end)
{
	long double n;
	char *stop;
	double d;
	uint64_t bits;

	if (!read_general(p, end, &n, &stop))
		return 0;
	if (n != n)
		return __builtin_signbit(n) ? 2 : 1;
	d = (double)n + 0.0;
	memcpy(&bits, &d, sizeof(bits));
	return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

char *number_end(const struct key *key, char *p, char *end)
{
	long double value;
	char *stop = p;
	const char *after;

	p = skip_blanks(p, end);
	if (key->month) {
		month_of(p, end, &after);
		return p + (after - p);
	}
	if (key->general) {
		read_general(p, end, &value, &stop);
		return stop > p ? stop : p;
	}
	for (stop = p + (p < end && *p == '-'); stop < end && is_digit(*stop); stop++)
		;
	if (stop < end && *stop == '.') {
		while (++stop < end && is_digit(*stop))
			;
	}
	if (stop == p + (*p == '-') || stop[-1] == '-')
		return p;
	if (key->human && stop < end && *stop && strchr("kKMGTPEZY", *stop))
		stop++;
	return stop;
}

/* The digest of the salt and a key, by which -R sorts; GNU's tools take the NUL after the key too where the locale has
 * an order of its own. */
static void hash_key(const struct sorter *s, const char *p, size_t len, unsigned char digest[16])
{
	struct hash h;

	hash_begin(&h, HASH_MD5, 0);
	hash_add(&h, s->salt, sizeof(s->salt));
	hash_add(&h, p, len);
	if (s->utf8 && len > 0)
		hash_add(&h, "", 1);
	hash_end(&h, digest);
}

static uint64_t hash_cache(const struct sorter *s, const char *p, size_t len)
{
	unsigned char digest[16];

	hash_key(s, p, len, digest);
	return leading_bytes((const char *)digest, 8);
}

/* A key as its options change it: without ignored characters and in capitals. */
static size_t change_text(const struct key *key, const char *p, size_t len, char *out)
{
	size_t n = 0;

	for (; len > 0; len--, p++)
		if (!ignored(key, (unsigned char)*p))
			out[n++] = key->fold ? (char)upper((unsigned char)*p) : *p;
	return n;
}

/* Compares by options that change the text, without making a copy of it. */
static int compare_changed(const struct key *key, const char *a, const char *a_end, const char *b,
			   const char *b_end)
{
	for (;; a++, b++) {
		unsigned char x, y;

		while (a < a_end && ignored(key, (unsigned char)*a))
			a++;
		while (b < b_end && ignored(key, (unsigned char)*b))
			b++;
		if (a == a_end || b == b_end)
			return (a < a_end) - (b < b_end);
		x = key->fold ? upper((unsigned char)*a) : (unsigned char)*a;
		y = key->fold ? upper((unsigned char)*b) : (unsigned char)*b;
		if (x != y)
			return x - y;
	}
}

static int compare_text(const struct sorter *s, const struct key *key, const char *a, size_t a_len,
			const char *b, size_t b_len)
{
	if (key->random) {
		unsigned char x[16], y[16];
		int order;

		hash_key(s, a, a_len, x);
		hash_key(s, b, b_len, y);
		order = memcmp(x, y, sizeof(x));
		if (order)
			return order;
	} else if (key->version) {
		return version_compare(a, a_len, b, b_len);
	}
	return compare_bytes(a, a_len, b, b_len);
}

/* As compare_text(), of changed copies. */
static int compare_copies(const struct sorter *s, const struct key *key, const char *a, size_t a_len,
			  const char *b, size_t b_len)
{
	struct arena_mark mark = arena_mark();
	char *a_copy = arena_alloc(a_len), *b_copy = arena_alloc(b_len);
	int order;

	a_len = change_text(key, a, a_len, a_copy);
	b_len = change_text(key, b, b_len, b_copy);
	order = compare_text(s, key, a_copy, a_len, b_copy, b_len);
	arena_release(mark);
	return order;
}

static int compare_key(const struct sorter *s, const struct key *key, char *a, char *a_end, char *b,
		       char *b_end)
{
	const char *stop;
	bool changes = key->dictionary || key->printing || key->fold;

	if (key->numeric || key->human) {
		struct number x = read_number(a, a_end), y = read_number(b, b_end);

		if (key->human) {
			int x_unit = unit_of(key, &x, a_end), y_unit = unit_of(key, &y, b_end);

			if (x_unit != y_unit)
				return x_unit - y_unit;
		}
		return compare_numbers(&x, &y);
	}
	if (key->general)
		return compare_general(a, a_end, b, b_end);
	if (key->month)
		return month_of(a, a_end, &stop) - month_of(b, b_end, &stop);
	if (changes && (key->random || key->version))
		return compare_copies(s, key, a, (size_t)(a_end - a), b, (size_t)(b_end - b));
	if (changes)
		return compare_changed(key, a, a_end, b, b_end);
	return compare_text(s, key, a, (size_t)(a_end - a), b, (size_t)(b_end - b));
}

/* The first 8 bytes of a changed text. */
static uint64_t changed_cache(const struct key *key, const char *p, const char *end)
{
	char first[8] = { 0 };
	size_t n = 0;

	for (; p < end && n < sizeof(first); p++)
		if (!ignored(key, (unsigned char)*p))
			first[n++] = key->fold ? (char)upper((unsigned char)*p) : *p;
	return leading_bytes(first, n);
}

static uint64_t cache_of(const struct sorter *s, const struct key *key, char *p, char *end)
{
	struct number n;
	const char *stop;

	if (key->numeric) {
		n = read_number(p, end);
		return number_cache(&n, (uint64_t)1 << CENTRE_BIT, INT64_MAX);
	}
	if (key->human) {
		n = read_number(p, end);
		return ((uint64_t)(unit_of(key, &n, end) + 16) << HUMAN_BITS) +
		       number_cache(&n, (uint64_t)1 << (HUMAN_BITS - 1),
				    ((uint64_t)1 << (HUMAN_BITS - 1)) - 1);
	}
	if (key->general)
		return general_cache(p, end);
	if (key->month)
		return (uint64_t)month_of(p, end, &stop);
	if (key->version || (key->random && (key->dictionary || key->printing || key->fold)))
		return 0;
	if (key->random)
		return hash_cache(s, p, (size_t)(end - p));
	if (key->dictionary || key->printing || key->fold)
		return changed_cache(key, p, end);
	return leading_bytes(p, (size_t)(end - p));
}

void prepare_line(const struct sorter *s, struct line *line)
{
	char *start, *end;

	if (s->plain) {
		line->cache = leading_bytes(line->text, line->len);
		return;
	}
	if (s->keys_count == 0) {
		line->cache = 0;
		return;
	}
	start = key_start(s, s->keys, line);
	end = key_end(s, s->keys, line);
	if (end < start)
		end = start;
	line->key_at = KEY_UNKNOWN;
	if (end - line->text < KEY_UNKNOWN) {
		line->key_at = (uint32_t)(start - line->text);
		line->key_size = (uint32_t)(end - start);
	}
	line->cache = cache_of(s, s->keys, start, end);
	if (s->keys->reverse)
		line->cache = ~line->cache;
}

/* Finds a key of a line; the first key's place is known. */
static char *find_key(const struct sorter *s, const struct key *key, const struct line *line, char **end)
{
	char *start;

	if (key == s->keys && line->key_at != KEY_UNKNOWN) {
		start = line->text + line->key_at;
		*end = start + line->key_size;
		return start;
	}
	start = key_start(s, key, line);
	*end = key_end(s, key, line);
	if (*end < start)
		*end = start;
	return start;
}

/* Whether lines whose caches have this value also have equal first keys. */
static bool cache_is_all(const struct key *key, uint64_t cache)
{
	if (key->reverse)
		cache = ~cache;
	return key->month || (key->numeric && !(cache & 1) && cache > 1 && cache < UINT64_MAX - 1);
}

bool caches_are_all(const struct sorter *s, const struct line *lines, size_t count)
{
	const struct key *key = s->keys;

	if (s->keys_count == 0 || cache_is_all(key, lines->cache))
		return true;
	if (key->numeric || key->human || key->general || key->month || key->random || key->version ||
	    key->fold || key->dictionary || key->printing)
		return false;
	for (size_t i = 0; i < count; i++)
		if (lines[i].key_at == KEY_UNKNOWN || lines[i].key_size > 8 ||
		    lines[i].key_size != lines->key_size)
			return false;
	return true;
}

int compare_keys(const struct sorter *s, const struct line *a, const struct line *b)
{
	const struct key *key = s->keys, *end = s->keys + s->keys_count;

	if (a->cache != b->cache)
		return a->cache < b->cache ? -1 : 1;
	if (s->plain)
		return compare_bytes(a->text, a->len, b->text, b->len);
	if (key < end && cache_is_all(key, a->cache))
		key++;
	for (; key < end; key++) {
		char *a_end, *b_end;
		char *x = find_key(s, key, a, &a_end), *y = find_key(s, key, b, &b_end);
		int order = compare_key(s, key, x, a_end, y, b_end);

		if (order)
			return key->reverse ? -order : order;
	}
	return 0;
}

int compare_lines(const struct sorter *s, const struct line *a, const struct line *b)
{
	int order = compare_keys(s, a, b);

	if (s->plain)
		return s->reverse ? -order : order;
	if (order || s->stable || s->unique)
		return order;
	order = compare_bytes(a->text, a->len, b->text, b->len);
	return s->reverse ? -order : order;
}
