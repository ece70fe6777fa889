/* write.c - putting files in their place: results, backups, rejects
 *
 * A result is written beside the file and renamed, so that the original is there until it is complete.
 */
#include "patch.h"
#include "path.h"

bool patch_leads_outside(const char *name)
{
	const char *here, *there;
	size_t len;

	if (!strchr(name, '/'))
		return false;
	here = current_dir();
	there = canonical_path(path_dir(name), CANON_MISSING, false);
	if (!here || !there)
		return true;
	len = strlen(here);
	return strncmp(there, here, len) != 0 || (len > 1 && there[len] && there[len] != '/');
}

static void make_directories(const char *name)
{
	char *copy = arena_strdup(name);

	for (char *slash = copy; (slash = strchr(slash + 1, '/')); *slash = '/') {
		*slash = 0;
		mkdir(copy, 0777);
	}
}

/* Removes a file, and the directories it was in as far as they are empty. */
static void remove_file(const struct patch *p, const char *name)
{
	char *copy = arena_strdup(name), *slash;

	if (unlink(name) < 0 && errno != ENOENT)
		patch_cannot(p, "remove", name);
	while ((slash = strrchr(copy, '/')) && slash > copy) {
		*slash = 0;
		if (rmdir(copy) < 0)
			break;
	}
}

/* Writes lines to the new file `name`, or adds them to it, and closes it. */
static int write_lines(const struct patch *p, const char *name, int flags, mode_t mode, const struct lines *l)
{
	struct writer w = { 0 };
	int fd = open_file(name, O_WRONLY | O_CREAT | O_NOFOLLOW | flags, mode);

	if (fd < 0)
		patch_cannot(p, "create", name);
	writer_open(&w, fd);
	for (size_t i = 0; i < l->count; i++)
		writer_mem(&w, l->at[i].text, l->at[i].len);
	if (writer_flush(&w) < 0) {
		int code = w.error;

		if (flags & O_EXCL)
			unlink(name);
		patch_fatal("write error : %s", strerror(code));
	}
	return fd;
}

/* Whether `name` was not in the set yet; it is then. */
static bool first_time(struct strmap *set, const char *name)
{
	if (strmap_get(set, name, strlen(name)))
		return false;
	strmap_set(set, name, strlen(name), "");
	return true;
}

/* The name for a backup. */
static const char *name_of_backup(const struct patch *p, const char *name)
{
	const struct patch_options *o = p->opt;
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name, *to;

	if ((o->prefix && *o->prefix) || (o->basename_prefix && *o->basename_prefix))
		return arena_printf("%s%.*s%s%s%s", o->prefix ? o->prefix : "", (int)(base - name), name,
				    o->basename_prefix ? o->basename_prefix : "", base,
				    o->suffix ? o->suffix : "");
	make_directories(name);
	to = backup_name(AT_FDCWD, name, &p->backup);
	if (!to)
		patch_cannot(p, "back up", name);
	return to;
}

/* Keeps what the file was before the first change; an empty file if there was none. */
static void back_up(struct patch *p, const char *name)
{
	const char *to;

	if (!first_time(&p->saved, name))
		return;
	to = name_of_backup(p, name);
	make_directories(to);
	unlink(to);
	if (faccessat(AT_FDCWD, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		close_file(write_lines(p, to, O_EXCL, 0666, &(struct lines){ 0 }));
	else if (link(name, to) < 0 && rename(name, to) < 0)
		patch_cannot(p, arena_printf("rename file %s to", patch_quote(p, name)), to);
}

static void write_result(struct patch *p, const struct outcome *o)
{
	const char *name = o->file, *real, *temporary;
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, o->time };
	mode_t mode = o->mode & 07777 ? o->mode & 07777 : o->exists ? o->st.st_mode & 07777 : 0;
	int fd;

	if (o->keeps_mode)
		mode = (o->st.st_mode & 07666) | (o->mode & 0111);
	if (p->opt->follow_symlinks && (real = canonical_path(name, CANON_MISSING, false)))
		name = real;
	make_directories(name);
	temporary = temporary_name(name);
	if (S_ISLNK(o->mode)) {
		struct buf b = { 0 };

		buf_str(&b, "");
		for (size_t i = 0; i < o->text.count; i++)
			buf_mem(&b, o->text.at[i].text, o->text.at[i].len);
		if (symlink(b.data, temporary) < 0)
			patch_cannot(p, "create symbolic link", name);
	} else {
		fd = write_lines(p, temporary, O_EXCL, mode ? 0600 : 0666, &o->text);
		if (mode) {
			if (o->exists && fchown(fd, o->st.st_uid, o->st.st_gid) < 0)
				mode &= ~(mode_t)06000;
			fchmod(fd, mode);
		}
		if (o->has_time)
			futimens(fd, times);
		close_file(fd);
	}
	if (rename(temporary, name) < 0) {
		unlink(temporary);
		patch_cannot(p, arena_printf("rename file %s to", temporary), name);
	}
}

/* Whether what another file is made of is itself made anew. */
static bool is_replaced(const struct patch *p, const char *name)
{
	for (size_t i = 0; i < p->pending_count; i++)
		if (strcmp(p->pending[i].file, name) == 0)
			return true;
	return false;
}

void patch_flush(struct patch *p)
{
	for (size_t i = 0; i < p->pending_count; i++) {
		const struct outcome *o = &p->pending[i];

		if (o->backup)
			back_up(p, o->file);
		if (o->removes)
			remove_file(p, o->file);
		else
			write_result(p, o);
	}
	for (size_t i = 0; i < p->pending_count; i++)
		if (p->pending[i].moves && !is_replaced(p, p->pending[i].source))
			remove_file(p, p->pending[i].source);
	p->pending_count = 0;
}

/* Appends to the file of -o, or to standard output. */
static void write_output(struct patch *p)
{
	const char *name = p->opt->output;

	if (strcmp(name, "-") == 0) {
		for (size_t i = 0; i < p->o.text.count; i++)
			out_mem(p->o.text.at[i].text, p->o.text.at[i].len);
	} else if (!p->opt->dry_run) {
		bool first = first_time(&p->written, name);

		close_file(write_lines(p, name, first ? O_TRUNC : O_APPEND, 0600, &p->o.text));
	}
}

void patch_finish(struct patch *p)
{
	const struct header_name *new = &p->names[!p->reverse];
	struct outcome *o = &p->o;
	bool unchanged = p->failed > 0 && p->failed == p->hunks && !p->opt->merge_at;

	if (p->opt->output) {
		write_output(p);
		return;
	}
	o->mode = new->mode;
	o->keeps_mode = p->git && o->exists && new->mode && p->names[p->reverse].mode;
	o->moves = p->rename && o->source && strcmp(o->source, o->file) != 0;
	o->removes = o->len == 0 && (p->opt->remove_empty_files || (new->null && !p->posix));
	o->backup = p->backup_always || (p->backup_mismatch && p->mismatch);
	if (new->null && o->len > 0 && !p->opt->remove_empty_files && p->failed == 0) {
		patch_say(p, "Not deleting file %s as content differs from patch\n", patch_quote(p, o->file));
		patch_failed(p);
	}
	if (p->opt->dry_run)
		return;
	if (o->removes && p->verbose)
		patch_say(p, "Removing file %s\n", patch_quote(p, o->file));
	if (unchanged && !o->exists) {
		if (o->backup)
			back_up(p, o->file);
		errno = ENOENT;
		patch_cannot(p, "reopen", o->file);
	}
	if (unchanged && !o->source && !o->removes && !o->backup)
		return;
	p->pending = arena_reserve(p->pending, p->pending_count, &p->pending_size, sizeof(*o));
	p->pending[p->pending_count++] = *o;
	if (!p->git)
		patch_flush(p);
}

void patch_save_rejects(struct patch *p)
{
	const char *to = p->opt->reject_file;
	struct buf b = { 0 };

	if (p->failed == 0)
		return;
	patch_failed(p);
	if (p->opt->merge_at)
		return;
	buf_str(&b, "");
	if (p->rejects.len > 0 && !p->opt->dry_run && !(to && strcmp(to, "-") == 0)) {
		struct line l = { p->rejects.data, p->rejects.len, false };

		if (!to)
			to = arena_printf("%s.rej", p->opt->output && strcmp(p->opt->output, "-") != 0
							    ? p->opt->output
							    : p->o.file);
		bool first = first_time(&p->rejected, to);

		if (first)
			unlink(to);
		close_file(write_lines(p, to, first ? O_EXCL : O_APPEND, 0666,
				       &(struct lines){ .at = &l, .count = 1 }));
		buf_fmt(&b, " -- saving rejects to file %s", patch_quote(p, to));
	}
	/* this is told in any case */
	p->silent = false;
	patch_say(p, "%zu out of %zu hunk%s %s%s\n", p->failed, p->hunks, p->hunks == 1 ? "" : "s",
		  p->skip ? "ignored" : "FAILED", b.data);
	p->silent = p->opt->quiet > p->opt->verbose;
}
