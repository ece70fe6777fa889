/* look - print lines of a sorted file that begin with a string
 *
 * usage: look [OPTION]... STRING [FILE]
 *
 *   -a, --alternative       look in the alternative word list /usr/share/dict/web2
 *   -d, --alphanum          compare only blanks, letters and digits
 *   -f, --ignore-case       upper and lower case are equal
 *   -t, --terminate=CHAR    compare STRING only up to and with the first CHAR
 *
 * Without FILE, look in $WORDLIST or /usr/share/dict/words, with -d and -f. The file must be sorted as
 * it is compared. The status is 1 if no line is found.
 *
 * install: /usr/bin
 * follows: look(1) of util-linux
 */
#include <sys/mman.h>
#include "libbb.h"
#include "look.gen.h"

struct job {
	const char *string; /* as it is compared */
	size_t len;
	bool dictionary, fold;
};

static bool is_ignored(const struct job *job, char c)
{
	return job->dictionary && c != ' ' && c != '\t' && !(c >= '0' && c <= '9') &&
	       !((c | 32) >= 'a' && (c | 32) <= 'z');
}

static unsigned char changed(const struct job *job, char c)
{
	return (unsigned char)(job->fold && c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* Compares the string with the beginning of the line at `p`. */
static int compare(const struct job *job, const char *p, const char *end)
{
	size_t i = 0;

	for (; i < job->len && p < end && *p != '\n'; p++) {
		int order;

		if (is_ignored(job, *p))
			continue;
		order = (unsigned char)job->string[i] - changed(job, *p);
		if (order)
			return order;
		i++;
	}
	return i < job->len;
}

static const char *line_start(const char *text, const char *p)
{
	while (p > text && p[-1] != '\n')
		p--;
	return p;
}

static const char *next_line(const char *p, const char *end)
{
	const char *newline = mem_chr(p, '\n', (size_t)(end - p));

	return newline ? newline + 1 : end;
}

/* Returns the first line that does not come before the string. */
static const char *find(const struct job *job, const char *text, const char *end)
{
	const char *low = text, *high = end;

	while (low < high) {
		const char *middle = line_start(low, low + (high - low) / 2);

		if (compare(job, middle, end) > 0)
			low = next_line(middle, end);
		else
			high = middle;
	}
	return low;
}

static void read_string(struct job *job, const char *arg, const char *stop)
{
	char *string = arena_alloc(strlen(arg) + 1);
	const char *last = stop && *stop ? strchr(arg, *stop) : NULL;
	size_t len = last ? (size_t)(last - arg) + 1 : strlen(arg);

	for (size_t i = 0; i < len; i++)
		if (!is_ignored(job, arg[i]))
			string[job->len++] = (char)changed(job, arg[i]);
	job->string = string;
}

/* The text of a file: its pages, or what can be read of it. */
static const char *open_text(const char *name, size_t *len)
{
	int fd = open_file(name, O_RDONLY, 0);
	struct stat st;
	void *text = MAP_FAILED;

	if (fd < 0 || fstat(fd, &st) < 0)
		die_errno("%s", name);
	*len = (size_t)st.st_size;
	if (S_ISREG(st.st_mode) && *len == 0) {
		errno = EINVAL;
		die_errno("%s", name);
	}
	if (S_ISREG(st.st_mode))
		text = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		text = read_file(fd, len);
	if (!text)
		die_errno("%s", name);
	return text;
}

int look_main(struct look_options *opt, char **argv)
{
	struct job job = { .dictionary = opt->alphanum, .fold = opt->ignore_case };
	const char *name = getenv("WORDLIST"), *text, *end;
	size_t len;
	bool found = false;

	if (!argv[0] || (argv[1] && argv[2]))
		die_usage("bad usage");
	if (opt->alternative)
		name = "/usr/share/dict/web2";
	else if (!name)
		name = "/usr/share/dict/words";
	if (argv[1])
		name = argv[1];
	else
		job.dictionary = job.fold = true;
	read_string(&job, argv[0], opt->terminate);
	text = open_text(name, &len);
	end = text + len;
	for (const char *p = find(&job, text, end); p < end && compare(&job, p, end) == 0;) {
		const char *next = next_line(p, end);

		out_mem(p, (size_t)(next - p));
		if (next[-1] != '\n')
			out_char('\n');
		if (out_failed())
			leave(1);
		found = true;
		p = next;
	}
	return !found;
}
