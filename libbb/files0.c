/* files0.c - file names from --files0-from=F */
#include "libbb.h"
#include "files0.h"

char **files0_read(const char *from, char **operands)
{
	size_t len, n = 0;
	char *text, **names;
	int fd;

	if (*operands)
		die_usage("extra operand %s\nfile operands cannot be combined with --files0-from",
			  quote(*operands));
	fd = open_input(from);
	if (fd < 0)
		die_errno("cannot open %s for reading", quote_file(from));
	text = read_file(fd, &len);
	if (!text)
		die_status_errno(1, "%s: read error", quote_maybe(from));
	close_file(fd);
	names = arena_array(char *, mem_count(text, 0, len) + 2);
	for (char *p = text; p < text + len; p += strlen(p) + 1)
		names[n++] = p;
	return names;
}

bool files0_usable(const char *name, const char *from, size_t number)
{
	if (from && strcmp(from, "-") == 0 && strcmp(name, "-") == 0)
		warn("when reading file names from stdin, no file name of %s allowed", quote_file(name));
	else if (!*name && from)
		warn("%s:%zu: invalid zero-length file name", quote_maybe(from), number);
	else if (!*name)
		warn("invalid zero-length file name");
	else
		return true;
	return false;
}
