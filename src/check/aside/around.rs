//! What stands around a sign, and makes it one.

/// How far around a sign is looked, in bytes: however long a hostile text is, that is its cost.
const REACH: usize = 300;

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

pub(super) fn always(_: &Around<'_>) -> bool {
    true
}

/// A word of its own begins with it.
pub(super) fn word(at: &Around<'_>) -> bool {
    at.is_word_start()
}

/// A letter follows at once.
pub(super) fn letter(at: &Around<'_>) -> bool {
    at.is_word_start() && at.behind().first().is_some_and(u8::is_ascii_alphabetic)
}

/// A digit follows, perhaps behind a blank.
pub(super) fn number(at: &Around<'_>) -> bool {
    let behind = at.behind();
    let behind = behind.strip_prefix(b" ").unwrap_or(behind);
    behind.first().is_some_and(u8::is_ascii_digit)
}

/// A number with a point in it follows.
pub(super) fn number_with_point(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    at.is_word_start() && length > 0 && at.behind().get(length) == Some(&b'.')
}

/// A number with a point in it follows, as in `PostgreSQL 13.4`, `MySQL Server v5.7` and `MariaDB-10.5`.
pub(super) fn version_behind(at: &Around<'_>) -> bool {
    const BETWEEN: [&[u8]; 7] = [
        b"/",
        b"-",
        b" ",
        b"server ",
        b"version ",
        b"version: ",
        b"v",
    ];
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
pub(super) fn number_behind(at: &Around<'_>) -> bool {
    at.behind().iter().take(20).any(u8::is_ascii_digit)
}

pub(super) fn five_digits(at: &Around<'_>) -> bool {
    at.is_word_start() && digits(at.behind()) == 5
}

/// `10:5`, as behind the name of a script.
pub(super) fn line_and_column(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    let rest = at.behind().get(length..).unwrap_or_default();
    length > 0 && rest.first() == Some(&b':') && digits(&rest[1..]) > 0
}

/// `12`, behind the name of a file in a folder or at the start of a line.
pub(super) fn source_line(at: &Around<'_>) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let name = at.before().iter().rev().take_while(is_name).count();
    let before = at.before().iter().rev().nth(name);
    let is_placed = before.is_none_or(|byte| b"/\n\t \"'(>".contains(byte));
    name > 0 && is_placed && digits(at.behind()) > 0 && !is_of_address(at)
}

/// `12:5`, behind the name of a file: `.rs` ends names of hosts as well.
pub(super) fn source_line_and_column(at: &Around<'_>) -> bool {
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
pub(super) fn ruby_line(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    length > 0 && at.behind()[length..].starts_with(b":in")
}

/// `17 [running]`.
pub(super) fn goroutine(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    length > 0 && at.behind()[length..].starts_with(b" [")
}

/// A frame of .NET alone on its line: `at Name.Space.Class.Method(Type argument)`.
pub(super) fn frame(at: &Around<'_>) -> bool {
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
pub(super) fn drive(at: &Around<'_>) -> bool {
    let mut before = at.before().iter().rev();
    let is_drive = before.next().is_some_and(u8::is_ascii_alphabetic);
    let is_word = before
        .next()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\\';
    is_drive && is_word && at.behind().first().is_some_and(is_name)
}

/// A path from the root that is part of no URL.
pub(super) fn path(at: &Around<'_>) -> bool {
    is_from_root(at) && at.behind().first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The same with another folder in it.
pub(super) fn deep_path(at: &Around<'_>) -> bool {
    path(at) && tail(at).contains(&b'/')
}

/// The same to a file of a program's.
pub(super) fn source_path(at: &Around<'_>) -> bool {
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
pub(super) fn private(at: &Around<'_>) -> bool {
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
pub(super) fn host(at: &Around<'_>) -> bool {
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

/// `UPDATE ... SET ... =`, in capitals.
pub(super) fn update(at: &Around<'_>) -> bool {
    let statement = at.onward();
    let set = statement.windows(5).position(|bytes| bytes == b" SET ");
    capitals(at) && set.is_some_and(|set| statement[set..].contains(&b'='))
}

/// `SELECT ... FROM ... WHERE`, in capitals, or of all columns.
pub(super) fn select(at: &Around<'_>) -> bool {
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
pub(super) fn capitals(at: &Around<'_>) -> bool {
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
            (
                update,
                &["|UPDATE |contact SET name = 'x' WHERE id = 31"],
                &[
                    "|UPDATE |contact",
                    "|UPDATE |YOUR SETTINGS = NOW",
                    "|Update |the list SET a = b",
                    "|UPDATE |a SET b",
                ],
            ),
        ]);
    }
}
