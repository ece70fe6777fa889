/* target.c - the operands of cp, install, ln and mv */
#include <fcntl.h>
#include <string.h>
#include "arena.h"
#include "in.h"
#include "path.h"
#include "quote.h"
#include "run.h"
#include "target.h"

size_t find_target(struct target *t, char **files, const struct option_list *given, unsigned flags)
{
	size_t count = 0;

	while (files[count])
		count++;
	if (given->count > 1)
		die("multiple target directories specified");
	if (count == 0)
		die_usage("missing file operand");
	*t = (struct target){ -1, given->count ? given->items[0].value : files[count - 1] };
	if (flags & TARGET_NONE) {
		if (given->count)
			die("cannot combine --target-directory (-t) and --no-target-directory (-T)");
		if (count < 2)
			die_usage("missing destination file operand after %s", quote_file(files[0]));
		if (count > 2)
			die_usage("extra operand %s", quote_file(files[2]));
		return 1;
	}
	if (count == 1 && !given->count) {
		if (!(flags & TARGET_HERE))
			die_usage("missing destination file operand after %s", quote_file(files[0]));
		*t = (struct target){ AT_FDCWD, "." };
		return 1;
	}
	t->dir = open_file(t->path, O_PATH | O_DIRECTORY | (flags & TARGET_NOFOLLOW ? O_NOFOLLOW : 0), 0);
	if (t->dir < 0 && given->count && !(flags & TARGET_NOFOLLOW))
		die_errno("target directory %s", quote_file(t->path));
	if (t->dir < 0 && (given->count || count > 2))
		die_errno("target %s", quote_file(t->path));
	return given->count ? count : count - 1;
}

struct place target_place_named(const struct target *t, const char *name)
{
	char *path = path_join(t->path, name);

	return (struct place){ t->dir, path + strlen(path) - strlen(name), path };
}

struct place target_place(const struct target *t, const char *source)
{
	return t->dir == -1 ? (struct place){ AT_FDCWD, t->path, t->path }
			    : target_place_named(t, path_base(source));
}

void strip_trailing_slashes(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = 0;
}
