/* shuf - put lines in an order by chance
 *
 * usage: shuf [OPTION]... [FILE]
 * usage: shuf -e [OPTION]... [ARG]...
 * usage: shuf -i LO-HI [OPTION]...
 *
 *   -e, --echo                 each ARG is a line
 *   -i, --input-range=LO-HI...  each number from LO to HI is a line
 *   -n, --head-count=COUNT...  write COUNT lines at most
 *   -o, --output=FILE...       write to FILE
 *       --random-source=FILE...  take chance from FILE
 *   -r, --repeat               lines may come again
 *   -z, --zero-terminated      lines end with NUL, not with a newline
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "shuf invocation"
 */
#include "libbb.h"
#include "outfail.h"
#include "random.h"
#include "shuf.gen.h"

enum { SMALL_FILE = 8 << 20 };

struct text {
	const char *p;
	size_t len;
};

struct job {
	struct random random;
	char delimiter;
	uintmax_t head;
	bool repeat;
	struct text *lines; /* or NULL for the numbers from `first` on */
	uintmax_t first, count;
	struct writer *out;
};

static void put_line(struct job *job, uintmax_t i)
{
	if (job->lines)
		writer_mem(job->out, job->lines[i].p, job->lines[i].len);
	else
		writer_num(job->out, job->first + i, 0);
	writer_char(job->out, job->delimiter);
	if (job->out == &std_out)
		out_check();
	else if (job->out->error)
		die_errno("write error");
}

/* An array of which most elements are their own index: where the others are is found by hashing. */
struct sparse {
	uintmax_t *keys, *values; /* keys are one more than the index, 0 is none */
	size_t size;
};

static size_t find_slot(const struct sparse *s, uintmax_t key)
{
	size_t at = (size_t)((key + 1) * 0x9e3779b97f4a7c15 >> 20) & (s->size - 1);

	while (s->keys[at] && s->keys[at] != key + 1)
		at = (at + 1) & (s->size - 1);
	return at;
}

static uintmax_t sparse_get(const struct sparse *s, uintmax_t key)
{
	size_t at = find_slot(s, key);

	return s->keys[at] ? s->values[at] : key;
}

static void sparse_set(struct sparse *s, uintmax_t key, uintmax_t value)
{
	size_t at = find_slot(s, key);

	s->keys[at] = key + 1;
	s->values[at] = value;
}

/* Chooses `head` of many numbers. */
static void permute_sparsely(struct job *job)
{
	struct sparse s = { .size = 64 };

	while (s.size < 8 * job->head)
		s.size *= 2;
	s.keys = arena_array(uintmax_t, s.size);
	s.values = arena_array(uintmax_t, s.size);
	for (uintmax_t i = 0; i < job->head; i++) {
		uintmax_t j = i + random_upto(&job->random, job->count - 1 - i), value = sparse_get(&s, j);

		sparse_set(&s, j, sparse_get(&s, i));
		sparse_set(&s, i, value);
	}
	for (uintmax_t i = 0; i < job->head; i++)
		put_line(job, sparse_get(&s, i));
}

static void permute(struct job *job)
{
	uintmax_t *order;

	if (job->head > job->count)
		job->head = job->count;
	if (job->count > 1 << 16 && job->head < job->count / 16) {
		permute_sparsely(job);
		return;
	}
	order = arena_alloc_array((size_t)job->count, sizeof(*order));
	for (uintmax_t i = 0; i < job->count; i++)
		order[i] = i;
	for (uintmax_t i = 0; i < job->head; i++) {
		uintmax_t j = i + random_upto(&job->random, job->count - 1 - i), swap = order[j];

		order[j] = order[i];
		order[i] = swap;
	}
	for (uintmax_t i = 0; i < job->head; i++)
		put_line(job, order[i]);
}

static void add_line(struct job *job, size_t *size, const char *p, size_t len)
{
	job->lines = arena_reserve(job->lines, (size_t)job->count, size, sizeof(*job->lines));
	job->lines[job->count++] = (struct text){ p, len };
}

/* Takes a whole file. */
static void read_all_lines(struct job *job, int fd)
{
	size_t len, size = 0;
	char *p = read_file(fd, &len), *end;

	if (!p)
		die_errno("read error");
	job->lines = arena_array(struct text, size = 16);
	for (end = p + len; p < end;) {
		const char *stop = mem_chr(p, job->delimiter, (size_t)(end - p));

		stop = stop ? stop : end;
		add_line(job, &size, p, (size_t)(stop - p));
		p += stop - p + 1;
	}
}

/* Takes so many lines of a long input as are wanted, each as likely, and keeps no others. */
static void read_sample(struct job *job, int fd)
{
	struct reader in = { 0 };
	struct buf *kept = arena_array(struct buf, 16);
	size_t len, size = 16;
	uintmax_t seen = 0;
	const char *line;

	reader_open(&in, fd);
	for (; (line = reader_line(&in, &len, job->delimiter)); seen++) {
		uintmax_t at = seen < job->head ? seen : random_upto(&job->random, seen);

		if (at >= job->head)
			continue;
		if (at == job->count) {
			kept = arena_reserve(kept, (size_t)at, &size, sizeof(*kept));
			kept[job->count++] = (struct buf){ 0 };
		}
		kept[at].len = 0;
		buf_mem(&kept[at], line, len - (line[len - 1] == job->delimiter));
	}
	if (seen >= job->head) /* the place of a line that did not come: GNU's draws for it too */
		random_upto(&job->random, seen);
	if (in.error) {
		errno = in.error;
		die_errno("read error");
	}
	job->lines = arena_array(struct text, (size_t)job->count + 1);
	for (size_t i = 0; i < job->count; i++)
		job->lines[i] = (struct text){ kept[i].data ? kept[i].data : "", kept[i].len };
}

static void read_lines(struct job *job, const char *name)
{
	int fd = open_input(name);
	struct stat st;

	if (fd < 0)
		die_errno("%s", quote_maybe(name));
	if (job->head < UINTMAX_MAX && !job->repeat &&
	    !(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= SMALL_FILE))
		read_sample(job, fd);
	else
		read_all_lines(job, fd);
}

static uintmax_t read_bound(const char *s)
{
	uintmax_t n = 0;
	enum num_error error = parse_uint(s, NULL, &n);

	errno = EOVERFLOW;
	if (error == NUM_OVERFLOW)
		die_errno("invalid input range: %s", quote(s));
	if (error != NUM_OK)
		die("invalid input range: %s", quote(s));
	return n;
}

static void read_range(struct job *job, const char *arg)
{
	const char *dash = strchr(arg, '-');
	uintmax_t last;

	if (!dash)
		die("invalid input range: %s", quote(arg));
	job->first = read_bound(arena_memdup(arg, (size_t)(dash - arg)));
	last = read_bound(dash + 1);
	job->count = last + 1 - job->first;
	if (job->first > last ? job->count != 0 : job->count == 0)
		die("invalid input range: %s", quote(arg));
}

/* Takes an option that may be given only once, or again with the same argument. */
static const char *only_one(const struct option_list *list, const char *message)
{
	for (size_t i = 1; i < list->count; i++)
		if (strcmp(list->items[i].value, list->items[0].value) != 0)
			die("%s", message);
	return list->count ? list->items[0].value : NULL;
}

static void read_options(const struct shuf_options *opt, struct job *job, char **argv)
{
	for (size_t i = 0; i < opt->head_count.count; i++) {
		const char *arg = opt->head_count.items[i].value;
		uintmax_t n;

		if (parse_uint(arg, NULL, &n) > NUM_OVERFLOW)
			die("invalid line count: %s", quote(arg));
		job->head = n < job->head ? n : job->head;
	}
	if (opt->input_range.count > 1)
		die("multiple -i options specified");
	if (opt->input_range.count)
		read_range(job, opt->input_range.items[0].value);
	if (opt->input_range.count && opt->echo)
		die_usage("cannot combine -e and -i options");
	if (!opt->echo && *argv && (opt->input_range.count || argv[1]))
		die_extra_operand(argv[!opt->input_range.count]);
	job->delimiter = opt->zero_terminated ? 0 : '\n';
	job->repeat = opt->repeat;
}

int shuf_main(struct shuf_options *opt, char **argv)
{
	struct job job = { .head = UINTMAX_MAX, .out = &std_out };
	const char *output = only_one(&opt->output, "multiple output files specified");
	const char *source = only_one(&opt->random_source, "multiple random sources specified");
	struct writer out;
	size_t size = 0;

	read_options(opt, &job, argv);
	if (!job.head)
		return 0;
	random_open(&job.random, source);
	if (opt->echo) {
		job.lines = arena_array(struct text, size = 16);
		for (; *argv; argv++)
			add_line(&job, &size, *argv, strlen(*argv));
	} else if (!opt->input_range.count) {
		read_lines(&job, *argv ? *argv : "-");
	}
	if (output) {
		int fd = open_file(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);

		if (fd < 0)
			die_errno("%s", quote_maybe(output));
		writer_open(&out, fd);
		job.out = &out;
	}
	if (job.repeat && job.count == 0)
		die("no lines to repeat");
	if (!job.repeat)
		permute(&job);
	for (uintmax_t i = 0; job.repeat && (i < job.head || job.head == UINTMAX_MAX); i++)
		put_line(&job, random_upto(&job.random, job.count - 1));
	if (output && writer_close(&out) < 0)
		die_errno("write error");
	if (std_out.len > 4096) {
		out_flush();
		out_check();
	}
	return 0;
}
