/* files.c - the files that are packed and unpacked: what gzip and its like do with them */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arena.h"
#include "compress.h"
#include "in.h"
#include "path.h"
#include "walk.h"

int pack_open(struct pack_file *f, const char *name, bool follow)
{
	int fd = STDIN_FILENO;

	f->bytes_in = f->bytes_out = 0;
	f->name = name;
	if (name) {
		fd = open_file(name, O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW), 0);
		if (fd < 0)
			return -1;
	}
	if (fstat(fd, &f->st) < 0)
		return -1;
	if (name && !S_ISREG(f->st.st_mode))
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	f->in = (struct source){ 0 };
	source_open(&f->in, fd);
	return 0;
}

void pack_close(struct pack_file *f)
{
	if (f->name)
		close_file(f->in.fd);
}

enum pack_refusal pack_refusal(const struct pack_file *f, bool force)
{
	mode_t mode = f->st.st_mode;

	if (S_ISDIR(mode))
		return PACK_DIRECTORY;
	if (!S_ISREG(mode))
		return PACK_SPECIAL;
	if (mode & S_ISUID)
		return PACK_SETUID;
	if (mode & S_ISGID)
		return PACK_SETGID;
	if (!force && mode & S_ISVTX)
		return PACK_STICKY;
	return !force && f->st.st_nlink > 1 ? PACK_LINKED : PACK_FINE;
}

const char *pack_suffix(const char *name, const char *const *suffixes, size_t *which)
{
	size_t len = strlen(name);

	for (size_t i = 0; suffixes[i]; i++) {
		size_t n = strlen(suffixes[i]);

		if (n < len && name[len - n - 1] != '/' && strcmp(name + len - n, suffixes[i]) == 0) {
			if (which)
				*which = i;
			return name + len - n;
		}
	}
	return NULL;
}

int pack_create(struct pack_file *f, const char *path, bool replace)
{
	if (result_create(&f->result, path) == 0)
		return 0;
	if (errno != EEXIST || !replace || unlink(path) < 0)
		return -1;
	return result_create(&f->result, path);
}

int pack_emit(struct pack_file *f, const void *p, size_t n)
{
	f->bytes_out += n;
	if (f->discard)
		return 0;
	if (f->result.fd >= 0)
		return result_write(&f->result, p, n, f->sparse);
	return write_all(STDOUT_FILENO, p, n);
}

enum pack_error pack_encode(struct pack_file *f, enum format format, const struct encoder_options *opt)
{
	struct writer w;
	struct encoder *e;
	ssize_t n;

	writer_open(&w, f->result.fd >= 0 ? f->result.fd : STDOUT_FILENO);
	e = encoder_new(format, opt, &w);
	while ((n = read_some(f->in.fd, e->room, e->room_size)) > 0 && !w.error) {
		e->filled(e, (size_t)n);
		if (f->result.fd >= 0)
			result_write(&f->result, "", 0, false);
	}
	if (n < 0)
		return PACK_READ;
	encoder_end(e);
	f->bytes_in = e->total_in;
	f->bytes_out = e->total_out;
	if (writer_flush(&w) == 0)
		return PACK_DONE;
	errno = w.error;
	return PACK_WRITE;
}

enum pack_error pack_copy(struct pack_file *f)
{
	while (source_need(&f->in, 1)) {
		if (pack_emit(f, f->in.p, (size_t)(f->in.end - f->in.p)) < 0)
			return PACK_WRITE;
		f->in.p = f->in.end;
	}
	errno = f->in.error;
	return f->in.error ? PACK_READ : PACK_DONE;
}

enum pack_error pack_decode(struct pack_file *f, struct decoder *d)
{
	const unsigned char *block;
	size_t n;

	while ((n = decoder_next(d, &block)) > 0)
		if (pack_emit(f, block, n) < 0)
			return PACK_WRITE;
	f->bytes_in = source_position(&f->in);
	errno = f->in.error;
	return d->error & DECODE_READ ? PACK_READ : PACK_DONE;
}

int pack_finish(struct pack_file *f, const struct stat *like, bool sync, bool remove, enum pack_step *what)
{
	int error = result_like(&f->result, like);

	*what = PACK_CLOSE;
	if (result_finish(&f->result, sync) < 0)
		return errno;
	*what = PACK_REMOVE;
	if (remove && unlink(f->name) < 0)
		return errno;
	*what = PACK_ATTRIBUTES;
	return error;
}

char **pack_directory(const char *path, int fd)
{
	DIR *dir = fdopendir(dup(fd));
	struct dirent *e;
	char **names = NULL;
	size_t count = 0, size = 0;

	if (!dir)
		return NULL;
	for (;;) {
		names = arena_reserve(names, count, &size, sizeof(*names));
		names[count] = NULL;
		e = readdir(dir);
		if (!e)
			break;
		if (!is_dot_or_dotdot(e->d_name))
			names[count++] = path_join(path, e->d_name);
	}
	closedir(dir);
	return names;
}

char **pack_words(const char *const *variables, char **argv)
{
	static const char blanks[] = " \t\n\v\f\r";
	char **all = NULL;
	size_t count = 0, size = 0;

	for (; *variables; variables++) {
		const char *value = getenv(*variables);
		char *word = arena_strdup(value ? value : ""), *state = NULL;

		for (word = strtok_r(word, blanks, &state); word; word = strtok_r(NULL, blanks, &state)) {
			all = arena_reserve(all, count, &size, sizeof(*all));
			all[count++] = word;
		}
	}
	for (;; argv++) {
		all = arena_reserve(all, count, &size, sizeof(*all));
		all[count++] = *argv;
		if (!*argv)
			return all;
	}
}
