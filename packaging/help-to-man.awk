# Makes a manual page of what --help prints: -v name=dflockd -v version=0.1.0 -v date=2026-01-01 -v extra=FILE.
function plain(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    sub(/^[.']/, "\\\\\\&&", text)
    return text
}
NR == 1 {
    split($0, parts, / - |: /)
    about = substr($0, length(name) + 1)
    sub(/^( -|:) /, "", about)
    printf ".TH %s 1 \"%s\" \"%s %s\" \"User Commands\"\n", toupper(name), date, name, version
    printf ".SH NAME\n%s \\- %s\n", name, plain(about)
    next
}
tolower($0) ~ /^usage: / {
    sub(/^[Uu]sage: */, "")
    printf ".SH SYNOPSIS\n.nf\n%s\n.fi\n.SH DESCRIPTION\n", plain($0)
    next
}
/^[A-Za-z].*:$/ {
    close_columns()
    heading = $0
    sub(/:$/, "", heading)
    printf ".SH %s\n", toupper(heading)
    next
}
/^ / {
    if (!columns) {
        print ".nf"
        columns = 1
    }
    print plain($0)
    next
}
/^$/ {
    close_columns()
    print ".PP"
    next
}
{
    close_columns()
    print plain($0)
}
function close_columns() {
    if (columns) {
        print ".fi"
        columns = 0
    }
}
END {
    close_columns()
    while ((getline line <extra) > 0) {
        print line
    }
}
