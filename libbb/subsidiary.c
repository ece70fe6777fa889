/* subsidiary.c - programs that others of diffutils run */
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include "libbb.h"
#include "command.h"
#include "subsidiary.h"

int subsidiary_wait(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

void subsidiary_check(const char *program, int status)
{
	if (status == 126)
		die("subsidiary program '%s' could not be invoked", program);
	if (status == 127)
		die("subsidiary program '%s' not found", program);
}

char *subsidiary_output(char **words, int input, int *status)
{
	int fds[2];
	size_t len;
	char *text;
	pid_t child;

	out_flush();
	if (pipe2(fds, O_CLOEXEC) < 0)
		die_errno("pipe");
	child = fork();
	if (child < 0)
		die_errno("fork");
	if (child == 0) {
		if (input >= 0)
			dup2(input, STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		exec_command(words, NULL);
		_exit(126 + (errno == ENOENT));
	}
	close(fds[1]);
	text = read_file(fds[0], &len);
	close(fds[0]);
	*status = subsidiary_wait(child);
	subsidiary_check(words[0], *status);
	if (!text)
		die_errno("read failed");
	return text;
}
