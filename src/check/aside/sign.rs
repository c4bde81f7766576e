//! The signs by which a text tells of a portal's inside, as data: a few letters each, and what has to stand
//! around them.

use crate::check::Inside::{Address, Database, Host, Path, Trace, Version};
use crate::check::Platform::{DotNet, Go, Java, Node, Php, Python, Ruby, Rust};
use crate::check::{Files, Inside};

/// How far around a sign is looked, in bytes: however long a hostile text is, that is its cost.
const REACH: usize = 300;

/// One sign, in any letter case.
pub(super) struct Sign {
    /// Its letters.
    pub(super) text: &'static str,
    /// What it tells of.
    pub(super) what: Inside,
    /// Whether what stands around it makes it one.
    pub(super) is_one: fn(&Around<'_>) -> bool,
}

/// Where the letters of a sign stand.
pub(super) struct Around<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// Where they begin.
    pub(super) from: usize,
    /// Where they end.
    pub(super) to: usize,
    /// What the client said itself: the host that it asked, and the path before all others.
    pub(super) own: &'a Own,
}

/// What a refusal may repeat, as it stands in the URL of the portal.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    /// The host.
    pub(super) host: String,
    /// The path before those of the API; without one, empty.
    pub(super) prefix: String,
}

const fn sign(text: &'static str, what: Inside, is_one: fn(&Around<'_>) -> bool) -> Sign {
    Sign { text, what, is_one }
}

pub(super) const SIGNS: &[Sign] = &[
    // Stack traces, and what frameworks write above them.
    sign("at ", Trace(DotNet), frame),
    sign(".cs:line ", Trace(DotNet), number),
    sign(".vb:line ", Trace(DotNet), number),
    sign(
        "--- End of inner exception stack trace",
        Trace(DotNet),
        always,
    ),
    sign(
        "--- End of stack trace from previous",
        Trace(DotNet),
        always,
    ),
    sign("Server Error in '", Trace(DotNet), always),
    sign("[NullReferenceException", Trace(DotNet), always),
    sign("System.NullReferenceException", Trace(DotNet), always),
    sign("System.Web.HttpUnhandledException", Trace(DotNet), always),
    sign(".java:", Trace(Java), number),
    sign("(Native Method)", Trace(Java), always),
    sign("(Unknown Source)", Trace(Java), always),
    sign("Caused by: java", Trace(Java), always),
    sign("Exception in thread \"", Trace(Java), always),
    sign("java.lang.", Trace(Java), letter),
    sign("org.springframework.", Trace(Java), letter),
    sign("Traceback (most recent call last)", Trace(Python), always),
    sign(".py\", line ", Trace(Python), number),
    sign("Fatal error: Uncaught", Trace(Php), always),
    sign("Fatal error</b>:", Trace(Php), always),
    sign(".php on line ", Trace(Php), number),
    sign(".php</b> on line <b>", Trace(Php), number),
    sign(".php:", Trace(Php), number),
    sign(".php(", Trace(Php), number),
    sign(".js:", Trace(Node), line_and_column),
    sign(".ts:", Trace(Node), line_and_column),
    sign("node:internal/", Trace(Node), letter),
    sign("goroutine ", Trace(Go), goroutine),
    sign("panic: runtime error", Trace(Go), always),
    sign(".go:", Trace(Go), source_line),
    sign("' panicked at ", Trace(Rust), always),
    sign(".rs:", Trace(Rust), source_line_and_column),
    sign(".rb:", Trace(Ruby), ruby_line),
    sign("ActionController::", Trace(Ruby), letter),
    // Statements and errors of databases.
    sign("You have an error in your SQL syntax", Database, always),
    sign("SQLSTATE", Database, always),
    sign("invalid input syntax for type ", Database, always),
    sign("SQLite error", Database, always),
    sign("SQL error", Database, always),
    sign("SQL syntax", Database, always),
    sign("ORA-", Database, five_digits),
    sign("PG::", Database, letter),
    sign("psycopg2.", Database, letter),
    sign("pymysql.", Database, letter),
    sign("MySql.Data.", Database, letter),
    sign("MySqlException", Database, always),
    sign("NpgsqlException", Database, always),
    sign("Npgsql.PostgresException", Database, always),
    sign("SqlClient.SqlException", Database, always),
    sign("System.Data.SqlClient", Database, always),
    sign("java.sql.SQL", Database, always),
    sign("org.hibernate.", Database, letter),
    sign("com.mysql.", Database, letter),
    sign("org.postgresql.", Database, letter),
    sign("ODBC Driver", Database, always),
    sign("OLE DB Provider", Database, always),
    sign(
        "Unclosed quotation mark after the character string",
        Database,
        always,
    ),
    sign("quoted string not properly terminated", Database, always),
    sign("syntax error at or near", Database, always),
    sign("unterminated quoted string", Database, always),
    sign("mysql_fetch", Database, always),
    sign("mysqli", Database, word),
    sign("pg_query", Database, always),
    sign("SQLITE_", Database, letter),
    sign("sqlite3.", Database, letter),
    sign("SQLite3::", Database, letter),
    sign("SQLException", Database, always),
    sign("SqlException", Database, always),
    sign("MongoError", Database, always),
    sign("Sequelize", Database, word),
    sign("SELECT ", Database, select),
    sign("INSERT INTO ", Database, capitals),
    sign("DELETE FROM ", Database, capitals),
    // Paths of files.
    sign(":\\", Path(Files::Windows), drive),
    sign("/bin/", Path(Files::Unix), path),
    sign("/etc/", Path(Files::Unix), path),
    sign("/home/", Path(Files::Unix), deep_path),
    sign("/opt/", Path(Files::Unix), deep_path),
    sign("/proc/", Path(Files::Unix), path),
    sign("/root/", Path(Files::Unix), deep_path),
    sign("/srv/", Path(Files::Unix), deep_path),
    sign("/tmp/", Path(Files::Unix), path),
    sign("/usr/", Path(Files::Unix), deep_path),
    sign("/var/", Path(Files::Unix), deep_path),
    sign("/Users/", Path(Files::Unix), deep_path),
    sign("/app/", Path(Files::Unix), source_path),
    sign("/data/", Path(Files::Unix), source_path),
    sign("/node_modules/", Path(Files::Unix), always),
    sign("/site-packages/", Path(Files::Unix), always),
    // Versions of software.
    sign("nginx/", Version, number),
    sign("openresty/", Version, number),
    sign("Apache/", Version, number),
    sign("Apache Tomcat/", Version, number),
    sign("Apache-Coyote/", Version, number),
    sign("Microsoft-IIS/", Version, number),
    sign("Microsoft-HTTPAPI/", Version, number),
    sign("IIS ", Version, number_with_point),
    sign("ASP.NET Version:", Version, number),
    sign(".NET Framework Version:", Version, number),
    sign("Mono/", Version, number),
    sign("mod_mono/", Version, number),
    sign("PHP/", Version, number),
    sign("Python/", Version, number),
    sign("gunicorn/", Version, number),
    sign("Werkzeug/", Version, number),
    sign("Jetty://", Version, number),
    sign("Jetty(", Version, number),
    sign("WildFly/", Version, number),
    sign("Node.js v", Version, number),
    sign("Ruby/", Version, number),
    sign("WEBrick/", Version, number),
    sign("Phusion Passenger", Version, number_behind),
    sign("OpenSSL/", Version, number),
    sign("lighttpd/", Version, number),
    sign("Varnish/", Version, number),
    sign("HAProxy/", Version, number),
    sign("squid/", Version, number),
    sign("MySQL server version", Version, always),
    sign("PostgreSQL", Version, version_behind),
    sign("MySQL", Version, version_behind),
    sign("MariaDB", Version, version_behind),
    sign("MongoDB", Version, version_behind),
    sign("SQLite", Version, version_behind),
    sign("SQL Server", Version, version_behind),
    sign("Oracle Database", Version, version_behind),
    sign("Elasticsearch", Version, version_behind),
    sign("Redis", Version, version_behind),
    sign("RabbitMQ", Version, version_behind),
    sign("nginx", Version, version_behind),
    sign("Apache", Version, version_behind),
    sign("Tomcat", Version, version_behind),
    sign("Kestrel", Version, version_behind),
    sign("PHP", Version, version_behind),
    sign("OpenSSL", Version, version_behind),
    // Addresses and hosts of a network of one's own (RFC 1918, 3; RFC 3927; RFC 6762; RFC 8375).
    sign("10.", Address, private),
    sign("172.", Address, private),
    sign("192.168.", Address, private),
    sign("169.254.", Address, private),
    sign("ECONNREFUSED", Host, word),
    sign("getaddrinfo ", Host, letter),
    sign(".internal", Host, host),
    sign(".intranet", Host, host),
    sign(".lan", Host, host),
    sign(".local", Host, host),
    sign(".localdomain", Host, host),
    sign(".corp", Host, host),
    sign(".home.arpa", Host, host),
];

impl<'a> Around<'a> {
    fn before(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.from.saturating_sub(REACH)..self.from]
    }

    fn behind(&self) -> &'a [u8] {
        let bytes = self.text.as_bytes();
        &bytes[self.to..bytes.len().min(self.to + REACH)]
    }

    /// The letters themselves and what follows.
    fn onward(&self) -> &'a [u8] {
        let bytes = self.text.as_bytes();
        &bytes[self.from..bytes.len().min(self.to + REACH)]
    }

    fn is_word_start(&self) -> bool {
        let last = self.before().last();
        last.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.'))
    }
}

fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

fn always(_: &Around<'_>) -> bool {
    true
}

/// A word of its own begins with it.
fn word(at: &Around<'_>) -> bool {
    at.is_word_start()
}

/// A letter follows at once.
fn letter(at: &Around<'_>) -> bool {
    at.is_word_start() && at.behind().first().is_some_and(u8::is_ascii_alphabetic)
}

/// A digit follows, perhaps behind a blank.
fn number(at: &Around<'_>) -> bool {
    let behind = at.behind();
    let behind = behind.strip_prefix(b" ").unwrap_or(behind);
    behind.first().is_some_and(u8::is_ascii_digit)
}

/// A number with a point in it follows.
fn number_with_point(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    at.is_word_start() && length > 0 && at.behind().get(length) == Some(&b'.')
}

/// A number with a point in it follows, as in `PostgreSQL 13.4`, `MySQL Server v5.7` and `MariaDB-10.5`.
fn version_behind(at: &Around<'_>) -> bool {
    const BETWEEN: [&[u8]; 6] = [b"/", b"-", b" ", b"server ", b"version ", b"v"];
    let mut rest = at.behind();
    for between in BETWEEN {
        if let Some((before, after)) = rest.split_at_checked(between.len())
            && before.eq_ignore_ascii_case(between)
        {
            rest = after;
        }
    }
    let length = digits(rest);
    let has_point = rest.get(length) == Some(&b'.') && digits(&rest[length + 1..]) > 0;
    at.is_word_start() && rest.len() < at.behind().len() && length > 0 && has_point
}

/// A digit follows soon.
fn number_behind(at: &Around<'_>) -> bool {
    at.behind().iter().take(20).any(u8::is_ascii_digit)
}

fn five_digits(at: &Around<'_>) -> bool {
    at.is_word_start() && digits(at.behind()) == 5
}

/// `10:5`, as behind the name of a script.
fn line_and_column(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    let rest = at.behind().get(length..).unwrap_or_default();
    length > 0 && rest.first() == Some(&b':') && digits(&rest[1..]) > 0
}

/// `12`, behind the name of a file in a folder or at the start of a line.
fn source_line(at: &Around<'_>) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let name = at.before().iter().rev().take_while(is_name).count();
    let before = at.before().iter().rev().nth(name);
    let is_placed = before.is_none_or(|byte| b"/\n\t \"'(>".contains(byte));
    name > 0 && is_placed && digits(at.behind()) > 0 && !is_of_address(at)
}

/// `12:5`, behind the name of a file: `.rs` ends names of hosts as well.
fn source_line_and_column(at: &Around<'_>) -> bool {
    source_line(at) && line_and_column(at)
}

/// Whether it stands in a URL, or behind the name of a host.
fn is_of_address(at: &Around<'_>) -> bool {
    let is_url = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/._-+@:~%".contains(byte);
    let length = at.before().iter().rev().take_while(is_url).count();
    let before = &at.before()[at.before().len() - length..];
    let mut parts = before.split(|byte| *byte == b'/');
    let has_host = before.contains(&b'/') && parts.next().is_some_and(|host| host.contains(&b'.'));
    before.windows(2).any(|two| two == b"//") || (has_host && !before.starts_with(b"."))
}

/// `12:in`, as Ruby writes it.
fn ruby_line(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    length > 0 && at.behind()[length..].starts_with(b":in")
}

/// `17 [running]`.
fn goroutine(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    length > 0 && at.behind()[length..].starts_with(b" [")
}

/// A frame of .NET alone on its line: `at Name.Space.Class.Method(Type argument)`.
fn frame(at: &Around<'_>) -> bool {
    let indent = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let before = at.before();
    let blanks = before.iter().rev().take_while(indent).count();
    let is_at_start = before
        .len()
        .checked_sub(blanks + 1)
        .is_none_or(|last| matches!(before[last], b'\n' | b'\r' | b'"' | b'>'));
    let is_name = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'`' | b'<' | b'>' | b'+')
    };
    let length = at.behind().iter().take_while(is_name).count();
    let (name, rest) = at.behind().split_at(length);
    let Some(arguments) = rest.strip_prefix(b"(").filter(|_| is_at_start) else {
        return false;
    };
    let end = arguments.iter().position(|byte| *byte == b')');
    let arguments = end.map(|end| &arguments[..end]);
    // Java and scripts name a file and a line there.
    name.contains(&b'.')
        && arguments
            .is_some_and(|arguments| !arguments.contains(&b':') && !arguments.contains(&b'/'))
}

/// `C:\folder`, where the drive is a word of its own.
fn drive(at: &Around<'_>) -> bool {
    let mut before = at.before().iter().rev();
    let is_drive = before.next().is_some_and(u8::is_ascii_alphabetic);
    let is_word = before
        .next()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\\';
    is_drive && is_word && at.behind().first().is_some_and(is_name)
}

/// A path from the root that is part of no URL.
fn path(at: &Around<'_>) -> bool {
    is_from_root(at) && at.behind().first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The same with another folder in it.
fn deep_path(at: &Around<'_>) -> bool {
    path(at) && tail(at).contains(&b'/')
}

/// The same to a file of a program's.
fn source_path(at: &Around<'_>) -> bool {
    const ENDINGS: [&str; 8] = [".cs", ".dll", ".go", ".js", ".php", ".py", ".rb", ".ts"];
    let tail = tail(at);
    let ends = |ending: &&str| tail.ends_with(ending.as_bytes());
    path(at) && ENDINGS.iter().any(ends)
}

/// The rest of a path.
fn tail<'a>(at: &Around<'a>) -> &'a [u8] {
    let is_path = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/._-+@".contains(byte);
    let length = at.behind().iter().take_while(is_path).count();
    &at.behind()[..length]
}

fn is_from_root(at: &Around<'_>) -> bool {
    let prefix = at.own.prefix.as_bytes();
    let is_own = !prefix.is_empty() && at.onward().starts_with(prefix);
    !is_own && !is_link(at) && !is_of_url(at)
}

/// Whether it is the value of an attribute, such as a link in a page.
fn is_link(at: &Around<'_>) -> bool {
    let mut before = at.before().iter().rev();
    let quote = before.next();
    match quote {
        Some(b'"' | b'\'') => before.next() == Some(&b'='),
        Some(b'=') => true,
        _ => false,
    }
}

/// Whether it stands in a URL or behind another part of a path.
fn is_of_url(at: &Around<'_>) -> bool {
    let is_url = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/._-+@:~%".contains(byte);
    let length = at.before().iter().rev().take_while(is_url).count();
    let before = &at.before()[at.before().len() - length..];
    let is_part = before.last().is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'~' | b'%')
    });
    is_part && (before.windows(3).any(|three| three == b"://") || !before.starts_with(b"/"))
}

/// A whole address of four numbers that is private, and not the one that was asked.
fn private(at: &Around<'_>) -> bool {
    let onward = at.onward();
    let is_part = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = onward.iter().take_while(is_part).count();
    let text = std::str::from_utf8(&onward[..length]).unwrap_or_default();
    let text = text.trim_end_matches('.');
    let is_private = text
        .parse::<std::net::Ipv4Addr>()
        .is_ok_and(|address| address.is_private() || address.is_link_local());
    let next = onward.get(length);
    let ends = next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    is_private && ends && at.is_word_start() && text != at.own.host
}

/// A whole name of a host of one's own network, unless what was asked is in one of the kind.
fn host(at: &Around<'_>) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let length = at.before().iter().rev().take_while(is_part).count();
    let next = at.behind().first();
    let ends =
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
    let goes_on = next == Some(&b'.') && at.behind().get(1).is_some_and(u8::is_ascii_alphanumeric);
    let is_call = matches!(next, Some(b'(' | b'=' | b';' | b'['));
    let kind = at.text[at.from..at.to].to_ascii_lowercase();
    length > 1 && ends && !goes_on && !is_call && !at.own.host.ends_with(&kind)
}

/// `SELECT ... FROM ... WHERE`, in capitals, or of all columns.
fn select(at: &Around<'_>) -> bool {
    let statement = at.onward();
    let has = |part: &str| {
        statement
            .windows(part.len())
            .any(|bytes| bytes == part.as_bytes())
    };
    let of_all = statement
        .to_ascii_uppercase()
        .starts_with(b"SELECT * FROM ");
    of_all || (statement.starts_with(b"SELECT ") && has(" FROM ") && has(" WHERE "))
}

/// In capitals, as nobody speaks.
fn capitals(at: &Around<'_>) -> bool {
    at.text[at.from..at.to]
        .bytes()
        .all(|byte| !byte.is_ascii_lowercase())
        && at.is_word_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether letters between two bars are a sign, for who asked a host below a path.
    fn is_sign(is_one: fn(&Around<'_>) -> bool, marked: &str) -> bool {
        let parts: Vec<&str> = marked.split('|').collect();
        let [before, letters, behind] = parts.as_slice() else {
            panic!("{marked}");
        };
        let own = Own {
            host: "10.0.0.9".to_owned(),
            prefix: "/portal".to_owned(),
        };
        is_one(&Around {
            text: &format!("{before}{letters}{behind}"),
            from: before.len(),
            to: before.len() + letters.len(),
            own: &own,
        })
    }

    type Held<'a> = (fn(&Around<'_>) -> bool, &'a [&'a str], &'a [&'a str]);

    fn assert_held(all: &[Held<'_>]) {
        for (is_one, signs, others) in all {
            for text in *signs {
                assert!(is_sign(*is_one, text), "{text}");
            }
            for text in *others {
                assert!(!is_sign(*is_one, text), "{text}");
            }
        }
    }

    #[test]
    fn numbers_make_versions_and_lines() {
        let (near, far) = (
            format!("|P|{}1", " ".repeat(19)),
            format!("|P|{}1", " ".repeat(20)),
        );
        assert_held(&[
            (
                number,
                &["|PHP/|7.4", "|PHP/| 7"],
                &["|PHP/|x", "|PHP/|  7", "|PHP/|"],
            ),
            (
                number_with_point,
                &["|IIS |10.0"],
                &["|IIS |10", "x|IIS |10.0", "|IIS |.0", "|IIS |"],
            ),
            (
                version_behind,
                &[
                    "|PostgreSQL| 13.4",
                    "|MySQL| Server v5.7.33",
                    "(|MariaDB|-10.5)",
                    "|nginx|/1.18",
                ],
                &[
                    "|PostgreSQL|",
                    "|PostgreSQL| 13",
                    "|MySQL|5.7",
                    "|PHP| is not 7.4",
                    "x|PHP| 7.4",
                    "|Redis| 6. Then",
                ],
            ),
            (
                source_line,
                &[
                    "main|.go:|12",
                    "x\nmain|.go:|12",
                    "2020/12/08 main|.go:|12: x",
                    "/app/main|.go:|12",
                    "src/main|.go:|12",
                    "\"main|.go:|12",
                    "./main|.go:|12",
                ],
                &[
                    "|.go:|12",
                    "main|.go:|x",
                    "https://example.com/main|.go:|12",
                    "//cdn/main|.go:|12",
                    "example.com/main|.go:|12",
                    "@main|.go:|12",
                ],
            ),
            (
                source_line_and_column,
                &["src/main|.rs:|12:5", "main|.rs:|12:5"],
                &["src/main|.rs:|12", "ask portal|.rs:|8080"],
            ),
            (
                number_behind,
                &["|Phusion Passenger| (mod) 6.0", &near],
                &["|Phusion Passenger| could not start", &far],
            ),
            (
                five_digits,
                &["|ORA-|00942:"],
                &["|ORA-|0094", "|ORA-|009421", "x|ORA-|00942"],
            ),
            (
                line_and_column,
                &["x|.js:|10:5"],
                &["x|.js:|10", "x|.js:|10:", "x|.js:|:5", "x|.js:|10:y"],
            ),
            (
                ruby_line,
                &["x|.rb:|12:in `y'"],
                &["x|.rb:|12", "x|.rb:|:in `y'"],
            ),
            (
                goroutine,
                &["|goroutine |17 [running]"],
                &["|goroutine |17", "|goroutine | [running]"],
            ),
        ]);
    }

    #[test]
    fn a_frame_stands_alone_on_its_line() {
        assert_held(&[(
            frame,
            &[
                "   |at |A.B.C(Int32 id)",
                "x\n\t|at |A.B()",
                "|at |A.B()",
                "\"|at |A.B()",
            ],
            &[
                "look |at |A.B()",
                "|at |AB(x)",
                "|at |a.b(x.js:12)",
                "|at |a.b(/x)",
                "|at |A.B(",
                "|at |A.B x",
            ],
        )]);
    }

    #[test]
    fn a_path_begins_at_the_root_and_is_no_link() {
        assert_held(&[
            (
                path,
                &["|/var/|www", " |/var/|www", "\"|/var/|www"],
                &[
                    "href=\"|/var/|www",
                    "href='|/var/|www",
                    "href=|/var/|www",
                    "http://h|/var/|www",
                    "a|/var/|www",
                    "|/portal/|www",
                    "|/var/|",
                    "|/var/| www",
                ],
            ),
            (deep_path, &["|/opt/|x/y"], &["|/opt/|x", "a|/opt/|x/y"]),
            (
                source_path,
                &["|/opt/|x.py"],
                &["|/opt/|x.txt", "a|/opt/|x.py"],
            ),
            (
                drive,
                &["C|:\\|temp", "in C|:\\|temp", "C|:\\|\\temp"],
                &["xC|:\\|temp", "|:\\|temp", "1|:\\|temp", "C|:\\| temp"],
            ),
        ]);
    }

    #[test]
    fn an_address_is_private_and_a_host_one_of_ones_own_network() {
        assert_held(&[
            (
                private,
                &[
                    "|10.|0.0.1",
                    "|172.|16.0.1",
                    "|192.168.|1.1.",
                    "|169.254.|1.1 x",
                    "(|10.|0.0.1)",
                ],
                &[
                    "|10.|0.0.9",
                    "|10.|0.0.256",
                    "|10.|0.0",
                    "|172.|32.0.1",
                    "1|10.|0.0.1",
                    "|10.|0.0.1-x",
                    "|10.|0.0.1x",
                ],
            ),
            (
                host,
                &[
                    "db01|.internal|",
                    "db01|.internal|. x",
                    "at db01|.internal|:80",
                ],
                &[
                    "|.internal|",
                    "d|.internal|",
                    "db01|.internal|s",
                    "db01|.internal|-x",
                    "db01|.internal|.example",
                    "db01|.internal|(",
                    "db01|.internal|=",
                ],
            ),
            (
                letter,
                &["|getaddrinfo |x"],
                &["|getaddrinfo |1", "x|getaddrinfo |y"],
            ),
            (word, &["|a|", " |a|"], &["x|a|", "_|a|", "-|a|", ".|a|"]),
        ]);
    }

    #[test]
    fn statements_are_in_capitals_or_of_all_columns() {
        assert_held(&[
            (
                select,
                &["|SELECT |a FROM b WHERE c", "|select |* from b"],
                &[
                    "|SELECT |a FROM b",
                    "|SELECT |a WHERE b",
                    "|select |a from b where c",
                ],
            ),
            (
                capitals,
                &["|INSERT INTO|"],
                &["|Insert into|", "x|INSERT INTO|"],
            ),
        ]);
    }
}
