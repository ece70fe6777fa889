/* cut - print selected parts of lines
 *
 * usage: cut OPTION... [FILE]...
 *
 *   -b, --bytes=LIST...          select these bytes
 *   -c, --characters=LIST...     select these characters; the same as -b
 *   -d, --delimiter=DELIM        fields end with the character DELIM, not with a tab
 *   -f, --fields=LIST...         select these fields; lines without DELIM are printed whole
 *   -n                           does nothing
 *       --complement             select what is not in the LIST
 *   -s, --only-delimited         do not print lines without DELIM
 *       --output-delimiter=STR   put STR between what is selected, not DELIM
 *   -z, --zero-terminated        lines end with NUL, not with a newline
 *
 * LIST is ranges separated by commas: N, N-M, N- or -M, counted from 1. What is selected is printed
 * once and in the order of the line. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 cut; GNU coreutils manual, "cut invocation"
 * hot: looks at every byte
 */
#include "libbb.h"
#include "ranges.h"
#include "cut.gen.h"

struct job {
	const struct range *ranges;
	char delimiter, line_end;
	const char *separator; /* between what is selected */
	size_t separator_len;
	bool separated;      /* it was asked for, and goes between ranges of bytes too */
	bool only_delimited; /* leave out lines without a delimiter */
	struct reader in;
};

/* Copies bytes to the output; short ones without a call. */
static inline void put(const char *p, size_t len)
{
	struct writer *out = &std_out;

	if (out->len + len + 16 < out->size && !out->lines) {
		char *to = out->buf + out->len;

		out->len += len;
		if (len > 16)
			memcpy(to, p, len);
		else
			while (len-- > 0)
				*to++ = *p++;
		return;
	}
	out_mem(p, len);
}

/* Reads until a whole line, or the last one, is there; returns its length without its end. False at the end of the input. */
static bool next_line(struct job *job, size_t *len, bool *ended)
{
	size_t whole;
	const char *line = reader_line(&job->in, &whole, job->line_end);

	if (!line)
		return false;
	*ended = line[whole - 1] == job->line_end;
	*len = whole - *ended;
	return true;
}

/* Prints the selected bytes of the line of `len` bytes at `line`. */
static void cut_bytes(const struct job *job, const char *line, size_t len)
{
	bool first = true;

	for (const struct range *r = job->ranges; r->first <= len; r++) {
		size_t last = r->last < len ? (size_t)r->last : len;

		if (!first && job->separated)
			put(job->separator, job->separator_len);
		put(line + r->first - 1, last - (size_t)r->first + 1);
		first = false;
	}
	put(&job->line_end, 1);
}

/* Goes over fields of a line, as many as `count`; returns where the next begins, after the end of the line if there is none. */
static inline const char *skip_fields(const char *p, const char *end, char delimiter, uintmax_t count)
{
	if (count > (size_t)(end - p))
		return end + 1;
	for (; count > 0 && p <= end; count--) {
		while (p < end && *p != delimiter)
			p++;
		p++;
	}
	return p;
}

/* Prints the selected fields of a line. */
static void cut_fields(const struct job *job, const char *line, size_t len)
{
	const char *p = line, *end = line + len;
	const struct range *r = job->ranges;
	uintmax_t field = 1;
	bool first = true;

	p = skip_fields(p, end, job->delimiter, 1);
	if (p > end) {
		if (!job->only_delimited) {
			put(line, len);
			put(&job->line_end, 1);
		}
		return;
	}
	for (p = line; p <= end && r->first < UINTMAX_MAX; r++) {
		const char *from, *stop;

		p = from = skip_fields(p, end, job->delimiter, r->first - field);
		if (from > end)
			break;
		if (r->last == UINTMAX_MAX && !job->separated) {
			stop = p = end + 1;
		} else if (!job->separated) {
			stop = p = skip_fields(p, end, job->delimiter, r->last - r->first + 1);
		} else {
			for (uintmax_t i = r->first;; i++) {
				stop = p = skip_fields(p, end, job->delimiter, 1);
				if (i == r->last || p > end)
					break;
				if (!first)
					put(job->separator, job->separator_len);
				put(from, (size_t)(stop - from - 1));
				from = stop;
				first = false;
			}
		}
		field = r->last == UINTMAX_MAX ? UINTMAX_MAX : r->last + 1;
		if (!first)
			put(job->separator, job->separator_len);
		put(from, (size_t)(stop - from - 1));
		first = false;
	}
	put(&job->line_end, 1);
}

/* Fields that end where lines do: the input is one line, whose last field may be ended. */
static void cut_lines(const struct job *job, struct reader *in)
{
	const struct range *r = job->ranges;
	uintmax_t number = 1;
	size_t len;
	bool first = true, whole = false;
	char *line = reader_line(in, &len, job->delimiter);
	char *only = NULL;

	if (!line)
		return;
	if (line[len - 1] == job->delimiter)
		len--, whole = true;
	only = arena_memdup(line, len);
	if (!whole || (in->pos == in->end && !reader_fill(in))) {
		if (!job->only_delimited) {
			put(only, len);
			put(&job->line_end, 1);
		}
		return;
	}
	for (line = only;; number++) {
		while (number > r->last)
			r++;
		if (number >= r->first) {
			if (!first)
				put(job->separator, job->separator_len);
			put(line, len);
			first = false;
		}
		line = reader_line(in, &len, job->delimiter);
		if (!line)
			break;
		len -= line[len - 1] == job->delimiter;
	}
	put(&job->line_end, 1);
}

static int cut_file(struct job *job, const char *name, bool fields)
{
	int fd = open_input(name);
	size_t len;
	bool ended;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(name));
		return 1;
	}
	reader_open(&job->in, fd);
	if (fields && job->delimiter == job->line_end)
		cut_lines(job, &job->in);
	else
		while (next_line(job, &len, &ended)) {
			const char *line = job->in.buf + job->in.pos - len - ended;

			if (fields)
				cut_fields(job, line, len);
			else
				cut_bytes(job, line, len);
			if (out_failed())
				leave(1);
		}
	close_file(fd);
	if (job->in.error) {
		warn_code(job->in.error, "%s", quote_maybe(name));
		return 1;
	}
	return 0;
}

static void read_options(const struct cut_options *opt, struct job *job, bool *fields)
{
	const struct option_list *lists[] = { &opt->fields, &opt->bytes, &opt->characters };
	size_t which = opt->fields.count ? 0 : opt->bytes.count ? 1 : 2;

	if (opt->fields.count + opt->bytes.count + opt->characters.count > 1)
		die_usage("only one list may be specified");
	if (opt->delimiter && *opt->delimiter && opt->delimiter[1])
		die_usage("the delimiter must be a single character");
	if (lists[which]->count == 0)
		die_usage("you must specify a list of bytes, characters, or fields");
	*fields = which == 0;
	if (!*fields && opt->delimiter)
		die_usage("an input delimiter may be specified only when operating on fields");
	if (!*fields && opt->only_delimited)
		die_usage("suppressing non-delimited lines makes sense\n\tonly when operating on fields");
	job->ranges = ranges_parse(lists[which]->items[0].value,
				   (*fields ? RANGES_FIELDS : 0) | (opt->complement ? RANGES_COMPLEMENT : 0));
	job->delimiter = opt->delimiter ? *opt->delimiter : '\t';
	job->line_end = opt->zero_terminated ? 0 : '\n';
	job->only_delimited = opt->only_delimited;
	job->separated = opt->output_delimiter;
	job->separator = opt->output_delimiter ? opt->output_delimiter : arena_memdup(&job->delimiter, 1);
	job->separator_len = opt->output_delimiter && *opt->output_delimiter ? strlen(opt->output_delimiter)
									     : 1;
}

int cut_main(struct cut_options *opt, char **files)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .line_end = '\n' };
	bool fields, stdin_closed = false;
	int status = 0;

	read_options(opt, &job, &fields);
	for (files = *files ? files : stdin_only; *files; files++) {
		stdin_closed |= strcmp(*files, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= cut_file(&job, *files, fields);
	}
	if (stdin_closed) {
		warn_code(EBADF, "-");
		status = 1;
	}
	return status;
}
