/* yes - write a line again and again
 *
 * usage: yes [STRING]...
 *
 * Writes the STRINGs, separated by blanks, or `y', until it is killed.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "yes invocation"
 */
#include <sys/uio.h>
#include "libbb.h"
#include "yes.gen.h"

enum { SIZE = 65536 };

/* Gives a pipe the pages themselves, again and again. Returns when that is not possible, with errno set. */
static void splice_forever(char *p, size_t len)
{
	for (;;) {
		struct iovec v = { p, len };

		while (v.iov_len > 0) {
			ssize_t n = vmsplice(STDOUT_FILENO, &v, 1, 0);

			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return;
			v.iov_base = (char *)v.iov_base + n;
			v.iov_len -= (size_t)n;
		}
	}
}

int yes_main(struct yes_options *opt, char **argv)
{
	struct buf line = { 0 };
	size_t count;
	struct stat st;
	char *text;

	(void)opt;
	if (!*argv)
		buf_char(&line, 'y');
	for (size_t i = 0; argv[i]; i++) {
		if (i > 0)
			buf_char(&line, ' ');
		buf_str(&line, argv[i]);
	}
	buf_char(&line, '\n');
	count = line.len < SIZE ? SIZE / line.len : 1;
	text = arena_alloc(count * line.len);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * line.len, line.data, line.len);
	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISFIFO(st.st_mode))
		splice_forever(text, count * line.len);
	while (write_all(STDOUT_FILENO, text, count * line.len) == 0)
		;
	die_errno("standard output");
}
