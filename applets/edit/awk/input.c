/* input.c - the files of the command line one after the other, and getline */
#include "awk.h"
#include "backup.h"

/* -i inplace: what is printed while the file is read goes to a new one that takes its place. */
static void begin_inplace(struct awk *a, const char *name)
{
	struct stat st;
	int fd;

	if (fstat(a->main.in.fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		awk_warning(a, "inplace::begin: `%s' is not a regular file", name);
		return;
	}
	a->inplace_temp = temporary_name(name);
	fd = open_file(a->inplace_temp, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		awk_fatal(a, "inplace::begin: mkstemp `%s' failed: %s", a->inplace_temp, strerror(errno));
	if (fchown(fd, st.st_uid, st.st_gid) < 0 && fchown(fd, (uid_t)-1, st.st_gid) < 0)
		awk_warning(a, "inplace::begin: chown failed: %s", strerror(errno));
	if (fchmod(fd, st.st_mode) < 0)
		awk_warning(a, "inplace::begin: chmod failed: %s", strerror(errno));
	awk_flush_all(a);
	a->inplace_saved = own_file(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
	dup2(fd, STDOUT_FILENO);
	close_file(fd);
}

static void end_inplace(struct awk *a, const char *name)
{
	int32_t suffix = awk_find_global(a, "inplace::suffix", 15);
	size_t len = 0;

	if (!a->inplace_temp)
		return;
	if (out_flush() < 0) {
		unlink(a->inplace_temp);
		awk_output_failed(a, NULL, "print");
	}
	dup2(a->inplace_saved, STDOUT_FILENO);
	close_file(a->inplace_saved);
	if (suffix < 0)
		suffix = awk_find_global(a, "INPLACE_SUFFIX", 14);
	if (suffix >= 0)
		text_of(a, &a->globals[suffix], &len);
	if (len > 0) {
		const char *backup = arena_printf("%s%s", name, awk_to_name(a, &a->globals[suffix]));

		unlink(backup);
		if (link(name, backup) < 0)
			awk_fatal(a, "inplace::end: link(`%s', `%s') failed: %s", name, backup,
				  strerror(errno));
	}
	if (rename(a->inplace_temp, name) < 0)
		awk_fatal(a, "inplace::end: rename(`%s', `%s') failed: %s", a->inplace_temp, name,
			  strerror(errno));
	a->inplace_temp = NULL;
}

static void no_file(struct awk *a, const char *name, int code)
{
	/* (the place is that of what ran last) */
	a->at = awk_to_num(a, &a->globals[V_NR]) > 0 ? a->rules_end : a->begin_end;
	a->running = a->at >= 0;
	a->place = UINT32_MAX;
	awk_fatal(a, "cannot open file `%s' for reading: %s", name, strerror(code));
}

/* Ends the current file: messages about it, ENDFILE. */
void awk_end_file(struct awk *a)
{
	struct stream *s = &a->main;
	const char *name = s->name ? s->name->data : "-";

	if (s->in.error && !a->skip_file)
		awk_warning(a, "error reading input file `%s': %s", name, strerror(s->in.error));
	if (s->in.error)
		a->status = 2;
	a->skip_file = false;
	if (a->end_file >= 0)
		awk_run_code(a, a->end_file);
	if (a->inplace)
		end_inplace(a, name);
	awk_own_record(a, &s->in);
	if (s->in.fd > STDERR_FILENO)
		close_file(s->in.fd);
	a->main_open = false;
}

/* Opens an operand. Returns false if it was skipped. */
static bool begin_file(struct awk *a, const char *name)
{
	struct stream *s = &a->main;
	int fd = awk_special_file(name), code = 0;
	struct stat st;

	awk_own_record(a, &s->in);
	if (fd < 0)
		fd = open_input(name);
	if (fd < 0)
		code = errno;
	else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		code = EISDIR;
	if (s->name)
		awk_str_release(a, s->name);
	s->name = awk_str_const(a, name);
	s->name->refs++;
	awk_set_str(a, &a->globals[V_FILENAME], s->name);
	a->globals[V_FILENAME].type = STRNUM;
	awk_set_num(a, &a->globals[V_FNR], 0);
	reader_open(&s->in, fd);
	a->main_open = true;
	if (a->begin_file >= 0) {
		enum run_end end;

		awk_set_errno(a, code);
		a->in_begin_file = true;
		end = awk_run_code(a, a->begin_file);
		a->in_begin_file = false;
		if (end == RUN_NEXT_FILE || a->skip_file) {
			a->skip_file = true;
			if (code)
				a->main_open = a->skip_file = false;
			else
				awk_end_file(a);
			return false;
		}
	}
	if (code == EISDIR) {
		close_file(fd);
		a->at = -1;
		awk_warning(a, "command line argument `%s' is a directory: skipped", name);
		a->main_open = false;
		return false;
	}
	if (code)
		no_file(a, name, code);
	if (a->inplace)
		begin_inplace(a, name);
	return true;
}

/* Goes on to the next file of ARGV. Returns false when there are no more. */
bool awk_next_file(struct awk *a)
{
	struct key key;

	if (a->input_done)
		return false;
	for (; a->arg_at < awk_to_num(a, &a->globals[V_ARGC]); a->arg_at++) {
		struct value *v;
		const char *name;

		awk_int_key(&key, a->arg_at);
		v = awk_table_find(awk_to_table(a, &a->globals[V_ARGV]), &key);
		name = v ? awk_to_name(a, v) : "";
		if (!*name || (!a->no_assignments && awk_assign_argument(a, name, false)))
			continue;
		a->no_more_files = true; /* standard input is not for us */
		awk_set_num(a, &a->globals[V_ARGIND], (double)a->arg_at);
		if (begin_file(a, name)) {
			a->arg_at++;
			return true;
		}
	}
	if (a->no_more_files)
		return false;
	a->no_more_files = true;
	return begin_file(a, "-");
}

static struct stream *input(struct awk *a, enum getline_kind kind, struct value *source)
{
	enum stream_kind as = kind == GET_FILE ? IN_FILE : kind == GET_PIPE ? IN_PIPE : BOTH_PIPE;
	size_t len;
	const char *name = text_of(a, source, &len);
	struct stream *s = awk_find_stream(a, name, len, false, as);
	bool open;
	int fd;

	if (!s) {
		if (a->sandbox)
			awk_fatal(a, "redirection not allowed in sandbox mode");
		if (len == 0)
			awk_fatal(a, "expression for `%s' redirection has null string value",
				  kind == GET_FILE   ? "<"
				  : kind == GET_PIPE ? "|"
						     : "|&");
		s = awk_new_stream(a, name, len, as);
		if (kind == GET_FILE) {
			fd = awk_special_file(s->name->data);
			s->in.fd = fd >= 0 ? fd
				   : strcmp(s->name->data, "-") == 0
					   ? STDIN_FILENO
					   : awk_open_more(a, s->name->data, O_RDONLY);
			open = s->in_open = s->in.fd >= 0;
		} else {
			open = awk_open_command(a, s);
		}
		if (!open) {
			awk_set_errno(a, errno);
			awk_drop_stream(a, s);
			return NULL;
		}
	}
	if (s->in_open && !s->in.buf) {
		fd = s->in.fd;
		if (a->spare_readers_count > 0)
			s->in = a->spare_readers[--a->spare_readers_count];
		reader_open(&s->in, fd);
	}
	if (kind == GET_BOTH && s->out)
		awk_flush_one(a, s);
	return s;
}

double awk_get_line(struct awk *a, struct value *var, int kind, struct value *source)
{
	struct stream *s = NULL;
	struct reader *r = &a->main.in;
	struct value slice;
	const char *p;
	size_t len;

	if (kind == GET_MAIN) {
		if (!awk_main_record(a, &p, &len))
			return 0;
	} else {
		s = input(a, (enum getline_kind)kind, source);
		if (!s || !s->in_open)
			return -1;
		r = &s->in;
		if (!awk_read_record(a, r, &p, &len)) {
			if (r->error)
				awk_set_errno(a, r->error);
			return r->error ? -1 : 0;
		}
	}
	if (!var) {
		awk_set_record(a, p, len, r);
	} else if (len <= UINT32_MAX) {
		slice = (struct value){ .type = FIELD, .len = (uint32_t)len, .ptr = p };
		awk_copy_value(a, var, &slice);
	} else {
		awk_set_str(a, var, awk_str_make(a, p, len));
		var->type = STRNUM;
	}
	return 1;
}
