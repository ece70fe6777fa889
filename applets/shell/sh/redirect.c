/* redirect.c - redirections, and putting back what they replaced
 *
 * POSIX.1-2024 XCU 2.7; the Bash manual, "Redirections".
 */
#include "sh.h"
#include <sys/mman.h>

/* Where the shell's own descriptors go: below 64, for the kernel's table of a
 * process has so many without more ado. */
enum { OWN_FDS = 48, OWN_FDS_TIGHT = 10 };

static int duplicate(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, OWN_FDS);

	if (copy < 0 && (errno == EINVAL || errno == EMFILE))
		copy = fcntl(fd, F_DUPFD_CLOEXEC, OWN_FDS_TIGHT);
	return copy;
}

int sh_move_fd(int fd)
{
	int copy;

	if (fd < 0)
		return fd;
	copy = duplicate(fd);
	if (copy >= 0)
		close(fd);
	return copy;
}

static void put_back(struct shell *sh, struct undo *self);

int sh_move_low(int fd)
{
	int low = fcntl(fd, F_DUPFD, 10);

	if (low < 0)
		return fd;
	close(fd);
	return low;
}

void sh_close_own_fds(struct shell *sh)
{
	for (struct input *in = sh->input; in; in = in->outer)
		if (in->fd > 2 && !in->shared) {
			close(in->fd);
			in->fd = -1;
		}
	for (struct undo *u = sh->undo; u; u = u->outer)
		if (u->run == put_back) {
			struct redirected *r = (struct redirected *)u;

			for (size_t i = 0; i < r->count; i++)
				if (r->saved[i].copy >= 0) {
					close(r->saved[i].copy);
					r->saved[i].copy = -1;
				}
		}
}

/* Makes room when the user wants a number that the shell uses for itself. */
static void make_way(struct shell *sh, int fd)
{
	for (struct input *in = sh->input; in; in = in->outer)
		if (in->fd == fd && !in->shared && fd > 2)
			in->fd = sh_move_fd(fd);
	if (sh->terminal == fd)
		sh->terminal = sh_move_fd(fd);
}

static void put_back(struct shell *sh, struct undo *self)
{
	struct redirected *r = (struct redirected *)self;

	sh_read_sync(sh);
	if (!sh->capturing)
		out_flush();
	while (r->count > 0) {
		struct saved_fd *s = &r->saved[--r->count];

		if (r->keep) {
			if (s->copy >= 0)
				close(s->copy);
		} else if (s->copy >= 0) {
			dup2(s->copy, s->fd);
			close(s->copy);
		} else {
			close(s->fd);
		}
	}
}

void sh_redirect_begin(struct shell *sh, struct redirected *saved)
{
	*saved = (struct redirected){ 0 };
	undo_push(sh, &saved->undo, put_back);
}

/* Remembers what `fd` is, once. */
static void save_fd(struct shell *sh, struct redirected *r, int fd)
{
	int copy;

	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		if (r->saved[i].fd == fd)
			return;
		else if (r->saved[i].copy == fd)
			r->saved[i].copy = sh_move_fd(fd);
	copy = duplicate(fd);
	if (r->count == r->cap) {
		struct saved_fd *more = sh_stack_alloc(sh, (r->cap + 4) * sizeof(*more));

		if (r->count)
			memcpy(more, r->saved, r->count * sizeof(*more));
		r->saved = more;
		r->cap += 4;
	}
	r->saved[r->count++] = (struct saved_fd){ fd, copy };
}

int sh_here_document(struct shell *sh, const char *text, size_t len)
{
	int fd = memfd_create("here", MFD_CLOEXEC);
	char *name;

	if (fd < 0) {
		name = sh_temporary_file(sh, text, len);
		fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
		if (name)
			unlink(name);
		return fd;
	}
	if (write_all(fd, text, len) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Opens for >: with noclobber only what is not there, or is no plain file. */
static int open_out(struct shell *sh, const char *name, bool clobber)
{
	struct stat st;
	int fd;

	if (clobber || !sh->opt[O_NOCLOBBER])
		return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode)) {
		fd = open(name, O_WRONLY | O_CLOEXEC);
		if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
			close(fd);
			errno = EEXIST;
			return -1;
		}
		return fd;
	}
	return open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

/* The target as a string: in POSIX mode a script's is not taken for a pattern.
 * NULL after a message. */
static char *target_of(struct shell *sh, struct redirect *r)
{
	struct fields f = { 0 };

	if (sh->opt[O_POSIX] && !sh->interactive)
		return sh_expand_string(sh, r->word, NULL);
	sh_expand_word(sh, r->word, &f);
	if (f.count == 1)
		return f.v[0];
	sh_warn(sh, "%s: ambiguous redirect",
		r->word->raw     ? r->word->raw
		: r->word->plain ? r->word->plain
				 : "");
	return NULL;
}

/* Puts an open descriptor at its number. Closes `from` if it is the shell's
 * own. */
static bool place_fd(int from, int fd, bool own)
{
	if (from == fd)
		return fcntl(fd, F_SETFD, 0) == 0;
	if (dup2(from, fd) < 0) {
		int code = errno;

		if (own)
			close(from);
		errno = code;
		return false;
	}
	if (own)
		close(from);
	return true;
}

/* The number for {name}>: a free one from 10 on. */
static bool place_at_variable(struct shell *sh, struct redirect *r, int from, bool own)
{
	int fd = fcntl(from, F_DUPFD, 10);

	if (own)
		close(from);
	if (fd < 0)
		return false;
	if (r->sub)
		sh_element_set(sh, r->var, r->sub, sh_stack_printf(sh, "%d", fd), false);
	else
		sh_var_set_number(sh, r->var, fd);
	return true;
}

/* &> and &>>: both standard output and error. */
static bool redirect_both(struct shell *sh, const char *name, bool append, struct redirected *saved)
{
	int fd = append ? open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)
			: open_out(sh, name, false);

	if (fd < 0) {
		if (errno == EEXIST)
			sh_warn(sh, "%s: cannot overwrite existing file", name);
		else
			sh_warn_errno(sh, "%s", name);
		return false;
	}
	save_fd(sh, saved, 1);
	save_fd(sh, saved, 2);
	if (fd != 1) {
		dup2(fd, 1);
		if (fd != 2)
			close(fd);
	} else {
		fcntl(1, F_SETFD, 0);
	}
	dup2(1, 2);
	return true;
}

/* n>&m, n>&-, n>&m- */
static bool redirect_dup(struct shell *sh, struct redirect *r, const char *target, struct redirected *saved)
{
	int fd = r->fd, from;
	char *end;
	bool moves;

	if (strcmp(target, "-") == 0) {
		if (r->var) {
			const char *s = r->sub ? sh_element_get(sh, r->var, r->sub) : sh_var_text(sh, r->var);

			fd = s ? (int)strtol(s, NULL, 10) : -1;
		} else {
			save_fd(sh, saved, fd);
		}
		if (fd == 1 && !sh->capturing)
			out_flush();
		close(fd);
		return true;
	}
	from = (int)strtol(target, &end, 10);
	moves = *end == '-' && !end[1];
	if (end == target || (*end && !moves)) {
		if (r->op == REDIR_DUP_OUT && fd == 1 && !sh->opt[O_POSIX])
			return redirect_both(sh, target, false, saved);
		sh_warn(sh, "%s: ambiguous redirect", target);
		return false;
	}
	if (fcntl(from, F_GETFD) < 0 || (from >= OWN_FDS_TIGHT && fcntl(from, F_GETFD) & FD_CLOEXEC)) {
		sh_warn(sh, "%s: %s", target, strerror(EBADF));
		return false;
	}
	if (r->var)
		return place_at_variable(sh, r, from, false);
	if (from != fd) {
		make_way(sh, fd);
		save_fd(sh, saved, fd);
		if (dup2(from, fd) < 0) {
			sh_warn_errno(sh, "%d", fd);
			return false;
		}
	}
	if (moves && from != fd) {
		save_fd(sh, saved, from);
		close(from);
	}
	return true;
}

/* Opens the file, or the text, of a redirection. -1 after a message. */
static int open_target(struct shell *sh, struct redirect *r)
{
	const char *name;
	size_t len;
	int fd;

	if (r->op == REDIR_HERE || r->op == REDIR_STRING) {
		char *text = sh_expand_string(sh, r->word, &len);

		if (r->op == REDIR_STRING) {
			char *line = sh_stack_alloc(sh, len + 2);

			memcpy(line, text, len);
			line[len++] = '\n';
			text = line;
		}
		fd = sh_here_document(sh, text, len);
		if (fd < 0)
			sh_warn_errno(sh, "cannot create temp file for here-document");
		return fd;
	}
	name = target_of(sh, r);
	if (!name)
		return -1;
	for (;;) {
		switch (r->op) {
		case REDIR_IN:
			fd = open(name, O_RDONLY | O_CLOEXEC);
			break;
		case REDIR_APPEND:
			fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
			break;
		case REDIR_BOTH:
			fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
			break;
		default:
			fd = open_out(sh, name, r->op == REDIR_CLOBBER);
		}
		if (fd >= 0 || errno != EINTR || sh_traps_waiting(sh))
			break;
	}
	if (fd < 0 && errno == EEXIST)
		sh_warn(sh, "%s: cannot overwrite existing file", name);
	else if (fd < 0)
		sh_warn_errno(sh, "%s", name);
	return fd;
}

static bool redirect_one(struct shell *sh, struct redirect *r, struct redirected *saved)
{
	char *target;
	int fd;

	if (r->op == REDIR_DUP_IN || r->op == REDIR_DUP_OUT || r->op == REDIR_ALL ||
	    r->op == REDIR_ALL_APPEND) {
		target = target_of(sh, r);
		if (!target)
			return false;
		if (r->op == REDIR_ALL || r->op == REDIR_ALL_APPEND)
			return redirect_both(sh, target, r->op == REDIR_ALL_APPEND, saved);
		return redirect_dup(sh, r, target, saved);
	}
	fd = open_target(sh, r);
	if (fd < 0)
		return false;
	if (r->var)
		return place_at_variable(sh, r, fd, true);
	if (fd == r->fd) {
		/* the number was free */
		fcntl(fd, F_SETFD, 0);
		if (saved) {
			save_fd(sh, saved, fd);
			close(saved->saved[saved->count - 1].copy);
			saved->saved[saved->count - 1].copy = -1;
		}
		return true;
	}
	make_way(sh, r->fd);
	save_fd(sh, saved, r->fd);
	if (!place_fd(fd, r->fd, true)) {
		sh_warn_errno(sh, "%d", r->fd);
		return false;
	}
	return true;
}

bool sh_redirect(struct shell *sh, struct redirect *r, struct redirected *saved)
{
	sh_read_sync(sh);
	if (!sh->capturing)
		out_flush();
	for (; r; r = r->next)
		if (!redirect_one(sh, r, saved))
			return false;
	return true;
}
