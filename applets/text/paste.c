/* paste - write the lines of files side by side
 *
 * usage: paste [OPTION]... [FILE]...
 *
 *   -d, --delimiters=LIST   take the characters of LIST in turn, not a tab, to separate the parts
 *   -s, --serial            make each file one line
 *   -z, --zero-terminated   lines end with NUL, not with a newline
 *
 * LIST may have \b \f \n \r \t \v \\ and \0, which is no character. FILE - is standard input, and so
 * is no FILE.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 paste; GNU coreutils manual, "paste invocation"
 * hot: copies every line
 */
#include "libbb.h"
#include "outfail.h"
#include "paste.gen.h"

struct input {
	const char *name;
	struct reader *in; /* NULL when it has ended; files named - share one */
};

struct job {
	char *list; /* of delimiters; those that are no character are marked in `none` */
	bool *none;
	size_t list_len;
	char line_end;
	int status;
};

/* Reads the list of delimiters. */
static void read_list(struct job *job, const char *arg)
{
	static const char letters[] = "bfnrtv\\", values[] = "\b\f\n\r\t\v\\";

	job->list = arena_alloc(strlen(arg) + 2);
	job->none = arena_array(bool, strlen(arg) + 2);
	for (const char *p = arg; *p; p++) {
		const char *found;
		char c = *p;

		if (c == '\\') {
			if (!*++p)
				die("delimiter list ends with an unescaped backslash: %s",
				    quote_style(arg, strlen(arg), QUOTE_C_MAYBE, ":", NULL));
			found = strchr(letters, *p);
			c = found ? values[found - letters] : *p;
			job->none[job->list_len] = *p == '0';
		}
		job->list[job->list_len++] = c;
	}
	if (job->list_len == 0)
		job->none[job->list_len++] = true;
}

static inline void put_delimiter(const struct job *job, size_t *at)
{
	if (!job->none[*at])
		out_char(job->list[*at]);
	*at = *at + 1 == job->list_len ? 0 : *at + 1;
}

/* Notes that an input has ended, or could not be read. */
static void end_input(struct job *job, struct input *input)
{
	if (input->in->error) {
		warn_code(input->in->error, "%s", quote_maybe(input->name));
		job->status = 1;
		input->in->error = 0;
	}
	close_file(input->in->fd);
	input->in = NULL;
}

/* Writes one line of each; returns whether any input has more. Delimiters of inputs that have ended are written only when
 * a line comes after them. */
static bool put_row(struct job *job, struct input *inputs, size_t count)
{
	size_t waiting = 0, at = 0;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		size_t len;
		const char *line = inputs[i].in ? reader_line(inputs[i].in, &len, job->line_end) : NULL;

		if (inputs[i].in && !line)
			end_input(job, &inputs[i]);
		if (line) {
			for (; waiting > 0; waiting--)
				put_delimiter(job, &at);
			any = true;
			out_mem(line, len - (line[len - 1] == job->line_end));
		}
		waiting += i + 1 < count;
	}
	if (any) {
		for (; waiting > 0; waiting--)
			put_delimiter(job, &at);
		out_char(job->line_end);
	}
	return any;
}

static void paste_parallel(struct job *job, char **files)
{
	size_t count = 0;
	struct input *inputs;
	struct reader *shared = NULL;

	while (files[count])
		count++;
	inputs = arena_array(struct input, count);
	for (size_t i = 0; i < count; i++) {
		bool is_stdin = strcmp(files[i], "-") == 0;
		int fd = open_input(files[i]);

		if (fd < 0)
			die_errno("%s", quote_maybe(files[i]));
		inputs[i].name = files[i];
		inputs[i].in = is_stdin && shared ? shared : arena_new(struct reader);
		if (inputs[i].in != shared)
			reader_open(inputs[i].in, fd);
		if (is_stdin)
			shared = inputs[i].in;
	}
	while (put_row(job, inputs, count))
		out_check();
}

static void paste_serial(struct job *job, const char *name)
{
	struct reader in = { 0 };
	int fd = open_input(name);
	bool first = true;
	size_t len, at = 0;
	char *line;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(name));
		job->status = 1;
		return;
	}
	reader_open(&in, fd);
	while ((line = reader_line(&in, &len, job->line_end))) {
		if (!first)
			put_delimiter(job, &at);
		first = false;
		out_mem(line, len - (line[len - 1] == job->line_end));
		out_check();
	}
	out_char(job->line_end);
	end_input(job, &(struct input){ name, &in });
}

int paste_main(struct paste_options *opt, char **files)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .line_end = opt->zero_terminated ? 0 : '\n' };

	read_list(&job, opt->delimiters ? opt->delimiters : "\t");
	files = *files ? files : stdin_only;
	for (char **file = files; *file; file++)
		if (strcmp(*file, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0)
			die("standard input is closed");
	if (opt->serial)
		for (; *files; files++) {
			struct arena_mark mark = arena_mark();

			paste_serial(&job, *files);
			arena_release(mark);
		}
	else
		paste_parallel(&job, files);
	return job.status;
}
