# match.awk - put each line of act/ that matches its pattern in exp/ in the pattern's place, so that
# the two then compare as plain files
# usage: awk -v dir=CHUNK -f match.awk CHUNK/patterns

BEGIN { FS = "\t" }

{
	at = length($1 $2 $3 $4) + 5
	ere = substr($0, at)
	if ($1 "." $2 != path) {
		write_expected()
		path = $1 "." $2
		unfinished = $4
		read_both()
	}
	if ($2 == "status") {
		if (came[1] ~ /^[0-9]+$/ && came[1] < 128 && (ere == "<128" || came[1] > 0))
			expected[1] = came[1]
	} else if ($3 in came && came[$3] ~ ("^(" ere ")$"))
		expected[$3] = came[$3]
}

END { write_expected() }

function read_both(line) {
	split("", came)
	split("", expected)
	for (lines = 0; (getline line <(dir "/act/" path)) > 0; )
		came[++lines] = line
	close(dir "/act/" path)
	for (lines = 0; (getline line <(dir "/exp/" path)) > 0; )
		expected[++lines] = line
	close(dir "/exp/" path)
}

function write_expected(i, to) {
	if (path == "")
		return
	to = dir "/exp/" path
	for (i = 1; i <= lines; i++)
		printf "%s%s", expected[i], i == lines && unfinished ? "" : "\n" >to
	close(to)
}
