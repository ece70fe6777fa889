/* debug.c - sort --debug: lines with their keys marked, and warnings about what may not be meant */
#include "sort.h"

static void put_mark(const struct sorter *s, size_t column, size_t width)
{
	writer_fill(s->out, ' ', column);
	if (width == 0) {
		writer_str(s->out, "^ no match for key\n");
		return;
	}
	writer_fill(s->out, '_', width);
	writer_char(s->out, '\n');
}

/* Columns of a text in which a tab is shown as one character; what is no character takes one too. */
static size_t columns(const struct sorter *s, const char *p, size_t len)
{
	const char *end = p + len;
	size_t n = 0;

	while (p < end) {
		uint32_t c = (unsigned char)*p;
		int bytes = s->utf8 ? utf8_decode(p, (size_t)(end - p), &c) : 1;

		if (bytes <= 0 || c == '	')
			n++;
		else if (!s->utf8)
			n += c >= ' ' && c != 0x7f;
		else
			n += char_width(c) >= 0 ? (size_t)char_width(c) : !char_cntrl(c);
		p += bytes > 0 ? bytes : 1;
	}
	return n;
}

static void mark_key(const struct sorter *s, const struct key *key, const struct line *line)
{
	char *start = key_start(s, key, line), *end = key_end(s, key, line);

	if (end < start)
		end = start;
	if (key->numeric || key->human || key->general || key->month) {
		char *stop = number_end(key, start, end);

		while (start < end && (*start == ' ' || *start == '\t' || *start == '\n'))
			start++;
		end = stop > start ? stop : start;
	} else if (key == s->keys + s->keys_count && key->skip_start) {
		while (start < end && (*start == ' ' || *start == '\t'))
			start++;
	}
	put_mark(s, columns(s, line->text, (size_t)(start - line->text)),
		 columns(s, start, (size_t)(end - start)));
}

void debug_line(const struct sorter *s, const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		writer_char(s->out, line->text[i] == '\t' ? '>' : line->text[i]);
	writer_char(s->out, '\n');
	for (size_t i = 0; i < s->keys_count; i++)
		mark_key(s, &s->keys[i], line);
	if (s->plain || !(s->unique || s->stable))
		put_mark(s, 0, columns(s, line->text, line->len));
	check_output(s, SIZE_MAX);
}

static bool is_number(const struct key *key)
{
	return key->numeric || key->general || key->human;
}

/* Warns about an old key, and shows it in the new way. */
static void warn_old_key(const struct key *key)
{
	char *old = arena_printf("+%zu", key->start_field),
	     *now = arena_printf("-k %zu", key->start_field + 1);

	if (key->end_field != SIZE_MAX) {
		old = arena_printf("%s -%zu", old, key->end_field + 1);
		now = arena_printf("%s,%zu", now, key->end_field + 1);
	}
	warn("obsolescent key %s used; consider %s instead", quote(old), quote(now));
}

/* Warns about one key, which is number `n`. */
static void warn_about(const struct sorter *s, const struct key *key, size_t n, bool global_only)
{
	bool implicit = is_number(key) || key->month;
	bool one_field_part = key->end_field == 0 && key->end_char != 0;
	bool empty = key->end_field != SIZE_MAX && (key->end_field < key->start_field ||
						    (key->end_field == key->start_field && key->end_char &&
						     key->end_char <= key->start_char));

	if (key->old)
		warn_old_key(key);
	if (empty && key->end_field < key->start_field)
		warn("key %zu has zero width and will be ignored", n);
	else if (!global_only && s->separator < 0 && !one_field_part &&
		 ((!key->skip_start && !implicit) || (!key->skip_start && key->start_char) ||
		  (!key->skip_end && key->end_char)))
		warn("leading blanks are significant in key %zu; consider also specifying 'b'", n);
	if (!global_only && is_number(key) &&
	    (key->end_field == SIZE_MAX || key->start_field < key->end_field))
		warn("key %zu is numeric and spans multiple fields", n);
}

/* Warns about the separator's meaning in numbers, and tells the decimal point. */
static void warn_numbers(const struct sorter *s, bool basic_spans, bool general_spans, bool any)
{
	if (s->separator == '.' && (basic_spans || general_spans)) {
		warn("field separator %s is treated as a decimal point in numbers", quote("."));
		return;
	}
	if (s->separator == '-' && (basic_spans || general_spans))
		warn("field separator %s is treated as a minus sign in numbers", quote("-"));
	if (s->separator == '+' && general_spans)
		warn("field separator %s is treated as a plus sign in numbers", quote("+"));
	if (any)
		warn("%snumbers use %s as a decimal point in this locale", s->separator == '.' ? "" : "note ",
		     quote("."));
}

void debug_warnings(const struct sorter *s, const struct key *global, bool global_only, bool reverse_given,
		    bool stable)
{
	struct key unused = *global;
	bool basic_spans = false, general_spans = false, any = false;
	char letters[16];

	for (size_t i = 0; i < s->keys_count; i++) {
		const struct key *key = &s->keys[i];
		bool spans = key->end_field == SIZE_MAX || key->start_field < key->end_field;

		warn_about(s, key, i + 1, global_only);
		any |= is_number(key);
		basic_spans |= spans && (key->numeric || key->human) && !global_only;
		general_spans |= spans && key->general && !global_only;
		/* an option of the whole that some key took over is in use */
		unused.skip_start &= key->skip_start != global->skip_start;
		unused.skip_end &= key->skip_end != global->skip_end;
		unused.dictionary &= key->dictionary != global->dictionary;
		unused.printing &= key->printing != global->printing;
		unused.fold &= key->fold != global->fold;
		unused.general &= key->general != global->general;
		unused.human &= key->human != global->human;
		unused.month &= key->month != global->month;
		unused.numeric &= key->numeric != global->numeric;
		unused.random &= key->random != global->random;
		unused.version &= key->version != global->version;
		unused.reverse &= key->reverse != global->reverse;
	}
	warn_numbers(s, basic_spans, general_spans, any);
	if (s->keys_count && (has_ordering(&unused) || (reverse_given && unused.reverse))) {
		bool reverse = unused.reverse;

		if (!stable && !s->unique)
			unused.reverse = false;
		if (has_ordering(&unused)) {
			ordering_letters(&unused, letters, true);
			warn(letters[1] ? "options '-%s' are ignored" : "option '-%s' is ignored", letters);
		}
		if (reverse && !stable && !s->unique)
			warn("option '-r' only applies to last-resort comparison");
	} else if (!s->keys_count && reverse_given && stable) {
		return;
	}
}
