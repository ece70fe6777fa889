/* ptx - a permuted index: each word of the files with what stands around it
 *
 * usage: ptx [OPTION]... [INPUT]...   (without -G)
 * usage: ptx -G [OPTION]... [INPUT [OUTPUT]]
 *
 *   -A, --auto-reference           a reference to each line: file name and number
 *   -G, --traditional              behave as the ptx of System V
 *   -F, --flag-truncation=STRING   what stands where something is cut off, / if not said
 *   -M, --macro-name=STRING        the macro that -O and -T write, xx if not said
 *   -O                             roff, as --format=roff
 *       --format=TYPE...           roff or tex
 *   -R, --right-side-refs          references on the right; they do not count in -w
 *   -S, --sentence-regexp=REGEXP   what ends lines or sentences
 *   -T                             TeX, as --format=tex
 *   -W, --word-regexp=REGEXP       what is a word
 *   -b, --break-file=FILE          words end at the characters in FILE
 *   -f, --ignore-case              sort upper and lower case together
 *   -g, --gap-size=NUMBER          columns between the fields, 3 if not said
 *   -i, --ignore-file=FILE         leave out the words in FILE
 *   -o, --only-file=FILE           only the words in FILE
 *   -r, --references               the first field of each line is its reference
 *   -t, --typeset-mode             nothing
 *   -w, --width=NUMBER             columns of the output, 72 if not said
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "ptx invocation"
 */
#include "libbb.h"
#include "regex.h"
#include "strmap.h"
#include "ptx.gen.h"

/* A stretch of a text. */
struct part {
	const char *start, *end;
};

struct text {
	const char *name;
	const char *start, *end;
	bool *inside; /* of each byte: whether it is in a word, but not its first */
};

/* A place where a keyword stands. */
struct place {
	struct part word, context, reference;
	const struct text *text;
	size_t line;
};

/* What is written of a place. */
struct fields {
	struct part tail, before, after, head;
	bool tail_cut, before_cut, after_cut, head_cut;
};

enum format { DUMB, ROFF, TEX };

struct job {
	const struct ptx_options *opt;
	enum format format;
	bool references, right;
	const char *flag, *macro;
	size_t flag_len, gap, width, half, reference_width;
	struct regex *sentence, *word;
	bool is_word[256];
	struct strmap ignored, only;
	unsigned char fold[256];
	struct text *texts;
	size_t text_count;
	struct place *places;
	size_t count, size;
	size_t longest; /* word, bytes */
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t length(struct part p)
{
	return (size_t)(p.end - p.start);
}

/* Returns the argument with C's escapes replaced. */
static char *unescape(const char *s)
{
	char *result = arena_alloc(strlen(s) + 1), *out = result;
	static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";

	while (*s) {
		const char *letter;
		unsigned value = 0;

		if (*s != '\\') {
			*out++ = *s++;
			continue;
		}
		s++;
		letter = *s ? strchr(letters, *s) : NULL;
		if (letter) {
			*out++ = values[letter - letters];
			s++;
		} else if (*s == 'x') {
			int n = 0;

			for (s++; n < 3 && char_xdigit((unsigned char)*s); n++, s++)
				value = value * 16 +
					(*s <= '9' ? (unsigned)(*s - '0') : (unsigned)((*s | 32) - 'a' + 10));
			if (n == 0) {
				*out++ = '\\';
				*out++ = 'x';
			} else {
				*out++ = (char)value;
			}
		} else if (*s == '0') {
			int n = 0;

			for (s++; n < 3 && *s >= '0' && *s <= '7'; n++, s++)
				value = value * 8 + (unsigned)(*s - '0');
			*out++ = (char)value;
		} else if (*s == 'c') {
			break;
		} else if (*s) {
			*out++ = '\\';
			*out++ = *s++;
		}
	}
	*out = 0;
	return result;
}

static struct regex *compile(const struct job *job, const char *pattern)
{
	const char *error;
	struct regex *re = regex_compile(
		pattern, strlen(pattern), REGEX_EMACS,
		REGEX_MULTILINE | REGEX_BYTES | (job->opt->ignore_case ? (unsigned)REGEX_ICASE : 0u), &error);

	if (!re)
		die("%s (for regexp %s)", error, quote(pattern));
	return re;
}

/* Reads a whole file, or dies. */
static struct part read_text(const char *name)
{
	int fd = open_input(*name ? name : "-");
	struct part p;
	size_t len;

	if (fd < 0 || !(p.start = read_file(fd, &len)))
		die_errno("%s", quote_maybe(*name ? name : "-"));
	close_file(fd);
	p.end = p.start + len;
	return p;
}

/* Returns a copy of a word with upper case for lower if that is the same. */
static char *folded(const struct job *job, const char *word, size_t len)
{
	char *copy = arena_memdup(word, len);

	for (size_t i = 0; i < len; i++)
		copy[i] = (char)job->fold[(unsigned char)copy[i]];
	return copy;
}

/* Reads a list of words, one a line. */
static void read_words(const struct job *job, const char *name, struct strmap *map)
{
	struct part p = read_text(name);

	while (p.start < p.end) {
		const char *end = mem_chr(p.start, '\n', length(p));
		size_t len = (size_t)((end ? end : p.end) - p.start);

		if (len > 0)
			strmap_set(map, folded(job, p.start, len), len, "");
		p.start += len + 1;
	}
}

/* Sets which characters are part of words, when no regular expression says it. */
static void set_word_characters(struct job *job)
{
	const struct ptx_options *opt = job->opt;

	if (opt->break_file) {
		struct part p = read_text(opt->break_file);

		memset(job->is_word, true, sizeof(job->is_word));
		for (; p.start < p.end; p.start++)
			job->is_word[(unsigned char)*p.start] = false;
	} else {
		for (int c = 0; c < 256; c++)
			job->is_word[c] = opt->traditional || is_letter(c);
	}
	if (opt->traditional)
		job->is_word[' '] = job->is_word['\t'] = job->is_word['\n'] = false;
}

/* Finds the next word at or after `from` in the context. Returns false if there is none. */
static bool find_word(const struct job *job, const char *from, struct part context, struct part *word)
{
	struct regex_span span;

	if (job->word) {
		if (from >= context.end ||
		    !regex_search(job->word, context.start, length(context), (size_t)(from - context.start),
				  0, &span, 1) ||
		    span.start == span.end)
			return false;
		word->start = context.start + span.start;
		word->end = context.start + span.end;
		return true;
	}
	while (from < context.end && !job->is_word[(unsigned char)*from])
		from++;
	word->start = from;
	while (from < context.end && job->is_word[(unsigned char)*from])
		from++;
	word->end = from;
	return word->start < word->end;
}

/* Where the text is being read: its lines and their references. */
struct reading {
	const struct text *text;
	size_t line;
	const char *line_start; /* of the line that is reached */
	struct part reference;
};

static void begin_line(struct reading *r, const char *start)
{
	const char *end = start;

	while (end < r->text->end && !is_space(*end))
		end++;
	r->line_start = start;
	r->reference = (struct part){ start, end };
}

/* Goes to the line in which `at` is. */
static void reach(struct reading *r, const char *at)
{
	const char *newline;

	while (r->line_start <= at &&
	       (newline = mem_chr(r->line_start, '\n', (size_t)(r->text->end - r->line_start))) &&
	       newline < at) {
		r->line++;
		begin_line(r, newline + 1);
	}
}

static void add_place(struct job *job, const struct reading *r, struct part word, struct part context)
{
	size_t len = length(word);
	char *key = folded(job, word.start, len);
	struct place *p;

	if ((job->opt->ignore_file && strmap_get(&job->ignored, key, len)) ||
	    (job->opt->only_file && !strmap_get(&job->only, key, len)))
		return;
	job->places = arena_reserve(job->places, job->count, &job->size, sizeof(*job->places));
	p = &job->places[job->count++];
	*p = (struct place){ word, context, { NULL, NULL }, r->text, r->line };
	if (job->opt->references)
		p->reference = r->reference;
}

/* Finds the keywords of a line or sentence. */
static void read_context(struct job *job, struct reading *r, struct part context)
{
	const char *from = context.start;
	struct part word, whole = context;

	if (job->opt->references && from < context.end) {
		reach(r, from);
		if (from < r->reference.end) {
			context.start = r->reference.end;
			while (context.start < context.end && is_space(*context.start))
				context.start++;
		}
	}
	while (context.end > context.start && is_space(context.end[-1]))
		context.end--;
	whole.end = context.end;
	while (find_word(job, from, whole, &word)) {
		size_t at = (size_t)(word.start - r->text->start);

		memset(r->text->inside + at + 1, true, length(word) - 1);
		from = word.end;
		if (length(word) > job->longest)
			job->longest = length(word);
		reach(r, word.start);
		if (job->opt->references && word.start < r->reference.end) {
			from = r->reference.end;
			continue;
		}
		add_place(job, r, word, context);
	}
}

/* Finds the keywords of a text, context by context. */
static void read_contexts(struct job *job, const struct text *text)
{
	struct reading r = { .text = text, .line = 1 };
	const char *at = text->start;

	begin_line(&r, at);
	while (at < text->end) {
		struct part context = { at, text->end };
		struct regex_span span;

		if (job->sentence &&
		    regex_search(job->sentence, text->start, (size_t)(text->end - text->start),
				 (size_t)(at - text->start), 0, &span, 1)) {
			if (span.start == span.end)
				die("error: regular expression has a match of length zero: %s",
				    quote(job->opt->sentence_regexp));
			context.end = text->start + span.end;
		}
		read_context(job, &r, context);
		at = context.end;
	}
}

/* Returns the next place after `p` where a field may begin or end. */
static const char *next_step(const struct text *text, const char *p)
{
	do
		p++;
	while (p < text->end && text->inside[p - text->start]);
	return p;
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

static const char *skip_space_back(const char *p, const char *start)
{
	while (p > start && is_space(p[-1]))
		p--;
	return p;
}

/* Returns where a field that begins at `start` ends, if it must not be longer than `most`; `least` is the first end that is tried. */
static const char *extend(const struct text *text, const char *start, const char *least, const char *limit,
			  size_t most)
{
	const char *end = start;

	for (const char *p = least; p <= limit && (size_t)(p - start) <= most; p = next_step(text, p)) {
		end = p;
		if (p == limit)
			break;
	}
	return end;
}

/* Returns where a field that ends at `end` begins, if it must not be longer than `most`, and begin after `limit`. */
static const char *extend_back(const struct text *text, const char *end, const char *limit, ptrdiff_t most)
{
	const char *start = most > 0 && end - limit > most ? end - most : limit;

	if (most <= 0)
		return end;
	while (start < end && start > limit && text->inside[start - text->start])
		start++;
	return skip_space(start, end);
}

static void lay_out(const struct job *job, const struct place *p, struct fields *f)
{
	ptrdiff_t flags = 2 * (ptrdiff_t)job->flag_len, gap = (ptrdiff_t)job->gap;
	bool traditional = job->opt->traditional;
	ptrdiff_t before_most = (ptrdiff_t)job->half - gap - (traditional ? 0 : flags);
	ptrdiff_t after_most = (ptrdiff_t)job->half - flags - traditional;
	ptrdiff_t room;
	const char *start = p->context.start, *limit = p->context.end, *first = start, *at;

	/* what is further back is not looked at */
	if ((size_t)(p->word.start - start) > job->half + job->longest)
		first = next_step(p->text, p->word.start - job->half - job->longest);

	before_most = before_most > 0 ? before_most : 0;
	f->after.start = p->word.start;
	at = extend(p->text, p->word.start, p->word.end, limit, after_most > 0 ? (size_t)after_most : 0);
	f->after.end = skip_space_back(at > p->word.end ? at : p->word.end, p->word.start);
	f->after_cut = f->after.end < limit;

	f->before.end = skip_space_back(p->word.start, start);
	f->before.start = extend_back(p->text, f->before.end, first, before_most);
	f->before_cut = f->before.start > skip_space(start, f->before.end);

	f->tail = (struct part){ limit, limit };
	room = before_most - (ptrdiff_t)length(f->before) - gap;
	f->tail_cut = false;
	if (room > 0) {
		f->tail.start = skip_space(f->after.end, limit);
		at = extend(p->text, f->tail.start, f->tail.start, limit, (size_t)room - 1);
		f->tail.end = skip_space_back(at, f->tail.start);
		if (f->tail.end > f->tail.start) {
			f->after_cut = false;
			f->tail_cut = f->tail.end < limit;
		}
	}

	f->head = (struct part){ start, start };
	room = after_most - (ptrdiff_t)length(f->after) - gap;
	f->head_cut = false;
	if (room > 0) {
		f->head.end = skip_space_back(f->before.start, first);
		f->head.start = extend_back(p->text, f->head.end, first, room);
		if (f->head.end > f->head.start) {
			f->before_cut = false;
			f->head_cut = f->head.start > skip_space(start, f->head.end);
		}
	}
}

static void put_part(const struct job *job, struct part p)
{
	static const char escaped[] = "$%&#_";

	for (const char *s = p.start; s < p.end; s++) {
		if (is_space(*s)) {
			out_char(' ');
		} else if (job->format == ROFF && *s == '"') {
			out_str("\"\"");
		} else if (job->format == TEX && *s && strchr(escaped, *s)) {
			out_char('\\');
			out_char(*s);
		} else if (job->format == TEX && (*s == '{' || *s == '}')) {
			out_fmt("$\\%c$", *s);
		} else if (job->format == TEX && *s == '\\') {
			out_str("\\backslash{}");
		} else {
			out_char(*s);
		}
	}
}

static void put_blanks(ptrdiff_t n)
{
	if (n > 0)
		out_fill(' ', (size_t)n);
}

/* Writes the reference of a place; returns its columns. */
static size_t put_reference(const struct job *job, const struct place *p)
{
	char digits[NUM_SIZE];
	const char *line = num_to_str(p->line, digits);

	if (!job->opt->auto_reference) {
		put_part(job, p->reference);
		return length(p->reference);
	}
	out_fmt("%s:%s", p->text->name, line);
	return strlen(p->text->name) + 1 + strlen(line);
}

static void put_dumb(const struct job *job, const struct place *p, const struct fields *f)
{
	ptrdiff_t flag = (ptrdiff_t)job->flag_len, gap = (ptrdiff_t)job->gap, half = (ptrdiff_t)job->half;
	ptrdiff_t before = (ptrdiff_t)length(f->before) + (f->before_cut ? flag : 0);
	ptrdiff_t tail = (ptrdiff_t)length(f->tail) + (f->tail_cut ? flag : 0);
	ptrdiff_t after = (ptrdiff_t)length(f->after) + (f->after_cut ? flag : 0);
	ptrdiff_t head = (ptrdiff_t)length(f->head) + (f->head_cut ? flag : 0);

	if (!job->right) {
		size_t len = 0;

		if (job->references)
			len = put_reference(job, p);
		if (job->references && job->opt->auto_reference) {
			out_char(':');
			len++;
		}
		put_blanks((ptrdiff_t)job->reference_width - (ptrdiff_t)len + gap);
	}
	put_part(job, f->tail);
	if (f->tail_cut)
		out_str(job->flag);
	put_blanks(half - gap - tail - before);
	if (f->before_cut)
		out_str(job->flag);
	put_part(job, f->before);
	put_blanks(gap);
	put_part(job, f->after);
	if (f->after_cut)
		out_str(job->flag);
	if (head > 0 || (job->references && job->right))
		put_blanks(half - after - head);
	if (f->head_cut)
		out_str(job->flag);
	put_part(job, f->head);
	if (job->references && job->right) {
		put_blanks(gap);
		put_reference(job, p);
	}
	out_char('\n');
}

static void put_field(const struct job *job, struct part p, bool flag_before, bool flag_after)
{
	if (flag_before)
		out_str(job->flag);
	put_part(job, p);
	if (flag_after)
		out_str(job->flag);
}

static void put_roff(const struct job *job, const struct place *p, const struct fields *f)
{
	out_fmt(".%s \"", job->macro);
	put_field(job, f->tail, false, f->tail_cut);
	out_str("\" \"");
	put_field(job, f->before, f->before_cut, false);
	out_str("\" \"");
	put_field(job, f->after, false, f->after_cut);
	out_str("\" \"");
	put_field(job, f->head, f->head_cut, false);
	out_char('"');
	if (job->references) {
		out_str(" \"");
		put_reference(job, p);
		out_char('"');
	}
	out_char('\n');
}

static void put_tex(const struct job *job, const struct place *p, const struct fields *f)
{
	struct part rest = { p->word.end, f->after.end > p->word.end ? f->after.end : p->word.end };

	out_fmt("\\%s {", job->macro);
	put_part(job, f->tail);
	out_str("}{");
	put_part(job, f->before);
	out_str("}{");
	put_part(job, p->word);
	out_str("}{");
	put_part(job, rest);
	out_str("}{");
	put_part(job, f->head);
	out_char('}');
	if (job->references) {
		out_char('{');
		put_reference(job, p);
		out_char('}');
	}
	out_char('\n');
}

/* Sets the widths, when all places and so the longest reference are known. */
static void set_widths(struct job *job)
{
	size_t longest = 0, taken;

	for (size_t i = 0; i < job->count && job->opt->auto_reference; i++) {
		char digits[NUM_SIZE];
		const struct place *p = &job->places[i];
		size_t len = strlen(p->text->name) + 1 + strlen(num_to_str(p->line, digits));

		longest = len > longest ? len : longest;
	}
	for (size_t i = 0; i < job->count && job->opt->references && !job->opt->auto_reference; i++)
		if (length(job->places[i].reference) > longest)
			longest = length(job->places[i].reference);
	job->reference_width = longest;
	taken = longest + job->gap;
	if (job->references && !job->right)
		job->width = job->width > taken ? job->width - taken : 0;
	job->half = job->width / 2;
}

/* Orders places by their words, then by where they are. */
static int compare(const void *a, const void *b, void *job)
{
	const struct place *x = a, *y = b;
	const unsigned char *fold = ((const struct job *)job)->fold;
	size_t n = length(x->word) < length(y->word) ? length(x->word) : length(y->word);

	for (size_t i = 0; i < n; i++) {
		int left = fold[(unsigned char)x->word.start[i]],
		    right = fold[(unsigned char)y->word.start[i]];

		if (left != right)
			return left - right;
	}
	if (length(x->word) != length(y->word))
		return length(x->word) < length(y->word) ? -1 : 1;
	if (x->text != y->text)
		return x->text < y->text ? -1 : 1;
	return x->word.start < y->word.start ? -1 : x->word.start > y->word.start;
}

static size_t read_size(const char *arg, const char *what)
{
	intmax_t n;
	enum num_error error = parse_int_base(arg, NULL, 0, NULL, &n);

	if (error != NUM_OK || n <= 0)
		die("%s: %s", what, quote(arg));
	return (size_t)n;
}

static void read_options(struct job *job)
{
	static const char *const formats[] = { "roff", "tex", NULL };
	const struct ptx_options *opt = job->opt;
	unsigned last = opt->T > opt->O ? opt->T : opt->O;

	job->format = opt->T > opt->O ? TEX : opt->O || opt->traditional ? ROFF : DUMB;
	for (size_t i = 0; i < opt->format.count; i++) {
		const struct option_item *item = &opt->format.items[i];

		if (item->at > last)
			job->format = choose(formats, NULL, item->value, "--format") == 1 ? TEX : ROFF;
	}
	job->gap = opt->gap_size ? read_size(opt->gap_size, "invalid gap width") : 3;
	job->width = opt->width ? read_size(opt->width, "invalid line width") : 72;
	job->flag = opt->flag_truncation ? unescape(opt->flag_truncation) : "/";
	job->flag_len = strlen(job->flag);
	job->macro = opt->macro_name ? opt->macro_name : "xx";
	job->references = opt->references || opt->auto_reference;
	job->right = opt->right_side_refs;
	for (int c = 0; c < 256; c++)
		job->fold[c] = (unsigned char)(opt->ignore_case && c >= 'a' && c <= 'z' ? c - 32 : c);
}

static void set_expressions(struct job *job)
{
	const struct ptx_options *opt = job->opt;
	const char *sentence = opt->traditional || opt->references
				       ? "\n"
				       : "[.?!][]\"')}]*\\($\\|\t\\|  \\)[ \t\n]*";

	if (opt->sentence_regexp)
		sentence = unescape(opt->sentence_regexp);
	if (*sentence)
		job->sentence = compile(job, sentence);
	if (opt->word_regexp && *opt->word_regexp)
		job->word = compile(job, unescape(opt->word_regexp));
	else
		set_word_characters(job);
	if (opt->ignore_file)
		read_words(job, opt->ignore_file, &job->ignored);
	if (opt->only_file)
		read_words(job, opt->only_file, &job->only);
}

static void read_texts(struct job *job, char **files, size_t count)
{
	job->texts = arena_array(struct text, count);
	for (; job->text_count < count; job->text_count++) {
		struct text *t = &job->texts[job->text_count];
		const char *name = files[job->text_count];
		struct part p = read_text(name);

		*t = (struct text){ strcmp(name, "-") == 0 ? "" : name, p.start, p.end, NULL };
		t->inside = arena_array(bool, length(p) + 1);
		read_contexts(job, t);
	}
}

/* Opens the file that -G writes to as the second operand. */
static void redirect(const char *name)
{
	int fd = open_file(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		die_errno("%s", quote_maybe(name));
}

int ptx_main(struct ptx_options *opt, char **files)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .opt = opt };
	size_t count = 0;

	read_options(&job);
	if (!*files)
		files = stdin_only;
	while (files[count])
		count++;
	if (opt->traditional && count > 1) {
		redirect(files[1]);
		if (count > 2)
			die_extra_operand(files[2]);
		count = 1;
	}
	set_expressions(&job);
	read_texts(&job, files, count);
	set_widths(&job);
	qsort_r(job.places, job.count, sizeof(*job.places), compare, &job);
	for (size_t i = 0; i < job.count && !out_failed(); i++) {
		struct fields f;

		lay_out(&job, &job.places[i], &f);
		if (job.format == DUMB)
			put_dumb(&job, &job.places[i], &f);
		else if (job.format == ROFF)
			put_roff(&job, &job.places[i], &f);
		else
			put_tex(&job, &job.places[i], &f);
	}
	regex_free(job.sentence);
	regex_free(job.word);
	return 0;
}
